"""When is something overdue, and how much of what is owed is done: the one definition behind desk, board and reports.

Definition. A board for a period P counts the obligations whose ``due_on`` lies in P, whose own period has begun, and
which are neither exempt nor waiting for an exemption. needed = Σ needed; done = Σ min(done, needed); late = the part of
done that was made up for afterwards (补办); overdue = Σ (needed − done) where the due day has passed; exempt and pending
count the rows left out. Never a percentage, never a sum over unlike units.

Speed. A year of a whole city is 80,000 rows, so each function is one query that an index of ``Obligation`` answers alone:
the grid groups by exemption instead of asking about it in every sum, and months are told apart in Python by the few
due days that exist.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from operator import add
from typing import Any, NamedTuple

from django.db import connections
from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Sum, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Greatest, Least, Substr

from organisations import scoping
from organisations.models import Organisation

from .models import Obligation
from .models.obligation import ExemptionMark, ObligationQuerySet
from .periods import Period

Grid = dict[str, dict[str, "Cell"]]


class Cell(NamedTuple):
    """Figures of one organisation (with all below it) for one requirement. ``needed`` 0 means: nothing is asked."""

    needed: int = 0
    done: int = 0
    late: int = 0
    overdue: int = 0
    exempt: int = 0
    pending: int = 0

    def __add__(self, other: Cell) -> Cell:  # type: ignore[override]
        """The figures of both together."""
        return Cell(*map(add, self, other))

    @property
    def missing(self) -> int:
        """What is still to be held, overdue or not."""
        return self.needed - self.done

    @property
    def asked(self) -> bool:
        """Whether anything at all is asked here."""
        return self.needed > 0


NOTHING = Cell()

# Figure → its name and what it means, as files and reports say it beside the numbers.
DEFINITIONS: dict[str, tuple[str, str]] = {
    "needed": (
        "应办",
        "到期日在本期内、所属期间已经开始的应办事项，每项按要求的次数计。批准不适用的和正在等答复的不算在内。",
    ),
    "done": ("已办", "应办的次数里已经办了的，包括补办的。多办的不计，所以不会超过应办。"),
    "late": ("其中补办", "已办里面，过了期间以后在下一期补办的次数。"),
    "overdue": ("逾期", "到期日已过、还没有办的次数。"),
    "exempt": ("不适用", "批准不适用的应办事项，按项计，不在应办里。"),
    "pending": ("待批", "已申请不适用、还没有答复的应办事项，按项计，不在应办里，也不算逾期。"),
}


def total(cells: Iterable[Cell]) -> Cell:
    """The sum of the figures."""
    return sum(cells, NOTHING)


def owed_by(organisation: Organisation) -> ObligationQuerySet:
    """The obligations of ``organisation`` and of everything below it; the caller has asked whether the reader may see them.

    What the root's tree owes is all there is. Without a condition on paths the due day leads the plan; with one, SQLite
    would walk the whole tree first (measured on 4,350 organisations: 85 ms instead of 12).
    """
    if organisation.parent_id is None:
        return Obligation.objects.all()
    return Obligation.objects.filter(scoping.under(organisation.path, "organisation__path"))


def due_in(obligations: QuerySet[Obligation], period: Period, today: date) -> QuerySet[Obligation]:
    """Those of ``obligations`` that a board for ``period`` counts (exempt and pending ones included, to be shown apart)."""
    return obligations.filter(due_on__gte=period.starts_on, due_on__lt=period.ends_on, starts_on__lte=today)


def grid(obligations: QuerySet[Obligation], period: Period, today: date, *, unit_length: int) -> Grid:
    """Cells by unit path and requirement code, in one query.

    ``obligations`` is already narrowed to what the reader may see. ``unit_length`` is the length of the paths of the
    units: whatever lies below a unit is summed into it; an organisation above keeps its own shorter path.
    """
    done = Least(F("done"), F("needed"))
    # Of what is done in time first, the rest up to ``needed`` was late.
    late = Greatest(done - (F("done") - F("late")), Value(0))
    rows = (
        due_in(obligations, period, today)
        .annotate(unit=Substr("organisation__path", 1, unit_length))
        .values_list("unit", "code", "exemption_state")
        .annotate(
            Sum("needed"),
            sum_done=Sum(done),
            sum_late=Sum(_where(Q(late__gt=0), late)),
            sum_overdue=Sum(_where(Q(due_on__lt=today, done__lt=F("needed")), F("needed") - F("done"))),
            rows=Count("*"),
        )
        .order_by()
    )
    cells: Grid = defaultdict(dict)
    for unit, code, mark, needed, in_all, late_part, overdue, count in _as_they_come(rows):
        if mark == ExemptionMark.NONE:
            cell = Cell(needed, in_all, late_part, overdue)
        else:
            cell = Cell(pending=count) if mark == ExemptionMark.ASKED else Cell(exempt=count)
        row = cells[unit]
        row[code] = row[code] + cell if code in row else cell
    return dict(cells)


def _where(condition: Q, figure: Combinable) -> Case:
    """``figure`` where the condition holds, else 0."""
    return Case(When(condition, then=figure), default=Value(0), output_field=IntegerField())


def _as_they_come(rows: QuerySet[Any, Any]) -> list[Any]:
    """The rows as the driver gives them: text and whole numbers need none of the conversions, a seventh of the grid's time."""
    sql, params = rows.query.sql_with_params()
    with connections[rows.db].cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def overdue_by_month(
    obligations: ObligationQuerySet, first: date, after: date, today: date
) -> dict[tuple[int, int], dict[str, int]]:
    """What fell due from ``first`` to the day before ``after`` and is overdue: by (year, month) of the due day and code. One query."""
    rows = (
        obligations.overdue(today)
        .filter(due_on__gte=first, due_on__lt=after, starts_on__lte=today)
        .values_list("due_on", "code")
        .annotate(sum_missing=Sum(F("needed") - F("done")))
        .order_by()
    )
    months: dict[tuple[int, int], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for day, code, missing in rows:
        months[day.year, day.month][code] += missing
    return {month: dict(codes) for month, codes in months.items()}


def by_code(cells: Mapping[str, Mapping[str, Cell]]) -> dict[str, Cell]:
    """The cells of a grid summed over the units."""
    sums: dict[str, Cell] = {}
    for row in cells.values():
        for code, cell in row.items():
            sums[code] = sums[code] + cell if code in sums else cell
    return sums


@dataclass(frozen=True)
class Met:
    """How many organisations owe a rule in its present period, and how many of them have done what it asks."""

    owing: int = 0
    met: int = 0


def met_now(obligations: QuerySet[Obligation], today: date) -> dict[int, Met]:
    """By requirement pk, over the periods that contain ``today``, without what is exempt or pending. One query."""
    running = obligations.filter(starts_on__lte=today, ends_on__gt=today, exemption_state=ExemptionMark.NONE)
    met = Count("pk", filter=Q(done__gte=F("needed")))
    rows = running.values_list("requirement").annotate(Count("pk"), met=met).order_by()
    return {requirement: Met(owing, met) for requirement, owing, met in rows}
