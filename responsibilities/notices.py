"""整改通知书: drafted from what was found, edited, issued with a number, and written as an office writes.

Issuing makes a problem of every finding; from then on the inspected side answers on its own list of problems.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from documents.downloads import file_name
from documents.gbt9704 import written_date
from documents.word import OfficialDocument
from organisations.models import Organisation, Person

from .inspecting import FARTHEST, LONGEST_FINDING, StaleVisit, claim
from .models import Finding, Inspection, InspectionState, ProblemSource
from .registering import LONGEST_TITLE, Found, put_down

# Why one leg of what a record says is excused from the beginning: there is nothing of that kind in a missing meeting.
ONLY_PRACTICAL = "督查按记录提出的，是要办的事。"


@dataclass(frozen=True)
class Point:
    """What a finding is to say, and by when it is to be put right."""

    text: str
    due_on: date


@dataclass(frozen=True)
class Wording:
    """The parts of a notice that may be edited; ``points`` by finding."""

    opening: str
    answer_by: date
    points: Mapping[int, Point]


@transaction.atomic
def amend(
    inspection: Inspection, wording: Wording, *, revision: int, by: Person, now: datetime, today: date
) -> Inspection:
    """Keep the wording. StaleVisit, ValidationError by field (``text_<finding>``, ``due_<finding>``)."""
    row = _drafted(inspection, revision, by, today)
    return _amend(row, wording, by, now, today)


@transaction.atomic
def issue(
    inspection: Inspection, wording: Wording, *, revision: int, by: Person, now: datetime, today: date
) -> Inspection:
    """Number it and send it: every finding becomes a problem of who was inspected. StaleVisit, ValidationError by field."""
    row = _amend(_drafted(inspection, revision, by, today), wording, by, now, today)
    # The row of the inspecting organisation serialises its numbers.
    Organisation.objects.select_for_update(no_key=True).get(pk=row.held_by_id)
    row.year, row.number = today.year, _next_number(row.held_by, today.year)
    row.state, row.issued_on, row.issued_by = InspectionState.ISSUED, today, by
    row.save(update_fields=["year", "number", "state", "issued_on", "issued_by"])
    for finding in row.findings.select_related("answer_to__item"):
        finding.problem = put_down(_found(row, finding), by=by, now=now, today=today)
        finding.save(update_fields=["problem"])
    return row


def _drafted(inspection: Inspection, revision: int, by: Person, today: date) -> Inspection:
    row = claim(inspection, by, today)
    if row.state == InspectionState.ISSUED:
        raise ValidationError(f"通知已经发出，{number_of(row)}，不能再改。")
    if row.state != InspectionState.VISITED:
        raise ValidationError("现在没有要发的通知。")
    if row.revision != revision:
        raise StaleVisit
    return row


def _amend(row: Inspection, wording: Wording, by: Person, now: datetime, today: date) -> Inspection:
    findings = list(row.findings.all())
    _check(wording, findings, today)
    row.opening, row.answer_by = wording.opening.strip(), wording.answer_by
    row.revision, row.saved_by, row.saved_at = row.revision + 1, by, now
    row.save(update_fields=["opening", "answer_by", "revision", "saved_by", "saved_at"])
    for finding in findings:
        point = wording.points[finding.pk]
        finding.text, finding.due_on = point.text.strip(), point.due_on
    Finding.objects.bulk_update(findings, ["text", "due_on"])
    return row


def _check(wording: Wording, findings: list[Finding], today: date) -> None:
    errors: dict[str, str] = {}
    if not wording.opening.strip():
        errors["opening"] = "请写通知的开头。"
    errors |= _check_day("answer_by", wording.answer_by, today)
    for finding in findings:
        point = wording.points.get(finding.pk)
        if point is None or not point.text.strip():
            errors[f"text_{finding.pk}"] = "请写要怎么改。"
        elif len(point.text.strip()) > LONGEST_FINDING:
            errors[f"text_{finding.pk}"] = f"最多 {LONGEST_FINDING} 个字。"
        if point is not None:
            errors |= _check_day(f"due_{finding.pk}", point.due_on, today)
    if errors:
        raise ValidationError(errors)


def _check_day(field: str, day: date, today: date) -> dict[str, str]:
    if day < today:
        return {field: "这一天已经过去，请写今天或以后。"}
    return {field: "日期太远，请写一年以内的。"} if day > today + FARTHEST else {}


def _next_number(held_by: Organisation, year: int) -> int:
    numbers = Inspection.objects.filter(held_by=held_by, year=year)
    return (numbers.aggregate(last=Max("number"))["last"] or 0) + 1


def _found(row: Inspection, finding: Finding) -> Found:
    check = finding.answer_to
    title = f"{check.item.question}：{check.fact}"
    return Found(
        organisation=row.organisation,
        title=title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1]}…",
        detail=f"{finding.text}\n{title_of(row)}（{number_of(row)}）第 {finding.order} 项。",
        source=ProblemSource.INSPECTION,
        found_on=row.visited_on or row.planned_on,
        due_on=finding.due_on,
        no_thought=ONLY_PRACTICAL if check.recorded else "",
    )


# --- In words


def title_of(row: Inspection) -> str:
    """关于第五党支部党建工作的整改通知."""
    return f"关于{row.organisation}党建工作的整改通知"


def number_of(row: Inspection) -> str:
    """市直机关工委督〔2026〕17 号; without the number before it is out."""
    return f"{row.held_by}督〔{row.year}〕{row.number} 号" if row.number else f"{row.held_by}督〔　　〕　号"


def sentence_of(finding: Finding) -> str:
    """What is to be put right, and by when."""
    return f"{finding.text.rstrip('。；')}。请于{written_date(finding.due_on)}前完成。"


def closing_of(row: Inspection) -> str:
    """By when and where it is to be answered; no paper is asked for."""
    by = written_date(row.answer_by) if row.answer_by else "　　　　"
    return f"请于{by}前在问题清单里逐条答复，不另报材料。做不到或者不适用的，说明情况。"


def notice_document(row: Inspection, findings: list[Finding], now: datetime) -> bytes:
    """The notice as a .docx file; before it is out its number is blank and it is dated today."""
    sender = row.held_by.official_name
    document = OfficialDocument(organisation=sender, created=now)
    document.document_number(number_of(row))
    document.title(title_of(row))
    document.addressee(row.organisation.official_name)
    document.paragraph(row.opening)
    document.numbered(sentence_of(finding) for finding in findings)
    document.paragraph(closing_of(row))
    document.signed(sender, row.issued_on or timezone.localdate(now))
    return document.save()


def notice_file_name(row: Inspection) -> str:
    """整改通知书_第五党支部_2026年11月20日.docx."""
    day = row.issued_on or row.visited_on
    return file_name("整改通知书", row.organisation.name, written_date(day) if day else "", "docx")
