"""The table of units by requirements (各单位), built as one string: a template for each of 1,300 cells would be most of the page's time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from programmes.compliance import NOTHING, Cell
from programmes.periods import Period

from .columns import Column
from .gaps import gap
from .units import Unit


@dataclass(frozen=True)
class Links:
    """Where a cell leads: to the unit's own board, to its records, or to its page where nothing was recorded."""

    board: str
    records: str
    organisation: str
    period: Period

    @classmethod
    def of(cls, period: Period) -> Links:
        """The addresses, resolved once."""
        organisation = reverse("organisation", args=[1]).removesuffix("1/")
        return cls(reverse("board"), reverse("activity-list"), organisation, period)

    def page(self, pk: int) -> str:
        """The unit's page."""
        return f"{self.organisation}{pk}/"

    def drill(self, pk: int) -> str:
        """The unit's board for the same period, ready for an attribute."""
        return f"{self.board}?organisation={pk}&amp;period={self.period.key}"

    def held(self, pk: int, column: Column) -> str:
        """The unit's records that count for the requirement, ready for an attribute."""
        return f"{self.records}?organisation={pk}&amp;period={column.records_period(self.period)}{column.records_query}"


def heat_table(
    units: Iterable[Unit], columns: Sequence[Column], cells: Mapping[str, Mapping[str, Cell]], links: Links
) -> SafeString:
    """The whole table. Rows in the order of ``units``: no total of a unit, no order by figures."""
    head = "".join(f'<th scope="col">{escape(column.name)}</th>' for column in columns)
    rows = "".join(_row(unit, columns, cells.get(unit.node.path, {}), links) for unit in units)
    return mark_safe(
        f'<table class="heat"><thead><tr><th scope="col">单位</th>{head}</tr></thead><tbody>{rows}</tbody></table>'
    )


def _row(unit: Unit, columns: Sequence[Column], cells: Mapping[str, Cell], links: Links) -> str:
    pk = unit.node.pk
    page, drill = links.page(pk), links.drill(pk)
    row = [f'<tr><th scope="row"><a href="{page}">{escape(unit.label)}</a></th>']
    for column in columns:
        cell = cells.get(column.code, NOTHING)
        if not cell.asked:
            row.append(_empty(cell))
            continue
        href = drill if not unit.is_leaf else links.held(pk, column) if cell.done else page
        opening, figures = _look(cell)
        row.append(f'{opening}<a href="{href}">{figures}</a></td>')
    row.append("</tr>")
    return "".join(row)


@lru_cache(maxsize=4096)
def _look(cell: Cell) -> tuple[str, str]:
    """The opening tag and the text: what the figures leave unsaid is their title."""
    parts = [
        f"{words} {number} 项"
        for words, number in (
            ("逾期", cell.overdue),
            ("补办", cell.late),
            ("不适用", cell.exempt),
            ("待批", cell.pending),
        )
        if number
    ]
    title = f' title="{"，".join(parts)}"' if parts else ""
    return f'<td class="gap{gap(cell)}"{title}>', f"{cell.done}/{cell.needed}"


def _empty(cell: Cell) -> str:
    """A cell in which nothing is asked, and why."""
    if cell.pending:
        return '<td class="gapna">待批</td>'
    return f'<td class="gapna">{"不适用" if cell.exempt else "—"}</td>'
