"""Opening measures: whose they are, for which periods, and that doing it again changes nothing."""

from __future__ import annotations

from datetime import date

import pytest

from organisations.models import Level
from organisations.tree import close
from responsibilities import editions
from responsibilities.models import Assignment, Measure, Origin, Rhythm, Standing
from responsibilities.opening import open_measures
from tests import make
from tests.responsibilities import duties_made

TODAY = date(2026, 11, 20)


def spans(row: Assignment) -> list[tuple[str, date, date]]:
    """Period, first and due day of each measure, in order."""
    return list(row.own_measures.order_by("starts_on").values_list("period", "starts_on", "due_on"))


def snapshot() -> list[object]:
    return [list(model.objects.order_by("pk").values_list()) for model in (Assignment, Measure)]


def test_every_organisation_of_the_level_answers_and_nobody_else(city, today):
    duty_list = duties_made.small_list(city)
    places = {
        number: set(
            Assignment.objects.filter(duty__duty_list=duty_list, duty__number=number).values_list(
                "organisation", flat=True
            )
        )
        for number in (1, 3)
    }
    assert places == {1: {city.first.pk, city.second.pk, city.water_branch.pk}, 3: {city.finance.pk}}


def test_a_list_of_an_organ_speaks_to_that_organ_alone(city, today):
    own = editions.begin(city.finance, preset="three-by-four", title="局清单", by=city.office, now=make.moment(TODAY))
    duties_made.line(own, "每月主题党日", kinds=("theme-party-day",))
    duties_made.issued(own)
    places = set(Assignment.objects.values_list("organisation", flat=True))
    assert places == {city.first.pk, city.second.pk}


@pytest.mark.parametrize(
    ("rhythm", "expected"),
    [
        (
            Rhythm.MONTH,
            [("2026-10", date(2026, 10, 8), date(2026, 10, 31)), ("2026-11", date(2026, 11, 1), date(2026, 11, 30))],
        ),
        (Rhythm.QUARTER, [("2026-Q4", date(2026, 10, 8), date(2026, 12, 31))]),
        (Rhythm.HALF, [("2026-H2", date(2026, 10, 8), date(2026, 12, 31))]),
        (Rhythm.YEAR, [("2026", date(2026, 10, 8), date(2026, 12, 31))]),
        (Rhythm.STANDING, [("2026", date(2026, 10, 8), date(2026, 12, 31))]),
        (Rhythm.ONCE, [("", date(2026, 10, 8), date(2026, 11, 15))]),
    ],
)
def test_a_measure_for_each_period_begun_since_the_list_holds(city, today, rhythm, expected):
    duty_list = duties_made.draft(city)
    deadline = date(2026, 11, 15) if rhythm == Rhythm.ONCE else None
    duties_made.line(duty_list, "一件事", rhythm=rhythm, deadline=deadline)
    duties_made.issued(duty_list, since=date(2026, 10, 8))
    assert spans(duties_made.assignment(duty_list, 1, city.first)) == expected


def test_a_branch_founded_later_owes_from_then_on(city, today):
    young = make.organisation("新党支部", Level.BRANCH, city.finance_committee, founded_on=date(2026, 11, 5))
    duty_list = duties_made.small_list(city)
    assert spans(duties_made.assignment(duty_list, 1, young)) == [("2026-11", date(2026, 11, 5), date(2026, 11, 30))]


def test_opening_again_changes_nothing_and_the_next_month_adds_its_own(city, today):
    duty_list = duties_made.small_list(city)
    before = snapshot()
    open_measures(TODAY)
    assert snapshot() == before
    open_measures(date(2026, 12, 1))
    assert spans(duties_made.assignment(duty_list, 1, city.first))[-1][0] == "2026-12"


def test_nights_that_were_missed_are_made_up_for(city, today):
    duty_list = duties_made.small_list(city)
    open_measures(date(2027, 2, 3))
    assert [key for key, *_ in spans(duties_made.assignment(duty_list, 1, city.first))][-3:] == [
        "2026-12",
        "2027-01",
        "2027-02",
    ]


def test_records_made_before_the_list_count_at_once(city, today):
    make.activity(city.first, "theme-party-day", on=date(2026, 3, 6), by=city.secretary, today=TODAY)
    duty_list = duties_made.small_list(city)
    assert duties_made.measure(duty_list, 1, city.first, "2026-03").done == 1
    assert duties_made.assignment(duty_list, 1, city.first).done == 1


def test_the_next_edition_ends_what_the_old_one_asked_and_keeps_what_was_done(city, today):
    old = duties_made.small_list(city)
    row = duties_made.assignment(old, 1, city.first)
    new = editions.revise(old, by=None, now=make.moment(TODAY))
    editions.issue(new, since=TODAY, standing=Standing.IN_FORCE, by=None, today=TODAY)
    row.refresh_from_db()
    assert (row.ended_on, row.own_measures.count()) == (TODAY, 11)
    assert not Assignment.objects.standing().filter(duty__duty_list=old).exists()
    assert duties_made.assignment(new, 1, city.first).own_measures.count() == 1


def test_a_closed_branch_answers_for_nothing_more(city, today):
    duty_list = duties_made.small_list(city)
    empty = make.organisation("空支部", Level.BRANCH, city.finance_committee)
    open_measures(TODAY)
    close(empty, on=TODAY, today=TODAY)
    open_measures(TODAY)
    assert duties_made.assignment(duty_list, 1, empty).ended_on == TODAY


@pytest.mark.parametrize("branches", [1, 3])
def test_a_city_costs_as_many_statements_as_a_branch(city, today, django_assert_num_queries, branches):
    duties_made.small_list(city)
    for number in range(branches):
        make.organisation(f"第{number}新支部", Level.BRANCH, city.finance_committee)
    with django_assert_num_queries(16):
        open_measures(TODAY)


def test_own_measures_stay_where_they_are(city, today):
    duty_list = duties_made.small_list(city)
    row = duties_made.assignment(duty_list, 2, city.first)
    span = {"starts_on": TODAY, "ends_on": date(2027, 1, 1), "due_on": date(2026, 12, 10)}
    row.own_measures.create(origin=Origin.OWN, text="补一次", **span)
    open_measures(TODAY)
    assert row.own_measures.filter(origin=Origin.OWN).count() == 1
