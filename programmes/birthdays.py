"""政治生日: the anniversaries of the day on which somebody joined the party."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from organisations import scoping
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


def birthdays_between(first: date, last: date, memberships: QuerySet[Membership]) -> list[PoliticalBirthday]:
    """The anniversaries from ``first`` to ``last`` (both included, less than a year) of party members, by day. One query."""
    rows = (
        memberships.filter(_joined_on_day_of(first, last), person__category__in=PARTY_MEMBERS)
        .order_by("person_id")
        .values_list(
            "person_id",
            "person__name",
            "person__joined_on",
            "organisation_id",
            "organisation__parent_id",
            "organisation__path",
            "organisation__level",
        )
    )
    found = []
    for person_id, name, joined_on, node_id, parent_id, path, level in rows:
        day = next(
            (
                day
                for day in (anniversary(joined_on, year) for year in range(first.year, last.year + 1))
                if first <= day <= last
            ),
            None,
        )
        if day is None or day.year <= joined_on.year:
            continue
        in_group = level == Level.GROUP
        branch_id, branch_path = (parent_id, path[:-4]) if in_group else (node_id, path)
        found.append(PoliticalBirthday(person_id, name, day, day.year - joined_on.year, branch_id, branch_path))
    return sorted(found, key=lambda birthday: (birthday.day, birthday.person_id))


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
