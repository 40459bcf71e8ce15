"""Addresses for the tests of log-in: the real doors, and three rooms behind them."""

import json

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from config.urls import urlpatterns as real


def desk(request: HttpRequest) -> HttpResponse:
    """Where a log-in leads."""
    return HttpResponse("工作台")


def note(request: HttpRequest) -> HttpResponse:
    """Say back what was posted, field by field, in order."""
    if request.method == "POST":
        return JsonResponse(dict(request.POST.lists()))
    return HttpResponse("<form method=post></form>")


def burst(request: HttpRequest) -> HttpResponse:
    """Fail while holding what was typed."""
    raise ValueError(f"cannot keep {json.dumps(request.POST, ensure_ascii=False)}")


urlpatterns = [
    path("", desk, name="desk"),
    path("note/", note, name="note"),
    path("autosave/", note, name="activity-draft"),
    path("burst/", burst, name="burst"),
    *[route for route in real if getattr(route, "name", None) != "desk"],
]
