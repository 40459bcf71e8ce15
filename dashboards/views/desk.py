"""工作台."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboards.desk import desk_for
from dashboards.desk_waiting import DeskWaiting


@require_safe
def desk_waiting(request: HttpRequest) -> HttpResponse:
    """What waits for the reader on the floor of responsibilities: a fragment that the desk fetches, a page without script."""
    waiting = DeskWaiting(request.user, timezone.now())
    template = "dashboards/_desk_waiting.html" if request.htmx else "dashboards/desk_waiting.html"
    return render(request, template, {"waiting": waiting})


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """The desk of the reader's post; ``?organisation=`` chooses where he holds several."""
    screen = desk_for(request.user, request.GET.get("organisation", ""), timezone.localdate())
    return render(request, screen.template, {"desk": screen})
