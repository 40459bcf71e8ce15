"""我的责任: what somebody has to do by the posts that he holds and by what he was given, and by when."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.core.paginator import Page, Paginator
from django.db.models import F, Q

from organisations.models import Person
from organisations.permissions import Act
from programmes.periods import Cadence, Period, period_of

from . import handover_offers, seats
from .blocks import Shown, days_left, shown
from .models import Handover, Measure
from .models.measure import AssignmentQuerySet, MeasureQuerySet
from .proofs import Way, proof_words, ways
from .self_checking import due_half

PAGE = 50
NAMED = (
    "assignment__duty__line",
    "assignment__duty__post",
    "assignment__organisation__parent",
    "owner",
)
LATE, WEEK, LATER = "late", "week", "later"
TITLES = {LATE: "逾期", WEEK: "本周", LATER: "以后"}
NOTES = {LATE: "先到期的在前", WEEK: "到星期日为止", LATER: ""}


@dataclass(frozen=True)
class Line:
    """One measure as a line: what is to be done, for whom, by when, and what proves it."""

    measure: Measure
    shown: Shown
    proof: str
    ways: list[Way]
    place: str
    owner: str
    today: date

    @property
    def left(self) -> str:
        """剩 10 天, 超 3 天; of what is done the day, and how much too late it was: 完成 12月3日，晚 3 天."""
        day, due_on = self.measure.done_on, self.measure.due_on
        if self.shown.state == "done":
            late = f"，晚 {(day - due_on).days} 天" if day and day > due_on else ""
            return f"{self.shown.word}{late}"
        return days_left(due_on, self.today)

    @property
    def so_far(self) -> str:
        """已办 1／2 where more than one is asked and not all are done."""
        row = self.measure
        return f"已办 {row.done}／{row.needed}" if row.needed > 1 and not row.is_done else ""


@dataclass(frozen=True)
class Group:
    """逾期, 本周 or 以后 with the lines of this page; ``total`` counts all pages."""

    key: str
    total: int
    lines: list[Line]

    @property
    def title(self) -> str:
        """Its name."""
        return TITLES[self.key]

    @property
    def note(self) -> str:
        """What it means."""
        return NOTES[self.key]


class Mine:
    """The page for one person. At most 15 queries with everything around it."""

    def __init__(self, person: Person, today: date, page: str = "1") -> None:
        self.person = person
        self.today = today
        self.page_number = page

    # --- what there is

    @cached_property
    def _held(self) -> AssignmentQuerySet:
        return seats.held_by(self.person, self.today)

    @cached_property
    def holds(self) -> bool:
        """Whether the person holds a duty, or was given something."""
        return bool(self._brief) or self._held.exists()

    @property
    def _measures(self) -> MeasureQuerySet:
        """All begun ones of his, by post or by name."""
        return Measure.objects.counted().filter(
            Q(assignment__in=self._held) | Q(owner=self.person), starts_on__lte=self.today
        )

    @cached_property
    def _brief(self) -> list[tuple[int, date, bool]]:
        """Key, due day and whether it is done: of all that is open, and of what was done for a period that runs."""
        recent = Q(ends_on__gt=self.today) | Q(done_on__gte=self.today.replace(day=1))
        rows = self._measures.filter(Q(done__lt=F("needed")) | recent).order_by("due_on", "pk")
        fields = ("pk", "due_on", "done", "needed")
        return [(pk, due_on, done >= needed) for pk, due_on, done, needed in rows.values_list(*fields)]

    @cached_property
    def page(self) -> Page:
        """The keys of what is open, by day."""
        return Paginator([pk for pk, _, done in self._brief if not done], PAGE).get_page(self.page_number)

    @cached_property
    def _done_pks(self) -> list[int]:
        return [pk for pk, _, done in self._brief if done][-PAGE:]

    @cached_property
    def _lines(self) -> dict[int, Line]:
        """The lines of this page and those that are done."""
        rows = Measure.objects.filter(pk__in=[*self.page, *self._done_pks]).select_related(*NAMED)
        found = list(rows.prefetch_related("assignment__duty__kinds"))
        several = len({row.assignment.organisation_id for row in found}) > 1
        return {row.pk: self._line(row, several=several) for row in found}

    def _line(self, row: Measure, *, several: bool) -> Line:
        drawn = shown(row, self.today)
        open_ways = [] if drawn.state == "done" else ways(row, self.person, self.today)
        owner = "" if row.owner is None or row.owner_id == self.person.pk else row.owner.name
        place = row.assignment.organisation.near_name if several else ""
        return Line(row, drawn, proof_words(row), open_ways, place, owner, self.today)

    @cached_property
    def groups(self) -> list[Group]:
        """逾期, 本周, 以后, as far as they have something on this page."""
        lines: dict[str, list[Line]] = {LATE: [], WEEK: [], LATER: []}
        for pk in self.page:
            line = self._lines[pk]
            lines[self._group_of(line.measure.due_on)].append(line)
        return [Group(key, self.counts[key], rows) for key, rows in lines.items() if rows]

    @cached_property
    def done(self) -> list[Line]:
        """What is done already of what runs."""
        return [self._lines[pk] for pk in self._done_pks]

    @property
    def makes_up(self) -> bool:
        """Whether 补记 or 补办 is offered somewhere."""
        return any(way.label.startswith("补") for group in self.groups for line in group.lines for way in line.ways)

    def _group_of(self, due_on: date) -> str:
        if due_on < self.today:
            return LATE
        return WEEK if due_on <= self.last_of_week else LATER

    @property
    def last_of_week(self) -> date:
        """Sunday."""
        return self.today + timedelta(days=6 - self.today.weekday())

    # --- the sentence

    @cached_property
    def counts(self) -> Counter[str]:
        """How many are open in each group."""
        return Counter(self._group_of(due_on) for _, due_on, done in self._brief if not done)

    @property
    def overdue(self) -> int:
        """How many are overdue."""
        return self.counts[LATE]

    @property
    def this_week(self) -> int:
        """How many fall due this week."""
        return self.counts[WEEK]

    @property
    def is_idle(self) -> bool:
        """Whether the person holds no duty and was given nothing."""
        return not self.holds

    @cached_property
    def posts(self) -> str:
        """支部书记，第一党支部: by what he holds what is listed; empty where it is more than one."""
        named = {
            (line.measure.assignment.duty.post.name, line.measure.assignment.organisation.near_name)
            for line in self._lines.values()
        }
        return "，".join(next(iter(named))) if len(named) == 1 else ""

    # --- around it

    @cached_property
    def handovers(self) -> list[Handover]:
        """Those that wait for his word."""
        rows = Handover.objects.waiting_for(self.person)
        return list(rows.select_related("organisation", "post", "giver", "taker"))

    @cached_property
    def changed_posts(self) -> list[handover_offers.Change]:
        """Posts of his that changed hands, where something is open and nothing was handed over."""
        return handover_offers.changes_of(self.person, self.today)

    @property
    def half(self) -> Period | None:
        """The half-year whose self-check is due about now; None outside that time, and for who holds nothing."""
        return due_half(self.today) if self.holds else None

    @property
    def keeps_posts(self) -> bool:
        """Whether he keeps people somewhere, so that hand-overs of others concern him."""
        return self.person.may(Act.MANAGE_PEOPLE, today=self.today) and self.person.may(Act.SEE, today=self.today)

    @property
    def quarter(self) -> str:
        """第四季度还有 41 天."""
        quarter = period_of(self.today, Cadence.QUARTER)
        left = quarter.days_left(self.today)
        return f"{quarter.label}还有 {left} 天" if left else f"今天是{quarter.label}最后一天"
