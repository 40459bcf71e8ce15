"""Asking that something does not apply, and answering."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from django import forms

from organisations.forms.acts import not_too_far
from organisations.models import Person

from ..exempting import ask, askable
from ..exemption_pages import place_of
from ..models import Exemption, ExemptionCause, Obligation
from .attempting import attempt

PERIOD, DAY, GOOD = "period", "day", "good"
HOW_LONG = [(PERIOD, "只这一期"), (DAY, "到某一天"), (GOOD, "一直")]


def _sentence(label: str, *, required: bool, asked: str = "", rows: int = 2) -> forms.CharField:
    errors = {"required": asked, "max_length": "最多 400 个字，现在是 %(show_value)d 个。"}
    field = forms.CharField(label=label, required=required, max_length=400, error_messages=errors)
    # Without maxlength on the control, which would cut pasted text off unseen.
    field.widget = forms.Textarea(attrs={"rows": rows})
    return field


class AskForm(forms.Form):
    """Which, for how long, and why. ``chosen`` is what the address preselects, if it may still be asked about."""

    use_required_attribute = False

    obligation = forms.ModelChoiceField(
        Obligation.objects.none(),
        label="要求和期间",
        empty_label="请选择",
        error_messages={"required": "请选一项。", "invalid_choice": "这一项已经办完、已经申请过，或者不由你申请。"},
    )
    how_long = forms.ChoiceField(label="多久", choices=HOW_LONG, initial=PERIOD, widget=forms.RadioSelect)
    last_day = forms.DateField(
        label="到哪一天",
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "请写成 2026-11-20 这样的日期。"},
        validators=[not_too_far],
    )
    cause = forms.ChoiceField(
        label="缘由",
        choices=ExemptionCause.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选一个缘由。"},
    )
    reason = _sentence("一句话", required=True, asked="请写一句为什么。")

    def __init__(self, data: Any, *, person: Person, today: date, chosen: Obligation | None) -> None:
        super().__init__(data, initial={"obligation": chosen})
        rows = askable(person, today)
        listed = list(rows.select_related("organisation__parent", "requirement"))
        field = self.fields["obligation"]
        field.queryset = rows
        field.choices = _grouped(listed, today)
        self.is_empty = not listed
        # What the address names and can no longer be asked about.
        self.settled = chosen if chosen is not None and chosen not in listed and not self.is_bound else None

    def clean(self) -> dict[str, Any]:
        """A request up to a day names the day."""
        data = super().clean() or {}
        if data.get("how_long") != DAY:
            self.errors.pop("last_day", None)  # not asked then, and not shown
        elif not data.get("last_day") and "last_day" not in self.errors:
            self.add_error("last_day", "请填到哪一天为止。")
        return data

    @property
    def until(self) -> date | None:
        """First day on which the requirement applies again; None for good."""
        if self.cleaned_data["how_long"] == PERIOD:
            return self.cleaned_data["obligation"].ends_on
        if self.cleaned_data["how_long"] == DAY:
            return self.cleaned_data["last_day"] + timedelta(days=1)
        return None

    def save(self, *, by: Person, now: datetime) -> bool:
        """Send the request. False, with the sentence among the errors, if it is refused."""
        row = self.cleaned_data["obligation"]
        words = {"cause": self.cleaned_data["cause"], "reason": self.cleaned_data["reason"]}
        return attempt(self, ask, row.organisation, row, until=self.until, by=by, now=now, **words)


def _grouped(rows: list[Obligation], today: date) -> list[Any]:
    """The choices by organisation, in tree order."""
    groups = groupby(rows, key=lambda row: row.organisation)
    listed = [(place_of(node), [(row.pk, obligation_label(row, today)) for row in group]) for node, group in groups]
    return [("", "请选择"), *listed]


def obligation_label(row: Obligation, today: date) -> str:
    """党小组会，10月（每月至少 1 次）."""
    span = row.span
    when = span.label if span.year == today.year else span.full_label
    return f"{row.requirement.name}，{when}（{row.requirement.sentence()}）"


class AnswerForm(forms.Form):
    """One sentence; needed only for a refusal."""

    use_required_attribute = False

    answer = _sentence("答复", required=False)
    answer.help_text = "不批准的，要写一句为什么；批准的可以不写。"

    def send(self, exemption: Exemption, verb: Any, **kwargs: Any) -> bool:
        """Hand the answer to ``verb``. False, with the sentence among the errors, if it refuses."""
        return attempt(self, verb, exemption, answer=self.cleaned_data["answer"], **kwargs)
