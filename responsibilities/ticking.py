"""Ticking measures off: a bound one by the records of its organisation, one with an obligation by that, the others by text.

Nothing is ever incremented: what a verb touches is recounted from the raw rows, and the tallies of the assignment from its
measures, inside the verb's own transaction.

Locking. All measures of an assignment change under the lock of its row (``select_for_update``, in pk order), and are read
only after it was taken: without it two concurrent records would each sum what the other had not committed yet.

What proves what.
- A measure that follows an obligation takes count, number, day and exemption from it, whatever the duty is bound to.
- Kinds: activities held by the organisation, as host or as partner that did not decline, within the span.
- Talks: talks with people at the organisation or below it, whoever of them began it, within the span.
- Inspections: visits that the organisation made within the span.
- Text: lines that were not withdrawn; of an own measure with steps also the last step.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.db.models import Count, F, Min, Q

from activities.models import Activity, Partnership
from organisations import paths, scoping
from organisations.models import Organisation
from programmes.models.obligation import ExemptionMark

from .models import Assignment, Duty, Evidence, Inspection, Measure, Origin, Proof, Step, Talk
from .models.measure import AssignmentQuerySet, MeasureQuerySet

BATCH = 1000
WRITTEN = ["done", "needed", "done_on", "due_on", "exempt"]


def after_counting(
    organisation_ids: Collection[int] = (), days: Collection[date] = (), obligation_ids: Collection[int] = ()
) -> None:
    """What was counted below has changed: called inside the transaction of a record, a correction, an exemption.

    ``organisation_ids`` and ``days`` say whose records of which days are others now, ``obligation_ids`` which
    obligations have another count or another exemption. One query where no duty is touched.
    """
    touched = Q(own_measures__obligation__in=list(obligation_ids))
    for day in days:
        touched |= _owing_on(day, Proof.KINDS) & Q(organisation__in=list(organisation_ids))
    _recount_where(touched)


def after_talk(organisation_id: int, day: date) -> None:
    """A talk with somebody of that organisation was noted, moved or removed: those above it may count it too."""
    place = Q(organisation=organisation_id) | Q(organisation__in=_above(organisation_id))
    _recount_where(_owing_on(day, Proof.TALKS) & place)


def after_inspection(organisation_id: int, day: date) -> None:
    """That organisation has visited somebody on ``day``, or has not after all."""
    _recount_where(_owing_on(day, Proof.INSPECTIONS) & Q(organisation=organisation_id))


def recount_measures(pks: Iterable[int]) -> None:
    """Something was said about these measures themselves: a line of text, a step, a day, an end."""
    recount(Measure.objects.filter(pk__in=list(pks)).values_list("assignment_id", flat=True))


def proven_by(organisation_id: int, kinds: Collection[int], day: date) -> MeasureQuerySet:
    """The measures that a record of that organisation, kinds and day ticks by itself, in the order of the list.

    Without those that follow an obligation: of them the obligation speaks.
    """
    fitting = Duty.kinds.through.objects.filter(activitykind__in=kinds).values("duty")
    return (
        Measure.objects.counted()
        .filter(
            assignment__organisation=organisation_id,
            assignment__duty__in=fitting,
            assignment__duty__proof=Proof.KINDS,
            origin=Origin.LIST,
            obligation=None,
            starts_on__lte=day,
            ends_on__gt=day,
        )
        .order_by("assignment__duty__number", "pk")
    )


def _owing_on(day: date, proof: str) -> Q:
    """Condition on assignments: a measure that such a record proves spans ``day``."""
    # One condition on one row of measures: chained filters would let two rows fulfil it together.
    return Q(duty__proof=proof, own_measures__starts_on__lte=day, own_measures__ends_on__gt=day)


def _above(organisation_id: int) -> list[int]:
    path = Organisation.objects.values_list("path", flat=True).get(pk=organisation_id)
    return list(Organisation.objects.filter(path__in=paths.prefixes(path)).values_list("pk", flat=True))


def _recount_where(touched: Q) -> None:
    recount(Assignment.objects.standing().filter(touched).values_list("pk", flat=True))


@transaction.atomic(savepoint=False)
def recount(assignment_ids: Iterable[int]) -> int:
    """Lock these assignments, recount their measures and tallies. Returns how many rows were wrong."""
    pks = sorted(set(assignment_ids))
    return sum(_recount_batch(pks[start : start + BATCH]) for start in range(0, len(pks), BATCH))


@transaction.atomic(savepoint=False)
def begin(measures: list[Measure]) -> None:
    """Write new measures (as ``count`` wants them) with what proves them already, and the tallies of their assignments."""
    by_assignment: dict[int, list[Measure]] = defaultdict(list)
    for measure in measures:
        by_assignment[measure.assignment_id].append(measure)
    pks = sorted(by_assignment)
    for start in range(0, len(pks), BATCH):
        assignments = list(_locked(pks[start : start + BATCH]))
        new = [measure for row in assignments for measure in by_assignment[row.pk]]
        count(new)
        Measure.objects.bulk_create(new, batch_size=BATCH, ignore_conflicts=True)
        _sum(assignments)


def _locked(pks: list[int]) -> AssignmentQuerySet:
    return Assignment.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=pks).order_by("pk")


def rebuild() -> int:
    """Recount everything that stands, each batch in a transaction of its own. Returns how many rows were wrong."""
    pks = list(Assignment.objects.standing().order_by("organisation_id", "pk").values_list("pk", flat=True))
    return sum(recount(pks[start : start + BATCH]) for start in range(0, len(pks), BATCH))


def _recount_batch(pks: list[int]) -> int:
    assignments = list(_locked(pks).select_related("duty", "organisation"))
    by_pk = {row.pk: row for row in assignments}
    measures = list(Measure.objects.filter(assignment__in=by_pk).select_related("obligation"))
    for measure in measures:
        measure.assignment = by_pk[measure.assignment_id]
    changed = count(measures)
    if changed:
        Measure.objects.bulk_create(changed, update_conflicts=True, unique_fields=["pk"], update_fields=WRITTEN)
    return len(changed) + _sum(assignments)


def _sum(assignments: list[Assignment]) -> int:
    """Write the tallies of ``assignments`` from their measures. Returns how many were others."""
    of_these = Measure.objects.counted().filter(assignment__in=[row.pk for row in assignments])
    unmet = Q(done__lt=F("needed"))
    sums = {
        pk: tallies
        for pk, *tallies in of_these.order_by()
        .values_list("assignment_id")
        .annotate(total=Count("pk"), ticked=Count("pk", filter=~unmet), first=Min("due_on", filter=unmet))
    }
    changed = []
    for row in assignments:
        tallies = sums.get(row.pk, [0, 0, None])
        if [row.measures, row.done, row.first_due_on] != tallies:
            row.measures, row.done, row.first_due_on = tallies
            changed.append(row)
    if changed:
        fields = ["measures", "done", "first_due_on"]
        Assignment.objects.bulk_create(changed, update_conflicts=True, unique_fields=["pk"], update_fields=fields)
    return len(changed)


def count(measures: list[Measure]) -> list[Measure]:
    """Set done, needed, done_on, due_on and exempt of ``measures`` (assignment, duty, organisation and obligation fetched along).

    Returns those that changed; writes nothing. A query for each kind of proof that occurs.
    """
    facts = _Facts.of(measures)
    return [measure for measure in measures if _count_into(measure, facts)]


def _count_into(measure: Measure, facts: _Facts) -> bool:
    before = [getattr(measure, name) for name in WRITTEN]
    duty, owed = measure.assignment.duty, measure.obligation
    if owed is not None:
        measure.needed, measure.done, measure.done_on, measure.due_on = (
            owed.needed,
            owed.done,
            owed.done_on,
            owed.due_on,
        )
        measure.exempt = owed.exemption_state != ExemptionMark.NONE
    elif duty.requirement_code and measure.period:
        measure.exempt = True  # its obligation was taken back: nothing is asked for
    else:
        days = facts.days(measure)
        measure.done = min(len(days), 32767)
        measure.done_on = days[measure.needed - 1] if len(days) >= measure.needed else None
    return before != [getattr(measure, name) for name in WRITTEN]


@dataclass
class _Facts:
    """The raw rows that may prove some measures, by organisation or by measure; days in order."""

    kinds: dict[int, set[int]] = field(default_factory=dict)
    activities: dict[int, list[tuple[date, int, frozenset[int]]]] = field(default_factory=dict)
    talks: list[tuple[str, date]] = field(default_factory=list)
    inspections: dict[int, list[date]] = field(default_factory=dict)
    lines: dict[int, list[date]] = field(default_factory=dict)
    steps: dict[int, list[date | None]] = field(default_factory=dict)

    @classmethod
    def of(cls, measures: list[Measure]) -> _Facts:
        """What is needed for ``measures``, and no more."""
        facts, groups = cls(), defaultdict(list)
        for measure in measures:
            if measure.obligation_id is None:
                groups[proof_of(measure)].append(measure)
        if bound := groups[Proof.KINDS]:
            facts.kinds = _kinds({measure.assignment.duty for measure in bound})
            facts.activities = _activities(bound)
        if talked := groups[Proof.TALKS]:
            facts.talks = _talks(talked)
        if inspecting := groups[Proof.INSPECTIONS]:
            facts.inspections = _inspections(inspecting)
        if said := groups[Proof.TEXT]:
            facts.lines, facts.steps = _lines(said), _steps(said)
        return facts

    def days(self, measure: Measure) -> list[date]:
        """The days of what proves ``measure``, in order."""
        place, proof = measure.assignment.organisation, proof_of(measure)
        if proof == Proof.KINDS:
            kinds = self.kinds.get(measure.assignment.duty_id, set())
            held = self.activities.get(place.pk, [])
            return [day for day, _, of in held if of & kinds and measure.starts_on <= day < measure.ends_on]
        if proof == Proof.TEXT:
            return self._said(measure)
        if proof == Proof.TALKS:
            found = [day for path, day in self.talks if paths.contains(place.path, path)]
        else:
            found = self.inspections.get(place.pk, [])
        return [day for day in found if measure.starts_on <= day < measure.ends_on]

    def _said(self, measure: Measure) -> list[date]:
        """The days of its lines of text, or that of its last step where all are done."""
        steps = self.steps.get(measure.pk, [])
        done = [day for day in steps if day is not None]
        by_steps = [max(done)] if steps and len(done) == len(steps) else []
        return sorted(self.lines.get(measure.pk, [])) or by_steps


def proof_of(measure: Measure) -> str:
    """What proves a measure: an own one is reported by text, whatever the duty is bound to."""
    return Proof(measure.assignment.duty.proof) if measure.origin == Origin.LIST else Proof.TEXT


def _kinds(duties: Iterable[Duty]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    through = Duty.kinds.through.objects.filter(duty__in=duties)
    for duty, kind in through.values_list("duty_id", "activitykind_id"):
        found[duty].add(kind)
    return found


def _span(measures: list[Measure]) -> tuple[date, date]:
    return min(measure.starts_on for measure in measures), max(measure.ends_on for measure in measures)


def _activities(measures: list[Measure]) -> dict[int, list[tuple[date, int, frozenset[int]]]]:
    """By organisation: day, key and kinds of what it held, as host or as partner that did not decline, in order of day."""
    first, last = _span(measures)
    places = {measure.assignment.organisation_id for measure in measures}
    held = Activity.objects.counted().filter(held_on__gte=first, held_on__lt=last).order_by()
    shared = Partnership.objects.filter(organisation__in=places, declined_at=None)
    hosted = held.filter(organisation__in=places).values_list("organisation_id", "pk", "held_on", "kinds")
    joined = held.filter(partnerships__in=shared).values_list("partnerships__organisation_id", "pk", "held_on", "kinds")
    kinds: dict[tuple[int, int, date], set[int]] = defaultdict(set)
    for place, pk, day, kind in hosted.union(joined, all=True):
        kinds[place, pk, day].add(kind)
    found: dict[int, list[tuple[date, int, frozenset[int]]]] = defaultdict(list)
    for (place, pk, day), of in kinds.items():
        found[place].append((day, pk, frozenset(of)))
    return {place: sorted(rows, key=lambda row: row[:2]) for place, rows in found.items()}


def _talks(measures: list[Measure]) -> list[tuple[str, date]]:
    """Path of the other's branch and day of every talk below the organisations of ``measures``, in order of day."""
    first, last = _span(measures)
    below = Q(pk__in=[])
    for path in {measure.assignment.organisation.path for measure in measures}:
        below |= scoping.under(path, "organisation__path")
    rows = Talk.objects.filter(below, held_on__gte=first, held_on__lt=last)
    return list(rows.order_by("held_on", "pk").values_list("organisation__path", "held_on"))


def _inspections(measures: list[Measure]) -> dict[int, list[date]]:
    first, last = _span(measures)
    places = {measure.assignment.organisation_id for measure in measures}
    rows = Inspection.objects.filter(held_by__in=places, visited_on__gte=first, visited_on__lt=last)
    found: dict[int, list[date]] = defaultdict(list)
    for place, day in rows.order_by("visited_on", "pk").values_list("held_by_id", "visited_on"):
        found[place].append(day)
    return found


def _lines(measures: list[Measure]) -> dict[int, list[date]]:
    found: dict[int, list[date]] = defaultdict(list)
    rows = Evidence.objects.filter(measure__in=[measure.pk for measure in measures], withdrawn_at=None)
    for measure, day in rows.values_list("measure_id", "done_on"):
        found[measure].append(day)
    return found


def _steps(measures: list[Measure]) -> dict[int, list[date | None]]:
    found: dict[int, list[date | None]] = defaultdict(list)
    rows = Step.objects.filter(measure__in=[measure.pk for measure in measures])
    for measure, day in rows.values_list("measure_id", "done_on"):
        found[measure].append(day)
    return found
