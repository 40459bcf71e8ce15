"""Calendar periods: month, quarter, half-year and year.

This is the only file that knows what a quarter is. It is pure: no database, no clock. A period is
half-open: it holds on `starts_on` and no longer holds on `ends_on`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Cadence(StrEnum):
    """How often something is expected; the value is what the database keeps."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"

    @property
    def months(self) -> int:
        """Length of one period, in months."""
        return _MONTHS[self]

    @property
    def label(self) -> str:
        """The unit as it is said: 月, 季度, 半年, 年."""
        return _LABELS[self]


_MONTHS = {Cadence.MONTH: 1, Cadence.QUARTER: 3, Cadence.HALF: 6, Cadence.YEAR: 12}
_LABELS = {Cadence.MONTH: "月", Cadence.QUARTER: "季度", Cadence.HALF: "半年", Cadence.YEAR: "年"}
_QUARTER_LABELS = ("第一季度", "第二季度", "第三季度", "第四季度")
_HALF_LABELS = ("上半年", "下半年")

_KEY = re.compile(r"(?P<year>[0-9]{4})(?:-(?:(?P<month>[0-9]{2})|Q(?P<quarter>[1-4])|H(?P<half>[12])))?")
# Keys come from addresses that people may edit. The range leaves room on both sides, so that the
# neighbours of whatever `parse` accepts are dates that Python can write.
_FIRST_YEAR, _LAST_YEAR = 1900, 2999


@dataclass(frozen=True)
class Period:
    """One period of one cadence. `index` counts from 1 within the year."""

    cadence: Cadence
    year: int
    index: int

    def __post_init__(self) -> None:
        """Refuse a thirteenth month: raises ValueError with a Chinese sentence."""
        if not date.min.year <= self.year < date.max.year:
            raise ValueError(f"年份 {self.year} 超出范围。")
        if not 1 <= self.index <= 12 // self.cadence.months:
            raise ValueError(f"一年里没有第 {self.index} 个{self.cadence.label}。")

    @property
    def span(self) -> int:
        """Length in months: how many of the twelve squares of a year the period covers."""
        return self.cadence.months

    @property
    def first_month(self) -> int:
        """Number of the first month, 1 to 12."""
        return (self.index - 1) * self.span + 1

    @property
    def starts_on(self) -> date:
        """First day."""
        return date(self.year, self.first_month, 1)

    @property
    def ends_on(self) -> date:
        """First day on which the period no longer holds."""
        following = self.first_month + self.span
        return date(self.year, following, 1) if following <= 12 else date(self.year + 1, 1, 1)

    @property
    def last_day(self) -> date:
        """Last day: what people call the end."""
        return self.ends_on - timedelta(days=1)

    @property
    def key(self) -> str:
        """What addresses and rows keep: 2026-11, 2026-Q4, 2026-H2, 2026."""
        suffix = {
            Cadence.MONTH: f"-{self.index:02d}",
            Cadence.QUARTER: f"-Q{self.index}",
            Cadence.HALF: f"-H{self.index}",
            Cadence.YEAR: "",
        }
        return f"{self.year:04d}{suffix[self.cadence]}"

    @property
    def label(self) -> str:
        """Name within its year: 11月, 第四季度, 下半年, 全年."""
        match self.cadence:
            case Cadence.MONTH:
                return f"{self.index}月"
            case Cadence.QUARTER:
                return _QUARTER_LABELS[self.index - 1]
            case Cadence.HALF:
                return _HALF_LABELS[self.index - 1]
            case Cadence.YEAR:
                return "全年"

    @property
    def full_label(self) -> str:
        """Name with its year: 2026年11月, 2026年第四季度, 2026年下半年, 2026年."""
        return f"{self.year}年" if self.cadence is Cadence.YEAR else f"{self.year}年{self.label}"

    def __str__(self) -> str:
        return self.full_label

    def next(self) -> Period:
        """The period that begins when this one ends."""
        return period_of(self.ends_on, self.cadence)

    def previous(self) -> Period:
        """The period that ends when this one begins. Raises ValueError before the year 1."""
        if self.index > 1:
            return Period(self.cadence, self.year, self.index - 1)
        return Period(self.cadence, self.year - 1, 12 // self.span)

    def contains(self, day: date) -> bool:
        """Whether the day lies in the period."""
        return self.starts_on <= day < self.ends_on

    def months(self) -> tuple[Period, ...]:
        """The months of the period, in order."""
        first = self.first_month
        return tuple(Period(Cadence.MONTH, self.year, month) for month in range(first, first + self.span))

    def days_left(self, today: date) -> int:
        """Days from today to the last day: 0 on the last day, negative when it has passed."""
        return (self.last_day - today).days


def period_of(day: date, cadence: Cadence) -> Period:
    """The period of this cadence that contains the day."""
    return Period(cadence, day.year, (day.month - 1) // cadence.months + 1)


def parse(key: str) -> Period:
    """The period that a key names. Raises ValueError with a Chinese sentence on anything else."""
    refusal = f"看不懂的期间“{key[:20]}”。应写成 2026-11、2026-Q4、2026-H2 或 2026。"
    match = _KEY.fullmatch(key)
    if match is None:
        raise ValueError(refusal)
    year = int(match["year"])
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise ValueError(refusal)
    for cadence in (Cadence.MONTH, Cadence.QUARTER, Cadence.HALF):
        index = match[cadence.value]
        if index is not None:
            if not 1 <= int(index) <= 12 // cadence.months:
                raise ValueError(refusal)
            return Period(cadence, year, int(index))
    return Period(Cadence.YEAR, year, 1)


def periods_between(start: date, end: date, cadence: Cadence) -> list[Period]:
    """The periods that share a day with `start` to `end` (half-open), in order; none if it is empty."""
    periods = []
    if start < end:
        period = period_of(start, cadence)
        while period.starts_on < end:
            periods.append(period)
            period = period.next()
    return periods


def year_squares(year: int, cadence: Cadence) -> list[Period]:
    """All periods of the year in order: what the year strip draws."""
    return [Period(cadence, year, index) for index in range(1, 12 // cadence.months + 1)]
