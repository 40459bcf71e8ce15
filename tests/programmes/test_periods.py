"""Periods partition the calendar, keep their keys and know their neighbours."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programmes.periods import (
    Cadence,
    Period,
    parse,
    period_of,
    periods_between,
    year_squares,
)

DAYS = st.dates(date(1900, 1, 1), date(2999, 12, 31))
CADENCES = st.sampled_from(Cadence)


@given(DAYS, CADENCES)
def test_the_period_of_a_day_contains_it_and_its_neighbours_do_not(day, cadence):
    period = period_of(day, cadence)
    assert period.contains(day)
    assert not period.next().contains(day)
    assert not period.previous().contains(day)


@given(DAYS, CADENCES)
def test_periods_follow_each_other_without_gap_or_overlap(day, cadence):
    period = period_of(day, cadence)
    assert period.next().starts_on == period.ends_on
    assert period.previous().ends_on == period.starts_on
    assert period.last_day + timedelta(days=1) == period.ends_on


@given(DAYS, CADENCES)
def test_next_and_previous_undo_each_other(day, cadence):
    period = period_of(day, cadence)
    assert period.next().previous() == period
    assert period.previous().next() == period


@given(DAYS, CADENCES)
def test_a_key_reads_back_as_the_same_period(day, cadence):
    period = period_of(day, cadence)
    assert parse(period.key) == period


@given(DAYS, CADENCES)
def test_a_half_open_end_belongs_to_the_next_period(day, cadence):
    period = period_of(day, cadence)
    assert period.contains(period.starts_on)
    assert period.contains(period.last_day)
    assert not period.contains(period.ends_on)


@given(DAYS, CADENCES)
def test_the_months_of_a_period_partition_it(day, cadence):
    period = period_of(day, cadence)
    months = period.months()
    assert len(months) == period.span
    assert months[0].starts_on == period.starts_on
    assert months[-1].ends_on == period.ends_on
    assert sum(month.contains(day) for month in months) == 1


@given(st.integers(1900, 2999), CADENCES)
def test_the_squares_of_a_year_are_exactly_the_year(year, cadence):
    squares = year_squares(year, cadence)
    assert squares[0].starts_on == date(year, 1, 1)
    assert squares[-1].ends_on == date(year + 1, 1, 1)
    assert sum(square.span for square in squares) == 12
    assert [square.next() for square in squares[:-1]] == squares[1:]


@given(DAYS, st.integers(0, 900), CADENCES)
def test_the_periods_between_two_days_are_those_that_share_a_day(start, length, cadence):
    end = start + timedelta(days=length)
    periods = periods_between(start, end, cadence)
    touched = {period_of(start + timedelta(days=n), cadence) for n in range(length)}
    assert set(periods) == touched
    assert periods == sorted(periods, key=lambda period: period.starts_on)


@given(DAYS, CADENCES)
def test_days_left_is_zero_on_the_last_day(day, cadence):
    period = period_of(day, cadence)
    assert period.days_left(period.last_day) == 0
    assert period.days_left(period.ends_on) == -1
    assert day + timedelta(days=period.days_left(day)) == period.last_day


@given(st.text(max_size=12) | st.from_regex(r"[0-9]{4}(-(Q|H)?[0-9]{1,2})?", fullmatch=True))
def test_any_text_is_a_key_or_refused(text):
    try:
        period = parse(text)
    except ValueError:
        period = None
    assert period is None or period.key == text


@pytest.mark.parametrize(
    "key",
    [
        *("", "26", " 2026", "2026-", "2026-11\n", "2026\x00", "2026-11-23"),
        *("2026-13", "2026-00", "2026-1", "2026-Q0", "2026-Q5", "2026-Q", "2026-H3", "2026-q4"),
        *("0000", "1899", "3000", "２０２６", "٢٠٢٦"),
    ],
)
def test_nonsense_is_refused_in_chinese(key):
    with pytest.raises(ValueError, match="看不懂的期间"):
        parse(key)


@pytest.mark.parametrize(("year", "days"), [(2023, 28), (2024, 29), (1900, 28), (2000, 29), (2100, 28)])
def test_february_ends_on_the_right_day(year, days):
    assert Period(Cadence.MONTH, year, 2).last_day == date(year, 2, days)
    assert Period(Cadence.QUARTER, year, 1).ends_on == date(year, 4, 1)


@pytest.mark.parametrize(
    ("key", "label", "full_label", "starts_on", "last_day", "first_month"),
    [
        ("2026-11", "11月", "2026年11月", date(2026, 11, 1), date(2026, 11, 30), 11),
        ("2026-02", "2月", "2026年2月", date(2026, 2, 1), date(2026, 2, 28), 2),
        ("2026-Q4", "第四季度", "2026年第四季度", date(2026, 10, 1), date(2026, 12, 31), 10),
        ("2026-H1", "上半年", "2026年上半年", date(2026, 1, 1), date(2026, 6, 30), 1),
        ("2026-H2", "下半年", "2026年下半年", date(2026, 7, 1), date(2026, 12, 31), 7),
        ("2026", "全年", "2026年", date(2026, 1, 1), date(2026, 12, 31), 1),
    ],
)
def test_names_and_ends_of_known_periods(key, label, full_label, starts_on, last_day, first_month):
    period = parse(key)
    assert (period.label, period.full_label, str(period)) == (label, full_label, full_label)
    assert (period.starts_on, period.last_day, period.first_month) == (starts_on, last_day, first_month)


def test_the_fourth_quarter_has_41_days_left_on_20_november():
    assert parse("2026-Q4").days_left(date(2026, 11, 20)) == 41


@pytest.mark.parametrize(("cadence", "index"), [(Cadence.MONTH, 13), (Cadence.QUARTER, 5), (Cadence.YEAR, 2)])
def test_a_period_that_no_year_has_cannot_be_made(cadence, index):
    with pytest.raises(ValueError, match="一年里没有"):
        Period(cadence, 2026, index)
    with pytest.raises(ValueError, match="一年里没有"):
        Period(cadence, 2026, 0)


def test_there_is_no_period_before_the_first_year():
    with pytest.raises(ValueError, match="超出范围"):
        Period(Cadence.YEAR, 1, 1).previous()


def test_no_periods_between_a_day_and_an_earlier_one():
    assert periods_between(date(2026, 5, 2), date(2026, 5, 1), Cadence.MONTH) == []


def test_cadences_are_named_as_people_say_them():
    assert [cadence.label for cadence in Cadence] == ["月", "季度", "半年", "年"]
