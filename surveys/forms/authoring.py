"""The forms of writing a survey, one an act."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone

from organisations.forms.acts import ActForm, day_field
from organisations.forms.choices import OrganisationField, organisations_for
from organisations.models import Organisation, Person
from organisations.permissions import Act
from programmes.models import Programme

from .. import authoring
from ..bank import shipped
from ..models import Survey, SurveyKind, Who
from ..models.survey import COMMENTS_K, CROSSES_K, SMALLEST_K

EMPTY, SHIPPED, WAVE = "empty", "shipped", "wave"
MOST_WAVES = 8


def moment_field(label: str) -> forms.DateTimeField:
    """A day and an hour with the browser's own picker; may be left open in a draft."""
    widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
    errors = {"invalid": "时间要写成 2026-03-06 09:00 这样。"}
    return forms.DateTimeField(
        label=label, widget=widget, required=False, error_messages=errors, help_text="启用以前定下来。"
    )


def count_field(label: str, least: int, unit: str) -> forms.IntegerField:
    """A threshold; the verb refuses what is below the house's own."""
    widget = forms.TextInput(attrs={"inputmode": "numeric"})
    help_text = f"不少于 {least} {unit}，只能调高。"
    return forms.IntegerField(
        label=label, widget=widget, help_text=help_text, error_messages={"required": "请写数字。"}
    )


def title_field() -> forms.CharField:
    """The title; its length is judged by the verb, so that nothing pasted is cut off unseen."""
    return forms.CharField(
        label="名称", error_messages={"required": "请写名称。"}, help_text="填的人看到的名字，最多 40 个字。"
    )


def programme_field() -> forms.ModelChoiceField:
    """The programme that the survey belongs to, if any."""
    return forms.ModelChoiceField(Programme.objects.none(), label="归入哪个项目", required=False, empty_label="不归入")


def offer_programmes(field: Any, reader: Person, today: date, kept: int | None = None) -> None:
    """Offer those of this year and the next, and the one that is kept."""
    seen = Programme.objects.visible_to(reader)
    field.queryset = seen.filter(Q(year__gte=today.year) | Q(pk=kept))
    field.label_from_instance = lambda programme: f"{programme}（{programme.year} 年）"


def waves_of(reader: Person, today: date) -> list[Survey]:
    """The launched ones that ``reader`` may follow by another wave, the newest first."""
    rows = Survey.objects.manageable_by(reader, today).filter(kind=SurveyKind.SENTIMENT, launched_at__isnull=False)
    return list(rows.order_by("-launched_at")[:MOST_WAVES])


class NewForm(ActForm):
    """新建调研: what it is called, whom it asks, what it starts from."""

    use_required_attribute = False

    title = title_field()
    organisation = OrganisationField(
        Organisation.objects.none(),
        label="发放范围",
        empty_label=None,
        help_text="选一个单位，就是这个单位和它下面的所有人。",
        error_messages={"required": "请选发放范围。"},
    )
    who = forms.ChoiceField(label="请谁填", choices=Who.choices, widget=forms.RadioSelect, initial=Who.EVERYONE)
    programme = programme_field()
    start = forms.ChoiceField(label="从什么开始", widget=forms.RadioSelect, error_messages={"required": "请选一种。"})

    def __init__(self, data: Any, *, reader: Person, today: date, start: str = "") -> None:
        self.today = today
        self.waves = {f"{WAVE}:{wave.pk}": wave for wave in waves_of(reader, today)}
        self.shipped = {f"{SHIPPED}:{name}": text for name, text in shipped().items()}
        super().__init__(data, initial={"start": start if start in self.waves else EMPTY})
        self.fields["organisation"].queryset = organisations_for(  # type: ignore[attr-defined]
            reader, Act.EDIT_SURVEYS, today
        )
        offer_programmes(self.fields["programme"], reader, today)
        self.fields["start"].choices = [  # type: ignore[attr-defined]
            (EMPTY, "一张白纸：自己写，或者把写好的问卷贴进来"),
            *((key, f"随系统带的问卷：{key.split(':', 1)[1]}") for key in self.shipped),
            *((key, f"上一期：{wave.title}（题目、编码、发放范围都照上一期）") for key, wave in self.waves.items()),
        ]

    def save(self, *, by: Person) -> Survey:
        """The draft."""
        given, start = self.cleaned_data, self.cleaned_data["start"]
        if start in self.waves:
            return authoring.follow(self.waves[start], title=given["title"], by=by, today=self.today)
        return authoring.begin(
            given["organisation"],
            title=given["title"],
            who=given["who"],
            programme=given["programme"],
            text=self.shipped.get(start, ""),
            by=by,
            today=self.today,
        )


