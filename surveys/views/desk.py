"""领票: the page before the ballot, and the ballot itself, once."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from organisations.views.scope import PersonRequest

from ..addresses import room_url
from ..desk import AlreadyTakenError, DeskPage, hand_out
from ..keys import KeyGoneError
from ..models import Survey
from ..slips import Slip, door


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True, private=True)
def survey_desk(request: PersonRequest, pk: int) -> HttpResponse:
    """What taking a ballot means, with one button; by POST the ballot itself, in this answer and nowhere else."""
    survey = get_object_or_404(Survey.objects.visible_to(request.user).select_related("organisation"), pk=pk)
    page = DeskPage(survey, request.user, timezone.now())
    if page.unit is None:
        return _page(request, page, "surveys/survey_not_asked.html", status=403)
    if request.method != "POST":
        return _page(request, page, "surveys/survey_desk.html")
    return _ballot(request, page)


@sensitive_variables()
def _ballot(request: PersonRequest, page: DeskPage) -> HttpResponse:
    # The stamp of idleness would write the session right after the mark, and by their neighbourhood say whose it is.
    request.session.modified = False
    try:
        code = hand_out(page.survey, by=request.user, now=page.now)
    except AlreadyTakenError:
        return _page(request, page, "surveys/survey_taken.html", status=409)
    except (ValidationError, PermissionDenied):
        return _page(request, page, "surveys/survey_desk.html", status=409)
    except KeyGoneError:
        return _page(request, page, "surveys/survey_desk.html", status=503, key_gone=True)
    ballot = Slip.of(page.survey, code, request)
    return _page(request, page, "surveys/survey_ballot.html", ballot=ballot, door=door(page.survey, request))


@sensitive_variables()
def _page(request: PersonRequest, page: DeskPage, template: str, status: int = 200, **context: Any) -> HttpResponse:
    context |= {"page": page, "survey": page.survey}
    context |= {"room": room_url("room-intro", page.survey), "promise_url": room_url("room-promise", page.survey)}
    return render(request, template, context, status=status)
