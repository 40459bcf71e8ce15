"""Forms of the acts on a standing record: why it is withdrawn or declined, and when a study was made up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms

from organisations.models import Person
from programmes.forms.attempting import attempt

from .models import Activity
from .recording import note_make_up


class ReasonForm(forms.Form):
    """One sentence."""

    reason = forms.CharField(
        label="原因",
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3, "class": "grow"}),
        error_messages={"required": "请写一句原因。", "max_length": "最多 400 个字。"},
    )

    def carry_out(self, verb: Callable[..., None], *args: Any, **kwargs: Any) -> bool:
        """Hand the reason to ``verb``. False, with its sentence among the errors, if it refuses."""
        return attempt(self, verb, *args, reason=self.cleaned_data["reason"], **kwargs)


class MakeUpForm(forms.Form):
    """Who made the study up, and on which day; without a day the note is taken back."""

    made_up_on = forms.DateField(
        label="补学日期", required=False, error_messages={"invalid": "日期请写成 2026-11-20 这样。"}
    )

    def __init__(self, data: Any, *, activity: Activity) -> None:
        super().__init__(data)
        absent = activity.attendances.filter(present=False).select_related("person")
        choice = forms.ModelChoiceField(absent, label="缺席的人")
        choice.error_messages |= {"required": "请说明是谁补学。", "invalid_choice": "这个人不在缺席名单里。"}
        self.fields["attendance"] = choice

    def save(self, *, by: Person, today: date) -> bool:
        """Note the day. False, with the sentence among the errors, if the verb refuses."""
        return attempt(
            self, note_make_up, self.cleaned_data["attendance"], on=self.cleaned_data["made_up_on"], by=by, today=today
        )

    @property
    def problem(self) -> str:
        """Whom it is about and what is wrong: 顾清和：补学日期应在活动之后、今天之前。"""
        sentences = "".join(message for messages in self.errors.values() for message in messages)
        attendance = self.cleaned_data.get("attendance")
        return f"{attendance.person}：{sentences}" if attendance and sentences else sentences
