"""The roster, one person, and adding one."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from ..directory import PersonPage, check_reader
from ..forms.filters import RosterFilter
from ..forms.people import PersonAddForm
from ..models import Person
from ..permissions import Act
from .acts import act_page, sent
from .scope import PersonRequest, organisation_named


@require_safe
def people(request: PersonRequest) -> HttpResponse:
    """The roster of those whom the reader may see."""
    today = timezone.localdate()
    check_reader(request.user, today)
    chosen = organisation_named(request, Act.VIEW_PEOPLE, today)
    form = RosterFilter(request.GET, person=request.user, inside=chosen, today=today)
    roster = form.roster()
    page = roster.page(request.GET.get("page"))
    may_add = request.user.may(Act.MANAGE_PEOPLE, chosen, today)
    context = {"form": form, "page": page, "pills": form.pills(request), "roster": roster, "may_add": may_add}
    return render(request, "organisations/people.html", context)


@require_safe
def person(request: PersonRequest, pk: int) -> HttpResponse:
    """One person: what the roster says, where he belongs, what he holds."""
    today = timezone.localdate()
    somebody = get_object_or_404(Person.objects.visible_to(request.user, today), pk=pk)
    return render(request, "organisations/person.html", {"page": PersonPage(request.user, somebody, today)})


@require_http_methods(["GET", "HEAD", "POST"])
def person_add(request: PersonRequest) -> HttpResponse:
    """Put somebody on the roster."""
    today = timezone.localdate()
    if not request.user.may(Act.MANAGE_PEOPLE, today=today):
        raise PermissionDenied
    inside = organisation_named(request, Act.MANAGE_PEOPLE, today)
    form = PersonAddForm(sent(request), by=request.user, inside=inside, today=today)
    if form.carry_out(request.user):
        messages.success(request, f"{form.result}已在花名册上。")
        return redirect("person", form.result.pk)
    lede = "保存后他就在花名册上，记活动时会出现在应到名单里。要登录的，再到他的页面开通。"
    return act_page(request, form, title="添加一个人", lede=lede, verb="添加", cancel_url=reverse("people"))
