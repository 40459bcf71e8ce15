"""Taking a record back: first what it will do, then the reason."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from ..models import ActivityState
from ..reasons import ReasonForm
from ..recording import withdraw as withdraw_record
from ..withdrawing import consequences
from .finding import managed_activity

WORDS = {"verb": "撤回记录", "refrain": "不撤回"}


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the reason; withdraw. What was withdrawn already is shown as it stands."""
    activity, today = managed_activity(request.user, pk), timezone.localdate()
    if activity.state == ActivityState.WITHDRAWN:
        return redirect("activity", pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and form.carry_out(withdraw_record, activity, by=request.user, now=timezone.now(), today=today):
        return redirect("activity", pk)
    context = WORDS | {
        "form": form,
        "cancel_url": reverse("activity", args=[pk]),
        "activity": activity,
        "consequences": consequences(activity, today),
    }
    return render(request, "activities/activity_withdraw.html", context, status=422 if form.is_bound else 200)
