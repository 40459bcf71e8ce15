"""What cells mean: every writing of a thing agrees, and what may be two things is refused."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from organisations.importing import values
from organisations.importing.dates import EXCEL_BEGAN, MAYBE_MONTHS

pytestmark = pytest.mark.once

DAYS = st.dates(date(1927, 6, 1), date(2099, 12, 31))
MONTHS = DAYS.map(lambda day: day.replace(day=1))
CHINESE = "〇一二三四五六七八九"


def chinese(number: int) -> str:
    tens, ones = divmod(number, 10)
    if not tens:
        return CHINESE[ones]
    return ("" if tens == 1 else CHINESE[tens]) + "十" + (CHINESE[ones] if ones else "")


def writings_of_a_day(day: date) -> list[object]:
    year, month, number = day.year, day.month, day.day
    return [
        day,
        datetime.combine(day, time(8, 30)),
        f"{year}-{month:02}-{number:02}",
        f"{year}-{month}-{number}",
        f"{year}/{month}/{number}",
        f"{year}.{month}.{number}",
        f"{year}.{month:02}.{number:02}",
        f"{year}{month:02}{number:02}",
        float(f"{year}{month:02}{number:02}"),
        f"{year}年{month}月{number}日",
        f" {year} 年 {month} 月 {number} 日 ",
        f"{year}年{month:02}月{number:02}号",
        f"{year}-{month:02}-{number:02} 00:00:00",
        "".join(CHINESE[int(digit)] for digit in str(year)) + f"年{chinese(month)}月{chinese(number)}日",
        f"{year}.{month}.{number}".translate({ord(digit): chr(ord(digit) + 0xFEE0) for digit in "0123456789."}),
    ]


def writings_of_a_month(day: date) -> list[object]:
    year, month = day.year, day.month
    return [
        f"{year}.{month}",
        f"{year}.{month:02}",
        f"{year}-{month}",
        f"{year}/{month:02}",
        f"{year}{month:02}",
        f"{year}年{month}月",
        f"{year}年{month:02}月",
        float(f"{year}.{month:02}") if month != 10 else f"{year}.10",
        float(f"{year}.{month}") if 1 < month < 10 else f"{year}.{month}",
        "".join(CHINESE[int(digit)] for digit in str(year)) + f"年{chinese(month)}月",
    ]


@given(DAYS)
def test_all_writings_of_a_day_agree(day):
    assert {values.day(cell) for cell in writings_of_a_day(day)} == {day.isoformat()}
    assert {values.year(cell) for cell in writings_of_a_day(day)} == {day.year}
    assert not any(values.is_month(values.shown(cell)) for cell in writings_of_a_day(day))


@given(MONTHS)
def test_all_writings_of_a_month_agree(day):
    assert {values.day(cell) for cell in writings_of_a_month(day)} == {day.isoformat()}
    assert {values.year(cell) for cell in writings_of_a_month(day)} == {day.year}
    assert all(values.is_month(values.shown(cell)) for cell in writings_of_a_month(day))


@given(DAYS)
def test_serial_numbers_are_days_unless_they_may_be_months(day):
    serial = (day - EXCEL_BEGAN).days
    if serial in MAYBE_MONTHS and serial % 10:
        with pytest.raises(ValueError, match="分不清"):
            values.day(float(serial))
    else:
        assert values.day(float(serial)) == values.day(str(serial)) == day.isoformat()


def said(read, cell) -> object:
    """The value, or the sentence."""
    try:
        return read(cell)
    except ValueError as unread:
        return str(unread) if str(unread).endswith("。") else unread


@given(st.one_of(st.text(max_size=20), st.floats(), st.integers(), st.booleans(), st.none(), st.times()))
@pytest.mark.parametrize(
    "read",
    [
        values.name,
        values.day,
        values.year,
        values.category,
        values.whole,
        values.level,
        values.system,
        values.number_text,
        values.short_text(8),
    ],
)
def test_any_cell_is_a_plain_value_or_a_sentence(read, cell):
    assert isinstance(said(read, cell), str | int | None)


@pytest.mark.parametrize("cell", [None, "", "  ", "/", "—", "无", "\u200b", "\u3000"])
def test_empty_is_empty(cell):
    for read in (values.name, values.day, values.year, values.category, values.text, values.whole, values.level):
        assert read(cell) is None


def test_a_year_is_not_asked_for_its_month():
    assert values.year(2010.1) == 2010
    assert values.year("1981年") == 1981
    assert values.year(1981.0) == 1981


@pytest.mark.parametrize("cell", ["81", 81.0, "81年3月", "'81.3"])
def test_a_year_of_two_digits_is_refused(cell):
    with pytest.raises(ValueError, match="请写四位年份"):
        values.year(cell)


@pytest.mark.parametrize(
    "cell", ["5/1/1990", "2005年上半年", "约1990年", "1990.5（转正1991.5）", "1990501", 1990.555, True, time(8)]
)
def test_what_is_no_date_is_refused(cell):
    with pytest.raises(ValueError, match="不是日期"):
        values.day(cell)


@pytest.mark.parametrize(
    "cell", ["2005-02-29", "2005.13", "20051301", "2005-00-10", "2005-06-00", 2005.13, 2005.0 + 0.5 + 0.01]
)
def test_days_that_never_were_are_refused(cell):
    with pytest.raises(ValueError, match="没有“"):
        values.day(cell)


def test_a_column_of_months_settles_what_its_numbers_mean():
    assert values.settle([2010.1, 1999.05, "x"]) == ["2010.10", 1999.05, "x"]
    assert values.settle([2010.1, "1999.10"]) == ["2010.1", "1999.10"]
    assert values.settle([2010.1, 1999.5]) == [2010.1, 1999.5]
    assert values.settle([2010.1, 1999.05, "1999.10"]) == [2010.1, 1999.05, "1999.10"]


@pytest.mark.parametrize(
    ("title", "level"),
    [
        ("市直机关工委", "work_committee"),
        ("中共长春市直属机关工作委员会", "work_committee"),
        ("市财政局党组", "party_group"),
        ("市公安局党委", "party_group"),
        ("市财政局机关党委", "organ_committee"),
        ("中共市财政局直属机关委员会", "organ_committee"),
        ("预算处党总支", "general_branch"),
        ("第一党支部", "branch"),
        ("中共市财政局机关第一支部委员会", "branch"),
        ("第二党小组", "group"),
        ("市财政局", None),
    ],
)
def test_a_name_gives_its_level_away(title, level):
    assert values.level_of(title) == level


def test_words_for_levels_systems_and_terms():
    assert [values.level(cell) for cell in ("03 党支部", "机关党委", "党组（党委）")] == [
        "branch",
        "organ_committee",
        "party_group",
    ]
    assert [values.system(cell) for cell in ("党委系统", "政府口", "群团", "事业单位", "人民团体")] == [
        "party",
        "government",
        "people",
        "institution",
        "people",
    ]
    assert [values.whole(cell) for cell in (3.0, "3年", "三年", "５", "十二")] == [3, 3, 3, 5, 12]


def test_numbers_that_excel_has_spoilt_are_refused():
    assert values.number_text(1001.0) == "1001"
    assert values.number_text(" 0 1001 ") == "01001"
    assert values.number_text('="0012"') == "0012"
    for cell in (6.222021234567e18, 1.5):
        with pytest.raises(ValueError, match="像是被 Excel 改成了数字"):
            values.number_text(cell)


def test_chinese_punctuation_stays():
    assert values.text("第一党支部（机关），　ＡＢ１２") == "第一党支部（机关）， AB12"
