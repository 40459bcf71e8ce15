"""Rules as sentences: replacing one, writing an organ's own, adding one, retiring one."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms

from organisations.models import Level, Person

from .. import ruling
from ..models import ActivityKind, Line, Pillar, Requirement
from ..periods import Cadence
from ..terms import Terms, first_days, problems
from .attempting import attempt
from .several import SeveralField

LADDER = re.compile(r"[0-9]{1,3}(?:[、，,；;\s]+[0-9]{1,3})*")
LONGEST_LADDER = 5
SENTENCE = ("min_full_members", "level", "cadence", "minimum", "since", "due_days_before_end", "remind_before")
SAID = (*SENTENCE, "needs_committee", "has_groups")


def _number(label: str, least: int, most: int) -> forms.IntegerField:
    errors = {
        "required": "请写一个数字。",
        "invalid": "请写一个数字。",
        "min_value": f"不能小于 {least}。",
        "max_value": f"不能大于 {most}。",
    }
    widget = forms.TextInput({"inputmode": "numeric", "aria-label": label})
    return forms.IntegerField(label=label, min_value=least, max_value=most, error_messages=errors, widget=widget)


def _words(label: str, most: int, *, asked: str = "") -> forms.CharField:
    errors = {"required": asked, "max_length": f"最多 {most} 个字，现在是 %(show_value)d 个。"}
    field = forms.CharField(label=label, max_length=most, required=bool(asked), error_messages=errors)
    field.widget.attrs.pop("maxlength", None)  # it would cut pasted text off unseen
    return field


def _select(label: str, choices: Any, **kwargs: Any) -> forms.ChoiceField:
    errors = {"required": "请选择。", "invalid_choice": "没有这个选项，请重新选。"}
    widget = forms.Select({"aria-label": label})
    return forms.ChoiceField(label=label, choices=choices, widget=widget, error_messages=errors, **kwargs)


class TermsForm(forms.Form):
    """The sentence. ``row`` is the rule that it starts from and follows; without one it is a new rule."""

    use_required_attribute = False

    min_full_members = _number("正式党员至少", 0, 500)
    level = _select("适用组织", Level.choices)
    cadence = _select("周期", [(cadence.value, cadence.label) for cadence in Cadence])
    minimum = _number("次数", 1, 400)
    since = forms.TypedChoiceField(
        label="从哪一天起", coerce=date.fromisoformat, widget=forms.Select({"aria-label": "从哪一天起"})
    )
    due_days_before_end = _number("期末前几天到期", 0, 365)
    remind_before = forms.CharField(
        label="提前几天提醒",
        required=False,
        widget=forms.TextInput({"aria-label": "提前几天提醒", "class": "w-auto", "size": "8"}),
    )
    needs_committee = forms.BooleanField(label="只要求设了委员会的", required=False)
    has_groups = forms.BooleanField(label="只要求设了党小组的", required=False)
    basis = _words("依据", 120, asked="请写依据；没有条文的，写“本级惯例”。")
    reason = _words("为什么改", 200, asked="请写一句为什么。")

    def __init__(self, data: Any, *, row: Requirement | None, person: Person, today: date) -> None:
        self.row, self.person, self.today = row, person, today
        self.old = Terms.of(row) if row else Terms(Level.BRANCH, Cadence.MONTH)
        initial = self.old.values() | {"remind_before": "、".join(map(str, self.old.remind_before))}
        super().__init__(data, initial=initial)
        days = first_days(self._cadence(), today, row)
        self.fields["since"].choices = [(day.isoformat(), _day(day)) for day in days]
        refusal = f"最早从 {_day(days[0])}起：新旧两种写法都在这一天换期，不会重复要求，也不会漏。"
        self.fields["since"].error_messages |= {"required": refusal, "invalid_choice": refusal}

    def _cadence(self) -> Cadence:
        """The cadence as typed, if it is one: the days offered follow from it."""
        typed = self.data.get("cadence") if self.is_bound else None
        return Cadence(typed) if typed in list(Cadence) else self.old.cadence

    @property
    def sentence(self) -> list[forms.BoundField]:
        """The controls that stand inside the sentence: their errors are said below it."""
        return [self[name] for name in SENTENCE]

    def clean_remind_before(self) -> tuple[int, ...]:
        """Days before the due day, from most to fewest: 21、7、0; none means that nobody is reminded."""
        typed = self.cleaned_data["remind_before"].strip()
        if typed and not LADDER.fullmatch(typed):
            raise forms.ValidationError("请写成 21、7、0 这样的天数；0 是当天，空着就不提醒。")
        days = sorted({int(number) for number in re.findall("[0-9]+", typed)}, reverse=True)
        if len(days) > LONGEST_LADDER:
            raise forms.ValidationError(f"最多提醒 {LONGEST_LADDER} 次。")
        return tuple(days)

    def clean(self) -> dict[str, Any]:
        """Whether such a rule could be kept."""
        data = super().clean() or {}
        if not self.errors:
            for name, sentence in problems(self.terms).items():
                self.add_error(name, sentence)
        return data

    @property
    def terms(self) -> Terms:
        """What was typed. Only after cleaning without errors in the sentence."""
        values = {name: self.cleaned_data[name] for name in Terms.__dataclass_fields__}
        return Terms(**values | {"cadence": Cadence(values["cadence"])})

    def try_out(self) -> None:
        """Check the sentence alone: what is still to be written beside it is no mistake yet."""
        for name in set(self.errors) - set(SAID):
            del self.errors[name]

    def outcome(self) -> tuple[Terms, date] | None:
        """What would hold and from when, as typed or as it stands; None while the sentence is not in order."""
        if not self.is_bound:
            return self.old, date.fromisoformat(self.fields["since"].choices[0][0])
        if set(self.errors) & set(SAID):
            return None
        self.cleaned_data.setdefault("basis", self.old.basis)
        return self.terms, self.cleaned_data["since"]

    def write(self, verb: Any, *args: Any, by: Person, today: date, **names: Any) -> bool:
        """Hand what was typed to a verb of ``ruling``. False, with the sentences among the errors, if it is refused."""
        written = {"terms": self.terms, "since": self.cleaned_data["since"], "reason": self.cleaned_data["reason"]}
        return attempt(self, verb, *args, **names, **written, by=by, today=today)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


class ReplaceForm(TermsForm):
    """One rule, written anew."""

    def save(self, *, by: Person, today: date) -> bool:
        """Replace the row. False, with the sentences among the errors, if it is refused."""
        return self.write(ruling.replace, self.row, by=by, today=today)


class TightenForm(TermsForm):
    """A common rule, written more strictly for one organ."""

    def __init__(self, data: Any, *, row: Requirement, person: Person, today: date) -> None:
        super().__init__(data, row=row, person=person, today=today)
        homes = ruling.homes(person, today)
        choice = forms.ModelChoiceField(homes, label="为哪个单位", empty_label=None)
        choice.error_messages |= {"required": "请选单位。", "invalid_choice": "这个单位的要求不由你定。"}
        self.fields["organisation"] = choice
        self.only_home = homes[0] if len(homes) == 1 else None
        if self.only_home:
            choice.required, choice.widget = False, forms.HiddenInput()

    @property
    def home(self) -> Any:
        """The organ whose rule it is to be; None before one was chosen."""
        return self.only_home or (self.cleaned_data.get("organisation") if self.is_bound else None)

    def save(self, *, by: Person, today: date) -> bool:
        """Write the organ's row. False, with the sentences among the errors, if it is refused."""
        return self.write(ruling.tighten, self.row, self.home, by=by, today=today)


