"""Excel workbooks written row by row in constant memory, with real dates and numbers."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from math import isfinite
from typing import Any, BinaryIO

import xlsxwriter

from documents.cells import Cell, Column, Row, looks_like_formula, wall_time, yes_or_no
from documents.text import clean, one_line

# Limits of the format (Excel specifications): rows of a sheet, UTF-16 units of a cell, characters of a
# sheet's name, digits that a number keeps, first year that it can count from.
_MAX_ROWS = 1_048_576
_CELL_UNITS = 32_767
_NAME_CHARS = 31
_EXACT_DIGITS = 15
_FIRST_YEAR = 1900

_FORBIDDEN_IN_NAME = re.compile(r"[\[\]:*?/\\]")
_A4 = 9


@dataclass(frozen=True)
class Sheet:
    """One table: its name, its columns and its rows, which may come from a generator."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Row]


def write_workbook(target: BinaryIO, sheets: Iterable[Sheet], *, organisation: str, created: datetime) -> None:
    """Write the sheets to `target` as .xlsx.

    Each has its header frozen, filtered and repeated in print. `organisation` and `created` become the
    file's only properties. Raises ValueError when a table has more rows than a sheet can hold.
    """
    book = xlsxwriter.Workbook(target, {"constant_memory": True})
    try:
        book.set_properties({"author": one_line(organisation), "created": wall_time(created)})
        formats = _formats(book)
        for sheet in sheets:
            _write_sheet(book.add_worksheet(sheet_name(sheet.name)), sheet, formats)
    finally:
        # Also after an error: the rows wait in temporary files until the book is closed.
        book.close()


def sheet_name(text: str) -> str:
    """Return `text` as a name that Excel accepts for a sheet."""
    return _FORBIDDEN_IN_NAME.sub("-", one_line(text)).strip("'")[:_NAME_CHARS] or "表"


def _formats(book: Any) -> dict[str, Any]:
    plain = {"valign": "top"}
    return {
        "head": book.add_format({"bold": True, "valign": "vcenter", "bottom": 1, "text_wrap": True}),
        "text": book.add_format(plain),
        # Keeps text from turning into a formula when somebody edits the cell and presses Enter.
        "guarded": book.add_format(plain | {"quote_prefix": True}),
        "date": book.add_format(plain | {"num_format": "yyyy-mm-dd"}),
        "datetime": book.add_format(plain | {"num_format": "yyyy-mm-dd hh:mm"}),
        "time": book.add_format(plain | {"num_format": "hh:mm"}),
    }


def _write_sheet(page: Any, sheet: Sheet, formats: dict[str, Any]) -> None:
    page.freeze_panes(1, 0)
    page.repeat_rows(0)
    page.set_paper(_A4)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, column.width)
        page.write_string(0, place, one_line(column.title), formats["head"])
    last = 0
    for last, row in enumerate(sheet.rows, 1):
        if last >= _MAX_ROWS:
            raise ValueError(f"a sheet holds {_MAX_ROWS - 1} rows below its header")
        for place, cell in enumerate(row):
            _write_cell(page, last, place, cell, formats)
    page.autofilter(0, 0, last, len(sheet.columns) - 1)


def _write_cell(page: Any, row: int, place: int, cell: Cell, formats: dict[str, Any]) -> None:
    """Write a value by its type; text is never handed to the writer's guess at formulas and links."""
    match cell:
        case None | "":
            return
        case bool():
            page.write_string(row, place, yes_or_no(cell), formats["text"])
        case datetime() if cell.year >= _FIRST_YEAR:
            page.write_datetime(row, place, wall_time(cell), formats["datetime"])
        case date() if cell.year >= _FIRST_YEAR:
            page.write_datetime(row, place, cell, formats["date"])
        case time():
            page.write_datetime(row, place, cell, formats["time"])
        case float() if isfinite(cell):
            page.write_number(row, place, cell, formats["text"])
        case int() | Decimal() if len(str(cell).lstrip("-")) <= _EXACT_DIGITS:
            page.write_number(row, place, cell, formats["text"])
        case _:
            text = _fitted(clean(str(cell)))
            page.write_string(row, place, text, formats["guarded" if looks_like_formula(text) else "text"])


def _fitted(text: str) -> str:
    """Return `text` cut to what one cell holds, ending in …… where something is missing."""
    units = text.encode("utf-16-le")
    if len(units) <= 2 * _CELL_UNITS:
        return text
    return units[: 2 * (_CELL_UNITS - 2)].decode("utf-16-le", errors="ignore") + "……"
