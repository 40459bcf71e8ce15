"""Forms of 党建督查: arranging a visit, filling it in on the spot, the wording of a notice, drawing lots."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import Q
from django.db.models.functions import Length

from organisations import paths, scoping
from organisations.forms.acts import ActForm, day_field, speak_plainly
from organisations.forms.choices import OrganisationField, organisations_for
from organisations.models import Organisation, Person
from organisations.models.organisation import OrganisationQuerySet
from organisations.permissions import Act

from .. import drawing_lots, inspecting
from ..drawing_lots import Lots
from ..inspecting import LONGEST_FINDING, Seen, Visit
from ..models import CheckVerdict, Draw, Finding, Inspection, InspectionItem, InspectionTemplate, Subject
from ..models.inspection import ORGAN_DEPTH
from ..notices import Point, Wording

LONGEST_REASON = 120


def words(label: str, most: int, *, rows: int = 2, asked: str = "请填写。", **kwargs: Any) -> forms.CharField:
    """A field for a sentence or two."""
    field = forms.CharField(label=label, max_length=most, error_messages={"required": asked}, **kwargs)
    # Without maxlength on the control, which would cut pasted text off unseen.
    field.widget = forms.Textarea(attrs={"rows": rows, "class": "grow"})
    return field


class InspectionForm(ActForm):
    """One whose verb wants to know who, when and on which day."""

    use_required_attribute = False

    def __init__(self, *args: Any, by: Person, now: datetime, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by, self.now, self.today = by, now, today

    @property
    def acting(self) -> dict[str, Any]:
        """What every verb is told."""
        return {"by": self.by, "now": self.now, "today": self.today}

    def offer_holders(self, holders: list[Organisation]) -> None:
        """Ask for whom it is done where there are several."""
        field = self.fields["held_by"]
        field.queryset = Organisation.objects.filter(pk__in=[row.pk for row in holders])
        field.choices = [(row.pk, row.name) for row in holders]
        field.initial = holders[0].pk if holders else None
        if len(holders) == 1:
            field.widget = forms.HiddenInput()

    def offer_inspectors(self, people: Iterable[Person]) -> None:
        """Ask who goes; whoever arranges it is ticked."""
        field: InspectorsField = self.fields["inspectors"]
        listed = field.offer(people)
        if field.initial is None:
            field.initial = [self.by.pk] if self.by in listed else []


def holder_field() -> forms.ModelChoiceField:
    """For whom it is done."""
    return forms.ModelChoiceField(Organisation.objects.none(), label="谁督查")


def template_field() -> forms.ModelChoiceField:
    """A check list, with whom it is for."""
    return TemplateField(InspectionTemplate.objects.none(), label="检查表", empty_label=None)


class TemplateField(forms.ModelChoiceField):
    """A check list, with whom it is for."""

    def label_from_instance(self, obj: Any) -> str:
        """党支部检查表（用于党支部）."""
        return f"{obj.title}（用于{obj.get_level_display()}）"


class InspectorsField(forms.MultipleChoiceField):
    """Who goes: some of those offered, asked of no database (a number too large for one is no choice either)."""

    widget = forms.CheckboxSelectMultiple

    def offer(self, people: Iterable[Person]) -> list[Person]:
        """Offer ``people``, each once."""
        self.people = {str(person.pk): person for person in people}
        self.choices = [(pk, person.name) for pk, person in self.people.items()]
        return list(self.people.values())

    def clean(self, value: Any) -> list[Person]:
        """Those ticked."""
        return [self.people[pk] for pk in super().clean(value)]


def inspectors_field() -> InspectorsField:
    """Who goes."""
    return InspectorsField(label="督查人员", error_messages={"required": "请选督查人员。"})


def templates_for(person: Person, today: date) -> Any:
    """The check lists that ``person`` may use: those that ask anything."""
    rows = InspectionTemplate.objects.manageable_by(person, today).in_use(today)
    return rows.filter(items__isnull=False).distinct()


def subjects_for(
    person: Person, holders: list[Organisation], today: date, inside: Organisation | None
) -> OrganisationQuerySet:
    """Whom ``person`` may inspect; of the whole tree the organs, and of one organ all branches."""
    below = Q(pk__in=[])
    for holder in holders:
        below |= scoping.under(holder.path) & ~Q(pk=holder.pk)
    rows = organisations_for(person, Act.INSPECT, today, inside).annotate(depth=Length("path"))
    organs = Q(depth=ORGAN_DEPTH * paths.STEP)
    return rows.filter(below, organs | Q(level__in=[Subject.BRANCH, Subject.GENERAL_BRANCH]))


class PlanForm(InspectionForm):
    """Arrange one visit."""

    held_by = holder_field()
    organisation = OrganisationField(Organisation.objects.none(), label="督查对象", empty_label="请选择")
    template = template_field()
    reason = forms.CharField(label="缘由", max_length=LONGEST_REASON, help_text="例如：年度轮查。")
    planned_on = day_field("哪天去")
    inspectors = inspectors_field()

    def __init__(self, *args: Any, inside: Organisation | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.holders = inspecting.holders_of_inspections(self.by, self.today)
        self.offer_holders(self.holders)
        self.offer_inspectors(
            person for holder in self.holders for person in inspecting.possible_inspectors(holder, self.today)
        )
        self.fields["organisation"].queryset = subjects_for(self.by, self.holders, self.today, inside)
        self.fields["template"].queryset = templates_for(self.by, self.today)

    def save(self, *, by: Person) -> list[Inspection]:
        """Arrange it."""
        data = self.cleaned_data
        visit = Visit(data["held_by"], data["template"], data["reason"], data["planned_on"], tuple(data["inspectors"]))
        return inspecting.plan([data["organisation"]], visit, **self.acting)


class PlanDrawnForm(InspectionForm):
    """Arrange a visit to each of those that chance picked, in one act."""

    planned_on = day_field("哪天去", help_text="先定一天，以后可以逐个改。")
    inspectors = inspectors_field()

    def __init__(self, *args: Any, draw: Draw, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.draw = draw
        self.offer_inspectors(inspecting.possible_inspectors(draw.organisation, self.today))

    def save(self, *, by: Person) -> list[Inspection]:
        """Arrange all that are not arranged yet."""
        draw, data = self.draw, self.cleaned_data
        chosen = [row.organisation for row in drawing_lots.still_to_plan(draw)]
        visit = Visit(draw.organisation, draw.template, draw.reason, data["planned_on"], tuple(data["inspectors"]))
        return inspecting.plan(chosen, visit, draw=draw, **self.acting)


class ReplanForm(InspectionForm):
    """Another day, other people."""

    planned_on = day_field("哪天去")
    inspectors = inspectors_field()

    def __init__(self, *args: Any, inspection: Inspection, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.inspection = inspection
        self.fields["planned_on"].initial = inspection.planned_on
        self.fields["inspectors"].initial = [person.pk for person in inspection.inspectors.all()]
        self.offer_inspectors(inspecting.possible_inspectors(inspection.held_by, self.today))

    def save(self, *, by: Person) -> None:
        """Change it."""
        data = self.cleaned_data
        inspecting.replan(
            self.inspection,
            planned_on=data["planned_on"],
            inspectors=data["inspectors"],
            by=by,
            today=self.today,
        )


class CancelForm(InspectionForm):
    """Call it off."""

    because = words("为什么", 200, asked="请写一句为什么取消。")

    def __init__(self, *args: Any, inspection: Inspection, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.inspection = inspection

    def save(self, *, by: Person) -> None:
        """Do so."""
        inspecting.cancel(self.inspection, because=self.cleaned_data["because"], by=by, today=self.today)


class DrawForm(InspectionForm):
    """Draw lots."""

    held_by = holder_field()
    template = template_field()
    wanted = forms.IntegerField(label="抽几个", min_value=1, max_value=drawing_lots.MOST, initial=3)
    years_spared = forms.TypedChoiceField(
        label="近几年督查过的",
        coerce=int,
        choices=[
            (0, "也抽"),
            *((years, f"近 {years} 年督查过的不抽") for years in range(1, drawing_lots.MOST_YEARS + 1)),
        ],
        initial=0,
    )
    reason = forms.CharField(label="缘由", max_length=LONGEST_REASON, help_text="例如：第四季度随机督查。")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_holders(inspecting.holders_of_inspections(self.by, self.today))
        self.fields["template"].queryset = templates_for(self.by, self.today)

    def save(self, *, by: Person) -> Draw:
        """Draw, by a seed made at this moment."""
        return drawing_lots.hold_draw(Lots(**self.cleaned_data), seed=drawing_lots.new_seed(), **self.acting)


class DrawAgainForm(InspectionForm):
    """Draw once more; why stands beside it for both sides."""

    because = words("为什么重抽", 120, asked="请写一句为什么重抽，两边都看得到。")

    def __init__(self, *args: Any, draw: Draw, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.draw = draw

    def save(self, *, by: Person) -> Draw:
        """Draw, by another seed."""
        because = self.cleaned_data["because"]
        return drawing_lots.draw_again(self.draw, because=because, seed=drawing_lots.new_seed(), **self.acting)


def revision_field() -> forms.IntegerField:
    """Which state of the row the page was opened on."""
    return forms.IntegerField(widget=forms.HiddenInput(), min_value=0, max_value=2**31 - 1)


class VisitForm(forms.Form):
    """What was found about each question. ``started`` is what is ticked and written already."""

    use_required_attribute = False

    revision = revision_field()
    visited_on = day_field("实际去的那一天")

    def __init__(
        self, data: Any, *, items: list[InspectionItem], started: Mapping[int, Seen], revision: int, visited_on: date
    ) -> None:
        super().__init__(data, initial={"revision": revision, "visited_on": visited_on}, label_suffix="")
        self.items = items
        speak_plainly(self.fields["visited_on"])
        for number, item in enumerate(items, 1):
            seen = started.get(item.pk, Seen())
            self.fields[f"verdict_{item.pk}"] = forms.ChoiceField(
                label=f"第 {number} 条",
                choices=CheckVerdict.choices,
                required=False,
                initial=seen.verdict,
                widget=forms.RadioSelect,
                error_messages={"invalid_choice": "请在做到、没做到、不适用里选一个。"},
            )
            # Without maxlength on the control, which would cut pasted text off unseen; the verb counts.
            fact = forms.CharField(label=f"第 {number} 条的事实", required=False, initial=seen.fact)
            fact.widget.attrs |= {"autocomplete": "off"}
            self.fields[f"fact_{item.pk}"] = fact

    @property
    def seen(self) -> dict[int, Seen]:
        """What was found, by item."""
        data = self.cleaned_data
        return {
            item.pk: Seen(data.get(f"verdict_{item.pk}", ""), data.get(f"fact_{item.pk}", "")) for item in self.items
        }


class NoticeForm(forms.Form):
    """The wording of a notice."""

    use_required_attribute = False

    revision = revision_field()
    opening = words("开头", 400, asked="请写通知的开头。")
    answer_by = day_field("在哪天以前答复")

    def __init__(self, data: Any, *, inspection: Inspection, findings: list[Finding], revision: int) -> None:
        initial = {"revision": revision, "opening": inspection.opening, "answer_by": inspection.answer_by}
        super().__init__(data, initial=initial, label_suffix="")
        self.findings = findings
        for finding in findings:
            self.fields[f"text_{finding.pk}"] = words(
                f"第 {finding.order} 项", LONGEST_FINDING, asked="请写要怎么改。", initial=finding.text
            )
            self.fields[f"due_{finding.pk}"] = day_field(f"第 {finding.order} 项的期限", initial=finding.due_on)
        for field in self.fields.values():
            speak_plainly(field)

    @property
    def wording(self) -> Wording:
        """As the verbs take it."""
        data = self.cleaned_data
        points = {row.pk: Point(data[f"text_{row.pk}"], data[f"due_{row.pk}"]) for row in self.findings}
        return Wording(data["opening"], data["answer_by"], points)
