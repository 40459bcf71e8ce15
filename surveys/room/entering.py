"""Coming into the room: which survey, and whether the ballot is good for it."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest

from organisations.lockout import client_address

from .. import ballots, keys
from ..ballots import Ballot
from ..handing_in import is_spent
from ..models import State, Survey
from .limiting import wrong_ballots

CLOSED = {
    State.WAITING: "还没有开始，请到了时间再来。",
    State.CLOSING: "已经截止，正在汇总，不再收答卷。",
}
OVER = "已经截止，不再收答卷。"


def survey_at(code: str) -> Survey:
    """The launched survey with this short code, typed in capitals too. Http404 for a draft and for none."""
    survey = Survey.objects.filter(code=code.lower(), launched_at__isnull=False).first()
    if survey is None:
        raise Http404
    return survey


def shut(survey: Survey, now: datetime) -> str:
    """Why no answers are taken now; empty while they are."""
    return "" if survey.is_open(now) else CLOSED.get(survey.state(now), OVER)


class SpentError(Exception):
    """The ballot was used already."""


def ballot_of(request: HttpRequest, survey: Survey, now: datetime) -> Ballot:
    """The ballot that came with the form. ValidationError with one sentence when it is not good, SpentError when it was used."""
    address = client_address(request) or ""
    if wrong_ballots.too_many(address, now):
        raise ValidationError("这里输错的票号太多了，请过一个小时再试，或者到领票点换一张。", code="limit")
    typed = request.POST.get("ballot", "")
    if not typed.strip():
        raise ValidationError("请先输入票号。", code="ballot")
    try:
        ballot = ballots.read(survey, typed)
    except keys.KeyGoneError:
        raise ValidationError("系统现在核不了票，没有收下。请告诉领票点，答卷留在这台手机上。", code="key") from None
    except ValidationError:
        wrong_ballots.add(address, now)
        raise
    if is_spent(ballot):
        raise SpentError
    return ballot
