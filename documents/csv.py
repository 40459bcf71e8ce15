"""CSV that Excel opens rightly: UTF-8 with a mark, and no cell that it would take for a formula."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from io import StringIO

from documents.cells import Cell, Column, Row, looks_like_formula, wall_time, yes_or_no
from documents.text import clean

# Without it Excel reads Chinese as GBK.
_BYTE_ORDER_MARK = "\ufeff"


def csv_lines(columns: Sequence[Column], rows: Iterable[Row]) -> Iterator[bytes]:
    """Yield the file line by line, header first, so that any number of rows needs no memory."""
    yield (_BYTE_ORDER_MARK + _line([column.title for column in columns])).encode()
    for row in rows:
        yield _line(row).encode()


def _line(row: Row) -> str:
    buffer = StringIO()
    csv.writer(buffer).writerow([_text(cell) for cell in row])
    return buffer.getvalue()


def _text(cell: Cell) -> str:
    """Return a cell as text. Numbers keep their minus; typed text that begins so is quoted."""
    match cell:
        case None:
            return ""
        case bool():
            return yes_or_no(cell)
        case datetime():
            return f"{wall_time(cell):%Y-%m-%d %H:%M}"
        case date():
            return cell.isoformat()
        case time():
            return f"{cell:%H:%M}"
        case str():
            text = clean(cell)
            return f"'{text}" if looks_like_formula(text) else text
    return str(cell)
