"""The record of one activity, on screen and on paper."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from ..record_page import RecordPage
from .finding import seen_activity


@require_safe
def activity(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the record to whoever may see it."""
    page = RecordPage(seen_activity(request.user, pk), request.user, timezone.localdate())
    return render(request, "activities/activity.html", {"page": page, "activity": page.activity})
