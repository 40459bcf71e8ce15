"""One line of a duty list."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from organisations.forms.acts import ActForm, day_field
from organisations.models import Level, Person
from programmes.forms.several import SeveralField
from programmes.models import ActivityKind, Line, Pillar, Requirement

from .. import drafting
from ..models import Duty, DutyLevel, DutyList, DutyPost, DutyType, Proof, Rhythm
from .lists import number, words

PLAIN = ("category", "type", "line", "content", "measure", "standard", "basis", "rhythm", "times", "deadline", "proof")


def _choice(label: str, choices: Any, **kwargs: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, error_messages={"required": "请选择。"}, **kwargs)


def _row_choice(label: str) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(None, label=label, empty_label="请选择", error_messages={"required": "请选择。"})


class LineForm(ActForm):
    """Whose it is, what is to be done by which standard, how often, and what proves it."""

    use_required_attribute = False

    level = _row_choice("责任层级")
    post = _row_choice("责任岗位")
    type = _choice("责任类型", DutyType.choices, widget=forms.RadioSelect)
    line = forms.ModelChoiceField(Line.objects.all(), label="条线", required=False, empty_label="不分条线")
    category = words("类别", 60)
    content = words("工作内容", 400, asked="请写工作内容。", rows=3)
    measure = words("工作措施", 400, rows=2)
    standard = words("工作标准", 400, rows=2)
    basis = words("依据", 200)
    requirement_code = _choice("和哪条要求是一回事", [], required=False)
    rhythm = _choice("频次", Rhythm.choices)
    times = number("每期次数", 1, 99, required=False)
    deadline = day_field("完成时限", required=False)
    proof = _choice("佐证从哪里来", Proof.choices, widget=forms.RadioSelect)
    kinds = SeveralField(
        None,
        label="哪些活动的记录算数",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "有一类活动不存在或已经停用。", "invalid_pk_value": "有一类活动不存在。"},
    )

    def __init__(self, data: Any, *, row: DutyList, duty: Duty | None, asked: dict[str, Any], today: date) -> None:
        self.row, self.duty, self.today = row, duty, today
        bound = list(duty.kinds.values_list("pk", flat=True)) if duty else []
        super().__init__(data, initial=_kept(duty, bound) if duty else _blank(asked))
        if self.data.get("requirement_code"):
            self.fields["rhythm"].required = self.fields["proof"].required = False
        levels = row.levels.all()
        self.fields["level"].queryset = levels
        self.fields["post"].queryset = row.posts.all()
        kinds = ActivityKind.objects.select_related("line")
        self.fields["kinds"].queryset = kinds.filter(active=True) | kinds.filter(pk__in=bound)
        self.fields["requirement_code"].choices = _requirements(levels, today)
        self.fields["measure"].help_text = "写了的，就用它作每一期要办的那件事的名字。"
        self.fields["requirement_code"].help_text = "选了的，频次、次数、类别、到期日和谁不适用，都跟那条要求走。"
        self.fields["deadline"].help_text = "只用于“到期一次”。"

    def kind_groups(self) -> list[tuple[Pillar, list[Any]]]:
        """The choices of kinds by pillar, each a control with its label."""
        pillar_of = {kind.pk: kind.line.pillar for kind in self.fields["kinds"].queryset}
        groups: dict[Pillar, list[Any]] = {pillar: [] for pillar in Pillar}
        for option in self["kinds"].subwidgets:
            groups[Pillar(pillar_of[option.data["value"].value])].append(option)
        return [(pillar, options) for pillar, options in groups.items() if options]

    def save(self, *, by: Person) -> Duty:
        """Write the line."""
        given = self.cleaned_data
        duty = self.duty or Duty(duty_list=self.row)
        for name in PLAIN:
            setattr(duty, name, given[name])
        duty.level, duty.post = given["level"], given["post"]
        duty.requirement_code = given["requirement_code"]
        duty.rhythm, duty.times = given["rhythm"] or Rhythm.YEAR, given["times"] or 1
        duty.proof = given["proof"] or Proof.KINDS
        kinds = list(given["kinds"])
        if self.duty is None:
            return drafting.add_line(duty, kinds, by=by, today=self.today)
        drafting.change_line(duty, kinds, by=by, today=self.today)
        return duty


def _kept(duty: Duty, bound: list[int]) -> dict[str, Any]:
    """What stands on the line."""
    plain = {name: getattr(duty, name) for name in PLAIN}
    seats = {"level": duty.level_id, "post": duty.post_id, "line": duty.line_id}
    return plain | seats | {"requirement_code": duty.requirement_code, "kinds": bound}


def _blank(asked: dict[str, Any]) -> dict[str, Any]:
    """A new line, at the level and post from where it was asked for."""
    return {"type": DutyType.POST, "rhythm": Rhythm.QUARTER, "times": 1, "proof": Proof.KINDS, **asked}


def _requirements(levels: Any, today: date) -> list[tuple[str, str]]:
    """The common rules that bind somebody at one of these levels."""
    codes = {code for level in levels for code in level.levels}
    rows = Requirement.objects.in_force(today).filter(organisation=None, is_active=True, level__in=codes)
    named = [(row.code, f"{row.name}，{row.sentence()}（{Level(row.level).label}）") for row in rows]
    return [("", "都不是"), *named]


def seat_asked(row: DutyList, raw: dict[str, str]) -> dict[str, DutyLevel | DutyPost]:
    """The level and post that an address names, where they are the list's own."""
    seats = {"level": row.levels.all(), "post": row.posts.all()}
    named = {name: {str(seat.pk): seat for seat in seats[name]}.get(raw.get(name, "")) for name in seats}
    return {name: seat for name, seat in named.items() if seat is not None}
