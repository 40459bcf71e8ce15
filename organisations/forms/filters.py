"""The conditions above the roster."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest

from ..directory import Roster
from ..models import Category, Organisation, Person
from ..permissions import Act
from .choices import OrganisationField, organisations_for


class RosterFilter(forms.Form):
    """Text, organisation with all below it, category. What makes no sense is left out, not complained about."""

    q = forms.CharField(
        label="姓名",
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "姓名、拼音首字母或工号"}),
    )
    organisation = OrganisationField(
        label="党组织", queryset=Organisation.objects.none(), required=False, empty_label="全部"
    )
    category = forms.ChoiceField(label="类别", choices=[("", "全部类别"), *Category.choices], required=False)

    def __init__(self, data: Any, *, person: Person, inside: Organisation | None, today: date) -> None:
        super().__init__(data, label_suffix="", auto_id="f-%s")
        self.person, self.inside, self.today = person, inside, today
        self.fields["organisation"].queryset = organisations_for(person, Act.VIEW_PEOPLE, today, inside)  # type: ignore[attr-defined]
        self.is_valid()

    def conditions(self) -> dict[str, str]:
        """Text and category as given; the organisation comes scoped from the view."""
        return {name: (self.cleaned_data.get(name) or "").strip() for name in ("q", "category")}

    def roster(self) -> Roster:
        """Those who meet the conditions."""
        return Roster(self.person, today=self.today, organisation=self.inside, **self.conditions())

    def pills(self, request: HttpRequest) -> list[tuple[str, str]]:
        """The conditions in force, each with the address without it."""
        given = self.conditions()
        labels = {
            "q": f"“{given['q']}”" if given["q"] else "",
            "organisation": str(self.inside or ""),
            "category": Category(given["category"]).label if given["category"] else "",
        }
        pills = []
        for name, label in labels.items():
            if label:
                query = request.GET.copy()
                query.pop(name, None)
                query.pop("page", None)
                pills.append((label, f"?{query.urlencode()}"))
        return pills
