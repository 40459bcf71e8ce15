"""What the access table asks of the addresses of surveys: rows of the first branch's organ, and what its addresses take."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from surveys import closing
from surveys.launching import launch
from surveys.models import Survey
from tests.conftest import TODAY, City
from tests.surveys import appraisals_made, authoring_made, quizzes_made, research_made, results_made
from tests.surveys import surveys_made as made

EARLY = made.NOW - timedelta(days=20)


def over(city: City, **fields: Any) -> Survey:
    """A survey of the organ that was answered and counted ten days ago."""
    times = {"opens_at": EARLY, "closes_at": made.NOW - timedelta(days=10), "publish_on": TODAY - timedelta(days=3)}
    survey = made.draft(city, organisation=city.finance, **times | fields)
    launch(survey, by=city.office, now=EARLY)
    for unit in made.leaves(survey).values():
        for place in range(8):
            made.answer(survey, unit, made.sheet(place), now=EARLY)
    closing.close(survey, now=made.NOW - timedelta(days=9))
    return survey


def surveys(city: City) -> dict[str, list[object]]:
    """A draft, and one that is open."""
    made.crowd(city)
    # By the clock that stands or runs: the browser journeys look at these pages on a day of their own.
    closes = timezone.now() + timedelta(days=7)
    times = {"closes_at": closes, "publish_on": timezone.localdate(closes) + timedelta(days=3)}
    running = made.launched(city, organisation=city.finance, title="在填的", **times)
    of_running = ("desk", "slips", "slips-print", "slips-replace", "poster", "meter")
    return {**authoring_made.addresses(city), **{f"survey-{name}": [running.pk] for name in of_running}}


def published(city: City) -> dict[str, list[object]]:
    """One whose results are published."""
    made.crowd(city)
    survey = over(city)
    return {
        f"survey-{name}": [survey.pk] for name in ("results", "results-word", "results-excel", "summary", "finding")
    }


def counted(city: City) -> dict[str, list[object]]:
    """One that waits for its publication, with a comment."""
    made.crowd(city)
    waits = over(city, publish_on=timezone.localdate() + timedelta(days=1), retention_days=900)
    comment = results_made.say(waits, "食堂晚一点")
    acts = {f"survey-comment{act}": [waits.pk, comment.pk] for act in ("", "-hold")}
    return {"survey-comments": [waits.pk], **acts}


def appraisals(city: City) -> dict[str, list[object]]:
    """Of the first branch: a draft, and one that was counted, with one member told and one still to be told."""
    draft = appraisals_made.draft(city, title="来年的")
    counted = appraisals_made.counted(city)
    low = appraisals_made.code(counted, city.leader.name)
    appraisals_made.decided(city, counted, **{low: "basic"})
    return {
        "appraisal": [counted.pk],
        **{f"appraisal-{name}": [draft.pk] for name in ("edit", "launch", "delete")},
        **{f"appraisal-{name}": [counted.pk] for name in ("mine", "decide", "record")},
        **{f"appraisal-{name}": [counted.pk, low] for name in ("tell", "problem")},
    }


BUILDERS = {
    ("survey",): surveys,
    ("survey-results", "survey-summary", "survey-finding"): published,
    ("survey-comment",): counted,
    ("appraisal",): appraisals,
    ("quiz",): quizzes_made.addresses,
    ("research",): research_made.addresses,
}
