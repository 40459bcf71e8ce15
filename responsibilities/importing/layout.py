"""Putting the cells of a table under its titles: where the header is, what merged cells hold for, which rows are no data.

A row whose cells do not fit under the header is never moved: it is kept with the reason, and nothing is taken from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from organisations.importing.fields import plain
from organisations.importing.header import REMARKS, SUMS

from .cells import Cell, RawRow, RawTable
from .columns import is_ordinal, is_title

LOOKED_AT = 40
TALLEST = 3
LEAST_TITLES = 2
LONGEST_HEADING = 40
SPLIT = "这一行里有单元格拆成了几格，和表头对不上。请按表头的列重新画这一行。"
SHORT = "这一行的单元格比表头少，对不上列。请补齐单元格，或者按表头的列重新画这一行。"
LONG = "这一行的单元格比表头多，对不上列。请删去多余的单元格。"
NO_START = "这一行的合并单元格断了：它接着上一行，上一行却没有起头的一格。请取消合并，把内容补上。"
NUMBERED = re.compile(r"[（(]?[一二三四五六七八九十]{1,3}[)）、.．]|第[一二三四五六七八九十]{1,3}[章部类]")
REMARK_ALONE = re.compile(r"[(（]?(注|备注|说明)[)）]?[:：]?$")


@dataclass(frozen=True)
class DataRow:
    """A row under the titles. ``section``: the heading across the table above it."""

    number: str
    cells: list[str]
    section: str = ""
    fault: str = ""


@dataclass(frozen=True)
class Laid:
    """A table as it is understood; ``before``: the words above its header."""

    name: str
    caption: str
    header_row: int
    titles: list[str]
    rows: list[DataRow]
    skipped: list[tuple[str, str]] = field(default_factory=list)
    before: str = ""


@dataclass(frozen=True)
class _Column:
    """A column of the header: where it lies, in widths."""

    left: float
    right: float
    title: str


def lay(table: RawTable, header_row: int | None = None) -> Laid | None:
    """The table under its header; None where no row looks like one. ``header_row`` is a number of the file."""
    found = _header(table.rows, header_row)
    if found is None:
        return None
    first, last = found
    ruler = _ruler(table)
    columns = _columns(table.rows[first : last + 1], ruler)
    walk = _Walk(table, columns, ruler)
    for row in table.rows[first : last + 1]:
        walk.carry(row)
    for row in table.rows[last + 1 :]:
        walk.take(row)
    used = _used(columns, walk.rows)
    above = [cell.text.replace("\n", "") for row in table.rows[:first] for cell in row.cells if cell.text]
    return Laid(
        name=table.name,
        caption=table.caption or (above[0] if above else ""),
        header_row=table.rows[first].number,
        titles=[column.title for column in columns[:used]],
        rows=[row if row.fault else replace(row, cells=row.cells[:used]) for row in walk.rows],
        skipped=walk.skipped,
        before=" ".join([table.caption, *above]),
    )


# --- the header


def _known(row: RawRow) -> int:
    return len({plain(cell.text) for cell in row.cells if is_title(cell.text)})


def _header(rows: Sequence[RawRow], named: int | None) -> tuple[int, int] | None:
    """First and last row of the header, from 0."""
    if named is not None:
        at = next((place for place, row in enumerate(rows) if row.number == named), None)
        if at is None or not any(cell.text for cell in rows[at].cells):
            return None
    else:
        scores = [_known(row) for row in rows[:LOOKED_AT]]
        best = max(scores, default=0)
        if best < LEAST_TITLES:
            return None
        at = scores.index(best)
    first = last = at
    while first and last - first < TALLEST - 1 and _goes_on(rows[first - 1], rows[first]):
        first -= 1
    while last + 1 < len(rows) and last - first < TALLEST - 1 and _goes_on(rows[last], rows[last + 1]):
        last += 1
    return first, last


def _goes_on(upper: RawRow, lower: RawRow) -> bool:
    """Whether ``lower`` is a further row of the header that ``upper`` belongs to."""
    words = [cell.text for cell in lower.cells if cell.text and cell.merge != "continue"]
    if not words or any(len(plain(word)) > 14 or re.search(r"\d{2}|[。；]", word) for word in words):
        return False
    if sum(bool(cell.text) for cell in upper.cells) < 2:  # the title of the whole table
        return False
    reaching = any(cell.merge == "continue" for cell in lower.cells)
    over = any(
        cell.text and sum(cell.start <= one.start and one.end <= cell.end and bool(one.text) for one in lower.cells) > 1
        for cell in upper.cells
    )
    return (reaching or over) and any(is_title(word) for word in words) and _known(upper) > 0


def _ruler(table: RawTable) -> list[float]:
    """Where each line of the grid stands, in widths."""
    most = max((cell.end for row in table.rows for cell in row.cells), default=0)
    widths = [width for width in table.widths if width > 0]
    usual = sum(widths) / len(widths) if widths else 1.0
    at = [0.0]
    for index in range(most):
        width = table.widths[index] if index < len(table.widths) else usual
        at.append(at[-1] + (width if width > 0 else usual))
    return at


def _columns(header: Sequence[RawRow], ruler: Sequence[float]) -> list[_Column]:
    """The columns as the last row of the header divides them, each with the words above it."""
    columns = []
    for cell in header[-1].cells:
        over = [
            one.text.replace("\n", "").replace(" ", "")
            for row in header
            for one in row.cells
            if one.start < cell.end and cell.start < one.end and one.text
        ]
        columns.append(_Column(ruler[cell.start], ruler[cell.end], " ".join(dict.fromkeys(over))))
    return columns


def _used(columns: Sequence[_Column], rows: Sequence[DataRow]) -> int:
    """How many columns up to the last one that has a title or words under it: a sheet is wider than its table."""
    filled = [place for row in rows if not row.fault for place, text in enumerate(row.cells) if text]
    titled = [place for place, column in enumerate(columns) if column.title]
    return 1 + max([0, *filled, *titled])


# --- the rows


class _Walk:
    """Goes down the rows with what is merged over them."""

    def __init__(self, table: RawTable, columns: Sequence[_Column], ruler: Sequence[float]) -> None:
        self.table, self.columns, self.ruler = table, columns, ruler
        self.rows: list[DataRow] = []
        self.skipped: list[tuple[str, str]] = []
        self.section = ""
        self.merged: dict[int, Cell] = {}
        self.ordinals = {place for place, column in enumerate(columns) if is_ordinal(column.title)}

    def carry(self, row: RawRow) -> tuple[list[Cell], str]:
        """The cells with what merging says they hold, and what is wrong with the merging."""
        fault, found = row.fault, []
        for cell in row.cells:
            origin = self.merged.get(cell.start)
            if cell.merge == "continue" and origin is not None and origin.end == cell.end:
                found.append(Cell(cell.start, cell.end, origin.text))
                continue
            if cell.merge == "continue":
                fault = fault or NO_START
            self._end_under(cell)
            if cell.merge == "restart":
                self.merged[cell.start] = cell
            found.append(cell)
        return found, fault

    def _end_under(self, cell: Cell) -> None:
        """A cell of its own ends what was merged down to it."""
        for start, one in list(self.merged.items()):
            if start < cell.end and cell.start < one.end:
                del self.merged[start]

    def take(self, row: RawRow) -> None:
        """Sort a row: data, or a heading, or a note."""
        cells, fault = self.carry(row)
        if not any(cell.text for cell in cells):
            return
        heading = self._heading(cells)
        if heading:
            self._note(row, heading)
            return
        placed, misplaced = self._place(cells)
        fault = fault or misplaced
        why = "" if fault else self._no_data(placed)
        if why:
            self.skipped.append((str(row.number), why))
            return
        if fault:
            self.merged.clear()  # what this row may have begun or ended is not known
            placed = [cell.text for cell in cells]
        self.rows.append(DataRow(str(row.number), placed, self.section, fault))

    def _heading(self, cells: Sequence[Cell]) -> str:
        """The words of a row that is one heading or note across the table."""
        filled = [cell for cell in cells if cell.text]
        if len(filled) != 1 or len(self.columns) < 3:
            return ""
        only = filled[0]
        whole = self.ruler[-1] - self.ruler[0]
        wide = self.ruler[only.end] - self.ruler[only.start] > whole / 2 and only.end - only.start > 1
        first = only.start == min(cell.start for cell in cells)
        numbered = first and (NUMBERED.match(only.text) or REMARKS.match(only.text) or SUMS.match(only.text))
        return only.text.replace("\n", "") if wide or numbered else ""

    def _note(self, row: RawRow, words: str) -> None:
        bare = words.replace(" ", "")
        is_note = len(words) > LONGEST_HEADING or REMARKS.match(bare) or REMARK_ALONE.match(bare)
        if SUMS.match(bare):
            self.skipped.append((str(row.number), "合计行"))
        elif is_note:
            self.skipped.append((str(row.number), "表尾说明"))
        else:
            self.section = words
            self.skipped.append((str(row.number), "小标题"))

    def _place(self, cells: Sequence[Cell]) -> tuple[list[str], str]:
        """The words under each title, and why they do not fit."""
        placed: list[str | None] = [None] * len(self.columns)
        end = self.columns[-1].right
        for cell in cells:
            left, right = self.ruler[cell.start], self.ruler[cell.end]
            under = [place for place, column in enumerate(self.columns) if _covers(left, right, column)]
            if not under and (cell.text or not self.table.is_grid):
                return [], LONG if left >= end - 1e-6 else SPLIT
            for place in under:
                placed[place] = cell.text
        if None in placed:
            return [], SHORT
        if not self.table.is_grid and cells and self._reaches(cells) != self._reaches_in_header():
            return [], SHORT if self._reaches(cells) < self._reaches_in_header() else LONG
        return [text or "" for text in placed], ""

    def _reaches(self, cells: Sequence[Cell]) -> float:
        return self.ruler[max(cell.end for cell in cells)]

    def _reaches_in_header(self) -> float:
        return self.columns[-1].right

    def _no_data(self, placed: Sequence[str]) -> str:
        """Why a row is no data; empty for one that is."""
        content = [text for place, text in enumerate(placed) if text and place not in self.ordinals]
        lead = next((text for text in placed if text), "")
        bare = lead.replace(" ", "")
        if not content:
            return "只有序号"
        if SUMS.match(bare):
            return "合计行"
        if REMARKS.match(bare) or (len(content) == 1 and REMARK_ALONE.match(bare)):
            return "表尾说明"
        if all(not text or plain(text) == plain(column.title) for text, column in self._pairs(placed)):
            return "重复的表头"
        return "栏次" if _counts(content) else ""

    def _pairs(self, placed: Sequence[str]) -> Iterator[tuple[str, _Column]]:
        return zip(placed, self.columns, strict=True)


def _covers(left: float, right: float, column: _Column) -> bool:
    """Whether a cell lies under a title: borders drawn by hand are never quite above each other."""
    common = min(right, column.right) - max(left, column.left)
    return common > 0.5 * (column.right - column.left)


def _counts(content: Sequence[str]) -> bool:
    """True for a row of column numbers, 1 2 3 4."""
    if len(content) < 3 or not all(re.fullmatch(r"[1-9]\d?", text) for text in content):
        return False
    return all(int(right) == int(left) + 1 for left, right in pairwise(content))
