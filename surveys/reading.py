"""Who reads which results. Rule (product.md, anonymity.md §4): fixed tables of published parts, nothing finer for anybody.

Whoever may write the survey (EDIT_SURVEYS at its organisation) reads every part; an organ office, which has the same
right further down, the whole and what lies under it; somebody whom it asked the whole and the part that counts his own
unit. Nobody else finds the page. The figures of an appraisal belong to its branch's committee and have their own page.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q
from django.http import Http404
from django.utils import timezone

from organisations import scoping
from organisations.models import Person
from organisations.permissions import Act

from . import audience
from .models import Part, ReportingUnit, State, Survey, SurveyKind
from .models.survey import SurveyQuerySet

WHOLE = "all"


def readable_by(person: Person, today: date) -> SurveyQuerySet:
    """The surveys of which ``person`` reads something once they are published."""
    covered = ReportingUnit.objects.filter(
        scoping.reach(person, Act.EDIT_SURVEYS, "covers__path", today), survey=OuterRef("pk")
    )
    mine = Survey.objects.visible_to(person, today).order_by().values("pk")
    return Survey.objects.filter(Q(pk__in=mine) | Q(Exists(covered)), kind=SurveyKind.SENTIMENT)


def survey_for(person: Person, pk: int, today: date) -> Survey:
    """The survey, if ``person`` reads its results one day. Http404."""
    rows = readable_by(person, today).select_related("organisation", "previous")
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def may_edit(survey: Survey, person: Person, today: date) -> bool:
    """True if ``person`` may write this survey: he reads all of it, and before the day of publication too."""
    return person.may(Act.EDIT_SURVEYS, survey.organisation, today)


def may_read(survey: Survey, person: Person, now: datetime) -> bool:
    """True if there are figures for ``person`` at ``now``: nobody before closing, only the editors before publication."""
    state = survey.state(now)
    if state in (State.PUBLISHED, State.DESTROYED):
        return True
    return state == State.CLOSED and may_edit(survey, person, timezone.localdate(now))


def parts_for(survey: Survey, person: Person, today: date) -> list[Part]:
    """The parts that ``person`` reads, in the order of the tree; none for whom it does not concern.

    Says nothing about the time: ask ``may_read`` first.
    """
    parts = list(survey.parts.select_related("unit__organisation"))
    if survey.kind != SurveyKind.SENTIMENT:
        return []
    if may_edit(survey, person, today):
        return parts
    inside, touched = _leaves_in_reach(survey, person, today)
    own = audience.unit_of(person, survey)
    if own is None and not touched:
        return []
    keys = {WHOLE} | {part.key for part in parts if part.leaves and inside.issuperset(part.leaves)}
    open_leaves = {own.number} if own else set()
    # What an office keeps but was merged with others is read in the part that it was merged into.
    counted = {leaf for part in parts if part.key in keys - {WHOLE} for leaf in part.leaves}
    open_leaves |= touched - counted
    keys |= {_finest(parts, leaf) for leaf in open_leaves}
    return [part for part in parts if part.key in keys]


def _leaves_in_reach(survey: Survey, person: Person, today: date) -> tuple[set[int], set[int]]:
    """The leaves all of whose people ``person`` keeps surveys for, and those with at least some of them."""
    kept: dict[int, list[bool]] = {}
    for number, path in survey.units.filter(is_leaf=True).values_list("number", "covers__path"):
        may = path is not None and scoping.may(person, Act.EDIT_SURVEYS, path, today)
        kept.setdefault(number, []).append(may)
    return {number for number, may in kept.items() if all(may)}, {number for number, may in kept.items() if any(may)}


def _finest(parts: Collection[Part], leaf: int) -> str:
    """The key of the smallest part that counts a leaf: the last of those from the whole downwards."""
    holding = [part for part in parts if leaf in part.leaves]
    return min(holding, key=lambda part: (len(part.leaves), -part.order)).key if holding else WHOLE


def turnable(parts: Collection[Part], survey: Survey, person: Person, today: date) -> set[str]:
    """The keys of the parts whose figures ``person`` may put on the list of problems: all of his own survey's, else those
    of the organisations that he keeps surveys for."""
    if may_edit(survey, person, today):
        return {part.key for part in parts}
    kept = [(part.key, part.unit.organisation) for part in parts if part.unit is not None]
    return {key for key, where in kept if where is not None and person.may(Act.EDIT_SURVEYS, where, today)}
