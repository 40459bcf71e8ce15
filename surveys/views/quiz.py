"""知识竞答 for whoever holds it and for whoever looks at it. Taking part is in quiz_attempt.py, the bank in quiz_bank.py."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from organisations.permissions import Act
from organisations.views.acts import act_page, sent
from organisations.views.scope import PersonRequest

from ..forms import quiz as forms
from ..models import Quiz
from ..quizzing.pages import QuizList, QuizPage

methods = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def quiz_list(request: PersonRequest) -> HttpResponse:
    """The quizzes that the reader may take part in, and those that he holds."""
    return render(request, "surveys/quiz_list.html", {"list": QuizList(request.user, timezone.now())})


def seen_quiz(request: PersonRequest, pk: int) -> Quiz:
    """The quiz, if the reader may see it. Http404."""
    seen = Quiz.objects.visible_to(request.user, timezone.localdate())
    return get_object_or_404(seen.select_related("organisation__parent"), pk=pk)


def _held(request: PersonRequest, pk: int, *, is_draft: bool) -> Quiz:
    """The quiz, for whoever holds it, while it is (or is no longer) a draft. Http404, PermissionDenied."""
    quiz = seen_quiz(request, pk)
    if not request.user.may(Act.EDIT_SURVEYS, quiz.organisation):
        raise PermissionDenied("由举办单位来办。")
    if quiz.is_draft != is_draft:
        raise PermissionDenied("已经发布的不能再改。" if is_draft else "还没有发布。")
    return quiz


@require_safe
def quiz(request: PersonRequest, pk: int) -> HttpResponse:
    """One quiz: how it is held, the reader's own attempts, and for whoever holds it the counts."""
    page = QuizPage(seen_quiz(request, pk), request.user, timezone.now())
    return render(request, "surveys/quiz.html", {"page": page, "quiz": page.quiz})


@methods
def quiz_new(request: PersonRequest) -> HttpResponse:
    """办一次."""
    if not request.user.may(Act.EDIT_SURVEYS):
        raise PermissionDenied("由机关党委和机关工委举办。")
    return _plan(request, None)


@methods
def quiz_edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    return _plan(request, _held(request, pk, is_draft=True))


def _plan(request: PersonRequest, quiz: Quiz | None) -> HttpResponse:
    form = forms.PlanForm(sent(request), by=request.user, now=timezone.now(), quiz=quiz)
    if form.carry_out(request.user):
        messages.success(request, "存成草稿了，发布以后才看得到。")
        return redirect("quiz", form.result.pk)
    return render(request, "surveys/quiz_edit.html", {"form": form, "quiz": quiz}, status=422 if form.is_bound else 200)


def _act(request: PersonRequest, form: forms.OnQuiz, said: str, to: str = "", **words: Any) -> HttpResponse:
    """The page of an act: the form until it goes through."""
    here = reverse("quiz", args=[form.quiz.pk])
    if form.carry_out(request.user):
        messages.success(request, said)
        return redirect(to or here)
    return act_page(request, form, cancel_url=here, **words)


@methods
def quiz_release(request: PersonRequest, pk: int) -> HttpResponse:
    """发布."""
    row = _held(request, pk, is_draft=True)
    form = forms.ReleaseForm(sent(request), quiz=row, now=timezone.now())
    lede = f"{row.organisation}和所属的人都看得到。发布以后不能再改；没有人开始答题的可以收回。"
    return _act(request, form, "发布了。", title=f"发布“{row.title}”", lede=lede, verb="发布")


@methods
def quiz_take_back(request: PersonRequest, pk: int) -> HttpResponse:
    """收回."""
    row = _held(request, pk, is_draft=False)
    form = forms.TakeBackForm(sent(request), quiz=row, now=timezone.now())
    lede = "回到草稿，改好了再发布。已经有人开始答题的不能收回。"
    return _act(request, form, "收回了。", title=f"收回“{row.title}”", lede=lede, verb="收回")


@methods
def quiz_delete(request: PersonRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    row = _held(request, pk, is_draft=True)
    form = forms.DeleteForm(sent(request), quiz=row, now=timezone.now())
    words = {"lede": "题库里的题目不动。", "verb": "删掉", "danger": True}
    return _act(request, form, "删掉了。", reverse("quiz-list"), title=f"删掉“{row.title}”", **words)
