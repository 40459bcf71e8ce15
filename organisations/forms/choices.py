"""Which organisations and people a form offers: always narrowed to what the reader may see or keep."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.db.models.functions import Length

from .. import paths, scoping
from ..models import Organisation, Person
from ..models.organisation import OrganisationQuerySet
from ..models.person import PersonQuerySet

ORGAN_DEPTH = 2
INDENT = "　"


def organisations_for(
    person: Person, act: str, today: date, inside: Organisation | None = None
) -> OrganisationQuerySet:
    """Open organisations at which ``person`` may do ``act``, in tree order.

    Whoever reaches the whole tree gets the organs, and of one organ — that of ``inside`` — everything: a list of some
    thousand groups helps nobody.
    """
    rows = Organisation.objects.manageable_by(person, act, today).open_on(today).in_tree_order()
    if not scoping.everywhere(person, act, today):
        return rows
    near = Q(steps__lte=ORGAN_DEPTH * paths.STEP)
    if inside is not None and paths.depth(inside.path) >= ORGAN_DEPTH:
        near |= scoping.under(inside.root_path_of_organ)
    return rows.annotate(steps=Length("path")).filter(near)


def organs_for(person: Person, act: str, today: date) -> OrganisationQuerySet:
    """The organs among which somebody who reaches the whole tree chooses first."""
    if not scoping.everywhere(person, act, today):
        return Organisation.objects.none()
    rows = Organisation.objects.manageable_by(person, act, today).open_on(today).in_tree_order()
    return rows.annotate(steps=Length("path")).filter(steps=ORGAN_DEPTH * paths.STEP)


class OrganisationField(forms.ModelChoiceField):
    """One organisation of a tree: each level a little further in."""

    def label_from_instance(self, obj: Any) -> str:
        """Return the name, indented by its depth below the first one offered."""
        return INDENT * max(0, paths.depth(obj.path) - self.least_depth) + obj.name

    @property
    def least_depth(self) -> int:
        """The depth at which the list begins."""
        if not hasattr(self, "_least"):
            first = self.queryset.first() if self.queryset is not None else None
            self._least = paths.depth(first.path) if first else 0
        return self._least


class PersonField(forms.ModelChoiceField):
    """One of a few people, by name."""

    def label_from_instance(self, obj: Any) -> str:
        """Return the name, and the birth year where it tells namesakes apart."""
        return f"{obj.name}（{obj.birth_year}年生）" if obj.name in self.namesakes and obj.birth_year else obj.name

    @property
    def namesakes(self) -> set[str]:
        """Names that occur more than once among those offered."""
        if not hasattr(self, "_namesakes"):
            names = [row.name for row in self.queryset or ()]
            self._namesakes = {name for name in names if names.count(name) > 1}
        return self._namesakes


class PersonByNameField(forms.CharField):
    """One of many people, written down: by name, or by staff number where there are namesakes."""

    def __init__(self, *, among: PersonQuerySet, **kwargs: Any) -> None:
        super().__init__(max_length=40, **kwargs)
        self.among = among

    def clean(self, value: Any) -> Any:
        """Return the person meant. ValidationError if nobody or more than one is."""
        text = super().clean(value)
        if not text:
            return None
        found = list(self.among.filter(Q(name=text) | Q(staff_no=text))[:6])
        if len(found) == 1:
            return found[0]
        if not found:
            raise ValidationError("花名册里没有这个人，请写全名或工号。")
        numbers = "、".join(person.staff_no or "没有工号" for person in found)
        raise ValidationError(f"有 {len(found)} 位同名的人，请写工号：{numbers}。")
