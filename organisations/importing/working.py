"""What a worker does with an import: checking, writing, taking back, forgetting.

Whoever takes a batch over notes the moment in ``started_at``; a worker that finds another moment there has been given up
for dead and stops. So each of these may be run twice, by the same message delivered again or by a second click.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from ..models.importing import ImportBatch, ImportRow, ImportState, Outcome, Verdict
from ..tree import tell_upper_floors
from . import tabling
from .columns import readings
from .subject import Context, Judged, Progress
from .subjects import subject_of

logger = logging.getLogger(__name__)

ROWS_AT_ONCE = 1000
SECONDS_BETWEEN_NEWS = 0.5
KEEP_UNWRITTEN = timedelta(days=7)
KEEP_ROWS = timedelta(days=183)
# A batch that is still being written after a week was not: its worker died, and nothing was left behind.
UNWRITTEN = (
    ImportState.RECEIVED,
    ImportState.CHECKING,
    ImportState.READY,
    ImportState.FAILED,
    ImportState.WRITING,
)
WITH_PROOF = (ImportState.DONE, ImportState.UNDONE)

Work = Callable[[ImportBatch, datetime], None]


class TakenAway(Exception):
    """Another worker has the batch, or somebody threw it away."""


def check(batch_id: int, now: datetime) -> None:
    """Compare the file with what is stored and lay out the preview; nothing else is written."""
    _do(
        batch_id,
        ImportState.CHECKING,
        ImportState.FAILED,
        _check,
        now,
        "核对没有做完。请再试一次；还是不行，请告诉管理员。",
    )


def write(batch_id: int, now: datetime) -> None:
    """Write what the preview shows, all of it or nothing; after a failure the preview is still there, with the reason."""
    _do(
        batch_id,
        ImportState.WRITING,
        ImportState.READY,
        _write,
        now,
        "导入没有成功，什么也没有写入。可能有人同时在改名册，请再确认一次；还是不行，请告诉管理员。",
    )


def take_back(batch_id: int, now: datetime) -> None:
    """Take back what was written and has not been changed since, all of it or nothing."""
    _do(
        batch_id,
        ImportState.UNDOING,
        ImportState.DONE,
        _take_back,
        now,
        "撤销没有成功，名册没有变。请再试一次；还是不行，请告诉管理员。",
    )


def _do(batch_id: int, state: ImportState, otherwise: ImportState, work: Work, now: datetime, sorry: str) -> None:
    """Let ``work`` be done on a batch in ``state``; any failure leaves it in ``otherwise`` with a sentence."""
    mine = ImportBatch.objects.filter(pk=batch_id, state=state)
    if not mine.update(started_at=now, done=0):
        return
    batch = ImportBatch.objects.select_related("organisation", "by").get(pk=batch_id)
    try:
        work(batch, now)
    except TakenAway:
        return
    except ValidationError as refusal:
        sorry = "".join(refusal.messages)
    except Exception:
        logger.exception("import %s failed while %s", batch_id, state)
    else:
        return
    mine.filter(started_at=now).update(state=otherwise, message=sorry[:400], stage="")


def _hold(batch: ImportBatch) -> None:
    """Lock the batch for the caller's transaction. TakenAway if it is no longer this worker's."""
    held = ImportBatch.objects.select_for_update(no_key=True).filter(
        pk=batch.pk, state=batch.state, started_at=batch.started_at
    )
    if not held.values_list("pk", flat=True).first():
        raise TakenAway


def _news(batch: ImportBatch) -> tuple[Callable[[str, int], None], Progress]:
    """How a worker tells how far it is: by a short statement of its own, now and then, outside any transaction."""
    last = [0.0]

    def begin(stage: str, total: int) -> None:
        ImportBatch.objects.filter(pk=batch.pk, started_at=batch.started_at).update(stage=stage, done=0, total=total)

    def progress(done: int) -> None:
        if monotonic() - last[0] > SECONDS_BETWEEN_NEWS:
            last[0] = monotonic()
            ImportBatch.objects.filter(pk=batch.pk, started_at=batch.started_at).update(done=done)

    return begin, progress


def _context(batch: ImportBatch, now: datetime) -> Context:
    return Context(
        batch=batch,
        organisation=batch.organisation,
        by=batch.by,
        since=batch.since,
        today=timezone.localdate(now),
        now=now,
        places={place["text"]: place["organisation"] for place in batch.places if place["sure"]},
    )


def _check(batch: ImportBatch, now: datetime) -> None:
    begin, progress = _news(batch)
    begin("读文件", batch.total)
    batch.rows.all().delete()  # of a worker that died
    subject = subject_of(batch.subject)
    lines = readings(tabling.table_of(batch), tabling.columns_of(batch), subject.fields)
    begin("和名册核对", len(lines))
    judged = subject.judge(lines, _context(batch, now), progress)
    begin("列出结果", len(judged))
    for start in range(0, len(judged), ROWS_AT_ONCE):
        _lay_out(batch, judged[start : start + ROWS_AT_ONCE])
        progress(start)
    with transaction.atomic():
        _hold(batch)
        batch.counts = dict(Counter(str(one.verdict) for one in judged))
        batch.state, batch.stage, batch.total, batch.done = ImportState.READY, "", len(lines), len(lines)
        batch.save(update_fields=["counts", "state", "stage", "total", "done"])


@transaction.atomic
def _lay_out(batch: ImportBatch, judged: list[Judged]) -> None:
    """Write some rows of the preview in a short transaction."""
    _hold(batch)
    ImportRow.objects.bulk_create(
        [
            ImportRow(
                batch=batch,
                number=one.number,
                verdict=one.verdict,
                cells=one.cells,
                values=one.values,
                target=one.target,
                candidates=one.candidates,
                changes=one.changes,
                why=one.why[:400],
                decision=one.decision,
            )
            for one in judged
        ]
    )


def _store(rows: list[ImportRow]) -> None:
    """Keep what became of rows. (An UPDATE of tens of thousands of rows, each with its own values, would take minutes.)"""
    ImportRow.objects.bulk_create(
        rows,
        batch_size=ROWS_AT_ONCE,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["outcome", "target", "undo", "why"],
    )


@transaction.atomic
def _write(batch: ImportBatch, now: datetime) -> None:
    _hold(batch)
    context = _context(batch, now)
    rows = list(batch.rows.to_write())
    touched = subject_of(batch.subject).write(rows, context)
    _store(rows)
    tell_upper_floors(touched, context.today)
    written = [row for row in rows if row.outcome == Outcome.WRITTEN]
    batch.counts |= {
        "written": len(written),
        "written_new": sum(1 for row in written if row.verdict == Verdict.NEW or row.decision == "new"),
        "stale": len(rows) - len(written),
    }
    tabling.throw_away(batch)
    batch.state, batch.written_at, batch.stage, batch.message = ImportState.DONE, now, "", ""
    batch.save(update_fields=["counts", "state", "written_at", "stage", "message", "file"])


@transaction.atomic
def _take_back(batch: ImportBatch, now: datetime) -> None:
    _hold(batch)
    context = _context(batch, now)
    rows = list(batch.rows.filter(outcome=Outcome.WRITTEN).order_by("pk"))
    touched = subject_of(batch.subject).take_back(rows, context)
    _store(rows)
    tell_upper_floors(touched, context.today)
    undone = sum(1 for row in rows if row.outcome == Outcome.UNDONE)
    batch.counts |= {"undone": undone, "kept": len(rows) - undone}
    batch.state, batch.undone_at, batch.stage, batch.message = ImportState.UNDONE, now, "", ""
    batch.save(update_fields=["counts", "state", "undone_at", "stage", "message"])


def forget(now: datetime) -> None:
    """Throw away what nobody needs any more.

    Files and previews that were not imported after a week; the rows of an import, which prove what it wrote, after half a
    year. What remains of an import says who imported how much when, and names nobody.
    """
    for batch in ImportBatch.objects.filter(state__in=UNWRITTEN, received_at__lt=now - KEEP_UNWRITTEN):
        with transaction.atomic():
            tabling.throw_away(batch)
            batch.delete()
    old = ImportBatch.objects.filter(state__in=WITH_PROOF, written_at__lt=now - KEEP_ROWS)
    for batch in old.filter(Exists(ImportRow.objects.filter(batch=OuterRef("pk")))):
        with transaction.atomic():
            batch.rows.all().delete()
            batch.columns = [column | {"samples": []} for column in batch.columns]
            batch.places = []
            batch.save(update_fields=["columns", "places"])
