"""党建督查: planning a visit, filling it in on the spot, submitting it, issuing the notice, calling it off.

Everything is done by whom the inspection belongs to: whoever inspects for the organisation that holds it, or was named.
Nobody inspects where he holds a post himself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from documents.gbt9704 import written_date
from organisations import paths, scoping
from organisations.models import Appointment, Level, Organisation, Person
from organisations.permissions import Act, Role
from programmes.letters import SELF
from reminders.workdays import WorkCalendar

from . import ticking
from .answering import UNKNOWN, Answer, answers
from .models import Check, CheckVerdict, Draw, Finding, Inspection, InspectionItem, InspectionState, InspectionTemplate
from .models.inspection import is_subject

FARTHEST = timedelta(days=366)
LONGEST_FINDING = 400


@dataclass(frozen=True)
class Visit:
    """What is arranged before anybody goes."""

    held_by: Organisation
    template: InspectionTemplate
    reason: str
    planned_on: date
    inspectors: tuple[Person, ...]


@dataclass(frozen=True)
class Seen:
    """What was found about one question."""

    verdict: str = ""
    fact: str = ""


class StaleVisit(Exception):
    """Somebody else has saved since the page was opened. Nothing was written."""


def holders_of_inspections(person: Person, today: date) -> list[Organisation]:
    """For whom ``person`` inspects: where he holds a post that lets him, and the 机关党委 of the same organ; nearest first."""
    at = [grant.path for grant in scoping.grants_of(person, today) if grant.reach(Act.INSPECT)]
    rows = Organisation.objects.manageable_by(person, Act.INSPECT, today).open_on(today)
    own = rows.filter(path__in=at)
    committees = rows.filter(parent__path__in=at, parent__level=Level.PARTY_GROUP, level=Level.ORGAN_COMMITTEE)
    return [*committees.in_tree_order(), *own.exclude(pk__in=committees.values("pk")).in_tree_order()]


def possible_inspectors(held_by: Organisation, today: date) -> list[Person]:
    """Those who hold a post there or at the root of the organ, in the order of the posts."""
    at = {held_by.path, held_by.root_path_of_organ}
    posts = Appointment.objects.holding(today).filter(organisation__path__in=at, person__is_active=True)
    rows = posts.exclude(post__role__in=[Role.ADMINISTRATOR, Role.RECORDER]).select_related("person")
    return list(dict.fromkeys(row.person for row in rows.order_by("-organisation__path", "post__order", "pk")))


def may_conduct(inspection: Inspection, person: Person, today: date) -> bool:
    """Whether ``person`` may fill it in: it is his (as ``conducted_by`` says), and he holds no post at who is inspected."""
    if any(grant.path == inspection.organisation.path for grant in scoping.grants_of(person, today)):
        return False
    return person.may(Act.INSPECT, inspection.held_by, today) or person in inspection.inspectors.all()


@transaction.atomic
def plan(
    organisations: Sequence[Organisation],
    visit: Visit,
    *,
    by: Person,
    now: datetime,
    today: date,
    draw: Draw | None = None,
) -> list[Inspection]:
    """Arrange a visit to each of ``organisations``. ValidationError by field, PermissionDenied."""
    if not by.may(Act.INSPECT, visit.held_by, today):
        raise PermissionDenied("督查由机关工委、机关党委安排。")
    _check_visit(visit, organisations, today)
    rows = [
        Inspection(
            organisation=organisation,
            held_by=visit.held_by,
            template=visit.template,
            draw=draw,
            reason=visit.reason.strip(),
            planned_on=visit.planned_on,
            made_by=by,
            made_at=now,
        )
        for organisation in organisations
    ]
    try:
        with transaction.atomic():
            Inspection.objects.bulk_create(rows)
    except IntegrityError as twice:  # somebody was quicker
        raise ValidationError("其中有的已经安排了一次，还没有去。") from twice
    through = Inspection.inspectors.through
    through.objects.bulk_create(
        through(inspection=row, person=person) for row in rows for person in dict.fromkeys(visit.inspectors)
    )
    return rows


def _check_visit(visit: Visit, organisations: Sequence[Organisation], today: date) -> None:
    errors: dict[str, str] = {}
    if not organisations:
        errors["organisation"] = "请选督查对象。"
    elif refused := _wrong_subject(visit, organisations, today):
        errors["organisation"] = refused
    if not visit.template.is_usable(today):
        errors["template"] = "这张检查表已经停用，或者一条内容也没有。"
    if not visit.reason.strip():
        errors["reason"] = "请写一句缘由。"
    errors |= _check_day(visit.planned_on, today)
    errors |= _check_inspectors(visit.inspectors, visit.held_by, organisations, today)
    if errors:
        raise ValidationError(errors)


def _wrong_subject(visit: Visit, organisations: Iterable[Organisation], today: date) -> str:
    for row in organisations:
        if row.path == visit.held_by.path or not paths.contains(visit.held_by.path, row.path):
            return f"{row}不归{visit.held_by}督查。"
        if not row.exists_on(today) or not row.exists_on(visit.planned_on):
            return f"{row}已经撤销。"
        if not is_subject(row, visit.template.level):
            return f"这张检查表用于{visit.template.get_level_display()}，{row}不是。"
    planned = Inspection.objects.filter(
        held_by=visit.held_by, organisation__in=list(organisations), state=InspectionState.PLANNED
    )
    twice = planned.select_related("organisation").first()
    return f"{twice.organisation}已经安排了一次（{twice.planned_on:%Y-%m-%d}），还没有去。" if twice else ""


def _check_day(planned_on: date, today: date) -> dict[str, str]:
    if planned_on < today:
        return {"planned_on": "日期已经过去，请写今天或以后。"}
    if planned_on > today + FARTHEST:
        return {"planned_on": "日期太远，请写一年以内的。"}
    return {}


def _check_inspectors(
    inspectors: Sequence[Person], held_by: Organisation, organisations: Iterable[Organisation], today: date
) -> dict[str, str]:
    if not inspectors:
        return {"inspectors": "请选督查人员。"}
    possible = {person.pk for person in possible_inspectors(held_by, today)}
    if any(person.pk not in possible for person in inspectors):
        return {"inspectors": "督查人员要在本单位有任职。"}
    own = Appointment.objects.holding(today).filter(
        person__in=list(inspectors), organisation__in=[row.pk for row in organisations]
    )
    if post := own.select_related("person", "organisation").first():
        return {"inspectors": f"{post.person}在{post.organisation}有任职，不能督查自己那里。"}
    return {}


@transaction.atomic
def replan(inspection: Inspection, *, planned_on: date, inspectors: Sequence[Person], by: Person, today: date) -> None:
    """Another day or other people. ValidationError by field."""
    row = claim(inspection, by, today)
    if row.state != InspectionState.PLANNED:
        raise ValidationError("已经去过，或者已经取消，不能再改。")
    errors = {} if planned_on == row.planned_on else _check_day(planned_on, today)
    errors |= _check_inspectors(inspectors, row.held_by, [row.organisation], today)
    if errors:
        raise ValidationError(errors)
    row.planned_on = planned_on
    row.save(update_fields=["planned_on"])
    row.inspectors.set(inspectors)


@transaction.atomic
def cancel(inspection: Inspection, *, because: str, by: Person, today: date) -> None:
    """Call it off, with a reason that stays: what was drawn by lot cannot simply vanish."""
    row = claim(inspection, by, today)
    if row.state not in (InspectionState.PLANNED, InspectionState.VISITED):
        raise ValidationError("通知已经发出，或者已经办结，不能取消。")
    if not because.strip():
        raise ValidationError({"because": "请写一句为什么取消。"})
    row.state, row.cancelled_because = InspectionState.CANCELLED, because.strip()
    row.full_clean(exclude=["inspectors"])
    row.save(update_fields=["state", "cancelled_because"])


def claim(inspection: Inspection, by: Person, today: date) -> Inspection:
    """The row as it stands, under lock, for somebody who conducts it. PermissionDenied."""
    rows = Inspection.objects.select_for_update(no_key=True, of=("self",))
    row = rows.select_related("organisation", "held_by", "template").get(pk=inspection.pk)
    if not may_conduct(row, by, today):
        raise PermissionDenied("督查由督查人员填写。")
    return row


@transaction.atomic
def fill(
    inspection: Inspection, seen: Mapping[int, Seen], *, revision: int, by: Person, now: datetime, today: date
) -> Inspection:
    """Keep what was found so far, as often as wanted. StaleVisit, ValidationError by field (``fact_<item>``)."""
    row = claim(inspection, by, today)
    if row.state != InspectionState.PLANNED:
        raise ValidationError("已经提交过，或者已经取消，不能再改。")
    if row.revision != revision:
        raise StaleVisit
    items = list(row.template.items.all())
    _check_facts(items, seen)
    _write(row, items, seen, today)
    row.revision, row.saved_by, row.saved_at = row.revision + 1, by, now
    row.save(update_fields=["revision", "saved_by", "saved_at"])
    return row


def _check_facts(items: Iterable[InspectionItem], seen: Mapping[int, Seen]) -> None:
    errors: dict[str, str] = {}
    for item in items:
        found = seen.get(item.pk, Seen())
        if found.verdict == CheckVerdict.NO and not found.fact.strip():
            errors[f"fact_{item.pk}"] = "没做到的，写一句事实：看到了什么。"
        if len(found.fact.strip()) > LONGEST_FINDING:
            errors[f"fact_{item.pk}"] = f"最多 {LONGEST_FINDING} 个字。"
    if errors:
        raise ValidationError(errors)


def _write(row: Inspection, items: list[InspectionItem], seen: Mapping[int, Seen], today: date) -> None:
    said = answers(items, row.organisation, today)
    checks = []
    for item in items:
        found, recorded = seen.get(item.pk, Seen()), said.get(item.pk, UNKNOWN)
        checks.append(_check(row, item, found, recorded))
    fields = ["recorded", "recorded_fact", "verdict", "fact"]
    Check.objects.bulk_create(checks, update_conflicts=True, unique_fields=["inspection", "item"], update_fields=fields)


def _check(row: Inspection, item: InspectionItem, found: Seen, recorded: Answer) -> Check:
    return Check(
        inspection=row,
        item=item,
        recorded=recorded.verdict,
        recorded_fact=recorded.fact,
        verdict=found.verdict,
        fact=found.fact.strip(),
    )


@transaction.atomic
def submit(
    inspection: Inspection,
    seen: Mapping[int, Seen],
    *,
    visited_on: date,
    revision: int,
    by: Person,
    now: datetime,
    today: date,
) -> Inspection:
    """Read out on the spot, and done: each 没做到 becomes a finding. StaleVisit, ValidationError by field."""
    row = fill(inspection, seen, revision=revision, by=by, now=now, today=today)
    checks = list(row.checks.select_related("item"))
    errors = {f"verdict_{check.item_id}": "这一条还没有看。" for check in checks if not check.verdict}
    if not timezone.localdate(row.made_at) <= visited_on <= today:
        errors["visited_on"] = "请写实际去的那一天，不能晚于今天，也不能早于安排的那天。"
    if not checks:
        errors["__all__"] = "这张检查表一条内容也没有。"
    if errors:
        raise ValidationError(errors)
    findings = _findings(row, checks, visited_on)
    row.visited_on = visited_on
    row.state = InspectionState.VISITED if findings else InspectionState.CLOSED
    if findings:
        row.opening, row.answer_by = drafted_opening(row), max(finding.due_on for finding in findings)
    else:
        row.closed_on = today
    row.save(update_fields=["visited_on", "state", "closed_on", "opening", "answer_by"])
    ticking.after_inspection(row.held_by_id, visited_on)
    return row


def _findings(row: Inspection, checks: list[Check], visited_on: date) -> list[Finding]:
    calendar = WorkCalendar.around(visited_on)
    wanting = [check for check in checks if check.verdict == CheckVerdict.NO]
    return Finding.objects.bulk_create(
        Finding(
            inspection=row,
            answer_to=check,
            order=place,
            text=drafted(check),
            due_on=calendar.add_workdays(visited_on, check.item.workdays),
        )
        for place, check in enumerate(wanting, 1)
    )


def drafted_opening(row: Inspection) -> str:
    """The first sentence of a notice: when, who, where. No judgement of how good the rest is."""
    you = SELF.get(Level(row.organisation.level), "委")
    day = row.visited_on
    when = written_date(day) if day else ""
    return f"{when}，{row.held_by}到你{you}督查，当面交换了意见。现就需要改进的事项通知如下："


def drafted(check: Check) -> str:
    """What was asked, the fact, and what is advised: to be edited before the notice goes out."""
    told = f"{check.item.question}：{check.fact.rstrip('。；，. ')}。"
    if len(told) + len(check.item.advice) <= LONGEST_FINDING:
        return told + check.item.advice
    return told if len(told) <= LONGEST_FINDING else check.fact[:LONGEST_FINDING]
