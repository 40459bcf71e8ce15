"""调研成果库: the library, one piece, and each act on it. A reviewer has pages of his own (research_review.py)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents.downloads import stored_file
from organisations.views.acts import act_page, sent
from organisations.views.scope import PersonRequest
from responsibilities.models import Problem

from ..forms import research as forms
from ..models import PieceState, ResearchPiece
from ..research.naming import named_in
from ..research.pages import PiecePage, ResearchLibrary
from ..research.submitting import hides_its_text

methods = require_http_methods(["GET", "HEAD", "POST"])
OFFERED = 20


@require_safe
def research_list(request: PersonRequest) -> HttpResponse:
    """The library, and what waits for the reader."""
    library = ResearchLibrary(request.user, request.GET, timezone.localdate())
    return render(request, "surveys/research_list.html", {"library": library})


def _seen(request: PersonRequest, pk: int) -> ResearchPiece:
    """The piece, if the reader may see it. Http404."""
    seen = ResearchPiece.objects.visible_to(request.user)
    named = seen.select_related("organisation__parent", "submitted_by", "decided_by", "paper").defer(
        "words", "paper__text"
    )
    return get_object_or_404(named, pk=pk)


def _own(request: PersonRequest, pk: int) -> ResearchPiece:
    """The piece, for whoever handed it in. Http404, PermissionDenied."""
    piece = _seen(request, pk)
    if piece.submitted_by_id != request.user.pk:
        raise PermissionDenied("由提交人来办。")
    return piece


def _writable(request: PersonRequest, pk: int) -> ResearchPiece:
    """As ``_own``, while it may be changed."""
    piece = _own(request, pk)
    if not piece.is_writable:
        raise PermissionDenied("交上去的要先撤回，入库的不能再改。")
    return piece


def _decided(request: PersonRequest, pk: int) -> ResearchPiece:
    """The piece, for whoever decides on it. Http404, PermissionDenied."""
    piece = _seen(request, pk)
    if not PiecePage(piece, request.user, timezone.localdate()).decides:
        raise PermissionDenied("由机关党委或者机关工委来办，自己提交的由别人来办。")
    return piece


def _given(piece: ResearchPiece) -> dict[str, Any]:
    return {"piece": piece, "now": timezone.now(), "today": timezone.localdate()}


@methods
def research_new(request: PersonRequest) -> HttpResponse:
    """写一份."""
    form = forms.WriteForm(sent(request), request.FILES or None, by=request.user, today=timezone.localdate())
    if form.carry_out(request.user):
        return redirect("research-submit", form.result.pk)
    return _write_page(request, form, None)


@methods
def research_edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Change a draft, or what was returned."""
    piece = _writable(request, pk)
    given: dict[str, Any] = {"by": request.user, "today": timezone.localdate(), "piece": piece}
    form = forms.WriteForm(sent(request), request.FILES or None, **given)
    if form.carry_out(request.user):
        return redirect("research-submit", pk)
    return _write_page(request, form, piece)


def _write_page(request: PersonRequest, form: forms.WriteForm, piece: ResearchPiece | None) -> HttpResponse:
    context = {"form": form, "piece": piece, "paper": getattr(piece, "paper", None)}
    return render(request, "surveys/research_edit.html", context, status=422 if form.is_bound else 200)


@require_safe
def research(request: PersonRequest, pk: int) -> HttpResponse:
    """One piece."""
    page = PiecePage(_seen(request, pk), request.user, timezone.localdate())
    return render(request, "surveys/research.html", {"page": page, "piece": page.piece})


@methods
def research_submit(request: PersonRequest, pk: int) -> HttpResponse:
    """Look once more at what a reviewer will see, and hand it in."""
    piece = _writable(request, pk)
    lines = named_in(piece)
    form = forms.SubmitForm(sent(request), names=bool(lines), **_given(piece))
    if form.carry_out(request.user):
        messages.success(request, "提交了。评审时不写作者和单位。")
        return redirect("research", pk)
    context = {"form": form, "piece": piece, "lines": lines, "is_scan": hides_its_text(piece)}
    return render(request, "surveys/research_submit.html", context, status=422 if form.is_bound else 200)


def _act(request: PersonRequest, form: forms.OnPiece, said: str, to: str, **words: Any) -> HttpResponse:
    """The page of an act: the form until it goes through. ``to``: the URL that it leads to."""
    if form.carry_out(request.user):
        messages.success(request, said)
        return redirect(to)
    return act_page(request, form, **{"cancel_url": to, **words})


def _url(piece: ResearchPiece) -> str:
    return reverse("research", args=[piece.pk])


@methods
def research_withdraw(request: PersonRequest, pk: int) -> HttpResponse:
    """撤回."""
    piece = _own(request, pk)
    if not piece.is_waiting:
        raise PermissionDenied("只有交上去、还没有答复的可以撤回。")
    form = forms.WithdrawForm(sent(request), **_given(piece))
    lede = "回到草稿，改好了可以再提交。已经写好的评审意见留着。"
    return _act(request, form, "撤回了。", _url(piece), title=f"撤回“{piece.title}”", lede=lede, verb="撤回")


