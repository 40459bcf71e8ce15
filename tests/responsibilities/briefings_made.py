"""Reports for tests, made through the verbs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from responsibilities import briefing
from responsibilities.models import Briefing
from tests import make
from tests.responsibilities.talks_made import MARKER, TODAY

SINCE, UNTIL = date(2026, 10, 1), date(2026, 11, 21)


def report(
    author: Any, *, text: str = MARKER, sent: bool = True, answered: str = "", kind: str = "thought"
) -> Briefing:
    """``author`` writes to whoever is nearest, and sends it."""
    now = make.moment(TODAY)
    to = briefing.recipients(author, TODAY)[0]
    row = briefing.write(kind=kind, to=to, since=SINCE, until=UNTIL, text=text, by=author, now=now, today=TODAY)
    if sent or answered:
        briefing.send(row, by=author, now=now, today=TODAY)
    if answered:
        briefing.answer(row, text=answered, by=to.person, now=now + timedelta(minutes=5))
    row.refresh_from_db()
    return row


def typed(to: Any, **different: str) -> dict[str, str]:
    """The form as it is sent."""
    fields = {
        "kind": "thought",
        "to": str(to.pk),
        "since": "2026-10-01",
        "last_day": "2026-11-20",
        "text": f"我想{MARKER}",
    }
    return fields | {"revision": "0"} | different


def addresses(city: Any) -> dict[str, list[int]]:
    """For the contract tests: a report of the member to his secretary, and a draft of his."""
    sent, draft = report(city.member), report(city.member, sent=False)
    assert sent.recipient == city.secretary
    of_drafts = ("briefing-edit", "briefing-send", "briefing-discard")
    of_sent = ("briefing", "briefing-take-back", "briefing-answer", "briefing-word")
    return {route: [draft.pk] for route in of_drafts} | {route: [sent.pk] for route in of_sent}
