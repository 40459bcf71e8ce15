"""Carrying measures out: adding one's own, steps, a line of text, giving them to somebody, dropping.

Who may do what is said by ``hand_in`` alone. Every verb locks the assignment first, as ``ticking`` does, reads the measure
only then, and has it recounted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q

from organisations import scoping
from organisations.models import Appointment, Level, Person
from organisations.models.person import Membership, PersonQuerySet
from organisations.permissions import Act

from . import seats, step_lines, ticking
from .models import Assignment, Evidence, Measure, Origin, Proof, Step
from .step_lines import StepLine

ONE_DAY = timedelta(days=1)
FARTHEST = timedelta(days=2 * 366)
# An organisation with so few people that each of them may be given a measure.
SMALL = (Level.BRANCH, Level.GROUP)
BY_ITSELF = {
    Proof.KINDS: "这一条凭活动记录自动打勾，不用另写。",
    Proof.TALKS: "这一条凭谈心谈话的次数自动打勾，不用另写。",
    Proof.INSPECTIONS: "这一条凭督查记录自动打勾，不用另写。",
}


class Hand(IntEnum):
    """What somebody may do about a measure. Each includes the one before."""

    NONE = 0
    REPORT = 1  # write what was done, tick steps
    KEEP = 2  # add, change, give to somebody, drop


def hand_in(
    person: Person, assignment: Assignment, today: date, measure: Measure | None = None, *, holds: bool | None = None
) -> Hand:
    """What ``person`` may do about this duty, or about one measure of it. ``holds``: whether he holds it, if that is known.

    Whoever records for the organisation and whoever holds the post keep its measures; whoever was given one reports on it,
    and so does each of those whose duty is everybody's.
    """
    if person.may(Act.LOG, assignment.organisation, today):
        return Hand.KEEP
    if seats.holds(person, assignment, today) if holds is None else holds:
        return Hand.REPORT if assignment.duty.post.everybody else Hand.KEEP
    return Hand.REPORT if measure is not None and measure.owner_id == person.pk else Hand.NONE


def is_said(measure: Measure) -> bool:
    """Whether a line of text proves it; all others are proven by records."""
    return measure.obligation_id is None and ticking.proof_of(measure) == Proof.TEXT


def owner_choices(assignment: Assignment, today: date) -> PersonQuerySet:
    """Whom a measure may be given to: the people of a branch; of a larger organisation those with a post in it; its holders."""
    place = assignment.organisation
    here = scoping.under(place.path, "organisation__path")
    if place.level in SMALL:
        people = Q(pk__in=Membership.objects.filter(scoping.holding(today), here).values("person"))
    else:
        posts = Appointment.objects.holding(today).filter(here)
        leading = posts.filter(Q(organisation=place) | Q(post__is_head=True) | Q(post__is_deputy=True))
        people = Q(pk__in=leading.values("person"))
    seated = seats.holders([assignment], today)[assignment.pk]
    chosen = Person.objects.filter(people | Q(pk__in=[row.person_id for row in seated]))
    return chosen.order_by("initials", "name", "pk")


@dataclass(frozen=True)
class Plan:
    """What is typed about a measure. ``text`` and ``due_on`` are None where the list says them."""

    steps: str = ""
    owner: Person | None = None
    text: str | None = None
    due_on: date | None = None


@transaction.atomic
def add(assignment: Assignment, plan: Plan, *, by: Person, today: date) -> Measure:
    """Add a measure of one's own to a duty, from today on."""
    duty = _claim_assignment(assignment)
    _need(Hand.KEEP, by, duty, today)
    measure = Measure(assignment=duty, origin=Origin.OWN, starts_on=today, made_by=by)
    _write_own(measure, plan, today)
    measure.owner = _owner(plan, measure, today)
    steps = step_lines.read(plan.steps, measure.starts_on, measure.due_on)
    measure.save()
    _write_steps(measure, steps)
    ticking.recount_measures([measure.pk])
    return measure


@transaction.atomic
def amend(measure: Measure, plan: Plan, *, by: Person, today: date) -> Measure:
    """Change a measure: of one's own everything, of one that the list says the owner and the steps."""
    row = _claim(measure)
    _need(Hand.KEEP, by, row.assignment, today)
    _standing(row)
    if row.origin == Origin.OWN:
        _write_own(row, plan, today)
    elif plan.text not in (None, row.text) or plan.due_on not in (None, row.due_on):
        raise ValidationError("清单里的措施，内容和期限由清单定，只能分工、定步骤。")
    row.owner = _owner(plan, row, today)
    steps = step_lines.read(plan.steps, row.starts_on, row.due_on)
    row.save(update_fields=["text", "due_on", "ends_on", "owner"])
    _write_steps(row, steps)
    ticking.recount_measures([row.pk])
    return row


@transaction.atomic
def drop(measure: Measure, *, reason: str, by: Person, today: date) -> None:
    """Take back a measure of one's own that is not done yet, and say why. What was written about it stays."""
    row = _claim(measure)
    _need(Hand.KEEP, by, row.assignment, today)
    _standing(row)
    if row.origin != Origin.OWN:
        raise ValidationError("清单里的措施不能撤销。不适用的，可以申请不适用。")
    if row.is_done:
        raise ValidationError("这一条已经办完，不用撤销。")
    if not reason.strip():
        raise ValidationError({"reason": "请写一句为什么撤销。"})
    row.dropped_on, row.dropped_because = today, reason.strip()
    row.full_clean(exclude=["assignment", "owner", "obligation", "made_by"], validate_unique=False)
    row.save(update_fields=["dropped_on", "dropped_because"])
    ticking.recount_measures([row.pk])


