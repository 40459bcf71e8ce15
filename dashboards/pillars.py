"""三力概览: each pillar as the sum over the obligations of its lines, beside the same for the period before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from programmes.compliance import Cell, total
from programmes.models import Pillar
from programmes.periods import Period

from .columns import LineColumns
from .pano import Trend

Months = Mapping[tuple[int, int], Mapping[str, int]]


@dataclass(frozen=True)
class LineFigure:
    """One line in one period."""

    line: LineColumns
    cell: Cell
    before: int  # overdue in the period before
    curve: tuple[int, ...]  # overdue by month of the year, January first
    year: int

    @property
    def sentence(self) -> str:
        """What is overdue, against the period before; or why there is no figure."""
        if not self.line.columns:
            return "没有应办要求"
        if not self.cell.asked and not self.before:
            return "本期没有到期的要求"
        if not self.cell.overdue and not self.before:
            return "没有逾期"
        change = self.cell.overdue - self.before
        against = "与上期相同" if change == 0 else f"比上期{'多' if change > 0 else '少'} {abs(change)} 项"
        return f"{f'逾期 {self.cell.overdue} 项' if self.cell.overdue else '没有逾期'}，{against}"

    @property
    def curve_label(self) -> str:
        """The curve in words."""
        return f"{self.line.name}，{self.year}年1月起各月到期、至今未办：{'、'.join(map(str, self.curve))} 项"


@dataclass(frozen=True)
class PillarFigure:
    """One pillar: the figures of its lines and their sum."""

    pillar: Pillar
    lines: tuple[LineFigure, ...]
    cell: Cell
    before: int

    @property
    def trend(self) -> Trend:
        """Overdue by month over all lines."""
        return Trend(self.pillar, tuple(map(sum, zip(*(line.curve for line in self.lines), strict=True))))


def pillar_figures(
    lines: Sequence[LineColumns], sums: Mapping[str, Cell], months: Months, period: Period, last_month: int
) -> list[PillarFigure]:
    """The three pillars. ``sums`` are the cells by requirement, ``months`` what is overdue by month and requirement."""
    before = [(month.year, month.first_month) for month in period.previous().months()]

    def figure(line: LineColumns) -> LineFigure:
        codes = [column.code for column in line.columns]
        curve = tuple(_overdue(months, (period.year, month), codes) for month in range(1, last_month + 1))
        cell = total(sums[code] for code in codes if code in sums)
        return LineFigure(line, cell, sum(_overdue(months, month, codes) for month in before), curve, period.year)

    pillars = []
    for pillar in Pillar:
        figures = tuple(figure(line) for line in lines if line.pillar == pillar)
        cell = total(part.cell for part in figures)
        pillars.append(PillarFigure(pillar, figures, cell, sum(part.before for part in figures)))
    return pillars


def _overdue(months: Months, month: tuple[int, int], codes: Sequence[str]) -> int:
    found = months.get(month, {})
    return sum(found.get(code, 0) for code in codes)
