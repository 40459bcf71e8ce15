"""Letting somebody record for an organisation until a day, and taking that back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from ..delegating import standing
from ..forms.posts import RecorderEndForm, RecorderForm
from ..permissions import Act
from .acts import act_page, sent
from .scope import PersonRequest, standing_for

methods = require_http_methods(["GET", "HEAD", "POST"])


@methods
def organisation_recorder(request: PersonRequest, pk: int) -> HttpResponse:
    """Appoint a recorder: who and until when are proposed, so that opening and confirming are enough."""
    today = timezone.localdate()
    organisation = standing_for(request, pk, Act.DELEGATE, today)
    form = RecorderForm(sent(request), organisation=organisation, today=today)
    if form.carry_out(request.user):
        messages.success(request, appointed(form))
        return redirect("organisation", pk)
    lede = f"他能替{organisation}记活动、更正记录，到期自动收回。书记的权限不变。"
    cancel = reverse("organisation", args=[pk])
    now = standing(organisation, today)
    return act_page(
        request,
        form,
        title="指定记录员",
        lede=lede,
        verb="指定",
        cancel_url=cancel,
        standing=now,
        organisation=organisation,
    )


def appointed(form: RecorderForm) -> str:
    """What was done, and what is still missing where he cannot sign in."""
    person, last_day = form.cleaned_data["person"], form.cleaned_data["last_day"]
    done = f"{person}可以记录，到 {last_day.year}年{last_day.month}月{last_day.day}日。"
    return done if person.username else f"{done}他还没有登录名，请机关党委给他开通。"


@methods
def organisation_recorder_end(request: PersonRequest, pk: int, appointment: int) -> HttpResponse:
    """Take the record back today."""
    today = timezone.localdate()
    organisation = standing_for(request, pk, Act.DELEGATE, today)
    row = get_object_or_404(standing(organisation, today), pk=appointment)
    form = RecorderEndForm(sent(request), appointment=row, today=today)
    if form.carry_out(request.user):
        messages.success(request, f"{row.person}不再替{organisation}记录。")
        return redirect("organisation", pk)
    lede = "从今天起他不能再替这里记活动。他已经记下的都在，写了一半的草稿也在他自己那里。"
    return act_page(
        request,
        form,
        title=f"{row.person}不再记录？",
        lede=lede,
        verb="收回",
        cancel_url=reverse("organisation", args=[pk]),
        danger=True,
    )
