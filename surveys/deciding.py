"""The acts on an appraisal: setting it up, launching it, what the committee decides, and that the member was told.

A decision is recorded by itself: no votes make it and none stand in its form (domain.md §1.3: 避免唯票数论).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from organisations.models import Level, Organisation, Person
from organisations.permissions import Act

from . import launching
from .appraisal_reading import run_by
from .appraisal_roster import roster
from .appraising import candidates, members_on
from .authoring import LONGEST_RETENTION, LONGEST_TITLE
from .models import AppraisalDecision, Survey, SurveyKind, Tier, Who
from .models.survey import SMALLEST_K

LAUNCHED = "已经启用，名单和规则谁也改不了。要改只能另办一次。"
ON_PAPER = "票少了，一看票数就知道谁怎么投的：不到 {k} 人投票的，请用纸票。"
LONGEST_REASON = 300
FARTHEST = timedelta(days=365)


@dataclass(frozen=True)
class Ballot:
    """What the secretary settles before the launch. ``names`` as the roster writes them, in any order."""

    title: str
    names: Sequence[str]
    opens_at: datetime
    closes_at: datetime
    desk_note: str
    body: bool = False
    by_desk: bool = False
    by_slip: bool = True
    retention_days: int = 30


@dataclass(frozen=True)
class Decided:
    """The tier of one candidate and why."""

    candidate: str
    tier: str
    reason: str


@transaction.atomic
def set_up(branch: Organisation, ballot: Ballot, *, by: Person, now: datetime) -> Survey:
    """A draft. ValidationError by field, and for a branch too small to hide a vote; PermissionDenied."""
    today = timezone.localdate(now)
    if branch.level != Level.BRANCH or not by.may(Act.RUN_APPRAISAL, branch, today):
        raise PermissionDenied("民主评议由党支部书记、副书记组织。")
    row = Survey(kind=SurveyKind.APPRAISAL, organisation=branch, who=Who.MEMBERS)
    _take(row, ballot, now)
    row.save()
    return row


@transaction.atomic
def rework(survey: Survey, ballot: Ballot, *, by: Person, now: datetime) -> None:
    """Change a draft. As ``set_up``; ValidationError once it is launched."""
    row = _claim_draft(survey, by, now)
    _take(row, ballot, now)
    row.save()
    survey.refresh_from_db()
    survey.__dict__.pop("asked", None)


@transaction.atomic
def discard(survey: Survey, *, by: Person, now: datetime) -> None:
    """Delete a draft. ValidationError once it is launched; PermissionDenied."""
    _claim_draft(survey, by, now).delete()


def launch(survey: Survey, *, by: Person, now: datetime) -> None:
    """Freeze ballot and voters. ValidationError with what stands in the way, PermissionDenied."""
    with transaction.atomic():
        row = _claim_draft(survey, by, now)
        if gone := left_roster(row, timezone.localdate(now)):
            raise ValidationError(f"{'、'.join(gone)}已经不在支部的党员名册上，请先改名单。")
        launching.launch(row, by=by, now=now)
    survey.refresh_from_db()


def left_roster(survey: Survey, today: date) -> list[str]:
    """The names on a draft's ballot that the roster of ``today`` does not have."""
    here = {member.label for member in roster(survey.organisation, today)}
    return [name for name in members_on(survey.asked).values() if name not in here]


@transaction.atomic
def decide(
    survey: Survey, found: Iterable[Decided], *, decided_on: date, by: Person, now: datetime
) -> list[AppraisalDecision]:
    """Record what the committee settled on; return what is new or different. What was told and changes is to be told again.

    ValidationError by ``reason_<code>`` or ``decided_on``; PermissionDenied.
    """
    row = _claim_counted(survey, by, now)
    names = members_on(row.asked)
    given = [one for one in found if one.candidate in names]
    errors = _wrong_day(row, decided_on, timezone.localdate(now)) | _wrong_reasons(given)
    if errors:
        raise ValidationError(errors)
    kept = {one.candidate: one for one in row.decisions.all()}
    changed = [one for one in given if _differs(kept.get(one.candidate), one)]
    return [
        row.decisions.update_or_create(
            candidate=one.candidate,
            defaults={
                "name": names[one.candidate],
                "tier": Tier(one.tier),
                "reason": one.reason.strip(),
                "decided_on": decided_on,
                "told_on": None,
                "recorded_by": by,
            },
        )[0]
        for one in changed
    ]


