from datetime import UTC, date, datetime, time
from decimal import Decimal
from io import BytesIO
from itertools import count

import pytest

from documents import excel
from documents.cells import Column
from documents.excel import Sheet, sheet_name, write_workbook
from tests.documents.opened import part

pytestmark = pytest.mark.once

X = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
CREATED = datetime(2026, 10, 23, 17, 6, tzinfo=UTC)


def written(rows, columns=1) -> bytes:
    target = BytesIO()
    sheet = Sheet("活动台账", [Column(f"列{place}", 20) for place in range(columns)], rows)
    write_workbook(target, [sheet], organisation="市直机关工委", created=CREATED)
    return target.getvalue()


def cells(data: bytes) -> list[tuple[str, str]]:
    """Return type and content of the cells below the header: s for text, n for numbers and dates."""
    rows = part(data, "xl/worksheets/sheet1.xml").findall(f".//{X}row")[1:]
    return [
        ("s" if cell.get("t") == "inlineStr" else cell.get("t", "n"), "".join(cell.itertext()))
        for row in rows
        for cell in row
    ]


def number_format(data: bytes, place: int) -> str:
    """Return the number format of a cell in the first row below the header."""
    cell = part(data, "xl/worksheets/sheet1.xml").findall(f".//{X}row")[1][place]
    book = part(data, "xl/styles.xml")
    used = book.findall(f"{X}cellXfs/{X}xf")[int(cell.get("s"))].get("numFmtId")
    return {node.get("numFmtId"): node.get("formatCode") for node in book.iter(f"{X}numFmt")}[used]


def test_the_header_is_frozen_filtered_and_repeated_in_print():
    data = written([["甲"], ["乙"]])
    sheet = part(data, "xl/worksheets/sheet1.xml")
    pane = sheet.find(f".//{X}pane")
    assert (pane.get("ySplit"), pane.get("state")) == ("1", "frozen")
    assert sheet.find(f"{X}autoFilter").get("ref") == "A1:A3"
    names = {node.get("name"): node.text for node in part(data, "xl/workbook.xml").iter(f"{X}definedName")}
    assert names["_xlnm.Print_Titles"] == "活动台账!$1:$1"


def test_numbers_and_dates_are_real():
    moment = datetime(2026, 10, 23, 17, 6, tzinfo=UTC)
    data = written([[3, 0.1 + 0.2, Decimal("1.5"), date(2026, 10, 23), moment, time(12, 0), True]], columns=7)
    kinds, contents = zip(*cells(data), strict=True)
    assert kinds == ("n", "n", "n", "n", "n", "n", "s")
    assert contents[0] == "3"
    assert float(contents[1]) == pytest.approx(0.3)
    assert float(contents[3]) == 46318
    assert float(contents[4]) == pytest.approx(46319 + (1 + 6 / 60) / 24)
    assert float(contents[5]) == 0.5
    assert contents[6] == "是"
    formats = [number_format(data, place) for place in (3, 4, 5)]
    assert formats == ["yyyy-mm-dd", "yyyy-mm-dd hh:mm", "hh:mm"]


def test_what_excel_cannot_count_is_written_as_text():
    rows = [[date(1899, 5, 4), datetime(1, 1, 1), 1234567890123456789, float("nan")]]
    assert cells(written(rows, columns=4)) == [
        ("s", "1899-05-04"),
        ("s", "0001-01-01 00:00:00"),
        ("s", "1234567890123456789"),
        ("s", "nan"),
    ]


def test_text_is_never_a_formula_or_a_link_and_stays_text_when_edited():
    texts = ["=1+1", "+86", "-1", "@SUM(A1)", "＝1", "https://example.com", "{=1}"]
    data = written([texts], columns=7)
    assert cells(data) == [("s", text) for text in texts]
    sheet = part(data, "xl/worksheets/sheet1.xml")
    assert list(sheet.iter(f"{X}f")) == list(sheet.iter(f"{X}hyperlink")) == []
    formats = part(data, "xl/styles.xml").findall(f"{X}cellXfs/{X}xf")
    row = sheet.findall(f".//{X}row")[1]
    quoted = [formats[int(cell.get("s"))].get("quotePrefix") for cell in row]
    assert quoted == ["1"] * 5 + [None] * 2


def test_empty_values_leave_empty_cells():
    assert cells(written([[None, "", "甲"]], columns=3)) == [("s", "甲")]


def test_hostile_text_makes_a_file_that_opens():
    assert cells(written([["<b>&\x00\ud800😀\n二"]])) == [("s", "<b>&😀\n二")]


def test_text_longer_than_a_cell_is_cut_where_one_sees_it():
    ((_, text),) = cells(written([["😀" * 20_000]]))
    assert text.endswith("😀……")
    assert len(text.encode("utf-16-le")) // 2 <= 32_767
    assert cells(written([["长" * 32_767]])) == [("s", "长" * 32_767)]


def test_rows_may_come_from_a_generator_and_too_many_are_refused(monkeypatch):
    monkeypatch.setattr(excel, "_MAX_ROWS", 100)
    with pytest.raises(ValueError, match="99 rows"):
        written([number] for number in count())
    assert len(cells(written([number] for number in range(99)))) == 99


@pytest.mark.parametrize(
    ("text", "name"),
    [("活动/台账[2026]", "活动-台账-2026-"), ("长" * 40, "长" * 31), ("", "表"), ("'引号'", "引号")],
)
def test_sheet_names_are_such_as_excel_accepts(text, name):
    assert sheet_name(text) == name


def test_properties_name_the_organisation_and_the_given_time():
    core = part(written([["甲"]]), "docProps/core.xml")
    texts = {node.tag.split("}")[1]: node.text for node in core}
    assert texts["creator"] == texts["lastModifiedBy"] == "市直机关工委"
    assert texts["created"] == texts["modified"]
