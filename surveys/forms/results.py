"""The forms of the results: a comment in other words, a figure turned into a problem."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms

from organisations.forms.acts import ActForm, day_field
from organisations.forms.choices import OrganisationField, organisations_for
from organisations.models import Organisation, Person
from organisations.permissions import Act
from responsibilities.models import Problem
from responsibilities.registering import LONGEST_DETAIL, LONGEST_TITLE, usual_due_on

from .. import comment_review
from ..findings import Figures, turn
from ..models import Comment


class ParaphraseForm(ActForm):
    """改写一条留言."""

    text = forms.CharField(
        label="转述的话",
        max_length=comment_review.LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="保存以后原文就被盖掉，不留改前的样子。",
    )

    def __init__(self, *args: Any, comment: Comment, now: datetime, **kwargs: Any) -> None:
        self.comment, self.now = comment, now
        super().__init__(*args, initial={"text": comment.text}, **kwargs)

    def save(self, *, by: Person) -> Comment:
        """Hand over to the verb."""
        return comment_review.paraphrase(self.comment, text=self.cleaned_data["text"], by=by, now=self.now)


class HoldBackForm(ActForm):
    """不公布: nothing is asked."""

    def __init__(self, *args: Any, comment: Comment, now: datetime, **kwargs: Any) -> None:
        self.comment, self.now = comment, now
        super().__init__(*args, **kwargs)

    def save(self, *, by: Person) -> Comment:
        """Hand over to the verb."""
        return comment_review.hold_back(self.comment, by=by, now=self.now)


class FindingForm(ActForm):
    """转为问题: title, what the figures say, whose it is, by when."""

    title = forms.CharField(label="问题", max_length=LONGEST_TITLE, help_text="一句话，就事论事，不猜是谁说的。")
    detail = forms.CharField(
        label="情况",
        max_length=LONGEST_DETAIL,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="已带上公布的数字，可以再补一句。",
    )
    organisation = OrganisationField(label="发现单位", queryset=Organisation.objects.none(), empty_label=None)
    due_on = day_field("期限", help_text="默认 15 个工作日。")

    def __init__(self, *args: Any, figures: Figures, by: Person, now: datetime, today: date, **kwargs: Any) -> None:
        self.figures, self.now, self.today = figures, now, today
        super().__init__(*args, **kwargs)
        where = figures.organisation
        self.fields["organisation"].queryset = organisations_for(by, Act.EDIT_SURVEYS, today, where)  # type: ignore[attr-defined]
        self.initial = {
            "title": figures.title[:LONGEST_TITLE],
            "detail": figures.detail[:LONGEST_DETAIL],
            "organisation": where,
            "due_on": usual_due_on(today),
        }

    def save(self, *, by: Person) -> Problem:
        """Hand over to the verb."""
        return turn(self.figures, by=by, now=self.now, today=self.today, **self.cleaned_data)
