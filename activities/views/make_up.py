"""Noting that an absent person made up the study, or taking the note back."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from ..reasons import MakeUpForm
from ..record_page import RecordPage
from .finding import managed_activity


@require_POST
def make_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Note the day; answer with the section alone if a script asked."""
    activity, today = managed_activity(request.user, pk), timezone.localdate()
    form = MakeUpForm(request.POST, activity=activity)
    saved = form.is_valid() and form.save(by=request.user, today=today)
    if saved and not request.htmx:
        return redirect("activity", pk)
    context = {"page": RecordPage(activity, request.user, today), "activity": activity, "make_up_form": form}
    template = "activities/_make_up.html" if request.htmx else "activities/activity.html"
    return render(request, template, context, status=200 if saved else 422)
