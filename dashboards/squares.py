"""The year strip of a requirement at one organisation: squares from the obligations, those to come from the calendar."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from programmes.models import Obligation, ObligationState
from programmes.periods import Cadence, year_squares
from reminders.nearness import SOON

Square = tuple[int, int, str]

# State of an obligation → name of its square (organisations.drawing.SQUARES). What was made up for is done.
SQUARE_OF = {
    ObligationState.DONE: "done",
    ObligationState.LATE: "done",
    ObligationState.DUE: "todo",
    ObligationState.OVERDUE: "late",
    ObligationState.EXEMPT: "exempt",
    ObligationState.PENDING: "pending",
}


@dataclass(frozen=True)
class Strip:
    """The squares of one year, and the same in words."""

    squares: tuple[Square, ...]
    label: str


def year_strip(rows: Iterable[Obligation], cadence: Cadence, today: date) -> Strip:
    """The strip of the year of ``today``. ``rows`` are the obligations of one code at one organisation, in any order.

    Periods that have begun are drawn from their rows, each by its own length: a rule may have changed its cadence within
    the year. A begun period without a row stays empty: nothing was asked. Later ones follow the present ``cadence``.
    """
    squares: list[Square] = []
    words: dict[str, list[str]] = {"done": [], "late": [], "open": []}
    for row in sorted(rows, key=lambda row: row.starts_on):
        span = row.span
        if span.year != today.year or row.starts_on > today:
            continue
        state = row.state(today)
        squares.append((span.first_month, span.span, _square(row, state, today)))
        words[_word(state)].append(span.label)
    coming = (span for span in year_squares(today.year, cadence) if span.starts_on > today)
    squares += [(span.first_month, span.span, "future") for span in coming]
    return Strip(tuple(squares), _label(words))


def _square(row: Obligation, state: ObligationState, today: date) -> str:
    soon = state == ObligationState.DUE and (row.due_on - today).days <= SOON
    return "next" if soon else SQUARE_OF[state]


def _word(state: ObligationState) -> str:
    if state in (ObligationState.DONE, ObligationState.LATE):
        return "done"
    return "late" if state == ObligationState.OVERDUE else "open"


def _label(words: dict[str, list[str]]) -> str:
    """本年已办 9 期，逾期：10月."""
    said = f"本年已办 {len(words['done'])} 期"
    return f"{said}，逾期：{'、'.join(words['late'])}" if words["late"] else said
