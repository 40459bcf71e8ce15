"""What a batch knows of its file: sheets, columns, ways of writing a unit; and what the organ chose the last time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ..models.importing import ImportBatch


def stored(batch: ImportBatch) -> bytes:
    """The file as it was received."""
    with batch.file.open("rb") as file:
        data: bytes = file.read()
    return data


def throw_away(batch: ImportBatch) -> None:
    """Delete the file once the caller's transaction has been committed."""
    raise NotImplementedError


def look_at(batch: ImportBatch, data: bytes, *, sheet: str = "", header_row: int | None = None) -> None:
    """Fill in what the file has: sheets, header, columns with what they seem to be, units as written. ValidationError."""
    raise NotImplementedError


def choose_columns(batch: ImportBatch, columns: Mapping[int, str]) -> bool:
    """Take over which column is which field. True if the same columns name the units as before. ValidationError."""
    raise NotImplementedError


def find_places(batch: ImportBatch) -> None:
    """List the ways in which the file writes units, each with the unit that it seems to mean."""
    raise NotImplementedError


def choose_places(batch: ImportBatch, places: Mapping[str, int | None]) -> None:
    """Take over which unit each way of writing means. ValidationError."""
    raise NotImplementedError


def checked_since(since: date, today: date) -> date:
    """``since``, unless it must be a slip of the pen. ValidationError."""
    raise NotImplementedError


def remember(batch: ImportBatch) -> None:
    """Let the next file of the organ begin with these choices."""
    raise NotImplementedError
