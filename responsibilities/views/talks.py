"""谈心谈话: one's own list, noting, reading, mending, deleting, and the problem that comes out of one.

Only the two people of a talk find it at all: to everybody else, whatever his post, it does not exist. Nothing of what they
wrote goes into a message, an address or a session, and no shared machine keeps a page of it.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organisations.views.acts import sent

from .. import talking
from ..forms.talks import AgreeForm, AmendForm, ConfirmForm, NoteForm, ProposeForm
from ..models import Talk, TalkProposal
from ..talk_pages import TalkList, TalkPage, WhoSees, words_of
from .private import given_to, private

FORM_METHODS = ["GET", "HEAD", "POST"]


@private
@require_safe
def talk_list(request: HttpRequest) -> HttpResponse:
    """One's own talks, what waits for one's word, whom one has not talked with, and the counts that one may see."""
    listed = TalkList(request.user, timezone.localdate(), request.GET.get("page", "1"))
    return render(request, "responsibilities/talk_list.html", {"list": listed})


@private
@require_http_methods(FORM_METHODS)
def talk_add(request: HttpRequest) -> HttpResponse:
    """Note a talk; ``?with=`` preselects whom."""
    form = NoteForm(sent(request), chosen=_number(request.GET.get("with", "")), **given_to(request))
    if form.carry_out(request.user):
        talk = form.result
        messages.success(request, f"记好了，{talk.partner.name}看得到全文，可以补充或更正。")
        return redirect("talk-propose" if form.cleaned_data["problem"] else "talk", talk.pk)
    context = {"form": form, "who": WhoSees(request.user, timezone.localdate())}
    return render(request, "responsibilities/talk_add.html", context, status=_status(form))


def _number(raw: str) -> int | None:
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 19 else None


def _status(form: Any) -> int:
    return 422 if form.is_bound else 200


@private
@require_safe
def talk(request: HttpRequest, pk: int) -> HttpResponse:
    """One talk, for its two people."""
    page = TalkPage(_seen(request, pk), request.user)
    return render(request, "responsibilities/talk.html", {"page": page, "talk": page.talk})


def _seen(request: HttpRequest, pk: int) -> Talk:
    """The talk. Http404 for everybody but its two people."""
    return get_object_or_404(Talk.objects.visible_to(request.user).with_names(), pk=pk)


@private
@require_http_methods(FORM_METHODS)
def talk_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Mend it. Where the other one was faster, what stands now is shown beside what was typed."""
    row = _seen(request, pk)
    words = words_of(row)
    form = AmendForm(sent(request), talk=row, words=words, **given_to(request))
    if form.carry_out(request.user):
        messages.success(request, "改好了，对方看得到是谁、什么时候改的。")
        return redirect("talk", pk)
    now = None
    if form.has_error("__all__", talking.CHANGED):
        form.go_on_with(row.revision)
        now = TalkPage(row, request.user)
    context = {"form": form, "talk": row, "other": row.other(request.user), "now": now}
    return render(request, "responsibilities/talk_edit.html", context, status=_status(form))


@private
@require_http_methods(FORM_METHODS)
def talk_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what it does; delete it for both."""
    row = _seen(request, pk)
    form = ConfirmForm(sent(request), verb=talking.delete, row=row, **given_to(request))
    if form.carry_out(request.user):
        messages.success(request, "这次谈话删掉了，也不再计数。")
        return redirect("talk-list")
    context = {"form": form, "talk": row, "other": row.other(request.user), "verb": "删掉", "refrain": "不删"}
    context["cancel_url"] = reverse("talk", args=[pk])
    return render(request, "responsibilities/talk_delete.html", context, status=_status(form))


@private
@require_http_methods(FORM_METHODS)
def talk_propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Write anew what is to be done, for the other one to agree to."""
    row = _seen(request, pk)
    form = ProposeForm(sent(request), talk=row, **given_to(request))
    if form.carry_out(request.user):
        messages.success(request, "等对方同意以后才登记。")
        return redirect("talk", pk)
    context = {"form": form, "talk": row, "other": row.other(request.user)}
    return render(request, "responsibilities/talk_propose.html", context, status=_status(form))


@private
@require_http_methods(FORM_METHODS)
def talk_proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """What would go out, and yes or no to it."""
    page = _proposal_page(request, pk)
    form = AgreeForm(sent(request), proposal=page["proposed"].row, **given_to(request))
    if form.carry_out(request.user):
        messages.success(request, "登记好了。问题清单里只有改写过的这几句，看不出是哪次谈话。")
        return redirect("talk", page["talk"].pk)
    return render(request, "responsibilities/talk_proposal.html", page | {"form": form}, status=_status(form))


def _proposal_page(request: HttpRequest, pk: int) -> dict[str, Any]:
    """The proposal and its talk. Http404 for everybody but the two people, and where it is answered already."""
    rows = TalkProposal.objects.visible_to(request.user).asked()
    row = get_object_or_404(rows.select_related("talk"), pk=pk)
    page = TalkPage(_seen(request, row.talk_id), request.user)
    proposed = next(one for one in page.proposals if one.row.pk == pk)
    return {"page": page, "talk": page.talk, "proposed": proposed}


@private
@require_POST
def talk_proposal_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Say no."""
    return _answer(request, pk, talking.refuse, "没有同意，改写的几句已经清空。")


@private
@require_POST
def talk_proposal_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Think better of what one proposed."""
    return _answer(request, pk, talking.take_back, "收回了。")


def _answer(request: HttpRequest, pk: int, verb: Any, said: str) -> HttpResponse:
    page = _proposal_page(request, pk)
    form = ConfirmForm(request.POST, verb=verb, row=page["proposed"].row, **given_to(request))
    if form.carry_out(request.user):
        messages.success(request, said)
        return redirect("talk", page["talk"].pk)
    return render(request, "responsibilities/talk_proposal.html", page | {"form": form}, status=422)
