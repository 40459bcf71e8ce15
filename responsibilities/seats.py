"""Who holds a duty: whoever holds the post there. Asked for many assignments at once, in a constant number of queries.

The rule. A post of a duty list is held at an organisation by the appointments to one of its roster posts there; else by
those at the nearest organisation above it within the same organ; else by those at an organ committee directly below it.
A post of everybody is held by the party members of the organisation. Nobody: the post is vacant.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import Q

from organisations import paths, scoping
from organisations.models import Appointment, Level, Membership, Person

from .models import Assignment, DutyPost
from .models.measure import AssignmentQuerySet

ORGAN = 2  # the depth of an organ's root: directly below the work committee
# So many organisations are asked for by name; for more, every holder of these posts is read.
FEW = 100
NAMED = ("duty__post", "organisation")


class Seats:
    """The holders of the posts of duty lists on ``today``: read in two queries for ``places``, then asked in memory."""

    def __init__(self, posts: Collection[int], places: Collection[tuple[int, str]], today: date) -> None:
        """``posts`` are keys of ``DutyPost``, ``places`` keys and paths of organisations."""
        through = DutyPost.posts.through.objects.filter(dutypost__in=posts)
        self.roster: dict[int, set[int]] = defaultdict(set)
        for duty_post, post in through.values_list("dutypost_id", "post_id"):
            self.roster[duty_post].add(post)
        wanted = set().union(*self.roster.values()) if self.roster else set()
        rows = Appointment.objects.holding(today).filter(post__in=wanted)
        if len(places) <= FEW:
            above = {prefix for _, path in places for prefix in paths.prefixes(path)}
            below = Q(organisation__parent__in=[pk for pk, _ in places], organisation__level=Level.ORGAN_COMMITTEE)
            rows = rows.filter(Q(organisation__path__in=above) | below)
        named = rows.select_related("person", "post", "organisation").order_by("post__order", "since", "pk")
        self.at: dict[str, list[Appointment]] = defaultdict(list)
        self.below: dict[str, list[Appointment]] = defaultdict(list)
        for row in named:
            path = row.organisation.path
            self.at[path].append(row)
            if row.organisation.level == Level.ORGAN_COMMITTEE:
                self.below[path[: -paths.STEP]].append(row)

    def of(self, post: int, path: str) -> list[Appointment]:
        """The appointments that hold the post at the organisation with ``path``; none where it is vacant."""
        roster = self.roster[post]
        within = [prefix for prefix in paths.prefixes(path) if paths.depth(prefix) >= min(ORGAN, paths.depth(path))]
        for prefix in reversed(within):
            found = [row for row in self.at[prefix] if row.post_id in roster]
            if found:
                return found
        return [row for row in self.below[path] if row.post_id in roster]


def holders(assignments: Iterable[Assignment], today: date) -> dict[int, list[Appointment]]:
    """Key of each assignment → the appointments that hold its post; none where it is vacant, or everybody's.

    Two queries, if ``duty`` and ``organisation`` were fetched along.
    """
    rows = list(assignments)
    places = {(row.organisation_id, row.organisation.path) for row in rows}
    seats = Seats({row.duty.post_id for row in rows}, places, today)
    return {row.pk: seats.of(row.duty.post_id, row.organisation.path) for row in rows}


def held_by(person: Person, today: date) -> AssignmentQuerySet:
    """The standing assignments whose post ``person`` holds on ``today``. At most five queries, and the caller's own."""
    keys = [row.pk for row, _ in seated(person, today)]
    return Assignment.objects.standing().filter(Q(pk__in=keys) | _as_everybody(person, today))


def seated(person: Person, today: date) -> list[tuple[Assignment, Appointment]]:
    """What ``person`` holds by an appointment, each with the first that does; not what is everybody's. Four queries."""
    rows = list(Assignment.objects.standing().filter(_perhaps(person, today)).select_related(*NAMED).distinct())
    found = holders(rows, today)
    own = ((row, next((seat for seat in found[row.pk] if seat.person_id == person.pk), None)) for row in rows)
    return [(row, seat) for row, seat in own if seat is not None]


def _perhaps(person: Person, today: date) -> Q:
    """Condition: a post that ``person`` holds somewhere reaches the assignment, unless somebody sits nearer."""
    condition = Q(pk__in=[])
    appointments = Appointment.objects.holding(today).filter(person=person)
    for post, path, level in appointments.values_list("post_id", "organisation__path", "organisation__level"):
        place = scoping.under(path, "organisation__path") if paths.depth(path) >= ORGAN else Q(organisation__path=path)
        if level == Level.ORGAN_COMMITTEE:
            place |= Q(organisation__path=path[: -paths.STEP])
        condition |= Q(duty__post__posts=post) & place
    return condition


def _as_everybody(person: Person, today: date) -> Q:
    """Condition: the duty is every party member's, and ``person`` is one of the organisation's."""
    if not person.is_party_member:
        return Q(pk__in=[])
    memberships = Membership.objects.filter(scoping.holding(today), person=person)
    places = [
        prefix
        for path in memberships.values_list("organisation__path", flat=True)
        for prefix in paths.prefixes(path)
        if paths.depth(prefix) >= ORGAN
    ]
    return Q(duty__post__everybody=True, organisation__path__in=places)


def holds(person: Person, assignment: Assignment, today: date) -> bool:
    """True if ``person`` holds the post of this assignment on ``today``."""
    seated = holders([assignment], today)[assignment.pk]
    if any(row.person_id == person.pk for row in seated):
        return True
    return Assignment.objects.filter(_as_everybody(person, today), pk=assignment.pk).exists()
