"""The agenda as a field: rows of title, speaker and the mark 第一议题, as many as were sent."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict

from ..entries import AgendaLine
from ..models import AgendaItem

ROW = re.compile(r"agenda-([0-9]{1,4})-(?:title|speaker)")
LONGEST = 60  # rows; nobody holds a longer meeting, and a page must stay a page
TITLE_LIMIT = AgendaItem._meta.get_field("title").max_length
SPEAKER_LIMIT = AgendaItem._meta.get_field("speaker").max_length


@dataclass(frozen=True)
class AgendaRow:
    """One row as typed."""

    title: str = ""
    speaker: str = ""
    first_topic: bool = False

    @property
    def is_blank(self) -> bool:
        """Nothing was written: the row is left out."""
        return not self.title and not self.speaker


def _one_line(text: str) -> str:
    return " ".join(text.split())


def read_rows(raw: MultiValueDict[str, str]) -> list[AgendaRow]:
    """The rows sent, in the order of their numbers, blank ones left out."""
    numbers = sorted({int(match[1]) for match in map(ROW.fullmatch, raw) if match})
    rows = [
        AgendaRow(
            _one_line(raw.get(f"agenda-{number}-title", "")),
            _one_line(raw.get(f"agenda-{number}-speaker", "")),
            bool(raw.get(f"agenda-{number}-first")),
        )
        for number in numbers
    ]
    return [row for row in rows if not row.is_blank]


def write_rows(raw: MultiValueDict[str, str], rows: Iterable[AgendaRow]) -> None:
    """Replace the rows in ``raw`` by these."""
    for name in [name for name in raw if name.startswith("agenda-")]:
        del raw[name]
    for number, row in enumerate(rows):
        raw[f"agenda-{number}-title"] = row.title
        raw[f"agenda-{number}-speaker"] = row.speaker
        if row.first_topic:
            raw[f"agenda-{number}-first"] = "on"


def as_text(rows: Iterable[AgendaRow]) -> str:
    """The rows as one line, to tell whether they are still what was prefilled."""
    return json.dumps([[row.title, row.speaker, row.first_topic] for row in rows], ensure_ascii=False)


class AgendaWidget(forms.Widget):
    """Reads the rows; the template draws them."""

    def value_from_datadict(self, data: MultiValueDict[str, str], files: Any, name: str) -> list[AgendaRow]:
        """The rows sent."""
        return read_rows(data)


class AgendaField(forms.Field):
    """Cleans to a tuple of ``AgendaLine``; an error names the row."""

    widget = AgendaWidget

    def clean(self, value: list[AgendaRow]) -> tuple[AgendaLine, ...]:
        """The lines. ValidationError where a row is too long or has no title."""
        if len(value) > LONGEST:
            raise ValidationError(f"最多 {LONGEST} 项，现在是 {len(value)} 项。")
        errors = [error for number, row in enumerate(value, start=1) for error in _faults(number, row)]
        if errors:
            raise ValidationError(errors)
        return tuple(AgendaLine(row.title, row.speaker, row.first_topic) for row in value)


def _faults(number: int, row: AgendaRow) -> list[str]:
    faults = []
    if not row.title:
        faults.append(f"第 {number} 项只写了主讲，请写议题。")
    if len(row.title) > TITLE_LIMIT:
        faults.append(f"第 {number} 项的议题最多 {TITLE_LIMIT} 个字，现在是 {len(row.title)} 个。")
    if len(row.speaker) > SPEAKER_LIMIT:
        faults.append(f"第 {number} 项的主讲最多 {SPEAKER_LIMIT} 个字，现在是 {len(row.speaker)} 个。")
    return faults
