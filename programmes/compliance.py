"""When is something overdue, and how much of what is owed is done: the one definition behind desk, board and reports.

Definition. A board for a period P counts the obligations whose ``due_on`` lies in P, whose own period has begun, and
which are neither exempt nor waiting for an exemption. needed = Σ needed; done = Σ min(done, needed); late = the part of
done that was made up for afterwards (补办); overdue = Σ (needed − done) where the due day has passed; exempt and pending
count the rows left out. Never a percentage, never a sum over unlike units.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Greatest, Least, Substr

from .models import Obligation
from .models.obligation import ExemptionMark
from .periods import Period


@dataclass(frozen=True)
class Cell:
    """Figures of one organisation (with all below it) for one requirement. ``needed`` 0 means: nothing is asked."""

    needed: int = 0
    done: int = 0
    late: int = 0
    overdue: int = 0
    exempt: int = 0
    pending: int = 0

    def __add__(self, other: Cell) -> Cell:
        return Cell(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))

    @property
    def missing(self) -> int:
        """What is still to be held, overdue or not."""
        return self.needed - self.done

    @property
    def asked(self) -> bool:
        """Whether anything at all is asked here."""
        return self.needed > 0


def total(cells: Iterable[Cell]) -> Cell:
    """The sum of the figures."""
    result = Cell()
    for cell in cells:
        result = result + cell
    return result


def aggregates(today: date) -> dict[str, Sum | Count]:
    """The figures of ``Cell`` as SQL aggregates over ``Obligation`` rows."""
    counts = Q(exemption_state=ExemptionMark.NONE)
    done = Least(F("done"), F("needed"))
    # Of what is done in time first, the rest up to ``needed`` was late.
    late = Greatest(done - (F("done") - F("late")), Value(0))
    nothing = Value(0)

    def over(condition: Q, value: object) -> Sum:
        return Sum(Case(When(condition, then=value), default=nothing, output_field=IntegerField()), default=0)

    return {
        "sum_needed": over(counts, F("needed")),
        "sum_done": over(counts, done),
        "sum_late": over(counts, late),
        "sum_overdue": over(counts & Q(due_on__lt=today), F("needed") - done),
        "sum_exempt": Count("pk", filter=Q(exemption_state__in=[ExemptionMark.GRANTED, ExemptionMark.CLOSED])),
        "sum_pending": Count("pk", filter=Q(exemption_state=ExemptionMark.ASKED)),
    }


FIGURES = ("sum_needed", "sum_done", "sum_late", "sum_overdue", "sum_exempt", "sum_pending")


def due_in(obligations: QuerySet[Obligation], period: Period, today: date) -> QuerySet[Obligation]:
    """Those of ``obligations`` that a board for ``period`` counts (exempt and pending ones included, to be shown apart)."""
    return obligations.filter(due_on__gte=period.starts_on, due_on__lt=period.ends_on, starts_on__lte=today)


def grid(obligations: QuerySet[Obligation], period: Period, today: date, *, unit_length: int) -> dict[str, dict[str, Cell]]:
    """Cells by unit path and requirement code, in one query.

    ``obligations`` is already narrowed to what the reader may see. ``unit_length`` is the length of the paths of the
    units: whatever lies below a unit is summed into it; an organisation above keeps its own shorter path.
    """
    rows = (
        due_in(obligations, period, today)
        .annotate(unit=Substr("organisation__path", 1, unit_length))
        .values("unit", "code")
        .annotate(**aggregates(today))
        .order_by()
    )
    cells: dict[str, dict[str, Cell]] = defaultdict(dict)
    for row in rows:
        cells[row["unit"]][row["code"]] = Cell(*(row[name] for name in FIGURES))
    return dict(cells)


def by_month(obligations: QuerySet[Obligation], first: date, after: date, today: date) -> dict[tuple[int, int], dict[str, Cell]]:
    """Cells by (year, month) of the due day and requirement code, for the small curves of the board, in one query."""
    rows = (
        obligations.filter(due_on__gte=first, due_on__lt=after, starts_on__lte=today)
        .values("due_on__year", "due_on__month", "code")
        .annotate(**aggregates(today))
        .order_by()
    )
    months: dict[tuple[int, int], dict[str, Cell]] = defaultdict(dict)
    for row in rows:
        months[row["due_on__year"], row["due_on__month"]][row["code"]] = Cell(*(row[name] for name in FIGURES))
    return dict(months)


def by_code(cells: Mapping[str, Mapping[str, Cell]]) -> dict[str, Cell]:
    """The cells of a grid summed over the units."""
    sums: dict[str, Cell] = defaultdict(Cell)
    for row in cells.values():
        for code, cell in row.items():
            sums[code] = sums[code] + cell
    return dict(sums)
