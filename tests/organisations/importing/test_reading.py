"""Opening files: by what they are, not by what they are called; whatever comes is a table or a sentence."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
import xlwt
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from organisations.importing import reading
from organisations.importing.reading import Table, open_table
from tests.organisations.importing import files

pytestmark = pytest.mark.once

ROWS = [["姓名", "支部"], ["林知远", "一支部"]]


def refusal(data: bytes, name: str = "花名册.xlsx", **wish: object) -> str:
    with pytest.raises(ValidationError) as caught:
        open_table(data, name, **wish)  # type: ignore[arg-type]
    return "".join(caught.value.messages)


def package(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


@pytest.mark.parametrize("write", [files.xlsx, files.xls, files.text])
@pytest.mark.parametrize("name", ["a.xlsx", "a.xls", "a.csv", "a.txt", "a", "a.xlsm"])
def test_the_name_of_a_file_says_nothing(write, name):
    assert open_table(write(ROWS), name).rows == [(2, ["林知远", "一支部"])]


def test_a_file_object_is_read_too():
    assert open_table(io.BytesIO(files.xlsx(ROWS)), "a.xlsx").rows == [(2, ["林知远", "一支部"])]


def test_what_is_no_table_is_refused():
    assert refusal(b"") == "文件是空的。"
    assert refusal(b" \r\n") == "文件是空的。"
    assert refusal(b"%PDF-1.7 \0\1\2\xff\xfe") == reading.NO_TABLE
    assert refusal(b"\xff\xd8\xff\xe0\0\x10JFIF\0" * 20) == reading.NO_TABLE
    assert refusal(package(word__document_xml=b"<w/>")) == reading.NO_TABLE
    assert refusal(package(content_xml=b"<o/>")) == reading.NO_TABLE
    assert refusal(package(**{"content.xml": b"<o/>"})).startswith("这种工作簿（.xlsb、.ods）读不了。")
    assert refusal(package(**{"xl/workbook.bin": b"-"})).startswith("这种工作簿（.xlsb、.ods）读不了。")
    assert refusal(reading.OLE + "WordDocument".encode("utf-16-le")) == reading.NO_TABLE


def test_a_web_page_under_the_name_of_a_workbook_is_refused():
    page = "<html>\n<table><tr><td>姓名</td></tr></table></html>".encode()
    assert refusal(page, "花名册.xls").startswith("这个文件其实是网页")


def test_a_workbook_with_a_password_is_refused():
    encrypted = reading.OLE + b"\0" * 500 + "EncryptedPackage".encode("utf-16-le")
    assert refusal(encrypted) == reading.LOCKED


def test_an_old_workbook_with_a_password_is_refused():
    # FILEPASS behind BOF, where Excel writes it.
    data = files.xls(ROWS)
    start = data.index(b"\x09\x08\x10\x00\x00\x06\x05\x00")
    interface = data.index(b"\xe1\x00\x02\x00", start)
    # A record of the same length gives way, so that nothing else moves.
    locked = data[:interface] + b"\x2f\x00\x02\x00\x01\x00" + data[interface + 6 :]
    assert refusal(locked, "花名册.xls") == reading.LOCKED


def test_damaged_workbooks_are_refused():
    whole = files.xlsx(ROWS)
    assert refusal(whole[: len(whole) // 2]) == reading.DAMAGED
    assert refusal(files.patched(whole, "xl/workbook.xml", "<sheets>", "<she")) == reading.DAMAGED
    assert refusal(files.xls(ROWS)[:1800], "a.xls") in (reading.DAMAGED, reading.NO_TABLE)


def test_a_wps_workbook_that_cannot_be_read_is_told_how_to_be_saved():
    assert "WPS" in refusal(files.xls(ROWS), "花名册.et")


def test_a_bomb_is_refused_before_it_is_unpacked():
    out = io.BytesIO(files.xlsx(ROWS))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.bmp", b" " * (reading.SMALL_UNPACKED + 1))
    bomb = out.getvalue()
    assert len(bomb) < 100_000
    assert refusal(bomb) == reading.DAMAGED


def test_a_table_as_wide_as_the_machine_does_not_end_the_server():
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "姓名", "远"
    assert refusal(files.packed(book)) == reading.DAMAGED


def test_too_many_rows_and_columns_are_refused():
    assert refusal(files.text([["姓名"], *[["林知远"]] * reading.MOST_ROWS])) == reading.TOO_LARGE
    assert refusal(files.text([["姓名"] * (reading.MOST_COLUMNS + 1)])) == reading.TOO_LARGE
    book = openpyxl.Workbook()
    book.active["A1"], book.active.cell(2, reading.MOST_COLUMNS + 1).value = "姓名", "远"
    assert refusal(files.packed(book)) == reading.TOO_LARGE
    assert refusal(b"a" * (reading.MOST_BYTES + 1)).startswith("文件超过 20 MB")


def test_empty_sheets_and_tables_without_rows_or_header():
    assert refusal(files.xlsx([])) == "工作表“在册”是空的。"
    assert refusal(files.xlsx([["姓名", "支部"]])) == "表头下面没有数据。"
    assert refusal(files.xlsx([["甲", "乙", "丙"], ["丁", "戊", "己"]])).startswith("没有认出表头。")
    assert refusal(files.xlsx(ROWS), sheet="别的") == "文件里没有这张工作表。"
    assert refusal(files.xlsx(ROWS), header_row=9) == "第 9 行没有字，不能当表头。"


def test_a_workbook_without_sheets_that_hold_cells():
    book = xlwt.Workbook()
    book.add_sheet("空")
    out = io.BytesIO()
    book.save(out)
    assert refusal(out.getvalue()) == "工作表“空”是空的。"


def test_the_header_that_somebody_names_is_taken():
    rows = [["姓名", "支部"], ["旧表", "说明"], ["谁", "哪里"], ["林知远", "一支部"]]
    found = open_table(files.xlsx(rows), "a.xlsx", header_row=3)
    assert (found.header_row, found.header_rows, found.titles) == (3, 1, ["谁", "哪里"])
    assert found.rows == [(4, ["林知远", "一支部"])]


def test_merged_cells_in_masses_are_refused():
    blocks = [((0, 0), (99_000, 199))] * 20
    rows = [["姓名", *[""] * 199], *[[""] * 200 for _ in range(99_000)]]
    with pytest.raises(ValidationError, match="合并的单元格太多了"):
        reading.header.find(rows, blocks)


def answers(data: bytes) -> bool:
    """True if the file is a table or refused with a sentence; any other exception is the failure of the test."""
    try:
        return isinstance(open_table(data, "a.xlsx"), Table)
    except ValidationError as refused:
        return all(refused.messages)


@given(st.binary(max_size=400))
@example(b"\xff\xfe\x00")
@example(b"\xef\xbb\xbf")
@example(b'"')
@example(b'a,"b\n')
@example(b"PK\x03\x04")
@example(reading.OLE)
def test_any_bytes_are_a_table_or_a_sentence(data):
    assert answers(data)


@given(st.text(alphabet="姓名支部,;\t\n\r\"' 12.年月注合计：#=０", max_size=120))
def test_any_text_is_a_table_or_a_sentence(text):
    assert answers(text.encode())
    assert answers(("姓名,支部\n" + text).encode("gb18030"))


@pytest.mark.parametrize("write", [files.xlsx, files.xls])
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_workbooks_with_bytes_changed_are_a_table_or_a_sentence(write, data):
    whole = bytearray(write([*ROWS, *ROWS]))
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    assert answers(bytes(whole))
