"""Which column is what: by title and content, never two for one field, and private ones never."""

from __future__ import annotations

import pytest

from organisations.importing import columns
from organisations.importing.columns import guess, is_private, letter
from organisations.importing.fields import ALL_FIELDS, APPOINTMENT_FIELDS, ORGANISATION_FIELDS, PEOPLE_FIELDS
from tests.organisations.importing import files

pytestmark = pytest.mark.once


def taken(titles, row, fields=PEOPLE_FIELDS, remembered=None):
    return [column.field for column in guess(titles, [(2, row)], fields, remembered or {})]


def test_letters_go_on_behind_z():
    assert [letter(index) for index in (0, 25, 26, 51, 52, 199, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "AZ",
        "BA",
        "GR",
        "ZZ",
        "AAA",
    ]


@pytest.mark.parametrize(
    "fields", [PEOPLE_FIELDS, ORGANISATION_FIELDS, APPOINTMENT_FIELDS], ids=["people", "units", "posts"]
)
def test_every_word_of_a_field_is_that_field(fields):
    for field in fields:
        for word in field.words:
            assert taken([word], [None], fields) == [field.code], word
            assert taken([f" * {word[0]} {word[1:]}（必填）"], [None], fields) == [field.code], word


def test_titles_are_compared_without_spaces_marks_and_brackets():
    assert taken(["* 姓 名", "入党\n时间（年月日）", "所在党支部名称"], ["林知远", "2001-07-01", "一支部"]) == [
        "name",
        "joined_on",
        "branch",
    ]


def test_never_two_columns_for_one_field_the_better_title_wins():
    assert taken(["党员姓名", "姓名"], ["甲乙", "丙丁"]) == ["", "name"]
    assert taken(["政治面貌", "人员类别"], ["中共党员", "正式党员"]) == ["", "category"]


def test_a_column_whose_cells_say_something_else_is_not_taken():
    rows = [(number, ["林知远", cell]) for number, cell in enumerate(["在编", "公务员", "参公", "在编"], 2)]
    assert [column.field for column in guess(["姓名", "人员类别"], rows, PEOPLE_FIELDS, {})] == ["name", ""]


def test_an_age_and_other_columns_are_of_no_use():
    assert (
        taken(["序号", "年龄", "性别", "转正时间", "备注", "参加工作时间"], [1.0, 45.0, "女", "2005.6", "x", "2000.7"])
        == [""] * 6
    )


def test_what_was_chosen_last_time_holds():
    remembered = {"备注": "since", "入党时间": ""}
    assert taken(["备注", "入党时间"], ["2005.6", "2001.7"], remembered=remembered) == ["since", ""]
    assert taken(["身份证号"], ["x"], remembered={"身份证号": "staff_no"}) == [""]


@pytest.mark.parametrize(
    "title",
    [
        "身份证号",
        "公民身份号码",
        "家庭住址",
        "现住址",
        "户籍所在地",
        "联系电话",
        "手机号",
        "办公电话",
        "联系方式",
        "银行卡号",
        "开户行",
        "微信号",
        "电子邮箱",
    ],
)
def test_private_titles(title):
    (column,) = guess([title], [(2, ["x"])], PEOPLE_FIELDS, {})
    assert (column.forbidden, column.samples, column.field, column.note) == (True, (), "", columns.FORBIDDEN)


@pytest.mark.parametrize(
    "cell",
    [
        "220102197803011234",
        "22010219780301123X",
        "220102780301123",
        "13800138000",
        "138-0013-8000",
        13800138000.0,
        "+8613800138000",
        "6222021234567890",
    ],
)
def test_private_contents(cell):
    assert is_private("编号", [cell, "", None])


@pytest.mark.parametrize("cell", ["1001", 20260001.0, "2005-06-30", 19900501.0, "33000", "第一党支部", ""])
def test_harmless_contents(cell):
    assert not is_private("编号", [cell] * 3)


def test_no_title_of_ours_is_private():
    assert [word for field in ALL_FIELDS for word in field.words if is_private(word, [])] == []


def test_notes_say_what_is_true():
    rows = [
        ["姓名", "出生年月", "入党时间", "转入时间", "民族", "支部"],
        ["林知远", 1978.03, "2005-06-30", "2020-01-01", "汉族", "一支部"],
        ["周以宁", 1984.11, "2009/7/1", "2021-01-01", "汉族", "一支部"],
        ["许文澜", 1979.05, 2002.6, None, "汉族", "一支部"],
    ]
    found = files.columns(files.xlsx(rows), 支部="branch")
    assert [column.note for column in found] == [
        "已认出",
        "只取年份",
        "三种写法都能认",
        "已认出",
        "用不着",
        "按上次的对应",
    ]
    assert [column.samples for column in found][:3] == [
        ("林知远", "周以宁", "许文澜"),
        ("1978.03", "1984.11", "1979.05"),
        ("2005-06-30", "2009/7/1", "2002.6"),
    ]


def test_only_mapped_columns_are_in_the_readings():
    rows = [["姓名", "备注", "支部"], ["林知远", "家里有事", "一支部"]]
    found = files.table(files.xlsx(rows))
    (line,) = columns.readings(found, guess(found.titles, found.rows, PEOPLE_FIELDS, {}), PEOPLE_FIELDS)
    assert (line.cells, line.values) == ({"name": "林知远", "branch": "一支部"},) * 2


def test_a_forbidden_column_is_not_read_even_if_somebody_maps_it():
    rows = [["姓名", "身份证号", "支部"], ["林知远", "220102197803011234", "一支部"]]
    found = files.table(files.xlsx(rows))
    mapped = [
        columns.Column(column.index, column.letter, column.title, (), field=code, forbidden=column.forbidden)
        for column, code in zip(
            guess(found.titles, found.rows, PEOPLE_FIELDS, {}), ["name", "staff_no", "branch"], strict=True
        )
    ]
    (line,) = columns.readings(found, mapped, PEOPLE_FIELDS)
    assert line.cells == {"name": "林知远", "branch": "一支部"}
