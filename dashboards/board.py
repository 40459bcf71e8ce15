"""看板: what is covered in one organisation and below it, in one period.

Everything counts by the one definition in ``programmes/compliance.py``. Units stand in tree order; a unit has no total,
nothing is ranked, and every figure is done／needed with what is overdue.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from organisations.models import Level, Organisation, Person
from organisations.models.organisation import System
from programmes import compliance
from programmes.periods import Cadence, Period, parse, period_of

from .columns import Column, LineColumns, lines_with_rules
from .gaps import gap
from .heat import Links, heat_table
from .helping import Need, needs
from .pano import GAPS, legend, panorama, trend_figure
from .pillars import PillarFigure, pillar_figures
from .units import LEAVES, Branching, Place, Unit, places

# The cadences that the switch above the board offers.
CADENCES = ((Cadence.MONTH, "月"), (Cadence.QUARTER, "季"), (Cadence.YEAR, "年"))
LONGEST_WAITING = 10
FIRST_NEEDS = 12


@dataclass(frozen=True)
class Choice:
    """One link of a switch."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class Waiting:
    """One overdue item: what, whose, for how many days."""

    what: str
    name: str
    url: str
    days: int


@dataclass(frozen=True)
class Listed:
    """One organisation in need, with its name on this board and its page."""

    name: str
    url: str
    need: Need


