"""The pages of 交接: which ones there are for a reader, the seat that one is opened for, and one of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.http import Http404
from django.shortcuts import get_object_or_404

from organisations import paths, scoping
from organisations.models import Appointment, Organisation, Person
from organisations.permissions import ROLE_MAY, Act

from . import handing_over
from .blocks import Shown, shown
from .handover_offers import Offer, Offers
from .models import DutyPost, Handover, Measure

PAGE = 50


class HandoverList:
    """What may be handed over, and what is or was under way."""

    def __init__(self, reader: Person, today: date, page: str = "1") -> None:
        self.reader = reader
        self.today = today
        self.page_number = page

    @cached_property
    def offers(self) -> list[Offer]:
        """Posts that changed hands."""
        return Offers(self.reader, self.today).all

    @cached_property
    def page(self) -> Page:
        """Those that the reader may see, the latest first."""
        rows = Handover.objects.visible_to(self.reader, self.today)
        named = rows.select_related("organisation__parent", "post", "giver", "taker")
        return Paginator(named.annotate(size=Count("measures")).order_by("-opened_at", "-pk"), PAGE).get_page(
            self.page_number
        )


@dataclass(frozen=True)
class Going:
    """One measure that goes over."""

    measure: Measure
    shown: Shown
    place: str


def _going(rows: list[Measure], today: date) -> list[Going]:
    several = len({row.assignment.organisation_id for row in rows}) > 1
    return [Going(row, shown(row, today), row.assignment.organisation.name if several else "") for row in rows]


class Seat:
    """The post at an organisation that a hand-over is opened for. Http404 for what concerns the reader in no way."""

    def __init__(self, reader: Person, place: int, post: int, today: date) -> None:
        self.reader = reader
        self.today = today
        posts = DutyPost.objects.filter(everybody=False, duty_list__since__isnull=False)
        self.post: DutyPost = get_object_or_404(posts, pk=post)
        self.place: Organisation = get_object_or_404(Organisation.objects.select_related("parent"), pk=place)
        if not self.concerns:
            raise Http404

    @cached_property
    def concerns(self) -> bool:
        """Whether the reader holds or held the post, or keeps the people there."""
        if handing_over.keeps(self.reader, self.place, self.today):
            return True
        own = Appointment.objects.filter(person=self.reader, organisation=self.place, post__in=self.post.posts.all())
        return own.exists()

    @cached_property
    def page(self) -> Page:
        """What waits."""
        rows = handing_over.open_measures(self.post, self.place, self.today)
        return Paginator(rows.select_related("assignment__organisation", "owner"), PAGE).get_page("1")

    @cached_property
    def going(self) -> list[Going]:
        """The first of them as lines."""
        return _going(list(self.page), self.today)

    @cached_property
    def takers(self) -> list[Person]:
        """Who holds the post today; none where it is vacant."""
        return list(handing_over.takers(self.post, self.place, self.today))

    @cached_property
    def until_then(self) -> list[Appointment]:
        """Where the post is vacant: who keeps the people there, to whom the measures wait meanwhile."""
        return offices_of(self.place, self.today)


def offices_of(place: Organisation, today: date) -> list[Appointment]:
    """The nearest ones who keep the people at ``place`` and see its records."""
    keeping = [role for role, acts in ROLE_MAY.items() if Act.MANAGE_PEOPLE in acts and Act.SEE in acts]
    rows = Appointment.objects.filter(
        scoping.holding(today), organisation__path__in=paths.prefixes(place.path), post__role__in=keeping
    )
    found = list(rows.select_related("person", "organisation").order_by("-organisation__path", "post__order", "pk"))
    return [row for row in found if row.organisation_id == found[0].organisation_id]


class HandoverPage:
    """One hand-over for one reader."""

    def __init__(self, handover: Handover, reader: Person, today: date, page: str = "1") -> None:
        self.handover = handover
        self.reader = reader
        self.today = today
        self.page_number = page

    @cached_property
    def page(self) -> Page:
        """What goes over, by day."""
        rows = self.handover.measures.select_related("assignment__organisation", "owner").order_by("due_on", "pk")
        return Paginator(rows, PAGE).get_page(self.page_number)

    @cached_property
    def going(self) -> list[Going]:
        """As lines."""
        return _going(list(self.page), self.today)

    @property
    def may_give(self) -> bool:
        """Whether the reader is the one who leaves, and has not said so."""
        row = self.handover
        return row.is_open and row.giver_id == self.reader.pk and row.given_at is None

    @property
    def may_take(self) -> bool:
        """Whether the reader is the one who comes, and has not said so."""
        row = self.handover
        return row.is_open and row.taker_id == self.reader.pk and row.taken_at is None

    @property
    def may_cancel(self) -> bool:
        """Whether the reader may call it off. Everybody who sees it may: the two, and whoever keeps the people there."""
        return self.handover.is_open
