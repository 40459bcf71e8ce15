"""半年自查: the reader's own, and nobody else's."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from documents.downloads import DOCX, attachment
from organisations.views.scope import PersonRequest

from .. import self_checking
from ..forms.self_check import SelfCheckForm
from ..self_check_page import SelfCheckPage
from .private import private


@private
@require_safe
def self_check(request: PersonRequest) -> HttpResponse:
    """The facts of a half-year, and the two fields beside them."""
    page = _page(request)
    row = page.row
    initial = {"shortfalls": row.shortfalls, "plans": row.plans} if row else {}
    return _drawn(request, page, SelfCheckForm(initial=initial))


@private
@require_POST
def self_check_save(request: PersonRequest) -> HttpResponse:
    """Keep what was typed."""
    return _write(request, self_checking.save, "存好了。")


@private
@require_POST
def self_check_finish(request: PersonRequest) -> HttpResponse:
    """Keep what was typed, and the facts as they are."""
    return _write(request, self_checking.finish, "自查完成了，可以导出。", today=timezone.localdate())


def _write(request: PersonRequest, verb: Any, said: str, **given: Any) -> HttpResponse:
    page, form = _held(request), SelfCheckForm(request.POST)
    if not form.hand_to(verb, request.user, page.place, page.half, by=request.user, now=timezone.now(), **given):
        return _drawn(request, page, form, status=422)
    messages.success(request, said)
    return _back(page)


@private
@require_POST
def self_check_reopen(request: PersonRequest) -> HttpResponse:
    """Go on writing what was finished."""
    page = _held(request)
    self_checking.reopen(request.user, page.place, page.half, by=request.user)
    messages.success(request, "可以接着写了，数字按今天的记录算。")
    return _back(page)


@private
@require_safe
def self_check_docx(request: PersonRequest) -> HttpResponse:
    """What is kept, as a Word file."""
    page = _held(request)
    return attachment(page.document(timezone.now()), page.file_name, DOCX)


def _page(request: PersonRequest) -> SelfCheckPage:
    return SelfCheckPage(request.user, request.GET, timezone.localdate())


def _held(request: PersonRequest) -> Any:
    """The page, for who holds a post. Http404."""
    page = _page(request)
    if page.place is None:
        raise Http404
    return page


def _back(page: SelfCheckPage) -> HttpResponse:
    return redirect(f"{reverse('self-check')}{page.query}")


def _drawn(request: PersonRequest, page: SelfCheckPage, form: SelfCheckForm, status: int = 200) -> HttpResponse:
    context = {"page": page, "form": form}
    return render(request, "responsibilities/self_check.html", context, status=status)
