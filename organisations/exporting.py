"""The roster as a file. Its first columns are those that the import of a roster knows by name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import F, Q
from django.http import QueryDict

from documents.cells import Column, Row

from . import paths
from .directory import along, check_reader, organisation_asked
from .forms.filters import RosterFilter
from .models import Appointment, Category, Level, Organisation, Person
from .permissions import Act
from .tables import Table, in_batches
from .templatetags.sanli import cn_date

FIELDS = ("pk", "name", "staff_no", "category", "joined_on", "birth_year", "place_path", "place_since")


class RosterExport(Table):
    """Everybody on the page's roster, in its order."""

    name = "花名册"
    page = "people"
    columns = (
        Column("姓名", 10),
        Column("工号", 12),
        Column("类别", 14),
        Column("入党日期", 12),
        Column("出生年份", 10),
        Column("单位", 24),
        Column("党支部", 20),
        Column("党小组", 16),
        Column("职务", 32),
        Column("隶属自", 12),
    )

    def __init__(self, person: Person, query: QueryDict, today: date) -> None:
        super().__init__(person, query, today)
        check_reader(person, today)
        chosen = organisation_asked(query, person, Act.VIEW_PEOPLE, today)
        self.roster = RosterFilter(query, person=person, inside=chosen, today=today).roster()

    @cached_property
    def organisation(self) -> str:  # type: ignore[override]
        """The one asked for, else the highest whose roster is read."""
        return str(self.roster.home or "")

    @property
    def period(self) -> str:  # type: ignore[override]
        """The day of which it speaks."""
        return cn_date(self.today)

    def count(self) -> int:
        """How many people there are."""
        return self.roster.people.count()

    def rows(self) -> Iterator[Row]:
        """One person a row."""
        people = self.roster.people.annotate(place_since=F("place__since")).values_list(*FIELDS, named=True)
        for batch in in_batches(people, _behind):
            above = along(person.place_path for person in batch)
            posts = self.roster.posts(person.pk for person in batch)
            for person in batch:
                yield _row(person, above, posts[person.pk])


def _behind(person: Any) -> Q:
    """Those behind him in the order of the roster; who belongs nowhere stands last."""
    if person.place_path is None:
        return Q(place_path=None, pk__gt=person.pk)
    here = Q(place_path=person.place_path, pk__gt=person.pk)
    return here | Q(place_path__gt=person.place_path) | Q(place_path=None)


def _row(person: Any, above: dict[str, Organisation], posts: list[Appointment]) -> Row:
    chain = [above[path] for path in paths.prefixes(person.place_path)] if person.place_path else []
    return (
        person.name,
        person.staff_no,
        Category(person.category).label,
        person.joined_on,
        person.birth_year,
        _unit(chain),
        _nearest(chain, Level.BRANCH),
        _nearest(chain, Level.GROUP),
        "，".join(post.title for post in posts),
        person.place_since,
    )


def _nearest(chain: list[Organisation], level: str) -> str:
    return next((node.name for node in reversed(chain) if node.level == level), "")


def _unit(chain: list[Organisation]) -> str:
    """The organ; for somebody who belongs to no branch the place itself, so that an import puts him there again."""
    if not chain:
        return ""
    return chain[1].name if _nearest(chain, Level.BRANCH) and len(chain) > 1 else chain[-1].name
