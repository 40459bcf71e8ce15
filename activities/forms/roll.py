"""The roll as a field: who was expected, who of them did not come, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict

from organisations.models import Person

from ..entries import Absence
from ..models import AbsenceReason, Attendance

NOTE_LIMIT = Attendance._meta.get_field("note").max_length


@dataclass(frozen=True)
class Roll:
    """The roll as sent: pks in order, and the absences among them."""

    people: tuple[int, ...] = ()
    absences: Mapping[int, Absence] = field(default_factory=dict)


def read_pks(text: str) -> list[int]:
    """“3,5,8” as numbers, each once; whatever is no number is left out."""
    numbers = (int(part) for part in text.split(",") if part.isascii() and part.isdigit() and len(part) < 19)
    return list(dict.fromkeys(numbers))


def write_pks(pks: list[int]) -> str:
    """The numbers as one hidden value."""
    return ",".join(map(str, pks))


def read_roll(raw: MultiValueDict[str, str]) -> Roll:
    """The roll sent, with whoever is chosen in 添人 though the button was not pressed."""
    pks = read_pks(f"{raw.get('roll', '')},{raw.get('add_person', '')}")
    absent = set(read_pks(",".join(raw.getlist("absent"))))
    absences = {
        pk: Absence(raw.get(f"why-{pk}", ""), " ".join(raw.get(f"note-{pk}", "").split())) for pk in pks if pk in absent
    }
    return Roll(tuple(pks), absences)


class RollWidget(forms.Widget):
    """Reads the roll; the template draws it."""

    def value_from_datadict(self, data: MultiValueDict[str, str], files: Any, name: str) -> Roll:
        """The roll sent."""
        return read_roll(data)


class RollField(forms.Field):
    """Cleans to a ``Roll`` whose people may all be on it."""

    widget = RollWidget
    people: Callable[[], Mapping[int, Person]] = dict

    def clean(self, value: Roll) -> Roll:
        """The roll. ValidationError where somebody is not of the host or a partner, or an absence is not in order."""
        known = self.people() if value.people else {}
        strangers = [pk for pk in value.people if pk not in known]
        if strangers:
            raise ValidationError(f"名单里有 {len(strangers)} 人那天不属于举办单位，已从名单去掉，请核对后再保存。")
        errors = [fault for pk, absence in value.absences.items() for fault in _faults(known[pk], absence)]
        if errors:
            raise ValidationError(errors)
        return value


def _faults(person: Person, absence: Absence) -> list[str]:
    faults = []
    if absence.reason and absence.reason not in AbsenceReason.values:
        faults.append(f"{person}的未到原因请在出差、请假、值班、其他里选。")
    if len(absence.note) > NOTE_LIMIT:
        faults.append(f"{person}的备注最多 {NOTE_LIMIT} 个字，现在是 {len(absence.note)} 个。")
    return faults
