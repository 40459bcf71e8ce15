"""Handing in a sheet against a view that does one INSERT and nothing else, behind the same handler of the room."""

from __future__ import annotations

import statistics
from datetime import timedelta

from django.utils import timezone

from organisations.models import Organisation, Person
from surveys import ballots
from surveys.launching import launch
from surveys.models import Survey
from tests.bench.serving import Reader
from tests.surveys import surveys_made

WARM_UP = 3


def running() -> Survey:
    """A survey of the whole city that takes answers now."""
    now = timezone.now()
    survey = Survey.objects.create(
        organisation=Organisation.objects.get(parent=None),
        title="量一量",
        questionnaire=surveys_made.questionnaire().to_json(),
        desk_note="302",
        opens_at=now - timedelta(hours=1),
        closes_at=now + timedelta(days=1),
        publish_on=timezone.localdate(now) + timedelta(days=2),
    )
    launch(survey, by=Person.objects.get(username="gongwei"), now=now)
    return survey


def measure(port: int, rounds: int) -> dict[str, float]:
    """The median of both in ms, by turns."""
    survey = running()
    leaf = survey.units.filter(is_leaf=True).first()
    if leaf is None:
        raise RuntimeError("the survey has no unit")
    browser, submits, inserts = Reader(port), [], []
    sheet = {
        f"a.{key}": value if isinstance(value, list) else [value] for key, value in surveys_made.sheet().items()
    } | {"a.say": ["食堂再晚一点"]}
    for turn in range(-WARM_UP, rounds):
        ballot = ballots.issue(survey, leaf.number)
        submitted = browser.ask(f"/s/{survey.code}/submit/", {"ballot": [ballot], **sheet})
        inserted = browser.ask("/s/bench/insert/", {"text": ["食堂再晚一点"]})
        if (submitted.status, inserted.status) != (200, 200):
            raise RuntimeError(f"handing in answered {submitted.status}, the bare view {inserted.status}")
        if turn >= 0:
            submits.append(1000 * submitted.seconds)
            inserts.append(1000 * inserted.seconds)
    return {"submit": statistics.median(submits), "insert": statistics.median(inserts)}
