"""Launching: from a draft to a survey that nobody can change any more, the administrator included."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from organisations.models import Organisation, Person

from . import checks, keys
from .audience import PlannedUnit, planned_units
from .ballots import MOST_UNITS
from .models import ReportingUnit, Survey
from .parsing import parse
from .paths import check

LONGEST_TITLE = 40


def readiness(survey: Survey, now: datetime) -> list[str]:
    """What stands in the way of launching ``survey`` at ``now``, each in one sentence; empty when nothing does."""
    sentences = [*_about_questions(survey), *_about_times(survey, now), *checks.faults()]
    if not survey.by_desk and not survey.by_slip:
        sentences.append("至少选一种领票方式：登录领票或抽取纸票。")
    if survey.by_desk and not survey.desk_note.strip():
        sentences.append("写上领票点：票丢了的人要知道到哪里换。")
    heads = planned_units(survey, timezone.localdate(now)).heads
    if heads < survey.k:
        sentences.append(f"发放范围只有 {heads} 人，少于 {survey.k} 人，填了就会认出人。请改用纸笔，或者扩大范围。")
    return sentences


def _about_questions(survey: Survey) -> list[str]:
    sentences = [problem.sentence for problem in check(survey.asked)]
    unknown = len(parse(survey.source).unrecognised) if survey.source else 0
    if unknown:
        sentences.append(f"原文里还有 {unknown} 行没认出，先改好或删去。")
    return sentences


def _about_times(survey: Survey, now: datetime) -> list[str]:
    if survey.opens_at is None or survey.closes_at is None:
        return ["写上开始和截止的时间。"]
    sentences = []
    if survey.closes_at <= now:
        sentences.append("截止时间已经过了。")
    if survey.publish_on is None:
        sentences.append("写上公布日期。")
    elif survey.publish_on < timezone.localdate(survey.closes_at):
        sentences.append("公布日期不能早于截止日期。")
    elif survey.destroys_on is not None and survey.destroys_on < survey.publish_on:
        sentences.append("答卷的销毁日期不能早于公布日期，请把保留天数写长一些。")
    return sentences


def launch(survey: Survey, *, by: Person, now: datetime) -> None:
    """Freeze ``survey`` and make its reporting units and its key. ValidationError with the reasons, PermissionDenied."""
    if not Survey.objects.manageable_by(by, timezone.localdate(now)).filter(pk=survey.pk).exists():
        raise PermissionDenied
    with transaction.atomic():
        # Two who press at once: the second finds it launched.
        row = (
            Survey.objects.select_for_update(of=("self",), no_key=True).select_related("organisation").get(pk=survey.pk)
        )
        if row.launched_at is not None:
            raise ValidationError("这份调研已经启用。")
        if reasons := readiness(row, now):
            raise ValidationError(reasons)
        _make_units(row, planned_units(row, timezone.localdate(now)))
        row.launched_at, row.frozen_on = now, timezone.localdate(now)
        row.save(update_fields=["launched_at", "frozen_on"])
        # Last: a key without a launched survey is harmless, the other way round would take no ballot.
        keys.make(row)
    survey.refresh_from_db()


def _make_units(survey: Survey, whole: PlannedUnit) -> None:
    planned = list(whole.walk())
    if len(planned) > MOST_UNITS:
        raise ValidationError(f"发放范围有 {len(planned)} 个统计单元，最多 {MOST_UNITS} 个。")
    numbers = {id(unit): number for number, unit in enumerate(planned)}
    parents = {id(child): unit for unit in planned for child in unit.children}
    organisations = Organisation.objects.in_bulk([unit.organisation for unit in planned if unit.organisation])
    rows: dict[int, ReportingUnit] = {}
    # Level by level, because a row needs the key of its parent.
    level = [whole]
    while level:
        made = ReportingUnit.objects.bulk_create(
            ReportingUnit(
                survey=survey,
                number=numbers[id(unit)],
                name=unit.name,
                parent=rows[id(parents[id(unit)])] if id(unit) in parents else None,
                organisation=organisations.get(unit.organisation) if unit.organisation else None,
                heads=unit.heads,
                is_leaf=unit.is_leaf,
            )
            for unit in level
        )
        rows.update((id(unit), row) for unit, row in zip(level, made, strict=True))
        level = [child for unit in level for child in unit.children]
    through = ReportingUnit.covers.through
    through.objects.bulk_create(
        through(reportingunit_id=rows[id(unit)].pk, organisation_id=key) for unit in planned for key in unit.covers
    )