class CommitteeBoard:
    """The board of ``organisation`` for ``period``; ``person`` has been asked for the right to see it."""

    def __init__(
        self, person: Person, organisation: Organisation, period: Period, today: date, system: str = ""
    ) -> None:
        self.organisation = organisation
        self.period = period
        self.today = today
        self.branching = Branching(person, organisation, period, today)
        self.links = Links.of(period)
        self.wanted_system = system

    # --- what is counted

    @cached_property
    def grid(self) -> compliance.Grid:
        """Cells by the path of a unit and the code of a requirement."""
        obligations = compliance.owed_by(self.organisation)
        return compliance.grid(obligations, self.period, self.today, unit_length=self.branching.unit_length)

    @cached_property
    def units(self) -> list[Unit]:
        """The rows, in tree order."""
        return self.branching.units(set(self.grid))

    @property
    def size(self) -> str:
        """How many units stand below, in words: 29 个单位, 2 个党支部."""
        below = [unit.node.level for unit in self.units if not unit.own]
        levels = set(below)
        word = Level(levels.pop()).label if len(levels) == 1 and levels <= set(LEAVES) else "单位"
        return f"{len(below)} 个{word}"

    @cached_property
    def sums(self) -> dict[str, compliance.Cell]:
        """The cells by requirement, over all units."""
        return compliance.by_code({unit.node.path: self.grid.get(unit.node.path, {}) for unit in self.units})

    @cached_property
    def lines(self) -> list[LineColumns]:
        """The nine lines with their requirements."""
        return lines_with_rules(self.period)

    @cached_property
    def rules(self) -> list[Column]:
        """All requirements, in the order of the lines."""
        return [column for line in self.lines for column in line.columns]

    @cached_property
    def columns(self) -> list[Column]:
        """The requirements of which something falls due in this period."""
        return [column for column in self.rules if column.code in self.sums]

    @cached_property
    def overdue_months(self) -> dict[tuple[int, int], dict[str, int]]:
        """What is overdue by month and requirement: this year, and the period before."""
        first = min(self.period.previous().starts_on, date(self.period.year, 1, 1))
        after = date(self.period.year + 1, 1, 1)
        return compliance.overdue_by_month(compliance.owed_by(self.organisation), first, after, self.today)

    @property
    def last_month(self) -> int:
        """How many months of the period's year have begun."""
        return (
            12 if self.period.year < self.today.year else self.today.month if self.period.year == self.today.year else 0
        )

    # --- the sections

    @cached_property
    def pillars(self) -> list[PillarFigure]:
        """三力概览."""
        return pillar_figures(self.lines, self.sums, self.overdue_months, self.period, self.last_month)

    @property
    def panorama(self) -> SafeString:
        """要求落实全景."""
        return panorama(self.units, self.columns, self.grid)

    legend = staticmethod(legend)

    @property
    def without_gap(self) -> int:
        """How many units have nothing overdue."""
        rows = (self.grid[unit.node.path].values() for unit in self.units if unit.node.path in self.grid)
        return sum(all(gap(cell) not in GAPS for cell in row) for row in rows)

    @property
    def listed_units(self) -> list[Unit]:
        """Those of the chosen 系统."""
        return [unit for unit in self.units if self.system in ("", unit.node.system)]

    @property
    def heat(self) -> SafeString:
        """各单位."""
        return heat_table(self.listed_units, self.columns, self.grid, self.links)

    @property
    def trend(self) -> SafeString:
        """Overdue by month, of the pillars that have requirements."""
        trends = [pillar.trend for pillar in self.pillars if any(figure.line.columns for figure in pillar.lines)]
        return trend_figure(trends, self.period.year)

    @cached_property
    def found_needs(self) -> list[Need]:
        """Who needs help today, by the written rules."""
        return needs(self.organisation, self.today, self.rules)

    @cached_property
    def oldest(self) -> list[tuple[int, str, str, date]]:
        """(organisation, code, period, due day) of the oldest overdue items of this period and the one before."""
        return list(
            compliance.owed_by(self.organisation)
            .overdue(self.today)
            .filter(due_on__gte=self.period.previous().starts_on, due_on__lt=self.period.ends_on)
            .order_by("due_on", "organisation__path", "code")
            .values_list("organisation", "code", "period", "due_on")[:LONGEST_WAITING]
        )

    @cached_property
    def places(self) -> dict[int, Place]:
        """The organisations that are named outside the table."""
        return places([need.organisation for need in self.found_needs] + [row[0] for row in self.oldest])

    @cached_property
    def needs(self) -> list[Listed]:
        """需要帮助的单位, in tree order."""
        ordered = sorted(self.found_needs, key=lambda need: self.places[need.organisation].path)
        return [
            Listed(self.branching.name_of(self.places[need.organisation]), self.links.page(need.organisation), need)
            for need in ordered
        ]

    @property
    def first_needs(self) -> list[Listed]:
        """Those shown at once."""
        return self.needs[:FIRST_NEEDS]

    @property
    def further_needs(self) -> list[Listed]:
        """Those behind 其余."""
        return self.needs[FIRST_NEEDS:]

    @cached_property
    def overdue(self) -> int:
        """How many items of this period and the one before are overdue: what may still be made up for."""
        before = sum(pillar.before for pillar in self.pillars)
        return before + sum(pillar.cell.overdue for pillar in self.pillars)

    @cached_property
    def waiting(self) -> list[Waiting]:
        """等得最久的事: the oldest of them; equal ones in tree order."""
        names = {column.code: column.name for column in self.rules}
        return [
            Waiting(
                f"{parse(period).label}{names[code]}",
                self.branching.name_of(self.places[pk]),
                self.links.page(pk),
                (self.today - due_on).days,
            )
            for pk, code, period, due_on in self.oldest
        ]

    # --- getting about

    def _url(self, pk: int, period: Period, system: str = "") -> str:
        return f"{self.links.board}?organisation={pk}&period={period.key}{f'&system={system}' if system else ''}"

    @property
    def crumbs(self) -> list[tuple[str, str]]:
        """The way down; the last one is this page."""
        *above, here = self.branching.way
        links = [(node.name, self._url(node.pk, self.period)) for node in above]
        return [*links, (here.name, "")] if above else [(here.name, self._url(here.pk, self.period)), ("全部单位", "")]

    @cached_property
    def choices(self) -> SafeString:
        """The options of the drop-down; empty where there is nothing to choose."""
        boards = self.branching.choices
        options = ((pk, mark_safe(" selected" if pk == self.organisation.pk else ""), name) for pk, name in boards)
        return format_html_join("", '<option value="{}"{}>{}</option>', options if len(boards) > 1 else ())

    @property
    def cadences(self) -> list[Choice]:
        """月, 季, 年: the one that contains today, or else the last of the period shown."""
        anchor = self.today if self.period.contains(self.today) else self.period.last_day
        return [
            Choice(label, self._url(self.organisation.pk, period_of(anchor, cadence)), cadence == self.period.cadence)
            for cadence, label in CADENCES
        ]

    @property
    def neighbours(self) -> list[Choice]:
        """The period before, this one, and the next if it has begun."""
        periods = [self.period.previous(), self.period]
        if self.period.ends_on <= self.today:
            periods.append(self.period.next())
        return [
            Choice(_short(period), self._url(self.organisation.pk, period), period == self.period) for period in periods
        ]

    @cached_property
    def system(self) -> str:
        """The 系统 that the table is narrowed to; empty for all."""
        return self.wanted_system if self.wanted_system in {unit.node.system for unit in self.units} else ""

    @property
    def systems(self) -> list[Choice]:
        """The switch above the table; none where the units are of one 系统."""
        present = {unit.node.system for unit in self.units} - {""}
        if len(present) < 2:
            return []
        offered = [("", "全部"), *((system.value, system.label) for system in System if system in present)]
        return [
            Choice(label, f"{self._url(self.organisation.pk, self.period, system)}#units", system == self.system)
            for system, label in offered
        ]


def _short(period: Period) -> str:
    """第三季度, 10月; with its year where the label alone would not tell."""
    return period.full_label if period.cadence is Cadence.YEAR else period.label
