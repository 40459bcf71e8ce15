"""Indicators: done beside planned over what the reader sees, each measure by its definition."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from activities import recording
from activities.entries import Absence
from activities.models import Activity
from dashboards.indicators import Figure, Holdings, Reach, figures
from organisations.models import Person
from programmes.models import Indicator, Programme
from tests import make

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
DAY = date(2026, 11, 18)


@pytest.fixture
def soul(city) -> Programme:
    """The programme with its figures taken away, so that each test writes its own."""
    programme = Programme.objects.get(code="soul-forging")
    programme.indicators.all().delete()
    return programme


def indicator(
    programme: Programme, measure: str, *kinds: str, target: int | None = None, per: str = "total"
) -> Indicator:
    row = Indicator.objects.create(programme=programme, name="指标", measure=measure, target=target, per=per)
    row.kinds.set([make.kind(code) for code in kinds])
    return row


def held(where, *kinds: str, by: Person, on: date = DAY, roll: tuple[int, ...] = (), **fields) -> Activity:
    return make.activity(
        where, *kinds, on=on, by=by, programme=make.kind("theme-party-day").programme, roll=roll, **fields
    )


def done(programme: Programme, reader: Person, reach: Reach | None = None) -> list[Figure]:
    seen = Activity.objects.visible_to(reader, TODAY).counted().filter(programme=programme)
    rows = list(programme.indicators.prefetch_related("kinds"))
    return figures(rows, Holdings(seen, rows), reach or Reach(frozenset(), 0, False))


def people(city, number: int) -> tuple[int, ...]:
    return tuple(Person.objects.under(city.first, TODAY).order_by("pk").values_list("pk", flat=True)[:number])


def test_activities_of_the_kinds_are_counted_once_however_many_kinds_and_hosts(city, soul):
    indicator(soul, "activities", "theme-party-day", "study-forging")
    indicator(soul, "activities")
    held(city.first, "theme-party-day", "study-forging", by=city.secretary, partners=(city.second,))
    held(city.first, "case-education", by=city.secretary)
    held(city.first, "case-education", by=city.secretary, on=date(2026, 12, 1), today=TODAY)  # planned
    assert [figure.done for figure in done(soul, city.gongwei)] == [1, 2]


def test_withdrawn_and_foreign_ones_do_not_count(city, soul):
    indicator(soul, "activities")
    first = held(city.first, "theme-party-day", by=city.secretary)
    held(city.water_branch, "theme-party-day", by=city.stranger)
    assert [done(soul, who)[0].done for who in (city.gongwei, city.secretary, city.stranger, city.staff)] == [
        2,
        1,
        1,
        0,
    ]
    recording.withdraw(first, reason="记错了", by=city.secretary, now=make.moment(TODAY), today=TODAY)
    assert [done(soul, who)[0].done for who in (city.gongwei, city.secretary)] == [1, 0]


def test_attendances_sum_those_present_and_headcounts(city, soul):
    indicator(soul, "attendances")
    held(
        city.first,
        "theme-party-day",
        by=city.secretary,
        roll=people(city, 5),
        absences={people(city, 1)[0]: Absence("trip", "")},
    )
    held(city.first, "theme-party-day", by=city.secretary, on=date(2026, 11, 17), headcount=True, present=40)
    assert done(soul, city.gongwei)[0].done == 44


def test_hours_multiply_those_present(city, soul):
    indicator(soul, "hours", "theme-party-day")
    held(city.first, "theme-party-day", by=city.secretary, roll=people(city, 4))  # an hour and a half
    assert done(soul, city.gongwei)[0].done == Decimal("6.0")


def test_organs_are_counted_once_as_hosts_or_partners(city, soul):
    indicator(soul, "organisations", "case-education")
    indicator(soul, "organisations")
    held(city.first, "case-education", by=city.secretary)
    held(city.second, "case-education", by=city.other_secretary)
    joint = held(city.first, "theme-party-day", by=city.secretary, on=date(2026, 11, 17), partners=(city.water_branch,))
    assert [figure.done for figure in done(soul, city.gongwei)] == [1, 2]
    recording.decline(
        joint.partnerships.get(), reason="没有参加", by=city.stranger, now=make.moment(TODAY), today=TODAY
    )
    assert [figure.done for figure in done(soul, city.gongwei)] == [1, 1]


def test_beside_a_plan_for_ones_own_organ_another_organ_is_not_counted(city, soul):
    indicator(soul, "organisations", target=1, per="organ")
    held(city.first, "theme-party-day", by=city.secretary, partners=(city.water_branch,))
    own = Reach(frozenset({city.finance.path}), 2, False)
    assert [(figure.done, figure.planned) for figure in done(soul, city.office, own)] == [(1, 1)]


EVERYTHING = Reach(frozenset({"00010001", "00010002"}), 5, True)
ONE_BRANCH = Reach(frozenset(), 1, False)


@pytest.mark.parametrize(
    ("measure", "target", "per", "reach", "planned", "plan"),
    [
        ("activities", 4, "total", EVERYTHING, 4, "一共 4 场"),
        ("activities", 4, "total", ONE_BRANCH, None, "一共 4 场"),
        ("activities", 2, "organ", EVERYTHING, 4, "每个单位 2 场"),
        ("activities", 2, "organ", ONE_BRANCH, None, "每个单位 2 场"),
        ("activities", 12, "branch", EVERYTHING, 60, "每个支部 12 场"),
        ("activities", 12, "branch", ONE_BRANCH, 12, "每个支部 12 场"),
        ("organisations", 1, "organ", EVERYTHING, 2, "每个单位都开展"),
        ("attendances", 3200, "total", EVERYTHING, 3200, "一共 3,200 人次"),
        ("hours", None, "total", EVERYTHING, None, ""),
    ],
)
def test_a_plan_is_shown_where_the_reader_sees_all_that_it_speaks_of(
    city, soul, measure, target, per, reach, planned, plan
):
    indicator(soul, measure, target=target, per=per)
    figure = done(soul, city.gongwei, reach)[0]
    assert (figure.planned, figure.plan) == (planned, plan)


def test_a_figure_carries_its_definition_in_words(city, soul):
    indicator(soul, "activities", "theme-party-day", target=12, per="branch")
    figure = done(soul, city.gongwei, EVERYTHING)[0]
    assert (figure.meaning, figure.unit) == ("主题党日，已开展的场数，联合举办的算一场", "场")
    assert figure.label == "指标：已办 0 场，计划 60 场"


def test_three_indicators_take_the_two_queries_of_one(city, soul, django_assert_num_queries):
    held(city.first, "theme-party-day", by=city.secretary, partners=(city.second,))
    city.gongwei.may("see", None, TODAY)
    for measure in ("organisations", "hours", "activities"):
        indicator(soul, measure, "theme-party-day", "case-education")
        rows = list(soul.indicators.prefetch_related("kinds"))
        seen = Activity.objects.visible_to(city.gongwei, TODAY).counted().filter(programme=soul)
        with django_assert_num_queries(2):
            assert len(figures(rows, Holdings(seen, rows), EVERYTHING)) == len(rows)
