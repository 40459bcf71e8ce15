"""Registering a problem: what was found, where, and by when it is to be solved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max

from activities.models import Activity
from organisations.models import Organisation, Person
from organisations.permissions import Act
from reminders.workdays import WorkCalendar

from .models import Leg, LegKind, LegState, Problem, ProblemAct, ProblemSource, ProblemState, ProblemStep

USUAL_WORKDAYS = 15  # product rule: so long where nobody says otherwise
LONGEST_TITLE, LONGEST_DETAIL = 80, 2000
EARLIEST_FOUND = 366  # days back; what is older belongs into a list of another year


@dataclass(frozen=True)
class Found:
    """What is known of a problem when it is registered. ``no_thought``, ``no_practical``: why there is nothing of that kind."""

    organisation: Organisation
    title: str
    source: str
    found_on: date
    detail: str = ""
    due_on: date | None = None
    raised_by: Person | None = None
    activity: Activity | None = None
    owner: Person | None = None
    checker: Person | None = None
    no_thought: str = ""
    no_practical: str = ""


def usual_due_on(found_on: date) -> date:
    """The day by which it is to be solved where nobody says otherwise."""
    return WorkCalendar.around(found_on).add_workdays(found_on, USUAL_WORKDAYS)


@transaction.atomic
def register(found: Found, *, by: Person, now: datetime, today: date) -> Problem:
    """Put a problem on the list. ValidationError by field, PermissionDenied."""
    if not by.may(Act.HANDLE_PROBLEMS, found.organisation, today):
        raise PermissionDenied("问题由支部、党小组和机关党委登记。")
    return put_down(found, by=by, now=now, today=today)


@transaction.atomic
def put_down(found: Found, *, by: Person, now: datetime, today: date) -> Problem:
    """As ``register``, for acts that asked for another right: what a talk lets out by consent, what an inspection found."""
    due_on = found.due_on or max(usual_due_on(found.found_on), today)
    _check(found, due_on, today)
    # The organisation's row serialises its numbers.
    Organisation.objects.select_for_update(no_key=True).get(pk=found.organisation.pk)
    problem = Problem.objects.create(
        organisation=found.organisation,
        solved_at=found.organisation,
        number=_next_number(found.organisation, today.year),
        year=today.year,
        title=found.title.strip(),
        detail=found.detail.strip(),
        source=found.source,
        activity=found.activity,
        found_on=found.found_on,
        due_on=due_on,
        raised_by=found.raised_by,
        registered_by=by,
        registered_at=now,
        owner=found.owner,
        checker=found.checker,
        state=ProblemState.FOUND,
    )
    Leg.objects.bulk_create(
        _leg(problem, kind, why)
        for kind, why in ((LegKind.THOUGHT, found.no_thought), (LegKind.PRACTICAL, found.no_practical))
    )
    steps = [ProblemStep(problem=problem, act=ProblemAct.REGISTERED, by=by, on=today, at=now)]
    if found.owner is not None:
        text = f"{found.owner}，期限 {due_on.month}月{due_on.day}日"
        steps.append(ProblemStep(problem=problem, act=ProblemAct.ASSIGNED, by=by, on=today, at=now, text=text))
    ProblemStep.objects.bulk_create(steps)
    return problem


def _check(found: Found, due_on: date, today: date) -> None:
    """Refuse what cannot be a problem."""
    errors = _wrong_words(found) | _wrong_days(found, due_on, today)
    if found.no_thought.strip() and found.no_practical.strip():
        errors["no_practical"] = "思想和实际不能都没有事。"
    if found.owner is not None and found.checker is not None and found.owner.pk == found.checker.pk:
        errors["checker"] = "经办和复核不能是同一个人。"
    if not found.organisation.exists_on(today):
        errors["organisation"] = f"{found.organisation}已经撤销。"
    if errors:
        raise ValidationError(errors)


def _wrong_words(found: Found) -> dict[str, str]:
    errors = {}
    if not found.title.strip():
        errors["title"] = "请用一句话写出问题。"
    elif len(found.title.strip()) > LONGEST_TITLE:
        errors["title"] = f"最多 {LONGEST_TITLE} 个字，细节写在情况里。"
    if len(found.detail.strip()) > LONGEST_DETAIL:
        errors["detail"] = f"最多 {LONGEST_DETAIL} 个字。"
    if found.source not in ProblemSource.values:
        errors["source"] = "请选来源。"
    return errors


def _wrong_days(found: Found, due_on: date, today: date) -> dict[str, str]:
    if not 0 <= (today - found.found_on).days <= EARLIEST_FOUND:
        return {"found_on": "发现日期应在今天之前的一年之内。"}
    if due_on < found.found_on:
        return {"due_on": "期限不能早于发现日期。"}
    return {"due_on": "期限太远了，请核对年份。"} if due_on.year > today.year + 2 else {}


def _leg(problem: Problem, kind: str, why: str) -> Leg:
    excused = why.strip()
    state = LegState.EXCUSED if excused else LegState.OPEN
    return Leg(problem=problem, kind=kind, state=state, excused_because=excused[:200])


def _next_number(organisation: Organisation, year: int) -> int:
    numbers = Problem.objects.filter(organisation=organisation, year=year)
    return (numbers.aggregate(last=Max("number"))["last"] or 0) + 1
