"""The life of the demo city, month by month: what is owed becomes records, gaps and requests, and the rest happens beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from activities.entries import Entry
from organisations.models import Person
from programmes.models import ActivityKind, Obligation, Programme, Requirement
from programmes.models.obligation import ExemptionMark
from reminders import workdays

from . import excuses
from .bundling import PARTY_DAY, Bundle, bundle
from .city import City
from .composing import Composer, Plan
from .events import Corrected, Declined, Event, Recorded, Withdrawn
from .hosts import Host, hosts_of
from .rhythm import Fate, Owed, Rhythm, moment, saved_at
from .sideshow import extras_of

# How often a record is saved twice and withdrawn, corrected the next day, corrected weeks later, declined by a partner.
SAVED_TWICE, CORRECTED, CORRECTED_LATE, DECLINING = 0.002, 0.004, 0.001, 0.12
PLANNED_AHEAD = timedelta(days=16)
REPEATED = "同一次活动保存了两遍。"
DECLINED = "我支部当天另有安排，没有参加。"


class Story:
    """Tells what happens from ``begins`` to the day before ``city.as_of``."""

    def __init__(self, city: City, begins: date) -> None:
        self.city = city
        self.begins = begins
        self.hosts = hosts_of(city)
        self.rhythm = Rhythm(city, begins, self.hosts.values())
        self.kinds = {kind.code: kind for kind in ActivityKind.objects.select_related("programme")}
        self.composer = Composer({(row.code, row.year): row for row in Programme.objects.all()})
        self.crediting: dict[int, list[str]] = defaultdict(list)
        through = Requirement.kinds.through.objects.order_by("activitykind__order", "activitykind_id")
        for requirement_id, kind in through.values_list("requirement_id", "activitykind__code"):
            self.crediting[requirement_id].append(kind)
        # What the scenes fix: (path, first of a month) → kinds and days of what is held beside the duties.
        self.set_extras: dict[tuple[str, date], list[tuple[str, date]]] = {}
        self.coming: dict[date, list[Bundle]] = defaultdict(list)
        self.told = date.min

    def month(self, first: date) -> Iterator[Event]:
        """Everything that follows from what begins in the month of ``first`` or is held in it; in no order.

        Call it month by month, after what is owed was opened.
        """
        for owed in self._begun(first):
            yield from self._turn_out(owed)
        for one in bundle(self.coming.pop(first, []), self.city):
            kinds = tuple(self.kinds[code] for code in one.kinds)
            yield from self._hold(Plan(one.host, kinds, one.day, tuple(one.partners)), "/".join(one.owed.key))
        for host in self.hosts.values():
            extras = self.set_extras.get((host.organisation.path, first)) or extras_of(host, first, self.city)
            for number, (code, day) in enumerate(extras):
                ref = f"{host.organisation.path}/{code}/{first:%Y-%m}/{number}"
                yield from self._hold(Plan(host, (self.kinds[code],), day), ref)

    def code_of(self, kind: str, level: str) -> str:
        """The code of the common requirement that a kind credits at a level."""
        rules = Requirement.objects.in_force(self.city.as_of).filter(kinds__code=kind, level=level, organisation=None)
        return rules.get().code

    def _begun(self, first: date) -> list[Owed]:
        """What began since the last call up to ``first`` and is not excused already."""
        fields = ("organisation_id", "organisation__path", "code", "requirement_id", "period", "starts_on", "due_on")
        rows = Obligation.objects.filter(
            starts_on__gt=self.told, starts_on__lte=first, exemption_state=ExemptionMark.NONE
        )
        self.told = first
        return [Owed(*row) for row in rows.order_by("organisation__path", "code", "period").values_list(*fields)]

    def _turn_out(self, owed: Owed) -> Iterator[Event]:
        """One obligation turns into what its fate says; what is held in time waits for its month."""
        host, fate = self.hosts[owed.organisation_id], self.rhythm.fate(owed.key)
        if fate == Fate.HELD:
            day = self.rhythm.day(owed)
            kinds = [self._kind(host, owed)]
            if kinds == [PARTY_DAY]:
                kinds += filter(None, [self.rhythm.outing(owed)])
            self.coming[day.replace(day=1)].append(Bundle(host, owed, day, kinds))
        elif fate == Fate.MADE_UP:
            yield from self._make_up(host, owed)
        elif fate in (Fate.EXCUSED, Fate.REFUSED):
            yield from excuses.request(host, owed, granted=fate == Fate.EXCUSED, city=self.city)

    def _kind(self, host: Host, owed: Owed) -> str:
        """The kind by which it is met: the first that such an organisation holds."""
        codes = self.crediting[owed.requirement_id]
        return next(code for code in codes if host.organisation.level in self.kinds[code].levels)

    def _hold(self, plan: Plan, ref: str) -> Iterator[Event]:
        """The record of ``plan``, and what happens to it afterwards; an announcement where its day is still to come."""
        random = self.city.random("hold", ref)
        if plan.day >= self.city.as_of:
            yield from self._announce(plan, ref, random)
            return
        entry = self.composer.entry(plan, random)
        at = saved_at(plan.day, random)
        by = plan.host.recorder(at.date())
        yield Recorded(at, by, ref, entry, made_up=self._make_ups(plan.host, entry, by, random))
        yield from self._aftermath(plan, Recorded(at, by, ref, entry), random)

    def _make_up(self, host: Host, owed: Owed) -> Iterator[Event]:
        """The record that makes up for what was missed in the period before."""
        plan = Plan(host, (self.kinds[self._kind(host, owed)],), self.rhythm.make_up_day(owed))
        if plan.day < self.city.as_of:
            ref = "/".join((*owed.key, "late"))
            random = self.city.random("hold", ref)
            entry, at = self.composer.entry(plan, random), saved_at(plan.day, random)
            missed = (host.organisation, owed.code, owed.period)
            yield Recorded(at, host.recorder(at.date()), ref, entry, missed)

    def _announce(self, plan: Plan, ref: str, random: Random) -> Iterator[Event]:
        """Some of what comes soon is announced some days before; nothing of next year (the record would be refused)."""
        at = moment(workdays.add_workdays(self.city.as_of, -random.randint(1, 4), {}), random, (9, 11))
        soon = plan.day <= self.city.as_of + PLANNED_AHEAD and plan.day.year == at.year
        if soon and random.random() < 0.4:
            entry = self.composer.entry(replace(plan, is_planned=True), random)
            yield Recorded(at, plan.host.recorder(at.date()), ref, entry)

    def _make_ups(self, host: Host, entry: Entry, by: Person, random: Random) -> dict[int, date]:
        """Who made up the study before the story ends: about one in four of the absent, noted by whoever saved the record."""
        studied = {}
        for pk in entry.absences:
            on = entry.held_on + timedelta(days=random.randint(3, 20))
            if random.random() < 0.25 and on < self.city.as_of and host.recorder(on) == by:
                studied[pk] = on
        return studied

    def _aftermath(self, plan: Plan, event: Recorded, random: Random) -> Iterator[Event]:
        """Now and then a record is saved twice and withdrawn, corrected, or declined by a partner."""
        chance, next_day = random.random(), workdays.add_workdays(event.today, 1, {})
        later = moment(next_day, random, (9, 10))
        if plan.partners and random.random() < DECLINING:
            partner = plan.partners[0]
            yield Declined(later, partner.recorder(next_day), event.ref, partner.organisation, DECLINED)
        elif chance < SAVED_TWICE:
            again = replace(event, at=event.at + timedelta(minutes=7), ref=f"{event.ref}/again")
            yield again
            yield Withdrawn(later, plan.host.recorder(next_day), again.ref, REPEATED)
        elif chance < SAVED_TWICE + CORRECTED:
            corrected = replace(event.entry, content=f"{event.entry.content}会后按与会同志的意见补充了发言要点。")
            yield Corrected(later, plan.host.recorder(next_day), event.ref, corrected, "")
        elif chance < SAVED_TWICE + CORRECTED + CORRECTED_LATE:
            late = moment(workdays.add_workdays(event.today, random.randint(9, 14), {}), random, (9, 10))
            corrected = replace(event.entry, place=f"{event.entry.place}（东侧）")
            yield Corrected(late, plan.host.recorder(late.date()), event.ref, corrected, "地点写得不准，核对后改正。")
