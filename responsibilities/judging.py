"""Judging what was done about a problem: checking by another, the raiser's answer, striking off, opening again."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction

from organisations.models import Person
from organisations.permissions import Act

from .models import LegState, Problem, ProblemAct, ProblemState, RaiserAnswer
from .solving import claim_row, handles, keep, note, sentence

# Product rules: how long the raiser may take to answer, and by how much his 没有 puts off the day.
ANSWER_DAYS = 15
PUT_OFF = timedelta(days=15)
SAME_AGAIN = timedelta(days=366)  # what comes back within a year is the same problem


class Outcome(models.TextChoices):
    """What the checker saw."""

    DONE = "done", "办成了"
    PARTLY = "partly", "办了一部分"
    NOT = "not", "没有办"


def may_check(person: Person, problem: Problem, today: date) -> bool:
    """Whether ``person`` may check it: named for it or keeping problems there, and neither solved nor raised it himself.

    Who ever reported a leg has solved it, also where that was not enough and somebody else took it over.
    """
    if person.pk in (problem.owner_id, problem.raised_by_id):
        return False
    if any(step.act == ProblemAct.REPORTED and step.by_id == person.pk for step in problem.steps.all()):
        return False
    return problem.checker_id == person.pk or handles(person, problem, today)


@transaction.atomic
def verify(problem: Problem, *, outcome: str, text: str, revision: int, by: Person, now: datetime, today: date) -> None:
    """复核: done → the raiser is asked, or it is struck off; otherwise back to whoever carries it out, with a sentence.

    ValidationError for the second of two who judge at once, and while a leg is open.
    """
    row = claim_row(problem, revision)
    if not may_check(by, row, today):
        raise PermissionDenied("自己办的、自己提的，要由别人复核。")
    refuse_open_legs(row)
    if row.state != ProblemState.REPORTED:
        raise ValidationError("这个问题现在不用复核。")
    if outcome not in Outcome.values:
        raise ValidationError({"outcome": "请选一个结果。"})
    if outcome != Outcome.DONE:
        said = sentence(text, "text", "没有办成的，请写一句还差什么。")
        note(row, ProblemAct.RETURNED, by=by, now=now, today=today, text=said)
        _back_to_work(row)
        return
    said = sentence(text, "text", "") if text.strip() else ""
    note(row, ProblemAct.VERIFIED, by=by, now=now, today=today, text=said)
    row.verified_on = today
    if _can_answer(row):
        row.state = ProblemState.ASKED
        keep(row, "state", "verified_on")
    else:
        _strike_off(row, by=by, now=now, today=today)


def _can_answer(row: Problem) -> bool:
    """Whether there is somebody to ask: who raised it, with a log-in."""
    raiser = row.raised_by
    return raiser is not None and raiser.is_active and raiser.username is not None


def refuse_open_legs(row: Problem) -> None:
    """A problem is solved only when both legs are: said with the name of the one that is not."""
    still_open = [leg.get_kind_display() for leg in row.legs.all() if leg.state == LegState.OPEN]
    if still_open:
        raise ValidationError(f"{'、'.join(still_open)}这一头还没有办，两头都到才能销号。")


@transaction.atomic
def answer(problem: Problem, *, says: str, by: Person, now: datetime, today: date) -> None:
    """Whoever raised it says 已解决, 部分解决 or 没有解决. The last two open it again and put the day off."""
    row = claim_row(problem)
    if row.raised_by_id != by.pk:
        raise PermissionDenied("由提出人回话。")
    if row.state != ProblemState.ASKED:
        raise ValidationError("现在不用回话。")
    if says not in RaiserAnswer.values:
        raise ValidationError({"says": "请选一个。"})
    row.answer, row.answered_on = says, today
    keep(row, "answer", "answered_on")
    # Without a name: who carries it out may know it, the story is read by more.
    note(row, ProblemAct.ANSWERED, by=None, now=now, today=today, text=RaiserAnswer(says).label)
    if says == RaiserAnswer.SOLVED:
        _strike_off(row, by=None, now=now, today=today)
        return
    row.due_on = max(row.due_on, today) + PUT_OFF
    _back_to_work(row, "due_on")


def close_unanswered(now: datetime, today: date) -> int:
    """Strike off what was checked and not answered for so long. Returns how many."""
    waiting = Problem.objects.filter(
        state=ProblemState.ASKED, verified_on__lte=today - timedelta(days=ANSWER_DAYS)
    ).order_by("pk")
    return sum(_close_if_waiting(pk, now, today) for pk in waiting.values_list("pk", flat=True))


@transaction.atomic
def _close_if_waiting(pk: int, now: datetime, today: date) -> bool:
    row = claim_row(Problem(pk=pk))
    if row.state != ProblemState.ASKED:
        return False
    _strike_off(row, by=None, now=now, today=today, text=f"{ANSWER_DAYS} 天没有回话，按复核结果")
    return True


@transaction.atomic
def reopen(problem: Problem, *, because: str, due_on: date, by: Person, now: datetime, today: date) -> None:
    """The same has come back within a year: open it again, with its whole story."""
    row = claim_row(problem)
    if not by.may(Act.HANDLE_PROBLEMS, row.organisation, today):
        raise PermissionDenied
    if row.state != ProblemState.CLOSED:
        raise ValidationError("这个问题还没有销号。")
    if row.closed_on is None or today - row.closed_on > SAME_AGAIN:
        raise ValidationError("销号超过一年了，请另外登记。")
    if not today <= due_on <= today + SAME_AGAIN:
        raise ValidationError({"due_on": "期限应在今天之后的一年之内。"})
    said = sentence(because, "because", "请写一句现在的情况。")
    note(row, ProblemAct.REOPENED, by=by, now=now, today=today, text=said)
    row.reopened, row.due_on, row.closed_on, row.verified_on = row.reopened + 1, due_on, None, None
    row.answer, row.answered_on = "", None
    _back_to_work(row, "reopened", "due_on", "closed_on", "answer", "answered_on", state=ProblemState.FOUND)


def _back_to_work(row: Problem, *fields: str, state: str = ProblemState.WORKING) -> None:
    """What was done is to be done anew; what was excused stays so. Saves ``fields`` along."""
    row.legs.filter(state=LegState.DONE).update(state=LegState.OPEN, done_by=None, done_on=None)
    row.state, row.verified_on = state, None
    keep(row, *fields, "state", "verified_on")


def _strike_off(row: Problem, *, by: Person | None, now: datetime, today: date, text: str = "") -> None:
    row.state, row.closed_on = ProblemState.CLOSED, today
    keep(row, "state", "closed_on", "verified_on")
    note(row, ProblemAct.CLOSED, by=by, now=now, today=today, text=text)
