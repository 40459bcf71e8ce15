"""Taking a list away as a file: at once, or from the background with its progress."""

from __future__ import annotations

from wsgiref.util import FileWrapper

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from documents.downloads import attachment, streamed_attachment

from .. import tables
from ..forms.export import ExportForm
from ..models import Export
from .scope import PersonRequest

PIECE = 64 * 1024


@require_safe
def table_file(request: PersonRequest, source: str, extension: str) -> HttpResponse:
    """The list that a page shows, as a file; 409 and the offer to make it in the background where it is long."""
    now = timezone.now()
    table = tables.named(source)(request.user, request.GET, timezone.localdate(now))
    rows = table.count()
    if rows <= tables.AT_ONCE:
        data = tables.at_once(table, source, extension, now)
        return attachment(data, table.file_name(extension), tables.CONTENT_TYPES[extension])
    form = ExportForm(initial={"source": source, "extension": extension}, query=request.GET, now=now)
    earlier = Export.objects.visible_to(request.user).earlier(source, now)
    query = tables.stored(request.GET)
    context = {"form": form, "table": table, "rows": rows, "query": query, "earlier": earlier, "now": now}
    return render(request, "organisations/export_ask.html", context, status=409)


@require_POST
def export_ask(request: PersonRequest) -> HttpResponse:
    """Have the file made in the background."""
    form = ExportForm(request.POST, query=request.GET, now=timezone.now())
    if form.carry_out(request.user):
        return redirect("export", form.result.pk)
    return render(request, "organisations/export_ask.html", {"form": form}, status=422)


@require_safe
def export(request: PersonRequest, pk: int) -> HttpResponse:
    """How far the file is, and the way to it; the page asks again by itself."""
    now = timezone.now()
    asked = get_object_or_404(Export.objects.visible_to(request.user), pk=pk)
    page = f"{reverse(tables.named(asked.source).page)}?{asked.query}"
    context = {"export": asked, "stands": asked.stands(now), "page": page}
    return render(request, f"organisations/{'_export' if request.htmx else 'export'}.html", context)


@require_safe
def export_file(request: PersonRequest, pk: int) -> StreamingHttpResponse:
    """The file, for whoever asked for it and may still read the list."""
    made = get_object_or_404(Export.objects.visible_to(request.user).fetchable(), pk=pk)
    tables.named(made.source)(request.user, made.conditions, timezone.localdate())
    if not made.is_still_allowed(timezone.localdate()):
        raise PermissionDenied("你的职务或单位在导出以后变了，这份文件不能再取。请重新导出。")
    response = streamed_attachment(
        FileWrapper(made.file.open(), PIECE), made.file_name, tables.CONTENT_TYPES[made.extension]
    )
    response["Content-Length"] = made.file.size
    return response
