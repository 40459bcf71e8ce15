"""看板, and what comes after it."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db.models.functions import Length
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboards.board import CommitteeBoard
from dashboards.held import Held
from organisations.models import Organisation
from organisations.permissions import Act
from programmes.periods import Cadence, Period, parse, period_of


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """The board of one organisation for one period."""
    today = timezone.localdate()
    organisation = chosen_organisation(request, today)
    period, refusal = chosen_period(request, today)
    shown = CommitteeBoard(request.user, organisation, period, today, request.GET.get("system", ""))
    return render(request, "dashboards/board.html", {"board": shown, "refusal": refusal})


@require_safe
def held(request: HttpRequest) -> HttpResponse:
    """What was held beside what was owed: a fragment that the board fetches, a page of its own without script."""
    today = timezone.localdate()
    organisation = chosen_organisation(request, today)
    period, _ = chosen_period(request, today)
    template = "dashboards/_held.html" if request.htmx else "dashboards/board_held.html"
    return render(request, template, {"held": Held(organisation, period, today)})


def chosen_organisation(request: HttpRequest, today: date) -> Organisation:
    """The one asked for, or the highest whose board the reader may see. 403 without any such right, 404 outside it."""
    if not request.user.may(Act.VIEW_BOARD, today=today):
        raise PermissionDenied
    offered = Organisation.objects.manageable_by(request.user, Act.VIEW_BOARD, today)
    asked = request.GET.get("organisation", "").strip()
    if asked and not (asked.isascii() and asked.isdigit()):
        raise Http404
    found = offered.filter(pk=int(asked)).first() if asked else offered.order_by(Length("path"), "path").first()
    if found is None:
        raise Http404
    return found


def chosen_period(request: HttpRequest, today: date) -> tuple[Period, str]:
    """The period asked for, by default the present quarter; and a sentence where what was asked means nothing."""
    present = period_of(today, Cadence.QUARTER)
    asked = request.GET.get("period", "").strip()
    try:
        return (parse(asked) if asked else present), ""
    except ValueError as refusal:
        return present, f"{refusal}现在看的是{present.full_label}。"
