"""结果: the page, the files, the one-page summary. Before there is anything to read no figure and no file."""

from __future__ import annotations

from io import BytesIO

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from documents.downloads import DOCX, XLSX, attachment, file_name
from organisations.views.scope import PersonRequest

from ..published import WHOLE
from ..reading import survey_for
from ..results import Results
from ..results_excel import write_results
from ..results_word import results_document


def opened(request: PersonRequest, pk: int) -> Results:
    """The results as the reader may read them, at the part that the query names. Http404."""
    now = timezone.now()
    survey = survey_for(request.user, pk, timezone.localdate(now))
    return Results(survey, request.user, now, request.GET.get("part", WHOLE))


def with_figures(request: PersonRequest, pk: int) -> Results:
    """The same; Http404 while there is nothing for the reader to read."""
    page = opened(request, pk)
    if not page.has_figures:
        raise Http404
    return page


@require_safe
@cache_control(private=True, no_store=True)
def survey_results(request: PersonRequest, pk: int) -> HttpResponse:
    """The page; until then only when it will be there."""
    page = opened(request, pk)
    template = "survey_results" if page.has_figures else "survey_results_waiting"
    return render(request, f"surveys/{template}.html", {"page": page, "survey": page.survey})


@require_safe
@cache_control(private=True, no_store=True)
def survey_summary(request: PersonRequest, pk: int) -> HttpResponse:
    """What staff get on one sheet of paper."""
    page = with_figures(request, pk)
    return render(request, "surveys/survey_summary.html", {"page": page, "survey": page.survey})


@require_safe
def survey_results_word(request: PersonRequest, pk: int) -> HttpResponse:
    """The open part as a Word document."""
    page = with_figures(request, pk)
    return attachment(results_document(page), _name(page, "docx"), DOCX)


@require_safe
def survey_results_excel(request: PersonRequest, pk: int) -> HttpResponse:
    """Every table that the reader reads, as a workbook."""
    page = with_figures(request, pk)
    target = BytesIO()
    write_results(target, page)
    return attachment(target.getvalue(), _name(page, "xlsx"), XLSX)


def _name(page: Results, extension: str) -> str:
    report = f"{page.survey.title}结果{'（待公布）' if page.is_early else ''}"
    return file_name(report, str(page.part or page.survey.organisation), page.period, extension)
