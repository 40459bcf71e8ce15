"""Taking an import of people back: what is still as it was written is undone, what somebody has touched since is kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import router
from django.db.models import QuerySet

from ..models import Membership, Person
from ..models.importing import ImportRow, Outcome
from ..models.person import initials_of
from .fields import PEOPLE_FIELDS
from .people_writing import lock_people, upsert
from .references import portions, referred_to
from .roll import FACTS

LABELS = {one.code: one.label for one in PEOPLE_FIELDS}
GONE = "这个人已经不在系统里。"
MOVED = "导入后又转到了别处。"
HAS_ACCESS = "导入后已经开通登录。"


class TakingBack:
    """All written rows of one import on their way back."""

    def __init__(self, rows: Sequence[ImportRow]) -> None:
        self.rows = [row for row in rows if row.target]
        created = [row.undo["created"] for row in self.rows if "created" in row.undo]
        changed = [row.target for row in self.rows if row.target and "created" not in row.undo]
        self.people = lock_people(changed) | lock_people(created, to_delete=True)
        self.memberships: dict[int, dict[int, Membership]] = defaultdict(dict)
        for some in portions(self.people):
            for membership in Membership.objects.filter(person__in=some):
                self.memberships[membership.person_id][membership.pk] = membership
        self.referred = referred_to(Person, created, beside=(Membership,))
        self.touched: set[int] = set()
        self._created: list[int] = []
        self._joined: list[int] = []
        self._people: list[Person] = []
        self._left: list[Membership] = []

    def take_back(self) -> set[int]:
        """Undo what may be undone; sets ``outcome`` and, for what is kept, ``why``. Returns the organisations to be told about."""
        for row in self.rows:
            why = self._hindrance(row)
            row.outcome = Outcome.KEPT if why else Outcome.UNDONE
            row.why = why or row.why
            if not why:
                self._prepare(row)
        _delete(Membership.objects.all(), self._joined)
        _delete(Person.objects.all(), self._created)
        upsert(self._left, ["until"])
        upsert(self._people, [*FACTS, "initials"])
        return self.touched

    def _hindrance(self, row: ImportRow) -> str:
        """Why a row is kept as it is now; empty if it may be taken back."""
        person = self.people.get(row.target or 0)
        if person is None:
            return GONE
        for name, written in row.undo.get("after", {}).items():
            if _plain(getattr(person, name)) != written:
                return f"{LABELS[name]}后来又改过。"
        if not self._stays(row, person):
            return MOVED
        if "created" not in row.undo:
            return ""
        if person.username is not None:
            return HAS_ACCESS
        return self.referred.get(person.pk, "")

    def _stays(self, row: ImportRow, person: Person) -> bool:
        """True if he is still where the import put him, and nowhere else before or after."""
        if "joined" not in row.undo:
            return True
        standing = self.memberships[person.pk]
        joined, left = standing.get(row.undo["joined"]), standing.get(row.undo.get("left", 0))
        if joined is None or joined.until is not None or joined.organisation_id != row.undo["joined_unit"]:
            return False
        if "created" in row.undo:
            return len(standing) == 1
        return "left" not in row.undo or (left is not None and left.until is not None and left.until <= joined.since)

    def _prepare(self, row: ImportRow) -> None:
        """Note what has to be deleted and what gets its old values back."""
        undo, person = row.undo, self.people[row.target or 0]
        if "joined" in undo:
            self._joined.append(undo["joined"])
            self.touched.add(undo["joined_unit"])
        if "created" in undo:
            self._created.append(person.pk)
            return
        if undo.get("before"):
            for name, value in undo["before"].items():
                setattr(person, name, date.fromisoformat(value) if value and name == "joined_on" else value)
            person.initials = initials_of(person.name)
            self._people.append(person)
        if "left" in undo:
            left = self.memberships[person.pk][undo["left"]]
            left.until = date.fromisoformat(undo["left_until"]) if undo["left_until"] else None
            self._left.append(left)
            self.touched.add(undo["left_unit"])
        if "category" in undo.get("before", {}):
            self.touched |= {one.organisation_id for one in self.memberships[person.pk].values() if one.until is None}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _delete(rows: QuerySet[Any], keys: Iterable[int]) -> None:
    """Delete rows of which it is known that nothing refers to them; what the database knows better stops the whole undo."""
    for some in portions(keys):
        some_rows = rows.filter(pk__in=some)
        some_rows._raw_delete(router.db_for_write(some_rows.model))
