"""The conditions above the list of activities: read from the address, offered as choices, shown as pills.

An address may be typed or out of date. A condition that means nothing is left out, and a sentence says so; an
organisation outside the reader's scope is 404, like its page.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from html import escape
from itertools import groupby
from typing import NamedTuple

from django.http import Http404, QueryDict
from django.utils.safestring import SafeString, mark_safe

from organisations import scoping
from organisations.models import Organisation, Person
from organisations.permissions import Act
from programmes.models import ActivityKind, Pillar, Programme
from programmes.periods import Cadence, Period, parse, period_of

from .choosing import OrganisationChoices
from .models import Activity, ActivityState, Partnership
from .models.activity import ActivityQuerySet

ALL = "all"  # the period that is none
LONGEST_TEXT = 60
# Besides the present one: how many earlier periods are offered.
EARLIER = {Cadence.YEAR: 2, Cadence.QUARTER: 3, Cadence.MONTH: 5}
HEADINGS = {Cadence.YEAR: "年", Cadence.QUARTER: "季度", Cadence.MONTH: "月"}

Choice = tuple[str, str]


class Kind(NamedTuple):
    """What the list needs to know of a kind and its line."""

    pk: int
    code: str
    name: str
    pillar: int
    line: str
    line_name: str

    @property
    def css(self) -> str:
        """The pillar's class."""
        return Pillar(self.pillar).css


@dataclass(frozen=True)
class Select:
    """One drop-down: its choices in groups (a group without a name stands alone)."""

    name: str
    label: str
    groups: tuple[tuple[str, tuple[Choice, ...]], ...]
    chosen: str
    brief: bool = False  # stays on the phone; the others wait behind 更多条件

    def options(self) -> SafeString:
        """The option elements. Drawn here: there may be hundreds, and a template loop takes twenty times as long."""
        return mark_safe("".join(self._group(heading, choices) for heading, choices in self.groups))

    def _group(self, heading: str, choices: tuple[Choice, ...]) -> str:
        options = "".join(
            f'<option value="{escape(value)}"{" selected" if value == self.chosen else ""}>{escape(label)}</option>'
            for value, label in choices
        )
        return f'<optgroup label="{escape(heading)}">{options}</optgroup>' if heading else options


