"""What the log form hands to the verbs: one entry, checked against the rules before anything is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal

from django.core.exceptions import ValidationError

from organisations.models import Level, Organisation, Person
from programmes.models import ActivityKind, Obligation, Programme
from programmes.models.obligation import ExemptionMark
from programmes.models.programme import HoursRule


@dataclass(frozen=True)
class AgendaLine:
    """One item of the agenda."""

    title: str
    speaker: str = ""
    first_topic: bool = False


@dataclass(frozen=True)
class Absence:
    """Why somebody expected did not come."""

    reason: str = ""
    note: str = ""


@dataclass(frozen=True)
class Votes:
    """A vote with both denominators: those with a vote who were due, and those of them who were present."""

    due: int
    present: int
    yes: int
    no: int
    abstained: int


@dataclass(frozen=True)
class Entry:
    """The whole content of a record, as typed."""

    organisation: Organisation
    kinds: tuple[ActivityKind, ...]
    title: str
    held_on: date
    partners: tuple[Organisation, ...] = ()
    programme: Programme | None = None
    makes_up_for: Obligation | None = None
    starts_at: time | None = None
    ends_at: time | None = None
    place: str = ""
    chair: Person | None = None
    recorder: Person | None = None
    content: str = ""
    decisions: str = ""
    guests: str = ""
    agenda: tuple[AgendaLine, ...] = ()
    headcount: bool = False
    expected: int | None = None
    present: int | None = None
    roll: tuple[int, ...] = ()
    absences: dict[int, Absence] = field(default_factory=dict)
    votes: Votes | None = None

    @property
    def organisations(self) -> list[Organisation]:
        """Host and partners."""
        return [self.organisation, *self.partners]

    def agenda_in_order(self) -> list[AgendaLine]:
        """First topics stand first, the rest as typed."""
        return sorted(self.agenda, key=lambda line: not line.first_topic)

    def is_planned(self, today: date) -> bool:
        """A day to come: an announcement, not a record."""
        return self.held_on > today

    def head_count(self) -> tuple[int | None, int | None]:
        """(expected, present) as they are frozen on the record."""
        if self.headcount:
            return self.expected, self.present
        return len(self.roll), len(self.roll) - len(set(self.absences) & set(self.roll))

    def study_hours(self) -> Decimal:
        """学时 by the most generous rule among the kinds: the duration to the half hour, or 4 for a half day."""
        return max((_hours(kind, self.starts_at, self.ends_at) for kind in self.kinds), default=Decimal(0))


def _hours(kind: ActivityKind, starts_at: time | None, ends_at: time | None) -> Decimal:
    if kind.hours_rule == HoursRule.HALF_DAY:
        return Decimal(4)
    if kind.hours_rule == HoursRule.NONE:
        return Decimal(0)
    if starts_at is None or ends_at is None:
        minutes = kind.minutes
    else:
        day = date(2000, 1, 1)
        minutes = int((datetime.combine(day, ends_at) - datetime.combine(day, starts_at)).total_seconds() // 60)
    return Decimal((minutes + 15) // 30) / 2  # a quarter of an hour counts as half: 75 minutes are 1.5


def check(entry: Entry, today: date) -> None:
    """Refuse what cannot be a record: ValidationError by field name, every sentence in Chinese."""
    errors: dict[str, str] = {}
    for rule in (_check_title, _check_kinds, _check_dates, _check_numbers, _check_votes, _check_making_up):
        errors.update(rule(entry, today))
    if errors:
        raise ValidationError(errors)


def _check_title(entry: Entry, today: date) -> dict[str, str]:
    return {} if entry.title.strip() else {"title": "请写标题。"}


def _check_kinds(entry: Entry, today: date) -> dict[str, str]:
    if not entry.kinds:
        return {"kinds": "请先选是什么活动。"}
    level = entry.organisation.level
    strange = [kind.name for kind in entry.kinds if level not in kind.levels]
    if strange:
        return {"kinds": f"{Level(level).label}不开展{'、'.join(strange)}。"}
    return {}


def _check_dates(entry: Entry, today: date) -> dict[str, str]:
    errors = {}
    if entry.held_on.year > today.year:
        errors["held_on"] = "日期在明年或更晚，请核对年份。"
    elif not all(organisation.exists_on(entry.held_on) for organisation in entry.organisations):
        errors["held_on"] = "这一天举办单位还没有成立，或者已经撤销。"
    if entry.starts_at and entry.ends_at and entry.ends_at <= entry.starts_at:
        errors["ends_at"] = f"应晚于 {entry.starts_at:%H:%M}。"
    return errors


def _check_numbers(entry: Entry, today: date) -> dict[str, str]:
    if not entry.headcount or entry.is_planned(today):
        return {}
    if entry.present is None:
        return {"present": "请填实到人数。"}
    if entry.expected is not None and entry.present > entry.expected:
        return {"present": f"实到不能多于应到 {entry.expected} 人。"}
    return {}


def _check_votes(entry: Entry, today: date) -> dict[str, str]:
    votes = entry.votes
    if votes is None:
        return {}
    if votes.present > votes.due:
        return {"voters_present": f"不能多于应到 {votes.due} 人。"}
    if votes.yes + votes.no + votes.abstained != votes.present:
        return {"votes_for": f"赞成、反对、弃权合计应等于实到有表决权的 {votes.present} 人。"}
    return {}


def _check_making_up(entry: Entry, today: date) -> dict[str, str]:
    """补办: within the period after the one made up for, for one open obligation of the host or a partner."""
    obligation = entry.makes_up_for
    if obligation is None:
        return {}
    if obligation.organisation_id not in {organisation.pk for organisation in entry.organisations}:
        return {"makes_up_for": "补办的事项不是举办单位的。"}
    if not obligation.span.next().contains(entry.held_on):
        return {"makes_up_for": f"{obligation.span.full_label}的只能在下一期之内补办。"}
    kinds = {kind.pk for kind in entry.kinds}
    if not obligation.requirement.kinds.filter(pk__in=kinds).exists():
        return {"makes_up_for": f"所选类别不能补办{obligation.requirement.name}。"}
    if obligation.exemption_state != ExemptionMark.NONE:
        return {"makes_up_for": "这一项已经申请不适用，不用补办。"}
    return {}
