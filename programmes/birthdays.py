"""政治生日: the anniversaries of the day on which somebody joined the party."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Q, QuerySet

from organisations import paths, scoping
from organisations.models import Level, Membership
from organisations.models.person import PARTY_MEMBERS


@dataclass(frozen=True)
class PoliticalBirthday:
    """One anniversary: whose, on which day, the how-manieth, and the branch that he belongs to."""

    person_id: int
    name: str
    day: date
    years: int
    branch_id: int
    branch_path: str


def anniversary(joined_on: date, year: int) -> date:
    """The day in ``year``; who joined on 29 February celebrates on the 28th in other years."""
    try:
        return joined_on.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


class Member(NamedTuple):
    """A party member with the lowest node that he belongs to."""

    person_id: int
    name: str
    joined_on: date | None
    node_id: int
    parent_id: int
    path: str
    level: str


MEMBER_COLUMNS = (
    "person_id",
    "person__name",
    "person__joined_on",
    "organisation_id",
    "organisation__parent_id",
    "organisation__path",
    "organisation__level",
)


def party_members(memberships: QuerySet[Membership]) -> list[Member]:
    """The party members among ``memberships``, as plain values. One query."""
    rows = memberships.filter(person__category__in=PARTY_MEMBERS).order_by("person_id")
    return [Member(*row) for row in rows.values_list(*MEMBER_COLUMNS)]


def birthdays_between(first: date, last: date, memberships: QuerySet[Membership]) -> list[PoliticalBirthday]:
    """As ``birthdays_among``, of many: only those whose day it can be are read. One query."""
    return birthdays_among(party_members(memberships.filter(_joined_on_day_of(first, last))), first, last)


def birthdays_among(members: Iterable[Member], first: date, last: date) -> list[PoliticalBirthday]:
    """The anniversaries from ``first`` to ``last`` (both included, less than a year) of ``members``, by day."""
    found = []
    for member in members:
        day = _anniversary_within(member.joined_on, first, last) if member.joined_on else None
        if member.joined_on is None or day is None or day.year <= member.joined_on.year:
            continue
        in_group = member.level == Level.GROUP
        branch_id, path = (member.parent_id, member.path[: -paths.STEP]) if in_group else (member.node_id, member.path)
        years = day.year - member.joined_on.year
        found.append(PoliticalBirthday(member.person_id, member.name, day, years, branch_id, path))
    return sorted(found, key=lambda birthday: (birthday.day, birthday.person_id))


def _anniversary_within(joined_on: date, first: date, last: date) -> date | None:
    days = (anniversary(joined_on, year) for year in range(first.year, last.year + 1))
    return next((day for day in days if first <= day <= last), None)


def belonging(today: date, path: str = "") -> QuerySet[Membership]:
    """The memberships that hold on ``today``, in the subtree of ``path`` (everywhere without it)."""
    holding = Membership.objects.filter(scoping.holding(today))
    return holding.filter(scoping.under(path, "organisation__path")) if path else holding


def _joined_on_day_of(first: date, last: date) -> Q:
    """Condition: joined on a day and month that lies in the span."""
    days: dict[int, set[int]] = defaultdict(set)
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        days[day.month].add(day.day)
    if 28 in days[2]:
        days[2].add(29)
    condition = Q(pk__in=[])
    for month, numbers in days.items():
        condition |= Q(person__joined_on__month=month, person__joined_on__day__in=sorted(numbers))
    return condition
