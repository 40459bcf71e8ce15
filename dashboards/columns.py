"""The nine lines with the requirements that a board shows, and where the records of each requirement are found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from programmes.models import Line
from programmes.periods import Cadence, Period, period_of


@dataclass(frozen=True)
class Column:
    """One requirement, by its code."""

    code: str
    name: str
    cadence: Cadence
    due_days_before_end: int
    pillar: int
    line_code: str
    kinds: tuple[tuple[str, str], ...]  # (code of the kind, code of its line)

    def records_period(self, period: Period) -> str:
        """The key under which its records are found: its own period where that is longer than the board's."""
        return period_of(period.starts_on, self.cadence).key if self.cadence.months > period.span else period.key

    def passed_due_days(self, today: date) -> Iterator[date]:
        """The due days before ``today``, the latest first, without end."""
        period = period_of(today, self.cadence)
        while True:
            due_on = max(period.starts_on, period.last_day - timedelta(days=self.due_days_before_end))
            if due_on < today:
                yield due_on
            period = period.previous()

    @property
    def records_query(self) -> str:
        """The condition on the list of activities, ready for an attribute: its kind, or the line that its kinds share."""
        if len(self.kinds) == 1:
            return f"&amp;kind={self.kinds[0][0]}"
        lines = {line for _, line in self.kinds}
        return f"&amp;line={lines.pop()}" if len(lines) == 1 else ""


@dataclass(frozen=True)
class LineColumns:
    """One line of the article and its requirements, in order."""

    code: str
    name: str
    pillar: int
    columns: tuple[Column, ...]


RULE = (
    "pk",
    "code",
    "name",
    "cadence",
    "due_days_before_end",
    "since",
    "organisation",
    "kinds__code",
    "kinds__line__code",
)


def lines_with_rules(period: Period) -> list[LineColumns]:
    """The lines, each with every requirement there ever was; a closed one stays, since what it asked for is still owed. One query.

    Of several rows with one code, one in force by the end of ``period`` gives the name, a common one before a local one,
    and the latest of these.
    """
    fields = ("code", "name", "pillar", *(f"requirements__{field}" for field in RULE))
    rows = Line.objects.order_by("pillar", "order", "pk", "requirements__pk", "requirements__kinds__pk").values_list(
        *fields
    )
    lines: dict[str, tuple[str, int]] = {}
    found: dict[str, dict[str, tuple[tuple[bool, bool, int], Column]]] = {}
    for line, line_name, pillar, pk, code, name, cadence, before_end, since, local, kind, kind_line in rows:
        lines[line] = (line_name, pillar)
        columns = found.setdefault(line, {})
        if pk is None:
            continue
        rank = (since < period.ends_on, local is None, pk)
        known_rank, known = columns.get(code, (rank, None))
        if rank < known_rank:
            continue
        kinds = known.kinds if known and rank == known_rank else ()
        columns[code] = (
            rank,
            Column(code, name, Cadence(cadence), before_end, pillar, line, (*kinds, (kind, kind_line))),
        )
    return [LineColumns(line, *lines[line], tuple(column for _, column in found[line].values())) for line in lines]
