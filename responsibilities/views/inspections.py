"""督查: the list, one inspection, filling it in on the spot, its notice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents.downloads import DOCX, attachment
from organisations.permissions import Act
from organisations.views.scope import PersonRequest
from programmes.forms.attempting import attempt

from .. import inspecting, notices
from ..inspecting import StaleVisit, may_conduct
from ..inspection_list import InspectionList
from ..inspection_page import InspectionPage, NoticePage, VisitPage
from ..models import CheckVerdict, Inspection
from .inspection_plans import acting, conducted


@require_safe
def inspection_list(request: PersonRequest) -> HttpResponse:
    """What the reader conducts, or was told about his own organisations."""
    if not (request.user.may(Act.INSPECT) or request.user.may(Act.HANDLE_PROBLEMS) or _is_named(request)):
        raise PermissionDenied
    part, page = request.GET.get("part", ""), request.GET.get("page", "1")
    lists = InspectionList(request.user, timezone.localdate(), part, page)
    return render(request, "responsibilities/inspection_list.html", {"lists": lists})


def _is_named(request: PersonRequest) -> bool:
    return Inspection.objects.visible_to(request.user).exists()


@require_safe
def inspection(request: PersonRequest, pk: int) -> HttpResponse:
    """The form on the spot for those who conduct it; afterwards what was found and what became of it."""
    row, today = _seen(request, pk), timezone.localdate()
    if row.is_planned and may_conduct(row, request.user, today):
        return _visit_page(request, VisitPage(row, request.user, today))
    page = InspectionPage(row, request.user, today)
    return render(request, "responsibilities/inspection_result.html", {"page": page, "inspection": row})


def _seen(request: PersonRequest, pk: int) -> Inspection:
    rows = Inspection.objects.visible_to(request.user, timezone.localdate()).with_names()
    found: Inspection = get_object_or_404(rows.prefetch_related("inspectors").select_related("draw", "saved_by"), pk=pk)
    return found


def _visit_page(request: PersonRequest, page: VisitPage, status: int = 200, **context: Any) -> HttpResponse:
    context |= {"page": page, "form": page.form, "inspection": page.inspection}
    return render(request, "responsibilities/inspection.html", context, status=status)


@require_POST
def inspection_fill(request: PersonRequest, pk: int) -> HttpResponse:
    """Keep what was found so far."""
    return _on_the_spot(request, pk, inspecting.fill, "存好了，没看完的可以接着填。", submitting=False)


@require_POST
def inspection_submit(request: PersonRequest, pk: int) -> HttpResponse:
    """Read out on the spot, and done."""
    return _on_the_spot(request, pk, inspecting.submit, "已经提交。", submitting=True)


def _on_the_spot(
    request: PersonRequest, pk: int, verb: Callable[..., Any], said: str, *, submitting: bool
) -> HttpResponse:
    row, who = conducted(request, pk), acting(request)
    page = VisitPage(row, request.user, who["today"], request.POST)
    form = page.form
    if not form.is_valid():
        return _visit_page(request, page, status=422)
    data = form.cleaned_data
    more = {"visited_on": data["visited_on"]} if submitting else {}
    try:
        done = attempt(form, verb, row, form.seen, revision=data["revision"], **more, **who)
    except StaleVisit:
        return _visit_page(request, _with_present_revision(page), status=409, stale=True)
    if not done:
        return _visit_page(request, page, status=422)
    messages.success(request, said)
    wanting = submitting and any(seen.verdict == CheckVerdict.NO for seen in form.seen.values())
    return redirect("inspection-notice" if wanting else "inspection", pk)


def _with_present_revision(page: Any) -> Any:
    """The page whose form, sent once more, is written over what somebody else has kept: he has seen both."""
    page.form.data = page.form.data.copy()
    page.form.data["revision"] = str(page.inspection.revision)
    return page


@require_http_methods(["GET", "HEAD", "POST"])
def inspection_notice(request: PersonRequest, pk: int) -> HttpResponse:
    """The notice before it goes out: read it, change its wording."""
    return _notice(request, pk, notices.amend, "改好了，还没有发。", "inspection-notice")


@require_POST
def inspection_issue(request: PersonRequest, pk: int) -> HttpResponse:
    """Send the notice, as it is worded in the form."""
    return _notice(request, pk, notices.issue, "通知发出了，要改的都进了对方的问题清单。", "inspection")


def _notice(request: PersonRequest, pk: int, verb: Callable[..., Any], said: str, then: str) -> HttpResponse:
    row, who = conducted(request, pk), acting(request)
    if not row.is_visited and request.method != "POST":
        return redirect("inspection", row.pk)
    page = NoticePage(row, request.user, who["today"], request.POST if request.method == "POST" else None)
    if not page.form.is_valid():
        return _notice_page(request, page)
    try:
        done = attempt(page.form, verb, row, page.form.wording, revision=page.form.cleaned_data["revision"], **who)
    except StaleVisit:
        return _notice_page(request, _with_present_revision(page), status=409, stale=True)
    if not done:
        return _notice_page(request, page)
    messages.success(request, said)
    return redirect(then, pk)


def _notice_page(request: PersonRequest, page: NoticePage, status: int = 0, **context: Any) -> HttpResponse:
    context |= {"page": page, "form": page.form, "inspection": page.inspection}
    status = status or (422 if page.form.is_bound else 200)
    return render(request, "responsibilities/inspection_notice.html", context, status=status)


@require_safe
def inspection_word(request: PersonRequest, pk: int) -> HttpResponse:
    """The notice as Word: for both sides once it is out, before that for those who conduct it."""
    row, today = _seen(request, pk), timezone.localdate()
    drafting = row.is_visited and may_conduct(row, request.user, today)
    if not (row.number or drafting):
        return redirect("inspection", row.pk)
    data = notices.notice_document(row, list(row.findings.all()), timezone.now())
    return attachment(data, notices.notice_file_name(row), DOCX)
