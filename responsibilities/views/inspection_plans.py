"""督查: arranging visits, changing and calling them off, drawing lots."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from organisations.directory import organisation_asked
from organisations.forms.choices import organs_for
from organisations.permissions import Act
from organisations.views.acts import act_page, sent
from organisations.views.scope import PersonRequest

from ..forms.inspections import CancelForm, DrawAgainForm, DrawForm, PlanDrawnForm, PlanForm, ReplanForm
from ..inspecting import may_conduct
from ..inspection_list import DrawPage
from ..models import Draw, Inspection

NO_PREPARING = "能从记录里看的都不用对方准备，到场只看记录里没有的。"


def acting(request: PersonRequest) -> dict[str, Any]:
    """Who, when and on which day, as the forms want it."""
    now = timezone.now()
    return {"by": request.user, "now": now, "today": timezone.localdate(now)}


def inspector_only(request: PersonRequest) -> None:
    """PermissionDenied for those who inspect nowhere."""
    if not request.user.may(Act.INSPECT):
        raise PermissionDenied("督查由机关工委、机关党委安排。")


def conducted(request: PersonRequest, pk: int) -> Inspection:
    """The inspection. Http404 if unseen, PermissionDenied if seen but conducted by others."""
    today = timezone.localdate()
    seen = Inspection.objects.visible_to(request.user, today).with_names().prefetch_related("inspectors")
    row: Inspection = get_object_or_404(seen, pk=pk)
    if not may_conduct(row, request.user, today):
        raise PermissionDenied("督查由督查人员填写。")
    return row


@require_http_methods(["GET", "HEAD", "POST"])
def inspection_plan(request: PersonRequest) -> HttpResponse:
    """Arrange one visit; whoever reaches the whole tree says first in which organ (``?organ=``)."""
    inspector_only(request)
    who = acting(request)
    inside = organisation_asked(request.GET, request.user, Act.INSPECT, who["today"], "organ")
    form = PlanForm(sent(request), inside=inside, **who)
    if form.carry_out(request.user):
        messages.success(request, f"安排好了：{form.cleaned_data['organisation']}。{NO_PREPARING}")
        return redirect("inspection", form.result[0].pk)
    organs = {"organs": organs_for(request.user, Act.INSPECT, who["today"]), "inside": inside}
    words = {"title": "安排一次督查", "lede": NO_PREPARING, "verb": "安排"}
    return act_page(request, form, cancel_url=reverse("inspection-list"), **words, **organs)


@require_http_methods(["GET", "HEAD", "POST"])
def inspection_replan(request: PersonRequest, pk: int) -> HttpResponse:
    """Another day, other people."""
    row = conducted(request, pk)
    form = ReplanForm(sent(request), inspection=row, **acting(request))
    if form.carry_out(request.user):
        messages.success(request, "改好了。")
        return redirect("inspection", row.pk)
    words = {"title": f"{row.organisation}：改日期和人员", "lede": "已经填的不受影响。", "verb": "保存"}
    return act_page(request, form, cancel_url=reverse("inspection", args=[row.pk]), **words)


@require_http_methods(["GET", "HEAD", "POST"])
def inspection_cancel(request: PersonRequest, pk: int) -> HttpResponse:
    """Call it off."""
    row = conducted(request, pk)
    form = CancelForm(sent(request), inspection=row, **acting(request))
    if form.carry_out(request.user):
        messages.success(request, f"{row.organisation}的督查取消了，原因留着。")
        return redirect("inspection-list")
    words = {"title": f"取消对{row.organisation}的督查？", "verb": "取消督查", "refrain": "不取消"}
    lede = "取消以后不能恢复，要去得重新安排。原因留着，随机抽中的也看得到。"
    return act_page(request, form, cancel_url=reverse("inspection", args=[row.pk]), danger=True, lede=lede, **words)


@require_http_methods(["GET", "HEAD", "POST"])
def draw_add(request: PersonRequest) -> HttpResponse:
    """Draw lots."""
    inspector_only(request)
    form = DrawForm(sent(request), **acting(request))
    if form.carry_out(request.user):
        return redirect("draw", form.result.pk)
    lede = "种子在按下的那一刻产生，名单、规则和种子都留着，督查和被督查的两边都能看、都能重算。"
    cancel_url = reverse("inspection-list")
    return act_page(request, form, title="随机抽取", lede=lede, verb="抽", cancel_url=cancel_url)


@require_safe
def draw(request: PersonRequest, pk: int) -> HttpResponse:
    """One draw, for both sides."""
    page = DrawPage(seen_draw(request, pk), request.user, timezone.localdate(), request.GET.get("page", "1"))
    return render(request, "responsibilities/draw.html", {"page": page, "draw": page.draw})


def seen_draw(request: PersonRequest, pk: int) -> Draw:
    """The draw. Http404 for strangers."""
    seen = Draw.objects.visible_to(request.user).select_related("organisation", "template", "made_by", "follows")
    found: Draw = get_object_or_404(seen, pk=pk)
    return found


def own_draw(request: PersonRequest, pk: int) -> Draw:
    """The draw, for the inspecting side. Http404, PermissionDenied."""
    found = seen_draw(request, pk)
    if not request.user.may(Act.INSPECT, found.organisation):
        raise PermissionDenied("随机抽取由负责督查的党组织做。")
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def draw_again(request: PersonRequest, pk: int) -> HttpResponse:
    """Draw once more; the draw before stays."""
    row = own_draw(request, pk)
    form = DrawAgainForm(sent(request), draw=row, **acting(request))
    if form.carry_out(request.user):
        return redirect("draw", form.result.pk)
    lede = "原来的一次不会消失，两次的种子、结果和重抽的原因两边都看得到。"
    cancel_url = reverse("draw", args=[row.pk])
    return act_page(request, form, title="再抽一次？", lede=lede, verb="再抽一次", cancel_url=cancel_url, danger=True)


@require_http_methods(["GET", "HEAD", "POST"])
def draw_plan(request: PersonRequest, pk: int) -> HttpResponse:
    """Arrange a visit to each that chance picked."""
    row = own_draw(request, pk)
    form = PlanDrawnForm(sent(request), draw=row, **acting(request))
    if form.carry_out(request.user):
        messages.success(request, f"安排了 {len(form.result)} 次督查。{NO_PREPARING}")
        return redirect("inspection-list")
    lede = f"抽中的每个安排一次，用“{row.template}”。{NO_PREPARING}"
    cancel_url = reverse("draw", args=[row.pk])
    return act_page(request, form, title="安排抽中的", lede=lede, verb="安排", cancel_url=cancel_url)
