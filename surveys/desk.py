"""The desk: who is logged in takes one ballot (anonymity.md §3.2b).

What stays is the mark alone, a keyed digest in a transaction of its own; the ballot is made after that transaction has
ended and is stored nowhere. If the answer is lost on its way, so is the ballot, and a paper one is handed out against a
signature: the other order would let two requests at one moment take two ballots.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.views.decorators.debug import sensitive_variables

from organisations.models import Person

from . import audience, ballots
from .models import DeskMark, ReportingUnit, State, Survey
from .paths import minutes

NOT_NOW = {
    State.DRAFT: "这份调研还没有启用，现在领不了票。",
    State.WAITING: "还没有到开始的时间，现在领不了票。",
    State.OPEN: "",
}
OVER = "填写时间已经过了，不再发票。"
NO_DESK = "这份调研不在这里领票，请到领票点抽一张纸票。"


class AlreadyTakenError(Exception):
    """Somebody with this mark took a ballot already."""


def refusal(survey: Survey, now: datetime) -> str:
    """Why nobody gets a ballot at the desk of ``survey`` at ``now``, in one sentence; empty while it hands them out."""
    state = survey.state(now)
    if state in (State.DRAFT, State.WAITING, State.OPEN) and not survey.by_desk:
        return NO_DESK
    return NOT_NOW.get(state, OVER)


@sensitive_variables()
def hand_out(survey: Survey, *, by: Person, now: datetime) -> str:
    """A fresh ballot of the unit of ``by``, after his mark is committed.

    PermissionDenied if the survey does not ask him, ValidationError outside its hours, AlreadyTakenError, KeyGoneError.
    """
    unit = audience.unit_of(by, survey)
    if unit is None:
        raise PermissionDenied
    if sentence := refusal(survey, now):
        raise ValidationError(sentence, code="closed")
    _mark(survey, ballots.desk_mark(survey, by.pk), unit)
    return ballots.issue(survey, unit.number)


def _mark(survey: Survey, mark: str, unit: ReportingUnit) -> None:
    try:
        # Durable: nothing that a caller had open may end up in one transaction with the mark (anonymity.md §3.5).
        with transaction.atomic(durable=True):
            DeskMark(mark=mark, survey=survey, unit=unit.number).save(force_insert=True)
    except IntegrityError:
        if DeskMark.objects.filter(pk=mark).exists():
            raise AlreadyTakenError from None
        raise


class DeskPage:
    """The page before the ballot: the same for everybody of a unit, whether he took one or not. It looks up no mark."""

    def __init__(self, survey: Survey, reader: Person, now: datetime) -> None:
        self.survey, self.reader, self.now = survey, reader, now

    @cached_property
    def unit(self) -> ReportingUnit | None:
        """The unit whose ballots the reader gets; None if the survey does not ask him."""
        return audience.unit_of(self.reader, self.survey)

    @property
    def refusal(self) -> str:
        """Why there is no button; empty where there is one."""
        return refusal(self.survey, self.now)

    @property
    def is_over(self) -> bool:
        """Whether nothing can be filled in any more, by whatever ballot."""
        return self.survey.state(self.now) not in (State.DRAFT, State.WAITING, State.OPEN)

    @property
    def minutes(self) -> int:
        """How long it takes about."""
        return minutes(self.survey.asked)


@dataclass(frozen=True)
class Asking:
    """One line on the workbench: a survey that asks somebody. It says nothing of whether he answered; nobody knows."""

    pk: int
    title: str
    closes_at: datetime
    minutes: int


def open_for(person: Person, now: datetime) -> list[Asking]:
    """The open surveys that ask ``person``, the first to end first. One query."""
    rows = Survey.objects.asking(person).filter(opens_at__lte=now, closes_at__gt=now, closed_at=None)
    fields = rows.order_by("closes_at", "pk").only("pk", "title", "closes_at", "questionnaire")
    return [Asking(row.pk, row.title, row.closes_at, minutes(row.asked)) for row in fields if row.closes_at]
