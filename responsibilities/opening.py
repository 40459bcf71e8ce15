"""Opening measures: which organisation answers for which duty, and one measure for each period that has begun.

``open_measures`` is idempotent. The beat calls it every night after ``programmes.opening.open_periods``, and so does whoever
issues an edition. Rows are made for periods that have begun and for no others, so a measure is never provisional.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q

from organisations import paths
from organisations.models import Organisation
from programmes import opening as owing
from programmes.models import Obligation
from programmes.periods import Cadence, Period, periods_between

from . import ticking
from .models import Assignment, Duty, DutyList, Handover, Measure, Origin, Rhythm

BATCH = 2000
FEW = 50  # organisations at once, where each brings all its measures
ONE_DAY = timedelta(days=1)
# Of rhythms that are no cadence: what is daily work is shown once a year.
CADENCES = {Rhythm.STANDING: Cadence.YEAR}


@dataclass(frozen=True)
class Span:
    """When a measure is to be done: ``ends_on`` is the first day on which its records no longer count."""

    key: str
    starts_on: date
    ends_on: date
    due_on: date


@dataclass
class Wanted:
    """What should stand: by (duty, organisation) the duty and the first day from which it is owed."""

    duties: dict[int, Duty] = field(default_factory=dict)
    nodes: dict[int, Organisation] = field(default_factory=dict)
    since: dict[tuple[int, int], date] = field(default_factory=dict)


@transaction.atomic
def open_measures(today: date, organisation_ids: Iterable[int] | None = None) -> None:
    """Bring assignments and measures up to date, for all organisations or for some. A constant number of statements a batch."""
    nodes = Organisation.objects.open_on(today)
    standing = Assignment.objects.all()
    if organisation_ids is not None:
        pks = list(organisation_ids)
        nodes, standing = nodes.filter(pk__in=pks), standing.filter(organisation__in=pks)
    wanted = _wanted(list(nodes), today)
    known = {(row.duty_id, row.organisation_id): row for row in standing.only("pk", "duty", "organisation", "ended_on")}
    _end(known, wanted, today)
    again = _begin(known, wanted)
    rows = Assignment.objects.standing().filter(duty__in=wanted.duties)
    found = {(duty, node): pk for pk, duty, node in rows.values_list("pk", "duty_id", "organisation_id")}
    keys = {key: pk for key, pk in found.items() if key in wanted.since}
    ticking.begin(_missing(keys, wanted, today))
    ticking.recount(again | _follow_again(keys, wanted))


def _wanted(nodes: list[Organisation], today: date) -> Wanted:
    """Every duty of an edition in force at every organisation of its level, below where the list was made."""
    wanted = Wanted(nodes={node.pk: node for node in nodes})
    by_level: dict[str, list[Organisation]] = defaultdict(list)
    for node in nodes:
        by_level[node.level].append(node)
    lists = DutyList.objects.in_force(today).select_related("organisation").prefetch_related("duties__level")
    for duty_list in lists:
        for duty in duty_list.duties.all():
            wanted.duties[duty.pk] = duty
            for node in (node for level in duty.level.levels for node in by_level[level]):
                if paths.contains(duty_list.organisation.path, node.path):
                    wanted.since[duty.pk, node.pk] = max(duty_list.since, node.founded_on)
    return wanted


def _end(known: dict[tuple[int, int], Assignment], wanted: Wanted, today: date) -> None:
    """What is no longer asked of an organisation ends today; what it has done stays."""
    gone = [row.pk for key, row in known.items() if row.ended_on is None and key not in wanted.since]
    for start in range(0, len(gone), BATCH):
        Assignment.objects.filter(pk__in=gone[start : start + BATCH]).update(ended_on=today)


def _begin(known: dict[tuple[int, int], Assignment], wanted: Wanted) -> set[int]:
    """New ones, and those that had ended and are asked again: these are returned, since nothing counted for them meanwhile."""
    again = [row.pk for key, row in known.items() if row.ended_on is not None and key in wanted.since]
    for start in range(0, len(again), BATCH):
        Assignment.objects.filter(pk__in=again[start : start + BATCH]).update(ended_on=None)
    new = [Assignment(duty_id=duty, organisation_id=node) for duty, node in wanted.since if (duty, node) not in known]
    Assignment.objects.bulk_create(new, batch_size=BATCH, ignore_conflicts=True)
    return set(again)


def _missing(keys: dict[tuple[int, int], int], wanted: Wanted, today: date) -> list[Measure]:
    """The measures that are not there yet, unsaved, with all that counting them needs."""
    listed = Measure.objects.filter(origin=Origin.LIST, assignment__duty__in=wanted.duties)
    present = set(listed.values_list("assignment_id", "period"))
    missing: list[tuple[int, int, int, Span]] = []
    spans: dict[tuple[int, date], list[Span]] = {}
    for (duty, node), pk in keys.items():
        since = wanted.since[duty, node]
        if (duty, since) not in spans:
            spans[duty, since] = spans_of(wanted.duties[duty], since, today)
        missing += [(pk, duty, node, span) for span in spans[duty, since] if (pk, span.key) not in present]
    obligations = _obligations({(wanted.duties[duty].requirement_code, span.key) for _, duty, _, span in missing})
    return [row for one in missing if (row := _measure(one, wanted, obligations)) is not None]


def spans_of(duty: Duty, since: date, today: date) -> list[Span]:
    """The spans of a duty's measures that have begun by ``today``, from ``since`` on."""
    if since > today:
        return []
    if duty.rhythm == Rhythm.ONCE:
        due_on = max(since, duty.deadline or date(since.year, 12, 31))
        # What is done after its day is still done: a record of the year counts, shown late.
        return [Span("", since, max(due_on, date(due_on.year, 12, 31)) + ONE_DAY, due_on)]
    cadence = CADENCES.get(Rhythm(duty.rhythm)) or Cadence(duty.rhythm)
    return [_span(period, since) for period in periods_between(since, today + ONE_DAY, cadence)]


