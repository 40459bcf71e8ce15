"""Measures of one's own, who does them in which steps, a line of text, a reason for dropping."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms

from organisations.forms.acts import ActForm, day_field
from organisations.models import Person

from .. import carrying_out, step_lines
from ..carrying_out import Plan, owner_choices
from ..models import Assignment, Evidence, Measure, Origin
from ..step_lines import StepLine

STEPS_HELP = "一行一步，选填；有日期的写在行尾，例如“起草方案，11月25日前”。"


def sentence(label: str, most: int, *, required: bool = True, asked: str = "", rows: int = 2) -> forms.CharField:
    """A sentence or two; without maxlength on the control, which would cut pasted text off unseen."""
    errors = {"required": asked} if asked else {}
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=required, max_length=most, widget=widget, error_messages=errors)


class PlanForm(ActForm):
    """Who does a measure in which steps; of one's own also what it is and by when."""

    use_required_attribute = False

    owner = forms.ModelChoiceField(
        Person.objects.none(),
        label="责任人",
        required=False,
        empty_label="在岗的人",
        help_text="交给一个人的，到期提醒他；不选就由在岗的人负责。",
    )
    steps = sentence("推进步骤", 3000, required=False, rows=4)
    steps.help_text = STEPS_HELP

    def __init__(self, data: Any, *, assignment: Assignment, today: date, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.assignment, self.today = assignment, today
        self.fields["owner"].queryset = owner_choices(assignment, today)

    @property
    def plan(self) -> Plan:
        """What was typed."""
        named = ("owner", "steps", "text", "due_on")
        return Plan(**{name: self.cleaned_data[name] for name in named if name in self.cleaned_data})


class OwnForm(PlanForm):
    """A new measure of one's own."""

    text = sentence("做什么", 400, asked="请写要做什么。")
    due_on = day_field("期限", error_messages={"required": "请填期限。"})
    field_order = ("text", "due_on", "owner", "steps")

    def save(self, *, by: Person) -> Measure:
        """Add it."""
        return carrying_out.add(self.assignment, self.plan, by=by, today=self.today)


def plan_form(data: Any, *, measure: Measure, today: date) -> PlanForm:
    """The form of a measure that there is: of one's own everything, of one that the list says who and how."""
    steps = [StepLine(step.text, step.due_on) for step in measure.steps.all()]
    initial = {
        "owner": measure.owner_id,
        "steps": step_lines.write(steps, measure.starts_on),
        "text": measure.text,
        "due_on": measure.due_on,
    }
    form = AmendOwnForm if measure.origin == Origin.OWN else AmendForm
    return form(data, measure=measure, assignment=measure.assignment, today=today, initial=initial)


class AmendForm(PlanForm):
    """A measure of the list: only who does it, and how."""

    def __init__(self, data: Any, *, measure: Measure, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.measure = measure
        if measure.owner_id:
            # Who has it stays in the list, though he may belong elsewhere by now.
            choices = self.fields["owner"].queryset
            self.fields["owner"].queryset = choices | Person.objects.filter(pk=measure.owner_id)

    def save(self, *, by: Person) -> Measure:
        """Change it."""
        return carrying_out.amend(self.measure, self.plan, by=by, today=self.today)


class AmendOwnForm(AmendForm):
    """A measure of one's own."""

    text = sentence("做什么", 400, asked="请写要做什么。")
    due_on = day_field("期限", error_messages={"required": "请填期限。"})
    field_order = ("text", "due_on", "owner", "steps")


class LineForm(ActForm):
    """One line about what was done."""

    use_required_attribute = False

    text = sentence("做了什么", 400, asked="请写一句做了什么。")
    text.help_text = "写一句就行，不用附材料。"
    done_on = day_field("哪天做的", error_messages={"required": "请填哪天做的。"})

    def __init__(self, data: Any, *, measure: Measure, today: date, now: datetime, **kwargs: Any) -> None:
        super().__init__(data, initial={"done_on": today}, **kwargs)
        self.measure, self.today, self.now = measure, today, now

    def save(self, *, by: Person) -> Evidence:
        """Write it."""
        given = {name: self.cleaned_data[name] for name in ("text", "done_on")}
        return carrying_out.report(self.measure, by=by, now=self.now, today=self.today, **given)


class DropForm(ActForm):
    """Why a measure of one's own is taken back."""

    use_required_attribute = False

    reason = sentence("为什么", 200, asked="请写一句为什么撤销。")

    def __init__(self, data: Any, *, measure: Measure, today: date, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.measure, self.today = measure, today

    def save(self, *, by: Person) -> None:
        """Take it back."""
        carrying_out.drop(self.measure, reason=self.cleaned_data["reason"], by=by, today=self.today)