class CopyForm(ActForm):
    """用上一期: only what the new wave is called."""

    use_required_attribute = False

    title = title_field()

    def __init__(self, data: Any, *, previous: Survey, today: date) -> None:
        self.previous, self.today = previous, today
        super().__init__(data)

    def save(self, *, by: Person) -> Survey:
        """The draft of the next wave."""
        return authoring.follow(self.previous, title=self.cleaned_data["title"], by=by, today=self.today)


class SourceForm(ActForm):
    """改原文. ``opened`` says which text stood in the page when it was opened."""

    use_required_attribute = False

    text = forms.CharField(
        label="问卷原文",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "class": "sourceedit", "spellcheck": "false"}),
    )
    opened = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any, *, survey: Survey, today: date) -> None:
        self.survey, self.today = survey, today
        super().__init__(
            data, initial={"text": authoring.shown_text(survey), "opened": authoring.digest(survey.source)}
        )

    @property
    def is_stale(self) -> bool:
        """Whether it was refused because somebody else saved meanwhile."""
        return self.has_error("__all__", "stale")

    def save(self, *, by: Person) -> None:
        """Keep the text, whatever it says."""
        given = self.cleaned_data
        authoring.save_text(self.survey, given["text"], opened=given["opened"], by=by, today=self.today)


class SettingsForm(ActForm):
    """设置: everything but the questions. What is fixed by the launch is decided here."""

    use_required_attribute = False

    title = title_field()
    organisation = OrganisationField(
        Organisation.objects.none(), label="发放范围", empty_label=None, error_messages={"required": "请选发放范围。"}
    )
    who = forms.ChoiceField(label="请谁填", choices=Who.choices, widget=forms.RadioSelect)
    programme = programme_field()
    opens_at = moment_field("开始填写")
    closes_at = moment_field("截止填写")
    publish_on = day_field("公布日期", required=False, help_text="截止以后统一汇总，这一天起能看结果。")
    retention_days = forms.IntegerField(
        label="逐份答卷留几天",
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text="从截止日起算，到时逐份答卷全部销毁，只留公布的表。",
        error_messages={"required": "请写数字。"},
    )
    by_desk = forms.BooleanField(label="登录领票：登录以后在屏幕上领一张不记名的票", required=False)
    by_slip = forms.BooleanField(label="抽取纸票：印好剪开，装进信封自己抽", required=False)
    desk_note = forms.CharField(
        label="领票点", max_length=80, required=False, help_text="票丢了到哪里换，例如“机关党委 302 室”。"
    )
    k = count_field("公布一个数字至少要几人", SMALLEST_K, "人")
    k_comments = count_field("公布留言至少要几条", COMMENTS_K, "条")
    k_crosses = count_field("交叉表一格至少要几人", CROSSES_K, "人")
    opened = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any, *, survey: Survey, reader: Person, now: datetime) -> None:
        self.survey, self.now = survey, now
        today = timezone.localdate(now)
        kept = {name: getattr(survey, name) for name in authoring.SETTINGS}
        kept |= {"opened": authoring.settings_digest(survey), "crosses": ["×".join(pair) for pair in survey.crosses]}
        super().__init__(data, initial=kept)
        offered = organisations_for(reader, Act.EDIT_SURVEYS, today, survey.organisation)
        self.fields["organisation"].queryset = offered  # type: ignore[attr-defined]
        offer_programmes(self.fields["programme"], reader, today, survey.programme_id)
        self._offer_crosses()

    def _offer_crosses(self) -> None:
        """Every two questions about the person; no field where there are not two."""
        asked = self.survey.asked
        texts = {question.code: question.text for question in asked.questions}
        self.pairs = {f"{first}×{second}": [first, second] for first, second in authoring.crosses_of(asked)}
        if self.pairs:
            choices = [(key, f"{texts[first]} × {texts[second]}") for key, (first, second) in self.pairs.items()]
            field = forms.MultipleChoiceField(
                label="另出交叉表", choices=choices, required=False, widget=forms.CheckboxSelectMultiple
            )
            field.help_text = "只在总体一级出；一格不够人数就整张不出。不选就不出。"
            self.add("crosses", field)

    @property
    def is_stale(self) -> bool:
        """Whether it was refused because somebody else saved meanwhile."""
        return self.has_error("__all__", "stale")

    def save(self, *, by: Person) -> None:
        """Keep the rules."""
        given = {name: self.cleaned_data.get(name) for name in authoring.SETTINGS}
        given["crosses"] = [self.pairs[key] for key in given["crosses"] or []]
        authoring.settle(self.survey, opened=self.cleaned_data["opened"], by=by, now=self.now, **given)


class LaunchForm(forms.Form):
    """启用: the seven facts were read."""

    use_required_attribute = False

    checked = forms.BooleanField(
        label="我核对过上面七项，知道启用后谁也改不了，包括系统管理员",
        error_messages={"required": "请先核对上面七项，再打勾。"},
    )
