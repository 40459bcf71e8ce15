"""The acts of whoever keeps a roster on one import, from receiving the file to taking all of it back.

What takes longer than a page may is done by a worker (``working``), started here by a row that says so: the state. Nothing
but the import's own rows is written before ``confirm``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import PurePath
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from documents.cells import Column as Heading
from documents.excel import Sheet

from .. import tasks
from ..models import Organisation, Person
from ..models.importing import Decision, ImportBatch, ImportRow, ImportState, Outcome, Verdict
from ..roster import check_day, check_keeper
from . import tabling
from .reading import MOST_BYTES

LONGEST_NAME = 120
STUCK_AFTER = timedelta(minutes=15)

BEFORE_WRITING = (ImportState.RECEIVED, ImportState.READY, ImportState.FAILED)
AT_WORK = (ImportState.CHECKING, ImportState.WRITING, ImportState.UNDOING)
STATES_IN_WORDS = {
    ImportState.CHECKING: "正在核对，请等它做完。",
    ImportState.WRITING: "正在导入，请等它做完。",
    ImportState.DONE: "这个文件已经导入过了。",
    ImportState.UNDOING: "正在撤销，请等它做完。",
    ImportState.UNDONE: "这次导入已经撤销了。",
}


def is_stuck(batch: ImportBatch, now: datetime) -> bool:
    """True if the worker that had the batch must have died for good: the act may be started again."""
    return batch.state in AT_WORK and (batch.started_at is None or now > batch.started_at + STUCK_AFTER)


def receive(
    upload: UploadedFile,
    *,
    subject: str,
    organisation: Organisation,
    since: date,
    by: Person,
    now: datetime,
    today: date,
) -> ImportBatch:
    """Keep the file, open it and guess what its columns and units are. ValidationError {"file": …}, PermissionDenied."""
    check_keeper(by, organisation, today)
    check_day(since, today, "since")
    data = upload.read(MOST_BYTES + 1)
    name = _short_name(upload.name or "")
    batch = ImportBatch(subject=subject, organisation=organisation, since=since, by=by, file_name=name, received_at=now)
    try:
        tabling.look_at(batch, data)
    except ValidationError as refusal:
        raise ValidationError({"file": refusal.messages}) from refusal
    batch.file.save(f"{uuid4()}{PurePath(name).suffix.lower()}", ContentFile(data), save=False)
    try:
        batch.save()
    except Exception:
        batch.file.delete(save=False)
        raise
    return batch


def _short_name(name: str) -> str:
    """The last part of a file's name, shortened in the middle of nothing: the ending stays."""
    path = PurePath(name.replace("\\", "/"))
    return path.stem[: LONGEST_NAME - len(path.suffix)] + path.suffix[:LONGEST_NAME]


def _locked(batch: ImportBatch, by: Person, now: datetime) -> ImportBatch:
    """The row as it is now, locked, for whoever may act on it. PermissionDenied."""
    check_keeper(by, batch.organisation, timezone.localdate(now))
    return (
        ImportBatch.objects.select_for_update(no_key=True, of=("self",)).select_related("organisation").get(pk=batch.pk)
    )


def may_be_mapped(batch: ImportBatch, now: datetime) -> bool:
    """True while its columns may be changed: before the writing, and not while a worker has it."""
    checking_died = batch.state == ImportState.CHECKING and is_stuck(batch, now)
    return batch.state in BEFORE_WRITING or checking_died


def _refuse_unless_open(row: ImportBatch, now: datetime) -> None:
    """Refuse an act that belongs before the writing once it is too late, or while a worker has the batch."""
    if not may_be_mapped(row, now):
        raise ValidationError(STATES_IN_WORDS[ImportState(row.state)])


def reread(batch: ImportBatch, *, sheet: str, header_row: int | None, by: Person, now: datetime) -> None:
    """Look at another sheet, or take another row for the header. ValidationError {"sheet": …} or {"header_row": …}."""
    check_keeper(by, batch.organisation, timezone.localdate(now))
    if sheet not in (batch.sheet, *batch.sheets):
        raise ValidationError({"sheet": "没有这张工作表。"})
    read = ImportBatch.objects.get(pk=batch.pk)
    try:
        tabling.look_at(read, tabling.stored(read), sheet=sheet, header_row=header_row)
    except ValidationError as refusal:
        raise ValidationError({"header_row": refusal.messages}) from refusal
    _keep(read, by, now)
    batch.refresh_from_db()


def choose(
    batch: ImportBatch,
    *,
    columns: Mapping[int, str],
    places: Mapping[str, int | None],
    since: date,
    by: Person,
    now: datetime,
) -> bool:
    """Settle what each column (by index) is and which unit each way of writing means, and remember both for the organ.

    True: go on with ``start_checking``. False: other columns name the units now, so other ways of writing have to be
    looked at first (``batch.places`` lists them). ValidationError by column ("column_3"), by place ("place_0", its place
    in ``batch.places``), "since", or "columns" for what is missing.
    """
    check_keeper(by, batch.organisation, timezone.localdate(now))
    check_day(since, timezone.localdate(now), "since")
    chosen = ImportBatch.objects.get(pk=batch.pk)
    same_places = tabling.choose_columns(chosen, columns)
    if same_places:
        tabling.choose_places(chosen, places)
    else:
        tabling.find_places(chosen)
    chosen.since = since
    _keep(chosen, by, now, remember=places if same_places else {})
    batch.refresh_from_db()
    return same_places


