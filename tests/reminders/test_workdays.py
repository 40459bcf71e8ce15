"""The working calendar: announced years, 调休, own exceptions and years nobody knows yet."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminders.models import Holiday
from reminders.workdays import (
    WorkCalendar,
    add_workdays,
    is_workday,
    overrides_for,
    previous_workday,
    workdays_between,
    years_without_data,
)

DAYS = st.dates(date(2003, 6, 1), date(2028, 6, 1))
OVERRIDES = st.dictionaries(DAYS, st.booleans(), max_size=20)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 23), True),  # a plain Monday
        (date(2026, 11, 22), False),  # a plain Sunday
        (date(2026, 1, 1), False),  # New Year
        (date(2026, 1, 2), False),  # a Friday off
        (date(2026, 1, 4), True),  # a Sunday worked for it
        (date(2026, 2, 14), True),  # a Saturday worked before the Spring Festival
        (date(2026, 2, 17), False),  # the Spring Festival
        (date(2026, 2, 23), False),  # its last day off, a Monday
        (date(2026, 2, 28), True),  # a Saturday worked after it
        (date(2026, 5, 9), True),
        (date(2026, 9, 20), True),
        (date(2026, 10, 7), False),
        (date(2026, 10, 10), True),
    ],
)
def test_2026_as_announced(day, works):
    assert is_workday(day, {}) is works


@pytest.mark.parametrize("year", [1999, 2003, 2027, 2040])
def test_a_year_that_nobody_announced_runs_monday_to_friday(year):
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(28)]
    assert [is_workday(day, {}) for day in days] == [day.weekday() < 5 for day in days]


def test_an_override_wins_over_the_announced_calendar_and_over_the_fallback():
    overrides = {date(2026, 10, 7): True, date(2026, 11, 23): False, date(2027, 1, 1): False}
    assert is_workday(date(2026, 10, 7), overrides)
    assert not is_workday(date(2026, 11, 23), overrides)
    assert not is_workday(date(2027, 1, 1), overrides)


def test_counting_across_the_spring_festival():
    assert add_workdays(date(2026, 2, 14), 1, {}) == date(2026, 2, 24)
    assert add_workdays(date(2026, 2, 24), -1, {}) == date(2026, 2, 14)
    assert previous_workday(date(2026, 2, 23), {}) == date(2026, 2, 14)
    assert workdays_between(date(2026, 2, 14), date(2026, 3, 1), {}) == 6


def test_counting_across_new_year_into_a_year_without_data():
    assert add_workdays(date(2026, 12, 31), 1, {}) == date(2027, 1, 1)
    assert add_workdays(date(2026, 12, 31), 1, {date(2027, 1, 1): False}) == date(2027, 1, 4)
    assert previous_workday(date(2027, 1, 3), {date(2027, 1, 1): False}) == date(2026, 12, 31)


def test_adding_nothing_leaves_even_a_sunday_alone():
    assert add_workdays(date(2026, 11, 22), 0, {}) == date(2026, 11, 22)


@given(DAYS, st.integers(-30, 30), OVERRIDES)
def test_adding_lands_on_a_workday_and_counts_as_many_as_asked(day, n, overrides):
    landed = add_workdays(day, n, overrides)
    if n > 0:
        assert is_workday(landed, overrides)
        assert workdays_between(day + timedelta(days=1), landed + timedelta(days=1), overrides) == n
    elif n < 0:
        assert is_workday(landed, overrides)
        assert workdays_between(landed, day, overrides) == -n
    else:
        assert landed == day


@given(DAYS, OVERRIDES)
def test_the_previous_workday_is_the_day_itself_or_the_last_one_before(day, overrides):
    found = previous_workday(day, overrides)
    assert found <= day
    assert is_workday(found, overrides)
    assert workdays_between(found + timedelta(days=1), day + timedelta(days=1), overrides) == 0


@given(DAYS, st.integers(0, 60), st.integers(0, 60), OVERRIDES)
def test_counts_add_up_where_two_stretches_meet(start, first, second, overrides):
    middle = start + timedelta(days=first)
    end = middle + timedelta(days=second)
    whole = workdays_between(start, end, overrides)
    assert whole == workdays_between(start, middle, overrides) + workdays_between(middle, end, overrides)


def test_an_empty_stretch_has_no_workdays():
    assert workdays_between(date(2026, 11, 23), date(2026, 11, 23), {}) == 0
    assert workdays_between(date(2026, 11, 23), date(2026, 11, 2), {}) == 0


@pytest.mark.parametrize("n", [1, -1])
def test_a_calendar_without_workdays_is_refused_instead_of_searched_for_ever(n):
    never = {date(2026, 1, 1) + timedelta(days=offset): False for offset in range(365)}
    with pytest.raises(ValueError, match="没有工作日"):
        add_workdays(date(2026, 6, 1), n, never)
    with pytest.raises(ValueError, match="没有工作日"):
        previous_workday(date(2026, 6, 1), never)


def test_sixty_days_off_are_the_most_that_is_believed():
    start = date(2026, 6, 1)
    off = {start + timedelta(days=offset): False for offset in range(59)}
    assert add_workdays(start - timedelta(days=1), 1, off | {date(2026, 7, 30): True}) == date(2026, 7, 30)


def test_the_coming_year_is_missed_only_when_it_begins_to_matter():
    assert years_without_data(date(2026, 10, 1), {}) == []
    assert years_without_data(date(2026, 11, 23), {}) == [2027]
    assert years_without_data(date(2027, 2, 1), {}) == [2027]
    assert years_without_data(date(2027, 12, 1), {}) == [2027, 2028]


def test_a_year_whose_holidays_were_entered_is_not_missed():
    assert years_without_data(date(2026, 11, 23), {date(2027, 1, 1): False}) == []


@given(DAYS, st.integers(-10, 10), OVERRIDES)
def test_a_calendar_says_what_the_functions_say(day, n, overrides):
    calendar = WorkCalendar(overrides)
    later = day + timedelta(days=40)
    assert calendar.is_workday(day) == is_workday(day, overrides)
    assert calendar.add_workdays(day, n) == add_workdays(day, n, overrides)
    assert calendar.previous_workday(day) == previous_workday(day, overrides)
    assert calendar.workdays_between(day, later) == workdays_between(day, later, overrides)
    assert calendar.years_without_data(day) == years_without_data(day, overrides)


@pytest.mark.django_db
def test_the_calendar_reads_the_rows_of_three_years_in_one_query(django_assert_num_queries):
    for day, works in [
        (date(2024, 5, 6), False),
        (date(2025, 5, 6), False),
        (date(2027, 1, 1), False),
        (date(2026, 11, 22), True),
    ]:
        Holiday.objects.create(date=day, is_workday=works, name="本市安排")
    assert overrides_for([2027]) == {date(2027, 1, 1): False}
    with django_assert_num_queries(1):
        calendar = WorkCalendar.around(date(2026, 11, 20))
    assert calendar.overrides == {date(2025, 5, 6): False, date(2026, 11, 22): True, date(2027, 1, 1): False}
    assert calendar.is_workday(date(2026, 11, 22))
    assert calendar.years_without_data(date(2026, 11, 20)) == []
