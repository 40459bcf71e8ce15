"""The first two steps of an import: the file, and what its columns are."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents.downloads import XLSX, attachment, file_name

from ..forms.importing import ColumnsForm, ReceiveForm, SheetForm
from ..importing import batches, sample
from ..importing.mapping import Mapping
from ..importing.preview import Preview
from ..importing.subjects import SUBJECTS
from ..models.importing import ImportBatch, ImportSubject
from ..permissions import Act
from .acts import sent
from .scope import PersonRequest, organisation_named

methods = require_http_methods(["GET", "HEAD", "POST"])
EARLIER = 20


def batch_for(request: PersonRequest, pk: int) -> ImportBatch:
    """An import into what the reader keeps. Http404."""
    seen = ImportBatch.objects.visible_to(request.user).select_related("organisation", "by", "undone_by")
    batch: ImportBatch = get_object_or_404(seen, pk=pk)
    return batch


def preview_of(request: PersonRequest, batch: ImportBatch, now: datetime) -> Preview:
    """The import as its page shows it; ``?show=`` and ``?page=`` leaf through one sort of rows."""
    where = request.POST if request.method == "POST" else request.GET
    show, page = where.get("show", ""), where.get("page", "")
    return Preview(batch, request.user, now, today=timezone.localdate(now), show=show, page=page)


@methods
def people_import(request: PersonRequest) -> HttpResponse:
    """Choose what to import, into what, and the file; below, what was imported before."""
    now, today = timezone.now(), timezone.localdate()
    if not request.user.may(Act.MANAGE_PEOPLE, today=today):
        raise PermissionDenied("导入由机关党委和机关工委来办。")
    inside = organisation_named(request, Act.MANAGE_PEOPLE, today)
    asked = request.GET.get("subject", "")
    subject = asked if asked in SUBJECTS else ImportSubject.PEOPLE
    form = ReceiveForm(
        sent(request), request.FILES or None, by=request.user, inside=inside, subject=subject, now=now, today=today
    )
    if form.carry_out(request.user):
        return redirect("people-import-columns", form.result.pk)
    earlier = ImportBatch.objects.visible_to(request.user, today).select_related("organisation", "by", "undone_by")
    page = Paginator(earlier, EARLIER).get_page(request.GET.get("page"))
    imports = [Preview(batch, request.user, now, today=today) for batch in page]
    context = {"form": form, "page": page, "imports": imports}
    return render(request, "organisations/people_import.html", context, status=422 if form.is_bound else 200)


@require_safe
def people_import_template(request: PersonRequest, subject: str) -> HttpResponse:
    """An empty workbook to fill in."""
    if not request.user.may(Act.MANAGE_PEOPLE):
        raise PermissionDenied
    if subject not in SUBJECTS:
        raise Http404
    name = file_name(f"{ImportSubject(subject).label}模板", "", "", "xlsx")
    return attachment(sample.workbook(subject, created=timezone.now()), name, XLSX)


@never_cache
@methods
def people_import_columns(request: PersonRequest, pk: int) -> HttpResponse:
    """Say which column is what and which unit is meant; then let it be checked."""
    now = timezone.now()
    batch = batch_for(request, pk)
    if request.method != "POST" and not batches.may_be_mapped(batch, now):
        return redirect("people-import-batch", pk)
    form = ColumnsForm(sent(request), batch=batch, now=now, today=timezone.localdate(now))
    if form.carry_out(request.user):
        if form.result:
            batches.start_checking(batch, by=request.user, now=now)
            return redirect("people-import-batch", pk)
        messages.info(request, "单位在另一列，请再看一眼各种写法对应到哪里。")
        return redirect("people-import-columns", pk)
    return columns_page(request, batch, form, SheetForm(None, batch=batch, now=now), now)


@require_POST
def people_import_reread(request: PersonRequest, pk: int) -> HttpResponse:
    """Look at another sheet, or take another row for the header."""
    now = timezone.now()
    batch = batch_for(request, pk)
    sheet = SheetForm(sent(request), batch=batch, now=now)
    if sheet.carry_out(request.user):
        return redirect("people-import-columns", pk)
    batch = batch_for(request, pk)
    form = ColumnsForm(None, batch=batch, now=now, today=timezone.localdate(now))
    return columns_page(request, batch, form, sheet, now)


def columns_page(
    request: PersonRequest, batch: ImportBatch, form: ColumnsForm, sheet: SheetForm, now: datetime
) -> HttpResponse:
    """The second step; 422 when something was sent and refused."""
    refused = form if form.is_bound else sheet
    context = {"preview": preview_of(request, batch, now), "map": Mapping(batch, form), "form": refused, "sheet": sheet}
    return render(request, "organisations/import_columns.html", context, status=422 if refused.is_bound else 200)
