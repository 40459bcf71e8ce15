"""思想汇报、工作汇报: one's own list, writing, sending, taking back, answering, Word. Open to the two sides alone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents.downloads import DOCX, attachment
from organisations.views.acts import sent

from .. import briefing as acts
from ..briefing_pages import BriefingList, BriefingPage
from ..briefing_word import briefing_document, briefing_file_name
from ..forms.briefings import AnswerForm, SpanForm, WriteForm, prefilled
from ..forms.talks import ConfirmForm
from ..models import Briefing
from .private import given_to, private

FORM_METHODS = ["GET", "HEAD", "POST"]


@private
@require_safe
def briefing_list(request: HttpRequest) -> HttpResponse:
    """One's own, and those sent to one."""
    listed = BriefingList(request.user, request.GET.get("page", "1"))
    return render(request, "responsibilities/briefing_list.html", {"list": listed})


@private
@require_http_methods(FORM_METHODS)
def briefing_add(request: HttpRequest) -> HttpResponse:
    """Write one, from one's own facts of the days in the address on."""
    today = timezone.localdate()
    initial = None
    if request.method != "POST":
        initial = prefilled(request.user, SpanForm(request.GET).read(today), today)
    form = WriteForm(sent(request), initial=initial, **given_to(request))
    if form.carry_out(request.user):
        messages.success(request, "存成草稿了，还没有送出。")
        return redirect("briefing", form.result.pk)
    return _form_page(request, form)


def _form_page(request: HttpRequest, form: WriteForm) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(request, "responsibilities/briefing_add.html", {"form": form, "row": form.row}, status=status)


def _seen(request: HttpRequest, pk: int) -> Briefing:
    """The report. Http404 for everybody but the two sides; a draft for everybody but its author."""
    return get_object_or_404(Briefing.objects.visible_to(request.user).with_names(), pk=pk)


@private
@require_safe
def briefing(request: HttpRequest, pk: int) -> HttpResponse:
    """One report and its answer."""
    row = _seen(request, pk)
    return _page(request, row, AnswerForm(row=row, **given_to(request)))


def _page(request: HttpRequest, row: Briefing, form: Any, status: int = 200) -> HttpResponse:
    context = {"page": BriefingPage(row, request.user), "row": row, "form": form}
    return render(request, "responsibilities/briefing.html", context, status=status)


def _own(request: HttpRequest, pk: int) -> Briefing:
    """One's own. PermissionDenied for the other side."""
    row = _seen(request, pk)
    if row.author_id != request.user.pk:
        raise PermissionDenied
    return row


@private
@require_http_methods(FORM_METHODS)
def briefing_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on with a draft; what was sent is shown instead."""
    row = _own(request, pk)
    if row.is_sent and request.method != "POST":
        return redirect("briefing", pk)
    initial = {"kind": row.kind, "since": row.since, "last_day": row.until - acts.ONE_DAY, "revision": row.revision}
    initial["text"] = BriefingPage(row, request.user).text
    form = WriteForm(sent(request), row=row, initial=initial, **given_to(request))
    if form.carry_out(request.user):
        messages.success(request, "存好了，还没有送出。")
        return redirect("briefing", pk)
    if form.has_error("__all__", "changed"):
        form.go_on_with(row.revision)
    return _form_page(request, form)


def _act(request: HttpRequest, row: Briefing, verb: Any, said: str) -> HttpResponse:
    """Carry out an act that asks nothing; refused, it is the report again with the reason."""
    form = ConfirmForm(request.POST, verb=verb, row=row, **given_to(request))
    if form.carry_out(request.user):
        messages.success(request, said)
        return redirect("briefing", row.pk)
    return _page(request, row, form, status=422)


@private
@require_POST
def briefing_send(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand it over."""
    when = {"now": timezone.now(), "today": timezone.localdate()}
    row = _own(request, pk)
    return _act(request, row, lambda one, by: acts.send(one, by=by, **when), f"送给{row.recipient}了。")


@private
@require_POST
def briefing_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it back before it is answered."""
    return _act(request, _own(request, pk), acts.take_back, "收回来了，对方看不到了。")


@private
@require_POST
def briefing_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer what was sent to one."""
    row = _seen(request, pk)
    if row.recipient_id != request.user.pk:
        raise PermissionDenied
    form = AnswerForm(request.POST, row=row, **given_to(request))
    if form.carry_out(request.user):
        messages.success(request, f"{row.author}看得到你的回复了。")
        return redirect("briefing", pk)
    return _page(request, row, form, status=422)


@private
@require_http_methods(FORM_METHODS)
def briefing_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what it does; throw a draft away."""
    row = _own(request, pk)
    form = ConfirmForm(sent(request), verb=acts.discard, row=row, **given_to(request))
    if form.carry_out(request.user):
        messages.success(request, "草稿扔掉了。")
        return redirect("briefing-list")
    context = {
        "form": form,
        "row": row,
        "verb": "扔掉",
        "refrain": "留着",
        "cancel_url": reverse("briefing", args=[pk]),
    }
    return render(request, "responsibilities/briefing_discard.html", context, status=422 if form.is_bound else 200)


@private
@require_safe
def briefing_word(request: HttpRequest, pk: int) -> HttpResponse:
    """The report as a Word file."""
    page, now = BriefingPage(_seen(request, pk), request.user), timezone.now()
    return attachment(briefing_document(page, now), briefing_file_name(page, now), DOCX)
