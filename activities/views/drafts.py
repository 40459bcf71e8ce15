"""Drafts: autosave, opening one on another device, throwing one away."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.views.decorators.http import require_http_methods, require_POST

from organisations.middleware import is_fragment

from .. import attaching, drafting
from ..forms.log import LogForm
from ..forms.offer import Offer
from ..forms.roll import read_pks
from ..forms.sheet import Sheet
from ..models import Draft
from .log import refuse_strangers, sheet_page


@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, token: UUID) -> HttpResponse:
    """Open one's own draft in the form, or write down what was typed so far."""
    refuse_strangers(request)
    if request.method == "POST":
        return _keep(request, token)
    mine = get_object_or_404(Draft.objects.visible_to(request.user), token=token)
    raw = MultiValueDict({**mine.payload, "token": [str(token)], "version": [str(mine.version)]})
    form = LogForm(by=request.user, today=timezone.localdate(), raw=raw)
    return sheet_page(request, Sheet(form), draft=mine)


def _keep(request: HttpRequest, token: UUID) -> HttpResponse:
    by, now = request.user, timezone.now()
    offer = Offer(request.POST, by=by, today=timezone.localdate())
    version = (read_pks(request.POST.get("version", "")) or [0])[0]
    try:
        kept = drafting.keep(token, request.POST, version=version, organisation=offer.asked_host, by=by, now=now)
    except ValidationError as refusal:
        return _state(request, status=422, refusal=refusal)
    except drafting.AlreadySaved as saved:
        return _state(request, status=409, saved=saved.activity)
    except drafting.ChangedElsewhere as changed:
        return _state(request, status=409, draft=changed.fork, other=changed.draft)
    refused = attaching.keep_files(kept, request.POST, request.FILES.getlist("attachments"), by=by, now=now)
    if is_fragment(request):
        return _state(request, draft=kept)
    messages.success(request, "已存为草稿。")
    for sentence in refused:
        messages.error(request, sentence)
    return redirect("activity-draft", token)


def _state(request: HttpRequest, *, status: int = 200, **context: object) -> HttpResponse:
    """What the save bar says: a fragment for the script, a page without one."""
    template = "_draft_state.html" if is_fragment(request) else "activity_draft.html"
    return render(request, f"activities/{template}", context, status=status)


@require_POST
def discard(request: HttpRequest, token: UUID) -> HttpResponse:
    """Throw one's own draft away."""
    drafting.discard(get_object_or_404(Draft.objects.visible_to(request.user), token=token))
    messages.success(request, "草稿已经删掉。")
    return redirect("activity-log")
