"""The list of activities: what the reader asked for, by month, 50 a page.

Whoever sees records of an organisation reads its list. A plain member reads 「我的活动」: what he was expected at, with
his own 学时 of the present year — a figure for himself alone.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import groupby

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, Sum
from django.http import QueryDict
from django.urls import reverse

from organisations import paths, scoping
from organisations.models import Organisation, Person
from organisations.permissions import Act
from programmes.models import ActivityKind
from programmes.periods import Cadence, period_of

from .credits import Credits
from .filtering import ActivityFilter
from .models import Activity, ActivityState, Attendance
from .models.activity import ActivityQuerySet

PER_PAGE = 50
MOST = 10_000  # rows that are counted and paged through; beyond it the reader is asked to narrow
WEEKDAYS = "一二三四五六日"
COLUMNS = (
    "title",
    "held_on",
    "headcount",
    "expected",
    "present",
    "state",
    "study_hours",
    "organisation__name",
    "organisation__path",
    "organisation__level",
    "makes_up_for__code",
    "makes_up_for__period",
)


class CappedPaginator(Paginator):
    """Counts no further than ``MOST``, so that the list answers as fast over a million records."""

    @cached_property
    def count(self) -> int:
        """How many rows can be paged through."""
        return self.object_list.order_by()[:MOST].count()

    @property
    def is_capped(self) -> bool:
        """Whether there may be more."""
        return self.count == MOST


@dataclass(frozen=True)
class Row:
    """One line of the list, in words."""

    url: str
    day: str
    weekday: str
    css: str
    title: str
    kinds: str
    organisation: str
    attendance: str
    by_name: bool
    state: str
    word: str
    hours: str


@dataclass(frozen=True)
class Month:
    """The rows of one month on this page; the note counts the whole month."""

    label: str
    note: str
    rows: tuple[Row, ...]


class ActivityList:
    """The list that ``query`` asks for, as ``reader`` may see it."""

    def __init__(self, reader: Person, query: QueryDict, today: date) -> None:
        self.reader = reader
        self.query = query
        self.today = today
        self.filter = ActivityFilter(query, reader, today)

    # --- whose

    @cached_property
    def sees_others(self) -> bool:
        """Whether the reader sees the records of some organisation."""
        return self.reader.may(Act.SEE, today=self.today)

    @property
    def own(self) -> bool:
        """Whether this is 「我的活动」."""
        return self.filter.own or not self.sees_others

    @property
    def logs(self) -> bool:
        """Whether 记一次活动 is offered."""
        return self.reader.may(Act.LOG, today=self.today)

    @cached_property
    def heading(self) -> str:
        """第一党支部的活动."""
        if self.own:
            return "我的活动"
        if self.filter.organisation:
            return f"{self.filter.organisation.name}的活动"
        tops = self._tops
        return f"{tops[0]}等 {len(tops)} 个单位的活动" if len(tops) > 1 else f"{tops[0]}的活动"

    @cached_property
    def _tops(self) -> list[str]:
        """The names of the highest organisations that the reader sees."""
        grants = [grant for grant in scoping.grants_of(self.reader, self.today) if grant.covers(Act.SEE, grant.path)]
        tops = {grant.path for grant in grants if not any(other.path != grant.path and paths.contains(other.path, grant.path) for other in grants)}
        return list(Organisation.objects.filter(path__in=tops).in_tree_order().values_list("name", flat=True))

    # --- which

    @cached_property
    def activities(self) -> ActivityQuerySet:
        """All that was asked for, latest first."""
        found = self.filter.apply(Activity.objects.visible_to(self.reader, self.today))
        if self.own:
            found = found.filter(pk__in=Attendance.objects.filter(person=self.reader).values("activity"))
        return found.latest_first()

    @cached_property
    def page(self) -> Page:
        """The page asked for; the nearest one if there is none such."""
        rows = self.activities.select_related("organisation", "makes_up_for__requirement").only(*COLUMNS, "makes_up_for__requirement__name")
        return CappedPaginator(rows, PER_PAGE).get_page(self.query.get("page"))

    @property
    def note(self) -> str:
        """47 次，按日期从近到远，一次活动可以有几个类别."""
        paginator = self.page.paginator
        if paginator.is_capped:
            return f"超过 {MOST // 10_000} 万次，列出最近的；要看更早的请缩小范围"
        return f"{paginator.count} 次，按日期从近到远，一次活动可以有几个类别" if paginator.count else ""

    @cached_property
    def hours(self) -> str:
        """The reader's own 学时 of the present year: where he came, or made the study up."""
        year = period_of(self.today, Cadence.YEAR)
        own = Attendance.objects.filter(person=self.reader).filter(Q(present=True) | Q(made_up_on__isnull=False))
        held = own.filter(activity__state=ActivityState.HELD, activity__held_on__gte=year.starts_on, activity__held_on__lt=year.ends_on)
        return _hours(held.aggregate(total=Sum("activity__study_hours"))["total"]) or "0"

    # --- rows

    @cached_property
    def months(self) -> list[Month]:
        """The rows of the page under their months."""
        counts = self._month_counts()
        groups = groupby(self.page.object_list, key=lambda activity: (activity.held_on.year, activity.held_on.month))
        months = []
        for (year, month), activities in groups:
            label = f"{month}月" if year == self.today.year else f"{year}年{month}月"
            months.append(Month(label, counts.get((year, month), ""), tuple(self._row(activity) for activity in activities)))
        return months

    def _month_counts(self) -> dict[tuple[int, int], str]:
        """(year, month) → 15 次，其中 2 次已安排未开展; left out where there are too many to count."""
        days = [activity.held_on for activity in self.page.object_list]
        if not days or self.page.paginator.is_capped:
            return {}
        last, first = period_of(days[0], Cadence.MONTH), period_of(days[-1], Cadence.MONTH)
        rows = (
            self.activities.filter(held_on__gte=first.starts_on, held_on__lt=last.ends_on)
            .order_by()
            .values_list("held_on__year", "held_on__month")
            .annotate(total=Count("pk"), planned=Count("pk", filter=Q(state=ActivityState.PLANNED)))
        )
        return {
            (year, month): f"{total} 次，其中 {planned} 次已安排未开展" if planned else f"{total} 次"
            for year, month, total, planned in rows
        }

    def _row(self, activity: Activity) -> Row:
        kinds = self._kinds.get(activity.pk, [])
        state, word = self._state(activity, kinds)
        return Row(
            url=reverse("activity", args=[activity.pk]),
            day=f"{activity.held_on.day:02d}日",
            weekday=WEEKDAYS[activity.held_on.weekday()],
            css=kinds[0].line.css if kinds else "",
            title=activity.title,
            kinds="，".join(kind.name for kind in kinds),
            organisation=activity.organisation.name,
            attendance=_attendance(activity),
            by_name=not activity.headcount,
            state=state,
            word=word,
            hours=_hours(activity.study_hours) if state == "done" else "",
        )

    def _state(self, activity: Activity, kinds: list[ActivityKind]) -> tuple[str, str]:
        """The last column: what the record is counted for, or for the reader's own list how he took part."""
        if activity.state == ActivityState.PLANNED:
            return "todo", "已安排"
        if activity.state == ActivityState.WITHDRAWN:
            return "off", "已撤回"
        return self._own_part(activity) if self.own else self._credit(activity, kinds)

    def _credit(self, activity: Activity, kinds: list[ActivityKind]) -> tuple[str, str]:
        names = self._credits.names(activity.organisation, {kind.pk for kind in kinds}, activity.held_on)
        made_up = activity.makes_up_for
        if made_up and made_up.code in names:
            names[made_up.code] += f"（补办{made_up.span.label}）"
        return ("done", "，".join(names.values())) if names else ("", "不计要求")

    def _own_part(self, activity: Activity) -> tuple[str, str]:
        present, made_up_on = self._parts[activity.pk]
        if present:
            return "done", "到会"
        return ("done", f"{made_up_on.month}月{made_up_on.day}日补学") if made_up_on else ("off", "未到")

    @cached_property
    def _credits(self) -> Credits:
        return Credits(activity.organisation for activity in self.page.object_list)

    @cached_property
    def _parts(self) -> dict[int, tuple[bool, date | None]]:
        """The reader's own line at each activity of the page."""
        rows = Attendance.objects.filter(person=self.reader, activity__in=self._pks)
        return {pk: (present, made_up_on) for pk, present, made_up_on in rows.values_list("activity_id", "present", "made_up_on")}

    @cached_property
    def _kinds(self) -> dict[int, list[ActivityKind]]:
        """The kinds of each activity of the page, in the order of the article."""
        kinds = {kind.pk: (place, kind) for place, kind in enumerate(self.filter.kinds)}
        found: dict[int, list[tuple[int, ActivityKind]]] = defaultdict(list)
        through = Activity.kinds.through.objects.filter(activity__in=self._pks)
        for activity_id, kind_id in through.values_list("activity_id", "activitykind_id"):
            found[activity_id].append(kinds[kind_id])
        return {pk: [kind for _, kind in sorted(places, key=lambda pair: pair[0])] for pk, places in found.items()}

    @property
    def _pks(self) -> list[int]:
        return [activity.pk for activity in self.page.object_list]


def _attendance(activity: Activity) -> str:
    """22/24, or 36 人 where only heads were counted; nothing where nobody was."""
    if not activity.present and not activity.expected:
        return ""
    return f"{activity.present} 人" if activity.headcount else f"{activity.present}/{activity.expected}"


def _hours(hours: Decimal | None) -> str:
    return f"{hours.normalize():f}" if hours else ""
