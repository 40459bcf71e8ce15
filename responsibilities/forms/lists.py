"""Duty lists: beginning one, its head, issuing it, its levels and posts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms

from organisations.forms.acts import ActForm, day_field
from organisations.models import Level, Organisation, Person, Post
from programmes.forms.several import SeveralField
from programmes.models import Programme

from .. import editions, seating
from ..list_pages import homes
from ..loading import draft_from, shipped_list
from ..models import DutyLevel, DutyList, DutyPost, Standing
from ..presets import preset_choices

SAMPLE = "sample"
MOST_DIGITS = 4


def words(label: str, most: int, *, asked: str = "", rows: int = 0) -> forms.CharField:
    """A text; ``asked``: what is said where it is missing (optional without)."""
    field = forms.CharField(label=label, max_length=most, required=bool(asked), error_messages={"required": asked})
    if rows:
        field.widget = forms.Textarea(attrs={"rows": rows})
    field.widget.attrs.pop("maxlength", None)  # it would cut pasted text off unseen
    return field


def number(label: str, least: int, most: int, **kwargs: Any) -> forms.IntegerField:
    """A small whole number."""
    errors = {"min_value": f"不能小于 {least}。", "max_value": f"不能大于 {most}。", "required": "请写一个数字。"}
    widget = forms.TextInput(attrs={"inputmode": "numeric"})
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, widget=widget, error_messages=errors, **kwargs
    )


class BeginForm(ActForm):
    """Whose, what it is called, and what it starts from."""

    use_required_attribute = False

    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label="制定单位", empty_label=None, error_messages={"required": "请选制定单位。"}
    )
    title = words("名称", 120, asked="请写名称。")
    start = forms.ChoiceField(label="从什么开始", widget=forms.RadioSelect, error_messages={"required": "请选一种。"})

    def __init__(self, data: Any, *, person: Person, now: datetime, today: date) -> None:
        self.now, self.today = now, today
        sample = shipped_list()
        super().__init__(data, initial={"title": sample.title, "start": SAMPLE})
        field = self.fields["organisation"]
        own = homes(person, today)
        field.queryset = Organisation.objects.filter(pk__in=[one.pk for one in own])
        field.initial = own[0].pk if own else None
        if len(own) == 1:
            field.widget = forms.HiddenInput()
        self.fields["start"].choices = [
            (SAMPLE, f"示例清单，{len(sample.duties)} 项，逐项改成本单位的"),
            *((code, f"空表，{name}") for code, name in preset_choices()),
        ]

    def save(self, *, by: Person) -> DutyList:
        """The draft."""
        given = self.cleaned_data
        title, organisation = given["title"], given["organisation"]
        if given["start"] == SAMPLE:
            return draft_from(shipped_list(), organisation, title=title, by=by, now=self.now, today=self.today)
        return editions.begin(organisation, preset=given["start"], title=title, by=by, now=self.now)


class HeadForm(ActForm):
    """Title, document number, remark, programme."""

    use_required_attribute = False

    title = words("名称", 120, asked="请写名称。")
    document_no = words("文号", 60)
    programme = forms.ModelChoiceField(
        Programme.objects.none(), label="归入哪个项目", required=False, empty_label="不归入"
    )
    note = words("说明", 400, rows=3)

    def __init__(self, data: Any, *, row: DutyList, person: Person, today: date) -> None:
        self.row = row
        kept = {name: getattr(row, name) for name in ("title", "document_no", "programme", "note")}
        super().__init__(data, initial=kept)
        programmes = Programme.objects.visible_to(person)
        field = self.fields["programme"]
        field.queryset = (programmes.filter(year__gte=today.year) | programmes.filter(pk=row.programme_id)).distinct()
        field.label_from_instance = lambda programme: f"{programme}（{programme.year} 年）"
        self.fields["document_no"].help_text = "例如 市直机关党〔2026〕3 号；没有就空着。"

    def save(self, *, by: Person) -> None:
        """Keep what was typed."""
        editions.amend_head(self.row, by=by, **self.cleaned_data)


class IssueForm(ActForm):
    """From which day, on trial or for good."""

    use_required_attribute = False

    since = day_field("从哪一天起施行", error_messages={"required": "请填施行日期。"})
    standing = forms.ChoiceField(
        label="效力",
        choices=Standing.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选试行或正式。"},
    )

    def __init__(self, data: Any, *, row: DutyList, today: date) -> None:
        self.row, self.today = row, today
        super().__init__(data, initial={"since": today, "standing": row.standing})
        self.fields["since"].help_text = "写过去的日子，就从那一天所在的期间起要求；写以后的日子，到那一天才开始。"

    def save(self, *, by: Person) -> None:
        """Issue it."""
        given = self.cleaned_data
        editions.issue(self.row, since=given["since"], standing=given["standing"], by=by, today=self.today)


class _SeatForm(ActForm):
    """What levels and posts have in common: a name, and the place among their like."""

    use_required_attribute = False

    name = words("名称", 40, asked="请写名称。")

    def __init__(self, data: Any, *, row: DutyList, seat: Any, count: int, initial: dict[str, Any]) -> None:
        self.row, self.seat = row, seat
        place = seat.order if seat.pk else count + 1
        super().__init__(data, initial={"name": seat.name, "place": place, **initial})
        self.add("place", number("排第几", 1, seating.MOST))


class LevelForm(_SeatForm):
    """A level of the list, and which levels of the tree stand there."""

    levels = forms.MultipleChoiceField(
        label="是哪些党组织",
        choices=Level.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请选这一级是哪些党组织。", "invalid_choice": "没有这样的层级。"},
    )

    def __init__(self, data: Any, *, row: DutyList, seat: DutyLevel | None) -> None:
        seat = seat or DutyLevel(levels=[])
        super().__init__(data, row=row, seat=seat, count=row.levels.count(), initial={"levels": seat.levels})

    def save(self, *, by: Person) -> None:
        """Write it."""
        seating.write_level(self.row, self.seat, by=by, **self.cleaned_data)


class PostForm(_SeatForm):
    """A post of the list, and which posts of the roster hold it."""

    note = words("小字说明", 40)
    everybody = forms.BooleanField(label="全体党员都在这一岗", required=False)
    posts = SeveralField(
        Post.objects.all(),
        label="哪些职务在这一岗",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "没有这样的职务。", "invalid_pk_value": "没有这样的职务。"},
    )

    def __init__(self, data: Any, *, row: DutyList, seat: DutyPost | None) -> None:
        held = list(seat.posts.values_list("pk", flat=True)) if seat else []
        seat = seat or DutyPost()
        kept = {"note": seat.note, "everybody": seat.everybody, "posts": held}
        super().__init__(data, row=row, seat=seat, count=row.posts.count(), initial=kept)
        self.fields["posts"].label_from_instance = lambda post: f"{post.get_level_display()}，{post.name}"

    def save(self, *, by: Person) -> None:
        """Write it."""
        seating.write_post(self.row, self.seat, by=by, **self.cleaned_data)
