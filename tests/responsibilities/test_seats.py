"""Who holds a duty: at the place itself, else above it in the same organ, else in the committee below; else nobody."""

from __future__ import annotations

from datetime import date

import pytest

from organisations.models import Category
from responsibilities import editions, seats
from responsibilities.models import Assignment, Rhythm
from tests import make
from tests.responsibilities import duties_made

TODAY = date(2026, 11, 20)


def names(row: Assignment) -> list[str]:
    return [holder.person.name for holder in seats.holders([row], TODAY)[row.pk]]


@pytest.fixture
def duty_list(city, today):
    """A line for every seat that the cast can hold."""
    made = duties_made.draft(city)
    duties_made.line(made, "支部的", kinds=("theme-party-day",))
    duties_made.line(made, "党组的", level="group", post="head", rhythm=Rhythm.HALF)
    duties_made.line(made, "专职的", level="group", post="deputy", rhythm=Rhythm.YEAR)
    duties_made.line(made, "支部里由分管领导负责的", post="leader", rhythm=Rhythm.YEAR)
    return duties_made.issued(made)


def test_the_secretary_holds_what_is_the_secretarys(city, duty_list):
    assert names(duties_made.assignment(duty_list, 1, city.first)) == ["林知远"]


def test_a_vacant_post_is_nobodys(city, duty_list):
    assert names(duties_made.assignment(duty_list, 2, city.finance)) == []


def test_the_deputy_of_the_committee_holds_it_for_the_party_group_above(city, duty_list):
    make.holds(city.deputy, "organ-committee-deputy", city.finance_committee)
    assert names(duties_made.assignment(duty_list, 3, city.finance)) == ["周以宁"]


def test_a_leader_of_the_organ_holds_it_for_its_branches_and_for_no_other_organ(city, duty_list):
    make.holds(city.deputy, "party-group-party-work", city.finance)
    assert names(duties_made.assignment(duty_list, 4, city.first)) == ["周以宁"]
    assert names(duties_made.assignment(duty_list, 4, city.water_branch)) == []


def test_the_nearest_goes_before_those_above(city, duty_list):
    make.holds(city.deputy, "party-group-party-work", city.finance)
    make.holds(city.leader, "organ-committee-secretary", city.finance_committee)
    assert names(duties_made.assignment(duty_list, 4, city.first)) == ["江予安"]
    assert not seats.holds(city.deputy, duties_made.assignment(duty_list, 4, city.first), TODAY)


def test_an_appointment_that_has_ended_or_not_begun_holds_nothing(city, duty_list):
    make.holds(city.deputy, "party-group-secretary", city.finance, until=TODAY)
    make.holds(city.leader, "party-group-secretary", city.finance, since=date(2026, 11, 21))
    assert names(duties_made.assignment(duty_list, 2, city.finance)) == []


def test_held_by_says_the_same_as_holders(city, duty_list):
    make.holds(city.deputy, "party-group-party-work", city.finance)
    make.holds(city.leader, "organ-committee-secretary", city.finance_committee)
    everything = list(Assignment.objects.standing().select_related("duty", "organisation"))
    found = seats.holders(everything, TODAY)
    for person in city.cast.values():
        expected = {row.pk for row in everything if any(seat.person_id == person.pk for seat in found[row.pk])}
        assert set(seats.held_by(person, TODAY).values_list("pk", flat=True)) == expected, person


def test_what_is_everybodys_is_held_by_the_party_members_there(city, today):
    made = editions.begin(city.committee, preset="four-subjects", title="党员清单", by=None, now=make.moment(TODAY))
    fields = {"type": "post", "rhythm": Rhythm.YEAR, "proof": "text", "content": "参加组织生活", "number": 1}
    level, post = made.levels.get(name="党支部"), made.posts.get(everybody=True)
    made.duties.create(level=level, post=post, **fields)
    duties_made.issued(made)
    row = duties_made.assignment(made, 1, city.first)
    assert list(seats.held_by(city.member, TODAY)) == [row]
    assert seats.holds(city.member, row, TODAY)
    assert not seats.holds(city.other_secretary, row, TODAY)
    city.member.category = Category.APPLICANT
    assert not seats.held_by(city.member, TODAY).exists()


def test_it_takes_the_same_queries_for_one_and_for_many(city, duty_list, django_assert_num_queries):
    everything = list(Assignment.objects.standing().select_related("duty", "organisation"))
    for rows in (everything[:1], everything):
        with django_assert_num_queries(2):
            seats.holders(rows, TODAY)
    with django_assert_num_queries(5):
        seats.held_by(city.secretary, TODAY)
