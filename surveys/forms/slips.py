"""Printing slips of a unit, and replacing one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms

from organisations.forms.acts import ActForm
from organisations.models import Person

from .. import slips
from ..models import ReportingUnit, Survey


class UnitForm(ActForm):
    """A form about one of the units whose number a ballot can carry."""

    unit = forms.TypedChoiceField(label="单元", coerce=int)
    verb = ""

    def __init__(self, data: Any = None, *, survey: Survey, units: list[ReportingUnit], now: datetime) -> None:
        super().__init__(data, prefix=self.verb)
        self.survey, self.now = survey, now
        self.units = {unit.number: unit for unit in units}
        choices = [(str(unit.number), self.label_of(unit)) for unit in units]
        self.fields["unit"].choices = choices if len(choices) == 1 else [("", "选一个"), *choices]  # type: ignore[attr-defined]

    def label_of(self, unit: ReportingUnit) -> str:
        """What the choice says."""
        return f"{slips.place_of(unit)}，{unit.heads} 人"

    @property
    def chosen(self) -> ReportingUnit:
        """The unit that was chosen."""
        return self.units[self.cleaned_data["unit"]]


class PrintForm(UnitForm):
    """So many slips of one unit; without a number as many as are left."""

    number = forms.IntegerField(label="张数", min_value=1, max_value=slips.MOST_AT_ONCE, required=False)
    verb = "print"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].help_text = f"不写就按人数把没印的印完。一次最多 {slips.MOST_AT_ONCE} 张。"

    def label_of(self, unit: ReportingUnit) -> str:
        """With what was printed before."""
        return f"{slips.place_of(unit)}，{unit.heads} 人，已印 {unit.slips_printed} 张"

    def save(self, *, by: Person) -> list[str]:
        """The codes of fresh slips."""
        left = min(self.chosen.heads - self.chosen.slips_printed, slips.MOST_AT_ONCE)
        number = self.cleaned_data["number"] or max(left, 1)
        return slips.print_batch(self.survey, self.chosen, number, by=by, now=self.now)


class ReplaceForm(UnitForm):
    """One slip for somebody who lost his ballot."""

    signed = forms.BooleanField(
        label="本人已经在换票登记上签字",
        error_messages={"required": "请本人先在纸质的换票登记上签字。登记只写姓名和日期，不写票号。"},
    )
    verb = "replace"

    def label_of(self, unit: ReportingUnit) -> str:
        """With what was replaced before."""
        return f"{slips.place_of(unit)}，已换 {unit.slips_replaced} 张"

    def save(self, *, by: Person) -> list[str]:
        """The code of one fresh slip."""
        return slips.replace(self.survey, self.chosen, by=by, now=self.now)
