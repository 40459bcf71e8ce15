"""Writing a report and answering one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from organisations.forms.acts import day_field
from organisations.models import Appointment, Person
from programmes.periods import Cadence, period_of

from .. import briefing
from ..briefing_facts import Facts
from ..models import Briefing, BriefingKind
from .talks import PrivateForm, long_text

LONGEST = 10_000
ONE_DAY = timedelta(days=1)
EARLIEST = date(2000, 1, 1)


class SpanForm(forms.Form):
    """Of which days and what kind the text to go on from is: read from the address. Nonsense gives the quarter so far."""

    kind = forms.ChoiceField(choices=BriefingKind.choices)
    since = forms.DateField(input_formats=["%Y-%m-%d"])
    last_day = forms.DateField(input_formats=["%Y-%m-%d"])

    def read(self, today: date) -> dict[str, Any]:
        """Kind, first and last day."""
        self.is_valid()
        given = dict(self.cleaned_data)
        first, last = given.pop("since", None), given.pop("last_day", None)
        if first and last and EARLIEST <= first <= last <= today:
            given |= {"since": first, "last_day": last}
        start = period_of(today, Cadence.QUARTER).starts_on
        return {"kind": BriefingKind.THOUGHT, "since": start, "last_day": today} | given


class WriteForm(PrivateForm):
    """A draft, new or being gone on with."""

    kind = forms.ChoiceField(label="类别", choices=BriefingKind.choices, widget=forms.RadioSelect)
    to = forms.ModelChoiceField(Appointment.objects.none(), label="向谁汇报", empty_label="请选择")
    since = day_field("从哪天")
    last_day = day_field("到哪天")
    text = long_text("内容", LONGEST, required=True, rows=18)
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1, initial=0)

    def __init__(
        self, data: Any = None, *, writer: Person, today: date, row: Briefing | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data, writer=writer, today=today, **kwargs)
        self.row = row
        field = self.fields["to"]
        field.queryset = briefing.recipients(writer, today)
        field.label_from_instance = lambda post: f"{post.person}（{post.title}）"
        listed = list(field.queryset)
        field.choices = [("", field.empty_label), *((post.pk, field.label_from_instance(post)) for post in listed)]
        # The nearest one, or the one to whom the draft was meant to go.
        chosen = (post.pk for post in listed if row is None or post.person_id == row.recipient_id)
        self.initial["to"] = next(chosen, None)
        self.has_nobody = not listed

    def clean_last_day(self) -> date:
        """The calendar of Python ends."""
        day: date = self.cleaned_data["last_day"]
        if day.year > self.today.year + 1:
            raise ValidationError("年份太远，请核对。")
        return day

    def save(self, *, by: Person) -> Briefing:
        """Keep it as a draft."""
        given = self.fields_of("kind", "to", "since", "text")
        given |= {"until": self.cleaned_data["last_day"] + ONE_DAY, "by": by, "now": self.now, "today": self.today}
        if self.row is None:
            return briefing.write(**given)
        briefing.rewrite(self.row, revision=self.cleaned_data["revision"], **given)
        return self.row


def prefilled(person: Person, span: dict[str, Any], today: date) -> dict[str, Any]:
    """What a new report begins with."""
    facts = Facts(person, span["since"], span["last_day"] + ONE_DAY, today)
    return {**span, "text": facts.text(span["kind"])}


class AnswerForm(PrivateForm):
    """The answer to a report."""

    text = long_text("回复", 4000, required=True, rows=5)

    def __init__(self, data: Any = None, *, row: Briefing, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.row = row

    def save(self, *, by: Person) -> None:
        """Answer."""
        briefing.answer(self.row, text=self.cleaned_data["text"], by=by, now=self.now)
