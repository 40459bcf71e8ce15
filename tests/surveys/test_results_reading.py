"""Who reads which part of the results, and when."""

from __future__ import annotations

import pytest
from django.http import Http404
from django.urls import reverse

from organisations.models import Category
from surveys import reading
from surveys.models import Survey, Who
from tests import make
from tests.conftest import TODAY, City
from tests.surveys import results_made as made
from tests.surveys import surveys_made

FIGURES = ("survey-results-word", "survey-results-excel", "survey-summary", "survey-comments")
EVERYTHING = ["市直机关工委", "市财政局党组", "第一党支部", "第二党支部", "市水务局机关党委"]


@pytest.fixture
def survey(city: City, today) -> Survey:
    return made.released(city)


def names(survey: Survey, person) -> list[str]:
    return [part.name for part in reading.parts_for(survey, person, TODAY)]


def test_the_author_reads_every_part_in_the_order_of_the_tree(city, survey):
    assert names(survey, city.gongwei) == EVERYTHING


def test_an_organ_office_reads_the_whole_its_organ_and_what_lies_below(city, survey):
    assert names(survey, city.office) == ["市直机关工委", "市财政局党组", "第一党支部", "第二党支部"]


def test_an_office_whom_the_survey_does_not_ask_reads_its_organ_all_the_same(city, survey):
    clerk = make.person("办公室来人", None)
    make.holds(clerk, "organ-office", city.water)
    assert names(survey, clerk) == ["市直机关工委", "市水务局机关党委"]
    assert reading.survey_for(clerk, survey.pk, TODAY) == survey


@pytest.mark.parametrize(
    ("who", "own"),
    [
        ("member", "第一党支部"),
        ("staff", "第一党支部"),
        ("secretary", "第一党支部"),
        ("other_secretary", "第二党支部"),
        ("stranger", "市水务局机关党委"),
    ],
)
def test_staff_read_the_whole_and_the_part_that_counts_their_unit(city, survey, who, own):
    assert names(survey, city.cast[who]) == ["市直机关工委", own]


def test_somebody_whose_unit_was_merged_reads_what_it_was_merged_into(city, today):
    survey = made.released(city, short={"第二党支部": 3})
    assert names(survey, city.other_secretary) == ["市直机关工委", "市财政局党组"]


def test_an_office_whose_organ_was_merged_reads_what_it_was_merged_into_and_no_other_unit(city, today):
    made.organs(city, 2)
    survey = made.released(city, short={"市水务局机关党委": 3})
    clerk = make.holds(make.person("办公室来人", None), "organ-office", city.water)
    assert names(survey, clerk) == ["市直机关工委", "其他单位合并"]
    assert names(survey, city.stranger) == ["市直机关工委", "其他单位合并"]
    assert "市第1局机关党委" not in names(survey, city.gongwei)  # the sibling that joined


def test_who_was_not_asked_finds_nothing(city, today):
    survey = made.released(city, who=Who.MEMBERS)
    made_staff = make.person("群众一人", city.first, category=Category.STAFF)
    for person in (city.admin, city.staff, made_staff):
        assert names(survey, person) == []
        with pytest.raises(Http404):
            reading.survey_for(person, survey.pk, TODAY)


@pytest.mark.parametrize("route", ["survey-results", *FIGURES])
def test_the_administrator_gets_404_everywhere(city, survey, as_person, time_machine, route):
    time_machine.move_to(made.LATER, tick=False)
    assert as_person(city.admin).get(reverse(route, args=[survey.pk])).status_code == 404


@pytest.mark.parametrize("route", FIGURES)
@pytest.mark.parametrize("who", ["gongwei", "office", "member"])
def test_while_it_is_open_there_is_no_figure_for_anybody(city, today, as_person, route, who):
    survey = surveys_made.launched(city)
    client = as_person(getattr(city, who))
    assert client.get(reverse(route, args=[survey.pk])).status_code == 404
    page = client.get(reverse("survey-results", args=[survey.pk]))
    assert page.status_code == 200
    assert "截止前谁也看不到结果" in page.content.decode()


@pytest.mark.parametrize("route", FIGURES)
def test_before_publication_only_the_author_reads(city, survey, as_person, time_machine, route):
    time_machine.move_to(made.CLOSED, tick=False)
    address = reverse(route, args=[survey.pk])
    assert as_person(city.gongwei).get(address).status_code == 200
    for person in (city.office, city.member, city.stranger):
        assert as_person(person).get(address).status_code == 404


def test_before_publication_the_page_says_so_and_shows_others_nothing(city, survey, as_person, time_machine):
    time_machine.move_to(made.CLOSED, tick=False)
    address = reverse("survey-results", args=[survey.pk])
    assert "待公布" in as_person(city.gongwei).get(address).content.decode()
    shown = as_person(city.office).get(address).content.decode()
    assert "2026年11月30日公布结果" in shown
    assert "%" not in shown.split("<main", 1)[1].split("</main>")[0]


@pytest.mark.parametrize("moment", [made.LATER, made.DESTROYED])
@pytest.mark.parametrize("route", ["survey-results", *FIGURES])
@pytest.mark.parametrize("who", ["gongwei", "office", "member", "staff", "stranger"])
def test_from_the_day_of_publication_everybody_concerned_reads(
    city, survey, as_person, time_machine, route, who, moment
):
    time_machine.move_to(moment, tick=False)
    assert as_person(city.cast.get(who, city.gongwei)).get(reverse(route, args=[survey.pk])).status_code == 200


@pytest.mark.parametrize("route", ["survey-results", "survey-results-word", "survey-summary", "survey-comments"])
def test_a_part_that_is_not_his_is_not_there(city, survey, as_person, time_machine, route):
    time_machine.move_to(made.LATER, tick=False)
    water = made.part_named(survey, "市水务局机关党委").key
    organ = made.part_named(survey, "市财政局党组").key
    own = made.part_named(survey, "第一党支部").key
    client = as_person(city.member)
    assert [
        client.get(reverse(route, args=[survey.pk]), {"part": key}).status_code
        for key in (own, organ, water, "u99", "")
    ] == [
        200,
        404,
        404,
        404,
        404,
    ]


def test_anonymous_is_sent_to_log_in(city, survey, client):
    assert client.get(reverse("survey-results", args=[survey.pk])).status_code == 302


def test_units_merged_into_a_part_are_named_only_to_who_reads_it(city, today, as_person, time_machine):
    made.organs(city, 2)
    survey = made.released(city, short={"市水务局机关党委": 3})
    time_machine.move_to(made.LATER, tick=False)
    address = reverse("survey-results", args=[survey.pk])
    for person, is_told in ((city.gongwei, True), (city.stranger, True), (city.member, False), (city.office, False)):
        assert ("市水务局" in as_person(person).get(address).content.decode()) == is_told
