"""Printed slips: as many ballots on paper as there are people, drawn by hand like voting papers (anonymity.md §3.2a).

A slip is a ballot like any other: made in the answer to the request, stored nowhere. What stays is how many were printed
of each unit and how many were replaced, and both figures are open to everybody whom the survey asks. A slip has neither a serial
number nor a place in any order: its number is random, and the batch is shuffled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from random import SystemRandom

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.debug import sensitive_variables

from organisations.models import Person

from . import ballots, keys, qr
from .addresses import room_address
from .models import ReportingUnit, State, Survey
from .paths import minutes

ON_A_SHEET = 15
# Twenty sheets: what a browser prints at once, and a second or two of drawing.
MOST_AT_ONCE = 20 * ON_A_SHEET

_random = SystemRandom()


def refusal(survey: Survey, now: datetime) -> str:
    """Why no slip of ``survey`` can be printed at ``now``, in one sentence; empty while it can."""
    state = survey.state(now)
    if state == State.DRAFT:
        return "启用以后才能印纸票。"
    return "" if state in (State.WAITING, State.OPEN) else "填写时间已经过了，不再印票。"


def place_of(unit: ReportingUnit) -> str:
    """Its name after that of the unit above, since every organ has a 第一党支部; the whole is not said."""
    above = unit.parent if unit.parent_id and unit.parent and unit.parent.parent_id else None
    return f"{above.name}，{unit.name}" if above else unit.name


@sensitive_variables()
def print_batch(survey: Survey, unit: ReportingUnit, number: int, *, by: Person, now: datetime) -> list[str]:
    """``number`` fresh slips of ``unit``, counted first. PermissionDenied, KeyGoneError.

    ValidationError outside its days, and for more slips than people: what was printed before counts.
    """
    _guard(survey, by, now)
    if not survey.by_slip:
        raise ValidationError("这份调研没有选“抽取纸票”，只能一张一张地换。")
    if not 1 <= number <= MOST_AT_ONCE:
        raise ValidationError({"number": f"一次印 1 到 {MOST_AT_ONCE} 张。"})
    # One statement, a transaction of its own: two who print at one moment cannot print more than there are people.
    room = ReportingUnit.objects.filter(pk=unit.pk, survey=survey, is_leaf=True, slips_printed__lte=F("heads") - number)
    if not room.update(slips_printed=F("slips_printed") + number):
        unit.refresh_from_db()
        left = max(unit.heads - unit.slips_printed, 0)
        said = f"最多还能印 {left} 张" if left else "不能再印；丢了的、印坏的一张一张地换"
        raise ValidationError(
            {"number": f"{place_of(unit)}一共 {unit.heads} 人，已经印了 {unit.slips_printed} 张，{said}。"}
        )
    unit.refresh_from_db()
    return _fresh(survey, unit, number)


@sensitive_variables()
def replace(survey: Survey, unit: ReportingUnit, *, by: Person, now: datetime) -> list[str]:
    """One slip of ``unit`` for somebody who lost his ballot and signed for it, counted first. As ``print_batch``."""
    _guard(survey, by, now)
    room = ReportingUnit.objects.filter(pk=unit.pk, survey=survey, is_leaf=True, slips_replaced__lt=F("heads"))
    if not room.update(slips_replaced=F("slips_replaced") + 1):
        raise ValidationError({"unit": f"{place_of(unit)}一共 {unit.heads} 人，已经换了 {unit.heads} 张，不能再换。"})
    unit.refresh_from_db()
    return _fresh(survey, unit, 1)


def _guard(survey: Survey, by: Person, now: datetime) -> None:
    if not Survey.objects.manageable_by(by, timezone.localdate(now)).filter(pk=survey.pk).exists():
        raise PermissionDenied
    if sentence := refusal(survey, now):
        raise ValidationError(sentence)
    if not keys.exists(survey):
        # Asked before anything is counted.
        raise keys.KeyGoneError


def _fresh(survey: Survey, unit: ReportingUnit, number: int) -> list[str]:
    made: set[str] = set()
    while len(made) < number:
        made.add(ballots.issue(survey, unit.number))
    return _random.sample(sorted(made), number)


@dataclass(frozen=True)
class Slip:
    """One ballot as it is drawn. It never quotes itself: a template that misses a name logs all the others."""

    code: str = field(repr=False)
    there: str = field(repr=False)
    square: SafeString = field(repr=False)

    @classmethod
    def of(cls, survey: Survey, code: str, request: HttpRequest) -> Slip:
        """With the way into the room, the ballot behind ``#``."""
        there = room_address(survey, request, code)
        return cls(code, there, qr.svg(there))


class SlipsPage:
    """The page where slips are printed, and the sheets where some were."""

    def __init__(self, survey: Survey, now: datetime) -> None:
        self.survey, self.now = survey, now

    @cached_property
    def units(self) -> list[ReportingUnit]:
        """The units whose number a ballot can carry, in the order of the tree. One query."""
        return list(self.survey.units.filter(is_leaf=True).select_related("parent").order_by("number"))

    @property
    def refusal(self) -> str:
        """Why nothing can be printed; empty while it can."""
        return refusal(self.survey, self.now)

    @property
    def heads(self) -> int:
        """How many people it asks."""
        return sum(unit.heads for unit in self.units)

    @property
    def printed(self) -> int:
        """How many slips were printed."""
        return sum(unit.slips_printed for unit in self.units)

    @property
    def replaced(self) -> int:
        """How many were replaced."""
        return sum(unit.slips_replaced for unit in self.units)

    @property
    def minutes(self) -> int:
        """How long it takes about."""
        return minutes(self.survey.asked)


def door(survey: Survey, request: HttpRequest) -> str:
    """The way into the room as somebody types it: without the protocol, and without any ballot."""
    return room_address(survey, request).split("://", 1)[1]


def sheets(survey: Survey, codes: Sequence[str], request: HttpRequest) -> list[list[Slip]]:
    """``codes`` as slips with their squares, fifteen a sheet."""
    slips = [Slip.of(survey, code, request) for code in codes]
    return [slips[start : start + ON_A_SHEET] for start in range(0, len(slips), ON_A_SHEET)]
