"""Lists that may be taken away as a file, Excel or CSV.

Each is a class named in ``settings.EXPORTS``, so that floors above this one have theirs too. It reads the same query as
its page and refuses as the page does. Up to ``AT_ONCE`` rows come with the answer; more are written in the background.
Whoever takes a list away is written down either way (``models/export.py``).
"""

from __future__ import annotations

import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any, BinaryIO
from uuid import uuid4

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.module_loading import import_string

from documents.cells import Column, Row
from documents.csv import csv_lines
from documents.downloads import CSV, XLSX, file_name
from documents.excel import Sheet, write_workbook

from .models.export import FOLDER, KEPT, REMEMBERED, Export, ExportState
from .models.person import Person

AT_ONCE = 5_000
# Rows that are read, and reported as done, together.
BATCH = 2_000
CONTENT_TYPES = {"xlsx": XLSX, "csv": CSV}


class Table(ABC):
    """One list as ``person`` may read it. Making it raises Http404 or PermissionDenied as its page does."""

    name: str  # of the report
    page: str  # URL name of the page whose query it reads
    organisation: str
    period: str
    columns: Sequence[Column]

    def __init__(self, person: Person, query: QueryDict, today: date) -> None:
        self.person, self.query, self.today = person, query, today

    @abstractmethod
    def count(self) -> int:
        """How many rows there are."""

    @abstractmethod
    def rows(self) -> Iterator[Row]:
        """The rows, in constant memory and with a constant number of queries for each ``BATCH``."""

    def notes(self, now: datetime) -> list[Sheet]:
        """Further sheets of a workbook."""
        return []

    def file_name(self, extension: str) -> str:
        """报表名_单位_期间.xlsx."""
        return file_name(self.name, self.organisation, self.period, extension)


def named(source: str) -> type[Table]:
    """The table of that name. KeyError."""
    found: type[Table] = import_string(settings.EXPORTS[source])
    return found


def in_batches(rows: QuerySet[Any, Any], after: Callable[[Any], Q]) -> Iterator[list[Any]]:
    """The rows by ``BATCH``; ``after(row)`` says which come behind ``row`` in their order.

    Each batch is a query of its own: a cursor kept open would hold a transaction for minutes, and on SQLite would not
    let its own connection write how far it has come.
    """
    batch = list(rows[:BATCH])
    while batch:
        yield batch
        batch = list(rows.filter(after(batch[-1]))[:BATCH]) if len(batch) == BATCH else []


class Counted:
    """Rows on their way into a file; ``tell`` hears the number after every batch."""

    def __init__(self, rows: Iterable[Row], tell: Callable[[int], None] | None = None) -> None:
        self.rows, self.tell, self.number = rows, tell, 0

    def __iter__(self) -> Iterator[Row]:
        for row in self.rows:
            self.number += 1
            if self.tell and self.number % BATCH == 0:
                self.tell(self.number)
            yield row


def write(
    table: Table, extension: str, target: BinaryIO, now: datetime, tell: Callable[[int], None] | None = None
) -> int:
    """Write the table to ``target``. How many rows it had."""
    rows = Counted(table.rows(), tell)
    if extension == "csv":
        target.writelines(csv_lines(table.columns, rows))
    else:
        sheets = [Sheet(table.name, table.columns, rows), *table.notes(now)]
        write_workbook(target, sheets, organisation=table.organisation, created=now)
    return rows.number


def stored(query: QueryDict) -> str:
    """The query as it is kept: without the page, since a file holds all of them."""
    kept = query.copy()
    kept.pop("page", None)
    return kept.urlencode()


def at_once(table: Table, source: str, extension: str, now: datetime) -> bytes:
    """The whole file. Who took it away is written down."""
    target = BytesIO()
    rows = write(table, extension, target, now)
    Export.objects.create(
        person=table.person,
        source=source,
        query=stored(table.query),
        extension=extension,
        file_name=table.file_name(extension),
        state=ExportState.READY,
        done=rows,
        total=rows,
        asked_at=now,
        finished_at=now,
    )
    return target.getvalue()


def ask(table: Table, source: str, extension: str, now: datetime) -> tuple[Export, bool]:
    """The job of making the file in the background, and whether it is new."""
    return Export.objects.ask(
        table.person,
        source=source,
        query=stored(table.query),
        extension=extension,
        file_name=table.file_name(extension),
        rows=table.count(),
        now=now,
    )


def make(export: Export, now: datetime) -> None:
    """Do the job: the list as it is read on the day it was asked for. Http404, PermissionDenied, SupersededError."""
    export.begin(now)
    table = named(export.source)(export.person, export.conditions, timezone.localdate(export.asked_at))
    # Written where nobody finds it, and moved to its place when it is whole.
    with tempfile.TemporaryFile() as target:
        rows = write(table, export.extension, target, now, export.advance)
        target.seek(0)
        export.finish(File(target), name=f"{uuid4()}.{export.extension}", rows=rows, now=timezone.now())


def expire(now: datetime) -> None:
    """Delete files after a day, also those that a killed worker left, and the lines about them after half a year."""
    old = Export.objects.fetchable().filter(finished_at__lte=now - KEPT)
    for name in old.values_list("file", flat=True):
        default_storage.delete(name)
    old.update(file="")
    for name in _stray_files(now - KEPT):
        default_storage.delete(name)
    Export.objects.filter(asked_at__lte=now - REMEMBERED).delete()


def _stray_files(before: datetime) -> list[str]:
    """Files older than that which no line names."""
    if not default_storage.exists(FOLDER):
        return []
    found = {f"{FOLDER}/{name}" for name in default_storage.listdir(FOLDER)[1]}
    known = Export.objects.filter(file__in=found).values_list("file", flat=True)
    return [name for name in sorted(found - {*known}) if default_storage.get_modified_time(name) <= before]
