"""Writing a survey: the drafts and each act on them. What is launched can be read here and not changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms as plain
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organisations.permissions import Act
from organisations.views.acts import act_page, sent
from organisations.views.scope import PersonRequest
from programmes.forms.attempting import attempt

from .. import authoring, launching
from ..author_page import AuthorPage
from ..forms.authoring import CopyForm, LaunchForm, NewForm, SettingsForm, SourceForm
from ..forms.bank import BankForm, RetypeForm
from ..models import Survey, SurveyKind
from ..preview import Preview
from .survey_list import seen

both = require_http_methods(["GET", "HEAD", "POST"])


def kept(request: PersonRequest, pk: int) -> Survey:
    """As ``seen``; PermissionDenied where others write it. An appraisal has pages of its own."""
    row = seen(request, pk)
    if not Survey.objects.manageable_by(request.user).filter(pk=pk, kind=SurveyKind.SENTIMENT).exists():
        raise PermissionDenied("由制定单位来编。")
    return row


def draft(request: PersonRequest, pk: int) -> Survey:
    """As ``kept``; PermissionDenied once it is launched."""
    row = kept(request, pk)
    if not row.is_draft:
        raise PermissionDenied(authoring.LAUNCHED)
    return row


@both
def survey_new(request: PersonRequest) -> HttpResponse:
    """Begin a draft: from nothing, from a shipped questionnaire, from the wave before."""
    today = timezone.localdate()
    if not request.user.may(Act.EDIT_SURVEYS, today=today):
        raise PermissionDenied("调研由机关工委和机关党委来编。")
    form = NewForm(sent(request), reader=request.user, today=today, start=request.GET.get("start", ""))
    if form.carry_out(request.user):
        messages.success(request, "草稿建好了，启用以前别人看不到。")
        return redirect("survey-author", form.result.pk)
    return render(request, "surveys/survey_new.html", {"form": form}, status=422 if form.is_bound else 200)


@both
def survey_copy(request: PersonRequest, pk: int) -> HttpResponse:
    """The next wave: same questions, same codes."""
    row = kept(request, pk)
    if row.is_draft:
        raise PermissionDenied("这一份还是草稿，直接改就行。")
    form = CopyForm(sent(request), previous=row, today=timezone.localdate())
    if form.carry_out(request.user):
        messages.success(request, "新一期的草稿建好了，题目和编码照上一期。")
        return redirect("survey-author", form.result.pk)
    lede = "题目、编码、发放范围和各项规则都照上一期，时间另定。题目改了编码不变的，两期可以对着看。"
    back = reverse("survey-author", args=[pk])
    return act_page(request, form, title=f"照《{row.title}》再做一期", lede=lede, verb="建草稿", cancel_url=back)


@require_safe
def survey_author(request: PersonRequest, pk: int) -> HttpResponse:
    """The page on which it is written."""
    return author_page(request, kept(request, pk), LaunchForm())


def author_page(request: PersonRequest, row: Survey, form: plain.BaseForm, **words: Any) -> HttpResponse:
    """The page; 422 with what was refused."""
    page = AuthorPage(row, request.user, timezone.now())
    context = {"page": page, "survey": row, "form": form, **words}
    refused = form.is_bound and bool(form.errors)
    return render(request, "surveys/survey_author.html", context, status=422 if refused else 200)


@both
def survey_source(request: PersonRequest, pk: int) -> HttpResponse:
    """改原文: the text is kept whatever it says; a refused one stays in the page."""
    row = draft(request, pk)
    form = SourceForm(sent(request), survey=row, today=timezone.localdate())
    if form.carry_out(request.user):
        return redirect("survey-author", pk)
    context = {"form": form, "survey": row, "standing": authoring.digest(row.source)}
    return render(request, "surveys/survey_source.html", context, status=422 if form.is_bound else 200)


@require_POST
def survey_retype(request: PersonRequest, pk: int) -> HttpResponse:
    """Change the mark of one question in the text."""
    row = draft(request, pk)
    return _on_page(request, row, RetypeForm(request.POST, survey=row, today=timezone.localdate()))


@both
def survey_bank(request: PersonRequest, pk: int) -> HttpResponse:
    """从题库加题: by dimension and topic; the chosen ones go behind the text."""
    row = draft(request, pk)
    form = BankForm(sent(request), survey=row, query=request.GET, today=timezone.localdate())
    if form.carry_out(request.user):
        messages.success(request, f"加了 {form.result} 道题，排在最后。")
        return redirect("survey-author", pk)
    return render(
        request, "surveys/survey_bank.html", {"form": form, "survey": row}, status=422 if form.is_bound else 200
    )


def _on_page(request: PersonRequest, row: Survey, form: Any) -> HttpResponse:
    """An act whose control stands on the author page: back to it, or the page with what was refused."""
    if form.carry_out(request.user):
        return redirect("survey-author", row.pk)
    return author_page(request, row, form)


@both
def survey_settings(request: PersonRequest, pk: int) -> HttpResponse:
    """Times, thresholds, ways: what the launch will fix."""
    row, now = draft(request, pk), timezone.now()
    form = SettingsForm(sent(request), survey=row, reader=request.user, now=now)
    if form.carry_out(request.user):
        messages.success(request, "改好了。")
        return redirect("survey-author", pk)
    context = {"form": form, "survey": row, "standing": authoring.settings_digest(row)}
    return render(request, "surveys/survey_settings.html", context, status=422 if form.is_bound else 200)


@both
def survey_preview(request: PersonRequest, pk: int) -> HttpResponse:
    """Walk through the whole as on a phone. What is chosen travels in the page and is stored nowhere."""
    row = kept(request, pk)
    return render(request, "surveys/survey_preview.html", {"preview": Preview(row, request.POST), "survey": row})


@both
def survey_launch(request: PersonRequest, pk: int) -> HttpResponse:
    """启用: seven facts, one tick, and nobody can change it any more."""
    row, now = draft(request, pk), timezone.now()
    form = LaunchForm(sent(request))
    if form.is_valid() and attempt(form, launching.launch, row, by=request.user, now=now):
        messages.success(request, "启用了。从现在起谁也改不了。")
        return redirect("survey-author", pk)
    return _launch_page(request, row, form, now)


def _launch_page(request: PersonRequest, row: Survey, form: LaunchForm, now: datetime) -> HttpResponse:
    page = AuthorPage(row, request.user, now)
    context = {"page": page, "form": form, "survey": row}
    return render(request, "surveys/survey_launch.html", context, status=422 if form.is_bound else 200)


@both
def survey_delete(request: PersonRequest, pk: int) -> HttpResponse:
    """Say what it does; delete a draft."""
    row, today = draft(request, pk), timezone.localdate()
    form = plain.Form(sent(request))
    if form.is_valid() and attempt(form, authoring.discard, row, by=request.user, today=today):
        messages.success(request, "草稿删掉了。")
        return redirect("survey-list")
    lede = f"《{row.title}》的原文和设置一起删掉，找不回来。"
    back = reverse("survey-author", args=[pk])
    return act_page(request, form, title="删掉这份草稿", lede=lede, verb="删掉", cancel_url=back, danger=True)
