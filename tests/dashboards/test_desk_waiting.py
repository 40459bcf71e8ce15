"""我的责任 on the desk: one's own figures, and nothing where nothing waits."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from responsibilities.models import Problem, ProblemState
from surveys.desk import hand_out
from tests import make
from tests.responsibilities import duties_made, problems_made
from tests.surveys import surveys_made

TODAY = date(2026, 11, 20)
URL = "desk-waiting"


def fragment(client) -> str:
    return client.get(reverse(URL), headers={"HX-Request": "true"}).content.decode()


def test_the_desk_says_what_is_late_and_what_falls_due_this_week(city, today, as_person):
    duties_made.small_list(city)
    for month in range(1, 9):
        make.activity(city.first, "theme-party-day", on=date(2026, month, 5), by=city.secretary, today=TODAY)
    shown = fragment(as_person(city.secretary))
    assert "逾期 2 项" in shown  # September and October; November and the year are still to come
    assert "本周到期" not in shown


def test_only_problems_that_wait_for_himself_are_counted(city, today, as_person):
    problem = problems_made.reported(city, checker=city.deputy, raised_by=city.member)
    problems_made.in_work(city, "另一件")
    found = {
        role: "等你办的问题" in fragment(as_person(city.cast[role])) for role in ("recorder", "secretary", "member")
    }
    assert found == {"recorder": True, "secretary": False, "member": False}
    Problem.objects.filter(pk=problem.pk).update(state=ProblemState.ASKED, verified_on=TODAY)
    assert "等你办的问题" in fragment(as_person(city.member))


def test_where_nothing_waits_the_fragment_is_empty_and_the_page_says_so(city, today, as_person):
    client = as_person(city.staff)
    assert fragment(client).strip() == ""
    assert "没有等着你的事" in client.get(reverse(URL)).content.decode()


@pytest.mark.parametrize("size", [1, 3])
def test_it_takes_the_same_queries_at_any_size(city, today, as_person, django_assert_num_queries, size):
    made = duties_made.draft(city)
    for number in range(size):
        duties_made.line(made, f"第{number}项", kinds=("theme-party-day",))
    duties_made.issued(made)
    client = as_person(city.secretary)
    fragment(client)
    with django_assert_num_queries(10):
        fragment(client)


def test_an_open_survey_is_named_to_everybody_it_asks_and_says_nothing_of_answers(city, today, as_person):
    surveys_made.crowd(city)
    survey = surveys_made.launched(city)
    line = f'href="{reverse("survey", args=[survey.pk])}"'
    before = fragment(as_person(city.staff))
    assert line in before
    assert "若已填写请忽略" in before
    hand_out(survey, by=city.staff, now=surveys_made.NOW)
    assert fragment(as_person(city.staff)) == before
    assert line not in fragment(as_person(city.admin))
