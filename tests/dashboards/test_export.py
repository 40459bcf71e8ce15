"""/board/export.xlsx and .csv: the board's table with the board's figures, and what they mean."""

from __future__ import annotations

import pytest
from django.urls import reverse

from dashboards.board import CommitteeBoard
from organisations.models import Export
from programmes import exempting
from programmes.compliance import DEFINITIONS, NOTHING, Cell
from programmes.periods import parse
from tests import make
from tests.conftest import TODAY
from tests.tables import csv_rows, rows, sent_name, workbook

pytestmark = pytest.mark.django_db
XLSX, CSV = (reverse("board-export", args=[extension]) for extension in ("xlsx", "csv"))
HEADINGS = ("单位", "要求", "代码", "应办", "已办", "其中补办", "逾期", "不适用", "待批")


@pytest.fixture
def town(city, today):
    """One thing done, one exemption waiting; October's are overdue."""
    make.activity(city.first, "theme-party-day", on=today, by=city.secretary)
    row = make.obligation(city.first_group, "group-meeting-monthly", "2026-10")
    exempting.ask(
        city.first_group,
        row,
        until=row.ends_on,
        cause="away",
        reason="集中外出",
        by=city.secretary,
        now=make.moment(today),
    )
    return city


def of_board(board: CommitteeBoard) -> list[tuple]:
    """The cells of the board that say anything, in the order of its table."""
    return [
        (unit.label, column.name, column.code, *board.grid[unit.node.path][column.code])
        for unit in board.units
        for column in board.columns
        if unit.node.path in board.grid and column.code in board.grid[unit.node.path]
    ]


@pytest.mark.parametrize("period", ["2026-Q4", "2026-10", "2026"])
def test_it_is_the_table_of_the_board(town, as_person, period):
    board = CommitteeBoard(town.gongwei, town.finance_committee, parse(period), TODAY)
    query = {"organisation": town.finance_committee.pk, "period": period}
    heading, *found = rows(as_person(town.gongwei).get(XLSX, query))
    assert heading == HEADINGS
    assert found == of_board(board)
    assert len(found) >= 4


def test_the_figures_are_numbers_and_right(town, as_person):
    response = as_person(town.office).get(XLSX, {"organisation": town.finance_committee.pk, "period": "2026-Q4"})
    found = {(row[0], row[2]): Cell(*row[3:]) for row in rows(response)[1:]}
    assert found["第一党支部", "theme-party-day-monthly"] == Cell(needed=2, done=1, overdue=1)
    assert found["第一党支部", "group-meeting-monthly"].pending == 1
    sheet = workbook(response).worksheets[0]
    assert (sheet.title, sheet.freeze_panes) == ("要求落实", "A2")
    assert sheet.auto_filter.ref == f"A1:I{len(found) + 1}"
    assert {cell.data_type for row in sheet.iter_rows(min_row=2, min_col=4) for cell in row} == {"n"}


def test_nothing_is_ranked_and_nothing_is_a_percentage(town, as_person):
    response = as_person(town.gongwei).get(XLSX)
    units = [row[0] for row in rows(response)[1:]]
    assert list(dict.fromkeys(units)) == [
        unit.label
        for unit in CommitteeBoard(town.gongwei, town.committee, parse("2026-Q4"), TODAY).units
        if unit.label in units
    ]
    assert not any("%" in str(cell) or "率" in str(cell) for row in rows(response) for cell in row)


def test_a_second_sheet_says_what_each_figure_means(town, as_person):
    book = workbook(as_person(town.office).get(XLSX, {"period": "2026-Q4"}))
    assert book.sheetnames == ["要求落实", "说明"]
    said = dict(book["说明"].iter_rows(min_row=2, values_only=True))
    assert said["期间"] == "2026年第四季度"
    assert said["单位"].startswith("市财政局党组，2 个党支部")
    assert said["生成"] == "许文澜，2026-11-20 10:02"
    assert {name: said[name] for name, _ in DEFINITIONS.values()} == dict(DEFINITIONS.values())


def test_every_figure_of_a_cell_has_its_definition():
    assert tuple(DEFINITIONS) == NOTHING._fields


def test_the_csv_says_the_same(town, as_person):
    client = as_person(town.office)
    assert csv_rows(client.get(CSV)) == [[str(cell) for cell in row] for row in rows(client.get(XLSX))]


def test_the_name_says_report_organisation_and_period(town, as_person):
    response = as_person(town.office).get(CSV, {"organisation": town.finance_committee.pk, "period": "2026-10"})
    assert sent_name(response) == "要求落实_市财政局机关党委_2026年10月.csv"


def test_the_chosen_system_narrows_it(city, today, as_person):
    type(city.water).objects.filter(pk=city.water.pk).update(system="party")
    client = as_person(city.gongwei)
    assert {row[0] for row in rows(client.get(XLSX))[1:]} == {"市财政局党组", "市水务局机关党委"}
    assert {row[0] for row in rows(client.get(XLSX, {"system": "party"}))[1:]} == {"市水务局机关党委"}


@pytest.mark.parametrize("role", ["member", "recorder", "group_leader", "secretary", "staff", "administrator"])
def test_without_the_right_to_a_board_it_is_forbidden(city, today, as_person, role):
    assert as_person(city.cast[role]).get(XLSX).status_code == 403


def test_an_organisation_out_of_reach_is_not_found(city, today, as_person):
    assert as_person(city.office).get(XLSX, {"organisation": city.water.pk}).status_code == 404
    assert as_person(city.office).get(XLSX, {"organisation": "x"}).status_code == 404
    assert not Export.objects.exists()


def test_the_page_leads_to_it_with_its_conditions(town, as_person):
    page = as_person(town.office).get(reverse("board"), {"period": "2026-10"}).content.decode()
    assert f'href="{XLSX}?period=2026-10"' in page
    assert f'href="{CSV}?period=2026-10"' in page
