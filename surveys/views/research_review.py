"""The pages of a reviewer: the piece without author and organisation, its file without metadata, his opinion."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from documents.downloads import stored_file
from organisations.views.acts import sent
from organisations.views.scope import PersonRequest

from ..forms.research import ReviewForm
from ..models import ResearchReview
from ..research.reviewing import blind


def _asked(request: PersonRequest, pk: int) -> ResearchReview:
    """The review, while its piece is under review. Http404."""
    asked = ResearchReview.objects.visible_to(request.user)
    return get_object_or_404(asked.select_related("piece__paper", "appointed_by"), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def research_review(request: PersonRequest, pk: int) -> HttpResponse:
    """Read it and say what is to be said."""
    review = _asked(request, pk)
    form = ReviewForm(sent(request), review=review, today=timezone.localdate())
    if form.carry_out(request.user):
        messages.success(request, "记下了。答复以前还可以改。")
        return redirect("research-list")
    context = {"form": form, "review_pk": review.pk, "piece": blind(review), "is_given": bool(review.verdict)}
    return render(request, "surveys/research_review.html", context, status=422 if form.is_bound else 200)


@require_safe
def research_review_file(request: PersonRequest, pk: int) -> HttpResponseBase:
    """The copy without metadata, under a name that says nothing."""
    review = _asked(request, pk)
    paper = getattr(review.piece, "paper", None)
    if paper is None:
        raise Http404
    try:
        file = paper.copy.open("rb")
    except FileNotFoundError as lost:
        raise Http404 from lost
    return stored_file(file, blind(review).file_name, paper.content_type, shown=False)
