"""What is summed over duties: the one definition of their figures, for matrix, board and self-check.

A duty counts where it is answered for; measures are those begun and neither dropped nor exempt, done those of them with as
much as was needed; late is the number of assignments with an overdue measure, so that one branch behind with three months
of one duty is one matter and not three.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, Sum

from programmes.periods import Period

from .models import ProblemState
from .models.measure import AssignmentQuerySet
from .models.problem import AT_WORK, ProblemQuerySet


@dataclass(frozen=True)
class Sums:
    """Over some assignments: how many there are, their measures, those done, and how many assignments are behind."""

    places: int = 0
    measures: int = 0
    done: int = 0
    late: int = 0

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            self.places + other.places,
            self.measures + other.measures,
            self.done + other.done,
            self.late + other.late,
        )

    @property
    def state(self) -> str:
        """How it is drawn: late where somebody is behind, done where nothing is missing, todo in between."""
        if self.late:
            return "late"
        return "done" if self.done >= self.measures else "todo"

    @property
    def word(self) -> str:
        """逾期 3, 按期, 都办了; 没有措施 where nothing has begun."""
        if self.late:
            return f"逾期 {self.late}"
        if not self.measures:
            return "还没开始"
        return "都办了" if self.done >= self.measures else "按期"


def total(sums: Iterable[Sums]) -> Sums:
    """All of them together."""
    return sum(sums, Sums())


def sums_by(field: str, assignments: AssignmentQuerySet, today: date) -> dict[int, Sums]:
    """The sums of ``assignments`` by a field of theirs: ``duty`` or ``organisation``. One query."""
    behind = Q(first_due_on__lt=today)
    rows = (
        assignments.order_by()
        .values_list(field)
        .annotate(places=Count("pk"), total=Sum("measures"), ticked=Sum("done"), behind=Count("pk", filter=behind))
    )
    return {key: Sums(*figures) for key, *figures in rows}


@dataclass(frozen=True)
class ProblemSums:
    """Problems of some organisations in one period: found and struck off in it; open and overdue as of today."""

    found: int
    closed: int
    still_open: int
    late: int


def problem_sums(problems: ProblemQuerySet, period: Period, today: date) -> ProblemSums:
    """The sums of ``problems``. One query."""
    inside = Q(found_on__gte=period.starts_on, found_on__lt=period.ends_on)
    ended = Q(closed_on__gte=period.starts_on, closed_on__lt=period.ends_on)
    counts = problems.order_by().aggregate(
        found=Count("pk", filter=inside),
        closed=Count("pk", filter=ended),
        still_open=Count("pk", filter=~Q(state=ProblemState.CLOSED)),
        late=Count("pk", filter=Q(state__in=AT_WORK, due_on__lt=today)),
    )
    return ProblemSums(**counts)
