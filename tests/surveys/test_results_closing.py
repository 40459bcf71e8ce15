"""From sheets in the store through closing to the page: what closing keeps is what the page reads."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse

from surveys.results import Results
from tests.conftest import City
from tests.surveys import surveys_made as made


def test_what_closing_released_is_what_the_page_shows(city: City, today, as_person, time_machine):
    made.crowd(city)
    survey = made.closed(city)
    later = made.NOW + timedelta(days=11)
    time_machine.move_to(later, tick=False)
    page = Results(survey, city.gongwei, later)
    response = survey.tables.get(part="all", kind="response").payload
    assert [part.key for part in page.parts] == list(survey.parts.values_list("key", flat=True))
    assert page.response == response
    assert page.heat[0].rate == response["label"]
    shown = as_person(city.gongwei).get(reverse("survey-results", args=[survey.pk])).content.decode()
    rows = survey.tables.get(part="all", kind="dimensions").payload["rows"]
    assert [row["mean"]["label"] for row in rows if row["mean"]["label"] not in shown] == []
    assert sum(said.count for said in page.comments) == survey.comments.filter(part="all").count()
    for comment in survey.comments.filter(part="all")[:1]:
        assert comment.text in shown
