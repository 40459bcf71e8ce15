"""转为问题: from a published line, or a comment, to a problem on the list, with its figures as they were printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from organisations.models import Organisation, Person
from organisations.permissions import Act
from responsibilities.models import Problem, ProblemSource
from responsibilities.registering import Found, put_down

from . import reading
from .heat import clearly_below
from .models import Comment, Finding, Part, ReleasedTable, Survey
from .published import apart, lines
from .results import question_title

COMMENT = "comment"


@dataclass(frozen=True)
class Figures:
    """What is turned into a problem: where it stands, and what it says in words."""

    survey: Survey
    table: str
    line: str
    part: str
    organisation: Organisation
    title: str
    detail: str


def figures(survey: Survey, parts: Sequence[Part], table: str, line: str) -> Figures | None:
    """The published line that ``table`` and ``line`` name, if it is about one of ``parts``; None otherwise."""
    kind, _, key = table.partition(".")
    by_key = {part.key: part for part in parts}
    if kind == COMMENT:
        return _comment(survey, by_key, table, key) if not line else None
    row = survey.tables.filter(key=table, part__in=by_key).first()
    said = _said(row, line) if row is not None else None
    return _figures(survey, by_key[row.part], table, line, *said) if row is not None and said else None


def _said(row: ReleasedTable, line: str) -> tuple[str, str] | None:
    """Title and figures of one line of a table; None without it."""
    if row.kind == "dimensions":
        return _dimensions(row.payload["rows"], line)
    if row.kind != "question":
        return None
    found = [one for one in row.payload["rows"] if one["code"] == line]
    if not found:
        return None
    text = found[0]["text"] or row.payload["text"]
    said = "，".join(f"{one.item} {one.said}" for one in lines(found[0], text))
    return f"“{text}”", f"“{text}”：{said}。"


def _dimensions(rows: Sequence[dict[str, Any]], line: str) -> tuple[str, str] | None:
    """One dimension; without a line every one that lies clearly below the whole, or all of them."""
    low = [row for row in rows if clearly_below(row)] or list(rows)
    found = [row for row in rows if row["dimension"] == line] if line else low
    if not found:
        return None
    names = "、".join(f"“{row['dimension']}”" for row in found) if len(found) < len(rows) or line else "各维度"
    return f"{names}偏低", "；".join(_dimension(row) for row in found) + "。"


def _dimension(row: dict[str, Any]) -> str:
    said, whole = apart(row["difference"]), row["whole"]
    compared = f"，总体 {whole['label']}{f'，{said}' if said else ''}" if whole and whole != row["mean"] else ""
    return f"“{row['dimension']}”均分 {row['mean']['label']}{compared}"


def _comment(survey: Survey, by_key: dict[str, Part], table: str, key: str) -> Figures | None:
    """A published comment."""
    try:
        number = UUID(key)
    except ValueError:
        return None
    row = Comment.objects.filter(survey=survey, pk=number, part__in=by_key, is_hidden=False).first()
    if row is None:
        return None
    title = row.text.splitlines()[0] if row.text else ""
    return _figures(
        survey, by_key[row.part], table, "", title, f"留言（{question_title(survey, row.question)}）：{row.text}"
    )


def _figures(survey: Survey, part: Part, table: str, line: str, title: str, said: str) -> Figures:
    where = part.unit.organisation if part.unit is not None else None
    lead = f"{survey.title}，{part.name}。"
    return Figures(survey, table, line, part.key, where or survey.organisation, title, lead + said)


@transaction.atomic
def turn(
    found: Figures,
    *,
    title: str,
    detail: str,
    organisation: Organisation,
    due_on: date,
    by: Person,
    now: datetime,
    today: date,
) -> Problem:
    """Put it on the list of problems, once. ValidationError by field, PermissionDenied.

    Nobody raised it: whoever said so in a survey has no name.
    """
    survey = Survey.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=found.survey.pk)
    if not survey.has_results(now):
        raise ValidationError("公布以后才能转为问题。")
    if found.part not in reading.turnable(reading.parts_for(survey, by, today), survey, by, today):
        raise PermissionDenied("由编这份调研的单位，或者所在机关来转。")
    if not by.may(Act.EDIT_SURVEYS, organisation, today):
        raise ValidationError({"organisation": "请选你这一级或者所属的单位。"})
    if Finding.objects.filter(survey=survey, table=found.table, line=found.line).exists():
        raise ValidationError("这一条已经转为问题了。")
    problem = put_down(
        Found(organisation, title, ProblemSource.SURVEY, today, detail=detail, due_on=due_on),
        by=by,
        now=now,
        today=today,
    )
    Finding.objects.create(survey=survey, table=found.table, line=found.line, problem=problem)
    return problem
