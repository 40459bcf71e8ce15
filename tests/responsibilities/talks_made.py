"""Talks and reports for tests: made through the verbs, with words that can be looked for everywhere."""

from __future__ import annotations

from datetime import date
from typing import Any

from responsibilities import talking
from responsibilities.models import Talk, TalkProposal
from responsibilities.talking import Words
from tests import make

TODAY = date(2026, 11, 20)
MARKER = "考前两周不排夜班"  # what nobody but two people may ever find
WORDS = {
    "occasion": "difficulty",
    "place": f"302室{MARKER}",
    "points": f"担心考试。{MARKER}。",
    "agreed": f"说好{MARKER}",
}


def talk(one: Any, other: Any, *, on: date = TODAY, today: date = TODAY, **different: str) -> Talk:
    """``one`` notes a talk with ``other``."""
    words = Words(**(WORDS | different))
    return talking.note(other, held_on=on, words=words, by=one, now=make.moment(today), today=today)


def proposal(row: Talk, by: Any, *, named: bool = False, title: str = "夜班排班", today: date = TODAY) -> TalkProposal:
    """``by`` proposes a problem out of it."""
    return talking.propose(row, title=title, detail=f"改写：{MARKER}", named=named, by=by, today=today)


def typed(other: Any, **different: str) -> dict[str, str]:
    """The form as it is sent."""
    return {"partner": str(other.pk), "held_on": "2026-11-20", **WORDS, **different}


def addresses(city: Any) -> dict[str, list[int]]:
    """For the contract tests: a talk of secretary and member, with a problem that the secretary proposed."""
    row = talk(city.secretary, city.member)
    asked = proposal(row, city.secretary).pk
    routes = ("talk", "talk-edit", "talk-delete", "talk-propose")
    of_proposals = ("talk-proposal", "talk-proposal-refuse", "talk-proposal-take-back")
    return {route: [row.pk] for route in routes} | {route: [asked] for route in of_proposals}
