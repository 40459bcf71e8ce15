"""责任清单 as a matrix: whose figures it sums, where a cell leads, and that it costs the same at any size."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from organisations.models import Level
from responsibilities.figures import sums_by
from responsibilities.models import Assignment, Proof, Rhythm
from responsibilities.opening import open_measures
from tests import make
from tests.responsibilities import duties_made

TODAY = date(2026, 11, 20)
URL = "responsibility-list"


def page(client, **query):
    return client.get(reverse(URL), query)


def cells(response) -> dict[tuple[str, str], tuple[int, int, int, int]]:
    """(level, post) → duties, measures, done, late of each filled cell."""
    return {
        (cell.level.name, cell.post.name): (cell.duties, cell.sums.measures, cell.sums.done, cell.sums.late)
        for _, _, row in response.context["matrix"].rows
        for cell in row
        if cell
    }


@pytest.fixture
def duty_list(city, today):
    made = duties_made.small_list(city)
    make.activity(city.first, "theme-party-day", on=date(2026, 11, 3), by=city.secretary, today=TODAY)
    return made


def cell_of(made, level="branch", post="secretary") -> str:
    return f"{made.levels.get(name=duties_made.LEVELS[level]).pk}-{made.posts.get(name=duties_made.POSTS[post]).pk}"


def test_the_figures_are_those_of_what_the_reader_sees(city, duty_list, as_person):
    branch, group = ("党支部", "支部书记"), ("党组（党委）", "党组书记")
    assert cells(page(as_person(city.gongwei))) == {branch: (2, 36, 1, 3), group: (1, 2, 0, 1)}
    assert cells(page(as_person(city.office))) == {branch: (2, 24, 1, 2), group: (1, 2, 0, 1)}
    assert cells(page(as_person(city.secretary))) == {branch: (2, 12, 1, 1)}
    assert cells(page(as_person(city.stranger))) == {branch: (2, 12, 0, 1)}


def test_a_cell_leads_to_its_organisations_in_tree_order_and_on_to_their_duties_and_records(city, duty_list, as_person):
    client, cell = as_person(city.office), cell_of(duty_list)
    many = page(client, cell=cell)
    assert [str(place.organisation) for place in many.context["matrix"].places] == ["第一党支部", "第二党支部"]
    assert "林知远" in many.content.decode()
    one = page(client, cell=cell, organisation=city.first.pk)
    shown = one.content.decode()
    assert "每月组织主题党日" in shown
    assert "完成 11月3日" in shown
    assert "11月主题党日</a>" in shown


def test_a_vacant_post_is_said(city, duty_list, as_person):
    shown = page(as_person(city.office), cell=cell_of(duty_list, "group", "head")).content.decode()
    assert "岗位空缺" in shown


def test_who_sees_no_records_goes_to_what_he_holds(city, duty_list, as_person):
    for person in (city.member, city.staff, city.admin):
        response = as_person(person).get(reverse(URL))
        assert (response.status_code, response["Location"]) == (302, reverse("responsibility-mine"))


@pytest.mark.parametrize(
    "query",
    [{"list": "0"}, {"list": "x"}, {"cell": "1"}, {"cell": "0-0"}, {"cell": "a-b"}, {"organisation": "9" * 30}],
)
def test_nonsense_is_not_found(city, duty_list, as_person, query):
    assert page(as_person(city.gongwei), **query).status_code == 404


def test_an_organisation_out_of_reach_is_not_found(city, duty_list, as_person):
    assert page(as_person(city.secretary), organisation=city.second.pk).status_code == 404


def test_without_a_list_the_page_says_so(city, today, as_person):
    assert "还没有施行的责任清单" in page(as_person(city.gongwei)).content.decode()


def test_one_duty_is_for_who_sees_the_records_and_for_who_holds_it(city, duty_list, as_person):
    row = duties_made.assignment(duty_list, 3, city.finance)
    url = reverse("duty", args=[row.pk])
    seen = {role for role, person in city.cast.items() if as_person(person).get(url).status_code == 200}
    assert seen == {"office", "committee"}
    make.holds(city.staff, "party-group-secretary", city.finance)
    assert as_person(city.staff).get(url).status_code == 200


def test_of_talks_only_the_number_is_shown(city, today, as_person):
    made = duties_made.draft(city)
    duties_made.line(made, "经常谈心谈话", proof=Proof.TALKS, rhythm=Rhythm.HALF)
    duties_made.issued(made)
    shown = page(as_person(city.secretary), cell=cell_of(made)).content.decode()
    assert "谈心谈话只计次数，谈了什么只有双方看得到。" in shown


def test_the_sums_are_read_from_the_index_alone(city, duty_list):
    if connection.vendor == "sqlite":
        with CaptureQueriesContext(connection) as captured, connection.cursor() as cursor:
            sums_by("duty", Assignment.objects.standing().filter(duty__in=[1, 2, 3]), TODAY)
            cursor.execute(f"EXPLAIN QUERY PLAN {captured.captured_queries[-1]['sql']}")
            assert "COVERING INDEX assignment_matrix" in str(cursor.fetchall())


@pytest.mark.parametrize(("role", "with_cell"), [("committee", 11), ("office", 11), ("secretary", 15)])
def test_it_takes_the_same_queries_at_any_size(city, duty_list, as_person, django_assert_num_queries, role, with_cell):
    client, cell = as_person(city.cast[role]), cell_of(duty_list)
    for _ in range(2):
        page(client)
        with django_assert_num_queries(7):
            page(client)
        with django_assert_num_queries(with_cell):
            page(client, cell=cell)
        for number in range(3):
            name = f"{number}新支部{Assignment.objects.count()}"
            make.organisation(name, Level.BRANCH, city.finance_committee)
        open_measures(TODAY)


def test_a_hundred_duties_of_one_branch_cost_as_much_as_one(city, today, as_person, django_assert_num_queries):
    made = duties_made.draft(city)
    duties_made.line(made, "第一项", kinds=("theme-party-day",))
    for number in range(5):
        duties_made.line(made, f"第{number + 2}项", kinds=("committee-meeting",), rhythm=Rhythm.QUARTER)
    duties_made.issued(made)
    client = as_person(city.secretary)
    row = duties_made.assignment(made, 1, city.first)
    client.get(reverse("duty", args=[row.pk]))
    with django_assert_num_queries(11):
        client.get(reverse("duty", args=[row.pk]))
