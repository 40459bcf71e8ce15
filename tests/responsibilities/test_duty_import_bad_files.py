"""Whatever is handed in for a duty list: a sentence that says what to do, never a failure, and nothing taken on trust."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from openpyxl import Workbook

from responsibilities.importing.reading import MOST_ROWS
from responsibilities.models import Duty, DutyImport
from tests.conftest import City
from tests.responsibilities import imports_made as made
from tests.responsibilities.imports_made import PLAIN, TITLES

DOCX = made.word((TITLES, *PLAIN))
DOCUMENT = "word/document.xml"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
ENTITIES = f"""<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "责任单位"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c SYSTEM "file:///etc/passwd">]><w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>&b;&c;</w:t></w:r></w:p></w:body></w:document>"""
DEEP = f'<w:document xmlns:w="{W}"><w:body>{"<w:tbl><w:tr><w:tc>" * 3000}'


def package(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in parts.items():
            zipped.writestr(name, content)
    return file.getvalue()


def many_rows(count: int) -> bytes:
    return made.workbook(
        TITLES, *[(str(n), "组织生活", f"第{n}件事。", "", "各党支部", "支部书记", "每年", "") for n in range(count)]
    )


def wide_word() -> bytes:
    cells = '<w:tc><w:tcPr><w:gridSpan w:val="99999"/></w:tcPr><w:p/></w:tc>' * 9
    return made.with_part(
        DOCX,
        DOCUMENT,
        f'<w:document xmlns:w="{W}"><w:body><w:tbl><w:tr>{cells}</w:tr></w:tbl></w:body></w:document>'.encode(),
    )


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"", "空.xlsx", "文件是空的"),
        (b"   \n ", "空.csv", "文件是空的"),
        (made.workbook(), "空表.xlsx", "表是空的"),
        (made.workbook(TITLES), "只有表头.xlsx", "表头下面没有内容"),
        (made.workbook(("姓名", "工号"), ("某某", "1")), "花名册.xlsx", "没有认出表头"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "WordDocument".encode("utf-16-le"),
            "旧.doc",
            "另存为 .docx",
        ),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "清单.pdf", "PDF 和 RTF 读不了"),
        (b"{\\rtf1\\ansi", "清单.doc", "PDF 和 RTF 读不了"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "清单.docx", "请用 Excel"),
        (b"PK\x03\x04 no package", "清单.docx", "请用 Excel"),
        (package(**{"word/document.xml": b"<no xml"}), "坏.docx", "打不开"),
        (package(**{"word/other.xml": b"<a/>"}), "缺.docx", "打不开"),
        (made.with_part(DOCX, DOCUMENT, ENTITIES.encode()), "实体.docx", "打不开"),
        (made.with_part(DOCX, DOCUMENT, DEEP.encode()), "套.docx", "打不开"),
        (made.with_part(DOCX, DOCUMENT, b"<a>" + b" " * (210 << 20) + b"</a>"), "炸弹.docx", "太大了"),
        (made.with_part(DOCX, DOCUMENT, b"<a>" + b" " * (60 << 20) + b"</a>"), "大.docx", "太大了"),
        (wide_word(), "宽.docx", "太大了"),
        (made.word(), "没有表.docx", "没有表格"),
        (b"x" * (5 << 20) + b"x", "大.csv", "超过 5 MB"),
        (b"<html>\n<table><tr><td>1</td></tr></table></html>", "清单.xls", "其实是网页"),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value else "",
)
def test_what_is_no_list_is_refused_with_a_sentence(city: City, today, data, name, sentence):
    with pytest.raises(ValidationError) as refusal:
        made.received(data, city.committee, city.gongwei, name=name)
    assert sentence in "".join(refusal.value.messages)
    assert set(refusal.value.message_dict) <= {"file", "header_row"}
    assert not DutyImport.objects.exists()


def test_three_thousand_rows_are_refused(city, today):
    with pytest.raises(ValidationError, match=f"3,000 行，一份责任清单最多读 {MOST_ROWS:,} 行"):
        made.received(many_rows(3_000), city.committee, city.gongwei)


def test_more_lines_than_a_list_may_have_are_shown_and_not_written(city, today):
    record = made.received(many_rows(301), city.committee, city.gongwei)
    page = made.preview(record)
    assert (page.counts["new"], len(page.new)) == (301, 50)
    assert "最多 300 项" in page.too_many
    with pytest.raises(ValidationError, match="最多 300 项"):
        made.receiving.confirm(
            record,
            taken={str(place) for place in range(301)},
            kept=set(),
            seen=page.seen,
            by=city.gongwei,
            now=made.NOW,
            today=date(2026, 11, 20),
        )
    assert not Duty.objects.exists()


def test_a_list_without_posts_is_refused_with_a_sentence(city, today):
    record = made.received(
        made.workbook(("序号", "工作内容", "完成时限"), ("1", "过好主题党日。", "每月")), city.committee, city.gongwei
    )
    columns = {column["index"]: column["field"] for column in record.columns}
    with pytest.raises(ValidationError, match="看不出是谁的责任"):
        made.receiving.choose(record, columns=columns, seats={}, by=city.gongwei)
    assert made.whys(record) == [("2", "没写是谁的责任。")]


def test_texts_that_are_too_long_are_refused_and_not_cut(city, today):
    long = ("9", "组织生活", "长" * 10_000, "", "各党支部", "支部书记", "每月", "")
    standard = ("序号", *TITLES[1:], "工作标准")
    record = made.received(
        made.workbook(standard, *PLAIN, long, (*PLAIN[1][:2], "另一件。", *PLAIN[1][3:], "准" * 401)),
        city.committee,
        city.gongwei,
    )
    assert made.whys(record) == [
        ("6", "工作内容有 10,000 个字，最多 400 个字。请在表里精简或者拆成几行。"),
        ("7", "工作标准有 401 个字，最多 400 个字。请在表里精简或者拆成几行。"),
    ]
    assert made.confirmed(record, city.gongwei).duties.count() == 4


def test_formulas_are_only_text(city, today):
    row = (
        "1",
        "=cmd|' /C calc'!A0",
        '=HYPERLINK("http://x.example","点")',
        "+1+1",
        "@各党支部",
        "支部书记",
        "=TODAY()",
        "",
    )
    data = made.workbook(TITLES, more=lambda book: _texts(book, row))
    record = made.received(data, city.committee, city.gongwei)
    seats = {seat["text"]: ("党支部", "支部书记") for seat in record.seats}
    columns = {column["index"]: column["field"] for column in record.columns}
    made.receiving.choose(record, columns=columns, seats=seats, by=city.gongwei)
    record.refresh_from_db()
    duty = made.confirmed(record, city.gongwei).duties.get()
    assert (duty.content, duty.measure, duty.category) == (row[2], row[3], row[1])
    assert duty.rhythm == "year"


def _texts(book: Workbook, row) -> None:
    sheet = book.active
    for place, text in enumerate(row, start=1):
        cell = sheet.cell(row=2, column=place, value=text)
        cell.data_type = "s"


def test_the_same_duty_twice_is_one(city, today):
    record = made.received(made.workbook(TITLES, *PLAIN, PLAIN[1]), city.committee, city.gongwei)
    assert made.whys(record) == [("6", "和第 3 行一样，都是党支部，支部书记的。")]
    assert made.confirmed(record, city.gongwei).duties.count() == 4


def test_rows_without_contents_or_people_are_refused(city, today):
    rows = (("1", "", "", "", "各党支部", "支部书记", "每月", ""), ("2", "", "做事。", "", "", "", "每月", ""))
    record = made.received(made.workbook(TITLES, *PLAIN, *rows), city.committee, city.gongwei)
    assert made.whys(record) == [("6", "没有工作内容。"), ("7", "没写是谁的责任。")]


def test_a_header_that_is_not_recognised_can_be_named(city, today):
    data = made.workbook(("甲", "乙", "丙"), ("过好主题党日。", "各党支部", "每月"))
    record = made.received(data, city.committee, city.gongwei, header_row=1)
    assert [column["field"] for column in record.columns] == ["", "", ""]
    columns = {0: "content", 1: "unit", 2: "deadline"}
    assert not made.receiving.choose(record, columns=columns, seats={}, by=city.gongwei)
    record.refresh_from_db()
    assert made.places(record) == [("2", "党支部", "支部书记")]
    with pytest.raises(ValidationError) as refusal:
        made.received(data, city.committee, city.gongwei, header_row=900)
    assert refusal.value.message_dict == {"header_row": ["第 900 行不能当表头。"]}
