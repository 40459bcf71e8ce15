"""What a subject of imports has to bring: its fields, how it judges rows, how it writes them and takes them back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from ..models import Organisation, Person
from ..models.importing import ImportBatch, ImportRow, Verdict

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Field:
    """One thing that a column may hold.

    ``read`` turns the cell's text into a plain JSON value (text, number, "2005-06-30") or None for an empty one, and raises
    ValueError with a Chinese sentence that names the cell's text.
    """

    code: str
    label: str
    words: tuple[str, ...]
    read: Callable[[Any], Any]
    required: bool = False
    is_place: bool = False
    note: str = ""


@dataclass(frozen=True)
class Column:
    """One column of the table as found: where it stands and what it seems to be; no field where it is not imported."""

    index: int
    letter: str
    title: str
    samples: tuple[str, ...]
    field: str = ""
    note: str = ""
    forbidden: bool = False


@dataclass(frozen=True)
class Reading:
    """One data row: its number in the file, its mapped cells as written, what they mean, and what cannot be read."""

    number: int
    cells: dict[str, str]
    values: dict[str, Any]
    problems: tuple[str, ...] = ()


class Row(Protocol):
    """What a ``Reading`` and an ``ImportRow`` have in common."""

    @property
    def number(self) -> int | None: ...
    @property
    def cells(self) -> dict[str, str]: ...
    @property
    def values(self) -> dict[str, Any]: ...


@dataclass
class Judged:
    """What a subject says about one reading (or, for MISSING, about a row that has none)."""

    verdict: Verdict
    number: int | None = None
    cells: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    target: int | None = None
    candidates: list[int] = field(default_factory=list)
    changes: list[dict[str, str]] = field(default_factory=list)
    why: str = ""
    decision: str = ""


@dataclass(frozen=True)
class Context:
    """For whom and into what: ``organisation`` is the top of what the file may touch."""

    batch: ImportBatch
    organisation: Organisation
    by: Person
    since: date
    today: date
    now: datetime
    places: dict[str, int]


class Subject(Protocol):
    """A kind of list that can be imported."""

    code: str
    title: str
    fields: Sequence[Field]

    def judge(self, readings: Sequence[Reading], context: Context, progress: Progress) -> list[Judged]:
        """Compare all rows with what is stored, in a constant number of statements; writes nothing."""
        ...

    def write(self, rows: Sequence[ImportRow], context: Context) -> set[int]:
        """Write the rows in bulk within the caller's transaction; sets ``outcome``, ``target`` and ``undo`` on each.

        Returns the organisations whose obligations may follow (they are told once, by the caller).
        """
        ...

    def take_back(self, rows: Iterable[ImportRow], context: Context) -> set[int]:
        """Undo written rows whose values still equal what was written; the others become KEPT with a reason in ``why``."""
        ...
