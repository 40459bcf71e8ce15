"""责任清单: all of them, one edition, and the acts on a whole edition."""

from __future__ import annotations

from datetime import date

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from organisations.models import Person
from organisations.permissions import Act
from organisations.views.acts import act_page, sent
from organisations.views.scope import PersonRequest
from programmes.forms.attempting import attempt

from .. import editions
from ..editions import ISSUED
from ..forms.lists import BeginForm, HeadForm, IssueForm
from ..list_pages import DutyListPage, DutyLists, Outlook
from ..models import DutyList

both = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def duty_lists(request: PersonRequest) -> HttpResponse:
    """The lists that the reader may see."""
    lists = DutyLists(request.user, timezone.localdate(), request.GET.get("page", "1"))
    return render(request, "responsibilities/duty_lists.html", {"lists": lists})


@require_safe
def duty_list(request: PersonRequest, pk: int) -> HttpResponse:
    """One edition, whole."""
    today = timezone.localdate()
    page = DutyListPage(request.user, seen_list(request.user, pk, today), today)
    return render(request, "responsibilities/duty_list.html", {"page": page, "row": page.row})


def seen_list(person: Person, pk: int, today: date) -> DutyList:
    """The edition. Http404 if the reader may not see it."""
    rows = DutyList.objects.visible_to(person, today).select_related("organisation", "programme")
    return get_object_or_404(rows, pk=pk)


def kept_list(person: Person, pk: int, today: date) -> DutyList:
    """As ``seen_list``; PermissionDenied if others keep it."""
    row = seen_list(person, pk, today)
    if not person.may(Act.EDIT_DUTIES, row.organisation, today):
        raise PermissionDenied("责任清单由制定单位来改。")
    return row


def draft_list(person: Person, pk: int, today: date) -> DutyList:
    """As ``kept_list``; PermissionDenied if it is issued."""
    row = kept_list(person, pk, today)
    if not row.is_draft:
        raise PermissionDenied(ISSUED)
    return row


@both
def duty_list_add(request: PersonRequest) -> HttpResponse:
    """Begin a list."""
    now = timezone.now()
    today = timezone.localdate(now)
    if not request.user.may(Act.EDIT_DUTIES, today=today):
        raise PermissionDenied
    form = BeginForm(sent(request), person=request.user, now=now, today=today)
    if form.carry_out(request.user):
        messages.success(request, "草稿拟好了。逐项看过、改好，再发布。")
        return redirect("duty-list", form.result.pk)
    lede = "先拟成草稿，别人看不到；发布以后才分到各级各岗。正式印发的清单没有公开，示例请换成本单位自己的。"
    return act_page(request, form, title="新建责任清单", lede=lede, verb="拟草稿", cancel_url=reverse("duty-lists"))


@both
def duty_list_head(request: PersonRequest, pk: int) -> HttpResponse:
    """Title, number and remark of a draft."""
    today = timezone.localdate()
    row = draft_list(request.user, pk, today)
    form = HeadForm(sent(request), row=row, person=request.user, today=today)
    back = reverse("duty-list", args=[pk])
    if form.carry_out(request.user):
        messages.success(request, "改好了。")
        return redirect(back)
    lede = "印在清单最上面的几行。"
    return act_page(request, form, title="名称和文号", lede=lede, verb="保存", cancel_url=back)


@both
def duty_list_revise(request: PersonRequest, pk: int) -> HttpResponse:
    """Say what it does; open a draft of the next edition."""
    row = kept_list(request.user, pk, timezone.localdate())
    if row.is_draft:
        raise PermissionDenied("这一版还是草稿，直接改就行。")
    form, made = forms.Form(sent(request)), []
    revise = lambda: made.append(editions.revise(row, by=request.user, now=timezone.now()))  # noqa: E731
    if form.is_valid() and attempt(form, revise):
        messages.success(request, "修订稿拟好了，原来的各项都抄了过来。")
        return redirect("duty-list", made[0].pk)
    lede = "把这一版全部抄成下一版的草稿，在草稿上改。发布之前，现在的一版照旧施行；发布以后，旧的一版也留着可查。"
    cancel_url = reverse("duty-list", args=[pk])
    return act_page(request, form, title=f"修订《{row.title}》", lede=lede, verb="拟修订稿", cancel_url=cancel_url)


@both
def duty_list_discard(request: PersonRequest, pk: int) -> HttpResponse:
    """Say what it does; delete a draft."""
    row = draft_list(request.user, pk, timezone.localdate())
    form = forms.Form(sent(request))
    if form.is_valid() and attempt(form, editions.discard, row, by=request.user):
        messages.success(request, "草稿删掉了。")
        return redirect("duty-lists")
    lede = f"草稿里的 {row.duties.count()} 项一起删掉，找不回来。已经发布的各版不受影响。"
    cancel_url = reverse("duty-list", args=[pk])
    return act_page(request, form, title="删掉这份草稿", lede=lede, verb="删掉", cancel_url=cancel_url, danger=True)


@both
def duty_list_issue(request: PersonRequest, pk: int) -> HttpResponse:
    """Say whom it will bind; put it in force."""
    today = timezone.localdate()
    row = draft_list(request.user, pk, today)
    form = IssueForm(sent(request), row=row, today=today)
    if form.carry_out(request.user):
        messages.success(request, f"《{row.title}》发布了。")
        return redirect("duty-list", pk)
    context = {"form": form, "row": row, "outlook": Outlook(row, today)}
    status = 422 if form.is_bound else 200
    return render(request, "responsibilities/duty_list_issue.html", context, status=status)
