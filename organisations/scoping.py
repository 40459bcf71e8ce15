"""The one file that turns rights into SQL: grants of a person, and the path condition of an act.

Every QuerySet's ``visible_to`` and ``manageable_by`` ends here, and so does every choice that a form offers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from . import paths
from .permissions import ROLE_MAY, Act, Reach, Role

if TYPE_CHECKING:
    from .models import Person


@dataclass(frozen=True)
class Grant:
    """A right that holds today: a role at an organisation."""

    role: str
    organisation_id: int
    path: str

    def reach(self, act: str) -> Reach | None:
        """How far ``act`` goes from here; None without the right.

        At the root nobody records for anybody below, and whoever records for the office reads no further: a delegation
        there must not give more than the office itself has.
        """
        found = ROLE_MAY[self.role].get(act)
        recording = act == Act.LOG or self.role == Role.RECORDER
        return Reach.NODE if found and recording and paths.depth(self.path) == 1 else found

    def covers(self, act: str, path: str) -> bool:
        """True if this grant lets its holder do ``act`` at the organisation with ``path``."""
        how_far = self.reach(act)
        if how_far is None:
            return False
        return path == self.path if how_far == Reach.NODE else paths.contains(self.path, path)


def holding(today: date, prefix: str = "") -> Q:
    """Condition: a dated row (``since``, ``until``; half-open) holds on ``today``."""
    still = Q(**{f"{prefix}until__isnull": True}) | Q(**{f"{prefix}until__gt": today})
    return Q(**{f"{prefix}since__lte": today}) & still


def grants_of(person: Person, today: date | None = None) -> tuple[Grant, ...]:
    """The grants that ``person`` holds on ``today``: one query, then kept on the instance for this day."""
    today = today or timezone.localdate()
    # Asked and set by name, so that the lazy ``request.user`` and the person behind it share what was fetched.
    if not hasattr(person, "_grants"):
        setattr(person, "_grants", {})  # noqa: B010
    kept: dict[date, tuple[Grant, ...]] = getattr(person, "_grants")  # noqa: B009
    if today not in kept:
        rows = person.appointments.filter(holding(today)).values_list(
            "post__role", "organisation_id", "organisation__path"
        )
        kept[today] = tuple(Grant(*row) for row in rows.order_by("organisation__path", "pk"))
    return kept[today]


def under(path: str, field: str = "path") -> Q:
    """Condition: the organisation path in ``field`` is ``path`` or lies below it."""
    return Q(**{f"{field}__gte": path, f"{field}__lt": paths.after(path)})


def reach(person: Person, act: str, field: str = "path", today: date | None = None) -> Q:
    """Condition: ``person`` may do ``act`` at the organisation whose path is in ``field``. Matches nothing without a grant."""
    conditions = []
    for grant in grants_of(person, today):
        how_far = grant.reach(act)
        if how_far == Reach.SUBTREE:
            conditions.append(under(grant.path, field))
        elif how_far == Reach.NODE:
            conditions.append(Q(**{field: grant.path}))
    return reduce(or_, conditions) if conditions else Q(pk__in=[])


def everywhere(person: Person, act: str, today: date | None = None) -> bool:
    """True if ``person`` may do ``act`` at every organisation: the right reaches down from the root of the tree."""
    rooted = (grant for grant in grants_of(person, today) if paths.depth(grant.path) == 1)
    return any(grant.reach(act) == Reach.SUBTREE for grant in rooted)


def may(person: Person, act: str, path: str | None = None, today: date | None = None) -> bool:
    """True if ``person`` may do ``act`` at the organisation with ``path`` (anywhere, if ``path`` is None)."""
    grants = grants_of(person, today)
    if path is None:
        return any(act in ROLE_MAY[grant.role] for grant in grants)
    return any(grant.covers(act, path) for grant in grants)
