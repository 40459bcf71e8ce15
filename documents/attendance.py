"""The attendance list of a meeting as a Word document: who was there, or a sheet to sign before it begins.

The last column is empty on purpose: the paper is signed by hand where a branch keeps it so.
"""

from dataclasses import dataclass
from datetime import date, datetime, time

from documents.gbt9704 import written_date
from documents.word import Fact, OfficialDocument

HEADERS = ("序号", "姓名", "单位", "类别", "到会情况", "签字")
WIDTHS = (1.1, 2.2, 3.2, 1.9, 3.6, 2.4)
CENTRED = frozenset({0, 1, 3})
# A line that can be signed on; 22 of them and the heading fill a page.
ROW_MM = 9


@dataclass(frozen=True)
class Listed:
    """One person expected. `present` is None before the meeting; `reason` and `made_up_on` belong to the absent."""

    name: str
    unit: str
    category: str
    present: bool | None = None
    reason: str = ""
    made_up_on: date | None = None

    @property
    def part(self) -> str:
        """到会, or 缺席：出差；10月30日补学; nothing before the meeting."""
        if self.present is None:
            return ""
        if self.present:
            return "到会"
        made_up = f"{self.made_up_on.month}月{self.made_up_on.day}日补学" if self.made_up_on else ""
        return "：".join(filter(None, ("缺席", "；".join(filter(None, (self.reason, made_up))))))


@dataclass(frozen=True)
class AttendanceList:
    """What the list says, as plain values. `held` is False for a sheet that is to be signed.

    `created` is an aware time and becomes the file's date.
    """

    organisation: str
    number: str
    title: str
    held: bool
    held_on: date
    start: time | None
    end: time | None
    place: str
    chair: str
    people: tuple[Listed, ...]
    created: datetime

    @property
    def name(self) -> str:
        """到会名单 after the meeting, 签到表 before it."""
        return "到会名单" if self.held else "签到表"


def attendance_document(attendance: AttendanceList) -> bytes:
    """Return the list as a .docx file."""
    document = OfficialDocument(organisation=attendance.organisation, created=attendance.created)
    document.kicker(attendance.name)
    document.title(attendance.title)
    document.number("　".join(filter(None, (attendance.organisation, attendance.number))))
    document.facts(_facts(attendance))
    document.table(
        HEADERS,
        [
            (str(place), person.name, person.unit, person.category, person.part, "")
            for place, person in enumerate(attendance.people, 1)
        ],
        widths=WIDTHS,
        centred=CENTRED,
        least_mm=ROW_MM,
    )
    return document.save()


def _facts(attendance: AttendanceList) -> list[Fact]:
    """Return the head of the list; what is empty stays, to be filled in."""
    start = f" {attendance.start:%H:%M}" if attendance.start else ""
    end = f"至{attendance.end:%H:%M}" if attendance.end and attendance.start else ""
    came = sum(person.present is True for person in attendance.people)
    return [
        Fact("时间", f"{written_date(attendance.held_on)}{start}{end}", wide=True),
        Fact("地点", attendance.place, wide=True),
        Fact("主持人", attendance.chair, wide=True),
        Fact("应到", f"{len(attendance.people)}人"),
        Fact("实到", f"{came}人" if attendance.held else ""),
    ]
