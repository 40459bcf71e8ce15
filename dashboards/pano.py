"""The drawn parts of the board: the panorama (one row a requirement, one column a unit) and overdue by month.

Server-drawn SVG: geometry in attributes, colour by class. The panorama is one string, drawn once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from programmes.compliance import NOTHING, Cell
from programmes.models import Pillar

from .columns import Column
from .gaps import LEGEND, gap
from .units import Unit

PITCH, WIDTH, HEIGHT = 10, 9, 18
# A handful of units is drawn as wide as a few dozen, so that a square stays a square.
FEWEST = 24

GAPS = frozenset("1234")


def panorama(units: Sequence[Unit], columns: Sequence[Column], cells: Mapping[str, Mapping[str, Cell]]) -> SafeString:
    """The rows of the table 要求落实全景."""
    programmes = reverse("programme-list")
    rows = (
        _row(column, units, [cells.get(unit.node.path, {}).get(column.code, NOTHING) for unit in units], programmes)
        for column in columns
    )
    return mark_safe("".join(rows))


def _row(column: Column, units: Sequence[Unit], cells: Sequence[Cell], programmes: str) -> str:
    gaps = [gap(cell) for cell in cells]
    asked, short = sum(cell.asked for cell in cells), sum(step in GAPS for step in gaps)
    name = escape(column.name)
    words = f"{asked} 个单位中 {short} 个有缺口" if short else f"{asked} 个单位都没有缺口"
    squares = "".join(map(_square, range(len(units)), units, cells, gaps))
    width = PITCH * max(len(units), FEWEST) - 1
    return (
        f'<tr class="p{column.pillar}"><th scope="row"><a class="quiet" href="{programmes}#{escape(column.line_code)}">'
        f'<span class="tick"></span>{name}</a></th><td class="pano__pct">{asked - short}/{asked}</td>'
        f'<td><svg viewBox="0 0 {width} {HEIGHT}" preserveAspectRatio="none" role="img" aria-label="{name}：{words}">{squares}</svg></td>'
        f'<td class="pano__gap">{f"{short} 个单位" if short else ""}</td></tr>'
    )


def _square(index: int, unit: Unit, cell: Cell, step: str) -> str:
    if step == "na":
        return ""
    if step == "due":
        return f'<rect class="gdue" x="{index * PITCH}" y="{HEIGHT - 3}" width="{WIDTH}" height="3"/>'
    shape = f'<rect class="g{step}" x="{index * PITCH}" width="{WIDTH}" height="{HEIGHT}"'
    return (
        f"{shape}/>" if step == "0" else f"{shape}><title>{escape(unit.label)} {cell.done}/{cell.needed}</title></rect>"
    )


def legend() -> SafeString:
    """The list that explains the shades."""
    swatches = {step: 'width="14" height="14"' for step, _ in LEGEND} | {"due": 'y="11" width="14" height="3"'}
    items = (
        f'<li><svg viewBox="0 0 14 14" aria-hidden="true"><rect class="g{step}" {swatches[step]}/></svg>{words}</li>'
        for step, words in LEGEND
    )
    return mark_safe("".join(items))


@dataclass(frozen=True)
class Trend:
    """One pillar's overdue items by month, January first."""

    pillar: Pillar
    points: tuple[int, ...]


LEFT, RIGHT, TOP, BOTTOM = 40, 500, 28, 190


def trend_figure(trends: Sequence[Trend], year: int) -> SafeString:
    """Lines of what fell due in each month and is still not held, one a pillar. Empty without a month."""
    months = len(trends[0].points) if trends else 0
    if not months:
        return mark_safe("")
    top = _round_up(max(max(trend.points) for trend in trends))
    words = "；".join(f"{trend.pillar.label} {'、'.join(map(str, trend.points))}" for trend in trends)
    parts = [_grid(top), _months(months), *(_line(trend, top) for trend in trends), _names(trends, top)]
    label = f"{year}年各月到期、至今未办的项数：{words}"
    return mark_safe(
        f'<svg class="figure figure--wide" viewBox="0 0 570 226" role="img" aria-label="{escape(label)}">{"".join(parts)}</svg>'
    )


def _round_up(number: int) -> int:
    """Four times the first of 1, 2, 5, 10, 20 … that is enough for ``number``."""
    return 4 * next(
        step for power in count() for step in (10**power, 2 * 10**power, 5 * 10**power) if 4 * step >= number
    )


def _x(index: int, months: int) -> float:
    return LEFT + 12 + index * (RIGHT - LEFT - 24) / max(months - 1, 1)


def _y(value: float, top: int) -> float:
    return BOTTOM - (BOTTOM - TOP) * value / top


def _grid(top: int) -> str:
    marks = ((value, _y(value, top)) for value in range(0, top + 1, top // 4))
    return "".join(
        f'<line class="grid-line" x1="{LEFT}" x2="{RIGHT}" y1="{y:g}" y2="{y:g}"/>'
        f'<text class="svg-t" x="{LEFT - 8}" y="{y + 4:g}" text-anchor="end">{value}</text>'
        for value, y in marks
    )


def _months(months: int) -> str:
    # Every month has its dot; beyond six, every other is named.
    named = range((months - 1) % 2 if months > 6 else 0, months, 2 if months > 6 else 1)
    return "".join(
        f'<text class="svg-t" x="{_x(index, months):g}" y="216" text-anchor="middle">{index + 1}月</text>'
        for index in named
    )


def _line(trend: Trend, top: int) -> str:
    months = len(trend.points)
    dots = [(_x(index, months), _y(value, top)) for index, value in enumerate(trend.points)]
    points = " ".join(f"{x:g},{y:g}" for x, y in dots)
    x, y = dots[-1]
    return f'<g class="{trend.pillar.css}"><polyline class="line" points="{points}"/><circle class="dot" cx="{x:g}" cy="{y:g}" r="3.5"/></g>'


def _names(trends: Sequence[Trend], top: int) -> str:
    """The name of each line at its end, moved apart where two ends meet."""
    names, lowest = [], BOTTOM + 20.0
    for trend in sorted(trends, key=lambda trend: trend.points[-1]):
        y = min(_y(trend.points[-1], top) + 4, lowest - 18)
        lowest = y
        names.append(
            f'<text class="svg-t svg-t--p {trend.pillar.css}" x="{RIGHT + 2}" y="{y:g}">{trend.pillar.label}</text>'
        )
    return "".join(names)
