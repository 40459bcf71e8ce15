"""Writing the roster in bulk, and taking it back: a handful of statements for any number of people.

Bulk statements pass the audit by; the rows of the import say instead who was what before and after, and who did it when.
Locks are taken in one order everywhere: organisations, people, memberships, each by key.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from secrets import token_urlsafe
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import models

from ..models import Membership, Organisation, Person
from ..models.importing import Decision, ImportRow, Outcome, Verdict
from ..models.person import initials_of
from .matching import agree
from .people_comparing import Comparing, Plan
from .references import AT_ONCE, portions
from .roll import FACTS, Known
from .subject import Context

GONE = "核对后这个人不在名册上了。"
CHANGED = "核对后名册又被改过。"
TWICE = "另一行也说是这个人。"
NUMBER_TAKEN = "核对后这个工号给了别人。"
NAMESAKE = "核对后名册上有了同名的人。"


def lock_people(keys: Iterable[int], *, to_delete: bool = False) -> dict[int, Person]:
    """Lock people and where they belong, in the order of their keys. Whoever may be deleted is locked against references."""
    keys = list(keys)
    people: dict[int, Person] = {}
    for some in portions(keys):
        rows = Person.objects.select_for_update(no_key=not to_delete).filter(pk__in=some).order_by("pk")
        people |= {person.pk: person for person in rows}
    for some in portions(keys):
        rows = Membership.objects.select_for_update(no_key=not to_delete).filter(person__in=some).order_by("pk")
        list(rows.values_list("pk"))
    return people


def upsert(rows: Sequence[models.Model], fields: Sequence[str]) -> None:
    """Update rows that exist, each with its own values; ``bulk_update`` would take minutes for tens of thousands."""
    if rows:
        type(rows[0])._default_manager.bulk_create(
            rows, batch_size=AT_ONCE, update_conflicts=True, unique_fields=["id"], update_fields=list(fields)
        )


class Writing:
    """One confirmed import on its way into the roster."""

    def __init__(self, rows: Sequence[ImportRow], context: Context) -> None:
        self.rows, self.context = rows, context
        self.places = set(context.places.values()) | {context.organisation.pk}
        list(
            Organisation.objects.select_for_update(no_key=True)
            .filter(pk__in=self.places)
            .order_by("pk")
            .values_list("pk")
        )
        self.locked = lock_people(row.target for row in rows if row.target)
        # Read again under the locks: what the preview showed may no longer be so.
        self.comparing = Comparing(context)
        self.touched: set[int] = set()
        self._meant: set[int] = set()
        self._new: list[tuple[ImportRow, Plan, Person]] = []
        self._changed: list[tuple[ImportRow, Plan, Known]] = []

    def write(self) -> set[int]:
        """Write all rows that are still as shown; the others become STALE. Returns the organisations to be told about."""
        for row in self.rows:
            is_new = row.verdict == Verdict.NEW or row.decision == Decision.NEW
            why = self._prepare_new(row) if is_new else self._prepare_change(row)
            row.outcome = Outcome.STALE if why else Outcome.WRITTEN
            row.why = why or row.why
        self._write_changes()
        self._write_new()
        return self.touched

    def _prepare_new(self, row: ImportRow) -> str:
        """Keep a new person for later; why not, if the roster has changed."""
        plan, entry = self.comparing.plan_new(row), self.comparing.entry(row)
        roll = self.comparing.roll
        if entry.staff_no and entry.staff_no in roll.numbers:
            return NUMBER_TAKEN
        for known in roll.by_name.get(entry.name, []):
            if known.family == entry.family and agree(known, entry) and known.pk not in row.candidates:
                return NAMESAKE
        if not plan.refusal:
            person = Person(**plan.facts, initials=initials_of(entry.name), password=_no_password())
            self._new.append((row, plan, person))
        return plan.refusal

    def _prepare_change(self, row: ImportRow) -> str:
        """Keep a change for later; why not, if it is no longer the one that was shown."""
        known = self.comparing.roll.people.get(row.target or 0)
        if known is None:
            return GONE
        if known.pk in self._meant:
            return TWICE
        self._meant.add(known.pk)
        plan = self.comparing.plan(row, known)
        if plan.refusal:
            return plan.refusal
        if plan.changes != _shown(row, known.pk):
            return CHANGED
        if plan.facts.get("staff_no") in self.comparing.roll.numbers:
            return NUMBER_TAKEN
        self._changed.append((row, plan, known))
        return ""

    def _write_changes(self) -> None:
        people, ended, begun = [], [], []
        for row, plan, known in self._changed:
            person = self.locked[known.pk]
            row.undo = {"before": _plain(known, plan.facts), "after": _plain(plan.facts, plan.facts)}
            if plan.facts:
                people.append(_with(person, plan.facts))
            if plan.unit and plan.since:
                ended += self._end(row, known, plan.since)
                begun.append((row, Membership(person=person, organisation_id=plan.unit.pk, since=plan.since)))
                self.touched.add(plan.unit.pk)
            if known.unit and ("category" in plan.facts or plan.unit):
                self.touched.add(known.unit.pk)
        upsert(people, [*FACTS, "initials"])
        upsert(ended, ["until"])
        self._begin(begun)

    def _end(self, row: ImportRow, known: Known, since: date) -> list[Membership]:
        """The membership that ends, as it will be."""
        if known.membership is None or known.unit is None or known.since is None:
            return []
        until = known.until.isoformat() if known.until else None
        row.undo |= {"left": known.membership, "left_until": until, "left_unit": known.unit.pk}
        ends_on = min(since, known.until) if known.until else since
        return [
            Membership(
                pk=known.membership,
                person_id=known.pk,
                organisation_id=known.unit.pk,
                since=known.since,
                until=ends_on,
            )
        ]

    def _write_new(self) -> None:
        Person.objects.bulk_create([person for *_, person in self._new], batch_size=AT_ONCE)
        begun = []
        for row, plan, person in self._new:
            if plan.unit and plan.since:
                row.target, row.undo = person.pk, {"created": person.pk, "after": _plain(plan.facts, FACTS)}
                begun.append((row, Membership(person=person, organisation_id=plan.unit.pk, since=plan.since)))
                self.touched.add(plan.unit.pk)
        self._begin(begun)

    def _begin(self, begun: Sequence[tuple[ImportRow, Membership]]) -> None:
        """Write new memberships, and note for each row which it was."""
        Membership.objects.bulk_create([membership for _, membership in begun], batch_size=AT_ONCE)
        for row, membership in begun:
            row.undo |= {"joined": membership.pk, "joined_unit": membership.organisation_id}


def _no_password() -> str:
    """What ``set_unusable_password`` sets, at a thirtieth of the cost: it draws each character by itself."""
    return UNUSABLE_PASSWORD_PREFIX + token_urlsafe(30)


def _shown(row: ImportRow, target: int) -> list[dict[str, str]]:
    """The changes that the preview showed for this person."""
    mine = [change for change in row.changes if change.get("whom", str(target)) == str(target)]
    return [{key: text for key, text in change.items() if key != "whom"} for change in mine]


def _with(person: Person, facts: dict[str, Any]) -> Person:
    for name, value in facts.items():
        setattr(person, name, value)
    person.initials = initials_of(person.name)
    return person


def _plain(source: Any, names: Iterable[str]) -> dict[str, Any]:
    """Facts as JSON keeps them."""
    values = {name: source[name] if isinstance(source, dict) else getattr(source, name) for name in names}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
