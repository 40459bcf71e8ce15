"""The last two steps of an import: looking through what it would write, confirming, and taking it back."""

from __future__ import annotations

from io import BytesIO
from pathlib import PurePath

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents.downloads import XLSX, attachment, safe_name
from documents.excel import write_workbook

from ..forms.importing import DiscardForm, UndoForm, sent_decisions
from ..importing import batches
from ..importing.preview import Sent
from ..models.importing import ImportBatch, ImportState
from .acts import act_page, sent
from .importing import batch_for, preview_of
from .scope import PersonRequest

methods = require_http_methods(["GET", "HEAD", "POST"])

PAGES = {
    ImportState.READY: "organisations/import_check.html",
    ImportState.DONE: "organisations/import_done.html",
    ImportState.UNDONE: "organisations/import_done.html",
}


@never_cache
@require_safe
def people_import_batch(request: PersonRequest, pk: int) -> HttpResponse:
    """The import as it stands: at work, to be confirmed, done or taken back."""
    batch = batch_for(request, pk)
    if batch.state in (ImportState.RECEIVED, ImportState.FAILED):
        return redirect("people-import-columns", pk)
    return batch_page(request, batch)


def batch_page(request: PersonRequest, batch: ImportBatch, refusal: ValidationError | None = None) -> HttpResponse:
    """The page of the present state; with a refusal, 422 and what was chosen still there."""
    now = timezone.now()
    preview = preview_of(request, batch, now)
    if refusal is not None:
        preview.sent = sent_decisions(request.POST)
    template = PAGES.get(ImportState(batch.state), "organisations/import_running.html")
    context = {"preview": preview, "refusals": refusal.messages if refusal else []}
    return render(request, template, context, status=422 if refusal else 200)


@never_cache
@require_safe
def people_import_progress(request: PersonRequest, pk: int) -> HttpResponse:
    """How far the worker is: a fragment that asks again by itself, until there is a page to go to."""
    batch = batch_for(request, pk)
    preview = preview_of(request, batch, timezone.now())
    here = reverse("people-import-batch", args=[pk])
    if not request.htmx:
        return redirect(here)
    response = render(request, "organisations/_import_progress.html", {"preview": preview})
    if not preview.is_at_work:
        response["HX-Redirect"] = here
    return response


@require_POST
def people_import_decide(request: PersonRequest, pk: int) -> HttpResponse:
    """Keep what was decided on this page; ``to`` (kind.page) leafs on. A fragment of the bar for each single choice."""
    batch = batch_for(request, pk)
    try:
        keep(request, batch, sent_decisions(request.POST))
    except ValidationError as refusal:
        if not request.htmx:
            return batch_page(request, batch_for(request, pk), refusal)
        context = {"preview": preview_of(request, batch, timezone.now()), "refusals": refusal.messages}
        return render(request, "organisations/_import_bar.html", context, status=422)
    if request.htmx:
        context = {"preview": preview_of(request, batch, timezone.now()), "kept": True}
        return render(request, "organisations/_import_bar.html", context)
    return redirect(f"{reverse('people-import-batch', args=[pk])}{next_page(request)}")


def keep(request: PersonRequest, batch: ImportBatch, chosen: Sent) -> None:
    """Hand the choices of a page to the verb. ValidationError."""
    batches.decide(batch, chosen.decisions, chosen.accepted, whom=chosen.whom, by=request.user, now=timezone.now())


def next_page(request: PersonRequest) -> str:
    """The query of the page that a press of 保存, 下一页 or 全部列出 leads to."""
    show, _, number = request.POST.get("to", "").partition(".")
    if "to" not in request.POST:
        show, number = request.POST.get("show", ""), request.POST.get("page", "")
    given = {name: value for name, value in (("show", show), ("page", number)) if value}
    return f"?{urlencode(given)}" if given else ""


@require_POST
def people_import_confirm(request: PersonRequest, pk: int) -> HttpResponse:
    """Keep what this page shows, and let all of it be written. A second press leads to the same page."""
    batch = batch_for(request, pk)
    try:
        if batch.state == ImportState.READY:
            keep(request, batch, sent_decisions(request.POST))
        batches.confirm(batch, by=request.user, now=timezone.now())
    except ValidationError as refusal:
        return batch_page(request, batch_for(request, pk), refusal)
    return redirect("people-import-batch", pk)


@methods
def people_import_undo(request: PersonRequest, pk: int) -> HttpResponse:
    """Take the whole import back."""
    batch, now = batch_for(request, pk), timezone.now()
    form = UndoForm(sent(request), batch=batch, now=now)
    if form.carry_out(request.user):
        return redirect("people-import-batch", pk)
    preview = preview_of(request, batch, now)
    lede = (
        f"这次新增的 {preview.written_new:,} {preview.unit}撤下，变更的 {preview.written_changed:,} {preview.unit}改回原样。"
        "导入以后又有人改过、用过的不动，撤销完了逐个列出来。"
    )
    title, cancel = f"撤销这次{batch.get_subject_display()}的导入？", reverse("people-import-batch", args=[pk])
    return act_page(request, form, title=title, lede=lede, verb="撤销这次导入", cancel_url=cancel, danger=True)


@methods
def people_import_discard(request: PersonRequest, pk: int) -> HttpResponse:
    """Forget a file that was not imported."""
    batch, now = batch_for(request, pk), timezone.now()
    form = DiscardForm(sent(request), batch=batch, now=now)
    if form.carry_out(request.user):
        messages.success(request, f"“{batch.file_name}”已经删掉，没有写入任何内容。")
        return redirect("people-import")
    title, cancel = f"不导“{batch.file_name}”了？", reverse("people-import-batch", args=[pk])
    lede = "文件和核对的结果都会删掉，名册不变。选好的列和单位写法已经记住，下次不用再选。"
    return act_page(request, form, title=title, lede=lede, verb="删掉这个文件", cancel_url=cancel, danger=True)


@require_safe
def people_import_refused(request: PersonRequest, pk: int) -> HttpResponse:
    """The rows that were not taken, as a workbook to mend and import again."""
    batch = batch_for(request, pk)
    target = BytesIO()
    write_workbook(
        target, [batches.refused_rows(batch)], organisation=batch.organisation.official_name, created=timezone.now()
    )
    stem = PurePath(batch.file_name).stem
    return attachment(target.getvalue(), safe_name(f"{stem}_有错的行.xlsx"), XLSX)
