"""What a rule says: days on which it may change, what it must not ask, and what is stricter. Pure."""

from __future__ import annotations

from dataclasses import replace as but
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from organisations.models import Level
from programmes.models import Requirement
from programmes.periods import Cadence, period_of
from programmes.terms import Terms, changes, first_days, looser, problems, remind_words

TODAY = date(2026, 11, 20)
DECEMBER, NEW_YEAR = date(2026, 12, 1), date(2027, 1, 1)
MONTH, QUARTER, HALF, YEAR = Cadence
cadences = st.sampled_from(list(Cadence))


@pytest.mark.parametrize(
    ("old", "new", "first"),
    [
        (MONTH, MONTH, DECEMBER),
        (QUARTER, QUARTER, NEW_YEAR),
        (MONTH, QUARTER, NEW_YEAR),
        (QUARTER, MONTH, NEW_YEAR),
        (HALF, MONTH, NEW_YEAR),
        (MONTH, YEAR, NEW_YEAR),
    ],
)
def test_a_change_takes_effect_where_old_and_new_periods_both_turn(old, new, first):
    row = Requirement(cadence=old, since=date(2019, 1, 1))
    assert first_days(new, TODAY, row)[0] == first


@given(old=cadences, new=cadences, today=st.dates(date(2020, 1, 1), date(2035, 1, 1)))
def test_every_day_offered_begins_a_period_of_both_and_lies_ahead(old, new, today):
    days = first_days(new, today, Requirement(cadence=old, since=date(2019, 1, 1)))
    assert days == sorted(set(days))
    assert all(day > today and period_of(day, one).starts_on == day for day in days for one in (old, new))


def test_what_replaces_a_row_to_come_may_begin_with_it_if_its_period_does():
    row = Requirement(cadence=MONTH, since=DECEMBER)
    assert first_days(MONTH, TODAY, row)[:2] == [DECEMBER, NEW_YEAR]
    assert first_days(QUARTER, TODAY, row)[0] == NEW_YEAR


@pytest.mark.parametrize(
    ("different", "field"),
    [
        ({"minimum": 0}, "minimum"),
        ({"minimum": 32}, "minimum"),
        ({"due_days_before_end": 28}, "due_days_before_end"),
        ({"remind_before": (28,)}, "remind_before"),
        ({"due_days_before_end": 10, "remind_before": (20, 0)}, "remind_before"),
        ({"level": Level.GROUP, "needs_committee": True}, "needs_committee"),
        ({"level": Level.ORGAN_COMMITTEE, "has_groups": True}, "has_groups"),
    ],
)
def test_a_rule_that_could_not_be_kept_is_refused_by_field(different, field):
    assert list(problems(but(Terms(Level.BRANCH, MONTH), **different))) == [field]


ABOVE = Terms(Level.BRANCH, QUARTER, minimum=3, min_full_members=7, needs_committee=True, due_days_before_end=5)


@pytest.mark.parametrize(
    ("different", "fields"),
    [
        ({}, []),
        ({"cadence": MONTH, "minimum": 1, "due_days_before_end": 0}, []),
        ({"cadence": HALF, "minimum": 9}, ["cadence"]),
        ({"minimum": 2}, ["minimum"]),
        ({"due_days_before_end": 4}, ["due_days_before_end"]),
        ({"min_full_members": 8}, ["min_full_members"]),
        ({"min_full_members": 3, "needs_committee": False}, []),
        ({"has_groups": True}, ["has_groups"]),
        ({"level": Level.GROUP}, ["level"]),
        ({"remind_before": ()}, []),
    ],
)
def test_an_organ_may_ask_more_and_never_less(different, fields):
    assert list(looser(but(ABOVE, **different), ABOVE)) == fields


def test_what_differs_is_said_in_words():
    old = Terms(Level.BRANCH, MONTH, basis="条例第十三条")
    said = [
        (change.label, change.before, change.after)
        for change in changes(old, but(old, minimum=2, remind_before=(10, 0)))
    ]
    assert said == [("频次", "每月至少 1 次", "每月至少 2 次"), ("提前提醒", "7 天和当天", "10 天和当天")]
    assert changes(old, old) == []
    assert [remind_words(ladder) for ladder in [(), (0,), (21, 7, 0), (5,)]] == [
        "不提醒",
        "当天",
        "21、7 天和当天",
        "5 天",
    ]
