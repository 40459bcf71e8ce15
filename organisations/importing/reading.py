"""Turning a file into a table: what kind of file it is, which cells it has, and where its rows begin."""

from __future__ import annotations

import csv
import io
import pickle
import re
import struct
import subprocess
import sys
import unicodedata
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from django.core.exceptions import ValidationError

from . import header
from .workbook import MOST_COLUMNS, MOST_ROWS, SECONDS

MOST_BYTES = 20 << 20
MOST_UNPACKED = 400 << 20
# What a workbook of repeated rows really reaches; a bomb reaches a thousand.
MOST_PACKED = 250
SMALL_UNPACKED = 20 << 20

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
WORKBOOK_BEGINS = b"\x09\x08\x10\x00\x00\x06\x05\x00"  # the record BOF of a workbook of 1997 or later
ENCRYPTED = 0x2F  # the record FILEPASS
NO_TABLE = "这个文件不是表格。请用 .xlsx、.xls 或 .csv 文件。"
DAMAGED = "这个工作簿打不开，文件可能坏了，或者大得离谱。用 Excel 或 WPS 打开，另存为 .xlsx 再传。"
LOCKED = "这个文件有打开密码。请去掉密码，另存一份再传。"
SAVE_AS = "请用 Excel 或 WPS 打开，另存为 .xlsx 再传。"
TOO_LARGE = f"表太大了：最多 {MOST_ROWS:,} 行、{MOST_COLUMNS} 列。远处有多余的字，删去再传。"
REFUSALS = {
    "password": LOCKED,
    "large": TOO_LARGE,
    "empty": "这个工作簿里没有工作表。",
    "sheet": "文件里没有这张工作表。",
}
# A number typed as 2010.10 leaves Excel as 2010.1, and a text file cannot say any more that it was a number.
MONTH_AS_NUMBER = re.compile(r"(19|20)\d\d\.\d")


@dataclass(frozen=True)
class Table:
    """One sheet as a table. Row numbers are those of the file; ``skipped`` says which rows are no data, and why.

    Hidden rows and columns are read like the others: what is hidden in Excel is still on the list. ``hidden`` names the
    hidden sheets, which stand last in ``sheets``.
    """

    sheets: list[str]
    sheet: str
    header_row: int
    header_rows: int
    titles: list[str]
    rows: list[tuple[int, list[Any]]]
    skipped: list[tuple[int, str]] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Cells:
    """The raw cells of one sheet."""

    sheets: list[str]
    sheet: str
    rows: list[list[Any]]
    merged: list[header.Range]
    hidden: list[str]


def open_table(data: bytes | IO[bytes], name: str, *, sheet: str = "", header_row: int | None = None) -> Table:
    """Read a workbook or a text file by what it is, whatever it is called. ValidationError says what to do about it."""
    content = data if isinstance(data, bytes) else data.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise ValidationError("文件超过 20 MB。请只留名册那张工作表，另存一份再传。")
    raw = _raw(content, name, sheet)
    if not any(cell not in ("", None) for row in raw.rows for cell in row):
        raise ValidationError(f"工作表“{raw.sheet}”是空的。" if raw.sheet else "文件是空的。")
    body = header.find(raw.rows, raw.merged, header_row)
    return Table(
        sheets=raw.sheets,
        sheet=raw.sheet,
        header_row=body.header_row,
        header_rows=body.header_rows,
        titles=body.titles,
        rows=body.rows,
        skipped=body.skipped,
        hidden=raw.hidden,
    )


def open_cells(content: bytes, name: str, *, sheet: str = "") -> Cells:
    """The raw cells of one sheet and which of them are merged, for whoever looks for the header himself. ValidationError."""
    return _raw(content, name, sheet)


def _raw(content: bytes, name: str, sheet: str) -> Cells:
    """The cells, by the kind of file that the first bytes give away."""
    if not content.strip():
        raise ValidationError("文件是空的。")
    if content.startswith(ZIP):
        _check_package(content)
        return _workbook(content, sheet)
    if content.startswith(OLE):
        _check_compound(content, name)
        return _workbook(content, sheet)
    return _text_file(content)


