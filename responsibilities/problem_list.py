"""问题清单: the rows that meet the conditions, and the figures above them, which count the same rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, F, IntegerField, Q, Value, When, prefetch_related_objects
from django.http import QueryDict

from organisations import scoping
from organisations.forms.choices import organisations_for
from organisations.models import Organisation, Person
from organisations.permissions import Act

from .blocks import days_left
from .models import Leg, LegState, Problem, ProblemSource, ProblemState, RaiserAnswer
from .models.problem import AT_WORK, ProblemQuerySet

PAGE = 50
RECENT = 5
LONGEST_TEXT = 60
WAITING = (ProblemState.REPORTED, ProblemState.ASKED)
# What the address may ask for → (how it is said, the condition).
STATES: dict[str, tuple[str, Q]] = {
    "open": ("没有了结的", ~Q(state=ProblemState.CLOSED)),
    "all": ("全部", Q()),
    "found": ("还没人管的", Q(state=ProblemState.FOUND)),
    "claimed": ("有人管的", ~Q(state=ProblemState.FOUND)),
    "working": ("在办的", Q(state__in=AT_WORK)),
    "checking": ("待核的", Q(state__in=WAITING)),
    "asked": ("等提出人回话的", Q(state=ProblemState.ASKED)),
    "closed": ("了结的", Q(state=ProblemState.CLOSED)),
    "solved": ("提出人说解决了的", Q(state=ProblemState.CLOSED, answer=RaiserAnswer.SOLVED)),
}
# The groups of the list, in order.
GROUPS: dict[str, tuple[str, ...]] = {"在办": AT_WORK, "待核": WAITING, "了结": (ProblemState.CLOSED,)}
SEEN = Case(
    *(When(state__in=states, then=Value(place)) for place, states in enumerate(GROUPS.values())),
    output_field=IntegerField(),
)


@dataclass(frozen=True)
class Step:
    """One figure of the flow, and the address of the rows behind it."""

    label: str
    number: int
    url: str
    note: str
    note_url: str = ""


@dataclass(frozen=True)
class LegShown:
    """One leg in a line of the list."""

    state: str
    word: str


@dataclass(frozen=True)
class Row:
    """One line."""

    problem: Problem
    thought: LegShown
    practical: LegShown
    is_late: bool
    is_reduced: bool


def is_reduced(problem: Problem, reader: Person, today: date) -> bool:
    """Whether ``reader`` only raised it: he sees what became of it, and no names and words of others."""
    part = reader.pk in (problem.owner_id, problem.checker_id, problem.registered_by_id)
    kept = (problem.organisation, problem.solved_at)
    return not part and not any(reader.may(Act.HANDLE_PROBLEMS, node, today) for node in kept)


def leg_shown(leg: Leg | None, problem: Problem, today: date) -> LegShown:
    """How a leg stands: 办了，待复核, 超 3 天, 没有思想事."""
    if leg is None:
        return LegShown("off", "—")
    word = leg.get_kind_display()
    if leg.state == LegState.EXCUSED:
        return LegShown("off", f"没有{word}事")
    if leg.state == LegState.DONE:
        return LegShown("done", "了结" if problem.state == ProblemState.CLOSED else "办了，待复核")
    left = (problem.due_on - today).days
    return LegShown("late" if left < 0 else "soon" if left <= 10 else "todo", days_left(problem.due_on, today))


def with_what_a_line_names(problems: ProblemQuerySet) -> ProblemQuerySet:
    """Fetched with all that a line shows but the legs, which are read for all lines together."""
    return problems.select_related("organisation__parent", "owner", "checker", "solved_at")


class ProblemFilter:
    """The conditions of an address; what makes no sense is left out."""

    def __init__(self, reader: Person, query: QueryDict, today: date) -> None:
        self.reader, self.query, self.today = reader, query, today

    @property
    def state(self) -> str:
        """One of ``STATES``; those not closed unless asked otherwise."""
        asked = self.query.get("state", "")
        return asked if asked in STATES else "open"

    @property
    def source(self) -> str:
        """One source; empty for all."""
        asked = self.query.get("source", "")
        return asked if asked in ProblemSource.values else ""

    @property
    def text(self) -> str:
        """What the title or the detail contains."""
        return self.query.get("q", "").strip()[:LONGEST_TEXT]

    @property
    def is_late(self) -> bool:
        """Only what is overdue."""
        return self.query.get("late", "") == "1"

    @cached_property
    def organisation(self) -> Organisation | None:
        """Where it was found: one that the reader keeps problems at, with all below it."""
        asked = self.query.get("organisation", "")
        if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
            return None
        kept = Organisation.objects.manageable_by(self.reader, Act.HANDLE_PROBLEMS, self.today)
        return kept.filter(pk=int(asked)).first()

    @property
    def year(self) -> int | None:
        """The year in which it was put on the list; None for all years."""
        asked = self.query.get("year", "")
        if asked == "all":
            return None
        return int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else self.today.year

    def rows(self, *, whatever_state: bool = False) -> ProblemQuerySet:
        """The problems that meet the conditions. Of the year asked for; what is still open from before belongs to this one."""
        rows = Problem.objects.visible_to(self.reader, self.today)
        if self.year is not None:
            carried = Q(year__lt=self.year) & ~Q(state=ProblemState.CLOSED)
            rows = rows.filter(Q(year=self.year) | carried if self.year == self.today.year else Q(year=self.year))
        if self.source:
            rows = rows.filter(source=self.source)
        if self.organisation is not None:
            rows = rows.filter(scoping.under(self.organisation.path, "organisation__path"))
        if self.text:
            rows = rows.filter(Q(title__icontains=self.text) | Q(detail__icontains=self.text))
        if not whatever_state:
            rows = rows.filter(STATES[self.state][1])
            rows = rows.overdue(self.today) if self.is_late else rows
        return rows


class ProblemList:
    """The page for one reader."""

    def __init__(self, reader: Person, query: QueryDict, today: date) -> None:
        self.reader, self.query, self.today = reader, query, today
        self.filter = ProblemFilter(reader, query, today)

    @cached_property
    def whose(self) -> str:
        """Whose list it is, in words: the highest organisation whose problems the reader keeps; 我的 for whoever keeps none."""
        if self.filter.organisation is not None:
            return self.filter.organisation.near_name
        return self.organisations[0].near_name if self.organisations else "与我有关的"

    @property
    def exports(self) -> bool:
        """Whether the ledger is offered as a file: to those who keep problems."""
        return self.may_register and self.counts["all"] > 0

    @property
    def may_register(self) -> bool:
        """Whether 登记问题 is offered."""
        return self.reader.may(Act.HANDLE_PROBLEMS, today=self.today)

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many of each state there are under the other conditions, and how many are overdue. One query."""
        conditions = {name: condition for name, (_, condition) in STATES.items() if name != "all"}
        conditions["late"] = Q(state__in=AT_WORK, due_on__lt=self.today)
        conditions["before"] = Q(year__lt=self.filter.year or 0)
        shown = STATES[self.filter.state][1] & (conditions["late"] if self.filter.is_late else Q())
        conditions |= {title: shown & Q(state__in=states) for title, states in GROUPS.items()}
        counted = {name: Count("pk", filter=condition) for name, condition in conditions.items()}
        return self.filter.rows(whatever_state=True).order_by().aggregate(all=Count("pk"), **counted)

    @property
    def open_number(self) -> int:
        """How many are not closed."""
        return self.counts["open"]

    def _url(self, **changes: str) -> str:
        query = self.query.copy()
        for name in ("page", "late"):
            query.pop(name, None)
        for name, value in changes.items():
            query[name] = value
        return f"?{query.urlencode()}"

    @property
    def flow(self) -> list[Step]:
        """The figures, each with the address of the rows that it counts."""
        counts = self.counts
        before = (
            f"其中 {counts['before']} 个是以前没了结的" if counts["before"] else "本年" if self.filter.year else "各年"
        )
        found, late, asked = (
            (f"{counts['found']} 个还没人管", self._url(state="found")) if counts["found"] else ("都有人管",),
            (f"{counts['late']} 个超期", self._url(state="working", late="1")) if counts["late"] else ("没有超期",),
            (f"{counts['asked']} 个等提出人回话", self._url(state="asked")) if counts["asked"] else ("等复核的人看",),
        )
        solved = (
            (f"其中 {counts['solved']} 个提出人说解决了", self._url(state="solved"))
            if counts["solved"]
            else ("两头都到",)
        )
        return [
            Step("发现", counts["all"], self._url(state="all"), before),
            Step("认领", counts["claimed"], self._url(state="claimed"), *found),
            Step("在办", counts["working"], self._url(state="working"), *late),
            Step("待核", counts["checking"], self._url(state="checking"), *asked),
            Step("了结", counts["closed"], self._url(state="closed"), *solved),
        ]

    @cached_property
    def page(self) -> Page:
        """The rows, what is at work first, by day."""
        rows = self.filter.rows().annotate(group=SEEN)
        order = with_what_a_line_names(rows).order_by("group", F("closed_on").desc(nulls_first=True), "due_on", "pk")
        paginator = Paginator(order, PAGE)
        paginator.count = sum(self.counts[title] for title in GROUPS)
        return paginator.get_page(self.query.get("page"))

    @cached_property
    def _lines(self) -> tuple[list[Problem], list[Problem]]:
        """Those of the page, and those struck off last: their legs are read in one go."""
        lines, last = list(self.page), []
        if self.filter.state == "open" and not self.filter.is_late and self.page.number == 1 and self.counts["closed"]:
            closed = self.filter.rows(whatever_state=True).filter(state=ProblemState.CLOSED)
            last = list(with_what_a_line_names(closed).order_by("-closed_on", "-pk")[:RECENT])
        prefetch_related_objects([*lines, *last], "legs")
        return lines, last

    @cached_property
    def groups(self) -> list[tuple[str, int, list[Row]]]:
        """The rows of the page by 在办, 待核, 了结, with how many of each there are on all pages."""
        titles, found = list(GROUPS), []
        for group, problems in groupby(self._lines[0], key=lambda problem: problem.group):  # type: ignore[attr-defined]
            title, rows = titles[group], [self._row(problem) for problem in problems]
            found.append((title, self.counts[title], rows))
        return found

    def _row(self, problem: Problem) -> Row:
        legs = {leg.kind: leg for leg in problem.legs.all()}
        thought, practical = (leg_shown(legs.get(kind), problem, self.today) for kind in ("thought", "practical"))
        late = problem.state in AT_WORK and problem.due_on < self.today
        return Row(problem, thought, practical, late, is_reduced(problem, self.reader, self.today))

    @cached_property
    def recent(self) -> list[Row]:
        """最近了结, below what is open: the last ones under the other conditions."""
        return [self._row(problem) for problem in self._lines[1]]

    @property
    def closed_url(self) -> str:
        """All that is struck off."""
        return self._url(state="closed")

    @cached_property
    def organisations(self) -> list[Organisation]:
        """Those that the filter offers, in tree order."""
        offered = organisations_for(self.reader, Act.HANDLE_PROBLEMS, self.today, self.filter.organisation)
        return list(offered.select_related("parent"))

    @property
    def states(self) -> Iterable[tuple[str, str, bool]]:
        """What the filter offers: value, label, whether it is chosen."""
        return [(value, label, value == self.filter.state) for value, (label, _) in STATES.items()]

    @property
    def sources(self) -> Iterable[tuple[str, str, bool]]:
        """As ``states``."""
        return [(value, label, value == self.filter.source) for value, label in ProblemSource.choices]

    @property
    def years(self) -> Iterable[tuple[str, str, bool]]:
        """As ``states``: this year, the two before, and all."""
        first = self.today.year
        offered = [(str(year), f"{year}年") for year in range(first, first - 3, -1)] + [("all", "各年")]
        chosen = str(self.filter.year or "all")
        return [(value, label, value == chosen) for value, label in offered]
