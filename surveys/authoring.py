"""Writing a survey: beginning a draft, its text, its rules. Launched ones are refused; the database refuses them too."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from organisations.models import Organisation, Person
from organisations.permissions import Act
from programmes.models import Programme

from .models import Survey, SurveyKind, Who
from .models.survey import COMMENTS_K, CROSSES_K, SMALLEST_K
from .parsing import parse, write
from .questionnaire import Questionnaire

MOST_TEXT = 200_000
LONGEST_TITLE = 40
LONGEST_RETENTION = 180
# Further ahead nobody plans; it also keeps every later reckoning inside the calendar.
FARTHEST = timedelta(days=730)
LAUNCHED = "这份调研已经启用，谁也改不了。要改只能另发一份。"
STALE = "你打开以后，别人改过这一份。"
# What the next wave takes over from the one before.
CARRIED = ("who", "programme", "k", "k_comments", "k_crosses", "crosses", "by_desk", "by_slip", "desk_note")
SETTINGS = (*CARRIED, "title", "organisation", "opens_at", "closes_at", "publish_on", "retention_days")


def digest(text: str) -> str:
    """A short mark of a text: whoever saves says what he had opened, so that two do not overwrite each other unseen."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def settings_digest(survey: Survey) -> str:
    """As ``digest``, for everything but the text."""
    kept = {name: survey.serializable_value(name) for name in SETTINGS}
    return digest(json.dumps(kept, default=str, sort_keys=True))


def tidy(text: str) -> str:
    """The text with plain line ends and none of them behind."""
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip()


@transaction.atomic
def begin(
    organisation: Organisation,
    *,
    title: str,
    who: str = Who.EVERYONE,
    programme: Programme | None = None,
    text: str = "",
    by: Person,
    today: date,
) -> Survey:
    """A draft with ``text`` as its questionnaire. ValidationError by field; PermissionDenied."""
    _must_write(by, organisation, today)
    row = Survey(organisation=organisation, who=who, programme=programme, title=_title(title))
    _take_text(row, text)
    row.save()
    return row


@transaction.atomic
def follow(previous: Survey, *, title: str, by: Person, today: date) -> Survey:
    """The next wave of a launched survey: the same questions with the same codes, which makes the two comparable.

    Its times are left open. ValidationError where it cannot be followed; PermissionDenied.
    """
    _must_write(by, previous.organisation, today)
    if not Survey.objects.manageable_by(by, today).filter(pk=previous.pk, kind=SurveyKind.SENTIMENT).exists():
        raise PermissionDenied
    if previous.is_draft:
        raise ValidationError("上一期还没有启用，直接改那一份就行。")
    row = Survey(organisation=previous.organisation, title=_title(title), previous=previous)
    for name in CARRIED:
        setattr(row, name, getattr(previous, name))
    _take_text(row, text_of(previous))
    row.save()
    return row


def text_of(survey: Survey) -> str:
    """The text that gives exactly the questions of ``survey``, codes included: its own, else written anew from them."""
    if parse(survey.source).questionnaire == survey.asked:
        return survey.source
    return write(survey.asked)


def shown_text(survey: Survey) -> str:
    """The text to work on: what was typed, else the questions written out."""
    return survey.source or (write(survey.asked) if survey.questionnaire else "")


@transaction.atomic
def save_text(survey: Survey, text: str, *, opened: str, by: Person, today: date) -> None:
    """Keep ``text`` and the questions read from it, whatever was not understood. ``opened``: digest of what was opened.

    ValidationError: too long; somebody else saved another text meanwhile (code ``stale``); launched.
    """
    row = claim_draft(survey, by, today)
    if opened != digest(row.source) and tidy(text) != row.source:
        raise ValidationError(STALE, code="stale")
    _take_text(row, text)
    row.save(update_fields=["source", "questionnaire", "crosses"])
    survey.refresh_from_db()
    survey.__dict__.pop("asked", None)  # what the old text asked


@transaction.atomic
def settle(survey: Survey, *, opened: str, by: Person, now: datetime, **given: Any) -> None:
    """Save the rules of a draft (``SETTINGS``). ValidationError by field, or with code ``stale``; PermissionDenied."""
    today = timezone.localdate(now)
    row = claim_draft(survey, by, today)
    if opened != settings_digest(row):
        raise ValidationError(STALE, code="stale")
    _must_write(by, given["organisation"], today)
    for name in SETTINGS:
        setattr(row, name, given[name])
    row.title = _title(row.title)
    # Times are reckoned with numbers that were found good.
    found = _thresholds(row) or _times(row, now) | _ways(row)
    if found:
        raise ValidationError(found)
    row.clean_fields(exclude={field.name for field in row._meta.fields} - {"who", "desk_note"})
    row.save(update_fields=SETTINGS)
    survey.refresh_from_db()


