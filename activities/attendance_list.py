"""The people of an activity as the values of its attendance list."""

from __future__ import annotations

from datetime import date, datetime

from documents import attendance
from documents.downloads import file_name
from documents.gbt9704 import written_date
from organisations import scoping
from organisations.models import Membership

from .expecting import expected_people
from .models import Activity, ActivityState, Attendance
from .presiding import presiding


class NoNames(Exception):
    """There is nobody to list. The message says why, in words for whoever asked."""


def attendance_list_of(activity: Activity, now: datetime) -> attendance.AttendanceList:
    """What the list of ``activity`` says; ``now`` becomes the date of the file.

    Of a planned activity it is the sheet to sign, with those expected there. NoNames where no names were taken or the
    record was withdrawn.
    """
    if activity.state == ActivityState.WITHDRAWN:
        raise NoNames("已经撤回，不再导出名单")
    if activity.headcount:
        raise NoNames("只记了人数，没有名单")
    people = _expected(activity) if activity.state == ActivityState.PLANNED else _recorded(activity)
    if not people:
        raise NoNames("没有登记到会人员，没有名单")
    chair, _ = presiding(activity)
    return attendance.AttendanceList(
        organisation=activity.organisation.official_name,
        number=activity.document_number,
        title=activity.title,
        held=activity.state == ActivityState.HELD,
        held_on=activity.held_on,
        start=activity.starts_at,
        end=activity.ends_at,
        place=activity.place,
        chair=chair,
        people=tuple(people),
        created=now,
    )


def _recorded(activity: Activity) -> list[attendance.Listed]:
    """Those on the record, in its order."""
    rows = list(activity.attendances.select_related("person"))
    units = _units([row.person_id for row in rows], activity.held_on)
    return [_line(row, units) for row in rows]


def _line(row: Attendance, units: dict[int, str]) -> attendance.Listed:
    unit, category = units.get(row.person_id, ""), row.person.get_category_display()
    return attendance.Listed(row.person.name, unit, category, row.present, row.why, row.made_up_on)


def _expected(activity: Activity) -> list[attendance.Listed]:
    """Those whom the kinds of the plan expect at the host and its partners, in the order of the roster."""
    partners = activity.partnerships.filter(declined_at=None).select_related("organisation")
    hosts = [activity.organisation, *(row.organisation for row in partners)]
    people = expected_people(hosts, activity.kinds.all(), activity.held_on)
    units = _units([person.pk for person in people], activity.held_on)
    return [
        attendance.Listed(person.name, units.get(person.pk, ""), person.get_category_display()) for person in people
    ]


def _units(people: list[int], day: date) -> dict[int, str]:
    """Where each of ``people`` belonged on ``day``: 第一党支部第二党小组. One query."""
    rows = Membership.objects.filter(scoping.holding(day), person__in=people).select_related("organisation__parent")
    return {row.person_id: row.organisation.near_name for row in rows}


def attendance_file_name(activity: Activity, name: str) -> str:
    """到会名单_第一党支部_2026年10月23日.docx."""
    return file_name(name, activity.organisation.name, written_date(activity.held_on), "docx")
