"""Which posts of duty lists have changed hands, so that something may have to be handed over. Derived; nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from organisations import paths, scoping
from organisations.models import Appointment, Level, Organisation, Person
from organisations.models.appointment import AppointmentQuerySet
from organisations.permissions import Act

from .models import Assignment, DutyPost, Handover
from .models.measure import AssignmentQuerySet
from .seats import ORGAN, Seats

# What changed hands longer ago is settled, handed over or not.
REACH = timedelta(days=366)
# So many organs are asked for by name; for more, every waiting assignment of these posts is read.
FEW = 100


@dataclass(frozen=True)
class Change:
    """A post of the roster that somebody left: 第一党支部书记."""

    title: str
    left_on: date


def left_since(appointments: AppointmentQuerySet, today: date) -> AppointmentQuerySet:
    """Those of ``appointments`` that have ended within a year, and did hold at all."""
    return appointments.filter(until__lte=today, until__gt=today - REACH).filter(until__gt=F("since"))


def changes_of(person: Person, today: date) -> list[Change]:
    """What ``person`` left, or took over from another, with something open and no hand-over yet. One query.

    Only posts whose duties stand at their own organisation: it is a hint; the page of hand-overs says all.
    """
    held = Appointment.objects.holding(today).filter(
        person=person, post=OuterRef("post"), organisation=OuterRef("organisation")
    )
    again = Appointment.objects.holding(today).filter(
        person=OuterRef("person"), post=OuterRef("post"), organisation=OuterRef("organisation")
    )
    waiting = Assignment.objects.standing().filter(
        first_due_on__isnull=False, duty__post__posts=OuterRef("post"), organisation=OuterRef("organisation")
    )
    known = Handover.objects.filter(
        cancelled_at__isnull=True, giver=OuterRef("person"), organisation=OuterRef("organisation")
    )
    mine = Q(person=person) | Exists(held)
    ended = left_since(Appointment.objects.filter(mine), today)
    rows = ended.filter(Exists(waiting), ~Exists(known), ~Exists(again)).select_related("organisation", "post")
    return [Change(row.title, row.until) for row in rows.order_by("until", "pk") if row.until]


def reached_from(place: Organisation, field: str = "organisation__path") -> Q:
    """Condition: a post held at ``place`` reaches the organisation, unless somebody sits nearer (see ``seats``)."""
    condition = scoping.under(place.path, field) if paths.depth(place.path) >= ORGAN else Q(**{field: place.path})
    if place.level == Level.ORGAN_COMMITTEE:
        condition |= Q(**{field: place.path[: -paths.STEP]})
    return condition


def _reaches(place: Organisation, path: str) -> bool:
    """The same in memory."""
    if place.level == Level.ORGAN_COMMITTEE and path == place.path[: -paths.STEP]:
        return True
    return paths.contains(place.path, path) if paths.depth(place.path) >= ORGAN else path == place.path


def assignments_at(post: DutyPost, place: Organisation, today: date) -> AssignmentQuerySet:
    """What is answered for by that post at ``place``, with something open: held from there, or by nobody. Three queries."""
    waiting = Assignment.objects.standing().filter(duty__post=post, first_due_on__isnull=False)
    rows = list(waiting.filter(reached_from(place)).select_related("organisation"))
    seats = Seats([post.pk], {(row.organisation_id, row.organisation.path) for row in rows}, today)
    keys = []
    for row in rows:
        seated = seats.of(post.pk, row.organisation.path)
        if not seated or any(seat.organisation_id == place.pk for seat in seated):
            keys.append(row.pk)
    return Assignment.objects.filter(pk__in=keys)


@dataclass(frozen=True)
class Offer:
    """A post whose last holder has left, with open measures: ``takers`` hold it now; none where it is vacant."""

    post: DutyPost
    place: Organisation
    giver: Person
    left_on: date
    takers: tuple[Person, ...]

    @property
    def url(self) -> str:
        """The page on which it is opened."""
        return f"{reverse('handover-open', args=[self.place.pk, self.post.pk])}?giver={self.giver.pk}"


class Offers:
    """The offers that one reader may open: as giver, as taker, or because he keeps the people there. Seven queries."""

    def __init__(self, reader: Person, today: date) -> None:
        self.reader = reader
        self.today = today

    @cached_property
    def _keeping(self) -> Q:
        """Condition on appointments: the reader keeps the people there, and sees the records."""
        of = (Act.MANAGE_PEOPLE, Act.SEE)
        manages, sees = (scoping.reach(self.reader, act, "organisation__path", self.today) for act in of)
        return manages & sees

    @cached_property
    def _ended(self) -> list[Appointment]:
        """What was left, of the reader, at his posts' organisations, or where he keeps people; the latest first."""
        own = Appointment.objects.holding(self.today).filter(person=self.reader).values("organisation")
        concern = Q(person=self.reader) | Q(organisation__in=own) | self._keeping
        rows = left_since(Appointment.objects.filter(concern), self.today)
        return list(rows.select_related("person", "organisation", "post").order_by("-until", "-pk"))

    @cached_property
    def _posts(self) -> dict[int, DutyPost]:
        """The posts of lists in force that something ended belongs to."""
        ended = {row.post_id for row in self._ended}
        rows = DutyPost.objects.filter(posts__in=ended, everybody=False).filter(
            scoping.holding(self.today, "duty_list__")
        )
        return {row.pk: row for row in rows.select_related("duty_list").distinct()}

    @cached_property
    def _seats(self) -> Seats:
        places = {(row.organisation_id, row.organisation.path) for row in self._ended}
        return Seats(self._posts, places | {(pk, path) for _, pk, path in self._waiting}, self.today)

    @cached_property
    def _waiting(self) -> list[tuple[int, int, str]]:
        """Post, key and path of the organisations that have something open and may be reached from there."""
        rows = Assignment.objects.standing().filter(duty__post__in=self._posts, first_due_on__isnull=False)
        organs = {row.organisation.path[: ORGAN * paths.STEP] for row in self._ended}
        if len(organs) <= FEW:
            below = Q(pk__in=[])
            for path in organs:
                below |= scoping.under(path, "organisation__path")
            rows = rows.filter(below)
        return list(rows.order_by().values_list("duty__post", "organisation", "organisation__path").distinct())

    def _answers(self, post: int, place: Organisation) -> bool:
        """Whether something open is answered for from ``place``, or would be if somebody held the post there."""
        for waiting_post, _, path in self._waiting:
            if waiting_post == post and _reaches(place, path):
                seated = self._seats.of(post, path)
                if not seated or any(seat.organisation_id == place.pk for seat in seated):
                    return True
        return False

    @cached_property
    def _known(self) -> set[tuple[int, int, int]]:
        """Organisation, post and giver of what is under way or done."""
        rows = Handover.objects.filter(cancelled_at__isnull=True, post__in=self._posts)
        return set(rows.values_list("organisation_id", "post_id", "giver_id"))

    @cached_property
    def all(self) -> list[Offer]:
        """In tree order."""
        if not self._ended:
            return []
        found: dict[tuple[int, int], Offer] = {}
        for row in self._ended:
            for post in self._posts.values():
                if row.post_id in self._seats.roster[post.pk] and (row.organisation_id, post.pk) not in found:
                    offer = self._offer(row, post)
                    if offer is not None:
                        found[row.organisation_id, post.pk] = offer
        return sorted(found.values(), key=lambda one: (one.place.path, one.post.order))

    def _offer(self, row: Appointment, post: DutyPost) -> Offer | None:
        roster, since = self._seats.roster[post.pk], post.duty_list.since
        now = [seat for seat in self._seats.at[row.organisation.path] if seat.post_id in roster]
        takers = tuple({seat.person_id: seat.person for seat in now}.values())
        settled = (row.organisation_id, post.pk, row.person_id) in self._known
        if settled or row.person in takers or row.until is None or (since and row.until <= since):
            return None
        if not self._concerns(row, takers) or not self._answers(post.pk, row.organisation):
            return None
        return Offer(post, row.organisation, row.person, row.until, takers)

    def _concerns(self, row: Appointment, takers: tuple[Person, ...]) -> bool:
        if self.reader.pk == row.person_id or self.reader in takers:
            return True
        acts = (Act.MANAGE_PEOPLE, Act.SEE)
        return all(self.reader.may(act, row.organisation, self.today) for act in acts)
