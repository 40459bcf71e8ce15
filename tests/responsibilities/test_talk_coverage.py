"""How many were talked with: the one figure that leaves a talk."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organisations.models import Level, Person
from responsibilities import talking
from responsibilities.talk_coverage import Covered, Line, coverage, coverage_for, lines, seen_by
from responsibilities.talk_coverage import by_branch as by_branch_where
from responsibilities.talk_pages import Duties, TalkList
from tests import make
from tests.responsibilities.talks_made import TODAY, talk

pytestmark = pytest.mark.django_db


def figure(city, where=None, year: int = 2026) -> tuple[int, int]:
    return coverage(where or city.first, year, TODAY)


def test_a_talk_counts_once_for_the_member_and_whoever_of_both_began_it(city):
    assert figure(city) == (10, 0)
    row = talk(city.secretary, city.member)
    talk(city.member, city.deputy)
    assert figure(city) == (10, 1)
    talking.delete(row, by=city.member)
    assert figure(city) == (10, 1)


def test_between_two_of_the_committee_it_counts_for_both(city):
    talk(city.secretary, city.deputy)
    assert figure(city) == (10, 2)


def test_what_does_not_count(city):
    talk(city.member, city.recorder)  # neither sits in the committee
    talk(city.secretary, city.staff)  # no party member
    talk(city.secretary, city.other_secretary)  # of another branch
    talk(city.secretary, city.leader, on=date(2025, 12, 30))  # another year
    assert figure(city) == (10, 0)
    assert figure(city, year=2025) == (10, 2)


def test_who_sat_in_the_committee_on_that_day_is_what_matters(city):
    talk(city.recorder, Person.objects.get(name="方既白"), on=date(2026, 3, 1))
    talk(city.recorder, city.member, on=date(2026, 3, 2))
    make.holds(city.recorder, "branch-organiser", city.first, since=date(2026, 3, 2), until=date(2026, 6, 1))
    assert figure(city) == (10, 1)
    talk(city.recorder, make_member(city, "苏明达"), on=date(2026, 6, 1))
    assert figure(city) == (11, 1)


def make_member(city, name: str):
    return make.person(name, city.first_group)


def test_the_only_one_of_a_committee_is_not_asked_to_talk_with_himself(city):
    assert figure(city, city.second) == (4, 0)  # five members, the secretary among them
    make.holds(city.office, "branch-organiser", city.second)
    assert figure(city, city.second) == (5, 0)


def test_it_adds_up_over_branches_in_one_query(city):
    talk(city.secretary, city.member)
    talk(city.other_secretary, city.office)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert figure(city, city.finance) == (14, 2)
    assert len(queries) == 1
    assert figure(city, city.committee) == (14, 2)


# --- who sees which figure


def listed(city, reader) -> list[Line]:
    return TalkList(reader, TODAY).branches


def fill_second(city, number: int) -> None:
    for place in range(number):
        make.person(f"党员{place}", city.second)


def test_the_office_sees_branches_in_tree_order_and_the_work_committee_only_the_sum(city):
    fill_second(city, 1)
    talk(city.secretary, city.member)
    assert listed(city, city.office) == [Line("第一党支部", 10, 1), Line("第二党支部", 5, 0)]
    page = TalkList(city.gongwei, TODAY)
    assert (page.sees_all, page.whole, page.branches) == (True, (15, 1), [])


def test_a_secretary_sees_his_own_branch_and_a_group_leader_or_member_none(city):
    assert listed(city, city.secretary) == [Line("第一党支部", 10, 0)]
    assert listed(city, city.recorder) == [Line("第一党支部", 10, 0)]
    for nobody in (city.member, city.staff, city.admin, city.stranger):
        assert listed(city, nobody) == []
    make.holds(city.member, "group-leader", city.second_group)
    assert listed(city, city.member) == []


def test_a_small_branch_is_never_shown_alone(city):
    assert [row.members for row in by_branch_where(seen_by(city.office, TODAY), 2026, TODAY)] == [10, 4]
    # With the small one the other branch is hidden too: what the office is left with is their sum.
    assert listed(city, city.office) == [Line("其余 2 个支部合计", 14, 0)]
    assert listed(city, city.other_secretary) == []
    third = make.organisation("第三党支部", Level.BRANCH, city.finance_committee)
    make.person("甲", third)
    assert listed(city, city.office) == [Line("第一党支部", 10, 0), Line("其余 2 个支部合计", 5, 0)]


def test_pooling_takes_as_few_as_hide_each_other(city):
    keys = {"第一党支部": city.first.pk, "第二党支部": city.second.pk, "水务党支部": city.water_branch.pk}
    rows = [Covered(keys["第一党支部"], 20, 9), Covered(keys["第二党支部"], 3, 1), Covered(keys["水务党支部"], 7, 2)]
    assert lines(rows) == [Line("第一党支部", 20, 9), Line("其余 2 个支部合计", 10, 3)]
    assert lines(rows[1:2]) == []
    assert lines([]) == []


def test_the_sum_of_a_reader_is_that_of_what_he_sees(city):
    assert coverage_for(city.secretary, 2026, TODAY) == (10, 0)
    assert coverage_for(city.member, 2026, TODAY) == (0, 0)


# --- the committee of a branch


def test_a_committee_member_sees_whom_he_has_left_and_only_he(city):
    talk(city.secretary, city.member)
    talk(city.recorder, city.secretary)
    left = {name for _, name in Duties(city.secretary, TODAY).left}
    assert {"夏安禾", "沈若川", "林知远", "丁念慈"}.isdisjoint(left)
    assert {"江予安", "周以宁", "方既白"} <= left
    assert {name for _, name in Duties(city.deputy, TODAY).left} >= {"夏安禾", "林知远"}
    for nobody in (city.member, city.recorder, city.office, city.gongwei, city.admin):
        assert Duties(nobody, TODAY).left == []


def test_the_committee_sees_of_each_of_its_own_with_how_many(city):
    talk(city.secretary, city.member)
    talk(city.secretary, city.member, on=TODAY - timedelta(days=3))
    talk(city.deputy, city.secretary)
    talk(city.secretary, city.staff)
    ((branch, seats),) = Duties(city.leader, TODAY).counts
    assert branch == city.first
    assert [(seat.name, number) for seat, number in seats] == [("林知远", 2), ("周以宁", 1), ("江予安", 0)]
    assert Duties(city.recorder, TODAY).counts == []
