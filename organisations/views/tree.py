"""Acts on the tree by those who keep it: setting up, describing, appointing, moving, closing."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from ..forms.posts import AppointHereForm
from ..forms.tree import CloseForm, MoveForm, OrganisationAddForm, OrganisationForm, levels_below
from ..models import Appointment, Organisation, Person
from ..permissions import Act
from ..templatetags.sanli import cn_date
from .acts import act_page, sent
from .person import APPOINTING
from .scope import PersonRequest, child_for, organisation_named, standing_for

methods = require_http_methods(["GET", "HEAD", "POST"])


@methods
def organisation_add(request: PersonRequest) -> HttpResponse:
    """Set up an organisation below ``?parent=``, or below the first that the reader keeps."""
    today = timezone.localdate()
    kept = Organisation.objects.manageable_by(request.user, Act.MANAGE_PEOPLE, today).open_on(today).in_tree_order()
    parent = organisation_named(request, Act.MANAGE_PEOPLE, today, "parent") or kept.first()
    if parent is None or not levels_below(parent):
        raise PermissionDenied
    form = OrganisationAddForm(sent(request), parent=parent, today=today)
    if form.carry_out(request.user):
        messages.success(request, f"{form.result}已设立。")
        return redirect("organisation", form.result.pk)
    lede = f"设在{parent}之下，排在最后。设立后从下一期起按要求开展活动，再把人转进来、指定负责人。"
    return act_page(
        request,
        form,
        title=f"{parent}新设组织",
        lede=lede,
        verb="设立",
        cancel_url=reverse("organisation", args=[parent.pk]),
    )


@methods
def organisation_edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Change name, remark and term."""
    today = timezone.localdate()
    organisation = standing_for(request, pk, Act.MANAGE_PEOPLE, today)
    form = OrganisationForm(sent(request), organisation=organisation, today=today)
    title = f"修改{organisation}的信息"
    if form.carry_out(request.user):
        messages.success(request, f"{organisation}的信息已更新。")
        return redirect("organisation", pk)
    lede = "名称改了，以前的记录也跟着显示新名称。任期用来提醒换届。"
    return act_page(request, form, title=title, lede=lede, verb="保存", cancel_url=reverse("organisation", args=[pk]))


@methods
def organisation_appoint(request: PersonRequest, pk: int) -> HttpResponse:
    """Give a post here."""
    today = timezone.localdate()
    organisation = standing_for(request, pk, Act.MANAGE_PEOPLE, today)
    form = AppointHereForm(sent(request), organisation=organisation, by=request.user, today=today)
    if form.carry_out(request.user):
        messages.success(request, f"{form.result.person}任{form.result.title}，从 {cn_date(form.result.since)}起。")
        return redirect("organisation", pk)
    title, cancel = f"变更{organisation}的任职", reverse("organisation", args=[pk])
    holders = Appointment.objects.visible_to(request.user, today).holding(today).at(organisation)
    holders = holders.select_related("person", "post", "organisation")
    return act_page(request, form, title=title, lede=APPOINTING, verb="任职", cancel_url=cancel, holders=holders)


@methods
def organisation_move(request: PersonRequest, pk: int) -> HttpResponse:
    """Hang it elsewhere, with everything below it."""
    today = timezone.localdate()
    organisation = child_for(request, pk, today)
    form = MoveForm(sent(request), organisation=organisation, by=request.user, today=today)
    if form.carry_out(request.user):
        messages.success(request, f"{organisation}已移到{form.cleaned_data['parent']}之下。")
        return redirect("organisation", pk)
    below = Organisation.objects.under(organisation).open_on(today).count() - 1
    people = Person.objects.under(organisation, today).count()
    beneath = f"和它下面的 {below} 个组织" if below else ""
    lede = f"现在设在{organisation.parent}之下。移动以后，它{beneath}、{people} 个人和全部记录一起到新的上级之下，原上级不再看得到。"
    return act_page(
        request,
        form,
        title=f"把{organisation}移到别处",
        lede=lede,
        verb="移过去",
        cancel_url=reverse("organisation", args=[pk]),
    )


@methods
def organisation_close(request: PersonRequest, pk: int) -> HttpResponse:
    """Close it. Refused while people belong to it or something below it is open."""
    today = timezone.localdate()
    organisation = child_for(request, pk, today)
    form = CloseForm(sent(request), organisation=organisation, today=today)
    if form.carry_out(request.user):
        messages.success(request, f"{organisation}已撤销。")
        return redirect("organisation", pk)
    lede = "撤销前要先把人转走。没有办的事项不再要求，办过的记录都留着；在这里的任职同一天结束。撤销以后不能恢复。"
    cancel = reverse("organisation", args=[pk])
    return act_page(
        request, form, title=f"撤销{organisation}？", lede=lede, verb="撤销", cancel_url=cancel, danger=True
    )