class AddForm(TermsForm):
    """A rule that does not exist yet."""

    name = _words("叫什么", 40, asked="请写名称，比如“职工运动会”。")
    line = forms.ModelChoiceField(
        Line.objects.all(),
        label="条线",
        empty_label="请选择",
        error_messages={"required": "请选条线。", "invalid_choice": "没有这个条线，请重新选。"},
    )
    kinds = SeveralField(
        ActivityKind.objects.filter(active=True).select_related("line"),
        label="开展哪些活动算数",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "请至少选一类。",
            "invalid_choice": "有一类活动不存在或已经停用，请重新选。",
            "invalid_pk_value": "有一类活动不存在，请重新选。",
        },
    )

    def __init__(self, data: Any, *, person: Person, today: date) -> None:
        super().__init__(data, row=None, person=person, today=today)
        self.fields["reason"].label = "为什么要加"

    def kind_groups(self) -> list[tuple[Pillar, list[Any]]]:
        """The choices of kinds by pillar, each a control with its label."""
        pillar_of = {kind.pk: kind.line.pillar for kind in self.fields["kinds"].queryset}
        groups: dict[Pillar, list[Any]] = {pillar: [] for pillar in Pillar}
        for option in self["kinds"].subwidgets:
            groups[Pillar(pillar_of[option.data["value"].value])].append(option)
        return [(pillar, options) for pillar, options in groups.items() if options]

    def save(self, *, by: Person, today: date) -> bool:
        """Write the rule. False, with the sentences among the errors, if it is refused."""
        names = {name: self.cleaned_data[name] for name in ("name", "line", "kinds")}
        return self.write(ruling.add, by=by, today=today, **names)


class RetireForm(forms.Form):
    """Why a rule is asked no longer."""

    use_required_attribute = False

    reason = _words("为什么停用", 200, asked="请写一句为什么停用。")

    def save(self, row: Requirement, *, by: Person, today: date) -> bool:
        """Retire the row. False, with the sentence among the errors, if it is refused."""
        return attempt(self, ruling.retire, row, reason=self.cleaned_data["reason"], by=by, today=today)
