"""The verbs on a record: record, correct, withdraw, decline a joint one, note a make-up study.

Each writes the record, its attendance and what it counts for in one transaction: a process killed in the middle leaves
nothing behind, never half a record.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from organisations.models import Organisation, Person
from organisations.permissions import Act
from reminders.workdays import WorkCalendar

from . import crediting
from .entries import Entry, check
from .models import Activity, ActivityState, AgendaItem, Attendance, Draft, Partnership, Revision
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


@transaction.atomic
def record(entry: Entry, *, key: UUID, by: Person, now: datetime, today: date) -> Activity:
    """Save a new record. The same ``key`` twice gives the same record. ValidationError, PermissionDenied."""
    _may_log(entry, by, today)
    # The host's row serialises its records: serial numbers and a repeated key cannot race.
    Organisation.objects.select_for_update(no_key=True).get(pk=entry.organisation.pk)
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
    _write_rows(activity, entry, today)
    Draft.objects.filter(token=key, person=by).delete()
    crediting.recount(crediting.obligations_touched(_ids(entry), [entry.held_on], [activity.makes_up_for_id]))
    return activity


def _may_log(entry: Entry, by: Person, today: date) -> None:
    if not by.may(Act.LOG, entry.organisation, today):
        raise PermissionDenied


def _ids(entry: Entry) -> list[int]:
    return [organisation.pk for organisation in entry.organisations]


def _fill(activity: Activity, entry: Entry, today: date) -> None:
    """Put the entry's fields on the row, the derived ones too."""
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
    if not planned and not activity.number:
        activity.number = _next_number(entry)


def _next_number(entry: Entry) -> int:
    """The next serial number of the host in that year; withdrawn records keep theirs."""
    numbers = Activity.objects.filter(organisation=entry.organisation, held_on__year=entry.held_on.year)
    return (numbers.aggregate(last=Max("number"))["last"] or 0) + 1


def _write_rows(activity: Activity, entry: Entry, today: date) -> None:
    """Kinds, partners, agenda and attendance of a new record."""
    _write_kinds(activity, entry)
    Partnership.objects.bulk_create(
        [Partnership(activity=activity, organisation=partner) for partner in entry.partners]
    )
    _write_agenda(activity, entry)
    if not entry.headcount and activity.state == ActivityState.HELD:
        Attendance.objects.bulk_create([_attendance(activity, entry, person_id) for person_id in entry.roll])


def _write_kinds(activity: Activity, entry: Entry) -> None:
    through = Activity.kinds.through
    through.objects.bulk_create([through(activity=activity, activitykind=kind) for kind in entry.kinds])


def _write_agenda(activity: Activity, entry: Entry) -> None:
    """First topics stand first, the rest as typed."""
    lines = sorted(entry.agenda, key=lambda line: not line.first_topic)
    AgendaItem.objects.bulk_create(
        [
            AgendaItem(
                activity=activity, order=order, title=line.title, speaker=line.speaker, first_topic=line.first_topic
            )
            for order, line in enumerate(lines, start=1)
        ]
    )


def _attendance(activity: Activity, entry: Entry, person_id: int) -> Attendance:
    absence = entry.absences.get(person_id)
    if absence is None:
        return Attendance(activity=activity, person_id=person_id, present=True)
    return Attendance(activity=activity, person_id=person_id, present=False, reason=absence.reason, note=absence.note)


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
    row = _locked(activity, by, today)
    _may_log(entry, by, today)
    if row.revision != revision:
        raise StaleRevision(row)
    if reason_needed(row, today, WorkCalendar.around(today)) and not reason.strip() and row.state == ActivityState.HELD:
        raise ValidationError({"reason": "保存超过 7 个工作日了，请写一句为什么改。"})
    check(entry, today)
    before, touched = snapshot(row), _touched(row)
    _fill(row, entry, today)
    row.clean_fields(exclude=LINKS)
    _replace_rows(row, entry)
    row.revision += 1
    row.save(update_fields=[*SCALARS, "revision"])
    fresh = Activity.objects.get(pk=row.pk)
    after = snapshot(fresh)
    crediting.recount([*touched, *_touched(fresh)])
    if before == after:
        return None
    return Revision.objects.create(
        activity=row, number=row.revision, by=by, at=now, reason=reason.strip(), before=before, after=after
    )


