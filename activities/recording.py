"""The verbs on a record: record, correct, withdraw, decline a joint one, note a make-up study.

Each writes the record, its attendance and what it counts for in one transaction: a process killed in the middle leaves
nothing behind, never half a record.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from organisations.models import Organisation, Person
from organisations.permissions import Act
from reminders.workdays import WorkCalendar

from . import attaching, crediting, rows
from .entries import Entry, check
from .models import Activity, ActivityState, Attendance, Partnership, Revision
from .snapshots import snapshot

FREE_CORRECTION_WORKDAYS = 7  # within these a correction needs no reason (product rule)

SCALARS = [
    "organisation",
    "programme",
    "makes_up_for",
    "title",
    "held_on",
    "starts_at",
    "ends_at",
    "place",
    "chair",
    "recorder",
    "content",
    "decisions",
    "guests",
    "headcount",
    "expected",
    "present",
    "voters_due",
    "voters_present",
    "votes_for",
    "votes_against",
    "votes_abstained",
    "study_hours",
    "state",
    "number",
]

# Rows that the form has already fetched within scope: asking the database again whether they exist costs a query each.
LINKS = ["organisation", "programme", "makes_up_for", "chair", "recorder", "submitted_by", "withdrawn_by"]


class StaleRevision(Exception):
    """Somebody corrected the record meanwhile; ``current`` is how it stands now."""

    def __init__(self, current: Activity) -> None:
        super().__init__("记录在你打开之后被别人改过。")
        self.current = current


def record(entry: Entry, *, key: UUID, by: Person, now: datetime, today: date) -> Activity:
    """Save a new record. The same ``key`` twice gives the same record. ValidationError, PermissionDenied."""
    try:
        return _record_once(entry, key=key, by=by, now=now, today=today)
    except IntegrityError as clash:
        # The host's lock keeps a key from racing with itself, unless it is sent for two hosts in the same moment.
        if not Activity.objects.filter(submission_key=str(key)).exists():
            raise
        raise ValidationError("这份草稿刚刚已经替另一个单位存好了。") from clash


@transaction.atomic
def _record_once(entry: Entry, *, key: UUID, by: Person, now: datetime, today: date) -> Activity:
    _may_log(entry, by, today)
    _lock_host(entry)
    again = Activity.objects.filter(submission_key=str(key)).first()
    if again is not None:
        if again.submitted_by_id != by.pk:
            raise ValidationError("这份草稿不是你的。")
        return again
    check(entry, today)
    activity = Activity(submission_key=str(key), submitted_by=by, submitted_at=now)
    _fill(activity, entry, today)
    activity.clean_fields(exclude=LINKS)
    activity.save()
    rows.write(activity, entry)
    attaching.take_over(activity, key, by)
    crediting.settle(_ids(entry), [entry.held_on], [activity.makes_up_for_id])
    return activity


def _may_log(entry: Entry, by: Person, today: date) -> None:
    if not by.may(Act.LOG, entry.organisation, today):
        raise PermissionDenied


def _lock_host(entry: Entry) -> None:
    """The host's row serialises its records: serial numbers and a repeated key cannot race."""
    Organisation.objects.select_for_update(no_key=True).get(pk=entry.organisation.pk)


def _ids(entry: Entry) -> list[int]:
    return [organisation.pk for organisation in entry.organisations]


def _fill(activity: Activity, entry: Entry, today: date) -> None:
    """Put the entry's fields on the row, the derived ones too. Another host or year begins another series of numbers."""
    series = (activity.organisation_id, activity.held_on.year) if activity.number else None
    for name in (
        "organisation",
        "programme",
        "makes_up_for",
        "title",
        "held_on",
        "starts_at",
        "ends_at",
        "place",
        "chair",
        "recorder",
        "content",
        "decisions",
        "guests",
        "headcount",
    ):
        setattr(activity, name, getattr(entry, name))
    planned = entry.is_planned(today)
    activity.state = ActivityState.PLANNED if planned else ActivityState.HELD
    activity.expected, activity.present = (None, None) if planned else entry.head_count()
    activity.study_hours = entry.study_hours()
    votes = None if planned else entry.votes
    activity.voters_due = votes.due if votes else None
    activity.voters_present = votes.present if votes else None
    activity.votes_for = votes.yes if votes else None
    activity.votes_against = votes.no if votes else None
    activity.votes_abstained = votes.abstained if votes else None
    if series != (entry.organisation.pk, entry.held_on.year):
        activity.number = 0 if planned else _next_number(entry)


def _next_number(entry: Entry) -> int:
    """The next serial number of the host in that year; withdrawn records keep theirs."""
    numbers = Activity.objects.filter(organisation=entry.organisation, held_on__year=entry.held_on.year)
    return (numbers.aggregate(last=Max("number"))["last"] or 0) + 1


def reason_needed(activity: Activity, today: date, calendar: WorkCalendar) -> bool:
    """Whether a correction must say why: more than 7 working days after the record was first saved."""
    return today > free_until(activity, calendar)


def free_until(activity: Activity, calendar: WorkCalendar) -> date:
    """The last day on which a correction needs no reason."""
    return calendar.add_workdays(timezone.localdate(activity.submitted_at), FREE_CORRECTION_WORKDAYS)


