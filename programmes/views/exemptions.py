"""不适用: asking, answering, taking back, ending; and the list of what was asked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organisations.models import Person
from organisations.permissions import Act

from .. import exempting
from ..exemption_pages import ONE_DAY, Answerers, ExemptionLists, Waiting, earlier_requests, in_tree_order, place_of
from ..forms.attempting import attempt
from ..forms.exemption import AnswerForm, AskForm
from ..models import Exemption, Obligation

TAKE_BACK = {"verb": "撤回申请", "refrain": "不撤回"}
END = {"verb": "恢复要求", "refrain": "照旧不适用"}


@require_safe
def exemption_list(request: HttpRequest) -> HttpResponse:
    """What waits for an answer, and what was asked this year."""
    if not request.user.may(Act.SEE):
        raise PermissionDenied
    lists = ExemptionLists(request.user, timezone.localdate(), request.GET.get("page", "1"))
    return render(request, "programmes/exemption_list.html", {"lists": lists})


@require_http_methods(["GET", "HEAD", "POST"])
def exemption_ask(request: HttpRequest) -> HttpResponse:
    """Ask; ``?obligation=`` preselects one, which may not be another's."""
    if not request.user.may(Act.ASK_EXEMPTION):
        raise PermissionDenied
    person, today = request.user, timezone.localdate()
    chosen = _chosen(person, request.GET.get("obligation", ""))
    form = AskForm(request.POST if request.method == "POST" else None, person=person, today=today, chosen=chosen)
    if form.is_valid() and form.save(by=person, now=timezone.now()):
        messages.success(request, "已经送出。答复之前不算逾期，也不再提醒。")
        return redirect("exemption-list")
    if form.is_bound:
        chosen = form.cleaned_data.get("obligation") or chosen
    elif form.settled:
        chosen = None
    answerers = Answerers(chosen.organisation, person, today) if chosen else None
    context = {"form": form, "chosen": chosen, "answerers": answerers}
    return render(request, "programmes/exemption_ask.html", context, status=422 if form.is_bound else 200)


def _chosen(person: Person, raw: str) -> Obligation | None:
    """The obligation in the address. Http404 if the reader may not see it, PermissionDenied if he may not ask for it."""
    if not raw:
        return None
    if not (raw.isascii() and raw.isdigit() and len(raw) < 19):
        raise Http404
    rows = Obligation.objects.visible_to(person).select_related("organisation", "requirement")
    row = get_object_or_404(rows, pk=int(raw))
    if not person.may(Act.ASK_EXEMPTION, row.organisation):
        raise PermissionDenied
    return row


@require_safe
def exemption_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """The request, and the two answers."""
    return _decide_page(request, _to_decide(request.user, pk), AnswerForm())


@require_POST
def exemption_grant(request: HttpRequest, pk: int) -> HttpResponse:
    """Say yes."""
    return _answer(request, pk, granted=True)


@require_POST
def exemption_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Say no, and why: the old due days hold again."""
    return _answer(request, pk, granted=False)


def _answer(request: HttpRequest, pk: int, *, granted: bool) -> HttpResponse:
    exemption, form = _to_decide(request.user, pk), AnswerForm(request.POST)
    decision: dict[str, Any] = {"granted": granted, "by": request.user, "now": timezone.now()}
    if not (form.is_valid() and form.send(exemption, exempting.decide, **decision)):
        return _decide_page(request, exemption, form, status=422)
    said = "批准了" if granted else "没有批准"
    messages.success(request, f"{place_of(exemption.organisation)}的{exemption.name}，{said}。")
    return redirect("exemption-list")


def _decide_page(request: HttpRequest, exemption: Exemption, form: AnswerForm, status: int = 200) -> HttpResponse:
    context = {
        "exemption": exemption,
        "form": form,
        "waiting": Waiting.of(exemption, request.user, timezone.localdate()),
    }
    context["earlier"] = earlier_requests(exemption, request.user)
    return render(request, "programmes/exemption_decide.html", context, status=status)


def _to_decide(person: Person, pk: int) -> Exemption:
    """The request. Http404 if unseen, PermissionDenied if seen but answered by others."""
    exemption = _seen(person, pk)
    if not person.may(Act.DECIDE_EXEMPTION, exemption.organisation):
        raise PermissionDenied("不适用的申请由上级党组织答复。")
    return exemption


def _seen(person: Person, pk: int) -> Exemption:
    return get_object_or_404(in_tree_order(Exemption.objects.visible_to(person)), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def exemption_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what it does; take the request back."""
    exemption, form = _seen(request.user, pk), _confirmed(request)
    if not request.user.may(Act.ASK_EXEMPTION, exemption.organisation):
        raise PermissionDenied
    if form.is_valid() and attempt(form, exempting.take_back, exemption, by=request.user, now=timezone.now()):
        messages.success(request, "申请撤回了，原来的到期日不变。")
        return redirect("exemption-list")
    return _confirm_page(request, "exemption_take_back", exemption, form, TAKE_BACK)


@require_http_methods(["GET", "HEAD", "POST"])
def exemption_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what it does; end what was granted, from the next period on."""
    exemption, form, by = _seen(request.user, pk), _confirmed(request), request.user
    acts = (Act.ASK_EXEMPTION, Act.DECIDE_EXEMPTION)
    if not any(by.may(act, exemption.organisation) for act in acts):
        raise PermissionDenied
    if form.is_valid() and attempt(form, exempting.end, exemption, on=timezone.localdate() + ONE_DAY, by=by):
        place = place_of(exemption.organisation)
        messages.success(request, f"{place}的{exemption.name}，从下一期起恢复要求。")
        return redirect("exemption-list")
    return _confirm_page(request, "exemption_end", exemption, form, END)


def _confirmed(request: HttpRequest) -> forms.Form:
    """A form that asks nothing but to be sent."""
    return forms.Form(request.POST if request.method == "POST" else None)


def _confirm_page(
    request: HttpRequest, template: str, exemption: Exemption, form: forms.Form, words: dict[str, str]
) -> HttpResponse:
    """What the act would do, and the button; 422 where it was refused."""
    context = {"form": form, "exemption": exemption, "place": place_of(exemption.organisation)}
    context |= words | {"cancel_url": reverse("exemption-list")}
    return render(request, f"programmes/{template}.html", context, status=422 if form.is_bound else 200)
