"""The forms of problems, one an act."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms

from activities.models import Activity
from organisations import paths
from organisations.forms.acts import ActForm, day_field
from organisations.forms.choices import OrganisationField, PersonField, organisations_for
from organisations.models import Organisation, Person
from organisations.permissions import Act

from .. import judging, passing_on, solving
from ..models import LegKind, LegState, Problem, ProblemSource, RaiserAnswer
from ..registering import LONGEST_DETAIL, LONGEST_TITLE, Found, register, usual_due_on

EMPTY = Person.objects.none()
# Which source a record of that kind points at; every other is a meeting or an activity.
SOURCE_OF_KIND = {
    "organisational-life-meeting": ProblemSource.LIFE_MEETING,
    "democratic-appraisal": ProblemSource.APPRAISAL,
    "field-visit": ProblemSource.VISIT,
    "small-matters": ProblemSource.VISIT,
}


def sentence(label: str, *, required: bool = True, help_text: str = "", rows: int = 2) -> forms.CharField:
    """A line of text; its length is judged by the verb, so that nothing pasted is cut off unseen."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=required, help_text=help_text, widget=widget)


def people(label: str, among: list[Person], **kwargs: Any) -> PersonField:
    """One of those people."""
    queryset = Person.objects.filter(pk__in=[person.pk for person in among]).order_by("initials", "pk")
    return PersonField(label=label, queryset=queryset, **kwargs)


