"""From a valid form to a record: asking before a second one on the same day, and saying what became done."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from organisations.models import Person
from programmes.models import Obligation

from . import attaching
from .drafting import CAPTION, saved_under
from .forms.log import LogForm
from .models import Activity, ActivityState
from .recording import record, same_day
from .withdrawing import credited


def take_files(form: LogForm, files: list[UploadedFile], *, by: Person, now: datetime) -> None:
    """Hang the files that came with a form on its draft, before anything about it can be refused, and note captions.

    What is wrong with a file is said beside 附件; the others stay.
    """
    if form.token is None:
        if files:
            form.refuse(ValidationError({"attachments": "没有收下，请再选一次。"}))
        return
    if not files and not any(name.startswith(CAPTION) for name in form.raw):
        return
    place = attaching.place_of(form.token, by)
    attaching.describe(place, form.raw.items())
    received = attaching.receive(files, place, by=by, now=now)
    if received.refused:
        form.refuse(ValidationError({"attachments": received.refused}))


def save(form: LogForm, *, by: Person, now: datetime, today: date) -> Activity:
    """Record what the form holds. The same token gives the same record. ValidationError, PermissionDenied."""
    return record(form.entry(), key=form.token or uuid4(), by=by, now=now, today=today)


def twin_of(form: LogForm, by: Person) -> Activity | None:
    """A record of the same organisation, kind and day, if that should be asked about before there are two."""
    if form.raw.get("confirm_another") or (form.token and saved_under(form.token, by)):
        return None
    return same_day(form.entry())


def when_saved(activity: Activity, by: Person, today: date) -> str:
    """Who recorded it and when, as it is said: 你在 10:02, 沈若川昨天 16:40."""
    at = timezone.localtime(activity.submitted_at)
    who = "你" if activity.submitted_by_id == by.pk else str(activity.submitted_by)
    if at.date() == today:
        return f"{who}在 {at:%H:%M}"
    day = "昨天" if at.date() == today - timedelta(days=1) else f"{at.month}月{at.day}日"
    return f"{who}{day} {at:%H:%M}"


def done_sentence(activity: Activity, *, now: datetime) -> str | SafeString:
    """What the page says after saving."""
    if activity.submitted_at != now:
        correct = reverse("activity-correct", args=[activity.pk])
        saved = timezone.localtime(activity.submitted_at)
        return format_html(
            '这份内容 {} 已经保存过，没有再记一次。<a href="{}">要改请点这里</a>', f"{saved:%H:%M}", correct
        )
    if activity.state == ActivityState.PLANNED:
        return "已存为安排。开展以后再来补记到会和内容，才计入要求。"
    settled = [_settled(row, activity) for row in credited(activity) if row.organisation_id == activity.organisation_id]
    return "".join(["已保存。", *settled])


def _settled(row: Obligation, activity: Activity) -> str:
    """11月主题党日已完成，比期限早 10 天。"""
    what = f"{row.span.label}{row.requirement.name}"
    if row.done < row.needed:
        return f"{what}记上第 {row.done} 次，还差 {row.missing} 次。"
    if activity.makes_up_for_id == row.pk:
        return f"{what}已补办。"
    if row.done > row.needed:
        return f"{what}是第 {row.done} 次。"
    early = (row.due_on - activity.held_on).days
    return f"{what}已完成，比期限早 {early} 天。" if early > 0 else f"{what}已完成。"
