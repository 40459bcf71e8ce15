"""Forms about the system itself: a remark, and the answer to it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms

from ..models import Feedback, Person
from .acts import ActForm

LONGEST = 2000


class FeedbackForm(ActForm):
    """Write a remark, with or without a name."""

    text = forms.CharField(label="想说的", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 5}))
    page = forms.CharField(label="说的是哪一页", max_length=200, required=False, help_text="例如：记一次活动。")
    signed = forms.ChoiceField(
        label="署名",
        choices=[("yes", "写上我的名字"), ("no", "不署名")],
        initial="yes",
        widget=forms.RadioSelect,
        help_text="署名的能在下面看到答复；不署名的，系统里不存是谁写的，答复也就找不到你。",
    )

    def save(self, *, by: Person) -> Feedback:
        """Keep the remark; without a name nothing leads back to its writer."""
        given = self.cleaned_data
        signed = by if given["signed"] == "yes" else None
        return Feedback.objects.create(person=signed, text=given["text"], page=given["page"])


class AnswerForm(ActForm):
    """Answer a remark."""

    answer = forms.CharField(label="答复", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, feedback: Feedback, now: datetime, **kwargs: Any) -> None:
        self.feedback, self.now = feedback, now
        super().__init__(*args, initial={"answer": feedback.answer}, **kwargs)

    def save(self, *, by: Person) -> None:
        """Hand over to the verb."""
        self.feedback.reply(self.cleaned_data["answer"], by=by, now=self.now)
