"""Changing a programme: its goal, who leads it, its dates, who takes part, and what is planned."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from organisations.models import Organisation, Person
from organisations.permissions import Act

from .models import ActivityKind, Indicator, Measure, Programme


@dataclass(frozen=True)
class Plan:
    """One indicator as it is to be; ``pk`` is the row that it was, None for a new one."""

    pk: int | None
    name: str
    measure: str
    kinds: tuple[ActivityKind, ...]
    target: int | None
    per: str


@dataclass(frozen=True)
class Outline:
    """All that may be changed in a programme. ``ends_on`` is the first day after it; no participants means all organs."""

    goal: str
    led_by: str
    starts_on: date
    ends_on: date | None
    participants: tuple[Organisation, ...]


@transaction.atomic
def revise(programme: Programme, outline: Outline, plans: Sequence[Plan], *, by: Person) -> Programme:
    """Write the programme and its indicators anew; indicators that are not among ``plans`` go. ValidationError, PermissionDenied."""
    if not by.may(Act.EDIT_PROGRAMMES):
        raise PermissionDenied
    row = Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    if outline.ends_on is not None and outline.ends_on <= outline.starts_on:
        raise ValidationError({"last_day": "最后一天不能早于开始。"})
    row.goal, row.led_by, row.starts_on, row.ends_on = outline.goal, outline.led_by, outline.starts_on, outline.ends_on
    row.full_clean(exclude=["line"], validate_unique=False)
    row.save(update_fields=["goal", "led_by", "starts_on", "ends_on"])
    row.participants.set(outline.participants)
    _write_indicators(row, plans)
    return row


def problem(plan: Plan) -> str:
    """What makes a plan that cannot be counted: a sentence, or nothing."""
    if plan.measure == Measure.ORGANISATIONS and plan.per == "branch":
        return "计单位的，只能按总数或者每个单位来定。"
    if plan.measure == Measure.ORGANISATIONS and plan.per == "organ" and plan.target not in (None, 1):
        return "按每个单位计的，计划写 1，就是每个单位都开展。"
    return ""


def _write_indicators(programme: Programme, plans: Iterable[Plan]) -> None:
    kept = []
    standing = {row.pk: row for row in programme.indicators.all()}
    for order, plan in enumerate(plans, start=1):
        if problem(plan):
            raise ValidationError(problem(plan))
        row = standing.get(plan.pk or 0) or Indicator(programme=programme)
        row.name, row.measure, row.target, row.per, row.order = (
            plan.name,
            plan.measure,
            plan.target,
            plan.per,
            order * 10,
        )
        row.save()
        row.kinds.set(plan.kinds)
        kept.append(row.pk)
    programme.indicators.exclude(pk__in=kept).delete()
