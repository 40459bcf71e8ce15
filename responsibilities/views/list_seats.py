"""The levels and posts of a draft: adding, changing, removing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone

from organisations.views.acts import act_page, sent
from organisations.views.scope import PersonRequest
from programmes.forms.attempting import attempt

from .. import seating
from ..forms.lists import LevelForm, PostForm
from ..models import DutyLevel, DutyList, DutyPost
from .lists import both, draft_list

LEVEL = "清单的一级，对着组织树上的一层或者几层。"
POST = "清单的一岗，对着花名册上的职务；谁在职，谁就担这一岗的责任，没有人在职就显示岗位空缺。"


@both
def duty_list_level_add(request: PersonRequest, pk: int) -> HttpResponse:
    """Add a level."""
    row = draft_list(request.user, pk, timezone.localdate())
    return _edit(request, LevelForm(sent(request), row=row, seat=None), row, title="加一级", lede=LEVEL)


@both
def duty_list_level(request: PersonRequest, pk: int, seat: int) -> HttpResponse:
    """Change a level."""
    row = draft_list(request.user, pk, timezone.localdate())
    level = get_object_or_404(row.levels.all(), pk=seat)
    form = LevelForm(sent(request), row=row, seat=level)
    return _edit(request, form, row, title=f"改“{level}”", lede=LEVEL)


@both
def duty_list_level_remove(request: PersonRequest, pk: int, seat: int) -> HttpResponse:
    """Remove a level."""
    row = draft_list(request.user, pk, timezone.localdate())
    return _remove(request, row, get_object_or_404(row.levels.select_related("duty_list"), pk=seat))


@both
def duty_list_post_add(request: PersonRequest, pk: int) -> HttpResponse:
    """Add a post."""
    row = draft_list(request.user, pk, timezone.localdate())
    return _edit(request, PostForm(sent(request), row=row, seat=None), row, title="加一岗", lede=POST)


@both
def duty_list_post(request: PersonRequest, pk: int, seat: int) -> HttpResponse:
    """Change a post."""
    row = draft_list(request.user, pk, timezone.localdate())
    post = get_object_or_404(row.posts.all(), pk=seat)
    return _edit(request, PostForm(sent(request), row=row, seat=post), row, title=f"改“{post}”", lede=POST)


@both
def duty_list_post_remove(request: PersonRequest, pk: int, seat: int) -> HttpResponse:
    """Remove a post."""
    row = draft_list(request.user, pk, timezone.localdate())
    return _remove(request, row, get_object_or_404(row.posts.select_related("duty_list"), pk=seat))


def _edit(request: PersonRequest, form: Any, row: DutyList, *, title: str, lede: str) -> HttpResponse:
    back = reverse("duty-list", args=[row.pk])
    if form.carry_out(request.user):
        messages.success(request, "改好了。")
        return redirect(back)
    return act_page(request, form, title=title, lede=lede, verb="保存", cancel_url=back)


def _remove(request: PersonRequest, row: DutyList, seat: DutyLevel | DutyPost) -> HttpResponse:
    form, back = forms.Form(sent(request)), reverse("duty-list", args=[row.pk])
    if form.is_valid() and attempt(form, seating.remove_seat, seat, by=request.user):
        messages.success(request, "删掉了。")
        return redirect(back)
    lede = "下面没有责任的才能删。"
    return act_page(request, form, title=f"删掉“{seat}”", lede=lede, verb="删掉", cancel_url=back, danger=True)
