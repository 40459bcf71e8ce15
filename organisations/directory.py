"""The roster and one line of it, as somebody may read them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from html import escape
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import F, FilteredRelation
from django.http import QueryDict
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from . import access, paths, scoping
from .models import Appointment, Category, Level, Membership, Organisation, Person
from .models.person import PersonQuerySet
from .permissions import Act
from .templatetags.sanli import cn_date

PAGE_SIZE = 50
# On the phone a cell says what it holds, but not an empty one.
JOINED, POSTS = ' data-label="入党"', ' data-label="职务"'


@dataclass(frozen=True)
class Line:
    """One line of the roster: ``where`` in words, empty for somebody who belongs nowhere."""

    person: Person
    where: str
    posts: list[Appointment]
    url: str

    def html(self) -> SafeString:
        """The row. Drawn here: there are fifty of them, and a template loop takes many times as long."""
        joined, posts = cn_date(self.person.joined_on), "，".join([row.title for row in self.posts])
        gap = '<span class="only-phone">，</span>' if posts and not joined else ""
        return mark_safe(
            f'<tr><th scope="row"><a href="{self.url}">{escape(str(self.person))}</a></th>'
            f'<td class="own" data-label="党组织">{escape(self.where or "未编入党组织")}</td>'
            f'<td data-label="类别">{Category(self.person.category).label}</td>'
            f"<td{JOINED if joined else ''}>{joined}</td><td{POSTS if posts else ''}>{gap}{escape(posts)}</td></tr>"
        )


def check_reader(reader: Person, today: date) -> None:
    """Refuse whoever reads no roster but his own line."""
    if not reader.may(Act.VIEW_PEOPLE, today=today):
        raise PermissionDenied("花名册由书记、组长和机关党委来看。你自己的信息在右上角的菜单里。")


def organisation_asked(
    query: QueryDict, reader: Person, act: str, today: date, name: str = "organisation"
) -> Organisation | None:
    """The organisation that the query names, if the reader may do ``act`` there; None otherwise."""
    value = query.get(name, "")
    if not value.isdecimal():
        return None
    return Organisation.objects.manageable_by(reader, act, today).filter(pk=int(value)).first()


def along(found: Iterable[str | None]) -> dict[str, Organisation]:
    """The organisations with these paths and all above them, by path. One query."""
    needed = {step for path in found if path for step in paths.prefixes(path)}
    return {row.path: row for row in Organisation.objects.filter(path__in=needed)}


class Roster:
    """People in tree order, fifty a page: those whom ``reader`` may see and who meet the conditions."""

    def __init__(
        self, reader: Person, *, today: date, q: str = "", category: str = "", organisation: Organisation | None = None
    ) -> None:
        self.reader, self.today = reader, today
        self.q, self.category, self.organisation = q, category, organisation

    @cached_property
    def home(self) -> Organisation | None:
        """The organisation whose page stands nearest: the one asked for, else the reader's own."""
        seen = Organisation.objects.visible_to(self.reader, self.today).in_tree_order()
        return self.organisation or seen.first()

    @cached_property
    def people(self) -> PersonQuerySet:
        """The rows, each with the path of the place where it belongs (nulls last: those who belong nowhere)."""
        rows = Person.objects.visible_to(self.reader, self.today)
        rows = rows.annotate(
            place=FilteredRelation("memberships", condition=scoping.holding(self.today, "memberships__")),
            place_path=F("place__organisation__path"),
        )
        if self.q:
            rows = rows.named(self.q)
        if self.category:
            rows = rows.filter(category=self.category)
        if self.organisation is not None:
            rows = rows.filter(scoping.under(self.organisation.path, "place__organisation__path"))
        return rows.order_by(F("place_path").asc(nulls_last=True), "pk")

    def page(self, number: str | None) -> Page[Any]:
        """One page of ``Line``; places and posts are looked up for the page as a whole."""
        page: Page[Any] = Paginator(self.people, PAGE_SIZE).get_page(number)
        people = list(page.object_list)
        where = self._places(person.place_path for person in people)
        posts = self.posts(person.pk for person in people)
        address = reverse("people")
        page.object_list = [
            Line(person, where.get(person.place_path, ""), posts[person.pk], f"{address}{person.pk}/")
            for person in people
        ]
        return page

    def _places(self, found: Iterable[str | None]) -> dict[str, str]:
        """The place in words by path: branch and group, with the organ before it for those who read several organs."""
        wanted = {path for path in found if path}
        rows = along(wanted)
        far = scoping.everywhere(self.reader, Act.VIEW_PEOPLE, self.today)
        return {path: self._place([rows[step] for step in paths.prefixes(path)], far) for path in wanted}

    @staticmethod
    def _place(chain: list[Organisation], far: bool) -> str:
        near = [node.name for node in chain if node.level in (Level.BRANCH, Level.GROUP)] or [chain[-1].name]
        organ = [chain[1].name] if far and len(chain) > 1 and chain[1].name not in near else []
        return "，".join([*organ, "".join(near)])

    def posts(self, people: Iterable[int]) -> dict[int, list[Appointment]]:
        """What each of these holds today, as far as the reader may read it."""
        rows = Appointment.objects.visible_to(self.reader, self.today).holding(self.today)
        posts: dict[int, list[Appointment]] = defaultdict(list)
        for row in rows.filter(person__in=list(people)).select_related("post", "organisation"):
            posts[row.person_id].append(row)
        return posts


class PersonPage:
    """What is kept about one person, as ``reader`` may read it."""

    def __init__(self, reader: Person, person: Person, today: date) -> None:
        self.reader, self.person, self.today = reader, person, today
        self.own = reader.pk == person.pk

    @cached_property
    def memberships(self) -> list[Membership]:
        """Where he belonged, the latest first."""
        return list(self.person.memberships.select_related("organisation__parent"))

    @cached_property
    def membership(self) -> Membership | None:
        """Where he belongs today."""
        day = self.today
        return next(
            (row for row in self.memberships if row.since <= day and (row.until is None or row.until > day)), None
        )

    @cached_property
    def _appointments(self) -> list[Appointment]:
        rows = (
            Appointment.objects.filter(person=self.person)
            if self.own
            else Appointment.objects.visible_to(self.reader, self.today).filter(person=self.person)
        )
        return list(rows.select_related("post", "organisation__parent").order_by("-since", "-pk"))

    @cached_property
    def posts(self) -> list[Appointment]:
        """What he holds, and what he is to hold from a day to come."""
        return [row for row in self._appointments if row.until is None or row.until > self.today]

    @cached_property
    def former_posts(self) -> list[Appointment]:
        """What he held; an appointment that was taken back before it began is left out."""
        return [
            row
            for row in self._appointments
            if row.until is not None and row.until <= self.today and row.until > row.since
        ]

    @cached_property
    def kept(self) -> bool:
        """Whether the reader keeps this line of the roster."""
        return Person.objects.manageable_by(self.reader, self.today).filter(pk=self.person.pk).exists()

    @cached_property
    def opened(self) -> bool:
        """Whether the reader may hand out the key."""
        return self.kept and access.may_open(self.reader, self.person, self.today)
