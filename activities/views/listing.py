"""The activities as a list or as a month, filtered."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from ..calendar import ActivityCalendar
from ..listing import ActivityList


@require_safe
def activity_list(request: HttpRequest) -> HttpResponse:
    """List what the reader may see and asked for; with ``?view=calendar`` on the days of a month."""
    by_month = request.GET.get("view") == "calendar"
    shown = (ActivityCalendar if by_month else ActivityList)(request.user, request.GET, timezone.localdate())
    template = "activities/activity_calendar.html" if by_month else "activities/activity_list.html"
    return render(request, template, {"list": shown})
