"""Who is meant, which post, who gives way: the rows of appointments compared with those that hold."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError

from .. import paths
from ..models import Appointment, Level, Organisation, Post
from ..permissions import Act, Role
from ..roster import CELLS, check_day
from ..templatetags.sanli import cn_date
from .fields import APPOINTMENT_FIELDS, plain
from .placing import place_text
from .roll import Known, Roll
from .subject import Context, Row

LABELS = {one.code: one.label for one in APPOINTMENT_FIELDS}
DAYS = ("since", "last_day")
# Posts that may be held at any level, besides those of the level itself.
ANYWHERE = (Role.RECORDER, Role.ADMINISTRATOR)
# What offices write before a post and leave out at home, by level.
KINDS = {
    str(Level.WORK_COMMITTEE): "机关工委|工委",
    str(Level.PARTY_GROUP): "党组",
    str(Level.ORGAN_COMMITTEE): "机关党委|党委",
    str(Level.GENERAL_BRANCH): "党总支|总支",
    str(Level.BRANCH): "党支部|支部",
    str(Level.GROUP): "党小组|小组",
}
SEVERAL = re.compile(r"[、，,;；/兼\n]")
MYSELF = "自己的任职，要由别人来办。"


@dataclass(frozen=True)
class Span:
    """Which post where, from when, until when."""

    unit: Organisation
    post: Post
    since: date
    until: date | None


@dataclass(frozen=True)
class Plan:
    """What writing a row would do. ``standing`` is the appointment that it finds, ``ends`` are those that give way."""

    name: str = ""
    unit: Organisation | None = None
    span: Span | None = None
    person: Known | None = None
    candidates: list[Known] = field(default_factory=list)
    standing: Appointment | None = None
    ends: list[Appointment] = field(default_factory=list)
    changes: list[dict[str, str]] = field(default_factory=list)
    why: str = ""
    refusal: str = ""


class Refused(Exception):
    """A row that cannot be taken, and why."""


def value_of(row: Row, code: str) -> Any:
    """What a row says; None for a blank."""
    value = row.values.get(code)
    return date.fromisoformat(value) if value and code in DAYS else value


class Comparing:
    """Compares rows with the posts below ``context.organisation`` as they were read at one moment: six statements."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.roll = Roll(context.organisation, context.today)
        self.units = {unit.pk: unit for unit in Organisation.objects.under(context.organisation)}
        self.posts = list(Post.objects.all())
        self.standing: dict[tuple[int, int], list[Appointment]] = defaultdict(list)
        held = Appointment.objects.filter(organisation__in=Organisation.objects.under(context.organisation))
        for one in held.select_related("person", "post").order_by("since", "pk"):
            self.standing[one.organisation_id, one.post_id].append(one)
        self._taken: dict[tuple[int, ...], int] = {}
        top = self.units[context.organisation.pk]
        self._default = top if top.level in CELLS else None

    @cached_property
    def administered(self) -> set[int]:
        """Where the importing person may make somebody an administrator."""
        rows = Organisation.objects.manageable_by(self.context.by, Act.ADMINISTER, self.context.today)
        return set(rows.values_list("pk", flat=True))

    def plan(self, row: Row, person: int | None = None) -> Plan:
        """What a row would do, for ``person`` where somebody has decided who is meant. Rows are asked in their order."""
        plan = Plan(row.values.get("name") or "")
        try:
            problems = getattr(row, "problems", ())
            if problems:
                raise Refused("".join(problems))
            unit = self._unit(row)
            plan = replace(plan, unit=unit)
            return self._planned(row, plan, self._span(row, unit), person)
        except Refused as refusal:
            return replace(plan, refusal=str(refusal))
        except ValidationError as refusal:
            return replace(plan, refusal="".join(refusal.messages))

    def _planned(self, row: Row, plan: Plan, span: Span, person: int | None) -> Plan:
        plan = replace(plan, span=span)
        found, why = self._whom(row, span, person)
        if why:
            return replace(plan, candidates=found, why=why + self._gives_way(span, None)[1])
        return self._settled(row, replace(plan, person=found[0]), span, found[0])

    # --- where and what

    def _unit(self, row: Row) -> Organisation:
        text = place_text(row.values, APPOINTMENT_FIELDS)
        unit = self.units.get(self.context.places.get(text) or 0) or (None if text else self._default)
        if unit is not None:
            return unit
        suggested = {place["text"]: place["organisation"] for place in self.context.batch.places}
        likely = self.units.get(suggested.get(text) or 0)
        if likely is not None:
            raise Refused(f"党组织“{text}”对不上，是不是“{likely}”？")
        raise Refused(f"没有“{text}”这个党组织。" if text else "没有填党组织。")

    def _post(self, row: Row, unit: Organisation) -> Post:
        """The post by its name, whole or as it is called at home. The administrator's is given by administrators alone."""
        written = row.values.get("post") or ""
        if SEVERAL.search(written):
            raise Refused(f"“{written}”像是几个职务写在一格里，请一职一行。")
        own = [post for post in self.posts if post.level == unit.level]
        others = [post for post in self.posts if post not in own and (post.role in ANYWHERE or _is_office(post))]
        found = _called(written, own, unit) or _called(written, others, unit)
        if len(found) != 1:
            known = "、".join(post.label_at(unit) for post in own)
            raise Refused(f"{unit.get_level_display()}没有“{written}”这个职务，有：{known}。")
        if found[0].role == Role.ADMINISTRATOR and unit.pk not in self.administered:
            raise Refused("系统管理员只能由系统管理员来指定。")
        return found[0]

    def _span(self, row: Row, unit: Organisation) -> Span:
        """Which post from when until when. ValidationError for a day that must be a slip of the pen."""
        post = self._post(row, unit)
        since, last_day = value_of(row, "since") or self.context.since, value_of(row, "last_day")
        check_day(since, self.context.today, "since")
        if last_day is not None and last_day < since:
            raise Refused("最后一天不能早于起任日期。")
        return Span(unit, post, since, last_day + timedelta(days=1) if last_day else None)

    # --- who

    def _whom(self, row: Row, span: Span, person: int | None) -> tuple[list[Known], str]:
        """Who is meant: the number, else the name among the people of the place; else whom it may be, and why that is open."""
        if person is not None:
            if person not in self.roll.people:
                raise Refused("核对后这个人不在名册上了。")
            return [self.roll.people[person]], ""
        name, number = row.values["name"], row.values.get("staff_no")
        numbered = self.roll.by_number.get(number) if number else None
        if numbered is not None:
            if numbered.name != name:
                raise Refused(f"工号“{number}”在名册上是{numbered.name}。")
            return [numbered], ""
        if number and number in self.roll.numbers:
            raise Refused(f"工号“{number}”不在你管的范围。")
        named = [known for known in self.roll.by_name.get(name, []) if not number or not known.staff_no]
        if not named:
            raise Refused(f"名册上没有“{name}”，请先把人导入花名册。")
        here = [known for known in named if self._belongs(known, span.unit)]
        if len(here) == 1:
            return here, ""
        return here or named, f"同名 {len(here)} 人。" if here else f"不在{span.unit}的名册上。"

    def _belongs(self, known: Known, unit: Organisation) -> bool:
        own = self.units.get(known.unit.pk) if known.unit else None
        return own is not None and paths.contains(unit.path, own.path)

    # --- what it would do

    def _settled(self, row: Row, plan: Plan, span: Span, person: Known) -> Plan:
        """The plan for somebody: the appointment that stands already, or a new one with who gives way to it."""
        place = (span.unit.pk, span.post.pk)
        mine = [one for one in self.standing[place] if one.person_id == person.pk]
        current = next((one for one in mine if one.until is None or one.until > self.context.today), None)
        self._take(row, place if span.post.is_head else (*place, person.pk), span)
        if current is not None:
            return self._found(row, plan, span, current)
        if person.pk == self.context.by.pk:
            raise Refused(MYSELF)
        self._check_new(span, mine)
        ends, why = self._gives_way(span, person.pk)
        return replace(plan, ends=ends, why=why)

    def _take(self, row: Row, key: tuple[int, ...], span: Span) -> None:
        """One post of the head, and one appointment of somebody to a post, is one row."""
        if self._taken.setdefault(key, row.number or 0) != row.number:
            raise Refused(f"第 {self._taken[key]} 行已经写了{span.unit}的{span.post.label_at(span.unit)}。")

    def _found(self, row: Row, plan: Plan, span: Span, current: Appointment) -> Plan:
        """The same appointment: only a last day is news. When it began is left as it stands."""
        if span.until is None or span.until == current.until:
            return replace(plan, standing=current)
        if current.person_id == self.context.by.pk:
            raise Refused(MYSELF)
        if span.until <= current.since:
            raise Refused(f"从 {cn_date(current.since)}起才任这个职务。")
        old, new = (cn_date(day) if day else "" for day in (current.last_day, value_of(row, "last_day")))
        change = {"field": "last_day", "label": LABELS["last_day"], "old": old, "new": new}
        return replace(plan, standing=current, changes=[change])

    def _check_new(self, span: Span, mine: Sequence[Appointment]) -> None:
        """Refuse what ``appointing.appoint`` would refuse, and what is history."""
        since, until = span.since, span.until
        if until is not None and until <= self.context.today:
            raise Refused("最后一天已经过去了，历任的不导入。")
        if not span.unit.exists_on(since):
            raise Refused(f"{span.unit}在{cn_date(since)}不存在。")
        if any((one.until is None or one.until > since) and (until is None or one.since < until) for one in mine):
            raise Refused(f"这段时间里有一段已经是{span.unit}{span.post.label_at(span.unit)}，请核对任职时间。")

    def _gives_way(self, span: Span, person: int | None) -> tuple[list[Appointment], str]:
        """Who holds the head's post and ends as the new one begins, and a sentence about it."""
        if not span.post.is_head:
            return [], ""
        others = [one for one in self.standing[span.unit.pk, span.post.pk] if one.person_id != person]
        ends = [one for one in others if one.until is None or one.until > span.since]
        later = [one for one in ends if one.since > span.since]
        if later:
            raise Refused(f"{later[0].person}从 {cn_date(later[0].since)}起任这个职务，比表里的晚。")
        names = "、".join(str(one.person) for one in ends)
        return ends, f"{names}从 {cn_date(span.since)}起不再任{span.post.label_at(span.unit)}。" if ends else ""

    def missing(self, plans: Iterable[Plan]) -> list[Appointment]:
        """Who holds a post today at an organisation that the file names, and is not in it; delegated recorders are not asked for."""
        plans = list(plans)
        named = {plan.unit.pk for plan in plans if plan.unit}
        seen = {one.pk for plan in plans for one in [*plan.ends, *([plan.standing] if plan.standing else [])]}
        # A row that is refused or still open says at least that its person is on the list.
        open_ones = {(plan.unit.pk, plan.name) for plan in plans if plan.unit and (plan.refusal or plan.candidates)}
        today = self.context.today
        return [
            one
            for (unit, _), held in sorted(self.standing.items(), key=lambda item: self.units[item[0][0]].path)
            for one in held
            if unit in named
            and one.pk not in seen
            and one.post.role not in ANYWHERE
            and one.since <= today
            and (one.until is None or one.until > today)
            and (unit, one.person.name) not in open_ones
        ]


def _is_office(post: Post) -> bool:
    """The office of an organ's committee, which is appointed at the organ's root, whatever its level."""
    return post.role == Role.ORGAN_OFFICE and not post.is_committee


def _called(written: str, posts: Sequence[Post], unit: Organisation) -> list[Post]:
    """The posts of that name, with or without the kind of organisation before it."""
    wanted = _forms(written, unit.level)
    return [
        post for post in posts if wanted & (_forms(post.name, post.level) | _forms(post.label_at(unit), unit.level))
    ]


def _forms(name: str, level: str) -> set[str]:
    """A post as it may be written: 党支部书记 and 书记, 小组长 and 组长."""
    found = re.sub(r"^党?小组长$", "组长", plain(name))
    return {found, re.sub(rf"^({KINDS[level]})(?=.)", "", found)}
