"""Opening a workbook in a process of its own: file on standard input, cells on standard output.

The reader reserves room for every cell between the first and the last one, so a file of a few kilobytes can ask for more
memory than the machine has, and then the process ends without an exception. Here it is this one that ends, and not the
server; see docs/decisions. The script imports nothing of the product.
"""

from __future__ import annotations

import io
import pickle
import resource
import sys
from typing import Any

from python_calamine import CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

MEMORY = 3 << 30
SECONDS = 60
MOST_ROWS = 100_000
MOST_COLUMNS = 200
EXPLAINING = ("说明", "须知", "示例", "字典")


def _limit() -> None:
    """Let this process end before the machine suffers."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _names(book: CalamineWorkbook) -> tuple[list[str], list[str]]:
    """Names of the visible and of the hidden worksheets; charts and macro sheets are none."""
    sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    visible = [sheet.name for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible]
    return visible, [sheet.name for sheet in sheets if sheet.name not in visible]


def _chosen(book: CalamineWorkbook, visible: list[str], hidden: list[str], wanted: str) -> CalamineSheet | None:
    """The sheet asked for, else the visible one with the most rows: a page of instructions often stands first.

    A template with one person in it has fewer rows than what explains it, so those are known by their name, too.
    """
    if wanted:
        return book.get_sheet_by_name(wanted) if wanted in visible + hidden else None
    sheets = [book.get_sheet_by_name(name) for name in visible or hidden]
    return max(sheets, key=lambda sheet: (sheet.height > 0 and not _explains(sheet.name), sheet.height), default=None)


def _explains(name: str) -> bool:
    """True for the name of a sheet that tells how to fill in another."""
    return any(word in name for word in EXPLAINING)


def _rows(sheet: CalamineSheet) -> list[list[Any]]:
    """All rows from the first; the reader leaves out the empty columns on the left."""
    left = [""] * (sheet.start[1] if sheet.start else 0)
    return [left + row for row in sheet.iter_rows()] if sheet.height else []


def _read(data: bytes, wanted: str) -> dict[str, Any]:
    """What the parent process asks about: sheets, the chosen one, its rows from the first, its merged ranges."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    visible, hidden = _names(book)
    sheet = _chosen(book, visible, hidden, wanted)
    if sheet is None:
        return {"refused": "sheet" if wanted else "empty"}
    if sheet.end and (sheet.end[0] >= MOST_ROWS or sheet.end[1] >= MOST_COLUMNS):
        return {"refused": "large"}
    return {
        "sheets": visible + hidden,
        "hidden": hidden,
        "sheet": sheet.name,
        "rows": _rows(sheet),
        "merged": sheet.merged_cell_ranges or [],
    }


def main() -> None:
    """Answer with one pickled dictionary; no answer at all means that the file could not be opened."""
    _limit()
    try:
        answer = _read(sys.stdin.buffer.read(), sys.argv[1])
    except PasswordError:
        answer = {"refused": "password"}
    sys.stdout.buffer.write(pickle.dumps(answer, protocol=5))


if __name__ == "__main__":
    main()
