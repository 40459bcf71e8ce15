"""What an import knows of its file: which table is meant, its rows, its columns, and the ways of writing in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from organisations.importing.values import level_of

from ..models import DutyImport
from . import naming
from .columns import SEATS, guessed
from .layout import Laid
from .naming import SeatNames, bare, pairs, somebody_in, written
from .reading import kept

ALL = "所有表头相同的表"


@dataclass(frozen=True)
class FileRow:
    """A row of the table in use. ``cells`` by field; ``heading``: whose duties it says these are."""

    number: str
    cells: dict[str, str]
    section: str
    heading: str
    fault: str
    hint: str

    def cell(self, code: str) -> str:
        """What stands under the field; empty where no column is it."""
        return self.cells.get(code, "")

    @cached_property
    def seats(self) -> list[tuple[str, str]]:
        """Place and role of each whom it binds."""
        place, role = self.cell("level") or self.cell("unit"), self.cell("post") or self.cell("person")
        if not place and self.heading and level_of(bare(self.heading)):
            place = self.heading
        found = pairs(place, role)
        return found or ([("", self.heading)] if self.heading else [])

    @property
    def ways(self) -> list[tuple[str, str, str]]:
        """Each with the words under which it is listed."""
        return [(written(place, role), place, role) for place, role in self.seats]


class FileTable:
    """The table in use, by the columns as they are chosen."""

    def __init__(self, record: DutyImport) -> None:
        self.record = record

    @cached_property
    def parts(self) -> list[dict[str, Any]]:
        """The tables as stored that it consists of."""
        return parts_of(self.record.content["tables"], self.record.table)

    @cached_property
    def fields(self) -> dict[str, int]:
        """Field → which cell of a row it is."""
        return {column["field"]: column["index"] for column in self.record.columns if column["field"]}

    @cached_property
    def rows(self) -> list[FileRow]:
        """All rows, in the order of the file."""
        several = len(self.parts) > 1
        return [
            self._row(
                row, part, f"{part['name'].partition('：')[0]}第 {row['number']} 行" if several else row["number"]
            )
            for part in self.parts
            for row in part["rows"]
        ]

    def _row(self, row: dict[str, Any], part: dict[str, Any], number: str) -> FileRow:
        cells = {} if row["fault"] else {code: row["cells"][at] for code, at in self.fields.items()}
        heading = somebody_in(row["section"]) or somebody_in(part["caption"])
        section = "" if somebody_in(row["section"]) else row["section"]
        return FileRow(str(number), cells, section, heading, row["fault"], row["hint"])

    @property
    def skipped(self) -> list[tuple[str, str]]:
        """Rows that are no data, and why."""
        return [(number, why) for part in self.parts for number, why in part["skipped"]]

    @property
    def seated(self) -> bool:
        """Whether headings say whose the duties are, so that no column has to."""
        return any(row.heading for row in self.rows)

    def ways(self) -> Iterator[tuple[str, str, str]]:
        """Every way of writing, as often as it stands there."""
        for row in self.rows:
            if not row.fault:
                yield from row.ways

    @property
    def words(self) -> str:
        """What stands above the table: where a year may be named."""
        return " ".join(part["before"] for part in self.parts)


def stored(tables: list[Laid]) -> list[dict[str, Any]]:
    """The tables as an import keeps them."""
    found = [kept(table) for table in tables]
    for number, table in enumerate(found, start=1):
        if any(table["name"] == other["name"] for other in found[: number - 1]):
            table["name"] = f"{table['name']}（{number}）"
    return found


def parts_of(tables: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """The stored tables that go by this name: one, or those that have the same titles."""
    if name == ALL:
        return _alike(tables)
    return [table for table in tables if table["name"] == name][:1]


def _alike(tables: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The tables with the titles that most rows stand under."""
    rows: dict[tuple[str, ...], int] = {}
    for table in tables:
        rows[tuple(table["titles"])] = rows.get(tuple(table["titles"]), 0) + len(table["rows"])
    most = max(rows, key=lambda titles: rows[titles])
    return [table for table in tables if tuple(table["titles"]) == most]


def names_of(tables: list[dict[str, Any]]) -> list[str]:
    """Which tables there are to choose from, the likeliest first."""
    by_rows = sorted(tables, key=lambda table: -len(table["rows"]))
    several = [ALL] if len(_alike(tables)) > 1 else []
    return [*several, *(table["name"] for table in by_rows)]


def use(record: DutyImport, name: str, names: SeatNames) -> None:
    """Take another table: its columns and ways of writing are guessed anew."""
    record.table = name
    parts = parts_of(record.content["tables"], name)
    rows = [(row["number"], row["cells"]) for part in parts for row in part["rows"] if not row["fault"]]
    columns = parts[0]["columns"] if len(parts) == 1 else guessed(parts[0]["titles"], rows)
    forbidden = {column["index"] for part in parts for column in part["columns"] if column["forbidden"]}
    record.columns = [
        column | {"field": "", "forbidden": True, "samples": []} if column["index"] in forbidden else column
        for column in columns
    ]
    find_seats(record, names)


def find_seats(record: DutyImport, names: SeatNames) -> None:
    """List the ways of writing, each with what it seems to mean."""
    record.seats = naming.listed(list(FileTable(record).ways()), names)


def seat_columns(record: DutyImport) -> dict[int, str]:
    """Which columns name people."""
    return {column["index"]: column["field"] for column in record.columns if column["field"] in SEATS}
