"""Rosters as offices keep them, each with what has to be read from it: equality, row by row."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from organisations.importing.fields import APPOINTMENT_FIELDS, ORGANISATION_FIELDS
from tests.organisations.importing import files
from tests.organisations.importing.files import person

FULL, PROBATION, APPLICANT, STAFF = "full_member", "probationary", "applicant", "staff"


def test_a_plain_roster():
    data = files.xlsx(
        [
            ["姓名", "工号", "人员类别", "入党时间", "出生年份", "所在支部"],
            ["林知远", "1001", "正式党员", "2004-06-01", 1978, "第一党支部"],
            ["丁念慈", "1002", "群众", None, 1996, "第一党支部"],
        ]
    )
    assert files.read(data) == [
        (2, person("林知远", staff_no="1001", joined_on="2004-06-01", birth_year=1978)),
        (3, person("丁念慈", category=STAFF, staff_no="1002", birth_year=1996)),
    ]


def test_a_title_a_line_of_particulars_and_a_foot():
    data = files.xlsx(
        [
            ["市财政局机关党员花名册", None, None, None],
            ["填报单位：市财政局", None, "填表日期：2026年11月", None],
            [],
            ["序号", "姓  名", "政治面貌", "所在党支部"],
            [1, "林知远", "中共党员", "第一党支部"],
            [2, "周以宁", "中共预备党员", "第一党支部"],
            [3, None, None, None],
            ["合计", 2, None, None],
            ["填表人：许文澜", None, "审核人：梁允中", None],
            ["注：以上数据截至十一月。", None, None, None],
        ],
        merged=["A1:D1", "A2:B2", "C2:D2", "A10:D10"],
    )
    found = files.table(data)
    assert (found.header_row, found.header_rows) == (4, 1)
    assert found.skipped == [(7, "只有序号"), (8, "合计行"), (9, "表尾说明"), (10, "表尾说明")]
    assert files.read(data) == [(5, person("林知远")), (6, person("周以宁", category=PROBATION))]


def test_two_header_rows_with_merged_cells_and_a_branch_written_once():
    data = files.xlsx(
        [
            ["党员花名册", None, None, None, None, None],
            ["序号", "姓名", "出生年月", "党内情况", None, "所在支部"],
            [None, None, None, "入党时间", "类别", None],
            [1, "林知远", 1978.03, "2004.6", "正式", "第一党支部"],
            [2, "周以宁", 1984.11, "2008年7月", "正式", None],
            [3, "沈若川", 1990.05, "2026-05-09", "预备", None],
            [4, "何望舒", 1980.12, "2001.10", "正式", "第二党支部"],
        ],
        merged=["A1:F1", "A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:F3", "F4:F6"],
    )
    found = files.table(data)
    assert (found.header_row, found.header_rows) == (2, 2)
    assert found.titles == ["序号", "姓名", "出生年月", "党内情况 入党时间", "党内情况 类别", "所在支部"]
    assert files.read(data) == [
        (4, person("林知远", joined_on="2004-06-01", birth_year=1978)),
        (5, person("周以宁", joined_on="2008-07-01", birth_year=1984)),
        (6, person("沈若川", category=PROBATION, joined_on="2026-05-09", birth_year=1990)),
        (7, person("何望舒", "第二党支部", joined_on="2001-10-01", birth_year=1980)),
    ]


def test_two_header_rows_in_a_text_file_that_has_lost_the_merging():
    data = files.text(
        [
            ["姓名", "党内职务", "", "所在支部"],
            ["", "职务", "任职时间", ""],
            ["林知远", "书记", "2024.5", "第一党支部"],
        ],
        encoding="gb18030",
    )
    found = files.table(data, "任职.csv")
    assert found.titles == ["姓名", "党内职务 职务", "党内职务 任职时间", "所在支部"]
    assert files.read(data, APPOINTMENT_FIELDS) == [
        (3, {"name": "林知远", "place": "第一党支部", "post": "书记", "since": "2024-05-01"})
    ]


def test_three_header_rows():
    data = files.xlsx(
        [
            ["姓名", "基本情况", None, None, "所在支部"],
            [None, "党籍", None, "出生年月", None],
            [None, "入党时间", "人员类别", None, None],
            ["林知远", "2004-06-01", "正式党员", 1978.03, "第一党支部"],
        ],
        merged=["A1:A3", "B1:D1", "B2:C2", "D2:D3", "E1:E3"],
    )
    found = files.table(data)
    assert (found.header_row, found.header_rows) == (1, 3)
    assert found.titles[1] == "基本情况 党籍 入党时间"
    assert files.read(data) == [(4, person("林知远", joined_on="2004-06-01", birth_year=1978))]


def test_all_writings_of_a_date_in_one_column():
    written = [
        ("1990.5", "1990-05-01"),
        (1990.5, "1990-05-01"),
        ("1990.05", "1990-05-01"),
        (199005, "1990-05-01"),
        ("19900501", "1990-05-01"),
        ("1990年5月", "1990-05-01"),
        ("1990年5月17日", "1990-05-17"),
        ("１９９０－５－１７", "1990-05-17"),
        ("1990/5/17", "1990-05-17"),
        ("1990 年 5 月", "1990-05-01"),
        ("一九九〇年五月", "1990-05-01"),
        ("二〇〇一年十二月二十一日", "2001-12-21"),
        (33010, "1990-05-17"),
        (datetime(1990, 5, 17), "1990-05-17"),
        (date(1990, 5, 17), "1990-05-17"),
        ("1990-05-17 00:00:00", "1990-05-17"),
        ("1990.05.17.", "1990-05-17"),
    ]
    rows = [
        ["姓名", "入党时间", "支部"],
        *([f"党员{'甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午'[n]}", cell, "一支部"] for n, (cell, _) in enumerate(written)),
    ]
    found = files.read(files.xlsx(rows))
    assert [line[1]["joined_on"] for line in found] == [meant for _, meant in written]
    assert [line[2:] for line in found] == [()] * len(written)


def test_dates_that_cannot_be_or_may_be_two_are_refused_one_by_one():
    written = {
        "1990.13": "没有“1990.13”这个月。",
        "1990.50": "没有“1990.50”这个月。",
        "2005-02-30": "没有“2005-02-30”这一天。",
        "90.5": "“90.5”请写四位年份。",
        "1990": "“1990”只有年份，请写到月，例如 1990-07。",
        "上世纪": "“上世纪”不是日期，请写成 2005-06-30 或 2005.6。",
    }
    rows = [["姓名", "入党时间", "支部"], *(["林知远", cell, "一支部"] for cell in [*written, *["2001-07-01"] * 7])]
    assert [line[2] for line in files.read(files.xlsx(rows)) if len(line) > 2] == [
        f"入党时间{sentence}" for sentence in written.values()
    ]


@pytest.mark.parametrize(
    ("others", "meant"),
    [([2001.03, 1998.12], "2010-10-01"), (["2011.10", 1999.5], "2010-01-01"), ([1999.5, 2003.7], None)],
    ids=["months of two digits", "zeros kept as text", "no way to know"],
)
@pytest.mark.parametrize("write", [files.xlsx, files.text])
def test_a_number_that_has_lost_its_zero(write, others, meant):
    rows = [
        ["姓名", "入党时间", "支部"],
        ["林知远", 2010.1, "一支部"],
        *(["周以宁", cell, "一支部"] for cell in others),
    ]
    first = files.read(write(rows))[0]
    assert first[1].get("joined_on") == meant
    assert first[2:] == (() if meant else ("入党时间“2010.1”分不清是 1 月还是 10 月，请写成 2010-01 或 2010-10。",))


def test_names_with_stray_spaces_marks_and_dots():
    names = {
        "张　三": "张三",
        " 李 四 ": "李四",
        "王\u200b五\xa0": "王五",
        "赵六*": "赵六",
        "钱七（女）": "钱七",
        "孙八（回族）": "孙八",
        "阿不都•热合曼": "阿不都·热合曼",
        "买买提．艾力": "买买提·艾力",
        "⾼明": "高明",
        "Anna Wang": "Anna Wang",
    }
    rows = [["姓名", "支部"], *([name, "一支部"] for name in names)]
    assert [line[1]["name"] for line in files.read(files.xlsx(rows))] == list(names.values())


def test_names_that_are_none_are_refused_with_the_reason():
    names = {
        "张三1": "姓名“张三1”里有数字。同名的人请用工号区分。",
        "张三、李四": "姓名“张三、李四”像是几个人写在一格里，请一人一行。",
        "王五（预备）": "姓名“王五（预备）”带了括号，括号里的话请删去，或写到别的列。",
        "赵": "姓名“赵”只有一个字。",
        "#N/A": "姓名“#N/A”是 Excel 的出错标记，请改成真正的内容。",
        "": "没有填姓名。",
    }
    good = [["林知远", "一支部"]] * 8
    data = files.text([["姓名", "支部"], *([name, "一支部"] for name in names), *good])
    assert [line[2] for line in files.read(data)[: len(names)]] == list(names.values())


def test_coded_values_and_what_offices_write_for_a_category():
    written = {
        "01 正式党员": FULL,
        "01中共党员": FULL,
        "1-正式": FULL,
        "02 预备党员": PROBATION,
        "中共预备党员": PROBATION,
        "发展对象": APPLICANT,
        "积极分子": APPLICANT,
        "03 共青团员": STAFF,
        "13 群众": STAFF,
        "民盟盟员": STAFF,
    }
    rows = [["姓名", "民族", "政治面貌", "支部"], *(["林知远", "01 汉族", cell, "一支部"] for cell in written)]
    assert [line[1]["category"] for line in files.read(files.xlsx(rows))] == list(written.values())


def test_an_unknown_category_is_refused_and_the_row_names_it():
    rows = [["姓名", "人员类别", "支部"], ["林知远", "正式党员", "一支部"], ["周以宁", "名誉党员", "一支部"]]
    assert files.read(files.xlsx(rows))[1][2:] == (
        "人员类别“名誉党员”认不出，应是正式党员、预备党员、入党积极分子或群众。",
    )


def test_headers_repeated_on_every_printed_page():
    head = ["序号", "姓名", "支部"]
    data = files.xlsx(
        [["花名册"], head, [1, "林知远", "一支部"], [], head, [2, "周以宁", "一支部"], ["序号", "姓 名", "支部"]]
    )
    assert files.table(data).skipped == [(5, "重复的表头"), (7, "重复的表头")]
    assert files.read(data) == [(3, person("林知远", "一支部", None)), (6, person("周以宁", "一支部", None))]


def test_subtitles_between_the_rows_an_example_and_column_numbers():
    data = files.xlsx(
        [
            ["序号", "姓名", "性别", "所在支部"],
            ["栏次", 1, 2, 3],
            ["示例", "张三", "男", "第一党支部"],
            ["一、第一党支部（1人）", None, None, None],
            [1, "林知远", "男", "第一党支部"],
            ["二、第二党支部（1人）", None, None, None],
            [1, "何望舒", "女", "第二党支部"],
        ],
        merged=["A4:D4", "A6:D6"],
    )
    assert files.table(data).skipped == [(2, "栏次"), (3, "填写示例"), (4, "小标题或说明"), (6, "小标题或说明")]
    assert files.read(data) == [
        (5, person("林知远", category=None)),
        (7, person("何望舒", "第二党支部", category=None)),
    ]


def test_private_columns_leave_no_trace():
    data = files.xlsx(
        [
            ["姓名", "公民身份号码", "联系方式", "现居住地", "编号", "支部"],
            ["林知远", "220102197803011234", "13800138000", "长春市", "6222021234567890123", "一支部"],
            ["周以宁", "22010219840101123X", "0431-88888888", "长春市", "6222021234567890124", "一支部"],
        ],
        merged=[],
    )
    found = files.columns(data)
    assert [
        (column.letter, column.field, column.forbidden, column.samples) for column in found if column.forbidden
    ] == [
        ("B", "", True, ()),
        ("C", "", True, ()),
        ("E", "", True, ()),
    ]
    assert files.read(data) == [(2, person("林知远", "一支部", None)), (3, person("周以宁", "一支部", None))]


def test_private_numbers_under_an_innocent_title():
    rows = [["姓名", "工号", "备注", "支部"], ["林知远", "13800138000", "220102197803011234", "一支部"]]
    assert [column.forbidden for column in files.columns(files.xlsx(rows))] == [False, True, True, False]


def test_a_roster_without_a_header_row_that_anybody_knows():
    rows = [["谁", "哪里"], ["林知远", "一支部"]]
    found = files.table(files.xlsx(rows), header_row=1)
    assert (found.titles, found.rows) == (["谁", "哪里"], [(2, ["林知远", "一支部"])])


def test_units_with_their_superiors():
    data = files.xlsx(
        [
            ["市直机关党组织名册"],
            ["党组织名称", "上级党组织", "组织类别", "成立时间", "换届时间", "任期（年）", "所属系统", "组织代码"],
            ["市财政局党组", "市直机关工委", "党组", "2001.3", None, None, "政府系统", 101],
            ["第一党支部", "市财政局机关党委", "02 党支部", "2004年6月", "2024-05-16", "3年", None, "10101"],
            ["第二党支部", "市财政局机关党委", "支部", None, None, "三年", None, None],
        ],
        merged=["A1:H1"],
    )
    assert files.read(data, ORGANISATION_FIELDS) == [
        (
            3,
            {
                "name": "市财政局党组",
                "parent": "市直机关工委",
                "level": "party_group",
                "founded_on": "2001-03-01",
                "system": "government",
                "code": "101",
            },
        ),
        (
            4,
            {
                "name": "第一党支部",
                "parent": "市财政局机关党委",
                "level": "branch",
                "founded_on": "2004-06-01",
                "term_began_on": "2024-05-16",
                "term_years": 3,
                "code": "10101",
            },
        ),
        (5, {"name": "第二党支部", "parent": "市财政局机关党委", "level": "branch", "term_years": 3}),
    ]
