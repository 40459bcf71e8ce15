"""Comments are shown where ten of them and twenty people are together, and nowhere else."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.publishing import HeadUnit, Rules, comment_pools, heads_of, partition

from .publishing_made import city

pytestmark = pytest.mark.once


def pools(units: list[HeadUnit], written: dict[int, int], **rules: int) -> dict[str, int]:
    """Part → comments shown there, of one question."""
    answered = [HeadUnit(one.number, one.name, one.parent, _own(one, units), one.heads) for one in units]
    parts = partition(answered, 5)
    comments = [(unit, "words", f"{unit}-{at}") for unit, number in written.items() for at in range(number)]
    found = comment_pools(comments, parts, heads_of(parts, answered), Rules(**rules), random.Random(1))
    return {part: len(texts) for part, _, texts in found}


def _own(one: HeadUnit, units: list[HeadUnit]) -> int:
    return 0 if any(unit.parent == one.number for unit in units) else one.heads


UNITS = city([30, 25, 12], [40], [22])


def test_ten_comments_of_twenty_people_stay_at_the_lowest_part():
    assert pools(UNITS, {101: 10, 2: 14}) == {"u101": 10, "u2": 14}


def test_too_few_comments_go_up():
    assert pools(UNITS, {101: 6, 102: 5, 2: 14}) == {"u1": 11, "u2": 14}


def test_too_few_people_go_up_with_their_comments():
    """103 has twelve people; alone with what its own unit has left over, they would be the authors of the pool."""
    assert pools(UNITS, {103: 15, 101: 10, 102: 1}) == {"u101": 10, "u1": 16}


def test_what_is_too_little_at_the_whole_takes_in_the_smallest_pool():
    assert pools(UNITS, {101: 11, 2: 14, 3: 4}) == {"u2": 14, "all": 15}


def test_nine_comments_are_not_shown_at_all():
    assert pools(UNITS, {101: 5, 2: 4}) == {}


def test_more_may_be_asked():
    assert pools(UNITS, {101: 10, 2: 14}, k_comments=14) == {"all": 24}


def test_texts_are_shuffled_and_empty_ones_left_out():
    units = [HeadUnit(0, "全体", None, 40, 50)]
    parts = partition(units, 5)
    written = [str(number) for number in range(30)]
    comments = [(0, "words", text) for text in [*written, "  ", ""]]
    ((part, question, texts),) = comment_pools(comments, parts, heads_of(parts, units), Rules(), random.Random(4))
    assert (part, question) == ("all", "words")
    assert texts != written
    assert sorted(texts) == sorted(written)


def test_every_question_has_pools_of_its_own():
    units = [HeadUnit(0, "全体", None, 40, 50)]
    parts = partition(units, 5)
    comments = [
        (0, question, f"{question}{at}")
        for question in ("b", "a", "few")
        for at in range(9 if question == "few" else 12)
    ]
    found = comment_pools(comments, parts, heads_of(parts, units), Rules(), random.Random(4))
    assert [(part, question, {text[0] for text in texts}) for part, question, texts in found] == [
        ("all", "a", {"a"}),
        ("all", "b", {"b"}),
    ]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.integers(7, 40), st.integers(0, 20)), min_size=1, max_size=4), min_size=1, max_size=5
    )
)
def test_no_pool_is_small_and_no_comment_stands_in_two(rows):
    units = city(*[[heads for heads, _ in branches] for branches in rows])
    written = {}
    for number, branches in enumerate(rows, start=1):
        for at, (_, count) in enumerate(branches, start=1):
            written[100 * number + at if len(branches) > 1 else number] = count
    found = pools(units, written)
    assert all(count >= 10 for count in found.values())
    assert sum(found.values()) <= sum(written.values())
    assert not (sum(written.values()) >= 10 and sum(unit.heads for unit in units if unit.parent == 0) >= 20) or found
