"""记一次活动: the sheet, its refills, and saving it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from organisations.permissions import Act

from .. import attaching, drafting, saving, starting
from ..forms.correct import CorrectForm
from ..forms.log import LogForm
from ..forms.offer import Offer
from ..forms.sheet import Sheet
from .correct import correct_page, corrected_activity


def sheet_page(request: HttpRequest, sheet: Sheet, *, status: int = 200, **context: Any) -> HttpResponse:
    """The whole page."""
    context |= {"sheet": sheet, "form": sheet.form}
    if request.method == "POST" or "draft" in context:
        # A sheet that has just begun has a token that nothing hangs on.
        context["attachments"] = attaching.OnDraft(sheet.token, request.user).there()
    return render(request, "activities/activity_log.html", context, status=status)


def refuse_strangers(request: HttpRequest) -> None:
    """PermissionDenied for whoever may log nowhere."""
    if not request.user.may(Act.LOG):
        raise PermissionDenied("活动由支部书记或者她指定的记录员来记。")


@require_http_methods(["GET", "HEAD", "POST"])
def log(request: HttpRequest) -> HttpResponse:
    """Show a new sheet with everything filled in, or save the one that was sent."""
    refuse_strangers(request)
    if request.method == "POST":
        return _save(request)
    offer = starting.new(request.GET, by=request.user, today=timezone.localdate())
    drafts = drafting.recent(request.user, timezone.now())
    return sheet_page(request, starting.fill_in(offer), drafts=drafts)


def _save(request: HttpRequest) -> HttpResponse:
    by, now, today = request.user, timezone.now(), timezone.localdate()
    form = LogForm(request.POST, by=by, today=today)
    form.full_clean()
    saving.take_files(form, request.FILES.getlist("attachments"), by=by, now=now)
    if form.is_valid():
        twin = saving.twin_of(form, by)
        if twin is not None:
            said = saving.when_saved(twin, by, today)
            return sheet_page(request, Sheet(form), status=422, twin=twin, twin_said=said)
        try:
            activity = saving.save(form, by=by, now=now, today=today)
        except ValidationError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, saving.done_sentence(activity, now=now))
            return redirect("activity", activity.pk)
    return sheet_page(request, Sheet(form), status=422)


@require_POST
def refill(request: HttpRequest) -> HttpResponse:
    """What was typed, with everything nobody has touched filled in anew; writes nothing."""
    refuse_strangers(request)
    raw, activity = request.POST.copy(), corrected_activity(request)
    starting.rearrange(raw)
    offer = Offer(raw, by=request.user, today=timezone.localdate(), activity=activity)
    sheet = starting.fill_in(offer, CorrectForm if activity else LogForm)
    if request.htmx:
        response = render(request, "activities/_refilled.html", {"sheet": sheet, "form": sheet.form})
        return trigger_client_event(response, "refilled", after="settle")
    return correct_page(request, sheet, activity) if activity else sheet_page(request, sheet)
