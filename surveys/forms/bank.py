"""从题库加题, and changing the type of one question: both rewrite the text."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict

from organisations.forms.acts import ActForm
from organisations.models import Person

from .. import authoring, rewriting
from ..models import BankQuestion, Survey
from ..questionnaire import QuestionType

MOST_SHOWN = 200


class RetypeForm(ActForm):
    """The question at ``place`` becomes another type."""

    place = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    type = forms.ChoiceField(choices=QuestionType.choices)
    opened = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any, *, survey: Survey, today: date) -> None:
        self.survey, self.today = survey, today
        super().__init__(data)

    def save(self, *, by: Person) -> None:
        """Rewrite its mark in the text."""
        rewriting.retype(self.survey, **self.cleaned_data, by=by, today=self.today)


class BankForm(ActForm):
    """Questions of the bank, narrowed by dimension and topic; those that are in already are not offered."""

    use_required_attribute = False

    codes = forms.MultipleChoiceField(
        label="选哪几题",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选一题。", "invalid_choice": "题库里没有这一题，或者问卷里已经有了。"},
    )
    opened = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any, *, survey: Survey, query: QueryDict, today: date) -> None:
        self.survey, self.today, self.query = survey, today, query
        super().__init__(data, initial={"opened": authoring.digest(survey.source)})
        used = {question.code for question in survey.asked.questions}
        self.all = [row for row in BankQuestion.objects.filter(is_retired=False) if row.code not in used]
        self.rows = [row for row in self.all if self._is_asked_for(row)][:MOST_SHOWN]
        offered = [(row.code, self._label(row)) for row in self.rows]
        self.fields["codes"].choices = offered  # type: ignore[attr-defined]

    def _is_asked_for(self, row: BankQuestion) -> bool:
        dimension, topic = self.query.get("dimension", ""), self.query.get("topic", "")
        return (not dimension or row.dimension == dimension) and (not topic or row.topic == topic)

    def _label(self, row: BankQuestion) -> str:
        kind = QuestionType(row.definition["type"]).label
        dimension = f"，{row.dimension}" if row.dimension not in ("", row.topic) else ""
        return f"{row}（{kind}；{row.topic}{dimension}）"

    @property
    def dimensions(self) -> Iterable[tuple[str, bool]]:
        """The dimensions that the filter offers, and whether each is chosen."""
        return self._offered("dimension")

    @property
    def topics(self) -> Iterable[tuple[str, bool]]:
        """As ``dimensions``."""
        return self._offered("topic")

    def _offered(self, name: str) -> list[tuple[str, bool]]:
        values = dict.fromkeys(value for row in self.all if (value := getattr(row, name)))
        return [(value, value == self.query.get(name, "")) for value in values]

    def save(self, *, by: Person) -> int:
        """Put the chosen ones behind the text. How many they were."""
        chosen = [row for row in self.rows if row.code in self.cleaned_data["codes"]]
        opened = self.cleaned_data["opened"]
        return rewriting.add_from_bank(self.survey, chosen, opened=opened, by=by, today=self.today)
