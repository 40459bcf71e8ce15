"""Which part of the tree a board shows, and what its units are called."""

from __future__ import annotations

from datetime import date

from dashboards.columns import lines_with_rules
from dashboards.units import Branching, places
from organisations.models import Level, Organisation
from programmes.models import Requirement
from programmes.periods import parse
from tests import make
from tests.conftest import TODAY, City

Q4 = parse("2026-Q4")


def labels(city: City, organisation: Organisation, key: str = "2026-Q4") -> list[str]:
    """The rows of a board on which everybody owes something."""
    branching = Branching(city.gongwei, organisation, parse(key), TODAY)
    return [unit.label for unit in branching.units({node.path for node in Organisation.objects.all()})]


def test_a_second_child_ends_the_skipping(city: City):
    make.organisation("市财政局第二机关党委", Level.ORGAN_COMMITTEE, city.finance)
    assert labels(city, city.finance) == ["本级", "市财政局机关党委", "市财政局第二机关党委"]


def test_a_child_that_was_closed_before_does_not_end_the_skipping(city: City):
    other = make.organisation("市财政局第二机关党委", Level.ORGAN_COMMITTEE, city.finance)
    Organisation.objects.filter(pk=other.pk).update(closed_on=date(2026, 3, 1))
    assert labels(city, city.finance) == ["市财政局党组本级", "市财政局机关党委本级", "第一党支部", "第二党支部"]
    assert labels(city, city.finance, "2026-Q1") == ["本级", "市财政局机关党委", "市财政局第二机关党委"]


def test_a_branch_shows_its_groups(city: City):
    assert labels(city, city.first) == ["本级", "第一党小组", "第二党小组"]


def test_a_general_branch_is_a_unit_with_a_board_of_its_own(city: City):
    general = make.organisation("下属单位党总支", Level.GENERAL_BRANCH, city.finance_committee)
    branch = make.organisation("第一党支部", Level.BRANCH, general)
    branching = Branching(city.gongwei, city.finance, Q4, TODAY)
    unit = branching.units(set())[-1]
    assert (unit.label, unit.is_leaf) == ("下属单位党总支", False)
    place = places([branch.pk])[branch.pk]
    assert branching.name_of(place) == "下属单位党总支第一党支部"
    whole = Branching(city.gongwei, city.committee, Q4, TODAY)
    assert whole.name_of(place) == "市财政局机关党委下属单位党总支第一党支部"
    assert whole.name_of(places([city.water_branch.pk])[city.water_branch.pk]) == "市水务局机关党委水务党支部"
    assert whole.name_of(places([city.finance.pk])[city.finance.pk]) == "市财政局党组"


def test_the_choices_are_the_way_and_what_lies_below(city: City):
    make.organisation("下属单位党总支", Level.GENERAL_BRANCH, city.finance_committee)
    committee = Branching(city.gongwei, city.committee, Q4, TODAY)
    assert [name for _, name in committee.choices] == ["市直机关工委", "　市财政局党组", "　市水务局机关党委"]
    organ = Branching(city.office, city.finance, Q4, TODAY)
    assert [name for _, name in organ.choices] == ["市财政局党组", "　下属单位党总支"]


def test_somebody_with_two_organs_may_change_between_them(city: City):
    make.holds(city.office, "organ-committee-secretary", city.water)
    branching = Branching(city.office, city.finance, Q4, TODAY)
    assert [name for _, name in branching.choices] == ["市水务局机关党委", "市财政局党组"]


# --- the requirements


def names(key: str) -> dict[str, str]:
    """Name by code, as a board of that period calls them."""
    return {column.code: column.name for line in lines_with_rules(parse(key)) for column in line.columns}


def test_a_requirement_is_called_as_in_its_period(rules: None):
    old = Requirement.objects.get(code="theme-party-day-monthly")
    new = Requirement.objects.get(pk=old.pk)
    old.until = date(2026, 10, 1)
    old.save()
    new.pk, new.name, new.since, new.until = None, "主题党日活动", date(2026, 10, 1), None
    new.save()
    assert names("2026-Q3")["theme-party-day-monthly"] == "主题党日"
    assert names("2026-Q4")["theme-party-day-monthly"] == "主题党日活动"
    assert len(names("2026-Q4")) == 12


def test_a_local_rule_does_not_rename_the_common_one(city: City):
    common = Requirement.objects.get(code="theme-party-day-monthly")
    local = Requirement.objects.get(pk=common.pk)
    local.pk, local.organisation, local.name = None, city.finance, "财政局主题党日"
    local.save()
    assert names("2026-Q4")["theme-party-day-monthly"] == "主题党日"


def test_all_nine_lines_stand_in_order_with_and_without_rules(rules: None):
    lines = lines_with_rules(Q4)
    assert [line.pillar for line in lines] == [1, 1, 1, 2, 2, 2, 3, 3, 3]
    assert [len(line.columns) for line in lines] == [3, 1, 0, 2, 1, 5, 0, 0, 0]
    lecture = next(column for column in lines[0].columns if column.code == "party-lecture-quarterly")
    assert [kind for kind, _ in lecture.kinds] == ["party-lecture", "leader-lecture", "secretary-lecture"]


def test_the_lines_are_one_query(rules: None, django_assert_num_queries):
    with django_assert_num_queries(1):
        lines_with_rules(Q4)
