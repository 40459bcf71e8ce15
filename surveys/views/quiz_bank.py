"""The bank of questions, for whoever holds quizzes."""

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
from ..models import QuizQuestion
from ..quizzing.pages import QuestionBank

methods = require_http_methods(["GET", "HEAD", "POST"])


def _refuse_strangers(request: PersonRequest) -> None:
    if not request.user.may(Act.EDIT_SURVEYS):
        raise PermissionDenied("题库由举办竞答的单位来管：看得到题目，也就看得到答案。")


@require_safe
def quiz_questions(request: PersonRequest) -> HttpResponse:
    """The bank."""
    _refuse_strangers(request)
    return render(request, "surveys/quiz_questions.html", {"bank": QuestionBank(request.user, request.GET)})


@methods
def quiz_question_new(request: PersonRequest) -> HttpResponse:
    """出一道题."""
    _refuse_strangers(request)
    form = forms.QuestionForm(sent(request), by=request.user, today=timezone.localdate())
    if form.carry_out(request.user):
        messages.success(request, "放进题库了。")
        return redirect("quiz-questions")
    words: dict[str, Any] = {"title": "出一道题", "lede": "放进题库，以后每次竞答都可能抽到。", "verb": "放进题库"}
    return act_page(request, form, cancel_url=reverse("quiz-questions"), **words)


@methods
def quiz_question_paste(request: PersonRequest) -> HttpResponse:
    """Many at once."""
    _refuse_strangers(request)
    form = forms.PasteForm(sent(request), by=request.user, today=timezone.localdate())
    if form.carry_out(request.user):
        messages.success(request, f"放进题库 {len(form.result)} 题。")
        return redirect("quiz-questions")
    return render(request, "surveys/quiz_question_paste.html", {"form": form}, status=422 if form.is_bound else 200)


def _kept(request: PersonRequest, pk: int) -> QuizQuestion:
    """A question that the reader keeps and that is still drawn. Http404, PermissionDenied."""
    seen = QuizQuestion.objects.visible_to(request.user).standing().select_related("organisation")
    question = get_object_or_404(seen, pk=pk)
    if question.organisation is None or not request.user.may(Act.EDIT_SURVEYS, question.organisation):
        raise PermissionDenied("由出题的单位来改，随系统带来的题目不能改。")
    return question


@methods
def quiz_question_edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Change a question."""
    question = _kept(request, pk)
    form = forms.QuestionForm(sent(request), by=request.user, today=timezone.localdate(), question=question)
    if form.carry_out(request.user):
        messages.success(request, "改好了。")
        return redirect("quiz-questions")
    words: dict[str, Any] = {
        "title": "改这道题",
        "lede": "有人答过的，旧题停用，改好的作为新题；答过的人看到的不变。",
        "verb": "改好了",
    }
    return act_page(request, form, cancel_url=reverse("quiz-questions"), **words)


@methods
def quiz_question_retire(request: PersonRequest, pk: int) -> HttpResponse:
    """Draw it no more."""
    question = _kept(request, pk)
    form = forms.RetireForm(sent(request), question=question)
    if form.carry_out(request.user):
        messages.success(request, "以后不再抽这道题。")
        return redirect("quiz-questions")
    words: dict[str, Any] = {
        "title": f"不再抽“{question.text}”",
        "lede": "答过的人还看得到。",
        "verb": "不再抽",
        "danger": True,
    }
    return act_page(request, form, cancel_url=reverse("quiz-questions"), **words)
