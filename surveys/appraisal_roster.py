"""Who stands on a branch's ballot: its party members, by the name under which they can be told apart on paper."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from organisations import paths, scoping
from organisations.models import PARTY_MEMBERS, Category, Membership, Organisation, Person


@dataclass(frozen=True)
class Member:
    """One party member of a branch; ``label`` is his name as it stands on the ballot."""

    person: int
    label: str
    is_probationary: bool


def roster(branch: Organisation, day: date) -> list[Member]:
    """The full and probationary members of ``branch`` and its groups on ``day``, in the order of the roster. One query."""
    inside = Membership.objects.filter(
        scoping.holding(day),
        scoping.under(branch.path, "organisation__path"),
        person__category__in=PARTY_MEMBERS,
    )
    rows = inside.select_related("person").order_by("organisation__path", "person_id")
    people = list({row.person_id: row.person for row in rows}.values())
    names = Counter(person.name for person in people)
    labels = [_told_apart(person, names[person.name] > 1) for person in people]
    doubled = Counter(labels)
    return [
        Member(
            person.pk,
            f"{label}（{place}）" if doubled[label] > 1 else label,
            person.category == Category.PROBATIONARY,
        )
        for place, (person, label) in enumerate(zip(people, labels, strict=True), 1)
    ]


def _told_apart(person: Person, has_namesake: bool) -> str:
    if not has_namesake:
        return person.name
    if person.birth_year:
        return f"{person.name}（{person.birth_year}年生）"
    return f"{person.name}（{person.staff_no}）" if person.staff_no else person.name


def namesakes_of(person: Person) -> list[Membership]:
    """All memberships of those party members who are called like ``person``, his own among them. One query."""
    alike = Membership.objects.filter(person__name=person.name, person__category__in=PARTY_MEMBERS)
    return list(alike.select_related("person", "organisation"))


def label_of(person: Person, alike: Iterable[Membership], branch: Organisation, day: date) -> str:
    """How the roster of ``branch`` wrote ``person`` on ``day``; empty where he did not belong to it.

    Namesakes whom nothing tells apart get the plain name, which stands on no ballot: nobody reads for somebody else.
    """
    here = {
        row.person_id
        for row in alike
        if paths.contains(branch.path, row.organisation.path)
        and row.since <= day
        and (row.until is None or row.until > day)
    }
    return _told_apart(person, len(here) > 1) if person.pk in here else ""
