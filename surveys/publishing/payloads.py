"""Figures as plain JSON, and what is worked out from published figures alone: dimensions and differences.

A dimension is the mean of the published means of its statements, never of the answers: whatever is computed from published
figures adds nothing to what they tell (the forms are in the docstring of tables.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from surveys.questionnaire import Question, QuestionType

from .breakdowns import name
from .figures import Figure, Mean
from .measures import Measure

Figures = Mapping[str, Figure]
"""The figures of one group by name of the measure."""


def about(question: Question) -> dict[str, Any]:
    """Return what a table says of its question."""
    return {
        "code": question.code,
        "number": question.number,
        "text": question.text,
        "type": question.type,
        "conditional": question.show_if is not None,
        "multiple": question.type == QuestionType.MULTIPLE,
    }


def rows(measures: Sequence[Measure], figures: Figures) -> list[dict[str, Any]]:
    """Return the rows of the measures that are shown; the choices of a MULTIPLE make up one row."""
    found: dict[str, dict[str, Any]] = {}
    for measure in measures:
        figure = figures.get(name(measure))
        if figure is None:
            continue
        choices = [
            {"code": band.code, "text": band.text, "share": share.payload()}
            for band, share in zip(measure.bands, figure.shares, strict=False)
        ]
        if measure.key in found:
            found[measure.key]["choices"] += choices
        else:
            found[measure.key] = _row(measure, figure) | {"choices": choices}
    return list(found.values())


def cell(measures: Sequence[Measure], shown: Figures, whole: Figures) -> dict[str, Any]:
    """Return the rows and dimensions of one block or cell, compared with the whole."""
    by_question: dict[str, list[Measure]] = defaultdict(list)
    for measure in measures:
        by_question[measure.question.code].append(measure)
    return {
        "rows": [
            row | {"question": some[0].question.text} for some in by_question.values() for row in rows(some, shown)
        ],
        "dimensions": compared(dimensions(measures, shown), dimensions(measures, whole)),
    }


def dimensions(measures: Sequence[Measure], figures: Figures) -> list[dict[str, Any]]:
    """Return the mean of each dimension all of whose scales are shown."""
    scales: dict[str, list[Measure]] = defaultdict(list)
    for measure in measures:
        if measure.dimension and measure.is_scale and measure.question.show_if is None:
            scales[measure.dimension].append(measure)
    found = []
    for dimension, some in scales.items():
        means = [figures[name(one)].mean for one in some if name(one) in figures]
        known = [one for one in means if one is not None]
        if len(known) == len(some):
            found.append({"dimension": dimension, "mean": _joined(known).payload(), "questions": len(known)})
    return found


def compared(rows: Sequence[Mapping[str, Any]], whole: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return dimensions with the mean of the whole and the difference from it, as exact as the less exact of both."""
    means = {row["dimension"]: row["mean"] for row in whole}
    return [
        {
            **row,
            "whole": means.get(row["dimension"]),
            "difference": difference(row["mean"], means.get(row["dimension"])),
        }
        for row in rows
    ]


def difference(mean: Mapping[str, Any], other: Mapping[str, Any] | None) -> float | None:
    """Return how far a mean lies above another; None where either is only a bound."""
    if other is None or mean["end"] or other["end"]:
        return None
    step = max(mean["step"], other["step"])
    return round(round((mean["value"] - other["value"]) / step) * step, 2)


def _row(measure: Measure, figure: Figure) -> dict[str, Any]:
    """What a row says besides its choices."""
    favourable = [band.text for band in measure.bands if measure.favourable and band.options <= measure.favourable]
    return {
        "code": measure.key,
        "text": measure.text if measure.key != measure.question.code else "",
        "dimension": measure.dimension,
        "mean": figure.mean.payload() if figure.mean else None,
        "favourable": figure.favourable.payload() if figure.favourable else None,
        "favourable_label": "、".join(favourable),
    }


def _joined(means: Sequence[Mean]) -> Mean:
    """The mean of published means, in the coarsest of their steps; an end only where all of them are the same end."""
    step = max(mean.step for mean in means)
    ends = {mean.end for mean in means}
    exact = sum(mean.hundredths for mean in means)
    hundredths = (2 * exact + step * len(means)) // (2 * step * len(means)) * step
    return Mean(hundredths, step, ends.pop() if len(ends) == 1 else "")
