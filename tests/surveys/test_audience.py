"""Whom a survey asks, and that no ballot stands for fewer than k people."""

from __future__ import annotations

from collections import Counter

import pytest

from organisations import appointing
from organisations.models import Membership, Person
from surveys.audience import asked_people, planned_units, unit_of
from surveys.models import Survey, Who
from tests import make
from tests.conftest import TODAY
from tests.surveys import surveys_made as made

pytestmark = pytest.mark.django_db


def drawn(unit, depth: int = 0) -> list[str]:
    lines = [f"{'  ' * depth}{unit.name} {unit.heads}"]
    return lines + [line for child in unit.children for line in drawn(child, depth + 1)]


def test_a_branch_with_enough_people_is_a_leaf_and_groups_count_for_it(city):
    made.crowd(city)
    assert drawn(planned_units(made.draft(city), TODAY)) == [
        "市直机关工委 34",
        "  市财政局党组 24",
        "    第一党支部 11",
        "    第二党支部 13",
        "  市水务局机关党委 10",
    ]


def test_a_small_unit_takes_the_smallest_other_with_it(city):
    assert drawn(planned_units(made.draft(city), TODAY)) == ["市直机关工委 17"]


def test_small_branches_of_a_unit_are_merged(city):
    made.crowd(city)
    for place in range(3):
        branch = make.organisation(f"第{'三四五'[place]}党支部", "branch", city.finance_committee)
        for person in range(2):
            make.person(f"小支{place}{person}", branch)
    assert "    其他支部合并（3 个） 6" in drawn(planned_units(made.draft(city), TODAY))


def test_every_leaf_has_at_least_k_heads_and_every_person_one_leaf(city):
    made.crowd(city, second=1, water=3)
    for k in (5, 6, 11, 12):
        whole = planned_units(made.draft(city, k=k), TODAY)
        leaves = [unit for unit in whole.walk() if unit.is_leaf]
        assert min(unit.heads for unit in leaves) >= k
        assert sum(unit.heads for unit in leaves) == whole.heads
        covered = Counter(key for unit in leaves for key in unit.covers)
        assert set(covered.values()) == {1}


def test_who_is_asked(city):
    made.crowd(city)
    draft = made.draft(city)
    heads = {who: planned_units(Survey(organisation=draft.organisation, who=who), TODAY).heads for who in Who}
    assert heads[Who.EVERYONE] == 34
    assert heads[Who.MEMBERS] == 33
    assert heads[Who.YOUTH] == Membership.objects.filter(person__birth_year__gte=TODAY.year - 40).count()


def test_a_person_gets_the_ballot_of_where_he_belonged_on_the_day_of_the_launch(city):
    made.crowd(city)
    survey = made.launched(city)
    assert unit_of(city.member, survey).name == "第一党支部"
    assert unit_of(city.other_secretary, survey).name == "第二党支部"
    assert unit_of(city.stranger, survey).name == "市水务局机关党委"
    appointing.transfer(city.member, to=city.second, on=TODAY, today=TODAY)
    assert unit_of(city.gongwei, survey) is None
    late = make.person("后来人", city.first, since=TODAY.replace(day=25))
    assert unit_of(late, survey) is None
    assert Survey.objects.asking(late).count() == 0


def test_everybody_who_is_asked_finds_exactly_one_unit(city):
    made.crowd(city)
    survey = made.launched(city)
    people = list(asked_people(survey))
    assert len(people) == len(set(people)) == 34
    found = [unit_of(person, survey) for person in Person.objects.filter(pk__in=people)]
    assert Counter(unit.name for unit in found) == {unit.name: unit.heads for unit in survey.units.filter(is_leaf=True)}


def test_the_list_of_surveys_shows_those_that_ask_me_and_those_that_i_keep(city):
    made.crowd(city)
    survey, members = made.launched(city), made.launched(city, title="只问党员", who=Who.MEMBERS)
    draft = made.draft(city, title="草稿")
    of_finance = made.draft(city, title="财政局的", organisation=city.finance)
    seen = {name: set(Survey.objects.visible_to(person)) for name, person in city.cast.items()}
    assert seen["committee"] == {survey, members, draft, of_finance}
    assert seen["office"] == {survey, members, of_finance}
    assert seen["member"] == seen["secretary"] == seen["stranger"] == {survey, members}
    assert seen["staff"] == {survey}
    assert seen["administrator"] == set()
