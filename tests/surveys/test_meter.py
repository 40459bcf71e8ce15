"""The meter: whoever reads every state that was ever shown, at every hour, learns of no single ballot."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise, product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from surveys import meter, tasks
from surveys.models import ReportingUnit, Survey
from tests import make
from tests.surveys import surveys_made as made
from tests.surveys.test_desk import difference, everything

NOW = made.NOW
LEAST_UNSURE = 5
# One branch, so that the organ is the leaf itself.
WATER = "市水务局机关党委"


@pytest.fixture
def survey(city, today) -> Survey:
    """Two leaves of more than ten people and one of eight."""
    made.crowd(city, second=8, water=7)
    return made.launched(city)


def leaf(survey: Survey, name: str) -> ReportingUnit:
    return survey.units.get(name=name)


def use(survey: Survey, unit: ReportingUnit, number: int) -> None:
    for place in range(number):
        made.answer(survey, unit.number, made.sheet(place))


def possible(heads: int, states: list[int]) -> list[tuple[int, ...]]:
    """Every history of used ballots that an attacker must reckon with: it never falls and shows these states.

    He knows the head-count and the rule. Where nothing is shown, every number is possible.
    """
    fits = [[used for used in range(heads + 1) if meter.shown(used, heads) == state] for state in states]
    return [history for history in product(*fits) if all(one <= next_ for one, next_ in pairwise(history))]


@given(st.integers(5, 40), st.lists(st.integers(0, 40), min_size=1, max_size=4))
def test_no_history_of_states_narrows_a_count_or_a_growth_below_five_numbers(heads, grown):
    true = sorted(min(used, heads) for used in grown)
    states = [meter.shown(used, heads) for used in true]
    histories = possible(heads, states)
    assert tuple(true) in histories
    for place in range(len(true)):
        assert len({history[place] for history in histories}) >= LEAST_UNSURE
    for one, two in pairwise(range(len(true))):
        assert len({history[two] - history[one] for history in histories}) >= LEAST_UNSURE


@pytest.mark.parametrize("heads", range(60))
def test_neither_all_nor_none_is_ever_said(heads):
    assert meter.shown(heads, heads) == meter.shown(max(heads - 5, 0), heads)
    assert meter.shown(0, heads) == meter.shown(min(heads, 4), heads) == 0
    if heads < 10:
        assert {meter.shown(used, heads) for used in range(heads + 1)} == {0}


@given(st.integers(5, 60), st.integers(0, 60))
def test_it_only_moves_forward_and_in_steps_of_five(heads, used):
    here, further = meter.shown(used, heads), meter.shown(used + 1, heads)
    assert here % 5 == 0
    assert here <= further <= here + 5
    # Stuffed ballots do not show more than there are people.
    assert meter.shown(10_000, heads) <= max(heads - 5, 0)


Tree = list[list[tuple[int, int]]]


def trees() -> st.SearchStrategy[Tree]:
    """Units of leaves of (heads, used)."""
    leaves = st.integers(5, 16).flatmap(lambda heads: st.tuples(st.just(heads), st.integers(0, heads)))
    return st.lists(st.lists(leaves, min_size=1, max_size=2), min_size=1, max_size=2)


def page_of(tree: Tree) -> list[tuple[int, int | None]]:
    """What the page says of such a tree: heads and figure of every line."""
    rows = [ReportingUnit(pk=1, number=0, name="全体", heads=0)]
    for unit in tree:
        above = ReportingUnit(pk=len(rows) + 1, number=len(rows), name="单位", parent_id=1, heads=0)
        rows.append(above)
        for heads, used in unit:
            leaf = ReportingUnit(pk=len(rows) + 1, number=len(rows), parent_id=above.pk, heads=heads, is_leaf=True)
            leaf.meter = meter.shown(used, heads)
            rows.append(leaf)
    page = meter.MeterPage(Survey(), NOW)
    page.__dict__["_units"] = rows
    return [(line.heads, line.least) for line in page.lines]


def worlds(tree: Tree) -> Iterator[Tree]:
    """Every way in which the people of this tree may have answered."""
    shape = [(place, heads) for place, unit in enumerate(tree) for heads, _ in unit]
    for used in product(*(range(heads + 1) for _, heads in shape)):
        world: Tree = [[] for _ in tree]
        for (place, heads), number in zip(shape, used, strict=True):
            world[place].append((heads, number))
        yield world


def test_whole_minus_parts_says_nothing_of_what_is_not_shown():
    # A shown leaf of 12 beside one of 7 that is not, and a second unit: all worlds that look the same to the reader.
    for tree in ([[(12, 7), (7, 7)]], [[(12, 11), (7, 0)], [(6, 3)]], [[(10, 10)], [(9, 9)]]):
        seen = page_of(tree)
        alike = [world for world in worlds(tree) if page_of(world) == seen]
        for unit, place in [(unit, place) for unit, leaves in enumerate(tree) for place in range(len(leaves))]:
            assert len({world[unit][place][1] for world in alike}) >= LEAST_UNSURE
        # Nor does the sum tell more than its parts: each leaf varies freely of the others.
        free = 1
        for unit, place in [(unit, place) for unit, leaves in enumerate(tree) for place in range(len(leaves))]:
            free *= len({world[unit][place][1] for world in alike})
        assert len(alike) == free


@given(trees())
def test_what_stands_above_is_the_sum_of_what_is_shown_below(tree):
    lines = page_of(tree)
    shown = [meter.shown(used, heads) for unit in tree for heads, used in unit if heads >= 10]
    assert lines[0][1] == (sum(shown) if shown else None)


def test_an_update_moves_the_meters_and_touches_nothing_else(city, survey):
    first, second = leaf(survey, "第一党支部"), leaf(survey, "第二党支部")
    use(survey, first, 7)
    use(survey, second, 4)
    before = everything()
    with CaptureQueriesContext(connection) as asked:
        meter.update(survey)
    assert difference(before, everything()) == {ReportingUnit._meta.db_table: (1, 1)}
    written = [query["sql"] for query in asked if query["sql"].startswith("UPDATE")]
    assert len(written) == 1
    assert written[0].split("SET")[1].split("WHERE")[0].count("=") == 1
    assert leaf(survey, "第一党支部").meter == 5
    before = everything()
    meter.update(survey)
    assert everything() == before


def test_a_leaf_below_ten_is_never_metered(city, survey):
    small = leaf(survey, WATER)
    assert small.heads == 8
    use(survey, small, 8)
    meter.update(survey)
    assert leaf(survey, WATER).meter == 0
    line = next(line for line in meter.MeterPage(survey, NOW).lines if line.name == WATER)
    assert (line.least, line.said) == (None, "不到 10 人，截止后只说够不够公布")


def test_after_closing_a_small_leaf_says_only_whether_it_was_enough(city, survey, time_machine):
    small = ReportingUnit.objects.filter(pk=leaf(survey, WATER).pk)
    said = []
    for spent in (0, 4, 5, 8):
        small.update(ballots_spent=spent)
        said.append(next(line.said for line in meter.MeterPage(survey, NOW).lines if line.name == WATER))
    assert said == ["未达到发布条件"] * 2 + ["已达到发布条件"] * 2


@pytest.mark.parametrize(
    ("heads", "used", "headline"),
    [(12, 6, "已交至少 5 人"), (12, 4, "还不到 5 人"), (7, 7, "不到 10 人，截止后只说够不够公布")],
)
def test_a_whole_without_parts_speaks_like_a_leaf(heads, used, headline):
    page = meter.MeterPage(Survey(), NOW)
    leaf = ReportingUnit(pk=1, number=0, name="支部", heads=heads, is_leaf=True, meter=meter.shown(used, heads))
    page.__dict__["_units"] = [leaf]
    assert page.headline == headline


def at(hour: int, day: int = 20):
    return make.moment(made.TODAY.replace(day=day), hour)


def test_two_states_a_day_at_most_however_often_it_is_called(city, survey):
    first = leaf(survey, "第一党支部")
    states = []
    for hour, more in ((10, 5), (11, 3), (12, 0), (15, 0), (23, 3)):
        use(survey, first, more)
        for _ in range(3):
            meter.update_open(at(hour))
        states.append(leaf(survey, "第一党支部").meter)
    # Eleven answered by the evening; the afternoon had been told by noon.
    assert states == [5, 5, 5, 5, 5]
    assert [meter.update_open(at(hour, 21)) for hour in (0, 11, 12, 13)] == [True, False, True, False]


def test_a_new_half_of_the_day_shows_what_came_since(city, survey):
    first = leaf(survey, "第一党支部")
    meter.update_open(at(9))
    use(survey, first, 6)
    meter.update_open(at(11))
    assert leaf(survey, "第一党支部").meter == 0
    meter.update_open(at(12))
    assert leaf(survey, "第一党支部").meter == 5


def test_the_task_looks_at_open_surveys_alone(city, survey, time_machine):
    use(survey, leaf(survey, "第一党支部"), 5)
    for moment, said in ((NOW - timedelta(days=1), 0), (NOW, 5)):
        time_machine.move_to(moment, tick=False)
        tasks.update_meters()
        assert leaf(survey, "第一党支部").meter == said
    use(survey, leaf(survey, "第二党支部"), 5)
    time_machine.move_to(survey.closes_at, tick=False)
    tasks.update_meters()
    assert leaf(survey, "第二党支部").meter == 0


def test_the_page_says_it_in_words_and_names_nobody(city, as_person, survey):
    use(survey, leaf(survey, "第一党支部"), 9)
    meter.update(survey)
    page = as_person(city.gongwei).get(f"/surveys/{survey.pk}/meter/").content.decode()
    for words in ("<h1>已交至少 5 人</h1>", "还不到 5 人", "不到 10 人，截止后只说够不够公布"):
        assert words in page
    # What is exact stands nowhere.
    assert ">9<" not in page
    for name in (city.member.name, city.secretary.name, city.staff.name):
        assert name not in page
