"""Two waves: only the same questions of the same units, and only changes that several people must have made."""

import random

import pytest

from surveys.publishing import Rules, Table, compare, tables
from surveys.questionnaire import Question, Statement

from .publishing_made import STATE, city, questionnaire

pytestmark = pytest.mark.once


def matrix(*rows: tuple[str, str]) -> Question:
    return Question(
        "care", "matrix", "下面的说法", statements=tuple(Statement(code, f"说法{code}", name) for code, name in rows)
    )


CARE = matrix(("1", "组织关怀"), ("2", "组织关怀"), ("3", "意见回应"))


def wave(
    scores: dict[int, str], count: int, question: Question = CARE, names: dict[int, str] | None = None, seed: int = 1
):
    """The tables of three units whose answers are drawn from the scores given, the same for every statement."""
    rng = random.Random(seed)
    units = [
        one.__class__(one.number, (names or {}).get(one.number, one.name), one.parent, 0, one.heads)
        for one in city([150], [150], [150])
    ]
    sheets = [
        (
            unit,
            {key: drawn[(at + shift) % len(drawn)] for shift, key in enumerate(question.keys)}
            | {"state": rng.choice(["load", "no"])},
        )
        for unit, drawn in scores.items()
        for at in range(count)
    ]
    return tables(questionnaire(question, STATE), sheets, units, Rules())


BEFORE = {1: "2345", 2: "2345", 3: "2345"}


def changes(now, before) -> dict[tuple[str, str], float]:
    return {(one.part, one.code): one.difference for one in compare(now, before)}


def test_a_change_of_many_is_shown():
    found = changes(wave(BEFORE | {1: "3455"}, 100), wave(BEFORE, 100))
    assert found["u1", "组织关怀"] == found["u1", "care.1"] == 0.75
    assert found["all", "意见回应"] == 0.3
    assert not any(part in ("u2", "u3") for part, _ in found)


def test_the_change_says_what_it_is_about():
    one = next(
        row
        for row in compare(wave(BEFORE | {1: "3455"}, 100), wave(BEFORE, 100))
        if row.code == "care.1" and row.part == "u1"
    )
    assert (one.name, one.kind, one.text, one.now, one.before) == ("单位1", "question", "说法1", 4.25, 3.5)


def test_what_four_people_could_have_done_is_not():
    """4 people of 120 move a mean by up to 16 / 120 points: nothing less is shown."""
    some = "2" * 30 + "3" * 30 + "4" * 30 + "5" * 30
    four = "5" * 4 + some[4:]
    twenty = "5" * 20 + some[20:]
    assert changes(wave(BEFORE | {1: four}, 120), wave(BEFORE | {1: some}, 120)) == {}
    assert ("u1", "care.1") in changes(wave(BEFORE | {1: twenty}, 120), wave(BEFORE | {1: some}, 120))


def test_another_unit_is_not_compared_although_it_has_the_number():
    found = changes(wave(BEFORE | {1: "3455"}, 100, names={1: "另一单位"}), wave(BEFORE, 100))
    assert {part for part, _ in found} == {"all"}


def test_another_question_is_not_compared_and_no_dimension_that_was_made_of_others():
    other = matrix(("1", "组织关怀"), ("9", "组织关怀"), ("3", "意见回应"))
    found = changes(wave(BEFORE | {1: "3455"}, 100, question=other), wave(BEFORE, 100))
    assert {code for part, code in found if part == "u1"} == {"care.1", "care.3", "意见回应"}


def test_fewer_than_ten_answers_are_not_compared():
    found = changes(wave({1: "4", 2: "23", 3: "34"}, 9), wave({1: "2", 2: "23", 3: "34"}, 9))
    assert {part for part, _ in found} == {"all"}


def test_a_mean_that_is_only_a_bound_is_not_compared():
    found = changes(wave(BEFORE | {1: "5"}, 100), wave(BEFORE, 100))
    assert not any(part == "u1" for part, _ in found)


def test_the_first_wave_has_nothing_to_compare_with():
    assert compare(wave(BEFORE, 100), []) == []


def by_hand(n: int, value: float, step: float) -> list[Table]:
    """The tables of a whole of which nothing but one dimension is known."""
    mean = {"value": value, "step": step, "end": "", "label": ""}
    row = {"dimension": "组织关怀", "mean": mean}
    response = {"name": "全体", "parent": "", "pooled": 0, "heads": 80, "n": n, "rate": None}
    return [
        Table("all.response", "all", "", "response", response),
        Table("all.dimensions", "all", "", "dimensions", {"rows": [row]}),
    ]


def test_only_ten_answers_and_no_coarse_mean_are_compared():
    assert changes(by_hand(10, 4.5, 0.1), by_hand(70, 1.5, 0.1)) == {("all", "组织关怀"): 3.0}
    assert changes(by_hand(9, 4.5, 0.1), by_hand(70, 1.5, 0.1)) == {}
    assert changes(by_hand(70, 4.5, 0.5), by_hand(70, 1.5, 0.5)) == {}
