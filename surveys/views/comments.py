"""大家写下的话: reading them, and before the day of publication putting one in other words or holding it back."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from organisations.views.acts import act_page, sent
from organisations.views.scope import PersonRequest

from ..comment_pages import CommentPage, comment_to_review
from ..forms.results import HoldBackForm, ParaphraseForm
from ..models import Comment
from .results import with_figures

methods = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@cache_control(private=True, no_store=True)
def survey_comments(request: PersonRequest, pk: int) -> HttpResponse:
    """The comments of one part."""
    results = with_figures(request, pk)
    page = CommentPage(results, request.GET.get("page", "1"))
    return render(request, "surveys/survey_comments.html", {"list": page, "page": results, "survey": page.survey})


def _to_review(request: PersonRequest, pk: int, key: UUID) -> Comment:
    """The comment, for whoever looks comments over. Http404, PermissionDenied."""
    results = with_figures(request, pk)
    comment = comment_to_review(results, key)
    if comment is None:
        raise Http404
    if not results.is_editor:
        raise PermissionDenied("留言由编这份调研的单位来看。")
    return comment


def _back(pk: int, comment: Comment) -> str:
    return f"{reverse('survey-comments', args=[pk])}?{urlencode({'part': comment.part})}"


@methods
@cache_control(private=True, no_store=True)
def survey_comment(request: PersonRequest, pk: int, comment: UUID) -> HttpResponse:
    """Say one in other words."""
    row = _to_review(request, pk, comment)
    form = ParaphraseForm(sent(request), comment=row, now=timezone.now())
    if form.carry_out(request.user):
        messages.success(request, "改写好了，公布的是转述的话。")
        return redirect(_back(pk, row))
    lede = "意思留下，能看出是谁的话换掉。"
    words = {"title": "改写这条留言", "lede": lede, "verb": "用转述的话", "cancel_url": _back(pk, row)}
    return act_page(request, form, **words, quoted=row.text, danger=False)


@methods
@cache_control(private=True, no_store=True)
def survey_comment_hold(request: PersonRequest, pk: int, comment: UUID) -> HttpResponse:
    """Do not publish one."""
    row = _to_review(request, pk, comment)
    form = HoldBackForm(sent(request), comment=row, now=timezone.now())
    if form.carry_out(request.user):
        messages.success(request, "这一条不公布，原文已经删掉。")
        return redirect(_back(pk, row))
    lede = f"“{row.text}”删掉以后找不回来，只留下“有一条没有公布”。"
    words = {"title": "不公布这条留言？", "lede": lede, "verb": "不公布", "cancel_url": _back(pk, row)}
    return act_page(request, form, **words, danger=True)
