"""The minutes of a meeting or activity as a Word document, with the attendance list as annex.

The order is that of a paper record: head, facts, agenda, what happened, votes, decisions, signatures.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time

from documents.gbt9704 import written_date
from documents.text import paragraphs
from documents.word import Fact, OfficialDocument

_NUMBERED_BY_HAND = re.compile(r"[（(]?[0-9一二三四五六七八九十]+[)）、.．]")


@dataclass(frozen=True)
class Attendee:
    """One person expected at the meeting. `reason` and `made_up_on` belong to the absent."""

    name: str
    present: bool
    reason: str = ""
    made_up_on: date | None = None


@dataclass(frozen=True)
class AgendaEntry:
    """One item of the agenda; `speaker` says who did what (林知远领学)."""

    title: str
    speaker: str = ""
    is_first_topic: bool = False


@dataclass(frozen=True)
class Votes:
    """A vote with both denominators: those entitled, and those of them who were present; and its result in words."""

    due: int
    present: int
    in_favour: int
    against: int
    abstained: int
    verdict: str = ""


@dataclass(frozen=True)
class Minutes:
    """What the minutes say, as plain values.

    `headcount` means that a mass meeting was counted and no names were taken; nobody need have been
    expected there. `created` is an aware time and becomes the file's date. `study_hours` is text, as the caller rounds it.
    """

    organisation: str
    number: str
    kinds: tuple[str, ...]
    title: str
    held_on: date
    start: time | None
    end: time | None
    place: str
    chair: str
    recorder: str
    expected: int | None
    present: int | None
    created: datetime
    attendance: tuple[Attendee, ...] = ()
    guests: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    agenda: tuple[AgendaEntry, ...] = ()
    content: str = ""
    decisions: str = ""
    votes: Votes | None = None
    headcount: bool = False
    corrections: int = 0
    study_hours: str = ""
    attachments: tuple[str, ...] = ()


def minutes_document(minutes: Minutes) -> bytes:
    """Return the minutes as a .docx file."""
    document = OfficialDocument(organisation=minutes.organisation, created=minutes.created)
    document.kicker("、".join(minutes.kinds) + "记录")
    document.title(minutes.title)
    document.number("　".join(filter(None, (minutes.organisation, minutes.number))))
    document.facts(_facts(minutes))
    _write_agenda(document, minutes.agenda)
    _write_section(document, "内容纪实", minutes.content)
    _write_votes(document, minutes.votes)
    _write_decisions(document, minutes.decisions)
    _write_attachments(document, minutes.attachments)
    _write_ending(document, minutes)
    if minutes.attendance and not minutes.headcount:
        _write_attendance(document, minutes)
    return document.save()


def _facts(minutes: Minutes) -> list[Fact]:
    """Return the head of the record; what is empty is left out."""
    facts = [
        Fact("时间", _when(minutes), wide=True),
        Fact("地点", minutes.place, wide=True),
        Fact("主持人", minutes.chair),
        Fact("记录人", minutes.recorder),
        Fact("联合单位", "、".join(minutes.partners), wide=True),
        Fact("到会", _turnout(minutes), wide=True),
        Fact("缺席", "、".join(_absent(person) for person in minutes.attendance if not person.present), wide=True),
        Fact("列席", "、".join(minutes.guests), wide=True),
        Fact("学时", minutes.study_hours, wide=True),
    ]
    return [fact for fact in facts if fact.value or not fact.wide]


def _when(minutes: Minutes) -> str:
    start = f" {minutes.start:%H:%M}" if minutes.start else ""
    end = f"至{minutes.end:%H:%M}" if minutes.end else ""
    return f"{written_date(minutes.held_on)}{start}{end}"


def _turnout(minutes: Minutes) -> str:
    counted = "（按人数统计）" if minutes.headcount else ""
    figures = (("应到", minutes.expected), ("实到", minutes.present))
    return "，".join(f"{word}{number}人" for word, number in figures if number is not None) + counted


def _absent(person: Attendee) -> str:
    made_up = f"{person.made_up_on.month}月{person.made_up_on.day}日补学" if person.made_up_on else ""
    remark = "，".join(filter(None, (person.reason, made_up)))
    return f"{person.name}（{remark}）" if remark else person.name


def _write_section(document: OfficialDocument, heading: str, text: str) -> None:
    if paragraphs(text):
        document.heading(1, heading)
        document.paragraph(text)


def _write_agenda(document: OfficialDocument, agenda: tuple[AgendaEntry, ...]) -> None:
    if not agenda:
        return
    document.heading(1, "议程")
    document.numbered(
        ("第一议题：" if entry.is_first_topic else "") + entry.title + (f"（{entry.speaker}）" if entry.speaker else "")
        for entry in agenda
    )


def _write_votes(document: OfficialDocument, votes: Votes | None) -> None:
    if votes is None:
        return
    document.heading(1, "表决情况")
    document.paragraph(
        f"应到会有表决权{votes.due}人，实到会有表决权{votes.present}人。"
        f"赞成{votes.in_favour}票，反对{votes.against}票，弃权{votes.abstained}票。"
    )
    if votes.verdict:
        document.paragraph(votes.verdict)


def _write_decisions(document: OfficialDocument, decisions: str) -> None:
    """Write the decisions, numbered where there are several and nobody numbered them by hand."""
    lines = paragraphs(decisions)
    if len(lines) > 1 and not any(_NUMBERED_BY_HAND.match(line) for line in lines):
        document.heading(1, "决定事项")
        document.numbered(lines)
    else:
        _write_section(document, "决定事项", decisions)


def _write_attachments(document: OfficialDocument, attachments: tuple[str, ...]) -> None:
    """Name what is kept in the system with the record; the files themselves are not in the document."""
    if attachments:
        document.heading(1, "影像和附件")
        document.numbered(attachments)


def _write_ending(document: OfficialDocument, minutes: Minutes) -> None:
    if minutes.attendance and not minutes.headcount:
        document.annex_note("到会情况表")
    document.signatures(["主持人（签字）", "记录人（签字）"])
    if minutes.corrections:
        document.note(f"本记录保存后更正{minutes.corrections}次，更正前后的内容在系统中留存")


def _write_attendance(document: OfficialDocument, minutes: Minutes) -> None:
    document.annex("到会情况表")
    document.subtitle(f"{minutes.title}（{written_date(minutes.held_on)}）")
    document.table(
        ["序号", "姓名", "到会", "缺席原因", "补学"],
        [_attendance_row(place, person) for place, person in enumerate(minutes.attendance, 1)],
        widths=[1, 2.2, 1.4, 4.4, 3.2],
        centred=frozenset({0, 1, 2, 4}),
    )


def _attendance_row(place: int, person: Attendee) -> tuple[str, ...]:
    made_up = written_date(person.made_up_on) if person.made_up_on else ""
    return (str(place), person.name, "到会" if person.present else "缺席", person.reason, made_up)
