"""The drawn parts of the board: one scale of gaps, the table as one string, the panorama and the lines of the months."""

from __future__ import annotations

import re
from datetime import date

import pytest

from dashboards.columns import Column
from dashboards.gaps import LEGEND, gap
from dashboards.heat import Links, heat_table
from dashboards.pano import Trend, legend, panorama, trend_figure
from dashboards.units import Node, Unit
from programmes.compliance import Cell
from programmes.models import Pillar
from programmes.periods import Cadence, parse

Q4 = parse("2026-Q4")


def unit(number: int, level: str = "organ_committee", name: str = "", own: bool = False) -> Unit:
    """A unit of the board."""
    name = name or f"单位{number}"
    return Unit(Node(number, f"0001{number:04d}", level, "", name, date(2020, 1, 1), None), name, own)


def column(
    code: str = "lecture", cadence: Cadence = Cadence.QUARTER, kinds: tuple = (("party-lecture", "beliefs"),)
) -> Column:
    """A requirement."""
    return Column(code, "党课", cadence, 0, 1, "beliefs", kinds)


# --- the scale


@pytest.mark.parametrize(
    ("cell", "step"),
    [
        (Cell(), "na"),
        (Cell(exempt=2), "na"),
        (Cell(needed=3, done=3), "0"),
        (Cell(needed=3, done=1), "due"),
        (Cell(needed=10, done=9, overdue=1), "1"),
        (Cell(needed=24, done=19, overdue=5), "1"),
        (Cell(needed=4, done=3, overdue=1), "2"),
        (Cell(needed=9, done=5, overdue=4), "2"),
        (Cell(needed=20, done=11, overdue=9), "3"),
        (Cell(needed=2, done=1, overdue=1), "3"),
        (Cell(needed=4, done=1, overdue=3), "4"),
        (Cell(needed=1, overdue=1), "4"),
        (Cell(needed=100, done=40, overdue=1), "1"),
    ],
)
def test_only_what_is_overdue_is_a_gap(cell: Cell, step: str):
    assert gap(cell) == step


def test_every_shade_is_explained():
    assert [step for step, _ in LEGEND] == ["0", "due", "1", "2", "3", "4"]
    assert legend().count("<li>") == len(LEGEND)


# --- the table


@pytest.fixture
def links() -> Links:
    return Links.of(Q4)


def test_a_cell_says_its_figures_and_in_its_title_the_rest(links: Links):
    cell = Cell(needed=4, done=2, late=1, overdue=2, exempt=1, pending=1)
    html = heat_table([unit(7)], [column()], {"00010007": {"lecture": cell}}, links)
    assert html == (
        '<table class="heat"><thead><tr><th scope="col">单位</th><th scope="col">党课</th></tr></thead><tbody>'
        '<tr><th scope="row"><a href="/organisations/7/">单位7</a></th>'
        '<td class="gap3" title="逾期 2 项，补办 1 项，不适用 1 项，待批 1 项">'
        '<a href="/board/?organisation=7&amp;period=2026-Q4">2/4</a></td></tr></tbody></table>'
    )


@pytest.mark.parametrize(
    ("row", "cell", "href"),
    [
        (unit(7), Cell(2, 1), "/board/?organisation=7&amp;period=2026-Q4"),
        (unit(7, own=True), Cell(2, 1), "/activities/?organisation=7&amp;period=2026-Q4&amp;kind=party-lecture"),
        (unit(7, "branch"), Cell(2, 1), "/activities/?organisation=7&amp;period=2026-Q4&amp;kind=party-lecture"),
        (unit(7, "group"), Cell(2, 1), "/activities/?organisation=7&amp;period=2026-Q4&amp;kind=party-lecture"),
        (unit(7, "branch"), Cell(2), "/organisations/7/"),
    ],
)
def test_where_a_cell_leads(links: Links, row: Unit, cell: Cell, href: str):
    html = heat_table([row], [column()], {row.node.path: {"lecture": cell}}, links)
    assert re.findall(r'<td[^>]*><a href="([^"]+)">', html) == [href]


