"""What a record counts for: foretold beside the log form (保存后), and told beside the record (计入要求).

The forecast is counted by ``activities.crediting`` itself, as if the entry had been recorded, so that the aside and the
truth cannot differ.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from activities import crediting
from activities.entries import Entry, check
from activities.models import Activity, ActivityState, AgendaItem, Partnership
from activities.models.activity import ActivityQuerySet
from activities.withdrawing import credited
from organisations.models import Organisation, Person
from organisations.permissions import Act
from programmes.models import Obligation
from programmes.models.obligation import ExemptionMark
from programmes.periods import Cadence, Period, period_of
from responsibilities import ticking
from responsibilities.models import Measure

# Refusals that decide what a record counts for; the others (a missing text, a vote that does not add up) do not.
DECISIVE = ("kinds", "held_on", "makes_up_for")
NAMES_SHOWN = 6
MEASURES_SHOWN = 3


@dataclass(frozen=True)
class Line:
    """One line of an aside: icon, what it is about, what happens, and where it leads."""

    icon: str
    title: str
    text: str
    url: str = ""
    is_late: bool = False


def foresee(entry: Entry, today: date, instead_of: int | None = None) -> list[Obligation]:
    """The obligations that ``entry`` would count for, by due day, with done, late and done_on as they would be then.

    ``instead_of`` is the pk of the record that it would correct. Nothing for what is only planned. Writes nothing.
    """
    if entry.is_planned(today) or not entry.kinds:
        return []
    made_up = entry.makes_up_for
    kinds = {kind.pk for kind in entry.kinds}
    held = crediting.Held(
        instead_of or sys.maxsize,
        entry.held_on,
        made_up.pk if made_up else None,
        (made_up.organisation_id, made_up.code) if made_up else None,
        kinds,
    )
    organisations = _crediting_organisations(entry, instead_of)
    touched = crediting.obligations_touched(organisations, [entry.held_on], [held.makes_up_for])
    fitting = (
        Obligation.objects.filter(pk__in=touched, requirement__kinds__in=kinds)
        .distinct()
        .select_related("organisation", "requirement")
    )
    rows = [row for row in fitting if row.organisation_id in organisations and crediting.counts_for(held, row)]
    crediting.count(rows, crediting.Imagined(held, organisations, instead_of))
    return rows


def _crediting_organisations(entry: Entry, instead_of: int | None) -> frozenset[int]:
    """Host and partners, without those who declined the record that is being corrected."""
    pks = {organisation.pk for organisation in entry.organisations}
    if instead_of is not None:
        pks -= set(
            Partnership.objects.filter(activity=instead_of, declined_at__isnull=False).values_list(
                "organisation_id", flat=True
            )
        )
    return frozenset(pks)


class Forecast:
    """The aside 保存后. ``entry`` is None as long as no host is chosen."""

    def __init__(self, entry: Entry | None, today: date, instead_of: int | None = None) -> None:
        self.entry = entry
        self.today = today
        self.instead_of = instead_of

    @cached_property
    def lines(self) -> list[Line]:
        """Every line, in the order of the aside."""
        entry = self.entry
        if entry is None or not entry.kinds:
            return [Line("circle-dashed", "还没有选类别", "选好是什么活动，这里说明保存后计入什么。")]
        if self._refusals:
            return [Line("triangle-alert", "现在还不能保存", sentence, is_late=True) for sentence in self._refusals]
        if entry.is_planned(self.today):
            return [Line("clock", "先存为安排", "不计入要求，开展以后补上到会和内容再计入。"), *self._programme(entry)]
        settled = [_settled(row, entry) for row in foresee(entry, self.today, self.instead_of)]
        rest = [*self._measures(entry), *self._programme(entry), *self._first_topic(entry)]
        rest += [*self._hours(entry), *self._absent(entry)]
        return [*(settled or [Line("minus", "不计入要求", "只留记录。")]), *rest]

    @cached_property
    def _refusals(self) -> list[str]:
        """Why it could not be recorded, as far as that decides what it counts for."""
        try:
            check(self.entry, self.today)
        except ValidationError as refusal:
            errors = refusal.message_dict
            return [sentence for name in DECISIVE for sentence in errors.get(name, ())]
        return []

    def _measures(self, entry: Entry) -> list[Line]:
        """What it ticks on duty lists, beside what follows the requirements above."""
        kinds = [kind.pk for kind in entry.kinds]
        found = list(ticking.proven_by(entry.organisation.pk, kinds, entry.held_on))
        shown = found[:MEASURES_SHOWN]
        lines = [Line("clipboard-check", row.text, "责任清单的措施，凭这次记录算数") for row in shown]
        if len(found) > len(shown):
            lines.append(Line("clipboard-check", f"另有 {len(found) - len(shown)} 条措施", "也凭这次记录算数"))
        return lines

    def _programme(self, entry: Entry) -> list[Line]:
        if entry.programme is None:
            return []
        if entry.is_planned(self.today):
            text = "归入这个项目"
        else:
            held = Activity.objects.counted().filter(programme=entry.programme, organisation=entry.organisation)
            text = f"{_own(entry.organisation)}第 {held.exclude(pk=self.instead_of).count() + 1} 次活动"
        return [Line("layers", entry.programme.name, text)]

    def _first_topic(self, entry: Entry) -> list[Line]:
        if not any(line.first_topic for line in entry.agenda):
            return []
        month = period_of(entry.held_on, Cadence.MONTH)
        before = with_first_topic(entry.organisation, month).exclude(pk=self.instead_of).count()
        return [Line("star", "第一议题", f"{month.label}第 {before + 1} 次")]

    def _hours(self, entry: Entry) -> list[Line]:
        hours = entry.study_hours()
        present = entry.head_count()[1]
        if not hours or entry.headcount or not present:
            return []
        return [Line("clock", f"学时 {_plain(hours)}", f"到会 {present} 人各记 {_plain(hours)} 学时")]

    def _absent(self, entry: Entry) -> list[Line]:
        absent = [pk for pk in entry.roll if pk in entry.absences]
        if entry.headcount or not absent:
            return []
        names = list(Person.objects.filter(pk__in=absent).order_by("pk").values_list("name", flat=True))
        more = f"等 {len(names)} 人" if len(names) > NAMES_SHOWN else ""
        return [Line("user-x", f"补学 {len(absent)} 人", "、".join(names[:NAMES_SHOWN]) + more)]


def with_first_topic(organisation: Organisation, period: Period) -> ActivityQuerySet:
    """The activities that the organisation held in ``period`` with a 第一议题 on the agenda."""
    marked = AgendaItem.objects.filter(activity=OuterRef("pk"), first_topic=True)
    return Activity.objects.counted().held_in(period).filter(Exists(marked), organisation=organisation)


def _settled(row: Obligation, entry: Entry) -> Line:
    """What becomes of one obligation, as ``foresee`` has counted it."""
    foreign = row.organisation_id != entry.organisation.pk
    title = f"{row.organisation}：{label(row, entry.held_on)}" if foreign else label(row, entry.held_on)
    making_up = entry.makes_up_for is not None and entry.makes_up_for.pk == row.pk
    if row.exemption_state in (ExemptionMark.GRANTED, ExemptionMark.CLOSED):
        return Line("minus", title, "本期不适用，只留记录")
    if row.done > row.needed:
        return Line("circle-check", title, f"已经够了，这是第 {row.done} 次")
    if row.done < row.needed:
        return Line("circle-dashed", title, f"{'补办' if making_up else ''}第 {row.done} 次，还差 {row.missing} 次")
    if making_up:
        return Line("circle-check", title, "补办，记为补办")
    return Line("circle-check", title, _in_time(row, entry.held_on))


def _in_time(row: Obligation, held_on: date) -> str:
    """记为已完成，比期限早 10 天."""
    early = (row.due_on - held_on).days
    if early == 0:
        return "记为已完成，正好在期限当天"
    return f"记为已完成，比期限早 {early} 天" if early > 0 else f"记为已完成，比期限晚 {-early} 天"


def label(row: Obligation, day: date) -> str:
    """11月主题党日; with its year where that is not the year of ``day``."""
    span = row.span
    return f"{span.label if span.year == day.year else span.full_label}{row.requirement.name}"


def _own(organisation: Organisation) -> str:
    return {"branch": "本支部", "group": "本小组", "organ_committee": "本机关党委"}.get(organisation.level, "本级")


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


@dataclass(frozen=True)
class CreditLine:
    """One obligation that a record counts for, as it stands now."""

    title: str
    state: str
    word: str


class RecordEffect:
    """The asides 计入要求 and 所属项目 of one record, as ``reader`` may see them."""

    def __init__(self, activity: Activity, reader: Person, today: date) -> None:
        self.activity = activity
        self.reader = reader
        self.today = today

    @cached_property
    def sees(self) -> bool:
        """Whether the reader sees what organisations owe at all; somebody who was only there does not."""
        return self.reader.may(Act.SEE, today=self.today)

    @property
    def is_held(self) -> bool:
        """Only what was held counts."""
        return self.activity.state == ActivityState.HELD

    @cached_property
    def credits(self) -> list[CreditLine]:
        """The obligations that it counts for, as far as the reader may see their organisations."""
        rows = [row for row in credited(self.activity) if self.reader.may(Act.SEE, row.organisation, self.today)]
        return [self._credit(row) for row in rows]

    def _credit(self, row: Obligation) -> CreditLine:
        span = row.span
        title = f"{row.requirement.name}，{span.label if span.year == self.activity.held_on.year else span.full_label}"
        if row.organisation_id != self.activity.organisation_id:
            title = f"{row.organisation}：{title}"
        return CreditLine(title, *self._state(row))

    def _state(self, row: Obligation) -> tuple[str, str]:
        """(state as it is drawn, word)."""
        if row.exemption_state != ExemptionMark.NONE:
            return "off", row.state(self.today).label
        if self.activity.makes_up_for_id == row.pk:
            return "done", "补办"
        if row.done < row.needed:
            return ("late" if row.due_on < self.today else "todo"), f"还差 {row.missing} 次"
        return "done", "已完成" if row.done == row.needed else f"已完成，共 {row.done} 次"

    @cached_property
    def measures(self) -> list[Measure]:
        """The measures on duty lists of its host that it ticks by itself, as far as the reader may see them."""
        activity = self.activity
        if not (self.is_held and self.reader.may(Act.SEE, activity.organisation, self.today)):
            return []
        kinds = [kind.pk for kind in activity.kinds.all()]
        return list(ticking.proven_by(activity.organisation_id, kinds, activity.held_on))

    @cached_property
    def first_topic(self) -> str:
        """第一议题，10月第 1 次; empty without one."""
        if not self.is_held or not any(item.first_topic for item in self.activity.agenda.all()):
            return ""
        month = period_of(self.activity.held_on, Cadence.MONTH)
        place = self._place(with_first_topic(self.activity.organisation, month))
        return f"第一议题，{month.label}第 {place} 次"

    @cached_property
    def programme_text(self) -> str:
        """坚定理想信念，本支部第 8 次; without the number for what is not held."""
        programme = self.activity.programme
        if not self.is_held:
            return programme.line.name
        held = Activity.objects.counted().filter(programme=programme, organisation=self.activity.organisation)
        return f"{programme.line.name}，{_own(self.activity.organisation)}第 {self._place(held)} 次"

    @property
    def programme_url(self) -> str:
        """The programme's page."""
        return reverse("programme", args=[self.activity.programme_id])

    def _place(self, activities: ActivityQuerySet) -> int:
        """The how-manieth of ``activities`` this one is, by day."""
        day, pk = self.activity.held_on, self.activity.pk
        return activities.filter(Q(held_on__lt=day) | Q(held_on=day, pk__lte=pk)).count()
