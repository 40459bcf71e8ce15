"""After the vote: what the committee decides, that the member was told, the record in Word, what becomes a problem."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from documents.downloads import DOCX, attachment, file_name
from organisations.views.acts import act_page, sent
from organisations.views.scope import PersonRequest

from ..appraisal_page import AppraisalPage, Row
from ..appraisal_word import appraisal_document
from ..forms.appraisal import DecideForm, GapForm, TellForm
from .appraisal import opened, run

both = require_http_methods(["GET", "HEAD", "POST"])
private = cache_control(private=True, no_store=True)


def counted(request: PersonRequest, pk: int) -> AppraisalPage:
    """As ``run``; PermissionDenied before the votes are counted."""
    page = run(request, pk)
    if not page.is_counted:
        raise PermissionDenied("投票截止、计票以后才登记评定意见。")
    return page


def decided(request: PersonRequest, pk: int, candidate: str) -> tuple[AppraisalPage, Row]:
    """As ``counted``, with the member that the address names; Http404 where nothing was decided about him."""
    page = counted(request, pk)
    row = next((row for row in page.rows if row.code == candidate and row.decision), None)
    if row is None:
        raise Http404
    return page, row


@both
@private
def appraisal_decide(request: PersonRequest, pk: int) -> HttpResponse:
    """Record what the committee settled on. Too many 优秀 are pointed out, and not refused."""
    page = counted(request, pk)
    form = DecideForm(sent(request), page=page)
    if form.carry_out(request.user):
        after = AppraisalPage(page.survey, request.user, page.now)
        messages.success(request, f"登记了 {len(form.result)} 名党员的评定意见。")
        if after.is_over:
            messages.warning(
                request,
                f"优秀 {after.excellent} 人，一般不超过 {after.most_excellent} 人。确实要这样定的，就照此保留。",
            )
        return redirect("appraisal", pk)
    context = {"page": page, "survey": page.survey, "form": form}
    return render(request, "surveys/appraisal_decide.html", context, status=422 if form.is_bound else 200)


@both
@private
def appraisal_tell(request: PersonRequest, pk: int, candidate: str) -> HttpResponse:
    """Record that the member was told: from then on he reads it here too."""
    page, row = decided(request, pk, candidate)
    form = TellForm(sent(request), survey=page.survey, candidate=candidate, now=page.now)
    if form.carry_out(request.user):
        messages.success(request, f"{row.name}的反馈日期记下了。")
        return redirect("appraisal", pk)
    lede = "记下以后，本人登录能看到自己的评定意见和理由，看不到票数，也看不到别人的。"
    back = reverse("appraisal", args=[pk])
    return act_page(request, form, title=f"反馈{row.name}本人", lede=lede, verb="记下", cancel_url=back)


@both
@private
def appraisal_problem(request: PersonRequest, pk: int, candidate: str) -> HttpResponse:
    """What a member is to improve goes on the list of problems, without his name. Http404 where his tier asks for nothing."""
    page, row = decided(request, pk, candidate)
    if not row.needs_help:
        raise Http404
    form = GapForm(sent(request), branch=page.survey.organisation, now=page.now)
    if form.carry_out(request.user):
        messages.success(request, f"登记了，{form.result.label}。")
        return redirect("problem", form.result.pk)
    lede = "来源写“民主评议”。问题清单上级也看得到，所以不带姓名、等次和票数；是谁的事，支部里当面说。"
    back = reverse("appraisal", args=[pk])
    return act_page(request, form, title="登记为问题", lede=lede, verb="登记", cancel_url=back)


@require_safe
@private
def appraisal_record(request: PersonRequest, pk: int) -> HttpResponse:
    """评议情况 in Word, for the committee. Http404 before the votes are counted."""
    page = opened(request, pk)
    if not page.is_counted:
        raise Http404
    name = file_name(f"{page.survey.title}评议情况", str(page.survey.organisation), "", "docx")
    return attachment(appraisal_document(page), name, DOCX)
