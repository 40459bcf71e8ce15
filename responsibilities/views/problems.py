"""问题清单: the list, registering, one problem, and each act on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activities.models import Activity
from organisations.permissions import Act
from organisations.views.acts import act_page, sent
from organisations.views.scope import PersonRequest, organisation_named

from ..forms import problems as forms
from ..matrix import number_in
from ..models import LegKind, Problem
from ..problem_list import ProblemList
from ..problem_page import ProblemPage, with_all_it_names
from ..similar import came_back

methods = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def problem_list(request: PersonRequest) -> HttpResponse:
    """The problems that the reader keeps, carries out, checks or raised."""
    shown = ProblemList(request.user, request.GET, timezone.localdate())
    return render(request, "responsibilities/problem_list.html", {"list": shown})


@methods
def problem_add(request: PersonRequest) -> HttpResponse:
    """Register one; from a record its context comes along. What may be the same is shown first."""
    today = timezone.localdate()
    if not request.user.may(Act.HANDLE_PROBLEMS, today=today):
        raise PermissionDenied("问题由支部、党小组和机关党委登记。")
    activity = _activity_named(request)
    inside = organisation_named(request, Act.HANDLE_PROBLEMS, today) or (activity.organisation if activity else None)
    given = {"by": request.user, "now": timezone.now(), "today": today, "inside": inside, "activity": activity}
    form = forms.RegisterForm(sent(request), **given)
    again = _came_back(request, form, today)
    if not again and form.carry_out(request.user):
        messages.success(request, f"登记了，{form.result.label}。")
        return redirect("problem", form.result.pk)
    context = {"form": form, "again": again, "activity": activity}
    return render(request, "responsibilities/problem_add.html", context, status=422 if form.is_bound else 200)


def _activity_named(request: PersonRequest) -> Activity | None:
    """The record that the query names, if the reader may see it. Http404."""
    asked = number_in(request.GET, "activity")
    if asked is None:
        return None
    seen = Activity.objects.visible_to(request.user).select_related("organisation")
    return get_object_or_404(seen, pk=asked)


def _came_back(request: PersonRequest, form: forms.RegisterForm, today: Any) -> list[Problem]:
    """Closed ones that may be the same; none once the reader has said that this is another."""
    if not form.is_bound or not form.is_valid() or form.cleaned_data["another"]:
        return []
    seen = Problem.objects.visible_to(request.user, today)
    return came_back(form.cleaned_data["title"], form.cleaned_data["organisation"], seen, today)


def _seen(request: PersonRequest, pk: int) -> Problem:
    """The problem, if the reader may see it. Http404."""
    return get_object_or_404(with_all_it_names(Problem.objects.visible_to(request.user)), pk=pk)


@require_safe
def problem(request: PersonRequest, pk: int) -> HttpResponse:
    """One problem."""
    return _problem_page(request, _seen(request, pk))


def _problem_page(request: PersonRequest, row: Problem, form: forms.OnProblem | None = None) -> HttpResponse:
    page = ProblemPage(row, request.user, timezone.localdate())
    if form is None:
        form = _own_form(page)
    context = {"page": page, "problem": row, "form": form}
    return render(request, "responsibilities/problem.html", context, status=422 if form and form.is_bound else 200)


def _own_form(page: ProblemPage) -> forms.OnProblem | None:
    """The form that stands on the page itself: checking, or answering."""
    form_class = forms.VerifyForm if page.may_verify else forms.AnswerForm if page.may_answer else None
    return form_class(None, problem=page.problem, now=timezone.now(), today=page.today) if form_class else None


def _inline(
    form_class: type[forms.OnProblem], said: str, may: Callable[[ProblemPage], bool]
) -> Callable[..., HttpResponse]:
    """An act whose form stands on the problem's page: a refusal is shown there. PermissionDenied where it is another's."""

    @require_POST
    def view(request: PersonRequest, pk: int) -> HttpResponse:
        row = _seen(request, pk)
        if not may(ProblemPage(row, request.user, timezone.localdate())):
            raise PermissionDenied
        form = form_class(request.POST, problem=row, now=timezone.now(), today=timezone.localdate())
        if form.carry_out(request.user):
            messages.success(request, said)
            return redirect("problem", pk)
        return _problem_page(request, row, form)

    return view


problem_claim = _inline(
    forms.ClaimForm, "认领了，写一句打算怎么办就可以动手。", lambda page: page.keeps or page.is_owner
)
problem_verify = _inline(forms.VerifyForm, "复核记下了。", lambda page: page.is_another)
problem_answer = _inline(forms.AnswerForm, "收到了，谢谢你。", lambda page: page.is_raiser)


def _act(request: PersonRequest, row: Problem, form: forms.OnProblem, said: str, **words: Any) -> HttpResponse:
    """The page of an act: the form until it goes through."""
    if form.carry_out(request.user):
        messages.success(request, said)
        return redirect("problem", row.pk)
    return act_page(request, form, cancel_url=reverse("problem", args=[row.pk]), **words)


def _given(request: PersonRequest, row: Problem) -> dict[str, Any]:
    return {"problem": row, "now": timezone.now(), "today": timezone.localdate()}


def _for_keeper(request: PersonRequest, pk: int, *, or_owner: bool = False) -> tuple[Problem, ProblemPage]:
    """The problem, for whoever keeps it (or carries it out). Http404, PermissionDenied."""
    row = _seen(request, pk)
    page = ProblemPage(row, request.user, timezone.localdate())
    if not (page.keeps or (or_owner and page.is_owner)):
        raise PermissionDenied
    return row, page


def _for_owner(request: PersonRequest, pk: int) -> Problem:
    row = _seen(request, pk)
    if row.owner_id != request.user.pk:
        raise PermissionDenied("由经办人来办。")
    return row


@methods
def problem_assign(request: PersonRequest, pk: int) -> HttpResponse:
    """派给, 转交."""
    row, page = _for_keeper(request, pk, or_owner=True)
    form = forms.AssignForm(sent(request), keeps=page.keeps, **_given(request, row))
    lede = "他会在提醒里看到。换了经办人，要他重新认领。"
    return _act(request, row, form, "派好了。", title=f"“{row.title}”派给谁", lede=lede, verb="派给他")


@methods
def problem_plan(request: PersonRequest, pk: int) -> HttpResponse:
    """定措施."""
    row = _for_owner(request, pk)
    form = forms.PlanForm(sent(request), **_given(request, row))
    lede = "思想上的事和实际的事各写一句，两头分别办结。"
    return _act(request, row, form, "措施定了。", title="打算怎么办", lede=lede, verb="定下来")


@methods
def problem_progress(request: PersonRequest, pk: int) -> HttpResponse:
    """写一句进展."""
    row = _for_owner(request, pk)
    form = forms.ProgressForm(sent(request), **_given(request, row))
    return _act(request, row, form, "记下了。", title="写一句进展", lede="写在经过里，不用另外报。", verb="记下")


@methods
def problem_report(request: PersonRequest, pk: int, leg: str) -> HttpResponse:
    """报办结 of one leg."""
    row, name = _for_owner(request, pk), _leg_named(leg)
    form = forms.ReportForm(sent(request), leg=leg, **_given(request, row))
    lede = "两头都报了办结，就送去复核；复核的是另一个人。"
    return _act(
        request, row, form, f"{name}这一头报了办结。", title=f"{name}这一头办成了什么", lede=lede, verb="报办结"
    )


@methods
def problem_excuse(request: PersonRequest, pk: int, leg: str) -> HttpResponse:
    """There is nothing on this leg."""
    (row, _), name = _for_keeper(request, pk, or_owner=True), _leg_named(leg)
    form = forms.ExcuseForm(sent(request), leg=leg, **_given(request, row))
    lede = "最多只能有一头没有事，原因会写在问题里。"
    return _act(request, row, form, "写上了。", title=f"没有{name}方面的事", lede=lede, verb="写上")


@methods
def problem_take_up(request: PersonRequest, pk: int, leg: str) -> HttpResponse:
    """There is something on an excused leg after all."""
    row, name = _for_owner(request, pk), _leg_named(leg)
    form = forms.TakeUpForm(sent(request), leg=leg, **_given(request, row))
    lede = "原来写的是没有这方面的事；写上打算怎么办，两头都办结了才送复核。"
    return _act(request, row, form, "写上了。", title=f"{name}这一头也要办", lede=lede, verb="写上")


def _leg_named(leg: str) -> str:
    if leg not in LegKind.values:
        raise Http404
    return str(LegKind(leg).label)


@methods
def problem_send_up(request: PersonRequest, pk: int) -> HttpResponse:
    """上报."""
    row, _ = _for_keeper(request, pk)
    form = forms.SendUpForm(sent(request), **_given(request, row))
    lede = "报到哪个岗位写得清清楚楚，从今天起记天数，两边都看得到。"
    return _act(request, row, form, "报上去了。", title="这里解决不了，上报", lede=lede, verb="上报")


@methods
def problem_send_back(request: PersonRequest, pk: int) -> HttpResponse:
    """Back to where it was found."""
    row, _ = _for_keeper(request, pk)
    form = forms.SendBackForm(sent(request), **_given(request, row))
    lede = f"回到{row.organisation}，由他们接着办。"
    return _act(request, row, form, "退回去了。", title="退回发现单位", lede=lede, verb="退回")


@methods
def problem_reopen(request: PersonRequest, pk: int) -> HttpResponse:
    """The same has come back."""
    row = _seen(request, pk)
    if not request.user.may(Act.HANDLE_PROBLEMS, row.organisation):
        raise PermissionDenied
    form = forms.ReopenForm(sent(request), **_given(request, row))
    lede = "原来的经过都留着，从认领重新走一遍。"
    return _act(request, row, form, "重新打开了。", title=f"“{row.title}”又出现了", lede=lede, verb="重新打开")
