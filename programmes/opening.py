"""Opening periods: the rows of what is owed are made beforehand, and settled on the first day of their period.

``open_periods`` is idempotent. It is called by the beat every night, by the first run, by imports and by every change of
rules or tree. A row is provisional until its period begins: the first run from that day on rewrites or deletes it by
the applicability and the rule of that day. Afterwards only verbs change it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.module_loading import import_string

from organisations import paths, scoping
from organisations.models import Appointment, Category, Level, Membership, Organisation

from .counting import tell_counted
from .models import Exemption, ExemptionState, Obligation, Requirement
from .models.obligation import ExemptionMark
from .periods import Cadence, Period, parse, period_of, periods_between

BATCH = 1000


@dataclass(frozen=True)
class Opened:
    """What one run did: numbers of rows."""

    created: int
    rewritten: int
    deleted: int


class Facts:
    """What decides applicability, as of one day: full members by subtree, committees, groups."""

    def __init__(self, day: date) -> None:
        self.day = day
        self.full_members: dict[str, int] = defaultdict(int)
        members = Membership.objects.filter(scoping.holding(day), person__category=Category.FULL_MEMBER)
        for path in members.values_list("organisation__path", flat=True):
            for prefix in paths.prefixes(path):
                self.full_members[prefix] += 1
        committees = Appointment.objects.holding(day).filter(post__is_committee=True)
        self.with_committee = set(committees.values_list("organisation_id", flat=True))
        groups = Organisation.objects.open_on(day).filter(level=Level.GROUP)
        self.with_groups = set(groups.values_list("parent_id", flat=True))

    def asked_about(self, day: date) -> Facts:
        """The same facts, asked about a later day: whether an organisation still exists is judged by its own dates."""
        later = copy(self)
        later.day = day
        return later

    def apply(self, rule: Requirement, organisation: Organisation) -> bool:
        """True if ``organisation`` owes ``rule`` in a period that begins on this day."""
        return (
            rule.level == organisation.level
            and organisation.exists_on(self.day)
            and self.full_members[organisation.path] >= rule.min_full_members
            and (not rule.needs_committee or organisation.pk in self.with_committee)
            and (not rule.has_groups or organisation.pk in self.with_groups)
        )


class Rules:
    """The requirement rows in force on one day, asked by organisation: the nearest that sets a code wins."""

    def __init__(self, day: date, cadence: Cadence | None = None) -> None:
        self.by_code: dict[str, dict[str, Requirement]] = defaultdict(dict)
        for rule in Requirement.objects.in_force(day).select_related("organisation"):
            self.by_code[rule.code][rule.organisation.path if rule.organisation else ""] = rule
        self.cadence = cadence

    def for_organisation(self, organisation: Organisation) -> list[Requirement]:
        """The rows that speak to ``organisation``: one a code, active, of the cadence asked for."""
        chain = [*reversed(paths.prefixes(organisation.path)), ""]
        nearest = (next((rows[path] for path in chain if path in rows), None) for rows in self.by_code.values())
        return [
            rule
            for rule in nearest
            if rule and rule.is_active and (self.cadence is None or rule.cadence == self.cadence)
        ]


def _new_row(organisation: Organisation, rule: Requirement, period: Period, today: date) -> Obligation:
    """An unsaved row; settled at once if its period has begun."""
    return Obligation(
        organisation=organisation,
        requirement=rule,
        code=rule.code,
        period=period.key,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        due_on=max(period.starts_on, period.last_day - timedelta(days=rule.due_days_before_end)),
        needed=rule.minimum,
        provisional=period.starts_on > today,
    )


def _wanted(
    period: Period, organisations: Iterable[Organisation], facts: Facts, today: date
) -> dict[tuple[int, str], Obligation]:
    """The rows that ``period`` should have, by organisation and code."""
    rules = Rules(period.starts_on, period.cadence)
    rows = {}
    for organisation in organisations:
        for rule in rules.for_organisation(organisation):
            if facts.apply(rule, organisation):
                rows[organisation.pk, rule.code] = _new_row(organisation, rule, period, today)
    return rows


def _excuse(rows: Iterable[Obligation]) -> None:
    """Mark new rows that a standing exemption covers; where several do, a grant has the last word."""
    spans: dict[tuple[int, str], list[Exemption]] = defaultdict(list)
    for exemption in Exemption.objects.standing():
        spans[exemption.organisation_id, exemption.code].append(exemption)
    for row in rows:
        states = {one.state for one in spans[row.organisation_id, row.code] if one.covers(row.starts_on)}
        if states:
            row.exemption_state = ExemptionMark.GRANTED if ExemptionState.GRANTED in states else ExemptionMark.ASKED


def _open_one(period: Period, organisations: list[Organisation], facts: Facts, today: date) -> tuple[Opened, list[int]]:
    """Bring the rows of one period up to date for ``organisations``. Returns what was done and the pks that are new or rewritten."""
    wanted = _wanted(period, organisations, facts, today)
    # A few hundred organisations are asked by their keys; the whole tree is read as one range.
    present = Obligation.objects.filter(period=period.key)
    if len(organisations) <= BATCH:
        present = present.filter(organisation__in=[organisation.pk for organisation in organisations])
    asked = {organisation.pk for organisation in organisations}
    standing = {
        (row.organisation_id, row.code): row
        for row in present.filter(requirement__cadence=period.cadence)
        if row.organisation_id in asked
    }
    new = [row for key, row in wanted.items() if key not in standing]
    _excuse(new)
    Obligation.objects.bulk_create(new, batch_size=BATCH, ignore_conflicts=True)
    provisional = {key: row for key, row in standing.items() if row.provisional}
    gone = [row.pk for key, row in provisional.items() if key not in wanted]
    deleted, _ = Obligation.objects.filter(pk__in=gone).delete()
    changed = []
    for key, row in provisional.items():
        fresh = wanted.get(key)
        if fresh and _rewrite(row, fresh):
            changed.append(row)
    Obligation.objects.bulk_update(changed, ["requirement", "due_on", "needed", "provisional"], batch_size=BATCH)
    begun = [*new, *changed] if period.starts_on <= today else []
    return Opened(len(new), len(changed), deleted), _pks(begun, period)


def _pks(rows: list[Obligation], period: Period) -> list[int]:
    """The pks of rows that were just written (a bulk insert that ignores conflicts does not return them)."""
    wanted = {(row.organisation_id, row.code) for row in rows}
    if not wanted:
        return []
    stored = Obligation.objects.filter(period=period.key, code__in={code for _, code in wanted})
    return [
        pk
        for pk, organisation_id, code in stored.values_list("pk", "organisation_id", "code")
        if (organisation_id, code) in wanted
    ]


def _rewrite(row: Obligation, fresh: Obligation) -> bool:
    """Take over rule, due day and number from ``fresh``. False if nothing differs."""
    before = (row.requirement_id, row.due_on, row.needed, row.provisional)
    row.requirement, row.due_on, row.needed, row.provisional = (
        fresh.requirement,
        fresh.due_on,
        fresh.needed,
        fresh.provisional,
    )
    return before != (row.requirement_id, row.due_on, row.needed, row.provisional)


def _tell_crediting(obligation_ids: list[int]) -> None:
    """Let what was already recorded count for rows that are new: ``settings.AFTER_OPENING`` names the function above us."""
    if obligation_ids:
        recount: Callable[[list[int]], None] = import_string(settings.AFTER_OPENING)
        recount(obligation_ids)


@transaction.atomic
def open_periods(today: date, organisation_ids: Iterable[int] | None = None) -> Opened:
    """Make the rows of the current and the next period of every cadence, for all organisations or for some. Idempotent."""
    nodes = (
        Organisation.objects.all()
        if organisation_ids is None
        else Organisation.objects.filter(pk__in=list(organisation_ids))
    )
    organisations = list(nodes.in_tree_order())
    facts: dict[date, Facts] = {}
    total, touched = Opened(0, 0, 0), []
    for period in _periods_to_open(today):
        # What is true on a day to come is not known yet: a provisional row is a forecast by today's facts.
        day = min(period.starts_on, today)
        if day not in facts:
            facts[day] = Facts(day)
        as_of = facts[day] if day == period.starts_on else facts[day].asked_about(period.starts_on)
        done, pks = _open_one(period, organisations, as_of, today)
        total = Opened(total.created + done.created, total.rewritten + done.rewritten, total.deleted + done.deleted)
        touched += pks
    _tell_crediting(touched)
    return total


def _periods_to_open(today: date) -> list[Period]:
    """The current and the next period of every cadence, and all since those that began while nobody was running."""
    current = [period_of(today, cadence) for cadence in Cadence]
    unsettled = (
        Obligation.objects.filter(provisional=True, starts_on__lte=today)
        .values_list("period", flat=True)
        .distinct()
        .order_by()
    )
    missed = [parse(key) for key in unsettled]
    since = [period for one in missed for period in periods_between(one.starts_on, today, one.cadence)]
    periods = {*current, *(period.next() for period in current), *missed, *since}
    return sorted(periods, key=lambda period: (period.starts_on, period.key))


@transaction.atomic
def after_tree_change(organisation_ids: list[int], today: date) -> None:
    """What is owed follows the tree: called inside the transaction of closing, moving, membership change and import.

    The branch of a changed group and the groups of a changed branch are looked at too. Closing makes unmet obligations
    EXEMPT (已撤销), those with a request still undecided too, and keeps done ones.
    """
    changed = list(Organisation.objects.filter(pk__in=organisation_ids))
    related = {node.pk for node in changed} | {node.parent_id for node in changed if node.parent_id}
    related |= set(Organisation.objects.filter(parent__in=[node.pk for node in changed]).values_list("pk", flat=True))
    closed = [node for node in changed if node.closed_on]
    open_periods(today, related)
    for node in closed:
        open_or_asked = Obligation.objects.filter(exemption_state__in=[ExemptionMark.NONE, ExemptionMark.ASKED])
        unmet = open_or_asked.filter(organisation=node, due_on__gte=node.closed_on, done__lt=F("needed"))
        pks = list(unmet.values_list("pk", flat=True))
        Obligation.objects.filter(pk__in=pks).update(exemption_state=ExemptionMark.CLOSED)
        tell_counted(obligation_ids=pks)


@transaction.atomic
def forget_untouched(organisation_ids: list[int]) -> None:
    """Delete what organisations owe where nothing was done and nothing asked: they are about to be taken back as never planted.

    What organisations stay after all, the caller tells about by ``after_tree_change``, which opens the rows again.
    """
    for start in range(0, len(organisation_ids), BATCH):
        some = Obligation.objects.filter(organisation__in=organisation_ids[start : start + BATCH])
        some.filter(done=0, exemption_state=ExemptionMark.NONE).delete()