@transaction.atomic
def correct(
    activity: Activity, entry: Entry, *, revision: int, reason: str, by: Person, now: datetime, today: date
) -> Revision | None:
    """Replace the content of a record, keeping its before and after. None if nothing changed.

    StaleRevision if it is no longer at ``revision``; ValidationError if it was withdrawn, the reason is missing, or the
    entry cannot be a record. A planned activity becomes held by being corrected on or after its day.
    """
    row = _standing(activity, by, today)
    _may_log(entry, by, today)
    if row.revision != revision:
        raise StaleRevision(row)
    if reason_needed(row, today, WorkCalendar.around(today)) and not reason.strip() and row.state == ActivityState.HELD:
        raise ValidationError({"reason": "保存超过 7 个工作日了，请写一句为什么改。"})
    check(entry, today)
    _lock_host(entry)
    before, reached, values = snapshot(row), _reached(row), _values(row)
    _fill(row, entry, today)
    row.clean_fields(exclude=LINKS)
    if not rows.replace(row, entry) and values == _values(row):
        return None
    row.revision += 1
    row.save(update_fields=[*SCALARS, "revision"])
    after = snapshot(row)
    crediting.settle(*map(set.union, reached, _reached(row)))
    return Revision.objects.create(
        activity=row, number=row.revision, by=by, at=now, reason=reason.strip(), before=before, after=after
    )


def _standing(activity: Activity, by: Person, today: date) -> Activity:
    """The row under lock, with all that a snapshot shows; refuses who may not and what is withdrawn."""
    row = _locked(activity.pk)
    if not by.may(Act.LOG, row.organisation, today):
        raise PermissionDenied
    _refuse_withdrawn(row)
    return row


def _locked(pk: int) -> Activity:
    found = Activity.objects.select_for_update(no_key=True, of=("self",)).select_related(*rows.NAMED)
    return found.prefetch_related(*rows.ROWS).get(pk=pk)


def _refuse_withdrawn(row: Activity) -> None:
    if row.state == ActivityState.WITHDRAWN:
        raise ValidationError("这条记录已经撤回，不能再改。")


def _values(row: Activity) -> list[object]:
    return [getattr(row, Activity._meta.get_field(name).attname) for name in SCALARS]


def _reached(activity: Activity) -> tuple[set[int], set[date], set[int | None]]:
    """Organisations, days and 补办 by which this record may count for something (see ``obligations_touched``)."""
    partners = {row.organisation_id for row in activity.partnerships.all()}
    return {activity.organisation_id} | partners, {activity.held_on}, {activity.makes_up_for_id}


@transaction.atomic
def withdraw(activity: Activity, *, reason: str, by: Person, now: datetime, today: date) -> None:
    """Take a record back, with a reason. It stays readable for those who manage it and counts for nothing."""
    row = _standing(activity, by, today)
    if not reason.strip():
        raise ValidationError({"reason": "请写一句为什么撤回。"})
    row.state = ActivityState.WITHDRAWN
    row.withdrawn_by, row.withdrawn_at, row.withdrawn_because = by, now, reason.strip()
    row.save(update_fields=["state", "withdrawn_by", "withdrawn_at", "withdrawn_because"])
    crediting.settle(*_reached(row))
    activity.refresh_from_db()


@transaction.atomic
def decline(partnership: Partnership, *, reason: str, by: Person, now: datetime, today: date) -> None:
    """A partner's secretary says that her branch did not hold it: its credit goes, the record stays.

    The record is locked first: a correction at the same time may move it to another day, or take the partner off.
    """
    if not by.may(Act.LOG, partnership.organisation, today):
        raise PermissionDenied
    activity = _locked(partnership.activity_id)
    _refuse_withdrawn(activity)
    row = next((row for row in activity.partnerships.all() if row.pk == partnership.pk), None)
    if row is None:
        raise ValidationError("这次活动已经不是和你们联合举办的了。")
    if row.declined_at is not None:
        raise ValidationError("已经谢绝过了。")
    if not reason.strip():
        raise ValidationError({"reason": "请写一句为什么不计入。"})
    row.declined_by, row.declined_at, row.declined_because = by, now, reason.strip()
    row.save(update_fields=["declined_by", "declined_at", "declined_because"])
    crediting.settle([row.organisation_id], [activity.held_on], [activity.makes_up_for_id])


@transaction.atomic
def note_make_up(attendance: Attendance, *, on: date | None, by: Person, today: date) -> None:
    """Note the day on which an absent person made up the study (None takes it back). No other field changes."""
    activity = _standing(attendance.activity, by, today)
    row = next((row for row in activity.attendances.all() if row.pk == attendance.pk), None)
    if row is None or row.present or activity.state != ActivityState.HELD:
        raise ValidationError("只有未到的人需要补学。")
    if on is not None and not activity.held_on <= on <= today:
        raise ValidationError({"made_up_on": "补学日期应在活动之后、今天之前。"})
    row.made_up_on = on
    row.save(update_fields=["made_up_on"])


def same_day(entry: Entry, except_pk: int | None = None) -> Activity | None:
    """A standing record of the same organisation, kind and day, or None: the form asks before a second one is made."""
    twins = (
        Activity.objects.standing()
        .filter(organisation=entry.organisation, held_on=entry.held_on)
        .of_kinds([kind.pk for kind in entry.kinds])
    )
    return twins.exclude(pk=except_pk).order_by("pk").first()
