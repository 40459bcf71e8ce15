"""The rows that belong to a record: kinds, partners, agenda and attendance.

Written once for a new record. A correction writes what differs and leaves the rest: who declined stays declined, a
make-up study stays noted, and a slip in the title costs no rewriting of the roll.
"""

from __future__ import annotations

from django.db.models import Prefetch, prefetch_related_objects

from .entries import AgendaLine, Entry
from .models import Activity, ActivityState, AgendaItem, Attendance, Partnership

# All that a snapshot shows beside the record's own columns.
NAMED = ["organisation", "programme", "chair", "recorder", "makes_up_for__organisation", "makes_up_for__requirement"]
ROW_NAMES = ["kinds", "partnerships", "agenda", "attendances"]
ROWS = [
    "kinds",
    Prefetch("partnerships", Partnership.objects.select_related("organisation")),
    "agenda",
    Prefetch("attendances", Attendance.objects.select_related("person")),
]


def write(activity: Activity, entry: Entry) -> None:
    """Kinds, partners, agenda and attendance of a new record."""
    _write_kinds(activity, entry)
    Partnership.objects.bulk_create(
        [Partnership(activity=activity, organisation=partner) for partner in entry.partners]
    )
    _write_agenda(activity, entry.agenda_in_order())
    Attendance.objects.bulk_create(_roll(activity, entry))


def _write_kinds(activity: Activity, entry: Entry) -> None:
    through = Activity.kinds.through
    through.objects.bulk_create([through(activity=activity, activitykind=kind) for kind in entry.kinds])


def _write_agenda(activity: Activity, lines: list[AgendaLine]) -> None:
    AgendaItem.objects.bulk_create(
        [
            AgendaItem(
                activity=activity, order=order, title=line.title, speaker=line.speaker, first_topic=line.first_topic
            )
            for order, line in enumerate(lines, start=1)
        ]
    )


def _roll(activity: Activity, entry: Entry) -> list[Attendance]:
    """The attendance by name, unsaved; none where only heads were counted or nothing was held yet."""
    if entry.headcount or activity.state != ActivityState.HELD:
        return []
    return [_attendance(activity, entry, person_id) for person_id in entry.roll]


def _attendance(activity: Activity, entry: Entry, person_id: int) -> Attendance:
    absence = entry.absences.get(person_id)
    if absence is None:
        return Attendance(activity=activity, person_id=person_id, present=True)
    return Attendance(activity=activity, person_id=person_id, present=False, reason=absence.reason, note=absence.note)


def replace(row: Activity, entry: Entry) -> bool:
    """Kinds, partners, agenda and attendance as corrected. ``row`` has them prefetched, before and after. True if any differed."""
    changed = [
        _replace_kinds(row, entry),
        _replace_partners(row, entry),
        _replace_agenda(row, entry),
        _replace_roll(row, entry),
    ]
    row.refresh_from_db(fields=ROW_NAMES)  # forgets what was prefetched; asks nothing
    prefetch_related_objects([row], *ROWS)
    return any(changed)


def _replace_kinds(row: Activity, entry: Entry) -> bool:
    if {kind.pk for kind in row.kinds.all()} == {kind.pk for kind in entry.kinds}:
        return False
    Activity.kinds.through.objects.filter(activity=row).delete()
    _write_kinds(row, entry)
    return True


def _replace_partners(row: Activity, entry: Entry) -> bool:
    wanted = {partner.pk for partner in entry.partners}
    standing = {partnership.organisation_id for partnership in row.partnerships.all()}
    if standing - wanted:
        Partnership.objects.filter(activity=row).exclude(organisation__in=wanted).delete()
    new = [Partnership(activity=row, organisation_id=pk) for pk in sorted(wanted - standing)]
    Partnership.objects.bulk_create(new)
    return wanted != standing


def _replace_agenda(row: Activity, entry: Entry) -> bool:
    lines = entry.agenda_in_order()
    if [AgendaLine(item.title, item.speaker, item.first_topic) for item in row.agenda.all()] == lines:
        return False
    AgendaItem.objects.filter(activity=row).delete()
    _write_agenda(row, lines)
    return True


def _replace_roll(row: Activity, entry: Entry) -> bool:
    standing = {attendance.person_id: attendance for attendance in row.attendances.all()}
    wanted = {attendance.person_id: attendance for attendance in _roll(row, entry)}
    gone = [attendance.pk for person_id, attendance in standing.items() if person_id not in wanted]
    if gone:
        Attendance.objects.filter(pk__in=gone).delete()
    new = [attendance for person_id, attendance in wanted.items() if person_id not in standing]
    Attendance.objects.bulk_create(new)
    changed = [row for person_id, row in standing.items() if person_id in wanted and _take_over(row, wanted[person_id])]
    Attendance.objects.bulk_update(changed, ["present", "reason", "note", "made_up_on"])
    return bool(gone or new or changed)


def _take_over(attendance: Attendance, fresh: Attendance) -> bool:
    """Put on ``attendance`` whether he came, and why not. False if nothing differs."""
    before = (attendance.present, attendance.reason, attendance.note)
    attendance.present, attendance.reason, attendance.note = fresh.present, fresh.reason, fresh.note
    if attendance.present:
        attendance.made_up_on = None
    return before != (attendance.present, attendance.reason, attendance.note)
