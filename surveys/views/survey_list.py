"""调研: the list, and the one address of a survey that leads on to where it stands."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from organisations.views.scope import PersonRequest

from ..models import Survey, SurveyKind
from ..survey_list import SurveyList


def seen(request: PersonRequest, pk: int) -> Survey:
    """The survey, if the reader writes it or is asked by it. Http404."""
    rows = Survey.objects.visible_to(request.user).select_related("organisation", "programme", "previous")
    return get_object_or_404(rows, pk=pk)


@require_safe
def survey_list(request: PersonRequest) -> HttpResponse:
    """What asks the reader, what he writes, what was published."""
    shown = SurveyList(request.user, timezone.now(), request.GET.get("page", "1"))
    return render(request, "surveys/survey_list.html", {"list": shown})


@require_safe
def survey(request: PersonRequest, pk: int) -> HttpResponse:
    """Lead on to where the survey stands: its results, its desk, or where it is written; an appraisal has pages of its own."""
    row = seen(request, pk)
    is_appraisal = row.kind == SurveyKind.APPRAISAL
    if row.has_results(timezone.now()) and not is_appraisal:
        return redirect("survey-results", pk)
    if row.is_open(timezone.now()) and Survey.objects.asking(request.user).filter(pk=pk).exists():
        return redirect("survey-desk", pk)
    if Survey.objects.manageable_by(request.user).filter(pk=pk).exists():
        return redirect("appraisal" if is_appraisal else "survey-author", pk)
    is_over = is_appraisal and row.closed_at is not None
    return redirect("appraisal-list") if is_over else redirect("survey-desk", pk)
