"""Solving a problem: claiming it, planning, reporting each leg, saying that there is nothing on one of them.

Whoever carries it out does these; judging is another's (``judging``), passing it on a third's (``passing_on``). Every verb
takes the row under lock, so that of two acts at once the second sees what the first has done.
"""

from __future__ import annotations

from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from organisations.models import Person
from organisations.permissions import Act

from .models import Leg, LegKind, LegState, Problem, ProblemAct, ProblemState, ProblemStep

LONGEST = 400
STALE = "这个问题刚刚有人处理过，请看了现在的情况再办。"


def handles(person: Person, problem: Problem, today: date) -> bool:
    """Whether ``person`` keeps the problems of the organisation that has to solve it."""
    return person.may(Act.HANDLE_PROBLEMS, problem.solved_at, today)


def claim_row(problem: Problem, revision: int | None = None) -> Problem:
    """The row as it stands, under lock. ValidationError if it is no longer at ``revision``."""
    rows = Problem.objects.select_for_update(no_key=True, of=("self",)).select_related("organisation", "solved_at")
    row = rows.get(pk=problem.pk)
    if revision is not None and row.revision != revision:
        raise ValidationError(STALE)
    return row


def note(
    row: Problem, act: str, *, by: Person | None, now: datetime, today: date, text: str = "", leg: str = ""
) -> None:
    """Add a line to the story."""
    ProblemStep.objects.create(problem=row, act=act, by=by, at=now, on=today, text=text[:LONGEST], leg=leg)


def keep(row: Problem, *fields: str) -> None:
    """Save the named fields, as the next revision."""
    row.revision += 1
    row.save(update_fields=[*fields, "revision"])


def sentence(text: str, field: str, missing: str) -> str:
    """``text`` without the spaces around it. ValidationError by ``field`` if it is empty or too long."""
    said = text.strip()
    if not said:
        raise ValidationError({field: missing})
    if len(said) > LONGEST:
        raise ValidationError({field: f"最多 {LONGEST} 个字，现在是 {len(said)} 个。"})
    return said


def _of_owner(problem: Problem, by: Person, *states: str) -> Problem:
    """The locked row, for whoever carries it out, in one of ``states``."""
    row = claim_row(problem)
    if row.owner_id != by.pk:
        raise PermissionDenied("由经办人来办。")
    if row.state not in states:
        raise ValidationError(f"现在是“{row.get_state_display()}”，不用再办这一步。")
    return row


@transaction.atomic
def claim(problem: Problem, *, by: Person, now: datetime, today: date) -> None:
    """认领: the one it was given to takes it; one that was given to nobody, anybody who keeps problems there."""
    row = claim_row(problem)
    if row.state != ProblemState.FOUND:
        raise ValidationError("已经有人认领了。")
    mine = row.owner_id == by.pk if row.owner_id else handles(by, row, today)
    if not mine:
        raise PermissionDenied("这个问题派给了别人。")
    if row.checker_id == by.pk:
        raise ValidationError("你是复核人，不能自己经办，请先换一位复核人。")
    row.owner, row.state = by, ProblemState.CLAIMED
    keep(row, "owner", "state")
    note(row, ProblemAct.CLAIMED, by=by, now=now, today=today, text=f"期限 {row.due_on.month}月{row.due_on.day}日")


@transaction.atomic
def plan(problem: Problem, *, thought: str, practical: str, by: Person, now: datetime, today: date) -> None:
    """定措施: what is to be done about each leg that is open."""
    row = _of_owner(problem, by, ProblemState.CLAIMED, ProblemState.WORKING)
    plans = {LegKind.THOUGHT: ("thought", thought), LegKind.PRACTICAL: ("practical", practical)}
    for leg in row.legs.filter(state=LegState.OPEN):
        field, text = plans[LegKind(leg.kind)]
        leg.plan = sentence(text, field, "请写一句打算怎么办。")
        leg.save(update_fields=["plan"])
        note(row, ProblemAct.PLANNED, by=by, now=now, today=today, text=leg.plan, leg=leg.kind)
    row.state = ProblemState.WORKING
    keep(row, "state")


