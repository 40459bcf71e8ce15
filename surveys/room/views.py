"""The pages of the room. Every one but the first is the answer to a POST that carries the whole sheet; a GET is inert."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from .. import paths
from ..handing_in import AlreadySpentError, hand_in
from ..models import Survey
from ..promising import Promise
from .entering import SpentError, ballot_of, shut, survey_at
from .pages import Sheet


@require_safe
def intro(request: HttpRequest, code: str) -> HttpResponse:
    """The first page: what this is, what is promised, the field for the ballot."""
    survey = survey_at(code)
    return _intro(request, survey)


def _intro(request: HttpRequest, survey: Survey, error: str = "", status: int = 200) -> HttpResponse:
    closed = shut(survey, timezone.now())
    context = {
        "survey": survey,
        "closed": closed,
        "minutes": paths.minutes(survey.asked),
        "promise": Promise(survey),
        "error": error,
        "typed": request.POST.get("ballot", ""),
        "carried": Sheet(survey, request.POST).carried(None),
    }
    return render(request, "surveys/room/intro.html", context, status=status)


@sensitive_post_parameters()
def page(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Page ``number``, or the next that asks something; back to the page it came from while that one is not answered well."""
    survey = survey_at(code)
    if request.method != "POST":
        return _to_start(survey)
    if refused := _refused(request, survey):
        return refused
    sheet = Sheet(survey, request.POST)
    came_from = _page_number(request.POST.get("from", ""), sheet)
    if came_from is not None and number > came_from and sheet.given_on(came_from).errors:
        return _page(request, sheet, came_from, wrong=True)
    forward = came_from is None or number > came_from
    target = sheet.forward(number) if forward else sheet.backward(number)
    return _review(request, sheet) if target is None else _page(request, sheet, target)


@sensitive_post_parameters()
def review(request: HttpRequest, code: str) -> HttpResponse:
    """Everything that was given, once more; the first page that lacks something instead."""
    survey = survey_at(code)
    if request.method != "POST":
        return _to_start(survey)
    if refused := _refused(request, survey):
        return refused
    sheet = Sheet(survey, request.POST)
    wrong = sheet.first_wrong()
    return _review(request, sheet) if wrong is None else _page(request, sheet, wrong, wrong=True)


@sensitive_post_parameters()
def submit(request: HttpRequest, code: str) -> HttpResponse:
    """Hand in; the thanks are the answer itself, so that nothing has to be remembered."""
    survey = survey_at(code)
    if request.method != "POST":
        return _to_start(survey)
    now = timezone.now()
    try:
        ballot = ballot_of(request, survey, now)
        sheet = Sheet(survey, request.POST)
        wrong = sheet.first_wrong()
        if wrong is not None:
            return _page(request, sheet, wrong, wrong=True)
        hand_in(survey, ballot, sheet.given, now=now)
    except (SpentError, AlreadySpentError):
        return _spent(request, survey)
    except ValidationError as refusal:
        return _intro(request, survey, refusal.messages[0], 422)
    return render(request, "surveys/room/thanks.html", {"survey": survey})


@require_safe
def promise(request: HttpRequest, code: str) -> HttpResponse:
    """What is kept and what is not, by mechanism."""
    survey = survey_at(code)
    context = {"survey": survey, "promise": Promise(survey), "closed": shut(survey, timezone.now())}
    return render(request, "surveys/room/promise.html", context)


@require_safe
def promise_json(request: HttpRequest, code: str) -> HttpResponse:
    """The same as data, for whoever wants to compare it with what runs."""
    return JsonResponse(Promise(survey_at(code)).as_json(), json_dumps_params={"ensure_ascii": False})


def _refused(request: HttpRequest, survey: Survey) -> HttpResponse | None:
    """The page that says why it cannot go on: closed, no good ballot, a used one."""
    now = timezone.now()
    if closed := shut(survey, now):
        return _intro(request, survey, closed, 422)
    try:
        ballot_of(request, survey, now)
    except SpentError:
        return _spent(request, survey)
    except ValidationError as refusal:
        return _intro(request, survey, refusal.messages[0], 422)
    return None


def _spent(request: HttpRequest, survey: Survey) -> HttpResponse:
    return render(request, "surveys/room/spent.html", {"survey": survey}, status=409)


def _page(request: HttpRequest, sheet: Sheet, number: int, *, wrong: bool = False) -> HttpResponse:
    if wrong:
        sheet.errors = sheet.given_on(number).errors
    context: dict[str, Any] = {
        "survey": sheet.survey,
        "page": sheet.pages[number],
        "number": number,
        "ahead": number + 1,
        "before": sheet.back(number),
        "place": sum(bool(sheet.asked_on(place)) for place in range(number + 1)),
        "of": sum(bool(sheet.asked_on(place)) for place in range(len(sheet.pages))),
        "done": round(100 * number / len(sheet.pages)),
        "asked": sheet.asked(number),
        "carried": list(sheet.carried(number)),
        "ballot": request.POST.get("ballot", ""),
        "is_last": sheet.forward(number + 1) is None,
    }
    return render(request, "surveys/room/page.html", context, status=422 if wrong else 200)


def _review(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    context = {
        "survey": sheet.survey,
        "lines": sheet.review(),
        "carried": list(sheet.carried(None)),
        "ballot": request.POST.get("ballot", ""),
        "before": sheet.back(len(sheet.pages)),
    }
    return render(request, "surveys/room/review.html", context)


def _page_number(raw: str, sheet: Sheet) -> int | None:
    """The page that the form came from; None from the first one and for what is no page."""
    number = int(raw) if raw.isascii() and raw.isdecimal() and len(raw) < 4 else -1
    return number if 0 <= number < len(sheet.pages) else None


def _to_start(survey: Survey) -> HttpResponse:
    return HttpResponseRedirect(reverse("room-intro", kwargs={"code": survey.code}))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A code that is none."""
    said = {"what": "没有这份调研", "why": "请对照二维码下面的短地址再输一遍，一共六个字。"}
    return render(request, "surveys/room/said.html", said, status=404)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What cannot be read."""
    said = {"what": "没有收下", "why": "提交的内容不完整，请刷新这一页再交一次；不行就重新扫码，选“接着填”。"}
    return render(request, "surveys/room/said.html", said, status=400)


def went_wrong(request: HttpRequest) -> HttpResponse:
    """Something of ours broke: nothing was kept, and nothing of the form is written into any log."""
    said = {
        "what": "系统出了错，没有收下",
        "why": "你的票还能用。请刷新这一页再交一次；不行就重新扫码，选“接着填”，回答还在这台设备上。",
    }
    return render(request, "surveys/room/said.html", said, status=500)