@transaction.atomic
def _keep(read: ImportBatch, by: Person, now: datetime, *, remember: Mapping[str, int | None] | None = None) -> None:
    """Save how a file is read now. A preview of other columns says nothing about these, so it is forgotten.

    What takes long was done outside this transaction; a worker may have taken the batch in between.
    """
    row = _locked(read, by, now)
    _refuse_unless_open(row, now)
    row.rows.all().delete()
    if remember is not None:
        tabling.remember(read, remember)
    read.state, read.counts, read.message, read.stage, read.done = ImportState.RECEIVED, {}, "", "", 0
    read.save()


@transaction.atomic
def start_checking(batch: ImportBatch, *, by: Person, now: datetime) -> None:
    """Let a worker compare the file with what is stored. ValidationError if one is at it."""
    row = _locked(batch, by, now)
    _refuse_unless_open(row, now)
    _hand_over(row, ImportState.CHECKING, now)
    transaction.on_commit(lambda: tasks.check_import.delay(row.pk))
    batch.refresh_from_db()


def _hand_over(row: ImportBatch, state: ImportState, now: datetime) -> None:
    """Note in the row that a worker has it."""
    row.state, row.started_at, row.stage, row.done, row.message = state, now, "", 0, ""
    row.save(update_fields=["state", "started_at", "stage", "done", "message", "by", "undone_by"])


@transaction.atomic
def decide(
    batch: ImportBatch,
    decisions: Mapping[int, str],
    accepted: Mapping[int, bool],
    *,
    by: Person,
    now: datetime,
    whom: Mapping[int, int] | None = None,
) -> None:
    """Keep what somebody decided about rows (by key): suspicious ones one way or another, changed and new ones ticked or not.

    ``whom`` says which of several candidates is meant by 就是此人; one alone need not be named. ValidationError
    {"row_<key>": …} for a decision that cannot be.
    """
    row = _locked(batch, by, now)
    if row.state != ImportState.READY:
        raise ValidationError(STATES_IN_WORDS.get(ImportState(row.state), "请先核对。"))
    suspicious = list(row.rows.filter(pk__in=list(decisions), verdict=Verdict.SUSPICIOUS))
    for line in suspicious:
        _decide_one(line, decisions[line.pk], (whom or {}).get(line.pk))
    ImportRow.objects.bulk_update(suspicious, ["decision", "target"], batch_size=500)
    sure = row.rows.filter(verdict__in=[Verdict.NEW, Verdict.CHANGED])
    for value in (True, False):
        sure.filter(pk__in=[pk for pk, ticked in accepted.items() if ticked is value]).update(accepted=value)


def _decide_one(line: ImportRow, decision: str, named: int | None) -> None:
    """Set what ``line`` means. ValidationError."""
    if decision not in ("", *Decision.values):
        raise ValidationError({f"row_{line.pk}": "没有这个选项。"})
    line.decision, line.target = decision, None
    if decision != Decision.THIS:
        return
    if named is None and len(line.candidates) == 1:
        named = line.candidates[0]
    if named not in line.candidates:
        raise ValidationError({f"row_{line.pk}": f"第 {line.number} 行：请点明是哪一位。"})
    line.target = named


@transaction.atomic
def confirm(batch: ImportBatch, *, by: Person, now: datetime) -> None:
    """Let a worker write what the preview shows. A second click does nothing. ValidationError if there is nothing to write."""
    row = _locked(batch, by, now)
    if row.state == ImportState.DONE or (row.state == ImportState.WRITING and not is_stuck(row, now)):
        return
    if row.state not in (ImportState.READY, ImportState.WRITING):
        raise ValidationError(STATES_IN_WORDS.get(ImportState(row.state), "请先核对。"))
    if not row.rows.to_write().exists():
        raise ValidationError("没有要写入的行。")
    row.by = by
    _hand_over(row, ImportState.WRITING, now)
    transaction.on_commit(lambda: tasks.write_import.delay(row.pk))
    batch.refresh_from_db()


@transaction.atomic
def undo(batch: ImportBatch, *, by: Person, now: datetime) -> None:
    """Let a worker take the import back. A second click does nothing. ValidationError after seven days."""
    row = _locked(batch, by, now)
    again = row.state == ImportState.UNDOING and is_stuck(row, now)
    if row.state == ImportState.UNDONE or (row.state == ImportState.UNDOING and not again):
        return
    if not (row.may_be_undone(now) or again):
        raise ValidationError("只有导入后七天之内能撤销。")
    row.undone_by = by
    _hand_over(row, ImportState.UNDOING, now)
    transaction.on_commit(lambda: tasks.undo_import.delay(row.pk))
    batch.refresh_from_db()


@transaction.atomic
def discard(batch: ImportBatch, *, by: Person, now: datetime) -> None:
    """Forget the file and its preview; a worker that is checking it stops. ValidationError once it is being written."""
    row = _locked(batch, by, now)
    if row.state not in (*BEFORE_WRITING, ImportState.CHECKING):
        raise ValidationError(STATES_IN_WORDS[ImportState(row.state)])
    tabling.throw_away(row)
    row.delete()


def refused_rows(batch: ImportBatch) -> Sheet:
    """The rows that were not taken, with their number and why, under the titles of the file: mended, it imports again."""
    mapped = [column for column in batch.columns if column["field"]]
    headings = [
        Heading(tabling.ROW_NUMBER, 8),
        *(Heading(column["title"], 16) for column in mapped),
        Heading(tabling.WHY, 48),
    ]
    rows = batch.rows.filter(verdict=Verdict.REFUSED) | batch.rows.filter(outcome=Outcome.STALE)
    lines = (
        [row.number, *(row.cells.get(column["field"], "") for column in mapped), row.why or row.get_outcome_display()]
        for row in rows.order_by("number", "pk").iterator()
    )
    return Sheet("有错的行", headings, lines)
