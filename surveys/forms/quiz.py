"""The forms of 知识竞答, one an act."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from organisations.forms.acts import ActForm
from organisations.forms.choices import OrganisationField, organisations_for
from organisations.models import Organisation, Person
from organisations.permissions import Act

from ..models import Quiz, QuizQuestion, QuizType
from ..models.quiz import (
    LONGEST_EXPLANATION,
    LONGEST_TEXT,
    LONGEST_TOPIC,
    MOST_ATTEMPTS,
    MOST_DRAWN,
    MOST_MINUTES,
)
from ..quizzing import bank, holding, pasting
from ..quizzing.bank import LETTERS, Asked
from ..quizzing.holding import LONGEST_INTRODUCTION, LONGEST_TITLE, Planned

LONGEST_PASTED = 100_000
NUMBERS = {
    "drawn": ("每次抽几题", MOST_DRAWN),
    "minutes": ("每次几分钟", MOST_MINUTES),
    "attempts_allowed": ("每人可答几次", MOST_ATTEMPTS),
}


def moment_field(label: str) -> forms.DateTimeField:
    """A day and time with the browser's own picker."""
    widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
    return forms.DateTimeField(
        label=label, widget=widget, error_messages={"invalid": "时间要写成 2026-03-06 09:00 这样。"}
    )


def organisation_field(by: Person, today: date, inside: Organisation | None = None) -> OrganisationField:
    """One of the organisations at which ``by`` holds quizzes."""
    return OrganisationField(
        label="单位", queryset=organisations_for(by, Act.EDIT_SURVEYS, today, inside), empty_label=None
    )


class PlanForm(ActForm):
    """办一次竞答, or change a draft."""

    use_required_attribute = False

    title = forms.CharField(label="名称", max_length=LONGEST_TITLE)
    introduction = forms.CharField(
        label="说明", max_length=LONGEST_INTRODUCTION, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    opens_at = moment_field("开始")
    closes_at = moment_field("截止")

    def __init__(self, *args: Any, by: Person, now: datetime, quiz: Quiz | None = None, **kwargs: Any) -> None:
        self.quiz = quiz
        super().__init__(*args, **kwargs)
        today = timezone.localdate(now)
        self.add("organisation", organisation_field(by, today, quiz.organisation if quiz else None))
        self.fields["organisation"].label = "举办单位"
        self.fields["organisation"].help_text = "这个单位和所属的人都可以参加。"
        for name, (label, most) in NUMBERS.items():
            self.add(name, forms.IntegerField(label=label, min_value=1, max_value=most))
        seen = QuizQuestion.objects.visible_to(by, today).standing().order_by("topic")
        offered = [(topic, topic) for topic in seen.values_list("topic", flat=True).distinct()]
        widget = forms.CheckboxSelectMultiple
        self.add("topics", forms.MultipleChoiceField(label="专题", choices=offered, required=False, widget=widget))
        self.fields["topics"].help_text = "不选就从全部题目里抽。"
        self.initial = self._begin(now)

    def _begin(self, now: datetime) -> dict[str, Any]:
        if self.quiz is not None:
            names = ("title", "introduction", "opens_at", "closes_at", "organisation", "topics", *NUMBERS)
            return {name: getattr(self.quiz, name) for name in names}
        morning = timezone.localtime(now).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=1)
        times = {"opens_at": morning, "closes_at": morning + timedelta(days=7, hours=8)}
        return {"drawn": 10, "minutes": 15, "attempts_allowed": 1, **times}

    def save(self, *, by: Person) -> Quiz:
        """Hand over to the verb."""
        planned = Planned(**self.cleaned_data | {"topics": tuple(self.cleaned_data["topics"])})
        return holding.begin(planned, by=by) if self.quiz is None else holding.rewrite(self.quiz, planned, by=by)


class OnQuiz(ActForm):
    """An act on one quiz; nothing is asked."""

    def __init__(self, *args: Any, quiz: Quiz, now: datetime, **kwargs: Any) -> None:
        self.quiz, self.now = quiz, now
        super().__init__(*args, **kwargs)


class ReleaseForm(OnQuiz):
    """发布."""

    def save(self, *, by: Person) -> Quiz:
        """Hand over to the verb."""
        return holding.release(self.quiz, by=by, now=self.now)


class TakeBackForm(OnQuiz):
    """收回."""

    def save(self, *, by: Person) -> Quiz:
        """Hand over to the verb."""
        return holding.take_back(self.quiz, by=by)


