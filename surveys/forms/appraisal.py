"""The forms of an appraisal, one an act."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone

from organisations.forms.acts import ActForm, day_field
from organisations.models import Organisation, Person
from responsibilities.models import Problem, ProblemSource
from responsibilities.registering import LONGEST_DETAIL, LONGEST_TITLE, Found, register, usual_due_on

from .. import deciding
from ..appraisal_page import AppraisalPage
from ..appraisal_roster import Member
from ..appraising import has_body, members_on
from ..authoring import LONGEST_TITLE as LONGEST_SURVEY_TITLE
from ..deciding import Ballot, Decided
from ..models import Survey, Tier
from ..models.survey import RETENTION_DAYS
from .authoring import moment_field

# Few people: paper leaves no mark of who took a ballot (anonymity.md §3.2).
FEW = 20
KEPT = ("title", "opens_at", "closes_at", "by_desk", "by_slip", "desk_note", "retention_days")


def names_field(members: list[Member]) -> forms.MultipleChoiceField:
    """The party members of the branch, all of them ticked at first."""
    return forms.MultipleChoiceField(
        label="参评党员",
        choices=[(one.label, f"{one.label}，预备党员" if one.is_probationary else one.label) for one in members],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "至少要有一名参评党员。", "invalid_choice": "名册刚刚变了，请再核对一遍名单。"},
        help_text="按名册次序印在票上。不参评的去掉勾；预备党员定不定等次，由支部按上级的通知办。",
    )


class PaperForm(forms.Form):
    """What stands on a printed ballot: asked by the address, kept nowhere."""

    use_required_attribute = False

    def __init__(self, data: Any, *, members: list[Member]) -> None:
        super().__init__(data, label_suffix="", initial={"names": [one.label for one in members]})
        self.fields["names"] = names_field(members)
        self.fields["names"].required = False
        self.fields["names"].help_text = ""
        self.fields["body"] = forms.BooleanField(label="另评支部班子", required=False)

    @property
    def names(self) -> list[str]:
        """Whom the ballot names: everybody until somebody was unticked."""
        chosen = self.cleaned_data["names"] if self.is_valid() else []
        return chosen or self.initial["names"]

    @property
    def has_body(self) -> bool:
        """Whether it asks about the committee as a body."""
        return self.is_valid() and self.cleaned_data["body"]


class BallotForm(ActForm):
    """The ballot of a year: who is appraised, when it is voted on, how ballots are taken."""

    use_required_attribute = False

    title = forms.CharField(label="名称", help_text=f"印在票上，最多 {LONGEST_SURVEY_TITLE} 个字。")
    body = forms.BooleanField(label="另评支部班子：多一题，同样四档", required=False)
    opens_at = moment_field("开始投票")
    closes_at = moment_field("截止投票")
    by_slip = forms.BooleanField(label="抽取纸票：会上从信封里自己抽，扫码或输入票号填写", required=False)
    by_desk = forms.BooleanField(label="登录领票：登录以后在屏幕上领一张不记名的票", required=False)
    desk_note = forms.CharField(
        label="领票点",
        max_length=80,
        help_text="票丢了到哪里换，例如“党员活动室”。",
        error_messages={"required": "写上领票点：票丢了的人要知道到哪里换。"},
    )
    retention_days = forms.IntegerField(
        label="票留几天",
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text="从截止日起算，到时逐张票全部销毁，只留票数。",
        error_messages={"required": "请写数字。"},
    )

    def __init__(
        self, data: Any, *, branch: Organisation, members: list[Member], now: datetime, survey: Survey | None = None
    ) -> None:
        self.branch, self.now, self.survey = branch, now, survey
        super().__init__(data, initial=_kept(survey, members) if survey else _fresh(members, timezone.localdate(now)))
        self.add("names", names_field(members))
        for name in ("opens_at", "closes_at"):
            self.fields[name].required, self.fields[name].help_text = True, ""

    def save(self, *, by: Person) -> Survey:
        """The draft."""
        ballot = Ballot(**self.cleaned_data)
        if self.survey is None:
            return deciding.set_up(self.branch, ballot, by=by, now=self.now)
        deciding.rework(self.survey, ballot, by=by, now=self.now)
        return self.survey


def _fresh(members: list[Member], today: date) -> dict[str, Any]:
    """A year is appraised at its end or at the beginning of the next."""
    year = today.year if today.month > 6 else today.year - 1
    few = len(members) < FEW
    return {
        "title": f"{year}年度民主评议党员",
        "names": [one.label for one in members],
        "by_slip": few,
        "by_desk": not few,
        "retention_days": RETENTION_DAYS,
    }


def _kept(survey: Survey, members: list[Member]) -> dict[str, Any]:
    chosen = set(members_on(survey.asked).values())
    kept = {name: getattr(survey, name) for name in KEPT}
    return kept | {
        "names": [one.label for one in members if one.label in chosen],
        "body": has_body(survey.asked),
    }


class LaunchForm(ActForm):
    """启用: the list was read."""

    use_required_attribute = False

    checked = forms.BooleanField(
        label="我核对过名单、时间和领票方式，知道启用后谁也改不了，包括系统管理员",
        error_messages={"required": "请先核对，再打勾。"},
    )

    def __init__(self, data: Any, *, survey: Survey, now: datetime) -> None:
        self.survey, self.now = survey, now
        super().__init__(data)

    def save(self, *, by: Person) -> None:
        """Hand over to the verb."""
        deciding.launch(self.survey, by=by, now=self.now)


class DecideForm(ActForm):
    """评定意见: for each member a tier and why. Nothing of it comes from the votes; lines left empty stay as they were."""

    use_required_attribute = False

    decided_on = day_field("评定日期", help_text="开支委会或者党员大会定下来的那一天。只写进这次新定、改动的。")

    def __init__(self, data: Any, *, page: AppraisalPage) -> None:
        self.page = page
        super().__init__(data)
        self.initial = {"decided_on": page.today}
        for code in members_on(page.survey.asked):
            self._offer(code)

    def _offer(self, code: str) -> None:
        kept = self.page.decisions.get(code)
        choices = [("", "还没有定"), *Tier.choices]
        self.add(f"tier_{code}", forms.ChoiceField(label="评定意见", choices=choices, required=False))
        area = forms.Textarea(attrs={"rows": 2})
        self.add(f"reason_{code}", forms.CharField(label="理由", required=False, widget=area))
        if kept is not None:
            self.initial.update({f"tier_{code}": kept.tier, f"reason_{code}": kept.reason})

    @property
    def lines(self) -> Iterator[tuple[str, Any, Any]]:
        """Name, field of the tier and field of the reason of each member, in the order of the ballot."""
        for code, name in members_on(self.page.survey.asked).items():
            yield name, self[f"tier_{code}"], self[f"reason_{code}"]

    def clean(self) -> dict[str, Any]:
        """A reason without a tier, or a decision taken away, is no decision."""
        data = super().clean() or {}
        for code in members_on(self.page.survey.asked):
            if data.get(f"tier_{code}"):
                continue
            if code in self.page.decisions:
                self.add_error(f"tier_{code}", "已经登记的评定意见可以改，不能去掉。")
            elif data.get(f"reason_{code}"):
                self.add_error(f"tier_{code}", "写了理由，请选一档。")
        return data

    def save(self, *, by: Person) -> Any:
        """Hand over to the verb."""
        given = self.cleaned_data
        found = [
            Decided(code, given[f"tier_{code}"], given[f"reason_{code}"])
            for code in members_on(self.page.survey.asked)
            if given[f"tier_{code}"]
        ]
        now = self.page.now
        return deciding.decide(self.page.survey, found, decided_on=given["decided_on"], by=by, now=now)


class TellForm(ActForm):
    """反馈本人: on which day."""

    use_required_attribute = False

    told_on = day_field("反馈日期")

    def __init__(self, data: Any, *, survey: Survey, candidate: str, now: datetime) -> None:
        self.survey, self.candidate, self.now = survey, candidate, now
        super().__init__(data, initial={"told_on": timezone.localdate(now)})

    def save(self, *, by: Person) -> None:
        """Hand over to the verb."""
        told_on = self.cleaned_data["told_on"]
        deciding.tell(self.survey, self.candidate, told_on=told_on, by=by, now=self.now)


class GapForm(ActForm):
    """登记为问题, with 民主评议 as its source: what is to be improved. Name, tier and votes are not carried over."""

    use_required_attribute = False

    title = forms.CharField(label="问题", max_length=LONGEST_TITLE, help_text="一句话，就事论事，不写姓名和评定等次。")
    detail = forms.CharField(
        label="情况", max_length=LONGEST_DETAIL, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    due_on = day_field("期限", help_text="默认 15 个工作日。")

    def __init__(self, data: Any, *, branch: Organisation, now: datetime) -> None:
        self.branch, self.now, self.today = branch, now, timezone.localdate(now)
        super().__init__(data, initial={"due_on": usual_due_on(self.today)})

    def save(self, *, by: Person) -> Problem:
        """Hand over to the verb."""
        found = Found(
            organisation=self.branch, source=ProblemSource.APPRAISAL, found_on=self.today, **self.cleaned_data
        )
        return register(found, by=by, now=self.now, today=self.today)
