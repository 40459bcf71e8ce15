"""The log form. What it cleans becomes an ``Entry``; the verbs in ``recording.py`` do the rest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.datastructures import MultiValueDict

from organisations.models import Category, Person

from ..entries import Entry, Votes, check
from ..models import Activity
from .agenda import AgendaField
from .offer import Offer
from .picking import PickField, PickManyField
from .roll import Roll, RollField

MOST = 100_000  # people; more is a slip of the finger, and beyond the column of a database
VOTES = ("voters_due", "voters_present", "votes_for", "votes_against", "votes_abstained")


class LinesField(forms.CharField):
    """Text of several lines, with one kind of line end: otherwise reopening a record in a browser would change it."""

    def to_python(self, value: Any) -> str:
        """The text."""
        return super().to_python(value).replace("\r\n", "\n").replace("\r", "\n")


def _text(label: str, limit: int, *, rows: int = 0, **attrs: Any) -> forms.CharField:
    """Free text that says how much too long it is. The limit is not put on the control, which would cut text off unseen."""
    if rows:
        field = LinesField(label=label, required=False, widget=forms.Textarea({"rows": rows, "class": "grow", **attrs}))
    else:
        field = forms.CharField(label=label, required=False, widget=forms.TextInput(attrs))
    field.validators.append(MaxLengthValidator(limit, f"最多 {limit} 个字，现在是 %(show_value)d 个。"))
    return field


def _number(label: str) -> forms.IntegerField:
    too_many = f"最多写到 {MOST}。"
    errors = {"invalid": "请写一个数字。", "max_value": too_many, "min_value": "不能小于 0。"}
    widget = forms.NumberInput({"inputmode": "numeric"})
    return forms.IntegerField(
        label=label, required=False, min_value=0, max_value=MOST, error_messages=errors, widget=widget
    )


def _clock(label: str) -> forms.TimeField:
    widget = forms.TimeInput({"type": "time"}, format="%H:%M")
    formats = ["%H:%M", "%H:%M:%S"]
    return forms.TimeField(
        label=label, required=False, widget=widget, input_formats=formats, error_messages={"invalid": "请写成 14:00。"}
    )


class FilesField(forms.Field):
    """Where what is wrong with chosen files is said; the files themselves are taken before the form is checked."""

    widget = forms.FileInput


class LogForm(forms.Form):
    """One record as it is typed.

    With ``data`` it checks what was sent. Without, it shows ``raw`` — the same fields, not yet sent — and complains of
    nothing. ``draft_entry()`` reads whatever is in order so far.
    """

    use_required_attribute = False

    organisation = PickField(label="举办单位", required=False, refusal="这个单位不在你能记录的范围内，请重新选。")
    kinds = PickManyField(label="什么活动", required=False, refusal="有一个类别不存在或已经停用，请重新选。")
    title = _text("标题", 200)
    held_on = forms.DateField(
        label="日期",
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "请填写日期。", "invalid": "请写成 2026-11-20 这样的日期。"},
    )
    starts_at = _clock("开始")
    ends_at = _clock("结束")
    place = _text("地点", 120, list="places")
    chair = PickField(label="主持人", required=False, empty="未定", refusal="主持人不在名单里，请重新选。")
    recorder = PickField(label="记录人", required=False, empty="未定", refusal="记录人不在名单里，请重新选。")
    programme = PickField(
        label="归入项目", required=False, empty="不归入项目", refusal="这个项目那一天没有在进行，请重新选。"
    )
    makes_up_for = PickField(
        label="计入哪一期", required=False, empty="本期", refusal="这一项不能由这次活动补办，请重新选。"
    )
    partners = PickManyField(label="联合单位", required=False, refusal="有一个联合单位不在可选的范围内，请重新选。")
    roll = RollField(label="谁来了", required=False)
    headcount = forms.BooleanField(label="只记人数", required=False)
    expected = _number("应到")
    present = _number("实到")
    guests = _text("来宾、列席", 2000, rows=2)
    agenda = AgendaField(label="议程", required=False)
    content = _text("内容纪实", 20000, rows=5)
    content.help_text = "写清学了什么、谁说了什么、有什么共识。可先写一两句，之后补。"
    decisions = _text("决定事项", 5000, rows=2, placeholder="例：12月10日前完成困难职工走访，责任人许文澜")
    has_votes = forms.BooleanField(label="这次有表决", required=False)
    voters_due = _number("应到会有表决权")
    voters_present = _number("实到会有表决权")
    votes_for = _number("赞成")
    votes_against = _number("反对")
    votes_abstained = _number("弃权")
    attachments = FilesField(label="附件", required=False)

    def __init__(
        self,
        data: MultiValueDict[str, str] | None = None,
        *,
        by: Person,
        today: date,
        activity: Activity | None = None,
        raw: MultiValueDict[str, str] | None = None,
        offer: Offer | None = None,
    ) -> None:
        self.raw = data if data is not None else MultiValueDict() if raw is None else raw
        self.today = today
        self._typed: Entry | None = None
        self.offer = offer or Offer(self.raw, by=by, today=today, activity=activity)
        super().__init__(data, label_suffix="")
        self._offer_choices()
        if data is None:
            # Shown as it stands: each field reads its own part, as it would from what was sent.
            self.initial = {
                name: field.widget.value_from_datadict(self.raw, {}, name) for name, field in self.fields.items()
            }

    def _offer_choices(self) -> None:
        """Let each field pick from the offer, asked only when it is drawn or checked."""
        offer = self.offer
        self.fields["organisation"].offer(lambda: offer.hosts)
        self.fields["kinds"].offer(lambda: offer.kinds)
        self.fields["partners"].offer(lambda: offer.partners)
        for name in ("chair", "recorder"):
            self.fields[name].offer(lambda: offer.people.values())
        self.fields["programme"].offer(lambda: offer.programmes, self._programme_choices)
        self.fields["makes_up_for"].offer(offer.to_make_up, self._make_up_choices)
        self.fields["roll"].people = lambda: offer.people

    def _programme_choices(self) -> list[tuple[str, list[tuple[int, str]]]]:
        """Programmes under their lines."""
        groups: dict[str, list[tuple[int, str]]] = {}
        for programme in self.offer.programmes:
            groups.setdefault(programme.line.name, []).append((programme.pk, programme.name))
        return list(groups.items())

    def _make_up_choices(self) -> list[tuple[int, str]]:
        return [(row.pk, f"补办〔{row.span.label}〕{row.requirement.name}") for row in self.offer.to_make_up()]

    # --- checking

    def clean(self) -> dict[str, Any]:
        """Ask the rules of a record as well, so that everything to change is said at once."""
        if not self.cleaned_data.get("organisation") and "organisation" not in self.errors:
            self.add_error("organisation", "请选举办单位。")
        if self._votes_asked():
            for name in VOTES:
                if self.cleaned_data.get(name) is None and name not in self.errors:
                    self.add_error(name, "请填人数。")
        # Kept as it is now: a field that a rule refuses is taken out of the cleaned data.
        self._typed = self._entry()
        if self._typed is not None:
            try:
                check(self._typed, self.today)
            except ValidationError as refusal:
                self.refuse(refusal)
        return self.cleaned_data

    def refuse(self, refusal: ValidationError) -> None:
        """Show what a rule or a verb refuses beside its field, unless the field already says something."""
        if not hasattr(refusal, "error_dict"):
            self.add_error(None, refusal)
            return
        for name, errors in refusal.error_dict.items():
            field = name if name in self.fields else None
            if field is None or field not in self.errors:
                self.add_error(field, errors)

    def _votes_asked(self) -> bool:
        kinds = self.cleaned_data.get("kinds") or ()
        return bool(self.cleaned_data.get("has_votes")) and any(kind.has_vote for kind in kinds)

    # --- what was typed

    def entry(self) -> Entry:
        """What to record; only after ``is_valid()``."""
        assert self._typed is not None  # noqa: S101 - a valid form has a host
        return self._typed

    def draft_entry(self) -> Entry | None:
        """Whatever is in order so far, for showing what it would count for; None without a host. Never raises."""
        self.is_valid()
        return self._typed

    def _entry(self) -> Entry | None:
        given = self.cleaned_data
        host = given.get("organisation") or self.offer.host
        if host is None:
            return None
        plain = ("title", "starts_at", "ends_at", "place", "chair", "recorder", "programme", "makes_up_for")
        texts = ("content", "decisions", "guests", "headcount", "expected", "present")
        roll: Roll = given.get("roll") or Roll()
        fields: Mapping[str, Any] = {name: given[name] for name in (*plain, *texts) if name in given}
        return Entry(
            organisation=host,
            kinds=tuple(given.get("kinds") or ()),
            partners=tuple(node for node in given.get("partners") or () if node.pk != host.pk),
            held_on=given.get("held_on") or self.today,
            agenda=given.get("agenda") or (),
            roll=roll.people,
            absences=dict(roll.absences),
            votes=self._votes(roll),
            **{"title": "", **fields},
        )

    def _votes(self, roll: Roll) -> Votes | None:
        """The vote, if there was one and all its figures are in order."""
        if not self._votes_asked() or any(self.cleaned_data.get(name) is None for name in VOTES):
            return None
        due, present, *counts = (self.cleaned_data[name] for name in VOTES)
        return Votes(due, self._voters_present(roll, present), *counts)

    def _voters_present(self, roll: Roll, typed: int) -> int:
        """Those with a vote who came: while nobody touched the figure it follows the roll."""
        if self.raw.get("voters_present") != self.raw.get("prefilled-voters_present") or not roll.people:
            return typed
        there = [pk for pk in roll.people if pk not in roll.absences]
        return sum(self.offer.people[pk].category == Category.FULL_MEMBER for pk in there)

    @property
    def token(self) -> UUID | None:
        """The draft's token, which is also the key of the submission; None if it is no token."""
        try:
            return UUID(self.raw.get("token", ""))
        except ValueError:
            return None
