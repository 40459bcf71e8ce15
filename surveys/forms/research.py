"""The forms of 调研成果库, one an act."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime
from typing import Any

from django import forms
from django.db import transaction

from organisations.forms.acts import ActForm
from organisations.forms.choices import OrganisationField, PersonByNameField
from organisations.models import Organisation, Person
from responsibilities.models import Problem

from ..models import PieceKind, PieceVerdict, ResearchPiece, ResearchReview
from ..models.research import LONGEST_AUTHORS, LONGEST_KEYWORDS, LONGEST_TITLE
from ..research import publishing, reviewing, submitting
from ..research.receiving import receive
from ..research.writing import FIRST_YEAR, Written, begin, organisations_of, rewrite

WRITTEN = tuple(field.name for field in fields(Written))


def long_text(label: str, *, rows: int, required: bool = True, help_text: str = "") -> forms.CharField:
    """A text whose length is judged by the verb, so that nothing pasted is cut off unseen."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=required, help_text=help_text, widget=widget)


class WriteForm(ActForm):
    """写一份成果, or change it."""

    use_required_attribute = False

    title = forms.CharField(label="题目", max_length=LONGEST_TITLE, help_text="题目里不要写单位，评审人看得到题目。")
    kind = forms.ChoiceField(label="类别", choices=PieceKind.choices, widget=forms.RadioSelect)
    year = forms.IntegerField(label="年度", min_value=FIRST_YEAR, max_value=9999)
    organisation = OrganisationField(label="哪个单位的成果", queryset=Organisation.objects.none(), empty_label=None)
    summary = long_text("摘要", rows=4, help_text="600 字以内：调研了什么，发现了什么，建议怎么办。")
    keywords = forms.CharField(
        label="关键词", max_length=LONGEST_KEYWORDS, required=False, help_text="用顿号隔开，例如“青年干部、谈心谈话”。"
    )
    authors = forms.CharField(label="作者", max_length=LONGEST_AUTHORS, help_text="用顿号隔开。评审人看不到。")
    names_authors = forms.BooleanField(
        label="入库以后写上作者和单位", required=False, help_text="作者都同意才勾。不勾的，只写到局委办这一级。"
    )
    text = long_text("正文", rows=14, required=False, help_text="可以粘贴在这里，也可以传一个文件，二者有一就行。")
    file = forms.FileField(
        label="文件",
        required=False,
        help_text="Word（.docx）或 PDF，20 MB 以内。评审人拿到的是去掉作者、批注和修订记录的副本。",
        error_messages={"empty": "这是一个空文件。"},
    )

    def __init__(self, *args: Any, by: Person, today: date, piece: ResearchPiece | None = None, **kwargs: Any) -> None:
        self.today, self.piece = today, piece
        super().__init__(*args, **kwargs)
        offered = organisations_of(by, today)
        field: Any = self.fields["organisation"]
        field.queryset = Organisation.objects.filter(pk__in=[one.pk for one in offered]).in_tree_order()
        self.fields["file"].widget.attrs["accept"] = ".docx,.pdf"
        if piece is not None:
            self.initial = {name: getattr(piece, name) for name in WRITTEN}
        else:
            self.initial = {
                "year": today.year,
                "kind": PieceKind.REPORT,
                "organisation": offered[-1] if offered else None,
            }

    @transaction.atomic
    def save(self, *, by: Person) -> ResearchPiece:
        """Hand over to the verbs: what is written, then the file."""
        written = Written(**{name: self.cleaned_data[name] for name in WRITTEN})
        if self.piece is None:
            piece = begin(written, by=by, today=self.today)
        else:
            piece = rewrite(self.piece, written, by=by, today=self.today)
        if self.cleaned_data.get("file"):
            receive(piece, self.cleaned_data["file"], by=by)
        return piece


class OnPiece(ActForm):
    """An act on one piece."""

    def __init__(self, *args: Any, piece: ResearchPiece, now: datetime, today: date, **kwargs: Any) -> None:
        self.piece, self.now, self.today = piece, now, today
        super().__init__(*args, **kwargs)


