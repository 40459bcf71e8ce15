"""The facts of a self-check, read from the records: what was done of what was due, and what counted for it. No score.

A measure counts in the half-year in which its due day lies, from the day on which the post was taken. Talks and problems
are numbers, without names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Q

from activities.models import Activity
from organisations.models import Person
from programmes.periods import Period

from .models import Assignment, Duty, Measure, Problem, Talk
from .models.problem import ProblemState


@dataclass(frozen=True)
class DutyFact:
    """One duty: how many of its measures were due, how many of them are done, and which are overdue."""

    content: str
    needed: int
    done: int
    overdue: list[str] = field(default_factory=list)

    @property
    def said(self) -> str:
        """3／4."""
        return f"{self.done}／{self.needed}"


@dataclass(frozen=True)
class Facts:
    """What stands beside the two fields. Plain values, so that they can be kept as they were."""

    as_of: str = ""
    since: str = ""  # the first day: of the half-year, or of the post where that was later
    until: str = ""  # the last day of the half-year
    posts: str = ""
    duties: list[DutyFact] = field(default_factory=list)
    records: list[tuple[str, int]] = field(default_factory=list)
    talks: int = 0
    solved: int = 0
    working: int = 0

    @property
    def needed(self) -> int:
        """How many measures were due."""
        return sum(duty.needed for duty in self.duties)

    @property
    def done(self) -> int:
        """How many of them are done."""
        return sum(duty.done for duty in self.duties)

    @property
    def overdue(self) -> list[str]:
        """All that is overdue."""
        return [text for duty in self.duties for text in duty.overdue]

    @property
    def said_records(self) -> str:
        """主题党日 4 次，党课 1 次."""
        return "，".join(f"{name} {times} 次" for name, times in self.records)

    @property
    def span(self) -> tuple[date, date]:
        """First and last day."""
        return date.fromisoformat(self.since), date.fromisoformat(self.until)

    @property
    def day(self) -> date:
        """As of which day."""
        return date.fromisoformat(self.as_of)

    def as_json(self) -> dict[str, Any]:
        """To be kept."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Facts:
        """As they were kept."""
        values = dict(kept)
        values["duties"] = [DutyFact(**duty) for duty in values.get("duties", [])]
        values["records"] = [(name, number) for name, number in values.get("records", [])]
        return cls(**values)


def facts_of(person: Person, rows: list[Assignment], half: Period, since: date, today: date) -> Facts:
    """The facts of what ``person`` answers for by ``rows`` since that day. At most five queries."""
    first = max(half.starts_on, since)
    until = min(half.last_day, today)
    return Facts(
        as_of=today.isoformat(),
        since=first.isoformat(),
        until=half.last_day.isoformat(),
        posts="、".join(dict.fromkeys(row.duty.post.name for row in rows)),
        duties=_duties(rows, half, first, today),
        records=_records(rows, first, until),
        talks=Talk.objects.visible_to(person).filter(held_on__gte=first, held_on__lte=until).count(),
        **_problems(person, first, until),
    )


def _duties(rows: list[Assignment], half: Period, first: date, today: date) -> list[DutyFact]:
    """One line a duty, in the order of the list, whatever the number of organisations."""
    due = Measure.objects.counted().filter(assignment__in=rows, starts_on__lte=today)
    due = due.filter(due_on__gte=first, due_on__lt=half.ends_on).select_related("assignment__organisation")
    places = {row.organisation_id for row in rows}
    by_duty: dict[int, list[Measure]] = defaultdict(list)
    for measure in due.order_by("due_on", "pk"):
        by_duty[measure.assignment.duty_id].append(measure)
    duties: dict[int, Duty] = {row.duty_id: row.duty for row in rows}
    ordered = sorted(duties.values(), key=lambda duty: (duty.duty_list_id, duty.number))
    return [_duty(duty, by_duty[duty.pk], today, named=len(places) > 1) for duty in ordered if by_duty[duty.pk]]


def _duty(duty: Duty, measures: list[Measure], today: date, *, named: bool) -> DutyFact:
    late = [row for row in measures if not row.is_done and row.due_on < today]
    said = [_overdue(row, named=named) for row in late]
    return DutyFact(duty.content, len(measures), sum(row.is_done for row in measures), said)


def _overdue(row: Measure, *, named: bool) -> str:
    """组织主题党日（9月30日到期）, with the organisation's name where there are several."""
    where = f"{row.assignment.organisation}，" if named else ""
    return f"{row.text}（{where}{row.due_on.month}月{row.due_on.day}日到期）"


def _records(rows: list[Assignment], first: date, until: date) -> list[tuple[str, int]]:
    """Kinds that prove these duties, with how often they were held; never summed over kinds."""
    kinds = Duty.kinds.through.objects.filter(duty__in={row.duty_id for row in rows}).values("activitykind")
    held = Activity.objects.counted().filter(
        organisation__in={row.organisation_id for row in rows}, held_on__gte=first, held_on__lte=until
    )
    counted = held.filter(kinds__in=kinds).order_by("kinds__order", "kinds__pk")
    return list(counted.values_list("kinds__name").annotate(times=Count("pk", distinct=True)))


def _problems(person: Person, first: date, until: date) -> dict[str, int]:
    """Those that he carried out: struck off in that time, and still under way."""
    solved = Count("pk", filter=Q(state=ProblemState.CLOSED, closed_on__gte=first, closed_on__lte=until))
    working = Count("pk", filter=~Q(state=ProblemState.CLOSED))
    return Problem.objects.filter(owner=person).aggregate(solved=solved, working=working)
