"""The lines of a draft: adding, changing, moving, removing."""

from __future__ import annotations

from datetime import date

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from organisations.models import Person
from organisations.views.acts import act_page, sent
from organisations.views.scope import PersonRequest
from programmes.forms.attempting import attempt

from .. import drafting
from ..forms.list_line import LineForm, seat_asked
from ..models import Duty, DutyList
from .lists import both, draft_list


def _line(person: Person, pk: int, line: int, today: date) -> tuple[DutyList, Duty]:
    """A draft that the reader keeps, and one of its lines. Http404, PermissionDenied."""
    row = draft_list(person, pk, today)
    lines = Duty.objects.manageable_by(person, today).filter(duty_list=row)
    return row, get_object_or_404(lines.select_related("duty_list", "level", "post"), pk=line)


@both
def duty_list_line_add(request: PersonRequest, pk: int) -> HttpResponse:
    """Write a line; ``?level=&post=`` say where."""
    today = timezone.localdate()
    row = draft_list(request.user, pk, today)
    form = LineForm(sent(request), row=row, duty=None, asked=seat_asked(row, request.GET), today=today)
    return _edit(request, form, row, None)


@both
def duty_list_line(request: PersonRequest, pk: int, line: int) -> HttpResponse:
    """Change a line."""
    today = timezone.localdate()
    row, duty = _line(request.user, pk, line, today)
    return _edit(request, LineForm(sent(request), row=row, duty=duty, asked={}, today=today), row, duty)


def _edit(request: PersonRequest, form: LineForm, row: DutyList, duty: Duty | None) -> HttpResponse:
    if form.carry_out(request.user):
        messages.success(request, "加上了。" if duty is None else "改好了。")
        return redirect(f"{reverse('duty-list', args=[row.pk])}#l{form.result.pk}")
    context = {"form": form, "row": row, "duty": duty}
    status = 422 if form.is_bound else 200
    return render(request, "responsibilities/duty_list_line.html", context, status=status)


@both
def duty_list_line_remove(request: PersonRequest, pk: int, line: int) -> HttpResponse:
    """Say what it does; take the line out."""
    row, duty = _line(request.user, pk, line, timezone.localdate())
    form = forms.Form(sent(request))
    back = reverse("duty-list", args=[row.pk])
    if form.is_valid() and attempt(form, drafting.remove_line, duty, by=request.user):
        messages.success(request, "删掉了，后面的往前排。")
        return redirect(back)
    lede = f"{duty.level}，{duty.post}：{duty.content}"
    return act_page(
        request, form, title=f"删掉第 {duty.number} 项", lede=lede, verb="删掉", cancel_url=back, danger=True
    )


@require_POST
def duty_list_line_up(request: PersonRequest, pk: int, line: int) -> HttpResponse:
    """One place up within its level and post."""
    return _move(request, pk, line, up=True)


@require_POST
def duty_list_line_down(request: PersonRequest, pk: int, line: int) -> HttpResponse:
    """One place down within its level and post."""
    return _move(request, pk, line, up=False)


def _move(request: PersonRequest, pk: int, line: int, *, up: bool) -> HttpResponse:
    row, duty = _line(request.user, pk, line, timezone.localdate())
    form = forms.Form({})
    if not attempt(form, drafting.move_line, duty, up=up, by=request.user):
        messages.error(request, form.non_field_errors()[0])
    return redirect(f"{reverse('duty-list', args=[row.pk])}#l{duty.pk}")
