"""Acts on one person by those who keep the roster."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from .. import access
from ..forms.choices import organs_for
from ..forms.people import AccessForm, CloseAccessForm, PersonForm, RenewPasswordForm, TransferForm
from ..forms.posts import AppointSomebodyForm, EndPostForm
from ..models import Appointment, Membership, Person
from ..permissions import Act
from ..roster import check_keeper, current_membership
from ..templatetags.sanli import cn_date
from .acts import act_page, sent
from .scope import PersonRequest, organisation_named, person_for

methods = require_http_methods(["GET", "HEAD", "POST"])

APPOINTING = (
    "职务带着权限：书记能记活动、申请不适用，办公室能看本单位的全部记录。新任书记、组长的，原任从起任那天起免去。"
)


@methods
def person_edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Correct what the roster says."""
    today = timezone.localdate()
    person = person_for(request, pk, today)
    form = PersonForm(sent(request), person=person, today=today)
    if form.carry_out(request.user):
        messages.success(request, f"{person}的信息已更正。")
        return redirect("person", pk)
    lede = "改的是花名册上的这一行，以前的会议记录不变。"
    return act_page(
        request, form, title=f"更正{person}的信息", lede=lede, verb="保存", cancel_url=reverse("person", args=[pk])
    )


@methods
def person_transfer(request: PersonRequest, pk: int) -> HttpResponse:
    """Move him to another organisation."""
    today = timezone.localdate()
    person = person_for(request, pk, today)
    here = current_membership(person, today)
    choice = organ_choice(request, here, today)
    form = TransferForm(sent(request), person=person, by=request.user, inside=choice["inside"], today=today)
    if form.carry_out(request.user):
        messages.success(request, f"{person}已转到{form.result.organisation.near_name}。")
        return redirect("person", pk)
    where = f"现在在{here.organisation.near_name}。" if here else "现在不在任何党组织。"
    lede = f"{where}从这一天起，他在新单位的应到名单里；以前的记录不变，担任的职务不会自动免去。"
    return act_page(
        request,
        form,
        title=f"{person}转到别处",
        lede=lede,
        verb="转过去",
        cancel_url=reverse("person", args=[pk]),
        **choice,
    )


@methods
def person_post_add(request: PersonRequest, pk: int) -> HttpResponse:
    """Give him a post."""
    today = timezone.localdate()
    person = person_for(request, pk, today)
    choice = organ_choice(request, current_membership(person, today), today)
    form = AppointSomebodyForm(sent(request), person=person, by=request.user, inside=choice["inside"], today=today)
    if form.carry_out(request.user):
        messages.success(request, f"{person}任{form.result.title}，从 {cn_date(form.result.since)}起。")
        return redirect("person", pk)
    return act_page(
        request,
        form,
        title=f"{person}的新任职",
        lede=APPOINTING,
        verb="任职",
        cancel_url=reverse("person", args=[pk]),
        **choice,
    )


def organ_choice(request: PersonRequest, here: Membership | None, today: date) -> dict[str, Any]:
    """The organ whose organisations are offered — his own unless ``?organ=`` names another — and the organs to change to."""
    inside = organisation_named(request, Act.MANAGE_PEOPLE, today, "organ") or (here and here.organisation)
    return {"inside": inside, "organs": organs_for(request.user, Act.MANAGE_PEOPLE, today)}


@methods
def person_post_end(request: PersonRequest, pk: int, appointment: int) -> HttpResponse:
    """End one of his posts."""
    today = timezone.localdate()
    seen = Appointment.objects.visible_to(request.user, today).select_related("person", "post", "organisation")
    row = get_object_or_404(seen, pk=appointment, person=pk)
    check_keeper(request.user, row.organisation, today)
    form = EndPostForm(sent(request), appointment=row, today=today)
    if form.carry_out(request.user):
        messages.success(request, f"{row.person}不再任{row.title}。")
        return redirect("organisation", row.organisation_id)
    lede = "从这一天起，随这个职务来的权限收回；任职的经过留在历任里。"
    title = f"免去{row.person}的{row.title}？"
    cancel = reverse("organisation", args=[row.organisation_id])
    return act_page(request, form, title=title, lede=lede, verb="免去", cancel_url=cancel, danger=True)


@never_cache
@methods
def person_access(request: PersonRequest, pk: int) -> HttpResponse:
    """Open the system to him; the initial password is shown in the answer and nowhere else."""
    today = timezone.localdate()
    person = person_for(request, pk, today)
    access.check_opener(request.user, person, today)
    form = AccessForm(sent(request), person=person, today=today)
    if form.carry_out(request.user):
        return initial_password(request, person, form.result)
    lede = "系统会生成一个初始密码，只在下一页显示一次。请当面交给本人，第一次登录要先换成自己的。"
    return act_page(
        request, form, title=f"给{person}开通登录", lede=lede, verb="开通", cancel_url=reverse("person", args=[pk])
    )


@never_cache
@methods
def person_password(request: PersonRequest, pk: int) -> HttpResponse:
    """Give him a new password in place of a forgotten one."""
    today = timezone.localdate()
    person = person_for(request, pk, today)
    access.check_opener(request.user, person, today)
    form = RenewPasswordForm(sent(request), person=person, today=today)
    if form.carry_out(request.user):
        return initial_password(request, person, form.result)
    lede = "旧密码马上作废，已登录的要重新登录。新的初始密码只在下一页显示一次，请当面交给本人，登录后要先换成自己的。"
    return act_page(
        request,
        form,
        title=f"给{person}换一个密码？",
        lede=lede,
        verb="换密码",
        cancel_url=reverse("person", args=[pk]),
        danger=True,
    )


def initial_password(request: PersonRequest, person: Person, password: str) -> HttpResponse:
    """The one page that shows a password."""
    return render(request, "organisations/initial_password.html", {"person": person, "password": password})


@methods
def person_access_withdraw(request: PersonRequest, pk: int) -> HttpResponse:
    """Close the system to him."""
    today = timezone.localdate()
    person = person_for(request, pk, today)
    access.check_opener(request.user, person, today)
    form = CloseAccessForm(sent(request), person=person, today=today)
    if form.carry_out(request.user):
        messages.success(request, f"{person}的登录已收回。")
        return redirect("person", pk)
    lede = "他马上退出登录，登录名空出来。他在花名册上的信息、任职和参加过的活动都不变。"
    return act_page(
        request,
        form,
        title=f"收回{person}的登录？",
        lede=lede,
        verb="收回登录",
        cancel_url=reverse("person", args=[pk]),
        danger=True,
    )