@transaction.atomic
def discard(survey: Survey, *, by: Person, today: date) -> None:
    """Delete a draft. ValidationError if it was launched meanwhile; PermissionDenied."""
    claim_draft(survey, by, today).delete()


def claim_draft(survey: Survey, by: Person, today: date) -> Survey:
    """The draft as it stands, locked. ValidationError if it is launched or gone; PermissionDenied if others keep it."""
    # Locked by its key alone: the condition of ``manageable_by`` is asked apart, because it joins.
    row = Survey.objects.select_for_update(of=("self",), no_key=True).filter(pk=survey.pk).first()
    if row is None:
        raise ValidationError("这份草稿刚刚被删掉了。")
    kept = Survey.objects.manageable_by(by, today).filter(pk=row.pk, kind=SurveyKind.SENTIMENT)
    if not kept.exists():
        raise PermissionDenied("由制定单位来编。")
    if not row.is_draft:
        raise ValidationError(LAUNCHED)
    return row


def _must_write(by: Person, organisation: Organisation, today: date) -> None:
    if not by.may(Act.EDIT_SURVEYS, organisation, today):
        raise PermissionDenied("调研由机关工委和机关党委来编。")


def _title(title: str) -> str:
    title = title.strip()
    if not title:
        raise ValidationError({"title": "请写名称。"})
    if len(title) > LONGEST_TITLE:
        raise ValidationError({"title": f"名称最多 {LONGEST_TITLE} 个字，现在 {len(title)} 个。"})
    return title


def _take_text(row: Survey, text: str) -> None:
    """Put a text and what it says into the row; crosses of questions that are gone go too."""
    text = tidy(text)
    if len(text) > MOST_TEXT:
        raise ValidationError({"text": f"原文最多 {MOST_TEXT:,} 个字，现在 {len(text):,} 个。问卷请分成几份。"})
    row.source = text
    questionnaire = parse(text).questionnaire
    row.questionnaire = questionnaire.to_json()
    offered = [list(pair) for pair in crosses_of(questionnaire)]
    row.crosses = [pair for pair in row.crosses if list(pair) in offered]


def crosses_of(questionnaire: Questionnaire) -> list[tuple[str, str]]:
    """Every two questions about the person: those that may be crossed with each other."""
    codes = [question.code for question in questionnaire.questions if question.attribute]
    return [(first, second) for place, first in enumerate(codes) for second in codes[place + 1 :]]


def _thresholds(row: Survey) -> dict[str, str]:
    """Rule: k may be raised, never lowered (anonymity.md §4)."""
    found = {}
    for name, least, unit in (
        ("k", SMALLEST_K, "人"),
        ("k_comments", COMMENTS_K, "条"),
        ("k_crosses", CROSSES_K, "人"),
    ):
        if not least <= getattr(row, name) <= 1000:
            found[name] = f"只能调高：{least} 到 1,000 {unit}。"
    if not 1 <= row.retention_days <= LONGEST_RETENTION:
        found["retention_days"] = f"1 到 {LONGEST_RETENTION} 天。"
    offered = [list(pair) for pair in crosses_of(row.asked)]
    if any(list(pair) not in offered for pair in row.crosses):
        found["crosses"] = "只有两道身份题可以交叉。"
    return found


def _times(row: Survey, now: datetime) -> dict[str, str]:
    """What is wrong with the times; they may be left open in a draft."""
    found = {}
    for name in ("opens_at", "closes_at"):
        moment = getattr(row, name)
        if moment is not None and not now - FARTHEST <= moment <= now + FARTHEST:
            found[name] = "离今天太远，请核对年份。"
    if found:
        return found
    if row.opens_at and row.closes_at and row.closes_at <= row.opens_at:
        found["closes_at"] = "截止时间要晚于开始时间。"
    elif row.closes_at and row.publish_on and row.publish_on < timezone.localdate(row.closes_at):
        found["publish_on"] = "公布日期不能早于截止日期。"
    elif row.destroys_on and row.publish_on and row.destroys_on < row.publish_on:
        found["retention_days"] = "答卷要留到公布以后，请写长一些，或者早些公布。"
    return found


def _ways(row: Survey) -> dict[str, str]:
    """What is wrong with how ballots are handed out."""
    if not row.by_desk and not row.by_slip:
        return {"by_desk": "至少选一种领票方式。"}
    return {}
