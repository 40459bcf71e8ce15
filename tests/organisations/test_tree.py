"""Growing, moving and closing the tree; paths stay true whatever is done."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from organisations import paths, tree
from organisations.appointing import transfer
from organisations.models import ALLOWED_PARENTS, Level, Organisation, Person
from programmes.models import Obligation
from programmes.models.obligation import ExemptionMark
from tests import make

pytestmark = pytest.mark.django_db


def assert_paths_tell_the_tree() -> None:
    """Every path is its parent's path and one step; nobody shares one."""
    rows = list(Organisation.objects.select_related("parent"))
    assert len({row.path for row in rows}) == len(rows)
    for row in rows:
        above = row.parent.path if row.parent else ""
        assert row.path[: -paths.STEP] == above
        assert row.level in Level.values
        if row.parent:
            assert row.parent.level in ALLOWED_PARENTS[row.level]


def test_a_subtree_is_a_range_of_paths(city):
    found = Organisation.objects.under(city.finance).in_tree_order()
    assert list(found) == [
        city.finance,
        city.finance_committee,
        city.first,
        city.first_group,
        city.second_group,
        city.second,
    ]


@pytest.mark.parametrize(
    ("level", "parent"),
    [
        (Level.BRANCH, "committee"),
        (Level.GROUP, "finance_committee"),
        (Level.PARTY_GROUP, "finance"),
        (Level.WORK_COMMITTEE, "committee"),
    ],
)
def test_a_level_is_refused_where_it_may_not_stand(city, level, parent):
    with pytest.raises(ValidationError):
        make.organisation("新组织", level, getattr(city, parent))


def test_only_the_work_committee_stands_alone(rules):
    with pytest.raises(ValidationError, match="必须有上级"):
        make.organisation("没有上级的支部", Level.BRANCH, None)


def test_moving_takes_the_whole_subtree_along(city):
    tree.move(city.first, to=city.water, today=date(2026, 11, 20))
    moved = list(Organisation.objects.under(city.water).in_tree_order())
    assert moved == [city.water, city.water_branch, city.first, city.first_group, city.second_group]
    assert_paths_tell_the_tree()


def test_a_node_cannot_move_below_itself(city):
    with pytest.raises(ValidationError):
        tree.move(city.finance_committee, to=city.first, today=date(2026, 11, 20))


def test_the_rights_move_with_the_branch(city):
    tree.move(city.first, to=city.water, today=date(2026, 11, 20))
    office = Person.objects.get(pk=city.office.pk)
    assert not office.may("see", Organisation.objects.get(pk=city.first.pk))


def test_closing_waits_for_people_and_groups(city):
    with pytest.raises(ValidationError, match="还有 2 个组织"):
        tree.close(city.first, on=date(2026, 11, 20), today=date(2026, 11, 20))
    with pytest.raises(ValidationError, match="先把人转走"):
        tree.close(city.water_branch, on=date(2026, 11, 20), today=date(2026, 11, 20))


def test_closing_excuses_what_is_open_and_keeps_what_is_done(city, today):
    make.activity(city.water_branch, "theme-party-day", on=date(2026, 11, 5), by=city.stranger)
    transfer(city.stranger, to=city.second, on=today, today=today)
    tree.close(city.water_branch, on=today, today=today)
    rows = {row.code: row for row in Obligation.objects.filter(organisation=city.water_branch, period="2026-11")}
    assert rows["theme-party-day-monthly"].done == 1
    assert rows["theme-party-day-monthly"].exemption_state == ExemptionMark.NONE
    unmet = Obligation.objects.filter(organisation=city.water_branch, due_on__gte=today, done=0)
    assert unmet.exists()
    assert set(unmet.values_list("exemption_state", flat=True)) == {ExemptionMark.CLOSED}
    assert not city.stranger.appointments.filter(until=None).exists()


def test_the_next_child_never_takes_a_used_path(city):
    tree.move(city.second, to=city.water, today=date(2026, 11, 20))
    fresh = make.organisation("第三党支部", Level.BRANCH, city.finance_committee)
    assert fresh.path not in {row.path for row in Organisation.objects.exclude(pk=fresh.pk)}
    assert_paths_tell_the_tree()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(st.tuples(st.integers(0, 10), st.integers(0, 10)), max_size=8))
def test_any_sequence_of_moves_keeps_the_tree(city, moves):
    nodes = list(Organisation.objects.in_tree_order())
    for first, second in moves:
        node = Organisation.objects.get(pk=nodes[first % len(nodes)].pk)
        target = Organisation.objects.get(pk=nodes[second % len(nodes)].pk)
        try:
            tree.move(node, to=target, today=date(2026, 11, 20))
        except ValidationError:
            continue
        assert Organisation.objects.get(pk=node.pk).parent_id == target.pk
    assert_paths_tell_the_tree()


def test_paths_after_is_the_first_path_behind_the_subtree():
    assert paths.contains("00010002", "000100020003")
    assert not paths.contains("00010002", "00010003")
    assert paths.after("00010009") == "00010010"
    with pytest.raises(ValueError, match="9998"):
        paths.step(9999)


def test_a_term_of_three_years_ends_on_the_day(city):
    assert city.first.term_ends_on() == date(2027, 5, 16)
    city.first.term_began_on = date(2024, 2, 29)
    assert city.first.term_ends_on() == date(2027, 2, 28)
    assert city.second.term_ends_on() is None


def test_an_organisation_exists_from_its_founding_to_the_day_before_closing(city):
    city.first.closed_on = date(2026, 1, 1)
    assert city.first.exists_on(date(2025, 12, 31))
    assert not city.first.exists_on(date(2026, 1, 1))
    assert not city.first.exists_on(make.LONG_AGO - timedelta(days=1))
