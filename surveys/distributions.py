"""逐题: what a part's question tables look like on the page: scales under each other, everything else as bars."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.utils.safestring import SafeString

from .charts import likert_svg, share_svg
from .models import ReleasedTable
from .published import Line, is_rating, is_scale, lines


@dataclass(frozen=True)
class ScaleRow:
    """One scale: its five shares as a bar where enough answered, its mean and its favourable share."""

    table: str
    code: str
    text: str
    mean: str
    favourable: str
    bar: SafeString | None
    note: str


@dataclass(frozen=True)
class ScaleGroup:
    """Scales with the same five words; ``words`` are empty where none of them shows its distribution."""

    words: tuple[str, ...]
    favourable: str
    rows: list[ScaleRow]


@dataclass(frozen=True)
class Bar:
    """One choice and its share."""

    line: Line
    bar: SafeString


@dataclass(frozen=True)
class Choices:
    """A question answered by choosing, or by 0 to 10: a bar a choice. ``facts`` are figures without a bar."""

    table: str
    code: str
    number: str
    text: str
    note: str
    facts: list[Line] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)


def scales(tables: Iterable[ReleasedTable]) -> list[ScaleGroup]:
    """Every scale of these question tables, grouped by the words of its choices, in the order asked."""
    rows = [(row, table) for table in tables for row in table.payload["rows"] if is_scale(row)]
    grouped = groupby(rows, key=lambda one: _words(one[0]))
    return [ScaleGroup(*words, [_scale(row, table) for row, table in some]) for words, some in grouped]


def _words(row: dict[str, Any]) -> tuple[tuple[str, ...], str]:
    return tuple(choice["text"] for choice in row["choices"]), row["favourable_label"]


def _scale(row: dict[str, Any], table: ReleasedTable) -> ScaleRow:
    text = row["text"] or table.payload["text"]
    return ScaleRow(
        table.key,
        row["code"],
        text,
        row["mean"]["label"],
        row["favourable"]["label"] if row["favourable"] else "",
        likert_svg(text, row["choices"]) if row["choices"] else None,
        _note(table.payload),
    )


def choices(tables: Iterable[ReleasedTable]) -> list[Choices]:
    """Every other question of these tables, in the order asked."""
    return [_choices(row, table) for table in tables for row in table.payload["rows"] if not is_scale(row)]


def _choices(row: dict[str, Any], table: ReleasedTable) -> Choices:
    shares = {f"{one['text']}{'分' if is_rating(row) else ''}": one["share"] for one in row["choices"]}
    said = list(lines(row, table.payload["text"]))
    return Choices(
        table.key,
        row["code"],
        table.payload["number"],
        table.payload["text"],
        _note(table.payload),
        [line for line in said if line.item not in shares],
        [Bar(line, share_svg(shares[line.item])) for line in said if line.item in shares],
    )


def _note(payload: dict[str, Any]) -> str:
    """What has to be known of a question beside its figures."""
    said = ["多选，各项相加不是 100%"] if payload["multiple"] else []
    return "；".join([*said, "前面答了某一项的人才问"] if payload["conditional"] else said)
