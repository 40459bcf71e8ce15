"""Lists of units and posts on their way in: batch, check, confirmation and undo without views and workers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from django.utils import timezone

from organisations.importing.subject import Context, Judged, Reading, Subject
from organisations.models import Organisation, Person
from organisations.models.importing import ImportBatch, ImportRow, Outcome, Verdict
from organisations.tree import tell_upper_floors
from tests import make

SINCE = date(2026, 11, 1)


def context(
    where: Organisation, by: Person, subject: Subject, today: date, places: Mapping[str, int] | None = None
) -> Context:
    """An import into ``where`` on ``today``."""
    batch = ImportBatch(subject=subject.code, organisation=where, by=by, since=SINCE, received_at=make.moment(today))
    batch.save()
    return Context(batch, where, by, SINCE, today, timezone.now(), dict(places or {}))


def readings(rows: Sequence[Mapping[str, Any]]) -> list[Reading]:
    """Rows from number 2 on; a blank says nothing."""
    return [
        Reading(number, {code: str(value) for code, value in row.items()}, dict(row))
        for number, row in enumerate(rows, 2)
    ]


def judge(subject: Subject, rows: Sequence[Mapping[str, Any]], about: Context) -> list[Judged]:
    """What checking finds out, and the rows of the preview with it."""
    found = subject.judge(readings(rows), about, lambda done: None)
    fields = ("verdict", "number", "cells", "values", "target", "candidates", "changes", "why", "decision")
    ImportRow.objects.bulk_create(
        [ImportRow(batch=about.batch, **{name: asdict(one)[name] for name in fields}) for one in found]
    )
    return found


def write(subject: Subject, about: Context) -> dict[int | None, tuple[str, str]]:
    """Write what the preview shows; outcome and reason by row number."""
    rows = list(about.batch.rows.to_write())
    tell_upper_floors(subject.write(rows, about), about.today)
    for row in rows:
        row.save()
    return {row.number: (row.outcome, row.why) for row in rows}


def take_back(subject: Subject, about: Context) -> dict[int | None, tuple[str, str]]:
    """Undo; outcome and reason by row number."""
    rows = list(about.batch.rows.filter(outcome=Outcome.WRITTEN).order_by("pk"))
    tell_upper_floors(subject.take_back(rows, about), about.today)
    for row in rows:
        row.save()
    return {row.number: (row.outcome, row.why) for row in rows}


def verdicts(found: Sequence[Judged]) -> list[tuple[str, str]]:
    """Verdict and reason of each row of the file."""
    return [(str(one.verdict), one.why) for one in found if one.verdict != Verdict.MISSING]
