"""What becomes of each thing that is owed, and on which day: chance by the seed, so that a story can be told twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import chain
from random import Random

from django.utils import timezone

from programmes.periods import Period, parse
from reminders import workdays

from .city import City
from .hosts import Host

ONE_DAY = timedelta(days=1)
OUTINGS = ("red-site-visit", "oath-renewal", "documentary-viewing")


class Fate(StrEnum):
    """What becomes of an obligation."""

    HELD = "held"
    MADE_UP = "made_up"
    NEVER = "never"
    EXCUSED = "excused"
    REFUSED = "refused"


@dataclass(frozen=True)
class Owed:
    """One obligation as the story reads it."""

    organisation_id: int
    path: str
    code: str
    requirement_id: int
    period: str
    starts_on: date
    due_on: date

    @property
    def key(self) -> tuple[str, str, str]:
        """What names it in every city of the same shape."""
        return (self.path, self.code, self.period)

    @property
    def span(self) -> Period:
        """Its period as a value."""
        return parse(self.period)

    @property
    def is_monthly(self) -> bool:
        """Whether it is owed every month."""
        return self.span.span == 1


class Rhythm:
    """Fates and days. The scenes of the demo fix some beforehand; a branch in ``orderly`` leaves nothing undone."""

    def __init__(self, city: City, begins: date, hosts: Iterable[Host]) -> None:
        self.city = city
        self.begins = begins
        self.branches = {host.organisation.path: host.branch.organisation.path for host in hosts if host.branch}
        self.orderly: set[str] = set()
        self.set_fates: dict[tuple[str, str, str], Fate] = {}
        self.set_days: dict[tuple[str, str, str], date] = {}
        self.set_outings: dict[tuple[str, str, str], str] = {}

    def _slackness(self, path: str) -> float:
        """The share of what is owed that is left undone: most branches little, a few a good deal."""
        if path not in self.branches:
            return 0.04
        return self.city.random("slack", self.branches[path]).choices((0.05, 0.14, 0.3), (62, 26, 12))[0]

    def fate(self, key: tuple[str, str, str]) -> Fate:
        """What becomes of the obligation with this key: the same answer whenever it is asked."""
        if key in self.set_fates:
            return self.set_fates[key]
        if self.branches.get(key[0]) in self.orderly:
            return Fate.HELD
        random, never = self.city.random("fate", *key), self._slackness(key[0])
        # An organ would have to ask itself, and what is owed once a year can wait for a better month.
        excused = 0.012 if key[0] in self.branches and parse(key[2]).span == 1 else 0.0
        weights = (1 - never - 0.035 - 1.25 * excused, 0.035, never, excused, excused / 4)
        return random.choices(list(Fate), weights)[0]

    def day(self, owed: Owed) -> date:
        """The day on which it is held in time: most of a month, the later half of a quarter, the end of a year."""
        if owed.key in self.set_days:
            return self.set_days[owed.key]
        random = self.city.random("day", *owed.key)
        first, last = max(owed.starts_on, self.begins), owed.due_on
        length = (last - first).days
        early, late = {1: (0.1, 0.9), 12: (0.8, 0.97)}.get(owed.span.span, (0.4, 0.92))
        if owed.is_monthly and random.random() < 0.6:
            # 每月相对固定 1 天: most branches keep to their own part of the month.
            early = self.city.random("habit", owed.path, owed.code).uniform(0.1, 0.8)
            late = early + 0.12
        return workday_near(first + timedelta(days=int(length * random.uniform(early, late))), first, last)

    def outing(self, owed: Owed) -> str:
        """The kind that a party day is held as besides, where it is not spent in the meeting room; mostly empty."""
        if owed.key in self.set_outings:
            return self.set_outings[owed.key]
        return self.city.random("outing", *owed.key).choices(("", *OUTINGS), (88, 5, 3, 4))[0]

    def make_up_day(self, owed: Owed) -> date:
        """A day in the first weeks of the period after."""
        first = owed.span.ends_on
        random = self.city.random("make-up", *owed.key)
        return workday_near(first + timedelta(days=random.randint(2, 14)), first, first + timedelta(days=20))


def workday_near(day: date, first: date, last: date) -> date:
    """The nearest working day at or after ``day``, else before it; ``day`` itself where there is none in between."""
    later = (day + ONE_DAY * step for step in range((last - day).days + 1))
    earlier = (day - ONE_DAY * step for step in range((day - first).days + 1))
    return next((near for near in chain(later, earlier) if workdays.is_workday(near, {})), day)


def saved_at(held_on: date, random: Random) -> datetime:
    """When a record is saved: mostly the same day, sometimes weeks later."""
    lag = random.choices((0, 1, random.randint(2, 5), random.randint(8, 20)), (58, 25, 13, 4))[0]
    return moment(workdays.add_workdays(held_on, lag, {}), random)


def moment(day: date, random: Random, hours: tuple[int, int] = (16, 17)) -> datetime:
    """A moment of that day within those hours."""
    return timezone.make_aware(datetime.combine(day, time(random.randint(*hours), random.randint(0, 59))))
