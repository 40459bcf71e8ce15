"""Appraisals for tests, made by the verbs: a draft of the first branch, a launched one, one with ballots, a closed one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.test import Client

from organisations.models import Person
from surveys import ballots, closing, deciding
from surveys.answering import Given
from surveys.appraisal_roster import roster
from surveys.appraising import ABSTAIN, BODY
from surveys.deciding import Ballot, Decided
from surveys.handing_in import hand_in
from surveys.models import Survey, Tier
from tests import make
from tests.conftest import TODAY, City

NOW = make.moment(TODAY)
ENDS = NOW + timedelta(hours=3)
AFTER = ENDS + timedelta(minutes=5)
NAMES = ["林知远", "周以宁", "沈若川", "江予安", "许清", "夏安禾", "陆景行", "顾清和", "宋怀瑾", "方既白"]


def ballot(city: City, **fields: Any) -> Ballot:
    """The ballot of the first branch with everybody on it; ``fields`` replace what it says."""
    given: dict[str, Any] = {
        "title": "2026年度民主评议党员",
        "names": [one.label for one in roster(city.first, TODAY)],
        "opens_at": NOW - timedelta(hours=1),
        "closes_at": ENDS,
        "desk_note": "党员活动室",
        "by_desk": True,
    }
    return Ballot(**given | fields)


def draft(city: City, **fields: Any) -> Survey:
    """A draft."""
    return deciding.set_up(city.first, ballot(city, **fields), by=city.secretary, now=NOW)


def launched(city: City, **fields: Any) -> Survey:
    """The same, launched and open."""
    survey = draft(city, **fields)
    deciding.launch(survey, by=city.secretary, now=NOW)
    return survey


def vote(survey: Survey, *, now: datetime = NOW, **votes: str) -> None:
    """Hand in one ballot: 合格 for everybody but those named by their code."""
    given = {question.code: votes.get(question.code, Tier.QUALIFIED.value) for question in survey.asked.asking}
    typed = ballots.issue(survey, 0)
    hand_in(survey, ballots.read(survey, typed), Given(given, {}), now=now)


def counted(city: City, votes: int = 6, **fields: Any) -> Survey:
    """Voted on and counted: c1 has half of them 优秀, the last ballot 弃权 for everybody."""
    survey = launched(city, **fields)
    for place in range(votes - 1):
        vote(survey, **({"c1": Tier.EXCELLENT.value} if place < 3 else {}))
    vote(survey, **{question.code: ABSTAIN for question in survey.asked.asking})
    closing.close(survey, now=AFTER)
    return survey


def decided(city: City, survey: Survey, *, now: datetime | None = None, **tiers: str) -> None:
    """Record a tier for each code named."""
    found = [Decided(code, tier, "工作认真，遵守纪律。") for code, tier in tiers.items()]
    deciding.decide(survey, found, decided_on=TODAY, by=city.secretary, now=now or AFTER)


def code(survey: Survey, name: str) -> str:
    """The code of somebody on the ballot."""
    return next(one.code for one in survey.asked.asking if one.text == name)


def told(city: City, survey: Survey, name: str, tier: str = Tier.BASIC) -> str:
    """Decide about somebody and tell him; return his code."""
    his = code(survey, name)
    decided(city, survey, **{his: tier})
    deciding.tell(survey, his, told_on=TODAY, by=city.secretary, now=AFTER)
    return his


def signing_in(city: City, client: Client) -> Callable[[str | Person], Client]:
    """Sign in by role or as somebody, anew each time: hours may have gone by. The deputy of the cast gets access."""
    city.deputy.grant_access("fushuji", "fushuji" * 2, initial=False)

    def sign_in(role: str | Person) -> Client:
        client.logout()
        client.force_login(getattr(city, role) if isinstance(role, str) else role)
        return client

    return sign_in


def text(response: HttpResponse) -> str:
    """What stands on a page."""
    return response.content.decode()


__all__ = ["ABSTAIN", "AFTER", "BODY", "ENDS", "NAMES", "NOW", "Ballot", "Decided"]