@methods
def research_delete(request: PersonRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    piece = _writable(request, pk)
    form = forms.DeleteForm(sent(request), **_given(piece))
    words = {"title": f"删掉“{piece.title}”", "lede": "文字和文件一起删掉，找不回来。", "verb": "删掉", "danger": True}
    return _act(request, form, "删掉了。", reverse("research-list"), cancel_url=_url(piece), **words)


@methods
def research_file_drop(request: PersonRequest, pk: int) -> HttpResponse:
    """Take the file off a draft."""
    piece = _writable(request, pk)
    form = forms.DropFileForm(sent(request), **_given(piece))
    edit = reverse("research-edit", args=[pk])
    return _act(
        request, form, "去掉了。", edit, title="去掉这个文件", lede="页面上写的正文还在。", verb="去掉", danger=True
    )


@require_safe
def research_file(request: PersonRequest, pk: int) -> HttpResponseBase:
    """The file: as it came for whoever sent it, the copy without metadata for everybody else."""
    piece = _seen(request, pk)
    paper = getattr(piece, "paper", None)
    if paper is None:
        raise Http404
    mine = piece.submitted_by_id == request.user.pk
    name = paper.name if mine else f"{piece.title}.{paper.type}"
    try:
        file = (paper.file if mine else paper.copy).open("rb")
    except FileNotFoundError as lost:
        raise Http404 from lost
    return stored_file(file, name, paper.content_type, shown=False)


@methods
def research_reviewer(request: PersonRequest, pk: int) -> HttpResponse:
    """请评审人."""
    piece = _decided(request, pk)
    form = forms.AppointForm(sent(request), by=request.user, **_given(piece))
    lede = "他看得到题目、摘要和正文，看不到作者和单位。"
    return _act(request, form, "请好了。", _url(piece), title="请一位评审人", lede=lede, verb="请他评")


@methods
def research_reviewer_end(request: PersonRequest, pk: int, review: int) -> HttpResponse:
    """不请他了."""
    piece = _decided(request, pk)
    row = get_object_or_404(piece.reviews.select_related("reviewer", "piece"), pk=review)
    form = forms.ReleaseForm(sent(request), review=row, **_given(piece))
    lede = "他那里不再有这份成果。"
    return _act(request, form, "取消了。", _url(piece), title=f"不请{row.reviewer}评了", lede=lede, verb="取消")


@methods
def research_publish(request: PersonRequest, pk: int) -> HttpResponse:
    """入库."""
    piece = _decided(request, pk)
    form = forms.PublishForm(sent(request), **_given(piece))
    named = f"署名：{piece.authors}。" if piece.names_authors else "作者没有同意署名，只写到局委办这一级。"
    return _act(
        request, form, "入库了。", _url(piece), title=f"“{piece.title}”入库", lede=f"全市都看得到。{named}", verb="入库"
    )


@methods
def research_return(request: PersonRequest, pk: int) -> HttpResponse:
    """退回."""
    piece = _decided(request, pk)
    form = forms.SendBackForm(sent(request), **_given(piece))
    lede = "从成果库里撤下，退给提交人。" if piece.state == PieceState.PUBLISHED else "退给提交人，改好了可以再提交。"
    return _act(request, form, "退回了。", _url(piece), title=f"退回“{piece.title}”", lede=lede, verb="退回")


@methods
def research_problem(request: PersonRequest, pk: int) -> HttpResponse:
    """Say to which problems it has led: those that the reader may see, by what is written in their titles."""
    piece, today = _seen(request, pk), timezone.localdate()
    if not PiecePage(piece, request.user, today).may_link:
        raise PermissionDenied("入库以后，由提交人或者办理的单位来写。")
    form = forms.LinkForm(sent(request), by=request.user, **_given(piece))
    if form.carry_out(request.user):
        messages.success(request, "写上了。")
        return redirect("research", pk)
    text = request.GET.get("q", "").strip()[:60]
    seen = Problem.objects.visible_to(request.user, today).filter(title__icontains=text)
    offered = seen.exclude(pk__in=piece.problems.values("pk")).select_related("organisation__parent")
    context = {"form": form, "piece": piece, "q": text, "offered": offered.order_by("-found_on", "pk")[:OFFERED]}
    return render(request, "surveys/research_problem.html", context, status=422 if form.is_bound else 200)


@require_POST
def research_problem_end(request: PersonRequest, pk: int, problem: int) -> HttpResponse:
    """It has not led to that problem."""
    piece, today = _seen(request, pk), timezone.localdate()
    row = get_object_or_404(
        Problem.objects.visible_to(request.user, today).filter(pk__in=piece.problems.values("pk")), pk=problem
    )
    forms.publishing.unlink(piece, row, by=request.user, today=today)
    messages.success(request, "去掉了。")
    return redirect("research", pk)
