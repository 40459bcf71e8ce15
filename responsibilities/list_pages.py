"""What the pages of duty lists show: the lists, one edition by level and post, what issuing it would do."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q

from organisations import scoping
from organisations.models import Organisation, Person
from organisations.permissions import Act

from .list_changes import LineChange, changes_between
from .models import Duty, DutyLevel, DutyList, DutyPost
from .wording import proof_words, rhythm_words

PAGE = 50
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Listed:
    """An edition in a list, and how it stands on a day."""

    row: DutyList
    today: date

    @property
    def state(self) -> tuple[str, str]:
        """Class and word of its state."""
        if self.row.since is None:
            return "todo", "修订稿" if self.row.edition > 1 else "草稿"
        if self.row.until is not None and self.row.until <= self.today:
            return "off", "已失效"
        if self.row.since > self.today:
            return "soon", "待施行"
        return "done", "施行中"

    @property
    def last_day(self) -> date | None:
        """The last day on which it holds; None while no end is set."""
        return self.row.until - ONE_DAY if self.row.until else None


class DutyLists:
    """The lists that the reader may see: what is in force, comes, or is being drafted."""

    def __init__(self, reader: Person, today: date, page: str = "1") -> None:
        self.reader, self.today, self.page_number = reader, today, page

    @property
    def may_add(self) -> bool:
        """Whether the reader keeps lists somewhere."""
        return self.reader.may(Act.EDIT_DUTIES, today=self.today)

    @cached_property
    def page(self) -> Page:
        """In tree order, each list's latest edition first."""
        rows = DutyList.objects.visible_to(self.reader, self.today).exclude(until__lte=self.today)
        named = rows.select_related("organisation").annotate(size=Count("duties"))
        return Paginator(named.order_by("organisation__path", "series", "-edition"), PAGE).get_page(self.page_number)

    @cached_property
    def listed(self) -> list[Listed]:
        """The lines of the page."""
        return [Listed(row, self.today) for row in self.page]


@dataclass(frozen=True)
class Line:
    """A line as the table says it."""

    duty: Duty
    rhythm: str
    proof: str


@dataclass(frozen=True)
class Cell:
    """The lines of one post at one level."""

    level: DutyLevel
    post: DutyPost
    lines: list[Line]


class DutyListPage:
    """One edition for one reader."""

    def __init__(self, reader: Person, row: DutyList, today: date) -> None:
        self.reader, self.row, self.today = reader, row, today
        self.listed = Listed(row, today)

    @cached_property
    def kept(self) -> bool:
        """Whether the reader keeps it."""
        return self.reader.may(Act.EDIT_DUTIES, self.row.organisation, self.today)

    @property
    def editable(self) -> bool:
        """Whether its lines may be changed: a draft, by whoever keeps it."""
        return self.kept and self.row.is_draft

    @cached_property
    def levels(self) -> list[DutyLevel]:
        """Its levels, in order."""
        return list(self.row.levels.all())

    @cached_property
    def posts(self) -> list[DutyPost]:
        """Its posts, in order, with the roster posts that hold them."""
        return list(self.row.posts.prefetch_related("posts"))

    @cached_property
    def duties(self) -> list[Duty]:
        """Its lines."""
        return lines_of(self.row)

    @cached_property
    def cells(self) -> list[Cell]:
        """The lines by level and post. Empty ones are left out, unless somebody is about to fill them."""
        cells = [Cell(level, post, self._lines(level, post)) for level in self.levels for post in self.posts]
        return [cell for cell in cells if cell.lines]

    def _lines(self, level: DutyLevel, post: DutyPost) -> list[Line]:
        rows = [duty for duty in self.duties if duty.level_id == level.pk and duty.post_id == post.pk]
        return [Line(duty, rhythm_words(duty), proof_words(duty)) for duty in rows]

    @cached_property
    def editions(self) -> list[Listed]:
        """All editions of the list that the reader may see, the latest first."""
        rows = DutyList.objects.visible_to(self.reader, self.today).filter(series=self.row.series)
        return [Listed(row, self.today) for row in rows.order_by("-edition")]

    @cached_property
    def before(self) -> DutyList | None:
        """The edition before this one."""
        earlier = (one.row for one in self.editions if one.row.edition < self.row.edition)
        return next(earlier, None)

    @cached_property
    def changes(self) -> list[LineChange]:
        """What it changed against the edition before."""
        return changes_between(lines_of(self.before), self.duties) if self.before else []

    @property
    def draft(self) -> DutyList | None:
        """The draft of a further edition, if there is one."""
        return next((one.row for one in self.editions if one.row.is_draft), None)

    @property
    def may_revise(self) -> bool:
        """Whether a further edition may be begun from here."""
        newest = bool(self.editions) and self.editions[0].row.pk == self.row.pk
        return self.kept and newest and not self.row.is_draft


def lines_of(row: DutyList) -> list[Duty]:
    """The lines of an edition with all that the table names: a constant number of queries."""
    return list(row.duties.select_related("level", "post", "line").prefetch_related("kinds"))


def homes(person: Person, today: date) -> list[Organisation]:
    """The organisations for which ``person`` may draw up lists: where his own posts are."""
    paths = [grant.path for grant in scoping.grants_of(person, today) if grant.covers(Act.EDIT_DUTIES, grant.path)]
    rows = Organisation.objects.manageable_by(person, Act.EDIT_DUTIES, today).filter(path__in=paths)
    return list(rows.open_on(today).in_tree_order())


class Outlook:
    """What issuing a draft would do, said before it is done."""

    def __init__(self, row: DutyList, today: date) -> None:
        self.row, self.today = row, today

    @cached_property
    def levels(self) -> list[tuple[DutyLevel, int, int]]:
        """Each level, how many lines it has, and how many organisations carry them out."""
        here = Organisation.objects.under(self.row.organisation).open_on(self.today).order_by()
        found = Counter(dict(here.values_list("level").annotate(number=Count("pk"))))
        rows = self.row.levels.annotate(lines=Count("duties")).order_by("order", "pk")
        return [(level, level.lines, sum(found[one] for one in level.levels)) for level in rows]

    @property
    def organisations(self) -> int:
        """How many organisations get duties."""
        return sum(number for _, lines, number in self.levels if lines)

    @property
    def told(self) -> str:
        """党组（党委） 3 个、机关党委 5 个、党支部 12 个."""
        return "、".join(f"{level} {number} 个" for level, lines, number in self.levels if lines)

    @cached_property
    def without_holder(self) -> list[DutyPost]:
        """Posts that no roster post holds: they would stand vacant for ever."""
        rows = self.row.posts.filter(everybody=False, posts=None, duties__isnull=False)
        return list(rows.distinct())

    @cached_property
    def before(self) -> DutyList | None:
        """The edition that ends the day this one begins."""
        rows = DutyList.objects.filter(series=self.row.series, since__isnull=False)
        return rows.filter(Q(until=None) | Q(until__gt=self.today)).order_by("-edition").first()
