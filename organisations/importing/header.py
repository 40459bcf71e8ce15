"""Where a table begins: its header of one to three rows, its merged cells, and the rows below that are no data."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError

from .fields import KNOWN_TITLES, ORDINALS, plain
from .values import BETWEEN_HAN, clean, shown

Range = tuple[tuple[int, int], tuple[int, int]]
Grid = list[list[Any]]

LOOKED_AT = 40  # rows in which a header is looked for
TALLEST = 3
MOST_FILLED = 2_000_000
NO_HEADER = "没有认出表头。请填写表头在第几行（写着“姓名”的那一行）。"
SUMS = re.compile(r"(合计|总计|小计|共计|总数|平均)")
REMARKS = re.compile(
    r"(填表人|制表人|制表|审核人|填报人|填报单位|填表单位|联系人|联系电话|填表日期|填报日期|制表日期|负责人|经办人|注|备注|说明|附|附注|填表说明)"
    r"\s*\d?\s*[:：]"
)
EXAMPLE = re.compile(r"(填写)?(示例|样例|范例|举例|例)[:：]?$")


@dataclass(frozen=True)
class Body:
    """Header and rows of one sheet; rows are numbered as in the file."""

    header_row: int
    header_rows: int
    titles: list[str]
    rows: list[tuple[int, list[Any]]]
    skipped: list[tuple[int, str]]


def find(rows: Sequence[Sequence[Any]], merged: Sequence[Range], header_row: int | None = None) -> Body:
    """Find the header (or take the row that somebody named) and what is data below it. ValidationError if there is none."""
    width = max((len(row) for row in rows), default=0)
    grid = [[*row, *[""] * (width - len(row))] for row in rows]
    if header_row is not None and not (1 <= header_row <= len(grid) and any(map(_filled, grid[header_row - 1]))):
        raise ValidationError(f"第 {header_row} 行没有字，不能当表头。")
    _fill(grid, merged)
    first, last = _header(grid, merged, header_row)
    titles = _titles(grid[first : last + 1])
    data, skipped = _data(grid, merged, (first, last), titles)
    wide = _width(titles, data)
    if not data:
        raise ValidationError("表头下面没有数据。")
    return Body(
        header_row=first + 1,
        header_rows=last - first + 1,
        titles=titles[:wide],
        rows=[(number, cells[:wide]) for number, cells in data],
        skipped=skipped,
    )


def _filled(cell: Any) -> bool:
    return cell is not None and (not isinstance(cell, str) or bool(cell.strip()))


def _fill(grid: Grid, merged: Sequence[Range]) -> None:
    """Write the text of a merged cell into all that it covers: a branch written once for ten people holds for each."""
    left = MOST_FILLED
    for (top, start), (bottom, end) in merged:
        if top >= len(grid) or start >= len(grid[0]):
            continue
        cell = grid[top][start]
        bottom, end = min(bottom, len(grid) - 1), min(end, len(grid[0]) - 1)
        left -= (bottom - top + 1) * (end - start + 1)
        if left < 0:
            raise ValidationError("合并的单元格太多了，请取消合并再传。")
        for row in grid[top : bottom + 1]:
            row[start : end + 1] = [cell] * (end - start + 1)


def _known(row: Sequence[Any]) -> int:
    """How many different titles of rosters stand in a row."""
    return len({plain(cell) for cell in row if isinstance(cell, str)} & KNOWN_TITLES)


def _header(grid: Grid, merged: Sequence[Range], named: int | None) -> tuple[int, int]:
    """First and last row of the header, from 0."""
    if named is not None:
        row = named - 1
    else:
        scores = [_known(row) for row in grid[:LOOKED_AT]]
        best = max(scores, default=0)
        if best == 0 or (best == 1 and len(grid[0]) > 2 and sum(map(_filled, grid[scores.index(best)])) > 3):
            raise ValidationError({"header_row": NO_HEADER})
        row = scores.index(best)
    first = last = row
    while named is None and first and last - first < TALLEST - 1 and _belongs(grid, merged, first - 1):
        first -= 1
    while last + 1 < len(grid) and last - first < TALLEST - 1 and _belongs(grid, merged, last):
        last += 1
    return first, last


def _belongs(grid: Grid, merged: Sequence[Range], upper: int) -> bool:
    """True if the row below ``upper`` (from 0) is a second row of the same header."""
    covering = [block for block in merged if block[0][0] <= upper <= block[1][0]]
    if any(top <= upper < bottom and end - start + 1 < len(grid[0]) for (top, start), (bottom, end) in covering):
        return all(_is_title(cell) for cell in grid[upper + 1])
    groups = [
        (start, end)
        for (top, start), (bottom, end) in covering
        if start < end and top == bottom == upper and end - start + 1 < len(grid[0])
    ]
    if groups:
        return _under_groups(grid, upper, groups)
    return _complements(grid[upper], grid[upper + 1])


def _is_title(cell: Any) -> bool:
    """True for a blank and for a few words; a number, a date and a line of text are no title."""
    if not _filled(cell):
        return True
    return isinstance(cell, str) and len(plain(cell)) <= 20 and not re.search(r"\d{3}|[：:；。]", clean(cell))


def _under_groups(grid: Grid, upper: int, groups: list[tuple[int, int]]) -> bool:
    """True if titles stand below each heading that spans several columns."""
    below = grid[upper + 1]
    if not all(_is_title(cell) for cell in [*grid[upper], *below]):
        return False
    spanned = [plain(below[column]) for start, end in groups for column in range(start, end + 1)]
    return all(spanned) and len(set(spanned)) > 1 and bool(set(spanned) & KNOWN_TITLES or _known(below))


def _complements(above: Sequence[Any], below: Sequence[Any]) -> bool:
    """True if ``below`` fills what ``above`` leaves open: a header of two rows whose merged cells a text file has lost."""
    if _known(above) < 1 or sum(map(_filled, above)) < 2 or not any(map(_filled, below)):
        return False
    if not all(_is_title(cell) for cell in below) or not _known(below):
        return False
    for column, cell in enumerate(below):
        followed = column + 1 < len(above) and not _filled(above[column + 1]) and _filled(below[column + 1])
        if _filled(cell) and _filled(above[column]) and not followed:
            return False
    return True


def _word(cell: Any) -> str:
    """A title as shown: no line breaks and no spaces between its characters."""
    return BETWEEN_HAN.sub("", clean(cell)) if _filled(cell) else ""


def _titles(rows: Grid) -> list[str]:
    """The titles of the columns, those of several rows joined by a space: 党内职务 时间."""
    heads = [[_word(cell) for cell in row] for row in rows]
    for upper, lower in pairwise(heads):
        for column in range(1, len(upper)):  # a heading over several columns, where nothing is merged
            if not upper[column] and lower[column] and upper[column - 1] and lower[column - 1]:
                upper[column] = upper[column - 1]
    return [" ".join(dict.fromkeys(filter(None, parts))) for parts in zip(*heads, strict=True)]


def _width(titles: Sequence[str], data: Sequence[tuple[int, list[Any]]]) -> int:
    """The number of columns up to the last one that has a title or a cell."""
    used = [column for column, title in enumerate(titles) if title]
    last = used[-1] if used else 0
    return 1 + max(
        [last, *(column for column in range(last + 1, len(titles)) if any(_filled(r[column]) for _, r in data))]
    )


def _data(
    grid: Grid, merged: Sequence[Range], header: tuple[int, int], titles: Sequence[str]
) -> tuple[list[tuple[int, list[Any]]], list[tuple[int, str]]]:
    """The rows below the header that are data, and those that are not with the reason. Empty rows are neither."""
    heads = [[plain(cell) if _filled(cell) else "" for cell in row] for row in grid[header[0] : header[1] + 1]]
    banners = set(_banners(merged, len(grid[0])))
    ordinals = [column for column, title in enumerate(titles) if plain(title) in ORDINALS]
    data, skipped = [], []
    for index in range(header[1] + 1, len(grid)):
        cells = grid[index]
        if not any(map(_filled, cells)):
            continue
        why = _no_data(cells, heads, ordinals, index in banners)
        if why:
            skipped.append((index + 1, why))
        else:
            data.append((index + 1, cells))
    return data, skipped


def _banners(merged: Sequence[Range], width: int) -> Iterator[int]:
    """Rows that are one long merged cell, or nearly: subtitles and notes."""
    for (top, start), (bottom, end) in merged:
        if end - start + 1 > max(2, width // 2):
            yield from range(top, min(bottom, top + 200) + 1)


def _no_data(cells: Sequence[Any], heads: list[list[str]], ordinals: list[int], banner: bool) -> str:
    """Why a row is no data; empty for a row that is."""
    content = [cell for column, cell in enumerate(cells) if _filled(cell) and column not in ordinals]
    lead = next((clean(cell) for cell in cells if isinstance(cell, str) and _filled(cell)), "")
    if SUMS.match(lead.replace(" ", "")):
        return "合计行"
    if REMARKS.match(lead):
        return "表尾说明"
    if not content:
        return "只有序号"
    if len(lead) < 10 and EXAMPLE.match(re.sub(r"[\s（）()]", "", lead)) and len(content) > 1:
        return "填写示例"
    if any(_repeats(cells, head) for head in heads):
        return "重复的表头"
    if banner:
        return "小标题或说明"
    return "栏次" if _counts_columns(content) else ""


def _repeats(cells: Sequence[Any], head: list[str]) -> bool:
    """True if every filled cell stands in the header as well: the header of the next printed page."""
    same = 0
    for cell, title in zip(cells, head, strict=True):
        if _filled(cell):
            if not isinstance(cell, str) or not title or plain(cell) != title:
                return False
            same += 1
    return same > 1


def _counts_columns(content: Sequence[Any]) -> bool:
    """True for a row of column numbers, 1 2 3 4."""
    numbers = [shown(cell) for cell in content]
    if len(numbers) < 3 or not all(re.fullmatch(r"[1-9]\d?", number) for number in numbers):
        return False
    return all(int(right) == int(left) + 1 for left, right in pairwise(numbers))
