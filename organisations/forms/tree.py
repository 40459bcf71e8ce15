"""Forms about the tree: setting up, describing, moving and closing an organisation."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from .. import paths, roster, scoping, tree
from ..models import ALLOWED_PARENTS, Level, Organisation, Person
from ..models.organisation import OrganisationQuerySet, System
from ..permissions import Act
from .acts import ActForm, day_field
from .choices import OrganisationField

SYSTEMS = [("", "不分系统"), *System.choices]


def levels_below(parent: Organisation) -> list[tuple[str, str]]:
    """The levels that may stand under ``parent``, as choices."""
    return [(level.value, level.label) for level in Level if parent.level in ALLOWED_PARENTS[level]]


class OrganisationAddForm(ActForm):
    """Set up an organisation."""

    level = forms.ChoiceField(label="层级")
    name = forms.CharField(label="名称", max_length=80)
    remark = forms.CharField(label="说明", max_length=120, required=False, help_text="例如所含处室。")
    founded_on = day_field("成立日期")

    def __init__(self, *args: Any, parent: Organisation, today: date, **kwargs: Any) -> None:
        self.parent, self.today = parent, today
        levels = levels_below(parent)
        # The lowest level that may stand here is the one that is set up most often.
        super().__init__(*args, initial={"founded_on": today, "level": levels[-1][0] if levels else ""}, **kwargs)
        self.fields["level"].choices = levels  # type: ignore[attr-defined]
        if parent.parent_id is None:
            self.add("system", forms.ChoiceField(label="系统", choices=SYSTEMS, required=False))

    def clean_founded_on(self) -> date:
        """A foundation may be set up beforehand, within reason."""
        day: date = self.cleaned_data["founded_on"]
        if day > self.today + roster.FARTHEST:
            raise ValidationError("日期太远了，最多写到一年以后。")
        return day

    def save(self, *, by: Person) -> Organisation:
        """Hand over to the verb."""
        roster.check_keeper(by, self.parent, self.today)
        return tree.plant(parent=self.parent, today=self.today, **self.cleaned_data)


class OrganisationForm(ActForm):
    """Change the plain facts of an organisation."""

    name = forms.CharField(label="名称", max_length=80)
    full_name = forms.CharField(
        label="全称", max_length=120, required=False, help_text="会议记录和公文上用的名称，不填就用名称。"
    )
    remark = forms.CharField(label="说明", max_length=120, required=False, help_text="例如所含处室。")
    code = forms.CharField(label="编码", max_length=40, required=False)
    founded_on = day_field("成立日期")
    term_years = forms.TypedChoiceField(
        label="任期",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "没有任期"), (2, "两年"), (3, "三年"), (5, "五年")],
    )
    term_began_on = day_field("本届起于", required=False, help_text="任期届满前六个月起提醒换届。")

    def __init__(self, *args: Any, organisation: Organisation, today: date, **kwargs: Any) -> None:
        self.organisation, self.today = organisation, today
        known = {name: getattr(organisation, name) for name in self.base_fields}
        super().__init__(*args, initial=known, **kwargs)
        if organisation.level == Level.GROUP:
            del self.fields["term_years"], self.fields["term_began_on"]
        if paths.depth(organisation.path) == 2:
            system = forms.ChoiceField(label="系统", choices=SYSTEMS, required=False, initial=organisation.system)
            self.add("system", system)

    def clean_code(self) -> str | None:
        """No code is None: the column is unique."""
        return self.cleaned_data["code"] or None

    def save(self, *, by: Person) -> None:
        """Hand over to the verb."""
        roster.describe(self.organisation, by=by, today=self.today, **self.cleaned_data)


def places_for(organisation: Organisation, by: Person, today: date) -> OrganisationQuerySet:
    """Where ``organisation`` may be hung: kept by ``by``, of a fitting level, not below itself. A group stays in its organ."""
    rows = Organisation.objects.manageable_by(by, Act.MANAGE_PEOPLE, today).open_on(today).in_tree_order()
    rows = rows.filter(level__in=ALLOWED_PARENTS[organisation.level]).exclude(scoping.under(organisation.path))
    if organisation.level == Level.GROUP:
        rows = rows.filter(scoping.under(organisation.root_path_of_organ))
    return rows.exclude(pk=organisation.parent_id or 0)


class MoveForm(ActForm):
    """Hang an organisation elsewhere."""

    parent = OrganisationField(label="移到哪里", queryset=Organisation.objects.none(), empty_label="请选择")

    def __init__(self, *args: Any, organisation: Organisation, by: Person, today: date, **kwargs: Any) -> None:
        self.organisation, self.today = organisation, today
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = places_for(organisation, by, today)  # type: ignore[attr-defined]

    def save(self, *, by: Person) -> None:
        """Hand over to the verb."""
        tree.move(self.organisation, to=self.cleaned_data["parent"], today=self.today)


class CloseForm(ActForm):
    """Close an organisation."""

    closed_on = day_field("从哪天起不再存在")

    def __init__(self, *args: Any, organisation: Organisation, today: date, **kwargs: Any) -> None:
        self.organisation, self.today = organisation, today
        super().__init__(*args, initial={"closed_on": today}, **kwargs)

    def clean_closed_on(self) -> date:
        """A closing may be set beforehand, within reason."""
        day: date = self.cleaned_data["closed_on"]
        if day > self.today + roster.FARTHEST:
            raise ValidationError("日期太远了，最多写到一年以后。")
        return day

    def save(self, *, by: Person) -> None:
        """Hand over to the verb."""
        tree.close(self.organisation, on=self.cleaned_data["closed_on"], today=self.today)
