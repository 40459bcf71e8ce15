"""What is not published apart, and why, in words: units that were merged, attributes and crosses that are refused."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from surveys.questionnaire import Questionnaire

from .breakdowns import Cross
from .parts import SPARE, WHOLE, HeadUnit, Part
from .rules import Rules


def merged(parts: Sequence[Part], units: Sequence[HeadUnit], k: int) -> list[dict[str, Any]]:
    """Return the units in each pool, and those below a part that has no published part below it.

    Of a unit with too few answers and of the sibling merged with it the same is said: which is which would tell.
    """
    above = {part.parent for part in parts}
    by_key = {part.key: part for part in parts}
    found = []
    for part in parts:
        if part.pooled:
            sentence = f"少于 {k} 份，或为防止用总体倒推，并入“{part.name}”"
            inside = [one for one in _below(by_key[part.parent], units) if _leaves(one.number, units) <= part.leaves]
        elif part.key not in above:
            sentence = f"份数不够分开公布，只公布“{part.name}”"
            inside = _below(part, units)
        else:
            continue
        if inside:
            rows = [_row(unit, k) for unit in inside]
            found.append({"part": part.key, "name": part.name, "units": rows, "sentence": sentence})
    return found


def refused(
    questionnaire: Questionnaire, broken_down: Collection[str], crossed: Iterable[Cross], rules: Rules
) -> list[dict[str, str]]:
    """Return the attributes that are not broken down, and the crosses fixed at the launch that are not published."""
    texts = {question.code: question.text for question in questionnaire.asking if question.attribute}
    shown = {(one.row.question.code, one.column.question.code) for one in crossed}
    found = [
        {"text": text, "sentence": f"份数不够按“{text}”分开公布"}
        for code, text in texts.items()
        if code not in broken_down
    ]
    for row, column in rules.crosses:
        if row in texts and column in texts and (row, column) not in shown:
            sentence = f"有一格不足 {rules.k_crosses} 份，遮掉以后也能推出来，不做这张表"
            found.append({"text": f"{texts[row]} × {texts[column]}", "sentence": sentence})
    return found


def _row(unit: HeadUnit, k: int) -> dict[str, Any]:
    """One unit; that it has too few people is known anyway."""
    return {"number": unit.number, "name": unit.name, "reason": "heads" if unit.heads < k + SPARE else "answers"}


def _below(part: Part, units: Sequence[HeadUnit]) -> list[HeadUnit]:
    """The units directly below a part that is a unit or the whole."""
    roots = [unit.number for unit in units if unit.parent is None]
    number = roots[0] if part.key == WHOLE else int(part.key.removeprefix("u"))
    return [unit for unit in units if unit.parent == number]


def _leaves(number: int, units: Sequence[HeadUnit]) -> frozenset[int]:
    """The units in a subtree that have none below them."""
    below = [unit.number for unit in units if unit.parent == number]
    return frozenset().union(*(_leaves(one, units) for one in below)) if below else frozenset({number})
