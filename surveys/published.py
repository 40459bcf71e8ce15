"""The released tables as they lie, and every figure in them as one line of words: what screen, Word and Excel share.

A figure is printed by its label, as it was released (publishing/tables.py); nothing is worked out anew here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Q

from .models import Part, ReleasedTable, Survey

WHOLE = "all"
# Of these every readable part is shown beside the others; of the rest only the part that is open.
OVERVIEW = ("response", "dimensions")
BASE = "百分比以回答这道题的人为底，选“不愿回答”的不算在内"
# What a rating of 0 to 10 calls its favourable end (publishing/measures.py).
TOP_RATING = "9–10"


@dataclass(frozen=True)
class Line:
    """One published figure: of what, and how it is said. ``value`` only where the figure is plain, not a bound."""

    question: str
    statement: str
    item: str
    said: str
    value: float | None = None


class Published:
    """The tables of some parts of one survey. One query. ``opened`` limits the detailed ones to one part."""

    def __init__(self, survey: Survey, parts: Collection[Part], opened: str | None = None) -> None:
        self.survey, self.parts, self.opened = survey, list(parts), opened

    @cached_property
    def tables(self) -> list[ReleasedTable]:
        """Everything of these parts, in the order of the page."""
        mine = Q(part__in=[part.key for part in self.parts])
        if self.opened is not None:
            mine &= Q(kind__in=OVERVIEW) | Q(part=self.opened) | Q(kind="suppressed")
        return list(self.survey.tables.filter(mine).order_by("order", "pk"))

    def of(self, kind: str, part: str | None = None) -> list[ReleasedTable]:
        """The tables of one kind, of all parts or of one."""
        return [row for row in self.tables if row.kind == kind and part in (None, row.part)]

    def payload(self, kind: str, part: str) -> dict[str, Any]:
        """The one table of that kind and part; empty if there is none."""
        return next((row.payload for row in self.of(kind, part)), {})

    @cached_property
    def dimensions(self) -> list[str]:
        """The dimensions of the whole, in the order asked."""
        return [row["dimension"] for row in self.payload("dimensions", WHOLE).get("rows", ())]

    @cached_property
    def merged(self) -> list[dict[str, Any]]:
        """What was merged into a part that is read here: units with one sentence."""
        keys = {part.key for part in self.parts}
        return [one for one in self.payload("suppressed", WHOLE).get("merged", ()) if one["part"] in keys]

    @property
    def refused(self) -> list[dict[str, str]]:
        """Attributes and crosses that were not published, each with its reason."""
        found: list[dict[str, str]] = self.payload("suppressed", WHOLE).get("refused", [])
        return found


def is_rating(row: dict[str, Any]) -> bool:
    """True for a question answered by 0 to 10."""
    return bool(row["favourable_label"] == TOP_RATING)


def is_scale(row: dict[str, Any]) -> bool:
    """True for a scale of five: it has a mean and, where enough answered, five shares."""
    return row["mean"] is not None and not is_rating(row)


def lines(row: dict[str, Any], question: str) -> Iterator[Line]:
    """Every figure of one row of a table: mean, favourable share, each choice."""
    points = "分" if is_rating(row) else ""
    if row["mean"]:
        mean = row["mean"]
        yield Line(question, row["text"], "均分", mean["label"], None if mean["end"] else mean["value"])
    if row["favourable"] and not (points and row["choices"]):
        together = "" if points else "合计"
        yield share_line(question, row["text"], f"{row['favourable_label']}{points}{together}", row["favourable"])
    for choice in row["choices"]:
        yield share_line(question, row["text"], f"{choice['text']}{points}", choice["share"])


def share_line(question: str, statement: str, item: str, share: dict[str, Any]) -> Line:
    """One share."""
    percent = share["percent"]
    return Line(question, statement, item, share["label"], None if percent is None else percent / 100)


def dimension_line(row: dict[str, Any]) -> Line:
    """The mean of a dimension."""
    mean = row["mean"]
    return Line("维度", "", row["dimension"], mean["label"], None if mean["end"] else mean["value"])


def apart(difference: float | None) -> str:
    """How far from the whole, in words; empty where only a bound is known."""
    if difference is None:
        return ""
    if difference == 0:
        return "与总体相同"
    return f"{'高' if difference > 0 else '低'} {abs(difference):g}"
