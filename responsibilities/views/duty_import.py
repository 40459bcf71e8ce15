"""Importing a duty list: the file, what is in it, what would become of it, the draft."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organisations.models import Person
from organisations.permissions import Act
from organisations.views.acts import act_page, sent
from organisations.views.scope import PersonRequest

from ..forms.duty_import import ColumnsForm, ConfirmForm, DiscardForm, ReceiveForm, TableForm
from ..importing.preview import Mapping, Preview
from ..importing.receiving import names_for
from ..models import DutyImport

both = require_http_methods(["GET", "HEAD", "POST"])
EARLIER = 20


def import_for(person: Person, pk: int, today: date) -> DutyImport:
    """The import. Http404 unless the reader keeps lists there."""
    rows = DutyImport.objects.visible_to(person, today).select_related("organisation", "revises", "made")
    return get_object_or_404(rows, pk=pk)


@both
def duty_import(request: PersonRequest) -> HttpResponse:
    """Choose the file; below, what was imported before."""
    now, today = timezone.now(), timezone.localdate()
    if not request.user.may(Act.EDIT_DUTIES, today=today):
        raise PermissionDenied("责任清单由机关工委和机关党委来导入。")
    form = ReceiveForm(sent(request), request.FILES or None, person=request.user, now=now, today=today)
    if form.carry_out(request.user):
        return redirect("duty-import-columns", form.result.pk)
    earlier = DutyImport.objects.visible_to(request.user, today).select_related("organisation", "by", "made")
    page = Paginator(earlier.defer("content", "columns", "seats"), EARLIER).get_page(request.GET.get("page"))
    context = {"form": form, "page": page}
    return render(request, "responsibilities/duty_import.html", context, status=422 if form.is_bound else 200)


@never_cache
@both
def duty_import_columns(request: PersonRequest, pk: int) -> HttpResponse:
    """Say which column is what and who is meant; then it is checked."""
    record = import_for(request.user, pk, timezone.localdate())
    if request.method != "POST" and record.made is not None:
        return redirect("duty-list", record.made_id)
    form = ColumnsForm(sent(request), record=record, names=names_for(record))
    if form.carry_out(request.user):
        if form.result:
            return redirect("duty-import-check", pk)
        messages.info(request, "写着谁的责任的列变了，请再看一眼各种写法对应到哪一级、哪一岗。")
        return redirect("duty-import-columns", pk)
    return columns_page(request, record, form, TableForm(None, record=record))


@require_POST
def duty_import_table(request: PersonRequest, pk: int) -> HttpResponse:
    """Take another table of the file."""
    record = import_for(request.user, pk, timezone.localdate())
    table = TableForm(sent(request), record=record)
    if table.carry_out(request.user):
        return redirect("duty-import-columns", pk)
    return columns_page(request, record, ColumnsForm(None, record=record, names=names_for(record)), table)


def columns_page(request: PersonRequest, record: DutyImport, form: ColumnsForm, table: TableForm) -> HttpResponse:
    """The second step; 422 when something was sent and refused."""
    refused = form if form.is_bound else table
    context = {"page": Mapping(record, form), "record": record, "form": refused, "table": table}
    return render(
        request, "responsibilities/duty_import_columns.html", context, status=422 if refused.is_bound else 200
    )


@never_cache
@require_safe
def duty_import_check(request: PersonRequest, pk: int) -> HttpResponse:
    """What would become of the file."""
    today = timezone.localdate()
    record = import_for(request.user, pk, today)
    if record.made is not None:
        return redirect("duty-list", record.made_id)
    context = {"page": Preview(record, today), "record": record, "form": None}
    return render(request, "responsibilities/duty_import_check.html", context)


@require_POST
def duty_import_confirm(request: PersonRequest, pk: int) -> HttpResponse:
    """Make the draft. A second click leads to the same one."""
    now = timezone.now()
    today = timezone.localdate(now)
    record = import_for(request.user, pk, today)
    form = ConfirmForm(sent(request), record=record, now=now, today=today)
    if form.carry_out(request.user):
        messages.success(request, "草稿拟好了。逐项看过、改好，再发布。")
        return redirect("duty-list", form.result.pk)
    page = Preview(record, today, taken=form.taken, kept=form.kept)
    return render(
        request,
        "responsibilities/duty_import_check.html",
        {"page": page, "record": record, "form": form},
        status=422,
    )


@both
def duty_import_discard(request: PersonRequest, pk: int) -> HttpResponse:
    """Say what it does; forget the file."""
    record = import_for(request.user, pk, timezone.localdate())
    form = DiscardForm(sent(request), record=record)
    if form.carry_out(request.user):
        messages.success(request, "删掉了。")
        return redirect("duty-import")
    lede = "读到的内容删掉，找不回来；文件还在你那里。" + ("已经导成的草稿不受影响。" if record.made else "")
    cancel_url = reverse("duty-import") if record.made else reverse("duty-import-check", args=[pk])
    title = f"删掉《{record.file_name}》"
    return act_page(request, form, title=title, lede=lede, verb="删掉", cancel_url=cancel_url, danger=True)
