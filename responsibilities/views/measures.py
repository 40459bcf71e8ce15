"""Measures: one of them, adding one's own, who does it and how, steps, a line of text, dropping."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organisations.views.acts import act_page, sent
from organisations.views.scope import PersonRequest

from .. import carrying_out
from ..carrying_out import Hand
from ..duty_page import duty_page
from ..forms.measures import DropForm, LineForm, OwnForm, plan_form
from ..measure_page import MeasurePage, measure_page

FORM_METHODS = ["GET", "HEAD", "POST"]
WHO = "措施由在岗的人和替这个组织记录的人来办。"


@require_safe
def measure(request: PersonRequest, pk: int) -> HttpResponse:
    """One measure."""
    page = measure_page(pk, request.user, timezone.localdate())
    return render(request, "responsibilities/measure.html", {"page": page, "measure": page.measure})


@require_http_methods(FORM_METHODS)
def measure_add(request: PersonRequest, pk: int) -> HttpResponse:
    """Add a measure of one's own to a duty."""
    today = timezone.localdate()
    page = duty_page(pk, request.user, today)
    if carrying_out.hand_in(request.user, page.assignment, today) < Hand.KEEP:
        raise PermissionDenied(WHO)
    form = OwnForm(sent(request), assignment=page.assignment, today=today)
    if form.carry_out(request.user):
        messages.success(request, "加好了。")
        return redirect("measure", form.result.pk)
    words = {"title": "加一条措施", "lede": f"{page.assignment.organisation}：{page.assignment.duty.content}"}
    return act_page(request, form, verb="加上", cancel_url=reverse("duty", args=[pk]), **words)


@require_http_methods(FORM_METHODS)
def measure_edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Change it: of one that the list says, who does it and in which steps."""
    page = _kept(request, pk)
    form = plan_form(sent(request), measure=page.measure, today=page.today)
    if form.carry_out(request.user):
        messages.success(request, "改好了。")
        return redirect("measure", pk)
    own = "text" in form.fields
    lede = "改了内容，已经打的勾不变。" if own else f"{page.measure.text}。内容和期限由清单定，这里分工、定步骤。"
    return _act(request, form, page, title="改措施" if own else "分工和步骤", lede=lede, verb="保存")


@require_http_methods(FORM_METHODS)
def measure_report(request: PersonRequest, pk: int) -> HttpResponse:
    """Write a line about what was done."""
    page = _page(request, pk)
    if page.hand < Hand.REPORT:
        raise PermissionDenied(WHO)
    form = LineForm(sent(request), measure=page.measure, today=page.today, now=timezone.now())
    if form.carry_out(request.user):
        messages.success(request, "写好了。")
        return redirect("measure", pk)
    return _act(request, form, page, title="写一句做了什么", lede=f"{page.measure.text}。", verb="写好了")


@require_http_methods(FORM_METHODS)
def measure_drop(request: PersonRequest, pk: int) -> HttpResponse:
    """Take a measure of one's own back."""
    page = _kept(request, pk)
    form = DropForm(sent(request), measure=page.measure, today=page.today)
    if form.carry_out(request.user):
        messages.success(request, "已撤销，不再提醒。")
        return redirect("duty", page.measure.assignment_id)
    lede = "撤销以后不再计入、不再提醒，不能恢复；写过的内容留在原处。"
    return _act(request, form, page, title=f"撤销“{page.measure.text}”？", lede=lede, verb="撤销措施", danger=True)


@require_POST
def measure_step_tick(request: PersonRequest, pk: int, step: int) -> HttpResponse:
    """A step is done."""
    return _step(request, pk, step, carrying_out.tick)


@require_POST
def measure_step_untick(request: PersonRequest, pk: int, step: int) -> HttpResponse:
    """A step is not done after all."""
    return _step(request, pk, step, carrying_out.untick)


def _step(request: PersonRequest, pk: int, step: int, verb: Any) -> HttpResponse:
    page = _page(request, pk)
    row = next((one for one in page.steps if one.pk == step), None)
    if row is None:
        raise Http404
    row.measure = page.measure
    return _carry_out(request, pk, verb, row, by=request.user, today=page.today)


@require_POST
def measure_line_withdraw(request: PersonRequest, pk: int, line: int) -> HttpResponse:
    """Take a line back."""
    page = _page(request, pk)
    row = page.measure.evidence.filter(pk=line).first()
    if row is None:
        raise Http404
    row.measure = page.measure
    given: dict[str, Any] = {"by": request.user, "now": timezone.now(), "today": page.today}
    return _carry_out(request, pk, carrying_out.withdraw_line, row, said="这一句撤回了。", **given)


def _carry_out(request: PersonRequest, pk: int, verb: Any, row: Any, said: str = "", **given: Any) -> HttpResponse:
    """Call a verb that asks nothing more, and come back; its refusal stands above the page."""
    try:
        verb(row, **given)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    else:
        if said:
            messages.success(request, said)
    return redirect("measure", pk)


def _page(request: PersonRequest, pk: int) -> MeasurePage:
    return measure_page(pk, request.user, timezone.localdate())


def _kept(request: PersonRequest, pk: int) -> MeasurePage:
    """The page, for who may change the measure. Http404, PermissionDenied."""
    page = _page(request, pk)
    if page.hand < Hand.KEEP:
        raise PermissionDenied(WHO)
    return page


def _act(request: PersonRequest, form: Any, page: MeasurePage, **words: Any) -> HttpResponse:
    return act_page(request, form, cancel_url=reverse("measure", args=[page.measure.pk]), **words)
