"""One duty of one organisation as it is shown: its measures of this year in words, and the records that prove them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from activities.models import Activity, Partnership
from programmes.periods import Cadence, Period, period_of

from .models import Assignment, Duty, Evidence, Measure, Proof

RECORDS_SHOWN = 5
# What stands where no record is shown: of talks and visits there is only a count.
WITHOUT_RECORDS = {
    Proof.TALKS: "谈心谈话只计次数，谈了什么只有双方看得到。",
    Proof.INSPECTIONS: "督查只计次数。",
}


def days_left(due_on: date, today: date) -> str:
    """剩 10 天, 今天到期, 超 3 天."""
    days = (due_on - today).days
    if days == 0:
        return "今天到期"
    return f"剩 {days} 天" if days > 0 else f"超 {-days} 天"


@dataclass(frozen=True)
class Shown:
    """One measure: how it is drawn, and the words at its right."""

    measure: Measure
    state: str
    word: str

    @property
    def icon(self) -> str:
        """The icon of its state."""
        return {"done": "circle-check", "late": "triangle-alert", "soon": "clock", "off": "minus"}.get(
            self.state, "circle-dashed"
        )


@dataclass(frozen=True)
class Record:
    """An activity that proves something, or a line of text."""

    title: str
    day: date
    pk: int | None = None


@dataclass(frozen=True)
class Block:
    """One duty with what belongs to it."""

    assignment: Assignment
    measures: list[Shown]
    records: list[Record]
    further: int

    @property
    def duty(self) -> Duty:
        """Its line of the list."""
        return self.assignment.duty

    @property
    def without_records(self) -> str:
        """What to say where there is no record to show."""
        return WITHOUT_RECORDS.get(Proof(self.duty.proof), "还没有佐证。")


def shown(measure: Measure, today: date) -> Shown:
    """``measure`` in words: 完成 9月24日, 超 3 天, 剩 10 天, 不适用."""
    state = measure.state(today)
    if measure.dropped_on:
        return Shown(measure, state, "已撤销")
    if measure.exempt:
        return Shown(measure, state, "不适用")
    if state == "done":
        day = measure.done_on
        return Shown(measure, state, f"完成 {day.month}月{day.day}日" if day else "已完成")
    left = days_left(measure.due_on, today)
    return Shown(measure, state, f"{measure.done}／{measure.needed}，{left}" if measure.done else left)


def blocks(assignments: list[Assignment], today: date) -> list[Block]:
    """One block for each of ``assignments`` (duty with line and kinds, organisation fetched along). Three queries at any size."""
    year = period_of(today, Cadence.YEAR)
    measures: dict[int, list[Measure]] = defaultdict(list)
    rows = Measure.objects.filter(assignment__in=assignments).filter(
        Q(starts_on__gte=year.starts_on) | Q(ends_on__gt=year.starts_on, starts_on__lt=year.ends_on)
    )
    for row in rows.select_related("owner").order_by("starts_on", "due_on", "pk"):
        measures[row.assignment_id].append(row)
    proofs = _records(assignments, year)
    for evidence in Evidence.objects.filter(measure__assignment__in=assignments, withdrawn_at=None).select_related(
        "measure"
    ):
        proofs[evidence.measure.assignment_id].append(Record(evidence.text, evidence.done_on))
    return [_block(row, measures[row.pk], proofs[row.pk], today) for row in assignments]


def _block(row: Assignment, measures: list[Measure], records: list[Record], today: date) -> Block:
    latest = sorted(records, key=lambda record: (record.day, record.pk or 0), reverse=True)
    listed = [shown(measure, today) for measure in measures]
    return Block(row, listed, latest[:RECORDS_SHOWN], max(0, len(latest) - RECORDS_SHOWN))


def _records(assignments: list[Assignment], year: Period) -> dict[int, list[Record]]:
    """The activities of the year with a kind of each bound duty, as host or as partner that did not decline, by assignment."""
    bound = [row for row in assignments if row.duty.proof == Proof.KINDS]
    kinds = {row.duty_id: {kind.pk for kind in row.duty.kinds.all()} for row in bound}
    held = Activity.objects.counted().held_in(year).filter(kinds__in=set().union(*kinds.values())).order_by()
    places = {row.organisation_id for row in bound}
    shared = Partnership.objects.filter(organisation__in=places, declined_at=None)
    fields = ("pk", "title", "held_on", "kinds")
    hosted = held.filter(organisation__in=places).values_list("organisation_id", *fields)
    joined = held.filter(partnerships__in=shared).values_list("partnerships__organisation_id", *fields)
    found = list(hosted.union(joined, all=True)) if bound else []
    proofs: dict[int, dict[int, Record]] = defaultdict(dict)
    for row in bound:
        for place, pk, title, day, kind in found:
            if place == row.organisation_id and kind in kinds[row.duty_id]:
                proofs[row.pk][pk] = Record(title, day, pk)
    return defaultdict(list, {pk: list(records.values()) for pk, records in proofs.items()})
