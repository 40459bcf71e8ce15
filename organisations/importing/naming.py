"""Rows of the roster in words, so that somebody who compares them with a file recognises who is meant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import F, FilteredRelation

from .. import scoping
from ..models import Level, Organisation, Person
from ..models.importing import ImportSubject


@dataclass(frozen=True)
class Named:
    """Somebody or something by key: what it is called, where it stands, and what else tells it apart."""

    key: int
    name: str
    where: str
    more: str = ""

    @property
    def whole(self) -> str:
        """陆景行，第一党支部，1985年生，正式党员."""
        return "，".join(part for part in (self.name, self.where, self.more) if part)


ELSEWHERE = "在别的单位，不在你管的范围"


def named(subject: ImportSubject, keys: set[int], reader: Person, today: date) -> dict[int, Named]:
    """Those of ``keys`` in words, as far as ``reader`` may read them: of others only that they are elsewhere."""
    if not keys:
        return {}
    find = _organisations if subject == ImportSubject.ORGANISATIONS else _people
    found = find(keys, reader, today)
    return {key: found.get(key) or Named(key, "", ELSEWHERE) for key in keys}


def _people(keys: set[int], reader: Person, today: date) -> dict[int, Named]:
    rows = Person.objects.visible_to(reader, today).filter(pk__in=keys)
    rows = rows.annotate(
        place=FilteredRelation("memberships", condition=scoping.holding(today, "memberships__")),
        where=F("place__organisation__name"),
        level=F("place__organisation__level"),
        branch=F("place__organisation__parent__name"),
    )
    return {row.pk: _person(row) for row in rows}


def _person(row: Person) -> Named:
    where, branch = row.where or "没有编入党组织", row.branch or ""  # type: ignore[attr-defined]
    place = f"{branch}{where}" if row.level == Level.GROUP else where  # type: ignore[attr-defined]
    more = [f"{row.birth_year}年生"] if row.birth_year else []
    return Named(row.pk, row.name, place, "，".join([*more, row.get_category_display()]))


def _organisations(keys: set[int], reader: Person, today: date) -> dict[int, Named]:
    rows = Organisation.objects.visible_to(reader, today).filter(pk__in=keys).select_related("parent")
    return {row.pk: Named(row.pk, row.name, str(row.parent or ""), row.get_level_display()) for row in rows}
