"""Cells as a file has them, before anything is known about their columns: from Excel with its ranges, from Word with its spans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from organisations.importing import values

Range = tuple[tuple[int, int], tuple[int, int]]

OVERLAP = "这一行的合并单元格互相重叠，分不清各列。请取消合并，重新合并一次。"
MOST_MERGED = 400_000  # cells that merged ranges may cover together


@dataclass(frozen=True)
class Cell:
    """From which to which column of the grid it reaches; ``merge``: restart and continue as Word says of the row above."""

    start: int
    end: int
    text: str
    merge: str = ""


@dataclass(frozen=True)
class RawRow:
    """A row of the file with its number there; ``fault``: why its cells cannot be trusted."""

    number: int
    cells: list[Cell]
    fault: str = ""


@dataclass(frozen=True)
class RawTable:
    """One table. ``widths`` of the grid's columns; ``is_grid``: a row has a cell for each of them, so none can be missing."""

    name: str
    caption: str
    rows: list[RawRow]
    widths: list[float] = field(default_factory=list)
    is_grid: bool = False


def text_of(value: Any) -> str:
    """A cell in words: plain digits, single spaces, its line breaks kept."""
    if not isinstance(value, str):
        return values.shown(value)
    lines = (values.clean(line) for line in value.replace("\r", "\n").split("\n"))
    return "\n".join(line for line in lines if line)


def from_word(tables: Sequence[dict[str, Any]]) -> list[RawTable]:
    """What the reader of Word files answered."""
    found = []
    for number, table in enumerate(tables, start=1):
        rows = [
            RawRow(place, [Cell(start, end, text_of(text), merge) for start, end, text, merge in row])
            for place, row in enumerate(table["rows"], start=1)
        ]
        caption = text_of(table["caption"])
        name = f"表 {number}：{caption}" if caption else f"表 {number}"
        found.append(RawTable(name, caption, rows, table["widths"]))
    return found


def from_sheet(name: str, rows: Sequence[Sequence[Any]], merged: Sequence[Range]) -> RawTable:
    """A sheet, its merged ranges said in the way of Word."""
    width = max((len(row) for row in rows), default=0)
    grid = [{at: Cell(at, at + 1, text_of(value)) for at, value in enumerate(row)} for row in rows]
    for row in grid:
        row.update({at: Cell(at, at + 1, "") for at in range(len(row), width)})
    broken: set[int] = set()
    left = MOST_MERGED
    for block in merged:
        (top, start), (bottom, end) = block
        bottom, end = min(bottom, len(grid) - 1), min(end, width - 1)
        left -= max(0, (bottom - top + 1) * (end - start + 1))
        if left < 0:
            break
        broken |= _merge(grid, (top, start), (bottom, end))
    return RawTable(
        name=name,
        caption="",
        rows=[
            RawRow(number, [cells[at] for at in sorted(cells)], OVERLAP if number - 1 in broken else "")
            for number, cells in enumerate(grid, start=1)
        ],
        widths=[1.0] * width,
        is_grid=True,
    )


def _merge(grid: list[dict[int, Cell]], first: tuple[int, int], last: tuple[int, int]) -> set[int]:
    """Make one cell of a range in each of its rows. The rows in which another range lies across it."""
    (top, start), (bottom, end) = first, last
    broken = set()
    for at in range(top, bottom + 1):
        row = grid[at]
        taken = [row.get(column) for column in range(start, end + 1)]
        if any(cell is None or cell.merge or cell.end != cell.start + 1 for cell in taken):
            broken.add(at)
            continue
        corner = row[start]
        for column in range(start, end + 1):
            del row[column]
        how = "" if top == bottom else "restart" if at == top else "continue"
        row[start] = replace(corner, end=end + 1, text=corner.text if at == top else "", merge=how)
    return broken
