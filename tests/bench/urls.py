"""The addresses of the program and two more: the yardsticks."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from activities.models import Activity
from organisations.models import Feedback
from surveys import room_urls

# The key of somebody on the roster: the first that the demo city made.
FIRST = 1


def bare(request: HttpRequest) -> HttpResponse:
    """Session, user, one indexed SELECT of 50 rows, one template without a frame: what any page of this stack costs."""
    rows = Activity.objects.select_related("organisation").order_by("-held_on", "-pk")[:50]
    return render(request, "bare.html", {"reader": request.user.name, "rows": rows})


def insert(request: HttpRequest) -> HttpResponse:
    """One INSERT of what was posted: the yardstick of the room."""
    Feedback.objects.create(person_id=FIRST, text=request.POST["text"])
    return HttpResponse("ok")


# Behind the room's own handler, as what is measured against it.
room_urls.urlpatterns.insert(0, path("s/bench/insert/", insert))
urlpatterns = [path("bench/bare/", bare, name="bench-bare"), path("", include("config.urls"))]