class ActivityFilter:
    """What the reader asked for. ``ignored`` holds a sentence for each condition that was left out."""

    def __init__(self, query: QueryDict, reader: Person, today: date) -> None:
        self.query = query
        self.reader = reader
        self.today = today
        self.ignored: list[str] = []
        self.pillar = self._pillar()
        self.line = self._line()
        self.kind = self._kind()
        self.organisation = self._organisation()
        self.programme = self._programme()
        self.day = self._day()
        self.period = self._period()
        self.text = self._text()
        self.state = self._state()
        self.own = query.get("own") == "1"

    # --- reading

    def _raw(self, name: str) -> str:
        return self.query.get(name, "").strip()

    def _unknown(self, what: str, raw: str) -> None:
        self.ignored.append(f"没有“{raw[:20]}”这个{what}，没有按它筛选。")

    @cached_property
    def kinds(self) -> list[Kind]:
        """All kinds, in the order of the article."""
        rows = ActivityKind.objects.order_by("line__pillar", "line__order", "order", "pk")
        return [
            Kind(*row) for row in rows.values_list("pk", "code", "name", "line__pillar", "line__code", "line__name")
        ]

    @cached_property
    def lines(self) -> dict[str, Kind]:
        """Line code → the first of its kinds, in order."""
        return {kind.line: kind for kind in reversed(self.kinds)}

    def _pillar(self) -> Pillar | None:
        raw = self._raw("pillar")
        if raw and raw not in {str(pillar.value) for pillar in Pillar}:
            return self._unknown("支柱", raw)
        return Pillar(int(raw)) if raw else None

    def _line(self) -> Kind | None:
        """Any kind of the line asked for."""
        raw = self._raw("line")
        found = self.lines.get(raw)
        return self._unknown("条线", raw) if raw and not found else found

    def _kind(self) -> Kind | None:
        raw = self._raw("kind")
        found = next((kind for kind in self.kinds if kind.code == raw), None)
        return self._unknown("类别", raw) if raw and not found else found

    def _organisation(self) -> Organisation | None:
        raw = self._raw("organisation")
        if not raw:
            return None
        if not (raw.isascii() and raw.isdigit() and len(raw) < 19):
            return self._unknown("单位", raw)
        found = Organisation.objects.manageable_by(self.reader, Act.SEE, self.today).filter(pk=int(raw)).first()
        if found is None:
            raise Http404
        return found

    def _programme(self) -> Programme | None:
        """Asked for by the programme's own page only: there is no drop-down for it."""
        raw = self._raw("programme")
        number = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 19 else 0
        found = Programme.objects.visible_to(self.reader).filter(pk=number).first() if raw else None
        return self._unknown("项目", raw) if raw and not found else found

    def _day(self) -> date | None:
        """Asked for by the calendar only: one day."""
        raw = self._raw("day")
        try:
            return date.fromisoformat(raw) if raw and parse(raw[:7]) else None
        except ValueError:
            return self._unknown("日期", raw)

    def _period(self) -> Period | None:
        """The period asked for; without one that of the day asked for, or the present year. None is every period."""
        raw = self._raw("period")
        if raw == ALL:
            return None
        usual = period_of(self.day, Cadence.MONTH) if self.day else period_of(self.today, Cadence.YEAR)
        try:
            return parse(raw) if raw else usual
        except ValueError as refusal:
            self.ignored.append(f"{refusal}现在列出的是{usual}的。")
            return usual

    def _text(self) -> str:
        raw = self._raw("q")
        if len(raw) > LONGEST_TEXT:
            self.ignored.append(f"要找的文字最多 {LONGEST_TEXT} 个字，只用了前面的。")
        return raw[:LONGEST_TEXT]

    def _state(self) -> ActivityState | None:
        raw = self._raw("state")
        if raw and raw not in ActivityState.values:
            return self._unknown("状态", raw)
        return ActivityState(raw) if raw else None

    # --- applying

    def apply(self, activities: ActivityQuerySet) -> ActivityQuerySet:
        """``activities`` narrowed to what was asked for; withdrawn ones only when asked for."""
        activities = activities.filter(state=self.state) if self.state else activities.standing()
        if self.period:
            activities = activities.held_in(self.period)
        if self.day:
            activities = activities.filter(held_on=self.day)
        if self.organisation:
            activities = _held_with(activities, self.organisation)
        if self.programme:
            activities = activities.filter(programme=self.programme)
        if self.pillar or self.line or self.kind:
            activities = activities.of_kinds([kind.pk for kind in self.kinds if self._fits(kind)])
        return activities.mentioning(self.text) if self.text else activities

    def _fits(self, kind: Kind) -> bool:
        return (
            (self.pillar is None or kind.pillar == self.pillar)
            and (self.line is None or kind.line == self.line.line)
            and (self.kind is None or kind.pk == self.kind.pk)
        )

    # --- showing

    @cached_property
    def organisations(self) -> OrganisationChoices:
        """The organisations that the reader may choose among."""
        return OrganisationChoices(self.reader, self.organisation, self.today)

    @cached_property
    def selects(self) -> list[Select]:
        """The drop-downs, as the reader's scope offers them."""
        lines = _grouped(
            (Pillar(kind.pillar).label, (kind.line, kind.line_name))
            for kind in self.kinds
            if kind is self.lines[kind.line]
        )
        kinds = _grouped((kind.line_name, (kind.code, kind.name)) for kind in self.kinds)
        pillars = tuple((str(pillar.value), pillar.label) for pillar in Pillar)
        found = [
            _select("pillar", "支柱", "三个支柱", (("", pillars),), str(self.pillar.value) if self.pillar else ""),
            _select("line", "条线", "全部条线", lines, self.line.line if self.line else ""),
            _select("kind", "类别", "全部类别", kinds, self.kind.code if self.kind else ""),
        ]
        if self.organisations.choices:
            chosen = str(self.organisation.pk) if self.organisation else ""
            found.append(_select("organisation", "单位", "能看的全部单位", (("", self.organisations.choices),), chosen))
        chosen = self.period.key if self.period else ALL
        return [*found, Select("period", "期间", self._periods(), chosen, brief=True)]

    def _periods(self) -> tuple[tuple[str, tuple[Choice, ...]], ...]:
        """Every period; the present and some earlier ones by cadence; what was asked for, if it is none of them."""
        groups: list[tuple[str, tuple[Choice, ...]]] = [("", ((ALL, "全部期间"),))]
        for cadence, earlier in EARLIER.items():
            offered = [period_of(self.today, cadence)]
            for _ in range(earlier):
                offered.append(offered[-1].previous())
            groups.append((HEADINGS[cadence], tuple((period.key, period.full_label) for period in offered)))
        keys = {key for _, choices in groups for key, _ in choices}
        if self.period and self.period.key not in keys:
            groups[0] = ("", (*groups[0][1], (self.period.key, self.period.full_label)))
        return tuple(groups)

    @cached_property
    def pills(self) -> list[Choice]:
        """(condition in words, address without it)."""
        return [(words, self._without(name)) for words, name in self._conditions]

    @cached_property
    def pills_of_a_month(self) -> list[Choice]:
        """The same without the period, which a calendar always has."""
        return [(words, self._without(name)) for words, name in self._conditions if name != "period"]

    @property
    def _conditions(self) -> list[Choice]:
        """(condition in words, its name in the address)."""
        found = [
            (self.pillar.label if self.pillar else "", "pillar"),
            (self.line.line_name if self.line else "", "line"),
            (self.kind.name if self.kind else "", "kind"),
            (self.organisation.name if self.organisation else "", "organisation"),
            (self.programme.name if self.programme else "", "programme"),
            (self.period.full_label if self.period else "", "period"),
            (f"{self.day.month}月{self.day.day}日" if self.day else "", "day"),
            (f"含“{self.text}”" if self.text else "", "q"),
            (self.state.label if self.state else "", "state"),
        ]
        return [(words, name) for words, name in found if words]

    def _without(self, name: str) -> str:
        query = self.query.copy()
        query.pop("page", None)
        query.pop(name, None)
        if name == "period":
            query["period"] = ALL
        return f"?{query.urlencode()}"

    @property
    def narrowed(self) -> bool:
        """Whether anything was asked for besides a period."""
        asked = (self.pillar, self.line, self.kind, self.organisation, self.programme, self.day, self.text, self.state)
        return any(asked)


def _held_with(activities: ActivityQuerySet, organisation: Organisation) -> ActivityQuerySet:
    """Those held by ``organisation`` or below it, alone or as a partner that did not decline.

    One list of keys instead of two conditions joined by OR: measured over a million records, the OR reads the whole
    period (0.3 s), the keys come from two indexes (milliseconds).
    """
    inside = scoping.under(organisation.path, "organisation__path")
    hosted = Activity.objects.filter(inside).order_by().values("pk")
    shared = Partnership.objects.filter(inside, declined_at=None).order_by().values("activity")
    return activities.filter(pk__in=hosted.union(shared))


def _select(
    name: str, label: str, everything: str, groups: tuple[tuple[str, tuple[Choice, ...]], ...], chosen: str
) -> Select:
    return Select(name, label, (("", (("", everything),)), *groups), chosen)


def _grouped(rows: Iterable[tuple[str, Choice]]) -> tuple[tuple[str, tuple[Choice, ...]], ...]:
    """Neighbouring rows of the same heading, as groups."""
    return tuple(
        (heading, tuple(choice for _, choice in group)) for heading, group in groupby(rows, key=lambda row: row[0])
    )
