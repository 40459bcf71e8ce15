"""/people/: the roster of those whom the reader may see, and putting somebody on it."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organisations.models import Category, Level, Membership, Person
from tests import make

pytestmark = pytest.mark.django_db


def names(response) -> list[str]:
    return [line.person.name for line in response.context["page"]]


@pytest.fixture
def roster(as_person, today):
    """``roster(reader, **query)``: the names on the first page."""

    def read(reader: Person, **query: object) -> list[str]:
        response = as_person(reader).get("/people/", query)
        assert response.status_code == 200
        return names(response)

    return read


FIRST_GROUP = ["林知远", "周以宁", "沈若川", "江予安", "许清"]
SECOND_GROUP = ["夏安禾", "陆景行", "顾清和", "宋怀瑾", "方既白"]
SECOND = ["何望舒", "许文澜", "叶知秋", "程思齐", "孟书言"]


@pytest.mark.parametrize(
    ("reader", "expected"),
    [
        ("secretary", ["丁念慈", *FIRST_GROUP, *SECOND_GROUP]),
        ("leader", FIRST_GROUP),
        ("other_secretary", SECOND),
        ("office", ["丁念慈", *FIRST_GROUP, *SECOND_GROUP, *SECOND]),
        ("stranger", ["白简"]),
        ("gongwei", ["丁念慈", *FIRST_GROUP, *SECOND_GROUP, *SECOND, "白简", "梁允中", "罗守正"]),
        ("admin", ["丁念慈", *FIRST_GROUP, *SECOND_GROUP, *SECOND, "白简", "梁允中", "罗守正"]),
    ],
)
def test_each_reader_gets_his_own_people_in_tree_order(city, roster, reader, expected):
    assert roster(getattr(city, reader)) == expected


@pytest.mark.parametrize("reader", ["member", "staff", "recorder"])
def test_the_roster_is_for_those_who_keep_people_in_view(city, as_person, today, reader):
    response = as_person(getattr(city, reader)).get("/people/")
    assert response.status_code == 403
    assert "花名册由书记、组长和机关党委来看" in response.content.decode()


def test_it_is_searched_by_name_initials_and_number(city, roster):
    assert roster(city.secretary, q="知远") == ["林知远"]
    assert roster(city.secretary, q="lzy") == ["林知远"]
    assert roster(city.secretary, q="1001") == ["林知远"]
    assert roster(city.secretary, q="何望舒") == []


def test_it_is_narrowed_by_organisation_and_category(city, roster):
    assert roster(city.office, organisation=city.second.pk) == SECOND
    assert roster(city.office, organisation=city.first_group.pk) == FIRST_GROUP
    assert roster(city.office, category=Category.STAFF) == ["丁念慈"]


def test_a_foreign_organisation_or_nonsense_is_no_condition(city, roster):
    everybody = roster(city.other_secretary)
    assert roster(city.other_secretary, organisation=city.first.pk) == everybody
    for value in ("x", "-1", "9" * 30, "１２"):
        assert roster(city.other_secretary, organisation=value) == everybody
    assert roster(city.other_secretary, category="spy") == everybody


def test_a_foreign_organisation_is_not_named(city, as_person, today):
    body = as_person(city.other_secretary).get("/people/", {"organisation": city.first.pk}).content.decode()
    assert "第一党支部" not in body


def test_a_line_says_place_category_joining_and_posts_and_nothing_of_signing_in(city, as_person, today):
    page = as_person(city.gongwei).get("/people/", {"q": "林知远"})
    (line,) = page.context["page"]
    assert line.where == "市财政局党组，第一党支部第一党小组"
    assert [row.title for row in line.posts] == ["第一党支部书记"]
    body = page.content.decode()
    assert "2004年6月1日" in body
    assert "shuji" not in body
    assert "登录" not in body.split("<main")[1].split("</main>")[0]


def test_posts_elsewhere_that_the_reader_may_not_see_are_left_out(city, as_person, today):
    line = as_person(city.other_secretary).get("/people/", {"q": "许文澜"}).context["page"][0]
    assert line.posts == []


def test_who_has_left_is_not_on_it(city, roster):
    Membership.objects.filter(person=city.member).update(until=date(2026, 11, 20))
    assert "夏安禾" not in roster(city.secretary)
    assert "夏安禾" in roster(city.gongwei)


def test_it_has_fifty_a_page(city, as_person, today):
    for number in range(60):
        make.person(f"同志{number:02d}", city.second)
    first = as_person(city.other_secretary).get("/people/")
    second = as_person(city.other_secretary).get("/people/", {"page": 2})
    assert (len(names(first)), len(names(second))) == (50, 15)
    assert "共 65 人" in first.content.decode()


def test_it_costs_the_same_for_three_people_and_for_thirty(city, as_person, today):
    client = as_person(city.stranger)
    client.get("/people/")
    counts = []
    for number in (2, 30):
        for extra in range(number):
            make.person(f"新人{number}{extra}", city.water_branch)
        with CaptureQueriesContext(connection) as queries:
            client.get("/people/")
        counts.append(len(queries))
    assert counts == [11, 11]


def test_an_empty_search_says_so_and_offers_a_way_back(city, as_person, today):
    body = as_person(city.secretary).get("/people/", {"q": "没有这个人"}).content.decode()
    assert "没有找到人" in body
    assert "清空条件" in body


def test_conditions_in_force_can_be_taken_off_one_by_one(city, as_person, today):
    response = as_person(city.office).get("/people/", {"q": "安", "organisation": city.first.pk, "page": 3})
    assert response.context["pills"] == [("“安”", f"?organisation={city.first.pk}"), ("第一党支部", "?q=%E5%AE%89")]


def test_the_city_offers_organs_and_one_organ_in_full(city, as_person, today):
    def offered(**query: object) -> set[str]:
        form = as_person(city.gongwei).get("/people/", query).context["form"]
        return {row.name for row in form.fields["organisation"].queryset}

    assert offered() == {"市直机关工委", "市财政局党组", "市水务局机关党委"}
    assert {"第一党支部", "第一党小组"} <= offered(organisation=city.second.pk)
    assert "水务党支部" not in offered(organisation=city.second.pk)


def add(client, city, **fields: object):
    data = {
        "name": "苏明达",
        "category": Category.FULL_MEMBER,
        "organisation": city.second.pk,
        "since": "2026-11-20",
        "joined_on": "2015-07-01",
        "birth_year": "1990",
        "staff_no": "",
    }
    return client.post("/people/add/", data | fields)


def test_somebody_is_put_on_the_roster(city, as_person, today):
    response = add(as_person(city.office), city)
    somebody = Person.objects.get(name="苏明达")
    assert response.headers["Location"] == f"/people/{somebody.pk}/"
    assert (somebody.initials, somebody.username, somebody.staff_no) == ("smd", None, None)
    assert not somebody.has_usable_password()
    assert list(somebody.memberships.values_list("organisation", "since", "until")) == [(city.second.pk, today, None)]


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"name": ""}, "name", "必填"),
        ({"name": "长" * 10_000}, "name", "最多 40 个字"),
        ({"category": Category.STAFF}, "joined_on", "还没有入党日期"),
        ({"joined_on": "2027-01-01"}, "joined_on", "不晚于今天"),
        ({"joined_on": "1900-01-01"}, "joined_on", "1921"),
        ({"joined_on": "2006-01-01"}, "joined_on", "十八岁"),
        ({"joined_on": "昨天"}, "joined_on", "2026-03-06"),
        ({"birth_year": "3000"}, "birth_year", "之间"),
        ({"birth_year": "abc"}, "birth_year", "整数"),
        ({"since": "2031-01-01"}, "since", "太远"),
        ({"staff_no": "1001"}, "staff_no", "别人的"),
        ({"name": "何望舒", "birth_year": "1980", "joined_on": ""}, "name", "已经有一位"),
    ],
)
def test_what_cannot_be_so_is_said_beside_its_field(city, as_person, today, fields, field, sentence):
    before = Person.objects.count()
    response = add(as_person(city.office), city, **fields)
    assert response.status_code == 422
    assert sentence in "".join(response.context["form"].errors[field])
    assert Person.objects.count() == before


def test_a_party_member_belongs_to_a_branch_and_staff_may_belong_to_the_organ(city, as_person, today):
    client = as_person(city.office)
    refused = add(client, city, organisation=city.finance.pk)
    assert "党支部或党小组" in "".join(refused.context["form"].errors["organisation"])
    assert add(client, city, organisation=city.finance.pk, category=Category.STAFF, joined_on="").status_code == 302


def test_the_same_post_twice_makes_one_person(city, as_person, today):
    client = as_person(city.office)
    add(client, city)
    assert add(client, city).status_code == 422
    assert Person.objects.filter(name="苏明达").count() == 1


def test_nobody_is_put_where_one_keeps_no_roster(city, as_person, today):
    response = add(as_person(city.office), city, organisation=city.water_branch.pk)
    assert response.status_code == 422
    assert "选一个" in "".join(response.context["form"].errors["organisation"])


@pytest.mark.parametrize("reader", ["member", "staff", "recorder", "leader", "secretary"])
def test_adding_is_for_those_who_keep_a_roster(city, as_person, today, reader):
    assert as_person(getattr(city, reader)).get("/people/add/").status_code == 403
    assert add(as_person(getattr(city, reader)), city).status_code == 403


def test_a_wider_organ_is_offered_level_by_level(city, as_person, today):
    general = make.organisation("第一党总支", Level.GENERAL_BRANCH, city.finance_committee)
    make.organisation("第五党支部", Level.BRANCH, general)
    body = as_person(city.office).get("/people/add/").content.decode()
    assert ">　　第一党总支<" in body
    assert ">　　　第五党支部<" in body