@transaction.atomic
def progress(problem: Problem, *, text: str, by: Person, now: datetime, today: date) -> None:
    """How far it is: one line in the story, nothing else."""
    row = _of_owner(problem, by, ProblemState.CLAIMED, ProblemState.WORKING)
    said = sentence(text, "text", "请写一句进展。")
    note(row, ProblemAct.PROGRESS, by=by, now=now, today=today, text=said)
    keep(row)


@transaction.atomic
def report(
    problem: Problem, *, leg: str, conclusion: str, done_on: date, by: Person, now: datetime, today: date
) -> None:
    """报办结 of one leg; with the last one the problem waits for somebody else's eye."""
    row = _of_owner(problem, by, ProblemState.CLAIMED, ProblemState.WORKING)
    side = _open_leg(row, leg)
    if not side.plan:
        raise ValidationError("先写一句打算怎么办，再报办结。")
    if not row.found_on <= done_on <= today:
        raise ValidationError({"done_on": "办成的日期应在发现之后、今天之前。"})
    side.conclusion = sentence(conclusion, "conclusion", "请写一句办成了什么。")
    side.state, side.done_by, side.done_on = LegState.DONE, by, done_on
    side.save(update_fields=["conclusion", "state", "done_by", "done_on"])
    note(row, ProblemAct.REPORTED, by=by, now=now, today=today, text=side.conclusion, leg=leg)
    _settle(row)


@transaction.atomic
def excuse(problem: Problem, *, leg: str, because: str, by: Person, now: datetime, today: date) -> None:
    """There is nothing on this leg, because …; never on both."""
    row = claim_row(problem)
    if not (row.owner_id == by.pk or handles(by, row, today)):
        raise PermissionDenied
    if row.state not in (ProblemState.FOUND, ProblemState.CLAIMED, ProblemState.WORKING):
        raise ValidationError(f"现在是“{row.get_state_display()}”，不用再办这一步。")
    side = _open_leg(row, leg)
    if row.legs.filter(state=LegState.EXCUSED).exists():
        raise ValidationError({"because": "另一头已经写了没有事，两头不能都没有。"})
    said = sentence(because, "because", "请写一句为什么没有。")
    if len(said) > 200:
        raise ValidationError({"because": f"最多 200 个字，现在是 {len(said)} 个。"})
    side.excused_because = said
    side.state = LegState.EXCUSED
    side.save(update_fields=["excused_because", "state"])
    note(row, ProblemAct.EXCUSED, by=by, now=now, today=today, text=side.excused_because, leg=leg)
    _settle(row)


@transaction.atomic
def take_up(problem: Problem, *, leg: str, plan: str, by: Person, now: datetime, today: date) -> None:
    """There is something on an excused leg after all: with what is to be done about it."""
    row = _of_owner(problem, by, ProblemState.CLAIMED, ProblemState.WORKING)
    side = row.legs.filter(kind=leg, state=LegState.EXCUSED).first()
    if side is None:
        raise ValidationError("这一头本来就要办。")
    side.plan = sentence(plan, "plan", "请写一句打算怎么办。")
    side.state, side.excused_because = LegState.OPEN, ""
    side.save(update_fields=["plan", "state", "excused_because"])
    note(row, ProblemAct.PLANNED, by=by, now=now, today=today, text=f"这一头也要办：{side.plan}", leg=leg)
    keep(row)


def _open_leg(row: Problem, leg: str) -> Leg:
    side = row.legs.filter(kind=leg).first()
    if side is None:
        raise ValidationError("没有这一头。")
    if side.state != LegState.OPEN:
        raise ValidationError(f"{side.get_kind_display()}这一头已经了结。")
    return side


def _settle(row: Problem) -> None:
    """With no leg open any more the problem waits to be checked, once somebody has done something about it."""
    states = set(row.legs.values_list("state", flat=True))
    if LegState.DONE in states:
        row.state = ProblemState.WORKING if LegState.OPEN in states else ProblemState.REPORTED
    keep(row, "state")
