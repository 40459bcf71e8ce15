"""One requirement over one year on an organisation's page: its strip, where it stands now, when it is next due.

The groups of a branch each owe the same rule; on the branch's page they are one line, and each square shows the group
that calls for attention first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from organisations.models import Organisation
from programmes.models import Obligation, ObligationState, Requirement
from programmes.periods import Cadence
from reminders.nearness import SOON

from .squares import Strip, year_strip

# What calls for attention first.
URGENCY = (
    ObligationState.OVERDUE,
    ObligationState.DUE,
    ObligationState.PENDING,
    ObligationState.NOT_DUE,
    ObligationState.LATE,
    ObligationState.DONE,
    ObligationState.EXEMPT,
)
OPEN = (ObligationState.DUE, ObligationState.NOT_DUE)


@dataclass(frozen=True)
class Rhythm:
    """The obligations of one code that fall due from this year on: of one organisation, or of several of one level."""

    rows: Sequence[Obligation]
    today: date

    @cached_property
    def requirement(self) -> Requirement:
        """The rule as it stands latest."""
        return max(self.rows, key=lambda row: row.starts_on).requirement

    @property
    def owner(self) -> Organisation:
        """Who owes it; the first of them where they are several."""
        return self.rows[0].organisation

    @cached_property
    def owners(self) -> int:
        """How many organisations owe it."""
        return len({row.organisation_id for row in self.rows})

    @cached_property
    def states(self) -> dict[int, ObligationState]:
        """State by key of the row."""
        return {row.pk: row.state(self.today) for row in self.rows}

    def _in(self, *states: ObligationState) -> list[Obligation]:
        return sorted((row for row in self.rows if self.states[row.pk] in states), key=lambda row: row.due_on)

    @cached_property
    def strip(self) -> Strip:
        """The year."""
        urgent: dict[str, Obligation] = {}
        for row in sorted(self.rows, key=lambda row: URGENCY.index(self.states[row.pk]), reverse=True):
            urgent[row.period] = row
        return year_strip(urgent.values(), Cadence(self.requirement.cadence), self.today)

    @cached_property
    def now(self) -> tuple[str, str]:
        """State and word: what is overdue, else what waits for an answer, else the present period."""
        overdue = self._in(ObligationState.OVERDUE)
        if overdue:
            return "late", f"{overdue[0].span.label}逾期" if len(overdue) == 1 else f"逾期 {len(overdue)} 次"
        pending = self._in(ObligationState.PENDING)
        if pending:
            return "soon", f"{pending[0].span.label}豁免待定"
        return self._present([row for row in self.rows if row.starts_on <= self.today < row.ends_on])

    def _present(self, rows: list[Obligation]) -> tuple[str, str]:
        asked = [row for row in rows if self.states[row.pk] != ObligationState.EXEMPT]
        missing = [row for row in asked if row.missing]
        if not asked:
            return "off", "不适用" if rows else "本期不要求"
        if not missing:
            return "done", "已完成"
        css = "soon" if any((row.due_on - self.today).days <= SOON for row in missing) else "todo"
        if len(asked) > 1:
            return css, f"{len(asked) - len(missing)}/{len(asked)} 个已开展"
        return css, f"还差 {missing[0].missing} 次" if missing[0].done else "待开展"

    @cached_property
    def next_due(self) -> date | None:
        """The next day on which something open falls due."""
        return next((row.due_on for row in self._in(*OPEN) if row.due_on >= self.today), None)


def rhythms(rows: Iterable[Obligation], today: date) -> list[Rhythm]:
    """One rhythm a requirement, in the order in which the rules were written."""
    by_code: dict[str, list[Obligation]] = defaultdict(list)
    for row in rows:
        by_code[row.code].append(row)
    ranked = sorted(by_code.values(), key=lambda found: min(row.requirement_id for row in found))
    return [Rhythm(found, today) for found in ranked]
