"""The list of activities, filtered."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from ..listing import ActivityList


@require_safe
def activity_list(request: HttpRequest) -> HttpResponse:
    """List what the reader may see and asked for."""
    return render(
        request,
        "activities/activity_list.html",
        {"list": ActivityList(request.user, request.GET, timezone.localdate())},
    )
