"""Files as offices send them, written by the tests: .xlsx, .xls and text."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import openpyxl
import xlwt
from openpyxl.worksheet.worksheet import Worksheet

from organisations.importing import header, reading
from organisations.importing.columns import guess, readings
from organisations.importing.fields import PEOPLE_FIELDS
from organisations.importing.reading import Table, open_table
from organisations.importing.subject import Column, Field

Rows = Sequence[Sequence[Any]]


def xlsx(
    rows: Rows, *, merged: Sequence[str] = (), title: str = "在册", finish: Callable[[Worksheet], object] | None = None
) -> bytes:
    """A workbook of one sheet; ``finish`` does what the office did besides."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    for block in merged:
        sheet.merge_cells(block)
    if finish:
        finish(sheet)
    return packed(book)


def packed(book: openpyxl.Workbook) -> bytes:
    """The bytes of a workbook."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xls(
    rows: Rows, *, merged: Sequence[tuple[int, int, int, int]] = (), formats: dict[int, str] | None = None
) -> bytes:
    """An old workbook; ``merged`` as first row, last row, first column, last column, ``formats`` by column."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("花名册")
    styles = [xlwt.easyxf(num_format_str=(formats or {}).get(column, "General")) for column in range(256)]
    covered = {(top, left) for top, _, left, _ in merged}
    for top, bottom, left, right in merged:
        sheet.write_merge(top, bottom, left, right, rows[top][left])
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell is not None and (number, column) not in covered:
                sheet.write(number, column, cell, styles[column])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def text(rows: Rows, *, encoding: str = "utf-8", separator: str = ",") -> bytes:
    """A text file."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator).writerows(rows)
    return out.getvalue().encode(encoding)


def patched(data: bytes, part: str, old: str, new: str) -> bytes:
    """A workbook in which one part says something else, as another program would have written it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for info in before.infolist():
            content = before.read(info).decode("utf-8") if info.filename == part else before.read(info)
            if isinstance(content, str):
                assert old in content
                content = content.replace(old, new).encode("utf-8")
            after.writestr(info.filename, content)
    return out.getvalue()


def table(data: bytes, name: str = "花名册.xlsx", **wish: Any) -> Table:
    """The file as a table. Read again from the header row that was found, as a worker does, it must be the same."""
    found = open_table(data, name, **wish)
    raw = reading._raw(data, name, found.sheet)
    again = header.find(raw.rows, raw.merged, found.header_row)
    assert vars(again) == {code: getattr(found, code) for code in vars(again)}
    return found


def columns(data: bytes, fields: Sequence[Field] = PEOPLE_FIELDS, **remembered: str) -> list[Column]:
    """What the columns of a file seem to be."""
    found = open_table(data, "花名册.xlsx")
    return guess(found.titles, found.rows, fields, remembered)


def read(data: bytes, fields: Sequence[Field] = PEOPLE_FIELDS, **wish: Any) -> list[tuple[Any, ...]]:
    """Row number and values of each row without the empty ones; the problems behind them where there are any."""
    found = table(data, **wish)
    lines = readings(found, guess(found.titles, found.rows, fields, {}), fields)
    return [
        (line.number, {code: value for code, value in line.values.items() if value is not None}, *line.problems)
        for line in lines
    ]


def person(name: str, branch: str = "第一党支部", category: str | None = "full_member", **more: Any) -> dict[str, Any]:
    """The values of a row about one person."""
    found = {"name": name, "branch": branch, **more}
    return found | {"category": category} if category else found
