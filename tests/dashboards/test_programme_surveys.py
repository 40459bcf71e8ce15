"""A programme's page lists its surveys to whom they concern; drafts are nobody's business there."""

from __future__ import annotations

import pytest
from django.urls import reverse

from programmes.models import Programme
from tests.surveys import surveys_made

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "seen"), [("member", True), ("committee", True), ("stranger", False), ("administrator", False)]
)
def test_a_launched_survey_stands_on_the_page_of_its_programme(city, today, as_person, role, seen):
    surveys_made.crowd(city)
    programme = Programme.objects.earliest("pk")
    surveys_made.draft(city, title="还没启用的", programme=programme)
    survey = surveys_made.launched(city, organisation=city.finance, title="启用了的", programme=programme)
    page = as_person(city.cast[role]).get(reverse("programme", args=[programme.pk]))
    if page.status_code == 200:
        text = page.content.decode()
        assert (f'href="{reverse("survey", args=[survey.pk])}"' in text) is seen
        assert "还没启用的" not in text
    else:
        assert not seen
