"""The days of one month with what was held or is planned on them.

Speed. A whole city holds 15,000 activities in a month. The database numbers them within their day and hands over the
first three of each, with the count of the day; no more than 93 rows are ever read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from functools import cached_property
from html import escape
from typing import Any

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from organisations.drawing import icon_svg

from .filtering import Kind
from .listed import in_groups, in_order
from .models import Activity, ActivityState
from .models.activity import ActivityQuerySet
from .short_names import Host

SHOWN = 3  # of one day
LONGEST_TITLE = 36
COLUMNS = (
    "pk",
    "title",
    "held_on",
    "starts_at",
    "state",
    "organisation__path",
    "organisation__level",
    "organisation__name",
    "kinds",  # a line for each kind
)
# What differs from an activity that was held, as icon and word.
MARKS = {ActivityState.PLANNED: ("circle-dashed", "已安排"), ActivityState.WITHDRAWN: ("minus", "已撤回")}


@dataclass(frozen=True)
class Event:
    """One activity on its day. ``icon`` (drawn) and ``word`` belong to what was not held."""

    url: str
    title: str
    css: str
    host: Host
    starts_at: time | None
    icon: str
    word: str


@dataclass(frozen=True)
class Shown:
    """An event with the short name of who holds it. Drawn here: a template loop over a month takes many times as long."""

    event: Event
    host: str

    def __str__(self) -> str:
        """As the cell says it."""
        return f"{self.event.title}（{self.host}{self.event.word}）"

    def in_cell(self) -> SafeString:
        """The link in the cell of its day."""
        event = self.event
        still_open, word = (" cal__e--open", f"，{event.word}") if event.word else ("", "")
        return mark_safe(
            f'<a class="cal__e not-phone {event.css}{still_open}" href="{event.url}">{event.icon}{escape(event.title)}'
            f'<span class="muted">（{escape(self.host)}{word}）</span></a>'
        )

    def in_list(self) -> SafeString:
        """The line below the month, for the phone."""
        event = self.event
        begins = f"{event.starts_at:%H:%M}" if event.starts_at else ""
        word = f"，{event.icon}{event.word}" if event.word else ""
        return mark_safe(
            f'<li><time class="feed__day"><small>{begins}</small></time><div class="{event.css}">'
            f'<a class="rows__title" href="{event.url}"><span class="tick"></span>{escape(event.title)}</a>'
            f'<div class="rows__meta">{escape(event.host.name)}{word}</div></div></li>'
        )


class EventsByDay:
    """The first events of each day among ``activities``, which their reader may see, and how many there are."""

    def __init__(self, activities: ActivityQuerySet, kinds: Sequence[Kind]) -> None:
        self.activities = activities
        self.known_kinds = kinds

    @cached_property
    def _first(self) -> list[tuple[int, date]]:
        """(pk, day), by day and then by time."""
        by_time = [F("starts_at").asc(nulls_last=True), F("pk").asc()]
        numbered = self.activities.order_by().annotate(
            nth=Window(RowNumber(), partition_by=[F("held_on")], order_by=by_time)
        )
        return list(numbered.filter(nth__lte=SHOWN).order_by("held_on", "nth").values_list("pk", "held_on"))

    @cached_property
    def counts(self) -> dict[date, int]:
        """How many each day has; days without any are missing.

        A query of its own: counted beside the numbers, over the same rows, it takes the database twice as long.
        """
        return dict(self.activities.order_by().values_list("held_on").annotate(Count("pk")))

    @cached_property
    def events(self) -> dict[date, tuple[Event, ...]]:
        """The first of each day."""
        rows = in_groups(self._rows)
        found: dict[date, list[Event]] = defaultdict(list)
        for pk, day in self._first:
            if pk in rows:
                found[day].append(self._event(rows[pk][0], in_order(rows[pk], self.known_kinds)))
        return {day: tuple(events) for day, events in found.items()}

    @cached_property
    def _rows(self) -> list[Any]:
        pks = [pk for pk, _ in self._first]
        return list(Activity.objects.filter(pk__in=pks).order_by().values_list(*COLUMNS, named=True))

    @cached_property
    def _address(self) -> str:
        return reverse("activity-list")

    def _event(self, row: Any, kinds: list[Kind]) -> Event:
        icon, word = MARKS.get(row.state, ("", ""))
        return Event(
            url=f"{self._address}{row.pk}/",
            title=row.title if len(row.title) <= LONGEST_TITLE else f"{row.title[: LONGEST_TITLE - 1]}…",
            css=kinds[0].css if kinds else "",
            host=Host(row.organisation__path, row.organisation__level, row.organisation__name),
            starts_at=row.starts_at,
            icon=icon_svg(icon) if icon else "",
            word=word,
        )
