"""Every role, the administrator included, opens every page there is: nobody finds a sheet, and nobody who did or did not answer."""

from __future__ import annotations

import re

import pytest
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse

from organisations.models import Person
from surveys.desk import hand_out
from surveys.models import Sheet, Survey
from tests.contract.test_access import ROLES, ROWS
from tests.surveys import access_made
from tests.surveys import surveys_made as made

pytestmark = pytest.mark.django_db
MARK = "只在一份答卷里的话"
PEOPLE = 6


@pytest.fixture
def running(city, today) -> Survey:
    """An open survey of the organ: six people took ballots at the desk, and eight sheets with a marked text are in."""
    made.crowd(city)
    survey = made.launched(city, organisation=city.finance)
    for person in Person.objects.filter(memberships__organisation=city.second).order_by("pk")[:PEOPLE]:
        hand_out(survey, by=person, now=made.NOW)
    unit = made.leaves(survey)["第二党支部"]
    for place in range(8):
        made.answer(survey, unit, made.sheet(place), say=f"{MARK}{place}")
    return survey


def pages(survey: Survey) -> list[str]:
    """Every address of a GET that takes nothing, or this survey's number."""
    found = []
    for method, route, _ in ROWS:
        if method != "GET" or route in ("logout", "survey-delete"):
            continue
        for arguments in ([], [survey.pk]):
            try:
                found.append(reverse(route, args=arguments))
            except NoReverseMatch:
                continue
            break
    return found


@pytest.mark.parametrize("role", ROLES)
def test_no_page_shows_a_sheet_while_it_runs(city, running, role):
    client, seen = Client(), []
    if role != "anonymous":
        client.force_login(city.cast[role])
    asked = pages(running)
    assert len(asked) > 100
    for path in asked:
        before = transaction.savepoint()
        content = b"".join(client.get(path)).decode("utf-8", "replace")
        transaction.savepoint_rollback(before)
        if MARK in content:
            seen.append(path)
    assert seen == []


def about_the_survey(survey: Survey) -> list[str]:
    names = ("survey-author", "survey-slips", "survey-meter", "survey-poster", "survey-results", "survey-desk")
    return [reverse("survey-list"), *(reverse(name, args=[survey.pk]) for name in names)]


@pytest.mark.parametrize("role", ["secretary", "other_secretary", "office", "committee", "administrator"])
def test_no_page_about_the_survey_differs_by_who_took_a_ballot(city, running, role):
    """The same pages before and after one more person takes a ballot and hands in: not a letter changes."""
    client = Client()
    client.force_login(city.cast[role])

    def read() -> list[str]:
        return [
            re.sub(
                r"csrfmiddlewaretoken\W+value=\W?\w+|csrf\W*\w*\W*\w{64}|X-CSRFToken\W+\w+",
                "",
                client.get(path).content.decode(),
            )
            for path in about_the_survey(running)
        ]

    before = read()
    ballot = hand_out(running, by=city.member, now=made.NOW)
    made.hand_in(running, made.ballots.read(running, ballot), made.Given(made.sheet(3)), now=made.NOW)
    after = read()
    assert [first == second for first, second in zip(before, after, strict=True)] == [True] * len(before)


def test_no_name_stands_beside_a_survey(city, running):
    """Whoever took a ballot and whoever did not are named on no page about the survey, for those who keep it either."""
    names = set(Person.objects.filter(memberships__organisation=city.second).values_list("name", flat=True))
    for role in ("office", "committee"):
        client = Client()
        client.force_login(city.cast[role])
        own = {city.cast[role].name}
        for path in about_the_survey(running):
            text = client.get(path).content.decode()
            assert {name for name in names - own if name in text} == set(), path


def test_results_after_closing_show_no_single_sheet(city, today):
    made.crowd(city)
    survey = access_made.over(city)
    client = Client()
    client.force_login(city.office)
    text = client.get(reverse("survey-results", args=[survey.pk])).content.decode()
    assert "逐份" in text
    sheets = Sheet.objects.filter(survey=survey)
    assert sheets.count() > 10
    assert not any(str(sheet.pk) in text for sheet in sheets)
