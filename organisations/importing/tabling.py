"""What a batch knows of its file: sheets, columns, ways of writing a unit; and what the organ chose the last time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from ..models import Organisation
from ..models.importing import ImportBatch, ImportMemory
from ..roster import CELLS
from .columns import guess, readings
from .placing import settle
from .reading import Table, open_table
from .subject import Column, Field, Subject
from .subjects import subject_of

# What the download of refused rows adds to the titles of the file: nobody is to be asked about them.
ROW_NUMBER, WHY = "行号", "为什么"


def stored(batch: ImportBatch) -> bytes:
    """The file as it was received."""
    with batch.file.open("rb") as file:
        data: bytes = file.read()
    return data


def table_of(batch: ImportBatch) -> Table:
    """The table that the batch means: its sheet, with its header row. ValidationError."""
    return open_table(stored(batch), batch.file_name, sheet=batch.sheet, header_row=batch.header_row)


def columns_of(batch: ImportBatch) -> list[Column]:
    """The columns as they were chosen."""
    return [Column(**column | {"samples": tuple(column["samples"])}) for column in batch.columns]


def throw_away(batch: ImportBatch) -> None:
    """Delete the file once the caller's transaction has been committed."""
    if batch.file.name:
        storage, name = batch.file.storage, batch.file.name
        transaction.on_commit(lambda: storage.delete(name))
        batch.file = ""


def look_at(batch: ImportBatch, data: bytes, *, sheet: str = "", header_row: int | None = None) -> None:
    """Fill in what the file has: sheets, header, columns with what they seem to be, units as written. ValidationError."""
    table = open_table(data, batch.file_name, sheet=sheet, header_row=header_row)
    batch.sheets, batch.sheet = table.sheets, table.sheet
    batch.header_row, batch.header_rows, batch.total = table.header_row, table.header_rows, len(table.rows)
    columns = guess(table.titles, table.rows, subject_of(batch.subject).fields, _memory(batch).columns)
    batch.columns = [asdict(column) | {"samples": list(column.samples)} for column in columns]
    _settle_places(batch, table)


def find_places(batch: ImportBatch) -> None:
    """List the ways in which the file writes units, each with the unit that it seems to mean."""
    _settle_places(batch, table_of(batch))


def _settle_places(batch: ImportBatch, table: Table) -> None:
    fields = subject_of(batch.subject).fields
    places = {field.code for field in fields if field.is_place}
    # Somebody waits for the answer, so only these columns are read.
    read = readings(table, [column for column in columns_of(batch) if column.field in places], fields)
    batch.places = settle(read, fields, batch.organisation, _memory(batch).places, timezone.localdate())


def _memory(batch: ImportBatch) -> ImportMemory:
    """What the organ chose the last time; an unsaved row for the first time."""
    kept = ImportMemory.objects.filter(organisation=batch.organisation, subject=batch.subject).first()
    memory = kept or ImportMemory(organisation=batch.organisation, subject=batch.subject)
    memory.columns = {ROW_NUMBER: "", WHY: ""} | memory.columns
    return memory


def choose_columns(batch: ImportBatch, columns: Mapping[int, str]) -> bool:
    """Take over which column is which field. True if the same columns name the units as before. ValidationError."""
    subject = subject_of(batch.subject)
    before = _columns_of_places(batch, subject)
    for column in batch.columns:
        if not column["forbidden"]:
            column["field"] = columns.get(column["index"], column["field"])
    _check_columns(batch, subject)
    return before == _columns_of_places(batch, subject)


def _columns_of_places(batch: ImportBatch, subject: Subject) -> dict[int, str]:
    places = {field.code for field in subject.fields if field.is_place}
    return {column["index"]: column["field"] for column in batch.columns if column["field"] in places}


def _check_columns(batch: ImportBatch, subject: Subject) -> None:
    """Refuse two columns for one field, a field that is none, and required fields without a column."""
    fields = {field.code: field for field in subject.fields}
    taken: dict[str, str] = {}
    errors: dict[str, str] = {}
    for column in batch.columns:
        code, key = column["field"], f"column_{column['index']}"
        if code and code not in fields:
            errors[key] = "没有这一项。"
        elif code in taken:
            errors[key] = f"{fields[code].label}已经是 {taken[code]} 列了。"
        elif code:
            taken[code] = column["letter"]
    missing = [field.label for field in subject.fields if _is_needed(field, batch) and field.code not in taken]
    if missing:
        errors["columns"] = f"还要指出哪一列是{'、'.join(missing)}。"
    if errors:
        raise ValidationError(errors)


def _is_needed(field: Field, batch: ImportBatch) -> bool:
    """A file for one branch need not say on each row which branch it is."""
    return field.required and not (field.is_place and batch.organisation.level in CELLS)


def choose_places(batch: ImportBatch, places: Mapping[str, int | None]) -> None:
    """Take over which unit each way of writing means. ValidationError."""
    allowed = set(Organisation.objects.under(batch.organisation).values_list("pk", flat=True))
    errors = {}
    for number, place in enumerate(batch.places):
        if place["text"] not in places:
            continue
        chosen = places[place["text"]]
        if chosen is not None and chosen not in allowed:
            errors[f"place_{number}"] = "没有这个单位。"
        place["organisation"], place["sure"] = chosen, chosen is not None
    if errors:
        raise ValidationError(errors)


def remember(batch: ImportBatch, places: Mapping[str, int | None]) -> None:
    """Let the next file of the organ begin with these choices.

    Of the units only those that somebody chose: a name that fits by itself may be another unit's tomorrow.
    """
    memory, _ = ImportMemory.objects.select_for_update(no_key=True).get_or_create(
        organisation=batch.organisation, subject=batch.subject
    )
    titled = [column for column in batch.columns if column["title"] and not column["forbidden"]]
    # Of two columns with one title, the one that is something counts.
    memory.columns |= {
        column["title"]: column["field"] for column in sorted(titled, key=lambda one: bool(one["field"]))
    }
    memory.places |= {text: chosen for text, chosen in places.items() if chosen is not None}
    memory.save(update_fields=["columns", "places"])
