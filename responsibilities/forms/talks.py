"""Noting a talk, mending it, and taking a problem out of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms

from organisations import typed
from organisations.forms.acts import ActForm, day_field
from organisations.models import Person

from .. import talking
from ..models import Occasion, Problem, Talk, TalkProposal
from ..talk_people import partner_choices, partners
from ..talking import Words

WORDS = ("occasion", "place", "points", "agreed")


def long_text(label: str, most: int, *, required: bool, rows: int) -> forms.CharField:
    """Text of several lines; without maxlength on the control, which would cut pasted text off unseen."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=required, max_length=most, widget=widget)


def short_text(label: str, most: int, *, required: bool = False) -> forms.CharField:
    """Text of one line, as above."""
    field = forms.CharField(label=label, required=required, max_length=most)
    field.widget.attrs.pop("maxlength", None)
    return field


class PrivateForm(ActForm):
    """A form whose text is for two people alone: carried through a log-in it is offered to its writer and to nobody else."""

    use_required_attribute = False

    def __init__(self, data: Any = None, *, writer: Person, today: date, now: datetime, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.writer, self.today, self.now = writer, today, now
        self.writer_mark = typed.mark_of(writer)

    def go_on_with(self, revision: int) -> None:
        """After somebody else was faster: what is sent next is meant for ``revision``."""
        data = self.data.copy()
        data["revision"] = str(revision)
        self.data = data

    def fields_of(self, *names: str) -> dict[str, Any]:
        """Cleaned values by name."""
        return {name: self.cleaned_data[name] for name in names}


class AmendForm(PrivateForm):
    """A talk that is noted already; ``revision`` says which one the form was opened with."""

    held_on = day_field("日期")
    place = short_text("地点", 60)
    occasion = forms.ChoiceField(
        label="为什么谈",
        choices=Occasion.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选一个。"},
        help_text="为什么谈也只有双方看得到；上报的人数不分缘由。",
    )
    points = long_text("要点", 4000, required=False, rows=5)
    agreed = short_text("说定的事", 400)
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def __init__(self, data: Any = None, *, talk: Talk, words: dict[str, str], **kwargs: Any) -> None:
        initial = {**words, "held_on": talk.held_on, "revision": talk.revision}
        super().__init__(data, initial=initial, **kwargs)
        self.talk = talk

    @property
    def words(self) -> Words:
        """What is sealed."""
        return Words(**self.fields_of(*WORDS))

    def save(self, *, by: Person) -> Talk:
        """Mend it."""
        given = self.fields_of("held_on", "revision")
        return talking.amend(self.talk, words=self.words, by=by, now=self.now, today=self.today, **given)


class NoteForm(PrivateForm):
    """A talk that is new. ``chosen`` is whom the address preselects."""

    partner = forms.ModelChoiceField(Person.objects.none(), label="谈话对象", empty_label="请选择")
    held_on = day_field("日期")
    place = short_text("地点", 60)
    occasion = AmendForm.base_fields["occasion"]
    points = long_text("要点", 4000, required=False, rows=5)
    agreed = short_text("说定的事", 400)
    problem = forms.BooleanField(
        label="其中有一件实际的事要办，登记为问题（对方同意后才送出，可不具名）", required=False
    )

    def __init__(self, data: Any = None, *, writer: Person, today: date, chosen: int | None, **kwargs: Any) -> None:
        initial = {"partner": chosen, "held_on": today}
        super().__init__(data, writer=writer, today=today, initial=initial, **kwargs)
        field = self.fields["partner"]
        field.queryset = partners(writer, today)
        groups = partner_choices(writer, today)
        field.choices = [("", field.empty_label), *groups]
        self.has_nobody = not groups
        self.names = {pk: name for _, people in groups for pk, name in people}

    @property
    def partner_name(self) -> str:
        """Who is chosen, as far as anybody is."""
        raw = str(self["partner"].value() or "")
        return self.names.get(int(raw), "") if raw.isascii() and raw.isdigit() and len(raw) < 19 else ""

    def save(self, *, by: Person) -> Talk:
        """Note it."""
        words = Words(**self.fields_of(*WORDS))
        given = self.fields_of("partner", "held_on")
        return talking.note(words=words, by=by, now=self.now, today=self.today, **given)


def _ask_for_name(form: PrivateForm, talk: Talk) -> Person | None:
    """Who registers it, None if neither of the two may; whoever does is named in any case and need not be asked."""
    registrar = talking.handler_among(talk, form.today)
    if registrar == form.writer:
        del form.fields["named"]
    return registrar


class ProposeForm(PrivateForm):
    """A problem written anew."""

    title = short_text("要办的事", 80, required=True)
    detail = long_text("情况", 2000, required=False, rows=4)
    named = forms.BooleanField(label="经办的人可以知道是我提的", required=False)

    def __init__(self, data: Any = None, *, talk: Talk, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.talk = talk
        self.registrar = _ask_for_name(self, talk)

    def save(self, *, by: Person) -> TalkProposal:
        """Ask the other one."""
        given = self.fields_of("title", "detail")
        named = self.cleaned_data.get("named", False)
        return talking.propose(self.talk, named=named, by=by, today=self.today, **given)


class AgreeForm(PrivateForm):
    """The other's yes."""

    named = forms.BooleanField(label="经办的人可以知道和我有关", required=False)

    def __init__(self, data: Any = None, *, proposal: TalkProposal, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.proposal = proposal
        self.registrar = _ask_for_name(self, proposal.talk)

    def save(self, *, by: Person) -> Problem:
        """Let it go out."""
        named = self.cleaned_data.get("named", False)
        return talking.agree(self.proposal, named=named, by=by, now=self.now, today=self.today)


class ConfirmForm(PrivateForm):
    """A form that asks nothing but to be sent; ``verb`` is called with ``row``."""

    def __init__(self, data: Any = None, *, verb: Any, row: Any, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.verb, self.row = verb, row

    def save(self, *, by: Person) -> None:
        """Do it."""
        self.verb(self.row, by=by)
