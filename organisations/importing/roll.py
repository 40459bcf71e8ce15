"""The roster below one organisation, read at once and kept in memory while a file is compared with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from .. import paths, scoping
from ..models import Level, Membership, Organisation, Person

FACTS = ("name", "staff_no", "category", "joined_on", "birth_year")


@dataclass(slots=True, frozen=True)
class Unit:
    """An organisation of the roster. ``family`` is shared by a branch and its groups: who knows the branch may not know the group."""

    pk: int
    name: str
    near_name: str
    level: str
    family: int
    founded_on: date
    closed_on: date | None


@dataclass(slots=True, frozen=True)
class Known:
    """One person of the roster, with where he belongs or is about to; ``unit`` is None for somebody who belongs nowhere."""

    pk: int
    name: str
    staff_no: str | None
    category: str
    joined_on: date | None
    birth_year: int | None
    unit: Unit | None = None
    membership: int | None = None
    since: date | None = None
    until: date | None = None

    @property
    def family(self) -> int | None:
        """The branch, or whatever else he belongs to."""
        return self.unit.family if self.unit else None

    @property
    def where(self) -> str:
        """Where he belongs, in words."""
        return self.unit.near_name if self.unit else "没有编入党组织"


class Roll:
    """Units and people below ``top``, indexed; four statements at any size."""

    def __init__(self, top: Organisation, today: date) -> None:
        self.top = top
        self.units = {unit.pk: unit for unit in _units(top)}
        self.people = {one.pk: one for one in self._people(today)}
        self.by_number = {one.staff_no: one for one in self.people.values() if one.staff_no}
        self.by_name: dict[str, list[Known]] = defaultdict(list)
        self.by_family: dict[int | None, list[Known]] = defaultdict(list)
        for one in self.people.values():
            self.by_name[one.name].append(one)
            self.by_family[one.family].append(one)
        # Whose number it is stays unsaid where it is nobody's below ``top``.
        self.numbers = set(Person.objects.exclude(staff_no=None).values_list("staff_no", flat=True))

    def _people(self, today: date) -> Iterator[Known]:
        """Everybody who belongs below ``top`` or is about to; at the root of the tree also those who belong nowhere.

        Who leaves and comes back to another branch has two rows: the later one counts.
        """
        not_ended = Membership.objects.filter(Q(until=None) | Q(until__gt=today))
        rows = not_ended.filter(scoping.under(self.top.path, "organisation__path")).order_by("since", "pk")
        columns = (*(f"person__{name}" for name in ("pk", *FACTS)), "organisation", "pk", "since", "until")
        for pk, name, staff_no, category, joined_on, birth_year, unit, *span in rows.values_list(*columns).iterator():
            yield Known(pk, name, staff_no, category, joined_on, birth_year, self.units[unit], *span)
        if paths.depth(self.top.path) == 1:
            adrift = Person.objects.exclude(pk__in=not_ended.values("person")).order_by("pk")
            for row in adrift.values_list("pk", *FACTS).iterator():
                yield Known(*row)


def _units(top: Organisation) -> Iterator[Unit]:
    rows = Organisation.objects.under(top).order_by("path")
    names: dict[int, str] = {}
    for pk, name, level, parent, founded_on, closed_on in rows.values_list(
        "pk", "name", "level", "parent", "founded_on", "closed_on"
    ):
        names[pk] = name
        above = parent if level == Level.GROUP else None
        near_name = name if above is None else names.get(above, "") + name
        yield Unit(pk, name, near_name, level, above or pk, founded_on, closed_on)