@pytest.mark.parametrize(
    ("cadence", "kinds", "query"),
    [
        (Cadence.MONTH, (("a", "x"),), "period=2026-Q4&amp;kind=a"),
        (Cadence.HALF, (("a", "x"),), "period=2026-H2&amp;kind=a"),
        (Cadence.YEAR, (("a", "x"), ("b", "x")), "period=2026&amp;line=x"),
        (Cadence.YEAR, (("a", "x"), ("b", "y")), "period=2026"),
    ],
)
def test_records_are_sought_where_they_can_be(links: Links, cadence: Cadence, kinds: tuple, query: str):
    assert links.held(7, column(cadence=cadence, kinds=kinds)) == f"/activities/?organisation=7&amp;{query}"


def test_cells_without_demand_say_why(links: Links):
    cells = {"00010001": {"lecture": Cell(exempt=1)}, "00010002": {"lecture": Cell(pending=1)}}
    html = heat_table([unit(1), unit(2), unit(3)], [column()], cells, links)
    assert re.findall(r'<td class="gapna">([^<]+)</td>', html) == ["不适用", "待批", "—"]


def test_names_are_escaped(links: Links):
    html = heat_table([unit(1, name="<script>")], [column()], {}, links)
    assert "&lt;script&gt;" in html
    assert "<script>" not in html


# --- the panorama


def test_a_row_says_how_many_of_those_asked_have_no_gap(db: None):
    units = [unit(1), unit(2), unit(3, name='"三"'), unit(4)]
    cells = {
        "00010001": {"lecture": Cell(2, 2)},
        "00010002": {"lecture": Cell(2, 1)},
        "00010003": {"lecture": Cell(2, 1, overdue=1)},
    }
    html = panorama(units, [column()], cells)
    assert '<td class="pano__pct">2/3</td>' in html
    assert '<td class="pano__gap">1 个单位</td>' in html
    assert 'aria-label="党课：3 个单位中 1 个有缺口"' in html
    assert re.findall(r'<rect class="(\w+)" x="(\d+)"', html) == [("g0", "0"), ("gdue", "10"), ("g3", "20")]
    assert "<title>&quot;三&quot; 1/2</title>" in html
    assert 'href="/programmes/#beliefs"' in html


def test_a_hundred_units_are_a_hundred_columns(db: None):
    units = [unit(number) for number in range(110)]
    html = panorama(units, [column()], {row.node.path: {"lecture": Cell(1, 1)} for row in units})
    assert html.count("<rect") == 110
    assert 'viewBox="0 0 1099 18"' in html


# --- the lines of the months


def test_the_lines_say_their_points_in_words():
    figure = trend_figure([Trend(Pillar.EDUCATION, (3, 0, 12)), Trend(Pillar.RESPONSIBILITY, (1, 1, 12))], 2026)
    assert "2026年各月到期、至今未办的项数：教育引导 3、0、12；责任落实 1、1、12" in figure
    assert figure.count('class="dot"') == 2
    assert [int(value) for value in re.findall(r'text-anchor="end">(\d+)<', figure)] == [0, 5, 10, 15, 20]
    ends = [float(y) for y in re.findall(r'svg-t--p p\d" x="\d+" y="([\d.]+)"', figure)]
    assert abs(ends[0] - ends[1]) >= 18  # two lines that end together keep their names apart


@pytest.mark.parametrize(("most", "top"), [(0, 4), (1, 4), (4, 4), (5, 8), (9, 20), (41, 80), (801, 2000)])
def test_the_scale_ends_at_a_round_figure(most: int, top: int):
    figure = trend_figure([Trend(Pillar.EDUCATION, (most,))], 2026)
    assert max(int(value) for value in re.findall(r'text-anchor="end">(\d+)<', figure)) == top


def test_a_year_to_come_has_no_lines():
    assert trend_figure([Trend(Pillar.EDUCATION, ())], 2027) == ""
    assert trend_figure([], 2027) == ""
