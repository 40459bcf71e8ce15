"""看板, and what comes after it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboards.board import CommitteeBoard
from dashboards.carried_out import CarriedOut
from dashboards.choosing import chosen_organisation, chosen_period
from dashboards.held import Held


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """The board of one organisation for one period."""
    today = timezone.localdate()
    organisation = chosen_organisation(request.user, request.GET, today)
    period, refusal = chosen_period(request.GET, today)
    shown = CommitteeBoard(request.user, organisation, period, today, request.GET.get("system", ""))
    return render(request, "dashboards/board.html", {"board": shown, "refusal": refusal})


@require_safe
def held(request: HttpRequest) -> HttpResponse:
    """What was held beside what was owed: a fragment that the board fetches, a page of its own without script."""
    today = timezone.localdate()
    organisation = chosen_organisation(request.user, request.GET, today)
    period, _ = chosen_period(request.GET, today)
    template = "dashboards/_held.html" if request.htmx else "dashboards/board_held.html"
    carried = CarriedOut(organisation, period, today)
    return render(request, template, {"held": Held(organisation, period, today), "carried": carried})
