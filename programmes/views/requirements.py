"""要求: the table, and the pages on which a rule is written as a sentence."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organisations.models import Person
from organisations.permissions import Act

from ..forms.requirement import AddForm, ReplaceForm, RetireForm, TermsForm, TightenForm
from ..models import Requirement
from ..periods import Cadence
from ..rule_pages import RulePage, RuleTable
from ..ruling import homes, successor
from ..terms import first_days


@require_safe
def requirement_list(request: HttpRequest) -> HttpResponse:
    """The rules that hold, what becomes of them, and how far they are met among what the reader sees."""
    table = RuleTable(request.user, timezone.localdate())
    return render(request, "programmes/requirement_list.html", {"table": table})


@require_http_methods(["GET", "HEAD", "POST"])
def requirement_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a rule anew. A row that was replaced meanwhile leads to the one in its place."""
    row, today = _editable(request.user, pk), timezone.localdate()
    if request.method != "POST" and row.until is not None:
        return _to_successor(row)
    form = ReplaceForm(request.POST if request.method == "POST" else None, row=row, person=request.user, today=today)
    if form.is_valid() and form.save(by=request.user, today=today):
        return _written(request, row.name, form)
    return _edit_page(request, form, row)


@require_POST
def requirement_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """What the sentence would do as it stands: the fragment for a script, else the whole page. Saves nothing."""
    row = _editable(request.user, pk)
    form = ReplaceForm(request.POST, row=row, person=request.user, today=timezone.localdate())
    form.try_out()
    return _edit_page(request, form, row, previewing=True)


@require_http_methods(["GET", "HEAD", "POST"])
def requirement_tighten(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a common rule more strictly for one's own organ."""
    row, today = _tightenable(request.user, pk), timezone.localdate()
    form = TightenForm(request.POST if request.method == "POST" else None, row=row, person=request.user, today=today)
    if form.is_valid() and form.save(by=request.user, today=today):
        return _written(request, row.name, form)
    return _tighten_page(request, form, row)


@require_POST
def requirement_tighten_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """As ``requirement_preview``."""
    row = _tightenable(request.user, pk)
    form = TightenForm(request.POST, row=row, person=request.user, today=timezone.localdate())
    form.try_out()
    return _tighten_page(request, form, row, previewing=True)


@require_http_methods(["GET", "HEAD", "POST"])
def requirement_add(request: HttpRequest) -> HttpResponse:
    """Write a rule that does not exist yet."""
    _may_add(request.user)
    today = timezone.localdate()
    form = AddForm(request.POST if request.method == "POST" else None, person=request.user, today=today)
    if form.is_valid() and form.save(by=request.user, today=today):
        return _written(request, form.cleaned_data["name"], form)
    return _add_page(request, form)


@require_POST
def requirement_add_preview(request: HttpRequest) -> HttpResponse:
    """As ``requirement_preview``."""
    _may_add(request.user)
    form = AddForm(request.POST, person=request.user, today=timezone.localdate())
    form.try_out()
    return _add_page(request, form, previewing=True)


@require_http_methods(["GET", "HEAD", "POST"])
def requirement_retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Say from when on; retire."""
    row, today = _editable(request.user, pk), timezone.localdate()
    if row.until is not None or not row.is_active:
        return redirect("requirement-list")
    form = RetireForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and form.save(row, by=request.user, today=today):
        messages.success(request, f"{row.name}从下一期起停用。")
        return redirect("requirement-list")
    context = {
        "form": form,
        "row": row,
        "since": first_days(Cadence(row.cadence), today, row)[0],
        "cancel_url": reverse("requirement-edit", args=[pk]),
    }
    context |= {"verb": "停用这条要求", "refrain": "不停用"}
    return render(request, "programmes/requirement_retire.html", context, status=422 if form.is_bound else 200)


def _seen(person: Person, pk: int) -> Requirement:
    return get_object_or_404(Requirement.objects.visible_to(person).select_related("line", "organisation"), pk=pk)


def _editable(person: Person, pk: int) -> Requirement:
    """The row. Http404 if unseen; PermissionDenied if the reader only lives by it."""
    row = _seen(person, pk)
    if not Requirement.objects.manageable_by(person).filter(pk=pk).exists():
        raise PermissionDenied("全市的要求由机关工委改；本单位可以写得更严。")
    return row


def _tightenable(person: Person, pk: int) -> Requirement:
    """A common row for which the reader may write one of his organ. Http404, PermissionDenied."""
    row = _seen(person, pk)
    if row.organisation is not None or not homes(person, timezone.localdate()).exists():
        raise PermissionDenied("本单位的要求由机关党委定。")
    return row


def _may_add(person: Person) -> None:
    if not person.may(Act.EDIT_PROGRAMMES):
        raise PermissionDenied("全市的要求由机关工委定。")


def _to_successor(row: Requirement) -> HttpResponse:
    new = successor(row)
    return redirect("requirement-edit", new.pk) if new else redirect("requirement-list")


def _written(request: HttpRequest, name: str, form: TermsForm) -> HttpResponse:
    since = form.cleaned_data["since"]
    messages.success(request, f"{name}：新的写法从 {since.year}年{since.month}月{since.day}日起。")
    return redirect("requirement-list")


def _edit_page(request: HttpRequest, form: ReplaceForm, row: Requirement, **how: Any) -> HttpResponse:
    addresses = {
        "action": reverse("requirement-edit", args=[row.pk]),
        "preview": reverse("requirement-preview", args=[row.pk]),
    }
    newer = successor(row) if row.until is not None else None
    page = RulePage(form, code=row.code, own=row.organisation)
    return _page(request, page, addresses | {"row": row, "newer": newer, "title": "改一条要求"}, **how)


def _tighten_page(request: HttpRequest, form: TightenForm, row: Requirement, **how: Any) -> HttpResponse:
    addresses = {
        "action": reverse("requirement-tighten", args=[row.pk]),
        "preview": reverse("requirement-tighten-preview", args=[row.pk]),
    }
    page = RulePage(form, code=row.code, own=form.home)
    return _page(request, page, addresses | {"row": row, "title": "本单位写得更严"}, **how)


def _add_page(request: HttpRequest, form: AddForm, **how: Any) -> HttpResponse:
    addresses = {"action": reverse("requirement-add"), "preview": reverse("requirement-add-preview")}
    return _page(request, RulePage(form, code="", own=None), addresses | {"title": "新增要求"}, **how)


def _page(request: HttpRequest, page: RulePage, context: dict[str, Any], previewing: bool = False) -> HttpResponse:
    """The form with what it would do; 422 where it was sent and refused."""
    template = "programmes/_trial.html" if previewing and request.htmx else "programmes/requirement_form.html"
    refused = page.form.is_bound and not previewing
    context |= {"page": page, "form": page.form, "previewing": previewing}
    return render(request, template, context, status=422 if refused else 200)
