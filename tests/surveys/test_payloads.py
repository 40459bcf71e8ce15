"""What is worked out from published figures alone: dimensions and differences."""

import pytest

from surveys.publishing.figures import Figure, Mean, Precision
from surveys.publishing.measures import measures
from surveys.publishing.payloads import compared, difference, dimensions
from surveys.questionnaire import Question, ShowIf, Statement

from .publishing_made import questionnaire

pytestmark = pytest.mark.once

CARE = Question(
    "care",
    "matrix",
    "下面的说法",
    statements=(Statement("1", "甲", "组织关怀"), Statement("2", "乙", "组织关怀"), Statement("3", "丙", "")),
)


def shown(**means: Mean) -> dict[str, Figure]:
    return {f"care.{key[1:]}": Figure(Precision.LARGE, (), None, mean) for key, mean in means.items()}


def of(figures: dict[str, Figure], question: Question = CARE) -> list[tuple[str, str, int]]:
    rows = dimensions(measures(questionnaire(question)), figures)
    return [(row["dimension"], row["mean"]["label"], row["questions"]) for row in rows]


def test_the_mean_of_the_means():
    assert of(shown(q1=Mean(352, 1, ""), q2=Mean(401, 1, ""))) == [("组织关怀", "3.77", 2)]


def test_a_dimension_with_a_hidden_statement_is_hidden():
    """The mean of what is left would not be the mean of the dimension, and differ from part to part."""
    assert of(shown(q1=Mean(352, 1, ""))) == []


def test_as_exact_as_the_least_exact_statement():
    assert of(shown(q1=Mean(352, 1, ""), q2=Mean(410, 10, ""))) == [("组织关怀", "3.8", 2)]


def test_an_end_only_where_all_statements_are_at_it():
    assert of(shown(q1=Mean(480, 1, "high"), q2=Mean(480, 1, "high"))) == [("组织关怀", "4.8 以上", 2)]
    assert of(shown(q1=Mean(480, 1, "high"), q2=Mean(300, 1, ""))) == [("组织关怀", "3.90", 2)]


def test_a_question_after_an_answer_makes_up_no_dimension():
    asked = Question(CARE.code, CARE.type, CARE.text, statements=CARE.statements, show_if=ShowIf("x", ("1",)))
    assert of(shown(q1=Mean(352, 1, ""), q2=Mean(401, 1, "")), asked) == []


def test_differences_are_as_exact_as_the_less_exact_and_none_at_an_end():
    fine, rough, end = (
        {"value": 3.52, "step": 0.01, "end": ""},
        {"value": 3.8, "step": 0.1, "end": ""},
        {"value": 4.8, "step": 0.1, "end": "high"},
    )
    assert difference(rough, fine) == 0.3
    assert difference(fine, fine | {"value": 3.4}) == 0.12
    assert difference(end, fine) is None
    assert difference(fine, None) is None
    row = {"dimension": "组织关怀", "mean": rough, "questions": 2}
    assert compared([row], [row | {"mean": fine}]) == [row | {"whole": fine, "difference": 0.3}]
    assert compared([row], []) == [row | {"whole": None, "difference": None}]