def _check_package(content: bytes) -> None:
    """Refuse what is no Excel workbook, and what unpacks to more than a roster ever is."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = {info.filename.replace("\\", "/").lower(): info for info in package.infolist()}
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError) as damage:
        raise ValidationError(DAMAGED) from damage
    unpacked = sum(info.file_size for info in parts.values())
    if unpacked > MOST_UNPACKED or (unpacked > SMALL_UNPACKED and unpacked > MOST_PACKED * len(content)):
        raise ValidationError(DAMAGED)
    if any(info.flag_bits & 1 for info in parts.values()):
        raise ValidationError(LOCKED)
    if "xl/workbook.bin" in parts or "content.xml" in parts:
        raise ValidationError(f"这种工作簿（.xlsb、.ods）读不了。{SAVE_AS}")
    if "xl/workbook.xml" not in parts:
        raise ValidationError(NO_TABLE)


def _check_compound(content: bytes, name: str) -> None:
    """Refuse an encrypted .xlsx, a Word file and a WPS workbook, which look like an old Excel file from outside."""

    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in content

    if holds("EncryptedPackage") or _has_password(content):
        raise ValidationError(LOCKED)
    if not holds("Workbook") and not holds("Book"):
        raise ValidationError(NO_TABLE)
    if name.lower().endswith((".et", ".ett")):
        raise ValidationError(f"WPS 表格（.et）读不了。{SAVE_AS}")


def _has_password(content: bytes) -> bool:
    """True if one of the first records of an old workbook says that the others are encrypted."""
    at = content.find(WORKBOOK_BEGINS)
    for _ in range(6):
        if at < 0 or at + 4 > len(content):
            return False
        kind, length = struct.unpack_from("<HH", content, at)
        if kind == ENCRYPTED:
            return True
        at += 4 + length
    return False


def _workbook(content: bytes, sheet: str) -> Cells:
    """The cells of a workbook, opened by another process: see ``workbook``."""
    command = [sys.executable, "-P", str(Path(__file__).with_name("workbook.py")), sheet]
    try:
        ran = subprocess.run(command, input=content, capture_output=True, timeout=2 * SECONDS, check=False)  # noqa: S603 - literal
    except subprocess.TimeoutExpired as late:
        raise ValidationError(DAMAGED) from late
    if ran.returncode != 0 or not ran.stdout:
        raise ValidationError(DAMAGED)
    answer = pickle.loads(ran.stdout)  # noqa: S301 - our own process wrote it
    if "refused" in answer:
        raise ValidationError(REFUSALS[answer["refused"]])
    return Cells(**answer)


def _text_file(content: bytes) -> Cells:
    """The cells of a text file; there is one sheet without a name."""
    text = _decoded(content)
    if re.match(r"\s*<(\?xml|!doctype|html|table|head|meta)", text[:200], re.I):
        raise ValidationError(f"这个文件其实是网页，只是起了表格的名字。{SAVE_AS}")
    try:
        rows = [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text))]
    except csv.Error as damage:
        raise ValidationError(NO_TABLE) from damage
    if len(rows) > MOST_ROWS or max(map(len, rows), default=0) > MOST_COLUMNS:
        raise ValidationError(TOO_LARGE)
    cells: list[list[Any]] = [[_number_or_text(cell) for cell in row] for row in rows]
    return Cells(sheets=[], sheet="", rows=cells, merged=[], hidden=[])


def _number_or_text(cell: str) -> Any:
    """2010.1 as the number that Excel wrote; everything else as text."""
    return float(cell) if MONTH_AS_NUMBER.fullmatch(cell) else cell


def _decoded(content: bytes) -> str:
    """The text, in the encoding that fits. ValidationError for something that is no text."""
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _is_text(text):
            return text
    raise ValidationError(NO_TABLE)


def _is_text(text: str) -> bool:
    """True for lines or cells of characters, none of which is for machines or means nothing."""
    head = text[:5000]
    strange = any(unicodedata.category(mark) in ("Cc", "Cn", "Cs") for mark in head if mark not in "\t\r\n\v\f")
    return "\0" not in text and not strange and re.search(r"[\n\r,;\t]", head) is not None


def _encodings(content: bytes) -> list[str]:
    """The encodings to try: the one that the first bytes announce, else the common ones."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ["utf-16"]
    head = content[:2000]
    if b"\0" in head:
        return ["utf-16-le", "utf-16-be"] if head[1::2].count(0) >= head[::2].count(0) else ["utf-16-be"]
    return ["utf-8-sig", "gb18030"]


def _separator(text: str) -> str:
    """The separator that splits the first lines into the most cells."""
    head = text[:20_000]
    return max(",\t;，", key=lambda mark: _width(head, mark))


def _width(head: str, mark: str) -> int:
    """How many cells the commonest of the wider lines has: a title above the header has no separators."""
    try:
        widths = [len(row) for row in csv.reader(io.StringIO(head, newline=""), delimiter=mark)]
    except csv.Error:
        return 0
    wide = [width for width in widths if width > 1]
    return max(set(wide), key=lambda width: (wide.count(width), width)) * len(wide) if wide else 0
