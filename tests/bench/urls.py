"""The addresses of the program and one more: the yardstick."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from activities.models import Activity


def bare(request: HttpRequest) -> HttpResponse:
    """Session, user, one indexed SELECT of 50 rows, one template without a frame: what any page of this stack costs."""
    rows = Activity.objects.select_related("organisation").order_by("-held_on", "-pk")[:50]
    return render(request, "bare.html", {"reader": request.user.name, "rows": rows})


urlpatterns = [path("bench/bare/", bare, name="bench-bare"), path("", include("config.urls"))]