class SubmitForm(OnPiece):
    """提交. ``names``: the text names somebody, which has to be known."""

    def __init__(self, *args: Any, names: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if names:
            words = {"required": "请改掉，或者勾上这一项。"}
            self.add("knows", forms.BooleanField(label="我看过了，照这样提交", error_messages=words))

    def save(self, *, by: Person) -> ResearchPiece:
        """Hand over to the verb."""
        return submitting.submit(self.piece, by=by, now=self.now, knows=self.cleaned_data.get("knows", False))


class WithdrawForm(OnPiece):
    """撤回: nothing is asked."""

    def save(self, *, by: Person) -> ResearchPiece:
        """Hand over to the verb."""
        return submitting.withdraw(self.piece, by=by)


class DeleteForm(OnPiece):
    """删掉: nothing is asked."""

    def save(self, *, by: Person) -> None:
        """Hand over to the verb."""
        submitting.delete(self.piece, by=by)


class DropFileForm(OnPiece):
    """去掉文件: nothing is asked."""

    def save(self, *, by: Person) -> None:
        """Hand over to the verb."""
        submitting.drop_file(self.piece, by=by)


class AppointForm(OnPiece):
    """请一位评审人, among the people whom ``by`` knows."""

    def __init__(self, *args: Any, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among = Person.objects.visible_to(by, self.today)
        help_text = "写全名或工号。不能是作者，也不能是这个单位的人。作者不会知道请了谁。"
        self.add("reviewer", PersonByNameField(label="评审人", among=among, help_text=help_text))

    def save(self, *, by: Person) -> ResearchReview:
        """Hand over to the verb."""
        return reviewing.appoint(self.piece, self.cleaned_data["reviewer"], by=by, today=self.today)


class ReleaseForm(OnPiece):
    """不请他了."""

    def __init__(self, *args: Any, review: ResearchReview, **kwargs: Any) -> None:
        self.review = review
        super().__init__(*args, **kwargs)

    def save(self, *, by: Person) -> None:
        """Hand over to the verb."""
        reviewing.release(self.review, by=by, today=self.today)


class PublishForm(OnPiece):
    """入库: nothing is asked."""

    def save(self, *, by: Person) -> ResearchPiece:
        """Hand over to the verb."""
        return publishing.publish(self.piece, by=by, today=self.today)


class SendBackForm(OnPiece):
    """退回 with a reason."""

    because = long_text("原因", rows=4, help_text="提交人会看到这段话和不署名的评审意见。")

    def save(self, *, by: Person) -> ResearchPiece:
        """Hand over to the verb."""
        return publishing.send_back(self.piece, because=self.cleaned_data["because"], by=by, today=self.today)


class LinkForm(OnPiece):
    """It has led to one more problem, of those that ``by`` may see."""

    def __init__(self, *args: Any, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seen = Problem.objects.visible_to(by, self.today)
        words = {"required": "请选一个问题。"}
        self.add("problem", forms.ModelChoiceField(seen, label="问题", widget=forms.RadioSelect, error_messages=words))

    def save(self, *, by: Person) -> None:
        """Hand over to the verb."""
        publishing.link(self.piece, self.cleaned_data["problem"], by=by, today=self.today)


class ReviewForm(ActForm):
    """What a reviewer says."""

    verdict = forms.ChoiceField(
        label="意见",
        choices=PieceVerdict.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选一个意见。"},
    )
    reasons = long_text("理由", rows=6, help_text="好在哪里，要改什么。作者会看到这段话，看不到是谁写的。")

    def __init__(self, *args: Any, review: ResearchReview, today: date, **kwargs: Any) -> None:
        self.review, self.today = review, today
        super().__init__(*args, initial={"verdict": review.verdict, "reasons": review.reasons}, **kwargs)

    def save(self, *, by: Person) -> ResearchReview:
        """Hand over to the verb."""
        return reviewing.give(self.review, by=by, today=self.today, **self.cleaned_data)
