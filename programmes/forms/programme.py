"""Editing a programme and its indicators."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models.functions import Length

from organisations import paths
from organisations.forms.acts import not_too_far
from organisations.models import Organisation, Person

from ..models import ActivityKind, Indicator, Measure, Programme
from ..planning import Outline, Plan, problem, revise
from .attempting import attempt
from .several import SeveralField

MORE_ROWS = 2  # empty rows for new indicators
MOST_ROWS = 30
ORGAN = 2 * paths.STEP


def _day(label: str, *, required: bool) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "请填日期。", "invalid": "请写成 2026-01-01 这样的日期。"},
        validators=[not_too_far],
    )


def _text(label: str, most: int, *, required: bool = False, rows: int = 0) -> forms.CharField:
    errors = {"required": f"请写{label}。", "max_length": f"最多 {most} 个字，现在是 %(show_value)d 个。"}
    field = forms.CharField(label=label, required=required, max_length=most, error_messages=errors)
    field.widget = forms.Textarea({"rows": rows}) if rows else forms.TextInput()
    return field


class ProgrammeForm(forms.Form):
    """Goal, who leads it, dates, who takes part."""

    use_required_attribute = False

    goal = _text("目标", 600, rows=4)
    led_by = _text("牵头", 60)
    starts_on = _day("开始", required=True)
    last_day = _day("最后一天", required=False)
    participants = SeveralField(
        Organisation.objects.none(),
        label="参加单位",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="一个都不选，就是全部单位。",
        error_messages={
            "invalid_choice": "有一个单位不存在，请重新选。",
            "invalid_pk_value": "有一个单位不存在，请重新选。",
        },
    )

    def __init__(self, data: Any, *, programme: Programme, person: Person, today: date) -> None:
        self.programme = programme
        chosen = [node.pk for node in programme.participants.all()]
        last_day = programme.ends_on - timedelta(days=1) if programme.ends_on else None
        initial = {name: getattr(programme, name) for name in ("goal", "led_by", "starts_on")}
        super().__init__(data, initial=initial | {"last_day": last_day, "participants": chosen})
        organs = Organisation.objects.visible_to(person, today).open_on(today).annotate(depth=Length("path"))
        offered = organs.filter(depth=ORGAN).in_tree_order()
        self.fields["participants"].queryset = offered
        # Closed since, or out of the reader's sight: nobody unticked them, so they stay.
        self._kept = tuple(programme.participants.exclude(pk__in=offered.order_by().values("pk")))
        self.is_for_all = not (self.data.getlist("participants") if self.is_bound else chosen)

    @property
    def outline(self) -> Outline:
        """What was typed."""
        data = self.cleaned_data
        ends_on = data["last_day"] + timedelta(days=1) if data["last_day"] else None
        return Outline(data["goal"], data["led_by"], data["starts_on"], ends_on, (*data["participants"], *self._kept))

    def save(self, indicators: IndicatorFormSet, *, by: Person) -> bool:
        """Revise the programme. False, with the sentences among the errors, if it is refused."""
        return attempt(self, revise, self.programme, self.outline, indicators.plans, by=by)


class IndicatorForm(forms.Form):
    """One planned figure. A row without a name is no indicator."""

    use_required_attribute = False

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = _text("指标", 60)
    measure = forms.ChoiceField(label="计什么", choices=Measure.choices)
    target = forms.IntegerField(
        label="计划",
        required=False,
        min_value=1,
        max_value=1_000_000,
        widget=forms.TextInput({"inputmode": "numeric"}),
        error_messages={
            "invalid": "请写一个数字，或者空着。",
            "min_value": "不能小于 1。",
            "max_value": "最多写到 1000000。",
        },
    )
    per = forms.ChoiceField(label="计划按", choices=Indicator._meta.get_field("per").choices)
    kinds = SeveralField(
        ActivityKind.objects.none(),
        label="算哪几类活动",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": "有一类活动不属于这个项目，请重新选。",
            "invalid_pk_value": "有一类活动不存在，请重新选。",
        },
    )

    def __init__(self, *args: Any, kinds: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kinds"].queryset = kinds

    def clean(self) -> dict[str, Any]:
        """A row with anything in it has a name and can be counted."""
        data = super().clean() or {}
        if self.errors or data.get("DELETE"):
            return data
        if not data["name"] and (data["target"] or data["kinds"]):
            self.add_error("name", "请写指标名称，或者勾上“删去”。")
        elif data["name"] and problem(self.plan):
            self.add_error("target", problem(self.plan))
        return data

    @property
    def plan(self) -> Plan:
        """What was typed."""
        data = self.cleaned_data
        return Plan(data["pk"], data["name"], data["measure"], tuple(data["kinds"]), data["target"], data["per"])


class IndicatorRows(forms.BaseFormSet):
    """The indicators, and some empty rows."""

    @property
    def plans(self) -> list[Plan]:
        """The rows that stay."""
        return [
            form.plan for form in self.forms if form.cleaned_data.get("name") and not form.cleaned_data.get("DELETE")
        ]

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        """Call the check box by its name."""
        super().add_fields(form, index)
        form.fields["DELETE"].label = "删去"


IndicatorFormSet = forms.formset_factory(
    IndicatorForm, formset=IndicatorRows, extra=MORE_ROWS, can_delete=True, max_num=MOST_ROWS, absolute_max=MOST_ROWS
)


def indicator_rows(data: Any, programme: Programme) -> IndicatorRows:
    """The formset of a programme; its kinds are offered, or all if it has none."""
    rows = programme.indicators.prefetch_related("kinds")
    initial = [
        {
            "pk": row.pk,
            "name": row.name,
            "measure": row.measure,
            "target": row.target,
            "per": row.per,
            "kinds": [kind.pk for kind in row.kinds.all()],
        }
        for row in rows
    ]
    kinds = programme.kinds.all() if programme.kinds.exists() else ActivityKind.objects.filter(active=True)
    return IndicatorFormSet(data, initial=initial, prefix="indicators", form_kwargs={"kinds": kinds})
