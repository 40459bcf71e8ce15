"""责任清单 as a matrix of levels and posts, over what the reader may see, and what stands behind one cell."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.core.paginator import Page, Paginator
from django.http import Http404, QueryDict

from organisations import scoping
from organisations.models import Appointment, Organisation, Person
from organisations.permissions import Act

from .blocks import Block, blocks
from .figures import Sums, sums_by, total
from .models import Assignment, Duty, DutyLevel, DutyList, DutyPost
from .models.measure import AssignmentQuerySet
from .seats import Seats

PAGE = 50


@dataclass(frozen=True)
class Cell:
    """What stands at one level and post: how many duties, and the sums over those who answer for them."""

    level: DutyLevel
    post: DutyPost
    duties: int
    sums: Sums
    current: bool

    @property
    def key(self) -> str:
        """As the address has it: 3-7."""
        return f"{self.level.pk}-{self.post.pk}"


@dataclass(frozen=True)
class Place:
    """One organisation behind a cell: who holds the post there, and its sums."""

    organisation: Organisation
    holders: list[Appointment]
    sums: Sums

    @property
    def name(self) -> str:
        """市财政局第一党支部: every organ has its first branch."""
        above = self.organisation.parent
        return f"{above}　{self.organisation}" if above and above.parent_id else str(self.organisation)


def number_in(query: QueryDict, name: str) -> int | None:
    """The number that the query gives for ``name``; None without one. Http404 for anything else."""
    text = query.get(name, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Http404
    return int(text)


class Matrix:
    """The page for one reader. ``query`` chooses the list, the organisation and the cell; Http404 for what he may not see."""

    def __init__(self, reader: Person, query: QueryDict, today: date) -> None:
        self.reader = reader
        self.query = query
        self.today = today

    # --- which list, and whose

    @cached_property
    def lists(self) -> list[DutyList]:
        """The editions in force that speak to what the reader sees, those made higher up first."""
        seen = DutyList.objects.visible_to(self.reader, self.today).in_force(self.today)
        return list(seen.select_related("organisation").order_by("organisation__path", "pk"))

    @cached_property
    def duty_list(self) -> DutyList | None:
        """The one asked for, else the first; None where there is none."""
        asked = number_in(self.query, "list")
        if asked is None:
            return self.lists[0] if self.lists else None
        return _found(self.lists, asked)

    @cached_property
    def organisation(self) -> Organisation | None:
        """What the page is narrowed to; None for all that the reader sees."""
        asked = number_in(self.query, "organisation")
        if asked is None:
            return None
        seen = Organisation.objects.manageable_by(self.reader, Act.SEE, self.today).select_related("parent__parent")
        found = seen.filter(pk=asked).first()
        if found is None:
            raise Http404
        return found

    @cached_property
    def crumbs(self) -> list[tuple[str, str]]:
        """Where the page is narrowed to, with the way back."""
        if self.organisation is None:
            return []
        whole = f"?list={self.duty_list.pk}" if self.duty_list else "?"
        return [("全部单位", whole), (self.organisation.near_name, "")]

    # --- the cells

    @cached_property
    def duties(self) -> list[Duty]:
        """The lines of the list."""
        return list(self.duty_list.duties.select_related("level", "post", "line")) if self.duty_list else []

    @property
    def _assignments(self) -> AssignmentQuerySet:
        """Those of the list that the reader sees; who sees everything asks for no organisation."""
        rows = Assignment.objects.standing().filter(duty__in=[duty.pk for duty in self.duties])
        if not scoping.everywhere(self.reader, Act.SEE, self.today):
            rows = rows & Assignment.objects.visible_to(self.reader, self.today)
        if self.organisation is not None:
            rows = rows.filter(scoping.under(self.organisation.path, "organisation__path"))
        return rows

    @cached_property
    def sums(self) -> dict[int, Sums]:
        """By duty."""
        return sums_by("duty", self._assignments, self.today)

    @property
    def number(self) -> int:
        """How many duties of the list somebody answers for, as far as the reader sees."""
        return len(self.sums)

    @cached_property
    def whole(self) -> Sums:
        """The whole list."""
        return total(self.sums.values())

    @cached_property
    def levels(self) -> list[DutyLevel]:
        """The rows: the levels at which somebody answers for something, as far as the reader sees."""
        levels = {duty.level_id: duty.level for duty in self.duties if duty.pk in self.sums}
        return sorted(levels.values(), key=lambda level: level.order)

    @cached_property
    def posts(self) -> list[DutyPost]:
        """The columns: the posts that answer for something, as far as the reader sees."""
        posts = {duty.post_id: duty.post for duty in self.duties if duty.pk in self.sums}
        return sorted(posts.values(), key=lambda post: post.order)

    @cached_property
    def rows(self) -> list[tuple[DutyLevel, int, list[Cell | None]]]:
        """Level, how many organisations answer there, and a cell for each post; None where the list has no duty."""
        by_seat: dict[tuple[int, int], list[Duty]] = defaultdict(list)
        for duty in self.duties:
            if duty.pk in self.sums:
                by_seat[duty.level_id, duty.post_id].append(duty)
        return [
            (
                level,
                self._places_at(level),
                [self._cell(level, post, by_seat[level.pk, post.pk]) for post in self.posts],
            )
            for level in self.levels
        ]

    def _places_at(self, level: DutyLevel) -> int:
        """How many organisations answer at ``level``: each of them for every duty of the level."""
        places = (
            self.sums[duty.pk].places for duty in self.duties if duty.level_id == level.pk and duty.pk in self.sums
        )
        return max(places, default=0)

    def _cell(self, level: DutyLevel, post: DutyPost, duties: list[Duty]) -> Cell | None:
        if not duties:
            return None
        current = self._asked_seat == (level.pk, post.pk)
        return Cell(level, post, len(duties), total(self.sums[duty.pk] for duty in duties), current)

    @cached_property
    def _asked_seat(self) -> tuple[int, int] | None:
        """Level and post that the address asks for; None without. Http404 for nonsense."""
        text = self.query.get("cell", "").strip()
        if not text:
            return None
        level, mark, post = text.partition("-")
        keys = [part for part in (level, post) if part.isascii() and part.isdigit() and len(part) < 19]
        if not mark or len(keys) != 2:
            raise Http404
        return int(level), int(post)

    @cached_property
    def cell(self) -> Cell | None:
        """The chosen one. Http404 for one that this page has not."""
        if self._asked_seat is None:
            return None
        found = next((cell for _, _, cells in self.rows for cell in cells if cell and cell.current), None)
        if found is None:
            raise Http404
        return found

    # --- behind the chosen cell

    @property
    def _of_cell(self) -> AssignmentQuerySet:
        level, post = self.cell.level.pk, self.cell.post.pk
        return self._assignments.filter(
            duty__in=[duty.pk for duty in self.duties if (duty.level_id, duty.post_id) == (level, post)]
        )

    @cached_property
    def page(self) -> Page:
        """The organisations behind the cell, in tree order."""
        keys = self._of_cell.order_by().values("organisation")
        places = Organisation.objects.filter(pk__in=keys).select_related("parent").in_tree_order()
        paginator = Paginator(places, PAGE)
        paginator.count = self._places_at(self.cell.level)  # known, so it is not asked for
        return paginator.get_page(self.query.get("page"))

    @cached_property
    def places(self) -> list[Place]:
        """Those of the page, each with its holders and sums."""
        nodes = list(self.page)
        if self.is_of_one:
            sums = dict.fromkeys((node.pk for node in nodes), self.cell.sums)
        else:
            sums = sums_by("organisation", self._of_cell.filter(organisation__in=nodes), self.today)
        seats = Seats([self.cell.post.pk], [(node.pk, node.path) for node in nodes], self.today)
        return [Place(node, seats.of(self.cell.post.pk, node.path), sums[node.pk]) for node in nodes]

    @property
    def place_query(self) -> str:
        """The address of this page up to an organisation, put together once for all rows."""
        query = self.query.copy()
        for name in ("organisation", "page"):
            query.pop(name, None)
        return query.urlencode()

    @property
    def is_of_one(self) -> bool:
        """Whether a single organisation answers: then its duties stand here at once."""
        return self.page.paginator.count == 1

    @cached_property
    def blocks(self) -> list[Block]:
        """The duties of that organisation with measures and records."""
        rows = self._of_cell.select_related("duty__line", "organisation").prefetch_related("duty__kinds")
        return blocks(list(rows.order_by("duty__number")), self.today)


def _found(lists: list[DutyList], pk: int) -> DutyList:
    for duty_list in lists:
        if duty_list.pk == pk:
            return duty_list
    raise Http404
