"""纸票, 海报 and 填写进度: for those who run the survey."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from organisations.views.scope import PersonRequest

from .. import qr, slips
from ..addresses import room_address
from ..forms.slips import PrintForm, ReplaceForm, UnitForm
from ..keys import KeyGoneError
from ..meter import MeterPage
from ..models import Survey
from ..slips import SlipsPage


def _run_by(request: PersonRequest, pk: int) -> Survey:
    """The launched survey, if the reader runs it. Http404, PermissionDenied."""
    today = timezone.localdate()
    seen = Survey.objects.visible_to(request.user, today).select_related("organisation")
    survey: Survey = get_object_or_404(seen, pk=pk)
    if not Survey.objects.manageable_by(request.user, today).filter(pk=survey.pk).exists():
        raise PermissionDenied("印票和看进度是发起单位的事。")
    if survey.is_draft:
        raise PermissionDenied("启用以后才有这一页。")
    return survey


@require_safe
def survey_slips(request: PersonRequest, pk: int) -> HttpResponse:
    """What was printed and replaced of each unit, and the two acts."""
    return _slips_page(request, SlipsPage(_run_by(request, pk), timezone.now()))


def _slips_page(
    request: PersonRequest, page: SlipsPage, bound: UnitForm | None = None, status: int = 200, **context: Any
) -> HttpResponse:
    unbound = [form(survey=page.survey, units=page.units, now=page.now) for form in (PrintForm, ReplaceForm)]
    forms = {form.verb: form for form in unbound} | ({bound.verb: bound} if bound else {})
    context |= {"page": page, "survey": page.survey, "form": bound, "forms": forms}
    return render(request, "surveys/survey_slips.html", context, status=status)


@require_POST
@cache_control(no_store=True, private=True)
def survey_slips_print(request: PersonRequest, pk: int) -> HttpResponse:
    """A batch of one unit: the sheets are this answer and nothing else."""
    return _printed(request, pk, PrintForm)


@require_POST
@cache_control(no_store=True, private=True)
def survey_slips_replace(request: PersonRequest, pk: int) -> HttpResponse:
    """One slip for somebody who lost his ballot."""
    return _printed(request, pk, ReplaceForm)


@sensitive_variables()
def _printed(request: PersonRequest, pk: int, form_class: type[UnitForm]) -> HttpResponse:
    page = SlipsPage(_run_by(request, pk), timezone.now())
    form = form_class(request.POST, survey=page.survey, units=page.units, now=page.now)
    try:
        if not form.carry_out(request.user):
            return _slips_page(request, page, form, status=422)
    except KeyGoneError:
        return _slips_page(request, page, form, status=503, key_gone=True)
    sheets = slips.sheets(page.survey, form.result, request)
    context = {"page": page, "survey": page.survey, "place": slips.place_of(form.chosen), "verb": form.verb}
    context |= {"sheets": sheets, "number": len(form.result), "door": slips.door(page.survey, request)}
    return render(request, "surveys/survey_slip_sheets.html", context)


@require_safe
def survey_poster(request: PersonRequest, pk: int) -> HttpResponse:
    """A sheet for the wall: the way into the room, without any ballot."""
    page = SlipsPage(_run_by(request, pk), timezone.now())
    context = {"page": page, "survey": page.survey, "door": slips.door(page.survey, request)}
    square = qr.svg(room_address(page.survey, request))
    return render(request, "surveys/survey_poster.html", context | {"square": square})


@require_safe
def survey_meter(request: PersonRequest, pk: int) -> HttpResponse:
    """How far it is, in steps of five."""
    survey = _run_by(request, pk)
    return render(request, "surveys/survey_meter.html", {"survey": survey, "meter": MeterPage(survey, timezone.now())})
