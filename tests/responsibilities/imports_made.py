"""Duty lists as offices have them, in Excel and Word, built cell by cell; and imports of them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document
from docx.oxml.ns import qn
from docx.table import Table
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from organisations.models import Organisation, Person
from responsibilities.importing import receiving
from responsibilities.importing.preview import Preview
from responsibilities.models import DutyImport, DutyList
from tests import make
from tests.conftest import TODAY, City

NOW = make.moment(TODAY)
TITLES = ("序号", "类别", "工作内容", "工作措施", "责任单位", "责任人", "完成时限", "备注")
PLAIN = (
    ("1", "理论武装", "抓好理论学习中心组学习。", "每季度集体学习一次", "局党组", "党组书记", "每季度", ""),
    ("2", "组织生活", "过好主题党日。", "每月主题党日", "各党支部", "支部书记", "每月", ""),
    ("3", "组织生活", "按期上党课。", "组织党课", "各党支部", "支部书记", "每季度至少1次", ""),
    ("4", "问题整改", "向党组报告机关党建工作。", "形成书面报告", "机关党委", "专职副书记", "2026年12月31日前", ""),
)


def workbook(*rows: Sequence[Any], merged: Sequence[str] = (), more: Callable[[Workbook], None] | None = None) -> bytes:
    """An Excel file with one sheet of these rows."""
    book = Workbook()
    sheet: Worksheet = book.active  # type: ignore[assignment]
    sheet.title = "责任清单"
    for row in rows:
        sheet.append(list(row))
    for area in merged:
        sheet.merge_cells(area)
    if more:
        more(book)
    return _bytes(book.save)


def _bytes(save: Callable[[io.BytesIO], object]) -> bytes:
    file = io.BytesIO()
    save(file)
    return file.getvalue()


def word(
    *tables: Sequence[Sequence[str]], captions: Sequence[str] = (), touch: Callable[..., None] | None = None
) -> bytes:
    """A Word file with these tables; ``touch`` may merge and break them."""
    document = Document()
    document.add_heading("2026年机关党建责任清单", 1)
    made: list[Table] = []
    for place, rows in enumerate(tables):
        if place < len(captions):
            document.add_paragraph(captions[place])
        table = document.add_table(rows=len(rows), cols=max(map(len, rows)))
        for line, row in zip(table.rows, rows, strict=True):
            for cell, text in zip(line.cells, row, strict=False):
                cell.text = text
        made.append(table)
        document.add_paragraph("")
    document.add_paragraph("注：未尽事项由机关党委负责解释。")
    if touch:
        touch(*made)
    return _bytes(document.save)


def down(table: Table, column: int, first: int, last: int) -> None:
    """Merge cells of a column, the first one's text for all."""
    for place in range(first + 1, last + 1):
        table.cell(place, column).text = ""
    table.cell(first, column).merge(table.cell(last, column))


def lose_start(table: Table, row: int, column: int) -> None:
    """Take the beginning of a vertical merge away, so that what goes on below goes on from nothing."""
    cell = table.rows[row]._tr.tc_lst[column]
    properties = cell.tcPr
    properties.remove(properties.find(qn("w:vMerge")))


def add_cell(table: Table, row: int) -> None:
    """One cell more than the grid has."""
    table.rows[row]._tr.add_tc().add_p()


def drop_cell(table: Table, row: int, column: int) -> None:
    """One cell less."""
    line = table.rows[row]._tr
    line.remove(line.tc_lst[column])


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """A package in which a part is another."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename != name:
                new.writestr(info, old.read(info))
        new.writestr(name, content)
    return file.getvalue()


def upload(data: bytes, name: str = "责任清单.xlsx") -> SimpleUploadedFile:
    """The file as a browser sends it."""
    return SimpleUploadedFile(name, data)


def received(
    data: bytes,
    organisation: Organisation,
    by: Person,
    *,
    name: str = "责任清单.xlsx",
    revises: DutyList | None = None,
    **given: Any,
) -> DutyImport:
    """The import of a file."""
    plain: dict[str, Any] = {"preset": "three-by-four", "title": "", "header_row": None, "now": NOW}
    return receiving.receive(upload(data, name), organisation=organisation, revises=revises, by=by, **(plain | given))


def preview(record: DutyImport) -> Preview:
    """What would become of it today."""
    return Preview(record, TODAY)


def places(record: DutyImport) -> list[tuple[str, str, str]]:
    """Row number, level and post of every line."""
    return [(line.number, line.level, line.post) for line in preview(record).check.read.lines]


def whys(record: DutyImport) -> list[tuple[str, str]]:
    """Row number and why, of every row that is refused."""
    return [(row.number, row.why) for row in preview(record).check.refused]


def confirmed(record: DutyImport, by: Person, keep: Sequence[int] = ()) -> DutyList:
    """The draft of all lines."""
    page = preview(record)
    taken = {shown.key for shown in (*page.new, *page.changed)}
    about = {"taken": taken, "kept": set(keep), "seen": page.seen}
    return receiving.confirm(record, **about, by=by, now=NOW, today=TODAY)


def addresses(city: City) -> dict[str, list[object]]:
    """What the addresses of imports name: a file of the organ of finance, of two tables, waiting to be checked."""
    file = word((TITLES, *PLAIN), (("工作内容", "责任人"), ("走访服务对象。", "支部书记")))
    record = received(file, city.finance, city.office, name="清单.docx")
    pages = ("check", "columns", "table", "confirm", "discard")
    return {"duty-import": [], **{f"duty-import-{page}": [record.pk] for page in pages}}
