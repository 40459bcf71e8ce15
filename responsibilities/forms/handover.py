"""Opening a hand-over."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms

from organisations.forms.acts import ActForm
from organisations.models import Organisation, Person

from .. import handing_over
from ..models import DutyPost, Handover
from .measures import sentence


class OpenForm(ActForm):
    """From whom to whom. Where two hold the post, who takes over is chosen, not guessed."""

    use_required_attribute = False

    giver = forms.ModelChoiceField(
        Person.objects.none(), label="移交人", empty_label="请选择", error_messages={"required": "请选移交人。"}
    )
    taker = forms.ModelChoiceField(
        Person.objects.none(), label="接手人", empty_label="请选择", error_messages={"required": "请选接手人。"}
    )
    note = sentence("交代", 400, required=False, rows=3)
    note.help_text = "手头的事办到哪一步、找谁，写一句。"

    def __init__(
        self,
        data: Any,
        *,
        post: DutyPost,
        place: Organisation,
        giver: str | None,
        today: date,
        now: datetime,
        **kwargs: Any,
    ) -> None:
        takers = handing_over.takers(post, place, today)
        holding = [person.pk for person in takers]
        only = holding[0] if len(holding) == 1 else None
        super().__init__(data, initial={"giver": giver, "taker": only}, **kwargs)
        self.post, self.place, self.today, self.now = post, place, today, now
        self.fields["giver"].queryset = handing_over.givers(post, place, today)
        self.fields["taker"].queryset = takers

    def save(self, *, by: Person) -> Handover:
        """Open it."""
        given = {name: self.cleaned_data[name] for name in ("giver", "taker", "note")}
        return handing_over.open_handover(self.post, self.place, by=by, now=self.now, today=self.today, **given)


class CancelForm(ActForm):
    """A form that asks nothing but to be sent."""

    def __init__(self, data: Any, *, handover: Handover, today: date, now: datetime) -> None:
        super().__init__(data)
        self.handover, self.today, self.now = handover, today, now

    def save(self, *, by: Person) -> None:
        """Call it off."""
        handing_over.cancel(self.handover, by=by, now=self.now, today=self.today)
