"""From a file to the tables in it that look like duty lists. Nothing is kept of columns that are private."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError

from organisations.importing import reading as sheets

from .cells import RawTable, from_sheet, from_word
from .columns import guessed
from .layout import Laid, lay
from .word import SECONDS

MOST_BYTES = 5 << 20
MOST_ROWS = 1_000
MOST_SHEETS = 6
MOST_CELLS = 400_000
MOST_TEXT = 3_000_000
LONGEST_HINT = 40
# No public list comes near; a bomb goes far beyond.
MOST_UNPACKED = 200 << 20
SAVE_AS_WORD = "这是旧版的 Word 文件（.doc、.wps）。请用 Word 或 WPS 打开，另存为 .docx 再传。"
NO_LIST = "这个文件读不了。请用 Excel（.xlsx、.xls）、.csv 或者 Word（.docx）文件。"
DAMAGED = "这个 Word 文件打不开，文件可能坏了，或者大得离谱。用 Word 或 WPS 打开，另存为 .docx 再传。"
TOO_LARGE = "文件里的表太大了。责任清单一般几十行，请只留这张表，另存一份再传。"
NO_TABLE = "这个 Word 文件里没有表格。"
NO_HEADER = "没有认出表头。表头里要有“工作内容”“责任单位”这样的列名；已经有的，请写明表头在第几行。"
NO_ROWS = "表头下面没有内容。"


def open_lists(data: bytes, name: str, *, header_row: int | None = None) -> list[Laid]:
    """The tables of the file that have a header, in its order. ValidationError says what to do about it."""
    if len(data) > MOST_BYTES:
        raise ValidationError("文件超过 5 MB。请只留责任清单那张表，另存一份再传。")
    if not data.strip():
        raise ValidationError("文件是空的。")
    read = list(_tables(data, name))
    if not any(cell.text for table in read for row in table.rows for cell in row.cells):
        raise ValidationError("表是空的。")
    laid = [table for raw in read if (table := lay(raw, header_row)) is not None]
    if not laid:
        raise ValidationError({"header_row": NO_HEADER if header_row is None else f"第 {header_row} 行不能当表头。"})
    filled = [table for table in laid if table.rows]
    if not filled:
        raise ValidationError(NO_ROWS)
    return _small_enough(filled)


def _small_enough(tables: list[Laid]) -> list[Laid]:
    """Those that can be a list of duties. ValidationError if none can."""
    small = [table for table in tables if len(table.rows) <= MOST_ROWS]
    if not small:
        rows = max(len(table.rows) for table in tables)
        raise ValidationError(
            f"表里有 {rows:,} 行，一份责任清单最多读 {MOST_ROWS:,} 行。请分成几份，或者只留要导的部分。"
        )
    if sum(len(text) for table in small for row in table.rows for text in row.cells) > MOST_TEXT:
        raise ValidationError(TOO_LARGE)
    return small


def _tables(data: bytes, name: str) -> Iterator[RawTable]:
    """All tables of the file, by what it is, whatever it is called."""
    if data.startswith((b"%PDF", b"{\\rtf")):
        raise ValidationError(f"PDF 和 RTF 读不了。{NO_LIST}")
    if data.startswith(sheets.OLE) and "WordDocument".encode("utf-16-le") in data:
        raise ValidationError(SAVE_AS_WORD)
    if data.startswith(sheets.ZIP) and _is_word(data):
        return iter(from_word(_word(data)))
    return _sheets(data, name)


def _is_word(data: bytes) -> bool:
    """Whether the package is a document. ValidationError for one that unpacks to more than a list ever is."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError) as damage:
        raise ValidationError(NO_LIST) from damage
    if sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise ValidationError(TOO_LARGE)
    return any(part.filename.lower().startswith("word/") for part in parts)


def _word(data: bytes) -> list[dict[str, Any]]:
    """The tables of a Word file, opened by another process: see ``word``."""
    command = [sys.executable, "-P", str(Path(__file__).with_name("word.py"))]
    try:
        ran = subprocess.run(command, input=data, capture_output=True, timeout=2 * SECONDS, check=False)  # noqa: S603 - literal
    except subprocess.TimeoutExpired as late:
        raise ValidationError(DAMAGED) from late
    if ran.returncode != 0 or not ran.stdout:
        raise ValidationError(DAMAGED)
    answer = json.loads(ran.stdout)
    if "refused" in answer:
        raise ValidationError(TOO_LARGE if answer["refused"] == "large" else DAMAGED)
    tables: list[dict[str, Any]] = answer["tables"]
    if not tables:
        raise ValidationError(NO_TABLE)
    return tables


def _sheets(data: bytes, name: str) -> Iterator[RawTable]:
    """The visible sheets of a workbook, the fullest first; the one table of a text file."""
    try:
        first = sheets.open_cells(data, name)
    except ValidationError as refusal:
        raise ValidationError(NO_LIST if sheets.NO_TABLE in refusal.messages else refusal.messages) from refusal
    others = [sheet for sheet in first.sheets if sheet != first.sheet and sheet not in first.hidden]
    read = [first, *(sheets.open_cells(data, name, sheet=sheet) for sheet in others[: MOST_SHEETS - 1])]
    small = [sheet for sheet in read if sum(map(len, sheet.rows)) <= MOST_CELLS]
    if not small:
        raise ValidationError(TOO_LARGE)
    for sheet in small:
        yield from_sheet(sheet.sheet, sheet.rows, sheet.merged)


def kept(table: Laid) -> dict[str, Any]:
    """The table as it is stored, with its columns as guessed. The cells of private columns are left out for good."""
    rows = [(row.number, row.cells) for row in table.rows if not row.fault]
    columns = guessed(table.titles, rows)
    private = {column["index"] for column in columns if column["forbidden"]}
    return {
        "name": table.name or "表",
        "caption": table.caption,
        "before": table.before,
        "header_row": table.header_row,
        "titles": table.titles,
        "rows": [
            {
                "number": row.number,
                # Of a row whose columns are not known, nothing says which cell is private.
                "cells": [] if row.fault else ["" if at in private else text for at, text in enumerate(row.cells)],
                "hint": max(row.cells, key=len, default="")[:LONGEST_HINT] if row.fault and not private else "",
                "section": row.section,
                "fault": row.fault,
            }
            for row in table.rows
        ],
        "skipped": [list(one) for one in table.skipped],
        "columns": columns,
    }
