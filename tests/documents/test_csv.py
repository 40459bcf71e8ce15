import csv
from datetime import UTC, date, datetime, time
from decimal import Decimal
from io import StringIO

import pytest

from documents.cells import Column
from documents.csv import csv_lines

pytestmark = pytest.mark.once


def read(rows) -> list[list[str]]:
    data = b"".join(csv_lines([Column("名称"), Column("数")], rows))
    return list(csv.reader(StringIO(data.decode("utf-8-sig"), newline="")))


def test_the_file_begins_with_a_mark_and_its_header():
    assert next(csv_lines([Column("名称"), Column("数")], [])) == b"\xef\xbb\xbf" + "名称,数\r\n".encode()


def test_rows_are_written_one_by_one():
    def rows():
        yield ("一", 1)
        raise RuntimeError("not asked for yet")

    lines = csv_lines([Column("名称"), Column("数")], rows())
    assert [next(lines), next(lines)][1] == "一,1\r\n".encode()


def test_values_are_written_as_people_read_them():
    moment = datetime(2026, 10, 23, 17, 6, tzinfo=UTC)
    values = (None, True, -3, Decimal("1.50"), date(2026, 1, 9), moment, time(14, 0), '逗号，"引号"\n换行')
    written = ["", "是", "-3", "1.50", "2026-01-09", "2026-10-24 01:06", "14:00", '逗号，"引号"\n换行']
    assert read([values])[1] == written


def test_typed_text_that_begins_like_a_formula_is_quoted():
    signs = ["=1+1", "+86", "-1", "@SUM(A1)", "\t=1", "＝1"]
    assert read([signs])[1] == [f"'{text}" for text in signs]
    assert read([["1=1", "\x00=1"]])[1] == ["1=1", "'=1"]
