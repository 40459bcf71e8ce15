"""The working calendar: which days people work, with 调休 and the city's own exceptions.

The State Council announces the holidays of a year in the autumn before; the package `chinesecalendar`
carries them. A year that it does not know falls back to Monday to Friday. Rows of `Holiday` win over
both, day by day. The arithmetic is pure: the overrides are an argument.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar

Overrides = Mapping[date, bool]

# No real calendar has two months without a working day: if one does, a row was mistyped, and a
# search that went on would never end.
LONGEST_BREAK = 60
# How far ahead the next year's holidays begin to matter for due dates and reminders.
LOOK_AHEAD = timedelta(days=60)

_ONE_DAY = timedelta(days=1)


def is_workday(day: date, overrides: Overrides) -> bool:
    """Whether people work on the day."""
    if day in overrides:
        return overrides[day]
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def add_workdays(day: date, n: int, overrides: Overrides) -> date:
    """The n-th working day after the day (before it, when n is negative); the day itself for 0.

    Raises ValueError when the overrides leave no working day for 60 days.
    """
    step = _ONE_DAY if n > 0 else -_ONE_DAY
    for _ in range(abs(n)):
        day = _nearest_workday(day + step, step, overrides)
    return day


def previous_workday(day: date, overrides: Overrides) -> date:
    """The last working day on or before the day. Raises ValueError as `add_workdays` does."""
    return _nearest_workday(day, -_ONE_DAY, overrides)


def workdays_between(start: date, end: date, overrides: Overrides) -> int:
    """How many working days lie in `start` to `end` (half-open); 0 when it is empty."""
    days = (start + timedelta(days=offset) for offset in range((end - start).days))
    return sum(is_workday(day, overrides) for day in days)


def years_without_data(today: date, overrides: Overrides) -> list[int]:
    """Years that matter from today on and that run on Monday to Friday only.

    A year with a row of its own counts as known: somebody has entered its holidays.
    """
    entered = {day.year for day in overrides}
    years = range(today.year, (today + LOOK_AHEAD).year + 1)
    return [year for year in years if year not in entered and not _announced(year)]


@dataclass(frozen=True)
class WorkCalendar:
    """The same verbs, bound to overrides that were read once."""

    overrides: Overrides

    @classmethod
    def around(cls, today: date) -> WorkCalendar:
        """The calendar of last year, this year and the next: all that a reminder reaches."""
        return cls(overrides_for(range(today.year - 1, today.year + 2)))

    def is_workday(self, day: date) -> bool:
        """Whether people work on the day."""
        return is_workday(day, self.overrides)

    def add_workdays(self, day: date, n: int) -> date:
        """The n-th working day after (n < 0: before) the day."""
        return add_workdays(day, n, self.overrides)

    def previous_workday(self, day: date) -> date:
        """The last working day on or before the day."""
        return previous_workday(day, self.overrides)

    def workdays_between(self, start: date, end: date) -> int:
        """How many working days lie in `start` to `end` (half-open)."""
        return workdays_between(start, end, self.overrides)

    def years_without_data(self, today: date) -> list[int]:
        """Years that matter from today on and whose holidays nobody has entered."""
        return years_without_data(today, self.overrides)


def overrides_for(years: Iterable[int]) -> dict[date, bool]:
    """The rows of `Holiday` in these years, as date → worked or not. One query."""
    # Imported here, so that the arithmetic above can be read and tested without a database.
    from reminders.models import Holiday

    rows = Holiday.objects.filter(date__year__in=list(years))
    return dict(rows.values_list("date", "is_workday"))


def _nearest_workday(day: date, step: timedelta, overrides: Overrides) -> date:
    """The first working day from the day on, in the direction of the step."""
    for _ in range(LONGEST_BREAK):
        if is_workday(day, overrides):
            return day
        day += step
    raise ValueError(f"工作日历有误：{day:%Y-%m-%d} 前后连续 {LONGEST_BREAK} 天没有工作日，请检查节假日设置。")


def _announced(year: int) -> bool:
    """Whether the package knows the holidays of the year."""
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True
