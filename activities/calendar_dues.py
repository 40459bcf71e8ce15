"""The due days of a month: what is still owed, by day and requirement, as far as the reader sees it. One query."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Min

from organisations import scoping
from organisations.models import Level, Person
from programmes.models import Obligation
from programmes.models.obligation import ObligationQuerySet
from programmes.periods import Period

from .filtering import ActivityFilter
from .short_names import Host

UNITS = {
    Level.WORK_COMMITTEE: "个工委",
    Level.PARTY_GROUP: "个党组",
    Level.ORGAN_COMMITTEE: "个机关党委",
    Level.GENERAL_BRANCH: "个总支",
    Level.BRANCH: "个支部",
    Level.GROUP: "个小组",
}


@dataclass(frozen=True)
class Due:
    """One requirement on its due day, and by how many it is owed; ``host`` is one of them."""

    day: date
    name: str
    owing: int
    level: str
    host: Host


def dues_by_day(filter: ActivityFilter, reader: Person, month: Period) -> dict[date, list[Due]]:
    """What falls due in ``month`` and is not done, begun or not, in the order of the article.

    Conditions that only an activity can meet (text, state, programme) leave nothing: a search is no place for due days.
    """
    if filter.own or filter.text or filter.state or filter.programme:
        return {}
    rows = (
        _asked_for(filter, reader)
        .filter(due_on__gte=month.starts_on, due_on__lt=month.ends_on)
        .values("due_on", "code")
        .annotate(
            owing=Count("organisation", distinct=True),
            name=Min("requirement__name"),
            pillar=Min("requirement__line__pillar"),
            order=Min("requirement__line__order"),
            path=Min("organisation__path"),
            level=Min("organisation__level"),
            host=Min("organisation__name"),
        )
        .order_by("due_on", "pillar", "order", "code")
    )
    found: dict[date, list[Due]] = defaultdict(list)
    for row in rows:
        host = Host(row["path"], row["level"], row["host"])
        found[row["due_on"]].append(Due(row["due_on"], row["name"], row["owing"], row["level"], host))
    return found


def _asked_for(filter: ActivityFilter, reader: Person) -> ObligationQuerySet:
    """What is still owed within the conditions that a requirement can meet."""
    rows = Obligation.objects.visible_to(reader, filter.today).unmet()
    if filter.organisation:
        rows = rows.filter(scoping.under(filter.organisation.path, "organisation__path"))
    if filter.pillar:
        rows = rows.filter(requirement__line__pillar=filter.pillar)
    if filter.line:
        rows = rows.filter(requirement__line__code=filter.line.line)
    if filter.kind:
        rows = rows.filter(requirement__kinds=filter.kind.pk)
    return rows
