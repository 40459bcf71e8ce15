"""民主评议党员: the list, setting one up, launching it, reading it. Votes are for the branch's committee alone."""

from __future__ import annotations

from django import forms as plain
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from organisations.models import Organisation
from organisations.views.acts import act_page, sent
from organisations.views.scope import PersonRequest
from programmes.forms.attempting import attempt

from .. import appraisal_reading, deciding
from ..appraisal_page import COLUMNS, AppraisalList, AppraisalPage
from ..appraisal_roster import roster
from ..appraising import BODY_NAME
from ..forms.appraisal import BallotForm, LaunchForm, PaperForm
from ..models.survey import SMALLEST_K

both = require_http_methods(["GET", "HEAD", "POST"])
private = cache_control(private=True, no_store=True)


def opened(request: PersonRequest, pk: int) -> AppraisalPage:
    """The appraisal for its committee. Http404."""
    now = timezone.now()
    survey = appraisal_reading.appraisal_for(request.user, pk, timezone.localdate(now))
    return AppraisalPage(survey, request.user, now)


def run(request: PersonRequest, pk: int) -> AppraisalPage:
    """As ``opened``; PermissionDenied for those of the committee who only read."""
    page = opened(request, pk)
    if not page.is_runner:
        raise PermissionDenied("民主评议由党支部书记、副书记组织。")
    return page


def draft(request: PersonRequest, pk: int) -> AppraisalPage:
    """As ``run``; PermissionDenied once it is launched."""
    page = run(request, pk)
    if not page.survey.is_draft:
        raise PermissionDenied(deciding.LAUNCHED)
    return page


def branch_asked(request: PersonRequest) -> Organisation:
    """The branch that the query names, else the first that the reader has. PermissionDenied."""
    branches = list(appraisal_reading.branches_of(request.user, timezone.localdate()))
    if not branches:
        raise PermissionDenied("民主评议由党支部书记、副书记组织。")
    asked = request.GET.get("organisation", "")
    return next((branch for branch in branches if str(branch.pk) == asked), branches[0])


@require_safe
@private
def appraisal_list(request: PersonRequest) -> HttpResponse:
    """What the reader runs or reads, and what he was told himself."""
    return render(request, "surveys/appraisal_list.html", {"list": AppraisalList(request.user, timezone.now())})


@both
def appraisal_new(request: PersonRequest) -> HttpResponse:
    """Set one up; a branch of fewer than five votes on paper."""
    branch, now = branch_asked(request), timezone.now()
    members = roster(branch, timezone.localdate(now))
    context = {"branch": branch, "members": members, "least": SMALLEST_K}
    if len(members) < SMALLEST_K:
        status = 422 if request.method == "POST" else 200
        return render(request, "surveys/appraisal_few.html", context, status=status)
    form = BallotForm(sent(request), branch=branch, members=members, now=now)
    if form.carry_out(request.user):
        messages.success(request, "草稿建好了。核对以后再启用，启用以前别人看不到。")
        return redirect("appraisal", form.result.pk)
    return render(
        request, "surveys/appraisal_edit.html", context | {"form": form}, status=422 if form.is_bound else 200
    )


@require_safe
def appraisal_paper(request: PersonRequest) -> HttpResponse:
    """A paper ballot for the printer. Nothing of it is kept."""
    branch = branch_asked(request)
    form = PaperForm(request.GET if "names" in request.GET else None, members=roster(branch, timezone.localdate()))
    names = [*form.names, *([BODY_NAME] if form.has_body else [])]
    context = {"branch": branch, "form": form, "names": names, "columns": COLUMNS, "today": timezone.localdate()}
    return render(request, "surveys/appraisal_paper.html", context)


@require_safe
@private
def appraisal(request: PersonRequest, pk: int) -> HttpResponse:
    """One appraisal: the draft, the vote, the counts with the decisions."""
    page = opened(request, pk)
    return render(request, "surveys/appraisal.html", {"page": page, "survey": page.survey})


@both
def appraisal_edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    page = draft(request, pk)
    branch = page.survey.organisation
    members = roster(branch, page.today)
    form = BallotForm(sent(request), branch=branch, members=members, now=page.now, survey=page.survey)
    if form.carry_out(request.user):
        messages.success(request, "改好了。")
        return redirect("appraisal", pk)
    context = {"form": form, "branch": branch, "members": members, "survey": page.survey}
    return render(request, "surveys/appraisal_edit.html", context, status=422 if form.is_bound else 200)


@both
def appraisal_launch(request: PersonRequest, pk: int) -> HttpResponse:
    """启用: the list once more, one tick, and nobody can change it any more."""
    page = draft(request, pk)
    form = LaunchForm(sent(request), survey=page.survey, now=page.now)
    if form.carry_out(request.user):
        messages.success(request, "启用了。从现在起名单谁也改不了。")
        return redirect("appraisal", pk)
    context = {"page": page, "survey": page.survey, "form": form}
    return render(request, "surveys/appraisal_launch.html", context, status=422 if form.is_bound else 200)


@both
def appraisal_delete(request: PersonRequest, pk: int) -> HttpResponse:
    """Say what it does; delete a draft."""
    page = draft(request, pk)
    form = plain.Form(sent(request))
    if form.is_valid() and attempt(form, deciding.discard, page.survey, by=request.user, now=page.now):
        messages.success(request, "草稿删掉了。")
        return redirect("appraisal-list")
    lede, back = f"《{page.survey.title}》的名单和时间一起删掉，找不回来。", reverse("appraisal", args=[pk])
    return act_page(request, form, title="删掉这份草稿", lede=lede, verb="删掉", cancel_url=back, danger=True)


@require_safe
@private
def appraisal_mine(request: PersonRequest, pk: int) -> HttpResponse:
    """What was decided about the reader himself, once he was told. Http404 before; never the votes."""
    decision = next((one for one in appraisal_reading.told_to(request.user) if one.survey_id == pk), None)
    if decision is None:
        raise Http404
    return render(request, "surveys/appraisal_mine.html", {"decision": decision, "survey": decision.survey})
