"""A roster file on its way: made from lines of text, received, mapped and checked as the pages do it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from documents.cells import Column
from documents.excel import Sheet, write_workbook
from organisations.importing import batches, working
from organisations.importing.columns import guess, readings
from organisations.importing.fields import PEOPLE_FIELDS
from organisations.importing.people import People
from organisations.importing.placing import settle
from organisations.importing.reading import Table
from organisations.importing.subject import Context, Judged, Reading
from organisations.models import Organisation, Person
from organisations.models.importing import ImportBatch, ImportRow, Verdict
from tests import make

TITLES = ("姓名", "工号", "人员类别", "入党时间", "出生年", "所在支部")
TODAY = date(2026, 11, 20)
NOW = make.moment(TODAY)
# New, changed, suspicious, refused.
LINES = [
    ["柳青", "2001", "正式党员", "2019-07-01", 1990, "第一党支部"],
    ["沈若川", "", "预备党员", "", 1990, "第一党支部"],
    ["陆景行", "", "", "", 1985, "第二党支部"],
    ["韩露", "", "正式党员", "2033.7", 1990, "第一党支部"],
]


def workbook(lines: Sequence[Sequence[Any]], titles: Sequence[str] = TITLES) -> SimpleUploadedFile:
    """An Excel file with these titles in its first row."""
    target = BytesIO()
    sheet = Sheet("在册", [Column(title) for title in titles], lines)
    write_workbook(target, [sheet], organisation="市财政局", created=timezone.now())
    return SimpleUploadedFile("花名册.xlsx", target.getvalue())


def context_of(
    lines: Sequence[Sequence[Any]],
    into: Organisation,
    by: Person,
    titles: Sequence[str] = TITLES,
    since: date = TODAY,
) -> tuple[list[Reading], Context]:
    """What the lines say, without a file between: rows are numbered from 2."""
    table = Table(["在册"], "在册", 1, 1, list(titles), [(n, list(line)) for n, line in enumerate(lines, 2)])
    read = readings(table, guess(table.titles, table.rows, PEOPLE_FIELDS, {}), PEOPLE_FIELDS)
    places = settle(read, PEOPLE_FIELDS, into, {}, TODAY)
    batch = ImportBatch(subject="people", organisation=into, by=by, since=since, places=places)
    sure = {place["text"]: place["organisation"] for place in places if place["sure"]}
    return read, Context(batch, into, by, since, TODAY, NOW, sure)


def judged(lines: Sequence[Sequence[Any]], into: Organisation, by: Person, **more: Any) -> dict[int | str, Judged]:
    """Row number (for those who are missing: the name) → what was found."""
    read, context = context_of(lines, into, by, **more)
    found = People().judge(read, context, lambda done: None)
    return {one.number or one.cells["name"]: one for one in found}


def received(
    lines: Sequence[Sequence[Any]],
    into: Organisation,
    by: Person,
    *,
    titles: Sequence[str] = TITLES,
    since: date = TODAY,
    now: datetime = NOW,
) -> ImportBatch:
    """The file received, its columns guessed."""
    upload = workbook(lines, titles)
    return batches.receive(upload, subject="people", organisation=into, since=since, by=by, now=now, today=TODAY)


def checked(lines: Sequence[Sequence[Any]], into: Organisation, by: Person, **more: Any) -> ImportBatch:
    """The file received and compared with the roster."""
    batch = received(lines, into, by, **more)
    batch.state = "checking"
    batch.started_at = NOW
    batch.save()
    working.check(batch.pk, NOW)
    batch.refresh_from_db()
    return batch


def written(batch: ImportBatch) -> ImportBatch:
    """The batch confirmed and written."""
    ImportBatch.objects.filter(pk=batch.pk).update(state="writing", started_at=NOW)
    working.write(batch.pk, NOW)
    batch.refresh_from_db()
    return batch


def undone(batch: ImportBatch) -> ImportBatch:
    """The batch taken back."""
    ImportBatch.objects.filter(pk=batch.pk).update(state="undoing", started_at=NOW)
    working.take_back(batch.pk, NOW)
    batch.refresh_from_db()
    return batch


def row(batch: ImportBatch, number: int) -> ImportRow:
    """The row with this number in the file."""
    return batch.rows.get(number=number)


def of(batch: ImportBatch, verdict: Verdict) -> list[int | None]:
    """The numbers of the rows with this verdict."""
    return list(batch.rows.judged(verdict).values_list("number", flat=True))


def choose(
    batch: ImportBatch,
    by: Person,
    columns: dict[int, str] | None = None,
    places: dict[str, int | None] | None = None,
) -> bool:
    """The second step with these choices."""
    return batches.choose(batch, columns=columns or {}, places=places or {}, since=TODAY, by=by, now=NOW)


def files(folder: Path) -> list[str]:
    """The names of what is kept in a folder."""
    return [file.name for file in folder.rglob("*") if file.is_file()]
