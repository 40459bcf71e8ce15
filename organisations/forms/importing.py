"""The forms of the wizard: which file into what, what its columns and units are, and what was decided about its rows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from .. import paths, scoping
from ..importing import batches
from ..importing.preview import Sent
from ..importing.subjects import SUBJECTS, subject_of
from ..models import Organisation, Person
from ..models.importing import ImportBatch, ImportSubject
from ..models.organisation import OrganisationQuerySet
from ..permissions import Act
from .acts import ActForm, day_field
from .choices import INDENT, OrganisationField, organisations_for

SINCE = {
    ImportSubject.PEOPLE: "新增和换支部从哪天起",
    ImportSubject.ORGANISATIONS: "没写成立日期的，从哪天起",
    ImportSubject.APPOINTMENTS: "没写任职时间的，从哪天起",
}
NOT_IMPORTED = ("", "不导入")
# Up to here all organisations are offered; where there are more, the name is written down.
MOST_OFFERED = 200
# Ways of writing a unit that one page asks about; those that follow are asked about the next time.
PLACES_ASKED = 50


class ReceiveForm(ActForm):
    """A file, what it lists, and where it belongs."""

    subject = forms.ChoiceField(
        label="导入什么", choices=[(code, ImportSubject(code).label) for code in SUBJECTS], widget=forms.RadioSelect
    )
    organisation = OrganisationField(label="导入到", queryset=Organisation.objects.none(), empty_label=None)
    since = day_field(
        SINCE[ImportSubject.PEOPLE],
        help_text="这一天以前的应到名单不变。单位没写成立日期、任职没写时间的，也从这一天起。",
    )
    file = forms.FileField(label="文件", error_messages={"required": "请选一个文件。", "empty": "这是一个空文件。"})

    def __init__(
        self,
        *args: Any,
        by: Person,
        inside: Organisation | None,
        subject: str,
        now: datetime,
        today: date,
        **kwargs: Any,
    ) -> None:
        self.now, self.today = now, today
        initial = {"subject": subject, "organisation": inside, "since": today}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["organisation"].queryset = organisations_for(by, Act.MANAGE_PEOPLE, today, inside)  # type: ignore[attr-defined]

    def save(self, *, by: Person) -> ImportBatch:
        """Hand the file to the verb."""
        given = self.cleaned_data
        return batches.receive(
            given["file"],
            subject=given["subject"],
            organisation=given["organisation"],
            since=given["since"],
            by=by,
            now=self.now,
            today=self.today,
        )


class SheetForm(ActForm):
    """Another sheet, or another row for the header."""

    sheet = forms.ChoiceField(label="工作表")
    header_row = forms.IntegerField(label="表头在第几行", min_value=1, max_value=9999)

    def __init__(self, *args: Any, batch: ImportBatch, now: datetime, **kwargs: Any) -> None:
        self.batch, self.now = batch, now
        super().__init__(*args, initial={"sheet": batch.sheet, "header_row": batch.header_row}, **kwargs)
        self.fields["sheet"].choices = [(name, name) for name in batch.sheets]  # type: ignore[attr-defined]
        if len(batch.sheets) < 2:
            del self.fields["sheet"]  # a text file has none, and one alone is no choice

    def save(self, *, by: Person) -> None:
        """Hand over to the verb. Another sheet has its header elsewhere: it is looked for."""
        given = self.cleaned_data
        sheet = given.get("sheet", self.batch.sheet)
        header_row = given["header_row"] if sheet == self.batch.sheet else None
        batches.reread(self.batch, sheet=sheet, header_row=header_row, by=by, now=self.now)


class WrittenPlaceField(forms.CharField):
    """One of very many organisations, written down."""

    def __init__(self, *, among: OrganisationQuerySet, **kwargs: Any) -> None:
        super().__init__(max_length=120, **kwargs)
        self.among = among

    def clean(self, value: Any) -> Any:
        """Return the key of the organisation meant. ValidationError if none or more than one is called so."""
        text = super().clean(value)
        if not text:
            return None
        found = list(self.among.filter(Q(name=text) | Q(full_name=text) | Q(code=text))[:2])
        if len(found) == 1:
            return found[0].pk
        raise ValidationError(
            "有几个单位都叫这个名称，请写全称或编码。" if found else "没有这个单位，请写名称、全称或编码。"
        )


class ColumnsForm(ActForm):
    """Which column is what, and which unit each way of writing means."""

    since = day_field("从哪天起")

    def __init__(self, *args: Any, batch: ImportBatch, now: datetime, today: date, **kwargs: Any) -> None:
        self.batch, self.now = batch, now
        super().__init__(*args, initial={"since": batch.since}, **kwargs)
        self.fields["since"].label = SINCE[ImportSubject(batch.subject)]
        choices = [NOT_IMPORTED, *((one.code, one.label) for one in subject_of(batch.subject).fields)]
        for column in batch.columns:
            if not column.get("forbidden"):
                self.add(f"column_{column['index']}", _column_field(column, choices))
        self.asked = [(n, place) for n, place in enumerate(batch.places) if not place["sure"]][:PLACES_ASKED]
        if self.asked:
            self._ask_places(today)

    def _ask_places(self, today: date) -> None:
        inside = scoping.under(self.batch.organisation.path)
        among = Organisation.objects.filter(inside).open_on(today).in_tree_order().select_related("parent")
        rows = list(among[: MOST_OFFERED + 1])
        few = len(rows) <= MOST_OFFERED
        likely = (
            {} if few else among.in_bulk([place["organisation"] for _, place in self.asked if place["organisation"]])
        )
        for number, place in self.asked:
            self.add(f"place_{number}", _chosen_place(place, rows) if few else _written_place(place, among, likely))

    def save(self, *, by: Person) -> bool:
        """Hand the choices to the verb. True if checking may begin, False if other units have to be looked at first."""
        given = self.cleaned_data
        columns = {column["index"]: given.get(f"column_{column['index']}", "") for column in self.batch.columns}
        places = {place["text"]: given.get(f"place_{number}") for number, place in self.asked}
        return batches.choose(self.batch, columns=columns, places=places, since=given["since"], by=by, now=self.now)


def _column_field(column: Mapping[str, Any], choices: list[tuple[str, str]]) -> forms.ChoiceField:
    """One select; its label is the title in the file."""
    label = f"{column['letter']} {column['title']}".strip()
    return forms.ChoiceField(label=label, choices=choices, required=False, initial=column["field"])


def _chosen_place(place: Mapping[str, Any], rows: list[Organisation]) -> forms.Field:
    """One of a few organisations, each level a little further in; a group with its branch, as a closed list shows one line."""
    least = paths.depth(rows[0].path)
    choices = [(row.pk, INDENT * (paths.depth(row.path) - least) + row.near_name) for row in rows]
    return forms.TypedChoiceField(
        label=f"“{place['text']}”对应到",
        choices=[("", "先不对应，这些行不导"), *choices],
        required=False,
        coerce=int,
        empty_value=None,
        initial=place["organisation"],
    )


def _written_place(
    place: Mapping[str, Any], among: OrganisationQuerySet, likely: Mapping[int, Organisation]
) -> forms.Field:
    """One of very many, by its name."""
    guess = likely.get(place["organisation"])
    initial = guess and (guess.full_name or guess.name)
    return WrittenPlaceField(label=f"“{place['text']}”对应到", among=among, required=False, initial=initial)


class BatchForm(ActForm):
    """An act on a whole import: nothing to fill in, the press is the decision."""

    def __init__(self, *args: Any, batch: ImportBatch, now: datetime, **kwargs: Any) -> None:
        self.batch, self.now = batch, now
        super().__init__(*args, **kwargs)


class UndoForm(BatchForm):
    """Take it back."""

    def save(self, *, by: Person) -> None:
        """Hand over to the verb."""
        batches.undo(self.batch, by=by, now=self.now)


class DiscardForm(BatchForm):
    """Forget the file."""

    def save(self, *, by: Person) -> None:
        """Hand over to the verb."""
        batches.discard(self.batch, by=by, now=self.now)


ANSWER = re.compile(r"(decide|whom)_(\d{1,18})")


def sent_decisions(data: Mapping[str, Any]) -> Sent:
    """What a page of the preview sent: an answer for each suspicious row, a tick for each of those that it listed.

    Pointing at one of several people says 就是此人 by itself. What makes no sense is left for the verb to refuse.
    """
    sent = Sent()
    for name, value in data.items():
        if found := ANSWER.fullmatch(name):
            key = int(found[2])
            if found[1] == "decide":
                sent.decisions[key] = value
            elif value.isdecimal() and len(value) < 19:
                sent.whom[key] = int(value)
    for key in sent.whom:
        sent.decisions.setdefault(key, "this")
    ticked = set(data.getlist("take"))  # type: ignore[attr-defined]
    listed = [key for key in data.getlist("row") if key.isdecimal() and len(key) < 19]  # type: ignore[attr-defined]
    sent.accepted = {int(key): key in ticked for key in listed}
    return sent
