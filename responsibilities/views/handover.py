"""交接: the list, opening one, one of them, each side's word, calling it off."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organisations.views.acts import act_page, sent
from organisations.views.scope import PersonRequest

from .. import handing_over
from ..forms.handover import CancelForm, OpenForm
from ..handover_pages import HandoverList, HandoverPage, Seat
from ..models import Handover


@require_safe
def handover_list(request: PersonRequest) -> HttpResponse:
    """What may be handed over, what is under way, what is over."""
    listed = HandoverList(request.user, timezone.localdate(), request.GET.get("page", "1"))
    return render(request, "responsibilities/handover_list.html", {"list": listed})


@require_http_methods(["GET", "HEAD", "POST"])
def handover_open(request: PersonRequest, place: int, post: int) -> HttpResponse:
    """What waits at a post; open its hand-over. ``?giver=`` preselects who has left."""
    seat = Seat(request.user, place, post, timezone.localdate())
    about = {"post": seat.post, "place": seat.place, "giver": request.GET.get("giver")}
    form = OpenForm(sent(request), today=seat.today, now=timezone.now(), **about)
    if form.carry_out(request.user):
        messages.success(request, "交接发起了，双方各自确认以后办完。")
        return redirect("handover", form.result.pk)
    status = 422 if form.is_bound else 200
    return render(request, "responsibilities/handover_open.html", {"form": form, "seat": seat}, status=status)


@require_safe
def handover(request: PersonRequest, pk: int) -> HttpResponse:
    """One hand-over."""
    row = _seen(request, pk)
    page = HandoverPage(row, request.user, timezone.localdate(), request.GET.get("page", "1"))
    return render(request, "responsibilities/handover.html", {"page": page, "handover": row})


@require_POST
def handover_give(request: PersonRequest, pk: int) -> HttpResponse:
    """The one who leaves says so."""
    return _confirm(request, pk, handing_over.give, by=request.user, now=timezone.now())


@require_POST
def handover_take(request: PersonRequest, pk: int) -> HttpResponse:
    """The one who comes says so."""
    given: dict[str, Any] = {"by": request.user, "now": timezone.now(), "today": timezone.localdate()}
    return _confirm(request, pk, handing_over.take, **given)


def _confirm(request: PersonRequest, pk: int, verb: Any, **given: Any) -> HttpResponse:
    try:
        verb(_seen(request, pk), **given)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    else:
        done = _seen(request, pk).is_done
        messages.success(request, "双方都确认了，交接办完。" if done else "确认了，等对方确认。")
    return redirect("handover", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def handover_cancel(request: PersonRequest, pk: int) -> HttpResponse:
    """Call it off."""
    row, today = _seen(request, pk), timezone.localdate()
    form = CancelForm(sent(request), handover=row, today=today, now=timezone.now())
    if form.carry_out(request.user):
        messages.success(request, "这次交接取消了，需要时可以再发起。")
        return redirect("handover-list")
    words = {"title": "取消这次交接？", "verb": "取消交接", "cancel_url": reverse("handover", args=[pk])}
    lede = f"{row.organisation}的{row.post}，{row.giver}移交给{row.taker}。已经确认的一方要重新确认。"
    return act_page(request, form, lede=lede, danger=True, **words)


def _seen(request: PersonRequest, pk: int) -> Handover:
    rows = Handover.objects.visible_to(request.user).select_related("organisation__parent", "post", "giver", "taker")
    row: Handover = get_object_or_404(rows, pk=pk)
    return row
