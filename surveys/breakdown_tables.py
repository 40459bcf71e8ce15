"""按身份: the published attribute and cross tables as grids of printed figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .heat import NOT_SHOWN, Cell, cell
from .models import ReleasedTable
from .published import Line, dimension_line, lines


@dataclass(frozen=True)
class Grid:
    """A table: heading, the heads of its columns, rows of name and cells. ``details``: block by block, every other figure."""

    title: str
    columns: list[str]
    rows: list[tuple[str, list[Cell]]]
    details: list[tuple[str, list[Line]]]


def attribute_grid(table: ReleasedTable, dimensions: list[str]) -> Grid:
    """One attribute: a row an answer, a column a dimension."""
    blocks = table.payload["blocks"]
    rows = []
    for block in blocks:
        found = {row["dimension"]: row for row in block["dimensions"]}
        rows.append((block["label"], [cell(found.get(name)) for name in dimensions]))
    return Grid(table.payload["text"], dimensions, rows, [(block["label"], block_lines(block)) for block in blocks])


def cross_grid(table: ReleasedTable) -> Grid:
    """Two attributes: in each cell how many figures are behind it; what was withheld is a dash."""
    payload = table.payload
    rows = [
        (label, [Cell(*_summary(one)) for one in line])
        for label, line in zip(payload["rows"], payload["cells"], strict=True)
    ]
    details = [
        (f"{row} × {column}", block_lines(one))
        for row, line in zip(payload["rows"], payload["cells"], strict=True)
        for column, one in zip(payload["columns"], line, strict=True)
        if one
    ]
    return Grid(f"{payload['row_text']} × {payload['column_text']}", payload["columns"], rows, details)


def _summary(one: dict[str, Any] | None) -> tuple[str, str]:
    """The dimensions of one cell in a line."""
    if one is None:
        return NOT_SHOWN, "hna"
    said = "，".join(f"{row['dimension']} {row['mean']['label']}" for row in one["dimensions"])
    return said or "见逐项", "hmid"


def block_lines(block: dict[str, Any]) -> list[Line]:
    """Every figure of one block: its dimensions, then its questions."""
    found = [dimension_line(row) for row in block["dimensions"]]
    return found + [line for row in block["rows"] for line in lines(row, row["question"])]