def _locked(activity: Activity, by: Person, today: date) -> Activity:
    """The row under lock; refuses who may not and what is withdrawn."""
    row = Activity.objects.select_for_update(no_key=True).get(pk=activity.pk)
    if not by.may(Act.LOG, row.organisation, today):
        raise PermissionDenied
    if row.state == ActivityState.WITHDRAWN:
        raise ValidationError("这条记录已经撤回，不能再改。")
    return row


def _touched(activity: Activity) -> list[int]:
    """The obligations that this record may count for as it stands."""
    organisations = [activity.organisation_id, *activity.partnerships.values_list("organisation_id", flat=True)]
    return crediting.obligations_touched(organisations, [activity.held_on], [activity.makes_up_for_id])


def _replace_rows(row: Activity, entry: Entry) -> None:
    """Kinds, partners, agenda and attendance as corrected; who declined stays declined, make-up study stays noted."""
    Activity.kinds.through.objects.filter(activity=row).delete()
    _write_kinds(row, entry)
    partners = {partner.pk for partner in entry.partners}
    standing = set(row.partnerships.values_list("organisation_id", flat=True))
    row.partnerships.exclude(organisation__in=partners).delete()
    Partnership.objects.bulk_create(
        [Partnership(activity=row, organisation_id=pk) for pk in sorted(partners - standing)]
    )
    row.agenda.all().delete()
    _write_agenda(row, entry)
    made_up = dict(row.attendances.exclude(made_up_on=None).values_list("person_id", "made_up_on"))
    row.attendances.all().delete()
    if not entry.headcount and row.state == ActivityState.HELD:
        rows = [_attendance(row, entry, person_id) for person_id in entry.roll]
        for attendance in rows:
            attendance.made_up_on = None if attendance.present else made_up.get(attendance.person_id)
        Attendance.objects.bulk_create(rows)


@transaction.atomic
def withdraw(activity: Activity, *, reason: str, by: Person, now: datetime, today: date) -> None:
    """Take a record back, with a reason. It stays readable for those who manage it and counts for nothing."""
    row = _locked(activity, by, today)
    if not reason.strip():
        raise ValidationError({"reason": "请写一句为什么撤回。"})
    row.state = ActivityState.WITHDRAWN
    row.withdrawn_by, row.withdrawn_at, row.withdrawn_because = by, now, reason.strip()
    row.save(update_fields=["state", "withdrawn_by", "withdrawn_at", "withdrawn_because"])
    crediting.recount(_touched(row))
    activity.refresh_from_db()


@transaction.atomic
def decline(partnership: Partnership, *, reason: str, by: Person, now: datetime, today: date) -> None:
    """A partner's secretary says that her branch did not hold it: its credit goes, the record stays."""
    row = (
        Partnership.objects.select_for_update(no_key=True, of=("self",))
        .select_related("activity", "organisation")
        .get(pk=partnership.pk)
    )
    if not by.may(Act.LOG, row.organisation, today):
        raise PermissionDenied
    if row.declined_at is not None:
        raise ValidationError("已经谢绝过了。")
    if not reason.strip():
        raise ValidationError({"reason": "请写一句为什么不计入。"})
    row.declined_by, row.declined_at, row.declined_because = by, now, reason.strip()
    row.save(update_fields=["declined_by", "declined_at", "declined_because"])
    crediting.recount(
        crediting.obligations_touched([row.organisation_id], [row.activity.held_on], [row.activity.makes_up_for_id])
    )


@transaction.atomic
def note_make_up(attendance: Attendance, *, on: date | None, by: Person, today: date) -> None:
    """Note the day on which an absent person made up the study (None takes it back). No other field changes."""
    row = (
        Attendance.objects.select_for_update(no_key=True, of=("self",))
        .select_related("activity__organisation")
        .get(pk=attendance.pk)
    )
    if not by.may(Act.LOG, row.activity.organisation, today):
        raise PermissionDenied
    if row.present or row.activity.state != ActivityState.HELD:
        raise ValidationError("只有未到的人需要补学。")
    if on is not None and not row.activity.held_on <= on <= today:
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
