"""The partition rule: every published part is large enough, and so is whatever is left when parts are taken away."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.publishing import HeadUnit, Part, Unit, heads_of, partition

pytestmark = pytest.mark.once

K = 5


def tree(*rows: tuple[int, int | None, int]) -> list[Unit]:
    """Units of (number, parent, answers), the root first."""
    return [Unit(number, f"单位{number}", parent, n) for number, parent, n in rows]


def shown(parts: list[Part]) -> dict[str, tuple[int, int]]:
    """Key → (answers, pooled)."""
    return {part.key: (part.n, part.pooled) for part in parts}


@st.composite
def trees(draw, heads: bool = False):
    """Trees of up to three levels and twelve leaves, small and empty units among them, direct answers above too."""
    count = draw(st.integers(1, 18))
    parents = [None] + [draw(st.integers(0, at - 1)) for at in range(1, count)]
    depth = [0] * count
    for at in range(1, count):
        depth[at] = depth[parents[at]] + 1
        if depth[at] > 3:
            parents[at], depth[at] = 0, 1
    own = [draw(st.integers(0, 12)) for _ in range(count)]
    units = [Unit(at, f"单位{at}", parents[at], own[at]) for at in range(count)]
    if not heads:
        return units
    asked = [own[at] + draw(st.integers(0, 4)) for at in range(count)]
    for at in reversed(range(1, count)):
        asked[parents[at]] += asked[at]
    return [HeadUnit(unit.number, unit.name, unit.parent, unit.n, asked[unit.number]) for unit in units]


def test_small_units_are_merged_and_the_smallest_other_joins():
    parts = partition(tree((0, None, 0), (1, 0, 3), (2, 0, 9), (3, 0, 7), (4, 0, 20)), K)
    assert shown(parts) == {"all": (39, 0), "u2": (9, 0), "u4": (20, 0), "all+": (10, 2)}
    assert parts[-1].leaves == {1, 3}
    assert parts[-1].name == "其他支部合并"


def test_no_sibling_joins_small_units_that_are_enough_together():
    parts = partition(tree((0, None, 0), (1, 0, 3), (2, 0, 4), (3, 0, 7)), K)
    assert shown(parts) == {"all": (14, 0), "u3": (7, 0), "all+": (7, 2)}


def test_of_two_equally_small_siblings_the_lower_number_joins():
    parts = partition(tree((0, None, 0), (9, 0, 3), (7, 0, 8), (5, 0, 8), (6, 0, 9)), K)
    assert shown(parts) == {"all": (28, 0), "u6": (9, 0), "u7": (8, 0), "all+": (11, 2)}


def test_a_merged_unit_loses_all_below_it():
    parts = partition(tree((0, None, 0), (1, 0, 0), (11, 1, 8), (12, 1, 9), (2, 0, 2), (3, 0, 40)), K)
    assert shown(parts) == {"all": (59, 0), "u3": (40, 0), "all+": (19, 2)}
    assert parts[-1].name == "其他单位合并"


def test_answers_given_directly_at_a_unit_go_into_the_pool():
    parts = partition(tree((0, None, 2), (1, 0, 8), (2, 0, 9), (3, 0, 10)), K)
    assert shown(parts) == {"all": (29, 0), "u2": (9, 0), "u3": (10, 0), "all+": (10, 2)}
    assert parts[-1].leaves == {0, 1}


def test_enough_direct_answers_are_a_part_of_their_own():
    parts = partition(tree((0, None, 6), (1, 0, 8)), K)
    assert [(part.key, part.name, part.n) for part in parts] == [
        ("all", "单位0", 14),
        ("u1", "单位1", 8),
        ("all+", "单位0本级", 6),
    ]


def test_a_unit_in_which_nobody_answered_is_not_to_be_told_from_what_is_left():
    """Without it the others would make up the whole, and everybody would see that nobody there took part."""
    parts = partition(tree((0, None, 0), (1, 0, 0), (2, 0, 9), (3, 0, 10)), K)
    assert shown(parts) == {"all": (19, 0), "u3": (10, 0), "all+": (9, 2)}


def test_too_small_a_whole_publishes_nothing():
    assert partition(tree((0, None, 0), (1, 0, 4)), K) == []
    assert partition([], K) == []


def test_k_answers_of_k_people_are_too_few_people():
    """Published, it would say of each of them that he took part; of six, the one who did not would know it of five."""
    units = [HeadUnit(0, "全体", None, 0, 50)]
    units += [HeadUnit(1, "甲", 0, 5, 5), HeadUnit(2, "乙", 0, 6, 6), HeadUnit(3, "丙", 0, 7, 7)]
    units += [HeadUnit(4, "丁", 0, 10, 32)]
    assert shown(partition(units, K)) == {"all": (28, 0), "u3": (7, 0), "u4": (10, 0), "all+": (11, 2)}


def test_a_unit_without_people_is_nothing():
    units = [HeadUnit(0, "全体", None, 0, 20), HeadUnit(1, "甲", 0, 9, 10), HeadUnit(2, "乙", 0, 8, 10)]
    assert shown(partition([*units, HeadUnit(3, "空", 0, 0, 0)], K)) == {"all": (17, 0), "u1": (9, 0), "u2": (8, 0)}


def test_the_people_of_a_part():
    units = [HeadUnit(0, "全体", None, 0, 33), HeadUnit(1, "甲", 0, 9, 10), HeadUnit(2, "乙", 0, 8, 23)]
    assert heads_of(partition(units, K), units) == {"all": 33, "u1": 10, "u2": 23}


@settings(max_examples=300, deadline=None)
@given(trees())
def test_of_a_part_inside_another_nobody_or_enough_is_left(units):
    """A ⊂ B: the difference of what is published is 0 or at least k; and so it is of any disjoint parts inside."""
    parts = partition(units, K)
    own = {unit.number: unit.n for unit in units}
    assert all(part.n >= K and part.n == sum(own[number] for number in part.leaves) for part in parts)
    for one, two in combinations(parts, 2):
        if one.leaves < two.leaves or two.leaves < one.leaves:
            assert abs(one.n - two.n) == 0 or abs(one.n - two.n) >= K
        else:
            assert one.leaves == two.leaves or not one.leaves & two.leaves
    for part in parts:
        below = [child for child in parts if child.parent == part.key]
        assert not below or part.leaves >= frozenset().union(*(child.leaves for child in below))
        assert not below or part.n == sum(child.n for child in below)


@settings(max_examples=200, deadline=None)
@given(trees(heads=True))
def test_every_part_has_people_to_spare(units):
    parts = partition(units, K)
    heads = heads_of(parts, units)
    assert all(heads[part.key] >= K + 2 for part in parts)
    for part in parts:
        below = [child for child in parts if child.parent == part.key]
        assert not below or heads[part.key] == sum(heads[child.key] for child in below)


@settings(max_examples=100, deadline=None)
@given(trees(), st.randoms())
def test_the_order_in_which_units_come_does_not_matter(units, rng):
    mixed = list(units)
    rng.shuffle(mixed)
    assert partition(mixed, K) == partition(units, K)


@settings(max_examples=100, deadline=None)
@given(trees(), st.integers(5, 9))
def test_a_larger_k_holds_too(units, k):
    assert all(part.n >= k for part in partition(units, k))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=2, max_size=30).filter(lambda some: sum(n >= K for n in some) >= 3))
def test_nearly_all_answers_count_in_some_part_below_the_whole(some):
    """Where three units are large enough, every answer is in a published unit or in the pool."""
    units = tree((0, None, 0), *((number, 0, n) for number, n in enumerate(some, start=1)))
    parts = partition(units, K)
    assert sum(part.n for part in parts if part.parent == "all") == sum(some)
