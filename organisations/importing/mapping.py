"""The second step as a table: each column with its first cells, what it is taken for, and a word about that."""

from __future__ import annotations

from collections.abc import Mapping as Readable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.forms import BaseForm, BoundField

from ..models.importing import ImportBatch
from .columns import RECOGNISED, USELESS
from .subjects import subject_of


@dataclass(frozen=True)
class ColumnLine:
    """One column of the file: ``look`` is a state (done, soon, off) or empty, ``word`` what stands beside it."""

    letter: str
    title: str
    samples: str
    field: BoundField | None
    look: str
    word: str


@dataclass(frozen=True)
class PlaceLine:
    """One way of writing a unit that has to be settled."""

    text: str
    rows: int
    field: BoundField


class Mapping:
    """What the file's columns and its ways of writing units are, with the form that changes it."""

    def __init__(self, batch: ImportBatch, form: BaseForm) -> None:
        self.batch, self.form = batch, form

    @cached_property
    def columns(self) -> list[ColumnLine]:
        """All columns, those that are something first, otherwise as they stand in the file."""
        return [self._line(column) for column in sorted(self.batch.columns, key=lambda one: not one["field"])]

    @property
    def known(self) -> int:
        """How many columns are something."""
        return sum(bool(column["field"]) for column in self.batch.columns)

    @cached_property
    def places(self) -> list[PlaceLine]:
        """The ways of writing that this page asks about."""
        asked: list[tuple[int, Readable[str, Any]]] = self.form.asked  # type: ignore[attr-defined]
        return [PlaceLine(place["text"], place["rows"], self.form[f"place_{number}"]) for number, place in asked]

    @property
    def places_later(self) -> int:
        """How many more there are than one page asks about."""
        return self._unsettled - len(self.places)

    @property
    def _unsettled(self) -> int:
        return sum(not place["sure"] for place in self.batch.places)

    def _line(self, column: Readable[str, Any]) -> ColumnLine:
        name = f"column_{column['index']}"
        look, word = self._said(column)
        samples = "，".join(text or "（空）" for text in column["samples"])
        return ColumnLine(
            letter=column["letter"],
            title=column["title"] or "（没有标题）",
            samples="（不读取）" if column.get("forbidden") else samples or "（空）",
            field=self.form[name] if name in self.form.fields else None,
            look=look,
            word=word,
        )

    def _said(self, column: Readable[str, Any]) -> tuple[str, str]:
        """The state and the word beside a column."""
        field = self._fields.get(column["field"])
        if column.get("forbidden") or field is None:
            return "off", column.get("note") or USELESS
        if field.is_place and self._unsettled:
            return "soon", f"有 {self._unsettled} 种写法要对应"
        if column.get("note") not in ("", None, RECOGNISED):
            return "done", column["note"]
        return ("done", "必需") if field.required else ("", RECOGNISED)

    @cached_property
    def _fields(self) -> dict[str, Any]:
        return {one.code: one for one in subject_of(self.batch.subject).fields}
