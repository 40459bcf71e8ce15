"""What Excel itself does to a roster: calendars, hidden sheets, cached formulas, errors, phonetic guides, encodings."""

from __future__ import annotations

from datetime import date

import openpyxl
import pytest

from tests.organisations.importing import files
from tests.organisations.importing.files import person

pytestmark = pytest.mark.once


def test_an_old_workbook_with_formatted_dates_and_a_merged_branch():
    data = files.xls(
        [
            ["花名册", None, None],
            ["姓名", "入党时间", "所属支部"],
            ["林知远", date(2004, 6, 1), "第一党支部"],
            ["周以宁", date(2008, 7, 1), None],
        ],
        merged=[(0, 0, 0, 2), (2, 3, 2, 2)],
        formats={1: "yyyy.mm"},
    )
    assert files.read(data) == [
        (3, person("林知远", category=None, joined_on="2004-06-01")),
        (4, person("周以宁", category=None, joined_on="2008-07-01")),
    ]


def test_the_calendar_of_1904():
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    for row in [["姓名", "入党时间", "支部"], ["林知远", date(2004, 6, 1), "一支部"]]:
        book.active.append(row)
    assert files.read(files.packed(book)) == [(2, person("林知远", "一支部", None, joined_on="2004-06-01"))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_text_files_in_every_encoding(encoding, separator):
    data = files.text(
        [
            ["党员名单"],
            ["姓名", "党支部", "备注"],
            ["林知远", "第一党支部", "先，后\n两行"],
            ["周以宁", "第二党支部", ""],
        ],
        encoding=encoding,
        separator=separator,
    )
    assert files.read(data) == [
        (3, person("林知远", category=None)),
        (4, person("周以宁", "第二党支部", category=None)),
    ]


def test_the_biggest_visible_sheet_is_read_and_hidden_ones_stand_last():
    book = openpyxl.Workbook()
    book.active.title = "填表说明"
    book.active.append(["请按要求填写。"])
    hidden = book.create_sheet("字典")
    hidden.sheet_state = "hidden"
    for row in [["姓名", "支部"], *[["秦牧之", "退休党支部"]] * 9]:
        hidden.append(row)
    roster = book.create_sheet("在册")
    for row in [["姓名", "支部"], ["林知远", "一支部"]]:
        roster.append(row)
    found = files.table(files.packed(book))
    assert (found.sheets, found.sheet, found.hidden) == (["填表说明", "在册", "字典"], "在册", ["字典"])
    assert files.table(files.packed(book), sheet="字典").rows[0] == (2, ["秦牧之", "退休党支部"])


def test_hidden_rows_and_columns_are_read_like_the_others():
    def hide(sheet):
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["B"].hidden = True

    rows = [["姓名", "支部"], ["林知远", "一支部"], ["周以宁", "二支部"]]
    assert files.read(files.xlsx(rows, finish=hide)) == [
        (2, person("林知远", "一支部", None)),
        (3, person("周以宁", "二支部", None)),
    ]


def test_formulas_count_with_the_value_that_excel_kept():
    data = files.xlsx([["姓名", "出生年月", "支部"], ["林知远", "=YEAR(B9)", "一支部"], ["周以宁", 1984, "一支部"]])
    kept = files.patched(data, "xl/worksheets/sheet1.xml", "<f>YEAR(B9)</f><v></v>", "<f>YEAR(B9)</f><v>1978</v>")
    assert files.read(kept) == [
        (2, person("林知远", "一支部", None, birth_year=1978)),
        (3, person("周以宁", "一支部", None, birth_year=1984)),
    ]


def test_error_cells_are_empty_cells():
    data = files.xlsx([["姓名", "出生年月", "支部"], ["林知远", "#N/A", "一支部"], ["#REF!", 1984, "一支部"]])
    assert files.read(data) == [
        (2, person("林知远", "一支部", None)),
        (3, {"birth_year": 1984, "branch": "一支部"}, "没有填姓名。"),
    ]


def test_phonetic_guides_are_no_part_of_a_name():
    data = files.xlsx([["姓名", "支部"], ["林知远", "一支部"]])
    guided = files.patched(
        data,
        "xl/sharedStrings.xml",
        "<t>林知远</t>",
        '<r><t>林知</t></r><r><t>远</t></r><rPh sb="0" eb="3"><t>linzhiyuan</t></rPh>',
    )
    assert files.read(guided) == [(2, person("林知远", "一支部", None))]


def test_numbers_stored_as_text_and_text_stored_as_numbers():
    rows = [
        ["姓名", "工号", "出生年", "支部"],
        ["林知远", 1001, "1978", "一支部"],
        ["周以宁", "０１００２", 1984, "一支部"],
    ]
    assert files.read(files.xlsx(rows)) == [
        (2, person("林知远", "一支部", None, staff_no="1001", birth_year=1978)),
        (3, person("周以宁", "一支部", None, staff_no="01002", birth_year=1984)),
    ]


def test_a_table_that_begins_in_the_middle_of_the_sheet():
    rows = [[], [], [None, None, "姓名", "支部"], [None, None, "林知远", "一支部"]]
    assert files.read(files.xlsx(rows)) == [(4, person("林知远", "一支部", None))]
    assert [column.letter for column in files.columns(files.xlsx(rows)) if column.field] == ["C", "D"]


def test_borders_far_below_and_to_the_right_are_nothing():
    def decorate(sheet):
        sheet.cell(1_000_000, 900).border = openpyxl.styles.Border(left=openpyxl.styles.Side(style="thin"))

    rows = [["姓名", "支部"], ["林知远", "一支部"]]
    assert files.read(files.xlsx(rows, finish=decorate)) == [(2, person("林知远", "一支部", None))]