def _span(period: Period, since: date) -> Span:
    return Span(period.key, max(period.starts_on, since), period.ends_on, period.last_day)


def _follow_again(keys: dict[tuple[int, int], int], wanted: Wanted) -> set[int]:
    """Measures whose obligation was taken back follow it again where it was opened anew. Returns whose count is another now."""
    codes = {pk: duty.requirement_code for pk, duty in wanted.duties.items() if duty.requirement_code}
    seats = {pk: key for key, pk in keys.items() if key[0] in codes}
    lost = Measure.objects.filter(origin=Origin.LIST, obligation=None, assignment__duty__in=codes)
    rows = [row for row in lost if row.assignment_id in seats]
    obligations = _obligations({(codes[seats[row.assignment_id][0]], row.period) for row in rows})
    following = []
    for row in rows:
        duty, node = seats[row.assignment_id]
        if owed := obligations.get((node, codes[duty], row.period)):
            _follow(row, owed)
            following.append(row)
    Measure.objects.bulk_update(following, ["obligation", "starts_on", "ends_on", "due_on"], batch_size=BATCH)
    return {row.assignment_id for row in [*following, *(row for row in rows if not row.exempt)]}


def _follow(row: Measure, owed: Obligation) -> None:
    row.obligation, row.starts_on, row.ends_on, row.due_on = owed, owed.starts_on, owed.ends_on, owed.due_on


def _obligations(asked: Collection[tuple[str, str]]) -> dict[tuple[int, str, str], Obligation]:
    """The obligations of these codes and periods, by organisation, code and period.

    A provisional one may be taken back tonight: nothing follows it yet.
    """
    codes, periods = {code for code, _ in asked if code}, {period for code, period in asked if code}
    if not codes:
        return {}
    rows = Obligation.objects.filter(code__in=codes, period__in=periods, provisional=False)
    return {(row.organisation_id, row.code, row.period): row for row in rows}


def _measure(
    one: tuple[int, int, int, Span], wanted: Wanted, obligations: dict[tuple[int, str, str], Obligation]
) -> Measure | None:
    """The row; None where the requirement that it follows is not owed there in that period."""
    pk, duty_pk, node, span = one
    duty = wanted.duties[duty_pk]
    row = Measure(
        assignment=Assignment(pk=pk, duty=duty, organisation=wanted.nodes[node]),
        text=duty.title,
        period=span.key,
        starts_on=span.starts_on,
        ends_on=span.ends_on,
        due_on=span.due_on,
        needed=duty.times,
    )
    if duty.requirement_code:
        owed = obligations.get((node, duty.requirement_code, span.key))
        if owed is None:
            return None
        _follow(row, owed)
    return row


@transaction.atomic
def forget_untouched(organisation_ids: list[int]) -> None:
    """Delete what organisations answer for where nothing was done or said about it: an import that planted them is taken back.

    Organisations that stay after all have it opened again the next night.
    """
    for start in range(0, len(organisation_ids), FEW):
        some = organisation_ids[start : start + FEW]
        spoken = Q(evidence__isnull=False) | Q(steps__isnull=False) | Q(origin=Origin.OWN) | Q(owner__isnull=False)
        handed = Handover.measures.through.objects.values("measure")
        touched = Measure.objects.filter(spoken | Q(done__gt=0) | Q(dropped_on__isnull=False) | Q(pk__in=handed))
        kept = touched.filter(assignment__organisation__in=some).values("assignment")
        Assignment.objects.filter(organisation__in=some).exclude(pk__in=kept).delete()
    owing.forget_untouched(organisation_ids)
