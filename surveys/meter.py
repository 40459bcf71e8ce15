"""The participation meter: all that is said about a survey while it is open (anonymity.md §3.8, §4).

What is shown of a leaf with n used ballots out of h people is v = min(⌊n/5⌋·5, ⌊(h−5)/5⌋·5), and only where h ≥ 10.

Why nobody learns a single ballot from it, whoever reads every state that was ever shown:

1. One leaf, one moment. v says that n lies in v … v+4; at the last step (v + 5 > h − 5) that it lies in v … h. Both are
   at least five numbers. v = 0 includes that nobody answered and that four did; the last step includes that
   everybody answered and that five did not (full participation and none both say something of each single person).
2. One leaf, two moments. n only grows, so an unchanged v says that 0 … 4 ballots came, a step of five that 1 … 9 came:
   always five possible numbers at least, and no earlier state becomes narrower by a later one. Two states a day at most keep
   apart the people who could be told by the hour at which the number moved.
3. Several leaves. A unit and the whole are shown as the sum of what is shown of their leaves, never counted themselves:
   whole − parts is what the parts already say, and a leaf that is not shown (h < 10) stands in no sum. So the states of
   all leaves together say no more than each says alone.

The step is taken per leaf before anything is summed; a whole counted by itself (⌊Σn/5⌋·5) would give, beside its
parts, the remainders that rounding hid.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, time
from functools import cached_property

from django.db.models import Count
from django.utils import timezone

from reminders.models import Heartbeat

from .models import ReportingUnit, SpentBallot, State, Survey

STEP = 5
FEWEST_HEADS = 10
NOON = time(12)
UPDATED = "survey-meters"


def shown(used: int, heads: int) -> int:
    """What the meter of a leaf says of ``used`` ballots among ``heads`` people; 0 where it says nothing."""
    if heads < FEWEST_HEADS:
        return 0
    return min(used // STEP, (heads - STEP) // STEP) * STEP


def update(survey: Survey) -> None:
    """Bring the meters of the leaves of ``survey`` up to date: one UPDATE each that moved, nothing else is touched."""
    counted = SpentBallot.objects.filter(survey=survey).order_by().values_list("unit").annotate(used=Count("pk"))
    used = dict(counted)
    for unit in survey.units.filter(is_leaf=True, heads__gte=FEWEST_HEADS):
        now_shown = shown(used.get(unit.number, 0), unit.heads)
        if now_shown != unit.meter:
            ReportingUnit.objects.filter(pk=unit.pk).update(meter=now_shown)


def update_open(now: datetime) -> bool:
    """Update the meters of all open surveys, once in the forenoon and once in the afternoon: False when that was done.

    Whoever calls it again and again sees no finer steps.
    """
    if not _claim(now):
        return False
    launched = Survey.objects.filter(launched_at__isnull=False, closed_at=None, opens_at__lte=now, closes_at__gt=now)
    for survey in launched.order_by("pk"):
        update(survey)
    return True


def _claim(now: datetime) -> bool:
    local = timezone.localtime(now)
    half = local.replace(hour=NOON.hour if local.time() >= NOON else 0, minute=0, second=0, microsecond=0)
    row, made = Heartbeat.objects.get_or_create(name=UPDATED, defaults={"at": now})
    return made or bool(Heartbeat.objects.filter(pk=row.pk, at__lt=half).update(at=now))


@dataclass(frozen=True)
class MeterLine:
    """One line of the page: a leaf, a unit or the whole.

    ``above`` is the name of the unit of a leaf; ``least`` is None where nothing is said before closing.
    """

    name: str
    above: str
    depth: int
    heads: int
    least: int | None
    said: str


class MeterPage:
    """The meters of one survey, for those who run it."""

    def __init__(self, survey: Survey, now: datetime) -> None:
        self.survey, self.now = survey, now

    @cached_property
    def _units(self) -> list[ReportingUnit]:
        return list(self.survey.units.order_by("number"))

    @cached_property
    def _below(self) -> dict[int | None, list[ReportingUnit]]:
        below: dict[int | None, list[ReportingUnit]] = defaultdict(list)
        for unit in self._units:
            below[unit.parent_id].append(unit)
        return below

    @property
    def is_over(self) -> bool:
        """Whether nothing is handed in any more."""
        return self.survey.state(self.now) not in (State.DRAFT, State.WAITING, State.OPEN)

    @cached_property
    def lines(self) -> list[MeterLine]:
        """The whole and what lies below it, in the order of the tree. One query."""
        return [line for top in self._below[None] for line in self._lines(top)]

    @property
    def whole(self) -> MeterLine | None:
        """The first line; None before the launch."""
        return self.lines[0] if self.lines else None

    @property
    def headline(self) -> str:
        """The whole in one sentence."""
        if self.whole is None:
            return "还没有启用"
        return f"已交{self.whole.said}" if self.whole.least else self.whole.said

    def _lines(self, unit: ReportingUnit, above: str = "", depth: int = 0) -> list[MeterLine]:
        least = self._least(unit)
        here = MeterLine(unit.name, above, depth, unit.heads, least, self._said(unit, least))
        for_children = unit.name if depth else ""
        below = (self._lines(child, for_children, depth + 1) for child in self._below[unit.pk])
        return [here, *(line for lines in below for line in lines)]

    def _least(self, unit: ReportingUnit) -> int | None:
        """The step of a leaf; of anything above, the sum of the steps shown below it."""
        if unit.is_leaf:
            return unit.meter if unit.heads >= FEWEST_HEADS else None
        below = [least for child in self._below[unit.pk] if (least := self._least(child)) is not None]
        return sum(below) if below else None

    def _said(self, unit: ReportingUnit, least: int | None) -> str:
        if least:
            return f"至少 {least} 人"
        if least == 0:
            return f"还不到 {STEP} 人" if unit.is_leaf else "还没有一个单元满 5 人"
        if not unit.is_leaf:
            return f"下面都不到 {FEWEST_HEADS} 人，不显示"
        if unit.ballots_spent is None:
            return f"不到 {FEWEST_HEADS} 人，截止后只说够不够公布"
        return "已达到发布条件" if unit.ballots_spent >= self.survey.k else "未达到发布条件"
