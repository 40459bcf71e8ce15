"""What a record counts for: obligations are recounted from the raw rows, never incremented.

Locking. The obligations that a verb touches are locked in pk order (``select_for_update``), and only then, in a separate
statement of the same transaction, recounted. Without the lock two concurrent submits each count before the other has
committed and leave ``done`` too low. ``no_key``: an insert that refers to a locked row (a partnership, a 补办) takes a
key-share lock on it, and two such inserts crosswise would deadlock against full row locks. On SQLite the IMMEDIATE
transaction is the lock.

Rule. A held activity counts for every obligation of its organisation, and of each partner that has not declined, whose
requirement names one of its kinds and whose period contains ``held_on``. Marked as 补办 for an earlier obligation it counts
there, as late, and not in its own period for the same requirement. What one organisation makes up for is an ordinary
activity to those who held it jointly.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.db.models import Q

from programmes.counting import tell_counted
from programmes.models import Obligation, Requirement

from .models import Activity, Partnership

BATCH = 2000


@dataclass
class Held:
    """What crediting needs to know of one held activity."""

    pk: int
    held_on: date
    makes_up_for: int | None
    made_up: tuple[int, str] | None  # organisation and code of the obligation that it makes up for
    kinds: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class Imagined:
    """A record that is not written yet: what it would be, who would hold it, and which record it would replace."""

    held: Held
    organisation_ids: frozenset[int]
    instead_of: int | None = None

    def added_to(self, held: dict[int, list[Held]]) -> dict[int, list[Held]]:
        """``held`` with it, still in order of day."""
        changed: dict[int, list[Held]] = defaultdict(list)
        for organisation_id in {*held, *self.organisation_ids}:
            rows = [entry for entry in held.get(organisation_id, ()) if entry.pk != self.instead_of]
            rows += [self.held] if organisation_id in self.organisation_ids else []
            changed[organisation_id] = sorted(rows, key=_in_order)
        return changed


def obligations_touched(
    organisation_ids: Iterable[int], days: Iterable[date], made_up_for: Iterable[int | None] = ()
) -> list[int]:
    """The pks of the obligations whose count may change when those organisations' activities on those days do."""
    condition = Q(pk__in=[pk for pk in made_up_for if pk])
    organisations = list(organisation_ids)
    for day in set(days):
        condition |= Q(organisation__in=organisations, starts_on__lte=day, ends_on__gt=day)
    return list(Obligation.objects.filter(condition).values_list("pk", flat=True))


def settle(organisation_ids: Iterable[int], days: Iterable[date], made_up_for: Iterable[int | None] = ()) -> None:
    """Recount what those organisations' activities on those days may touch, and tell the floor above about it."""
    organisations, dates = list(organisation_ids), set(days)
    touched = obligations_touched(organisations, dates, made_up_for)
    recount(touched)
    tell_counted(organisations, dates, touched)


@transaction.atomic(savepoint=False)
def recount(obligation_ids: Iterable[int]) -> int:
    """Lock and recount these obligations. Returns how many changed. A constant number of queries a batch."""
    pks = sorted(set(obligation_ids))
    return sum(_recount_batch(pks[start : start + BATCH]) for start in range(0, len(pks), BATCH))


@transaction.atomic(savepoint=False)
def _recount_batch(pks: list[int]) -> int:
    rows = list(Obligation.objects.select_for_update(no_key=True).filter(pk__in=pks).order_by("pk"))
    changed = count(rows)
    # The rows are there and locked, so this only updates; bulk_update would draw a CASE for each row and column, and take
    # five times as long over a whole city.
    Obligation.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["pk"], update_fields=["done", "late", "done_on"]
    )
    return len(changed)


def count(rows: list[Obligation], imagined: Imagined | None = None) -> list[Obligation]:
    """Set done, late and done_on of ``rows`` from the raw activities; returns those that changed. Writes nothing.

    With ``imagined`` it counts as if that record were written: what the form foretells is counted by what will count it.
    """
    if not rows:
        return []
    held = _held_by_organisation({row.organisation_id for row in rows}, min(row.starts_on for row in rows), rows)
    if imagined is not None:
        held = imagined.added_to(held)
    kinds = _kinds_by_requirement({row.requirement_id for row in rows})
    return [row for row in rows if _count_into(row, held[row.organisation_id], kinds[row.requirement_id])]


def _held_by_organisation(organisation_ids: set[int], first: date, rows: list[Obligation]) -> dict[int, list[Held]]:
    """The held activities of each organisation, as host or partner, from ``first`` on, each with its kinds."""
    last = max(row.ends_on for row in rows)
    pks = [row.pk for row in rows]
    # What makes up for one of these obligations may lie behind their last period.
    held = Activity.objects.counted().filter(Q(held_on__gte=first, held_on__lt=last) | Q(makes_up_for__in=pks))
    made_up = ("makes_up_for_id", "makes_up_for__organisation_id", "makes_up_for__code")
    fields = ("pk", "held_on", *made_up, "kinds")
    hosted = held.filter(organisation__in=organisation_ids).values_list("organisation_id", *fields)
    shared = held.filter(
        partnerships__in=Partnership.objects.filter(organisation__in=organisation_ids, declined_at=None)
    ).values_list("partnerships__organisation_id", *fields)
    found: dict[int, dict[int, Held]] = defaultdict(dict)
    for organisation_id, pk, held_on, makes_up_for, owing, code, kind in [*hosted, *shared]:
        entry = found[organisation_id].setdefault(pk, Held(pk, held_on, makes_up_for, owing and (owing, code)))
        if kind is not None:
            entry.kinds.add(kind)
    return defaultdict(
        list, {organisation_id: sorted(entries.values(), key=_in_order) for organisation_id, entries in found.items()}
    )


def _in_order(entry: Held) -> tuple[date, int]:
    return entry.held_on, entry.pk


def _kinds_by_requirement(requirement_ids: set[int]) -> dict[int, set[int]]:
    """The kinds that credit each requirement."""
    kinds: dict[int, set[int]] = defaultdict(set)
    through = Requirement.kinds.through.objects.filter(requirement__in=requirement_ids)
    for requirement_id, kind_id in through.values_list("requirement_id", "activitykind_id"):
        kinds[requirement_id].add(kind_id)
    return kinds


def _count_into(row: Obligation, held: list[Held], kinds: set[int]) -> bool:
    """Set done, late and done_on of ``row`` from ``held`` (in order of day). True if anything changed."""
    before = (row.done, row.late, row.done_on)
    crediting = [entry for entry in held if entry.kinds & kinds and counts_for(entry, row)]
    row.done = len(crediting)
    row.late = sum(1 for entry in crediting if entry.makes_up_for == row.pk)
    row.done_on = crediting[row.needed - 1].held_on if row.done >= row.needed else None
    return before != (row.done, row.late, row.done_on)


def counts_for(entry: Held, row: Obligation) -> bool:
    """Whether an activity with a fitting kind counts for this obligation."""
    if entry.made_up == (row.organisation_id, row.code):
        return entry.makes_up_for == row.pk
    return row.starts_on <= entry.held_on < row.ends_on


def rebuild() -> int:
    """Recount every obligation, each batch in a transaction of its own. Returns how many were wrong."""
    pks = list(Obligation.objects.order_by("organisation_id", "pk").values_list("pk", flat=True))
    return sum(_recount_batch(sorted(pks[start : start + BATCH])) for start in range(0, len(pks), BATCH))
