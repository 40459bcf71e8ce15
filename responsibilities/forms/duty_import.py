"""The forms of importing a duty list: which file into what, what its columns are and who is meant, what is taken of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.http import QueryDict

from organisations.forms.acts import ActForm
from organisations.models import Organisation, Person

from ..importing import receiving
from ..importing.columns import FIELDS, NO_COLUMN
from ..importing.naming import SeatNames
from ..importing.reading import MOST_ROWS
from ..list_pages import homes
from ..models import DutyImport, DutyList
from ..presets import preset_choices
from .lists import number, words

REVISE = "revise-"
# Ways of writing that one page asks about; more than these are no posts but the wrong column.
MOST_ASKED = 100
LONGEST_KEY = 18
NOBODY = "不导"


class ReceiveForm(ActForm):
    """A file, and whether it begins a list or revises one."""

    use_required_attribute = False

    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label="制定单位", empty_label=None, error_messages={"required": "请选制定单位。"}
    )
    start = forms.ChoiceField(
        label="导成什么",
        help_text="导成新的一份，原来的清单照旧施行；要用它替换原来的，选修订。",
        error_messages={"required": "请选一种。"},
    )
    title = words("名称", 120)
    file = forms.FileField(label="文件", error_messages={"required": "请选一个文件。", "empty": "这是一个空文件。"})

    def __init__(self, *args: Any, person: Person, now: datetime, today: date, **kwargs: Any) -> None:
        self.now = now
        super().__init__(*args, **kwargs)
        own = homes(person, today)
        self.revisable = {f"{REVISE}{row.pk}": row for row in revisable(person, today)}
        field: Any = self.fields["organisation"]
        field.queryset = Organisation.objects.filter(pk__in=[one.pk for one in own])
        field.initial = own[0].pk if own else None
        if len(own) == 1:
            field.widget = forms.HiddenInput()
        start: Any = self.fields["start"]
        start.choices = [
            ("新的一份", [(code, f"新的一份，{name}") for code, name in preset_choices()]),
            *([("修订", self._editions())] if self.revisable else []),
        ]
        self.fields["title"].help_text = "不写的，修订沿用原来的名称，新的用文件名。"
        row = number("表头在第几行", 1, MOST_ROWS, required=False)
        row.help_text = "一般不用写，认不出表头的时候再写。"
        self.add("header_row", row)

    def _editions(self) -> list[tuple[str, str]]:
        return [
            (key, f"修订《{row.title}》第 {row.edition} 版，{row.organisation}") for key, row in self.revisable.items()
        ]

    def save(self, *, by: Person) -> DutyImport:
        """Hand the file to the verb. A revision belongs to whoever drew up the list."""
        given = self.cleaned_data
        revises = self.revisable.get(given["start"])
        return receiving.receive(
            given["file"],
            organisation=revises.organisation if revises else given["organisation"],
            preset=given["start"],
            revises=revises,
            title=given["title"],
            header_row=given["header_row"],
            by=by,
            now=self.now,
        )


def revisable(person: Person, today: date) -> list[DutyList]:
    """The latest edition of each list that ``person`` keeps, unless a draft of the next one waits already."""
    rows = DutyList.objects.manageable_by(person, today).exclude(until__lte=today).select_related("organisation")
    latest: dict[str, DutyList] = {}
    for row in rows.order_by("organisation__path", "series", "edition"):
        latest[row.series] = row
    return [row for row in latest.values() if not row.is_draft]


class TableForm(ActForm):
    """Another table of the file."""

    table = forms.ChoiceField(label="用哪张表")

    def __init__(self, *args: Any, record: DutyImport, **kwargs: Any) -> None:
        self.record = record
        super().__init__(*args, initial={"table": record.table}, **kwargs)
        self.fields["table"].choices = [(name, name) for name in record.tables]  # type: ignore[attr-defined]

    def save(self, *, by: Person) -> None:
        """Hand over to the verb."""
        receiving.choose_table(self.record, self.cleaned_data["table"], by=by)


class ColumnsForm(ActForm):
    """Which column is what, and which level and post each way of writing means."""

    def __init__(self, *args: Any, record: DutyImport, names: SeatNames, **kwargs: Any) -> None:
        self.record = record
        super().__init__(*args, **kwargs)
        choices = [NO_COLUMN, *((one.code, one.label) for one in FIELDS)]
        for column in record.columns:
            if not column["forbidden"]:
                self.add(f"column_{column['index']}", _column_field(column, choices))
        self.asked = list(enumerate(record.seats))[:MOST_ASKED]
        levels, posts = [level.name for level in names.levels], [post.name for post in names.posts]
        for place, seat in self.asked:
            self.add(f"level_{place}", _seat_field(f"“{seat['text']}”是哪一级", seat["level"], levels))
            self.add(f"post_{place}", _seat_field(f"“{seat['text']}”是哪一岗", seat["post"], posts))

    def save(self, *, by: Person) -> bool:
        """Hand the choices to the verb. True if it can be checked, False if others have to be looked at first."""
        given = self.cleaned_data
        columns = {column["index"]: given.get(f"column_{column['index']}", "") for column in self.record.columns}
        seats = {seat["text"]: (given[f"level_{place}"], given[f"post_{place}"]) for place, seat in self.asked}
        return receiving.choose(self.record, columns=columns, seats=seats, by=by)


def _column_field(column: Mapping[str, Any], choices: list[tuple[str, str]]) -> forms.ChoiceField:
    """One select; its label is the title in the file."""
    label = f"{column['letter']} {column['title']}".strip()
    return forms.ChoiceField(label=label, choices=choices, required=False, initial=column["field"])


def _seat_field(label: str, chosen: str, names: list[str]) -> forms.ChoiceField:
    choices = [("", NOBODY), *((name, name) for name in names)]
    return forms.ChoiceField(label=label, choices=choices, required=False, initial=chosen)


class ConfirmForm(ActForm):
    """Which of the lines that were seen are taken, and which of the edition before are kept."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput(), error_messages={"required": receiving.CHANGED})

    def __init__(self, *args: Any, record: DutyImport, now: datetime, today: date, **kwargs: Any) -> None:
        self.record, self.now, self.today = record, now, today
        super().__init__(*args, **kwargs)

    @property
    def taken(self) -> frozenset[str]:
        """The keys of the lines that were ticked."""
        return frozenset(self._sent("take"))

    @property
    def kept(self) -> frozenset[int]:
        """The keys of the lines before that were ticked."""
        return frozenset(int(key) for key in self._sent("keep"))

    def _sent(self, name: str) -> list[str]:
        values = self.data.getlist(name) if isinstance(self.data, QueryDict) else []
        return [value for value in values if value.isascii() and value.isdigit() and len(value) <= LONGEST_KEY]

    def save(self, *, by: Person) -> DutyList:
        """Hand over to the verb."""
        ticks = {"taken": self.taken, "kept": self.kept}
        return receiving.confirm(
            self.record, **ticks, seen=self.cleaned_data["seen"], by=by, now=self.now, today=self.today
        )


class DiscardForm(ActForm):
    """Forget the file: nothing to fill in."""

    def __init__(self, *args: Any, record: DutyImport, **kwargs: Any) -> None:
        self.record = record
        super().__init__(*args, **kwargs)

    def save(self, *, by: Person) -> None:
        """Hand over to the verb."""
        receiving.discard(self.record, by=by)