@transaction.atomic
def tell(survey: Survey, candidate: str, *, told_on: date, by: Person, now: datetime) -> None:
    """Record the day on which a member was told what was decided about him. ValidationError, PermissionDenied."""
    row = _claim_counted(survey, by, now)
    decision = row.decisions.filter(candidate=candidate).first()
    if decision is None:
        raise ValidationError("先登记评定意见，再反馈本人。")
    if not decision.decided_on <= told_on <= timezone.localdate(now):
        raise ValidationError({"told_on": "反馈日期在评定之后、今天之前。"})
    decision.told_on = told_on
    decision.save(update_fields=["told_on"])


def _claim(survey: Survey, by: Person, now: datetime) -> Survey:
    row = (
        Survey.objects.select_for_update(of=("self",), no_key=True)
        .select_related("organisation")
        .filter(pk=survey.pk)
        .first()
    )
    if row is None:
        raise ValidationError("这份草稿刚刚被删掉了。")
    if not run_by(by, timezone.localdate(now)).filter(pk=row.pk).exists():
        raise PermissionDenied("民主评议由党支部书记、副书记组织。")
    return row


def _claim_draft(survey: Survey, by: Person, now: datetime) -> Survey:
    row = _claim(survey, by, now)
    if not row.is_draft:
        raise ValidationError(LAUNCHED)
    return row


def _claim_counted(survey: Survey, by: Person, now: datetime) -> Survey:
    row = _claim(survey, by, now)
    if row.closed_at is None:
        raise ValidationError("投票截止、计票以后才登记评定意见。")
    return row


def _take(row: Survey, ballot: Ballot, now: datetime) -> None:
    """Put what was settled into the row. ValidationError by field."""
    members = roster(row.organisation, timezone.localdate(now))
    if len(members) < SMALLEST_K:
        raise ValidationError(ON_PAPER.format(k=SMALLEST_K))
    chosen = [member.label for member in members if member.label in set(ballot.names)]
    errors = _wrong_words(ballot) | _wrong_times(ballot, now)
    if not chosen:
        errors["names"] = "至少要有一名参评党员。"
    if errors:
        raise ValidationError(errors)
    row.title, row.desk_note = ballot.title.strip(), ballot.desk_note.strip()
    row.questionnaire = candidates(chosen, body=ballot.body).to_json()
    row.opens_at, row.closes_at = ballot.opens_at, ballot.closes_at
    # There is nothing to publish: the committee reads the counts as soon as they are made.
    row.publish_on = timezone.localdate(ballot.closes_at)
    row.by_desk, row.by_slip, row.retention_days = ballot.by_desk, ballot.by_slip, ballot.retention_days


def _wrong_words(ballot: Ballot) -> dict[str, str]:
    errors = {}
    if not ballot.title.strip():
        errors["title"] = "请写名称。"
    elif len(ballot.title.strip()) > LONGEST_TITLE:
        errors["title"] = f"名称最多 {LONGEST_TITLE} 个字。"
    if not ballot.desk_note.strip():
        errors["desk_note"] = "写上领票点：票丢了的人要知道到哪里换。"
    elif len(ballot.desk_note.strip()) > 80:
        errors["desk_note"] = "最多 80 个字。"
    if not ballot.by_desk and not ballot.by_slip:
        errors["by_slip"] = "至少选一种领票方式。"
    if not 1 <= ballot.retention_days <= LONGEST_RETENTION:
        errors["retention_days"] = f"1 到 {LONGEST_RETENTION} 天。"
    return errors


def _wrong_times(ballot: Ballot, now: datetime) -> dict[str, str]:
    for name in ("opens_at", "closes_at"):
        if abs(getattr(ballot, name) - now) > FARTHEST:
            return {name: "离今天太远，请核对年份。"}
    if ballot.closes_at <= ballot.opens_at:
        return {"closes_at": "截止时间要晚于开始时间。"}
    return {"closes_at": "截止时间已经过了。"} if ballot.closes_at <= now else {}


def _wrong_day(row: Survey, decided_on: date, today: date) -> dict[str, str]:
    if row.closes_at is not None and timezone.localdate(row.closes_at) <= decided_on <= today:
        return {}
    return {"decided_on": "评定日期在投票截止之后、今天之前。"}


def _wrong_reasons(given: Iterable[Decided]) -> dict[str, str]:
    errors = {}
    for one in given:
        if one.tier not in Tier.values:
            errors[f"tier_{one.candidate}"] = "请选一档。"
        if not one.reason.strip():
            errors[f"reason_{one.candidate}"] = "写上理由：评定看日常表现，不只看票数。"
        elif len(one.reason.strip()) > LONGEST_REASON:
            errors[f"reason_{one.candidate}"] = f"理由最多 {LONGEST_REASON} 个字。"
    return errors


def _differs(kept: AppraisalDecision | None, given: Decided) -> bool:
    return kept is None or (kept.tier, kept.reason) != (given.tier, given.reason.strip())