@transaction.atomic
def report(measure: Measure, *, text: str, done_on: date, by: Person, now: datetime, today: date) -> Evidence:
    """Write what was done, in one line. Said twice in the same words it is one line; after its day it is shown as late."""
    row = _claim(measure)
    _need(Hand.REPORT, by, row.assignment, today, row)
    _standing(row)
    if not is_said(row):
        raise ValidationError(BY_ITSELF[Proof.KINDS if row.obligation_id else ticking.proof_of(row)])
    if done_on > today:
        raise ValidationError({"done_on": "这一天还没到。"})
    if done_on < row.starts_on:
        day = row.starts_on
        raise ValidationError({"done_on": f"这一条从 {day.year}年{day.month}月{day.day}日开始算，日期应在这之后。"})
    line = Evidence(measure=row, text=text.strip(), done_on=done_on, by=by, at=now)
    line.full_clean(exclude=["measure", "by"])
    twin = row.evidence.standing().filter(text=line.text, done_on=done_on).first()
    if twin is not None:
        return twin
    line.save()
    ticking.recount_measures([row.pk])
    return line


@transaction.atomic
def withdraw_line(line: Evidence, *, by: Person, now: datetime, today: date) -> None:
    """Take a line back: whoever wrote it, and whoever keeps the measures. The row stays, marked."""
    row = _claim(line.measure)
    if line.by_id != by.pk or hand_in(by, row.assignment, today, row) < Hand.REPORT:
        _need(Hand.KEEP, by, row.assignment, today)
    standing = row.evidence.standing().filter(pk=line.pk).first()
    if standing is None:
        return
    standing.withdrawn_by, standing.withdrawn_at = by, now
    standing.save(update_fields=["withdrawn_by", "withdrawn_at"])
    ticking.recount_measures([row.pk])


@transaction.atomic
def tick(step: Step, *, by: Person, today: date) -> None:
    """A step is done today. Done already, it stays as it is."""
    row, standing = _claim_step(step, by, today)
    if standing.done_on is None:
        _mark(row, standing, today, by)


@transaction.atomic
def untick(step: Step, *, by: Person, today: date) -> None:
    """A step is not done after all."""
    row, standing = _claim_step(step, by, today)
    if standing.done_on is not None:
        _mark(row, standing, None, None)


def _mark(measure: Measure, step: Step, day: date | None, by: Person | None) -> None:
    step.done_on, step.done_by = day, by
    step.save(update_fields=["done_on", "done_by"])
    ticking.recount_measures([measure.pk])


def _claim_step(step: Step, by: Person, today: date) -> tuple[Measure, Step]:
    row = _claim(step.measure)
    _need(Hand.REPORT, by, row.assignment, today, row)
    _standing(row)
    standing = row.steps.filter(pk=step.pk).first()
    if standing is None:
        raise ValidationError("这一步刚刚被改过，请重新看一下。")
    return row, standing


def _claim_assignment(assignment: Assignment) -> Assignment:
    """The assignment under lock. ValidationError if it has ended."""
    rows = Assignment.objects.select_for_update(no_key=True, of=("self",))
    row = rows.select_related("duty__post", "organisation").get(pk=assignment.pk)
    if row.ended_on is not None:
        raise ValidationError(f"{row.organisation}已经不再承担这项责任。")
    return row


def _claim(measure: Measure) -> Measure:
    """The measure as it stands, with its assignment under lock."""
    assignment = _claim_assignment(Assignment(pk=measure.assignment_id))
    row = Measure.objects.get(pk=measure.pk)
    row.assignment = assignment
    return row


def _need(hand: Hand, by: Person, assignment: Assignment, today: date, measure: Measure | None = None) -> None:
    if hand_in(by, assignment, today, measure) < hand:
        raise PermissionDenied("措施由在岗的人和替这个组织记录的人来办。")


def _standing(measure: Measure) -> None:
    """ValidationError for what was dropped or does not apply."""
    if measure.dropped_on is not None:
        raise ValidationError("这一条已经撤销了。")
    if measure.exempt:
        raise ValidationError("这一条批准了不适用，不用办。")


def _write_own(measure: Measure, plan: Plan, today: date) -> None:
    """Text and day of a measure of one's own."""
    measure.text = (plan.text or "").strip()
    if plan.due_on is None:
        raise ValidationError({"due_on": "请填期限。"})
    if plan.due_on < measure.starts_on:
        raise ValidationError({"due_on": "期限不能早于开始日期。"})
    if plan.due_on != measure.due_on and plan.due_on > today + FARTHEST:
        raise ValidationError({"due_on": "期限太远了，最远两年。"})
    measure.due_on, measure.ends_on = plan.due_on, plan.due_on + ONE_DAY
    measure.full_clean(exclude=["assignment", "owner", "obligation", "made_by"], validate_unique=False)


def _owner(plan: Plan, measure: Measure, today: date) -> Person | None:
    """Whom it is given to. ValidationError for somebody from elsewhere; who has it may keep it."""
    owner = plan.owner
    if owner is None or owner.pk == measure.owner_id:
        return owner
    if not owner_choices(measure.assignment, today).filter(pk=owner.pk).exists():
        raise ValidationError({"owner": f"{owner}不是{measure.assignment.organisation}的人。"})
    return owner


def _write_steps(measure: Measure, lines: Sequence[StepLine]) -> None:
    """Make the steps these, keeping the ticks of those that were there."""
    standing = list(measure.steps.all())
    kept = step_lines.matched([step.text for step in standing], [line.text for line in lines])
    gone = {step.pk for step in standing} - {standing[place].pk for place in kept if place is not None}
    measure.steps.filter(pk__in=gone).delete()
    for order, (line, place) in enumerate(zip(lines, kept, strict=True), start=1):
        step = Step(measure=measure) if place is None else standing[place]
        step.order, step.text, step.due_on = order, line.text, line.due_on
        step.save()
