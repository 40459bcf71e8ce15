"""The rows of one page of the list, in words: a constant number of queries for any number of rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from html import escape
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from organisations.drawing import state_html
from organisations.models import Person
from programmes.periods import parse

from .credits import Credits
from .filtering import Kind
from .models import Activity, ActivityState, Attendance
from .study_hours import hours_in_words

LONGEST_TITLE = 60
WEEKDAYS = "一二三四五六日"
COLUMNS = (
    "pk",
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
    "kinds",  # a line for each kind
)


@dataclass(frozen=True)
class Row:
    """One line of the list, drawn."""

    held_on: date
    html: SafeString


class Listed:
    """The activities ``pks``, which their reader may see, in that order.

    For everybody the figure is who came and the status what it is counted for; on ``own``'s own list they are his 学时
    and how he took part.
    """

    def __init__(self, pks: Sequence[int], own: Person | None, kinds: Sequence[Kind]) -> None:
        self.pks = pks
        self.own = own
        self.known_kinds = kinds

    @cached_property
    def rows(self) -> list[Row]:
        """The lines."""
        found = in_groups(self._values)
        return [self._row(found[pk][0], in_order(found[pk], self.known_kinds)) for pk in self.pks if pk in found]

    @cached_property
    def _address(self) -> str:
        """Where the records stand, looked up once for all rows."""
        return reverse("activity-list")

    @cached_property
    def _values(self) -> list[Any]:
        return list(Activity.objects.filter(pk__in=self.pks).order_by().values_list(*COLUMNS, named=True))

    def _row(self, values: Any, kinds: list[Kind]) -> Row:
        """Drawn here: there are fifty of them, and a template loop takes ten times as long."""
        day = values.held_on
        state, word = self._status(values, kinds)
        title = values.title if len(values.title) <= LONGEST_TITLE else f"{values.title[:LONGEST_TITLE]}…"
        html = (
            f'<tr class="{kinds[0].css if kinds else ""}">'
            f'<td class="nowrap">{day.day:02d}日 <span class="wk">{WEEKDAYS[day.weekday()]}</span></td>'
            f'<th scope="row"><a href="{self._address}{values.pk}/"><span class="tick"></span>{escape(title)}</a></th>'
            f'<td data-label="类别">{escape("，".join([kind.name for kind in kinds]))}</td>'
            f'<td data-label="单位">{escape(values.organisation__name)}</td>'
            f"{self._figure(values, state)}"
            f'<td class="own" data-label="{"我" if self.own else "计入"}">{_drawn(state, word)}</td></tr>'
        )
        return Row(day, mark_safe(html))

    def _figure(self, values: Any, state: str) -> str:
        """The cell of 22/24, or 36 人 where only heads were counted; a dash where nobody was. On his own list his 学时."""
        if self.own and state == "done" and values.study_hours:
            return f'<td class="r keep" data-label="学时">{hours_in_words(values.study_hours)}</td>'
        if self.own or not (values.present or values.expected):
            return '<td class="r"><span class="not-phone">—</span></td>'
        if values.headcount:
            return f'<td class="r" data-label="实到">{values.present} 人</td>'
        return f'<td class="r keep" data-label="实到">{values.present}/{values.expected}</td>'

    def _status(self, values: Any, kinds: list[Kind]) -> tuple[str, str]:
        """(state, word) of the last column."""
        if values.state == ActivityState.PLANNED:
            return "todo", "已安排"
        if values.state == ActivityState.WITHDRAWN:
            return "off", "已撤回"
        return self._part(values.pk) if self.own else self._credit(values, kinds)

    def _credit(self, values: Any, kinds: list[Kind]) -> tuple[str, str]:
        pks = {kind.pk for kind in kinds}
        names = self._credits.names(values.organisation__path, values.organisation__level, pks, values.held_on)
        if values.makes_up_for__code in names:
            names[values.makes_up_for__code] += f"（补办{parse(values.makes_up_for__period).label}）"
        return ("done", "，".join(names.values())) if names else ("", "不计要求")

    def _part(self, pk: int) -> tuple[str, str]:
        """How the reader took part."""
        present, made_up_on = self._parts[pk]
        if present:
            return "done", "到会"
        return ("done", f"{made_up_on.month}月{made_up_on.day}日补学") if made_up_on else ("off", "未到")

    @cached_property
    def _credits(self) -> Credits:
        return Credits({values.organisation__path for values in self._values})

    @cached_property
    def _parts(self) -> dict[int, tuple[bool, date | None]]:
        rows = Attendance.objects.filter(person=self.own, activity__in=self.pks)
        return {
            pk: (present, made_up_on)
            for pk, present, made_up_on in rows.values_list("activity_id", "present", "made_up_on")
        }


def in_groups(values: Iterable[Any]) -> dict[int, list[Any]]:
    """What was read by activity, where each has a line for each of its ``kinds``."""
    found: dict[int, list[Any]] = defaultdict(list)
    for line in values:
        found[line.pk].append(line)
    return found


def in_order(lines: Sequence[Any], known: Sequence[Kind]) -> list[Kind]:
    """The kinds of the lines of one activity, in the order of ``known``: that of the article."""
    pks = {line.kinds for line in lines}
    return [kind for kind in known if kind.pk in pks]


def kinds_of(pks: Sequence[int], known: Sequence[Kind]) -> dict[int, list[Kind]]:
    """The kinds of each of the activities ``pks``, in the order of ``known``: that of the article. One query."""
    places = {kind.pk: place for place, kind in enumerate(known)}
    found: dict[int, list[int]] = defaultdict(list)
    through = Activity.kinds.through.objects.filter(activity__in=pks)
    for activity_id, kind_id in through.values_list("activity_id", "activitykind_id"):
        found[activity_id].append(places[kind_id])
    return defaultdict(list, {pk: [known[place] for place in sorted(at)] for pk, at in found.items()})


@lru_cache(maxsize=256)
def _drawn(state: str, word: str) -> SafeString:
    """The last cell. Kept, because most rows of a page say the same."""
    return state_html(state, word) if state else format_html('<span class="muted small">{}</span>', word)
