"""Taking part in a quiz, by name: begin, answer page by page, hand in, see how it went. Nobody opens another's attempt."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organisations.views.scope import PersonRequest

from ..models import Attempt
from ..quizzing import answering
from ..quizzing.pages import AttemptPage, ReviewPage, result_of
from .quiz import seen_quiz

REVIEW = "review"


@require_POST
def quiz_start(request: PersonRequest, pk: int) -> HttpResponse:
    """Begin, or go on with the one that is running."""
    quiz = seen_quiz(request, pk)
    try:
        attempt = answering.begin(quiz, by=request.user, now=timezone.now())
    except ValidationError as refusal:
        messages.error(request, "".join(refusal.messages))
        return redirect("quiz", pk)
    return redirect("quiz-attempt", pk, attempt.number)


def _own(request: PersonRequest, pk: int, number: int) -> Attempt:
    """The reader's own attempt with that number. Http404."""
    mine = Attempt.objects.owned_by(request.user).select_related("quiz__organisation", "person")
    return get_object_or_404(mine, quiz__pk=pk, number=number)


@require_http_methods(["GET", "HEAD", "POST"])
def quiz_attempt(request: PersonRequest, pk: int, number: int) -> HttpResponse:
    """One page of questions; sending it keeps what it says and goes on to the page that was asked for."""
    attempt, now = _own(request, pk, number), timezone.now()
    page = AttemptPage(attempt, request.GET.get("page"), now)
    if request.method == "POST":
        return _saved(request, page)
    if attempt.is_over(now):
        return redirect("quiz-result", pk, number)
    return render(request, "surveys/quiz_attempt.html", {"page": page, "attempt": attempt, "quiz": attempt.quiz})


def _saved(request: PersonRequest, page: AttemptPage) -> HttpResponse:
    """Keep the page. What comes too late is said, and the attempt ends where its time ended."""
    attempt = page.attempt
    where = (attempt.quiz_id, attempt.number)
    try:
        answering.save(attempt, page.chosen_in(request.POST), by=request.user, now=page.now)
    except ValidationError as refusal:
        answering.finish(attempt, by=request.user, now=page.now)
        messages.error(request, "".join(refusal.messages))
        return redirect("quiz-result", *where)
    go = request.POST.get("go", "")
    if go == REVIEW:
        return redirect("quiz-review", *where)
    known = go.isascii() and go.isdigit() and 0 < int(go[:4]) <= page.page.paginator.num_pages
    to = redirect("quiz-attempt", *where)
    to["Location"] += f"?page={int(go[:4]) if known else page.page.number}"
    return to


@require_safe
def quiz_review(request: PersonRequest, pk: int, number: int) -> HttpResponse:
    """Before handing in: which are answered."""
    attempt, now = _own(request, pk, number), timezone.now()
    if attempt.is_over(now):
        return redirect("quiz-result", pk, number)
    context = {"page": ReviewPage(attempt, now), "attempt": attempt, "quiz": attempt.quiz}
    return render(request, "surveys/quiz_review.html", context)


@require_POST
def quiz_finish(request: PersonRequest, pk: int, number: int) -> HttpResponse:
    """Hand in."""
    attempt = _own(request, pk, number)
    answering.finish(attempt, by=request.user, now=timezone.now())
    return redirect("quiz-result", pk, number)


@require_safe
def quiz_result(request: PersonRequest, pk: int, number: int) -> HttpResponse:
    """How it went: which were right, and why. For its writer alone, once it is over."""
    attempt, now = _own(request, pk, number), timezone.now()
    if not attempt.is_over(now):
        return redirect("quiz-attempt", pk, number)
    context = {"attempt": attempt, "quiz": attempt.quiz, "questions": result_of(attempt)}
    return render(request, "surveys/quiz_result.html", context)