class RegisterForm(ActForm):
    """登记问题. ``activity`` is the record that it comes from, ``inside`` the organ whose organisations are offered."""

    title = forms.CharField(label="问题", max_length=LONGEST_TITLE, help_text="一句话，就事论事，不写评价。")
    detail = forms.CharField(
        label="情况", max_length=LONGEST_DETAIL, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    organisation = OrganisationField(label="发现单位", queryset=Organisation.objects.none(), empty_label=None)
    source = forms.ChoiceField(label="来源", choices=ProblemSource.choices)
    found_on = day_field("发现日期")
    due_on = day_field("期限", help_text="默认 15 个工作日。")
    no_thought = forms.CharField(
        label="没有思想上的事，因为", max_length=200, required=False, help_text="两头都有就都空着；最多只能有一头没有。"
    )
    no_practical = forms.CharField(label="没有实际的事，因为", max_length=200, required=False)
    raised_by = people("提出人", [], required=False, empty_label="不留名")
    consents = forms.BooleanField(
        label="本人同意把姓名告诉经办和复核的人", required=False, help_text="不同意就不要选提出人。上级看不到姓名。"
    )

    another = forms.BooleanField(label="是另一件事", required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        by: Person,
        now: datetime,
        today: date,
        inside: Organisation | None = None,
        activity: Activity | None = None,
        **kwargs: Any,
    ) -> None:
        self.now, self.today, self.activity = now, today, activity
        super().__init__(*args, **kwargs)
        offered = organisations_for(by, Act.HANDLE_PROBLEMS, today, inside)
        here = inside or offered.first()
        self.fields["organisation"].queryset = offered  # type: ignore[attr-defined]
        if here is not None and paths.depth(here.path) > 1:  # not the whole city
            among = Person.objects.under(here, today)
            self.fields["raised_by"].queryset = among.order_by("initials", "pk")  # type: ignore[attr-defined]
        self.initial = {"organisation": here, **self._begin(), **(kwargs.get("initial") or {})}

    def _begin(self) -> dict[str, Any]:
        """What is known beforehand: today, and from a record its day and sort."""
        found_on, source = self.today, ProblemSource.OTHER
        if self.activity is not None:
            codes = [kind.code for kind in self.activity.kinds.all()]
            found_on = min(self.activity.held_on, self.today)
            source = next((SOURCE_OF_KIND[code] for code in codes if code in SOURCE_OF_KIND), ProblemSource.ACTIVITY)
        return {"found_on": found_on, "source": source, "due_on": max(usual_due_on(found_on), self.today)}

    def clean(self) -> dict[str, Any]:
        """A name needs its owner's consent."""
        data = super().clean() or {}
        if data.get("raised_by") and not data.get("consents"):
            self.add_error("consents", "留名要本人同意；没有同意的，提出人选“不留名”。")
        return data

    def save(self, *, by: Person) -> Problem:
        """Hand over to the verb."""
        given = {name: value for name, value in self.cleaned_data.items() if name not in ("consents", "another")}
        return register(Found(**given, activity=self.activity), by=by, now=self.now, today=self.today)


class OnProblem(ActForm):
    """An act on one problem."""

    def __init__(self, *args: Any, problem: Problem, now: datetime, today: date, **kwargs: Any) -> None:
        self.problem, self.now, self.today = problem, now, today
        super().__init__(*args, **kwargs)

    @property
    def at(self) -> dict[str, Any]:
        """When it is done."""
        return {"now": self.now, "today": self.today}


class ClaimForm(OnProblem):
    """认领: nothing is asked."""

    def save(self, *, by: Person) -> None:
        """Hand over to the verb."""
        solving.claim(self.problem, by=by, **self.at)


class AssignForm(OnProblem):
    """派给, 转交: who carries it out, who checks it, by when."""

    def __init__(self, *args: Any, keeps: bool, **kwargs: Any) -> None:
        problem = kwargs["problem"]
        initial = {"owner": problem.owner_id, "checker": problem.checker_id, "due_on": problem.due_on}
        super().__init__(*args, initial=initial, **kwargs)
        among = passing_on.people_for(problem.solved_at, self.today)
        self.add("owner", people("经办", among, empty_label="请选择"))
        if keeps:
            self.add("checker", people("复核", among, required=False, empty_label="先不定", help_text="不能是经办人。"))
            self.add("due_on", day_field("期限"))

    def save(self, *, by: Person) -> None:
        """Hand over to the verb."""
        given = {"checker": None, "due_on": self.problem.due_on, **self.cleaned_data}
        passing_on.assign(self.problem, by=by, **given, **self.at)


class PlanForm(OnProblem):
    """定措施: a line for each leg that is open."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for leg in self.problem.legs.all():
            if leg.state == LegState.OPEN:
                label = "思想这一头，打算怎么说通" if leg.kind == LegKind.THOUGHT else "实际这一头，打算怎么办"
                self.add(leg.kind, sentence(label))
                self.initial[leg.kind] = leg.plan

    def save(self, *, by: Person) -> None:
        """Hand over to the verb."""
        given = {"thought": "", "practical": "", **self.cleaned_data}
        solving.plan(self.problem, by=by, **given, **self.at)


class ProgressForm(OnProblem):
    """写一句进展."""

    text = sentence("进展")

    def save(self, *, by: Person) -> None:
        """Hand over to the verb."""
        solving.progress(self.problem, text=self.cleaned_data["text"], by=by, **self.at)


class ReportForm(OnProblem):
    """报办结 of one leg."""

    conclusion = sentence("结果", help_text="办成了什么，一句话；谈话的内容不写在这里。")
    done_on = day_field("哪天办成的")

    def __init__(self, *args: Any, leg: str, **kwargs: Any) -> None:
        self.leg = leg
        super().__init__(*args, **kwargs)
        self.initial["done_on"] = self.today

    def save(self, *, by: Person) -> None:
        """Hand over to the verb."""
        solving.report(self.problem, leg=self.leg, by=by, **self.cleaned_data, **self.at)


class ExcuseForm(OnProblem):
    """There is nothing on this leg."""

    because = sentence("为什么没有")

    def __init__(self, *args: Any, leg: str, **kwargs: Any) -> None:
        self.leg = leg
        super().__init__(*args, **kwargs)

    def save(self, *, by: Person) -> None:
        """Hand over to the verb."""
        solving.excuse(self.problem, leg=self.leg, because=self.cleaned_data["because"], by=by, **self.at)


class TakeUpForm(OnProblem):
    """There is something on an excused leg after all."""

    plan = sentence("打算怎么办")

    def __init__(self, *args: Any, leg: str, **kwargs: Any) -> None:
        self.leg = leg
        super().__init__(*args, **kwargs)

    def save(self, *, by: Person) -> None:
        """Hand over to the verb."""
        solving.take_up(self.problem, leg=self.leg, plan=self.cleaned_data["plan"], by=by, **self.at)


class VerifyForm(OnProblem):
    """复核. ``revision`` is the state that was looked at."""

    outcome = forms.ChoiceField(
        label="看过以后",
        choices=judging.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选一个结果。"},
    )
    text = sentence("说明", required=False, help_text="没有办成的，写一句还差什么。不用照片。")
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["revision"] = self.problem.revision

    def save(self, *, by: Person) -> None:
        """Hand over to the verb."""
        judging.verify(self.problem, by=by, **self.cleaned_data, **self.at)


class AnswerForm(OnProblem):
    """What whoever raised it says."""

    says = forms.ChoiceField(label="解决了吗", choices=RaiserAnswer.choices, widget=forms.RadioSelect)

    def save(self, *, by: Person) -> None:
        """Hand over to the verb."""
        judging.answer(self.problem, says=self.cleaned_data["says"], by=by, **self.at)


class SendUpForm(OnProblem):
    """上报 to a named post."""

    because = sentence("为什么这里解决不了")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.above = passing_on.posts_above(self.problem, self.today)
        choices = [("", "请选择"), *((post.pk, f"{post.title}　{post.person}") for post in self.above)]
        self.add("to", forms.ChoiceField(label="报给", choices=choices))
        self.order_fields(["to", "because"])

    def save(self, *, by: Person) -> None:
        """Hand over to the verb."""
        to = next(post for post in self.above if str(post.pk) == self.cleaned_data["to"])
        passing_on.send_up(self.problem, to=to, because=self.cleaned_data["because"], by=by, **self.at)


class SendBackForm(OnProblem):
    """Back to where it was found."""

    because = sentence("请他们怎么办")

    def save(self, *, by: Person) -> None:
        """Hand over to the verb."""
        passing_on.send_back(self.problem, because=self.cleaned_data["because"], by=by, **self.at)


class ReopenForm(OnProblem):
    """The same has come back."""

    because = sentence("现在的情况")
    due_on = day_field("新的期限")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["due_on"] = usual_due_on(self.today)

    def save(self, *, by: Person) -> None:
        """Hand over to the verb."""
        judging.reopen(self.problem, by=by, **self.cleaned_data, **self.at)