class DeleteForm(OnQuiz):
    """删掉."""

    def save(self, *, by: Person) -> None:
        """Hand over to the verb."""
        holding.delete(self.quiz, by=by)


class QuestionForm(ActForm):
    """出一道题, or change one."""

    use_required_attribute = False

    topic = forms.CharField(label="专题", max_length=LONGEST_TOPIC)
    type = forms.ChoiceField(label="题型", choices=QuizType.choices, widget=forms.RadioSelect, initial=QuizType.SINGLE)
    text = forms.CharField(label="题目", max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 2}))
    choices = forms.CharField(
        label="选项",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="一行一个，不用写字母；判断题空着。",
    )
    answer = forms.CharField(label="答案", max_length=20, help_text="选项的字母，例如 B 或 ACD；判断题写“对”或“错”。")
    explanation = forms.CharField(
        label="解析", max_length=LONGEST_EXPLANATION, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(
        self, *args: Any, by: Person, today: date, question: QuizQuestion | None = None, **kwargs: Any
    ) -> None:
        self.question = question
        super().__init__(*args, **kwargs)
        if question is None:
            self.add("organisation", organisation_field(by, today))
        else:
            self.initial = self._begin(question)

    @staticmethod
    def _begin(question: QuizQuestion) -> dict[str, Any]:
        judged = question.type == QuizType.JUDGE
        letters = "".join(question.choices[place] if judged else LETTERS[place] for place in question.answer)
        words = {name: getattr(question, name) for name in ("topic", "type", "text", "explanation")}
        return words | {"choices": "" if judged else "\n".join(question.choices), "answer": letters}

    def clean_answer(self) -> tuple[int, ...]:
        """The places that the letters or words mean."""
        said = "".join(self.cleaned_data["answer"].upper().split())
        if self.cleaned_data.get("type") == QuizType.JUDGE:
            if said not in pasting.RIGHT_WORDS:
                raise forms.ValidationError("判断题的答案写“对”或“错”。")
            return (pasting.RIGHT_WORDS[said],)
        if any(letter not in LETTERS for letter in said):
            raise forms.ValidationError("写选项的字母，例如 B 或 ACD。")
        return tuple(LETTERS.index(letter) for letter in said)

    def save(self, *, by: Person) -> QuizQuestion:
        """Hand over to the verb."""
        data = self.cleaned_data
        choices = tuple(line for line in data["choices"].splitlines() if line.strip())
        asked = Asked(data["topic"], data["type"], data["text"], choices, data["answer"], data["explanation"])
        if self.question is None:
            return bank.add(asked, organisation=data["organisation"], by=by)
        return bank.rewrite(self.question, asked, by=by)


class RetireForm(ActForm):
    """不再抽这道题."""

    def __init__(self, *args: Any, question: QuizQuestion, **kwargs: Any) -> None:
        self.question = question
        super().__init__(*args, **kwargs)

    def save(self, *, by: Person) -> None:
        """Hand over to the verb."""
        bank.retire(self.question, by=by)


class PasteForm(ActForm):
    """Many questions at once: all of them, or none while a line is not understood."""

    use_required_attribute = False

    topic = forms.CharField(
        label="专题", max_length=LONGEST_TOPIC, help_text="文中另写了“专题：”的，从那里起用文中的。"
    )
    text = forms.CharField(
        label="题目", max_length=LONGEST_PASTED, widget=forms.Textarea(attrs={"rows": 18}), strip=False
    )

    def __init__(self, *args: Any, by: Person, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add("organisation", organisation_field(by, today))
        self.pasted: pasting.Pasted | None = None

    def clean(self) -> dict[str, Any]:
        """Every line has to be understood."""
        data = super().clean() or {}
        if "text" in data and "topic" in data:
            self.pasted = pasting.read(data["text"], data["topic"])
            for number, sentence in self.pasted.faults[:20]:
                self.add_error("text", f"第 {number} 行：{sentence}")
            if not self.pasted.questions and not self.pasted.faults:
                self.add_error("text", "没有读到题目。")
        return data

    def save(self, *, by: Person) -> list[QuizQuestion]:
        """Hand over to the verb."""
        questions = list(self.pasted.questions) if self.pasted else []
        return bank.add_all(questions, organisation=self.cleaned_data["organisation"], by=by)
