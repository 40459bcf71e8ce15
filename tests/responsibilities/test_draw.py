"""Lots that anybody can draw again: recomputed here on their own, kept, and shown to both sides and nobody else."""

from __future__ import annotations

import hashlib
import re
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from organisations.models import Level, Organisation
from responsibilities import drawing_lots
from responsibilities.models import Draw, Inspection
from tests import make
from tests.responsibilities.inspections_made import SEED, at, drawn, template, visited

pytestmark = pytest.mark.usefixtures("today")

TODAY = date(2026, 11, 20)


def more_branches(city, number: int) -> None:
    for place in range(number):
        make.organisation(f"第{place + 3}党支部", Level.BRANCH, city.finance_committee, code=f"F{place:03d}")


def recomputed(draw: Draw) -> set[int]:
    """By the rule as the page words it, without the program's own functions."""
    lots = []
    for node in Organisation.objects.filter(level="branch", path__startswith=draw.organisation.path):
        mark = node.code or str(node.pk)
        lots.append((hashlib.sha256(f"{draw.seed}:{mark}".encode()).hexdigest(), node.pk))
    return {pk for _, pk in sorted(lots)[: draw.wanted]}


@pytest.mark.parametrize("seed", [SEED, "f" * 32, "another"])
def test_anybody_comes_to_the_same(city, seed):
    more_branches(city, 8)
    draw = drawn(city, 3, seed=seed)
    chosen = set(draw.population.filter(chosen=True).values_list("organisation_id", flat=True))
    assert chosen == recomputed(draw)
    assert len(chosen) == 3
    assert draw.population.count() == 10
    places = list(draw.population.values_list("organisation__path", flat=True))
    assert places == sorted(places)


def test_a_code_that_is_changed_later_changes_nothing_of_what_was_drawn(city):
    draw = drawn(city)
    before = list(draw.population.values_list("mark", "name", "chosen"))
    Organisation.objects.filter(pk=city.first.pk).update(code="NEW", name="改名支部")
    assert list(Draw.objects.get().population.values_list("mark", "name", "chosen")) == before
    assert before[0][0] == str(city.first.pk)


def test_every_draw_has_a_seed_of_its_own_made_at_that_moment(city, as_person):
    fields = {"held_by": city.finance_committee.pk, "template": template().pk, "wanted": 1, "years_spared": 0}
    for _ in range(2):
        as_person(city.office).post(reverse("draw-add"), fields | {"reason": "随机督查"})
    first, second = Draw.objects.order_by("pk").values_list("seed", flat=True)
    assert first != second
    assert all(re.fullmatch("[0-9a-f]{32}", seed) for seed in (first, second))


def test_drawing_again_is_one_more_row_with_its_reason(city):
    first = drawn(city)
    with pytest.raises(ValidationError, match="为什么重抽"):
        drawing_lots.draw_again(first, because="", seed="b", by=city.office, **at())
    second = drawing_lots.draw_again(first, because="抽中的支部刚撤并", seed="b", by=city.office, **at())
    third = drawing_lots.draw_again(second, because="再抽", seed="c", by=city.office, **at())
    assert [row.follows for row in (first, second, third)] == [None, first, first]
    assert set(Draw.objects.filter(drawing_lots.draws_of(second))) == {first, second, third}


def test_who_was_inspected_lately_is_left_out_where_that_is_wanted(city):
    visited(city)
    assert drawn(city, years_spared=0).population.count() == 2
    draw = drawn(city, years_spared=1)
    assert (draw.spared, [row.organisation for row in draw.population.all()]) == (1, [city.second])
    Inspection.objects.update(visited_on=TODAY - timedelta(days=366))
    assert drawn(city, years_spared=1).population.count() == 2


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"wanted": 3}, "wanted", "一共 2 个可以抽，请写 1 到 2。"),
        ({"wanted": 0}, "wanted", "一共 2 个可以抽，请写 1 到 2。"),
        ({"reason": " "}, "reason", "请写一句缘由。"),
        ({"years_spared": 9}, "years_spared", "请写 0 到 5。"),
    ],
)
def test_what_cannot_be_drawn_is_said_beside_its_field(city, fields, field, sentence):
    with pytest.raises(ValidationError) as refused:
        drawn(city, **fields)
    assert refused.value.message_dict == {field: [sentence]}


def test_organs_are_drawn_by_their_roots_and_closed_ones_are_not(city):
    organs = {"held_by": city.committee, "template": template("organ-check"), "by": city.gongwei}
    assert [row.organisation for row in drawn(city, **organs).population.all()] == [city.finance, city.water]
    Organisation.objects.filter(pk=city.water.pk).update(closed_on=TODAY)
    assert [row.organisation for row in drawn(city, **organs).population.all()] == [city.finance]
    with pytest.raises(ValidationError, match="没有可以抽的单位"):
        drawn(city, template=template("organ-check"))


def test_only_who_inspects_there_draws(city):
    for person in (city.secretary, city.stranger, city.admin):
        with pytest.raises(PermissionDenied):
            drawn(city, by=person)


def test_both_sides_see_seed_rule_and_list_and_strangers_do_not_know_of_it(city, as_person):
    draw = drawn(city)
    other = drawing_lots.draw_again(draw, because="名单有误", seed="b" * 32, by=city.office, **at())
    for person in (city.office, city.gongwei, city.secretary, city.other_secretary, city.recorder):
        page = as_person(person).get(reverse("draw", args=[draw.pk])).content.decode()
        assert SEED in page
        assert drawing_lots.RULE.format(wanted=1) in page
        assert "市财政局机关党委第一党支部" in page
        assert reverse("draw", args=[other.pk]) in page
        assert "名单有误" in page
    for person in (city.stranger, city.member, city.staff, city.admin):
        assert as_person(person).get(reverse("draw", args=[draw.pk])).status_code == 404
    assert as_person(city.secretary).get(reverse("draw-again", args=[draw.pk])).status_code == 403
    assert as_person(city.secretary).get(reverse("draw-plan", args=[draw.pk])).status_code == 403


def test_those_picked_are_arranged_for_in_one_act_and_only_once(city, as_person):
    draw = drawn(city, 2)
    page = as_person(city.office)
    fields = {"planned_on": "2026-11-25", "inspectors": [city.office.pk]}
    assert page.post(reverse("draw-plan", args=[draw.pk]), fields).status_code == 302
    assert set(draw.inspections.values_list("organisation", "planned_on")) == {
        (city.first.pk, date(2026, 11, 25)),
        (city.second.pk, date(2026, 11, 25)),
    }
    again = page.post(reverse("draw-plan", args=[draw.pk]), fields)
    assert (again.status_code, draw.inspections.count()) == (422, 2)


def test_the_list_costs_the_same_however_long(city, as_person, django_assert_num_queries):
    page = as_person(city.gongwei)
    draw = drawn(city)
    page.get(reverse("draw", args=[draw.pk]))
    with django_assert_num_queries(10):
        page.get(reverse("draw", args=[draw.pk]))
    more_branches(city, 5)
    draw = drawn(city, 4)
    with django_assert_num_queries(10):
        page.get(reverse("draw", args=[draw.pk]))
