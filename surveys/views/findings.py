"""转为问题: a published line of the results, or a comment, put on the list of problems."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from organisations.views.acts import sent
from organisations.views.scope import PersonRequest

from ..findings import Figures, figures
from ..forms.results import FindingForm
from .results import with_figures


@require_http_methods(["GET", "HEAD", "POST"])
def survey_finding(request: PersonRequest, pk: int) -> HttpResponse:
    """The form; ``?table=&line=`` say which figures. Http404, PermissionDenied."""
    found = _named(request, pk)
    now = timezone.now()
    form = FindingForm(sent(request), figures=found, by=request.user, now=now, today=timezone.localdate(now))
    if form.carry_out(request.user):
        messages.success(request, f"转为问题了，{form.result.label}。")
        return redirect(f"{reverse('survey-results', args=[pk])}?{urlencode({'part': found.part})}")
    context = {"form": form, "found": found, "survey": found.survey}
    return render(request, "surveys/survey_finding.html", context, status=422 if form.is_bound else 200)


def _named(request: PersonRequest, pk: int) -> Figures:
    """The figures that the query names, if the reader reads them and may turn them."""
    page = with_figures(request, pk)
    found = figures(page.survey, page.parts, request.GET.get("table", ""), request.GET.get("line", ""))
    if found is None:
        raise Http404
    if found.part not in page.turnable:
        raise PermissionDenied("公布以后，由编这份调研的单位，或者所在机关来转。")
    return found
