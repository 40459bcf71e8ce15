"""/people/<pk>/: one person, and the acts of those who keep the roster."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from organisations.models import Appointment, Category, Membership, Person, Post
from programmes.models import Obligation
from tests import make

pytestmark = pytest.mark.django_db


def fresh(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


def main(response) -> str:
    return response.content.decode().split("<main")[1].split("</main>")[0]


# --- reading


@pytest.mark.parametrize(
    ("reader", "status"),
    [
        ("member", 200),
        ("secretary", 200),
        ("office", 200),
        ("gongwei", 200),
        ("admin", 200),
        ("leader", 404),
        ("recorder", 404),
        ("staff", 404),
        ("other_secretary", 404),
        ("stranger", 404),
    ],
)
def test_a_member_is_read_by_himself_and_by_those_above_him(city, as_person, today, reader, status):
    assert as_person(getattr(city, reader)).get(f"/people/{city.member.pk}/").status_code == status


def test_the_page_tells_what_the_roster_says(city, as_person, today):
    body = main(as_person(city.secretary).get(f"/people/{city.member.pk}/"))
    for fact in ("夏安禾", "正式党员", "1995年11月24日", "1970年", "第一党支部第二党小组", "没有担任职务"):
        assert fact in body
    assert "登录" not in body
    assert "zhigong" not in body
    assert "更正" not in body


def test_one_reads_about_oneself_what_is_kept(city, as_person, today):
    body = main(as_person(city.member).get(f"/people/{city.member.pk}/"))
    assert "关于你，系统里只有这一页" in body
    assert "不存身份证号" in body
    assert 'href="/password/"' in body
    assert 'href="/activities/"' in body
    assert "转到别处" not in body


def test_one_sees_all_ones_own_posts_and_others_only_those_in_their_reach(city, as_person, today):
    assert "市财政局党组机关党委办公室" in main(as_person(city.office).get(f"/people/{city.office.pk}/"))
    assert "机关党委办公室" not in main(as_person(city.other_secretary).get(f"/people/{city.office.pk}/"))


def test_past_posts_stand_folded_and_what_never_began_is_left_out(city, as_person, today):
    make.holds(city.member, "branch-organiser", city.first, since=date(2021, 1, 1), until=date(2024, 5, 16))
    make.holds(city.member, "branch-publicist", city.first, since=date(2024, 5, 16), until=date(2025, 5, 16))
    Appointment.objects.filter(person=city.member, post__code="branch-publicist").update(until=date(2024, 5, 16))
    body = main(as_person(city.secretary).get(f"/people/{city.member.pk}/"))
    assert "历任 1 个" in body
    assert "2021年1月1日到 2024年5月15日" in body
    assert "宣传委员" not in body


# --- who may act

ACTS = ["edit", "transfer", "posts/add", "access", "access/password", "access/withdraw"]


@pytest.mark.parametrize("act", ACTS)
def test_acts_are_for_those_who_keep_the_roster(city, as_person, today, act):
    for reader, status in [
        ("office", 200),
        ("gongwei", 200),
        ("admin", 200),
        ("secretary", 403),
        ("member", 403),
        ("leader", 404),
        ("stranger", 404),
        ("staff", 404),
    ]:
        client = as_person(getattr(city, reader))
        assert client.get(f"/people/{city.member.pk}/{act}/").status_code == status, (reader, act)
        if status != 200:
            assert client.post(f"/people/{city.member.pk}/{act}/", {}).status_code == status, (reader, act)


def test_reading_a_form_changes_nothing(city, as_person, today):
    before = list(Person.objects.values().order_by("pk")), Appointment.objects.count(), Membership.objects.count()
    for act in ACTS:
        as_person(city.office).get(f"/people/{city.member.pk}/{act}/")
    assert before == (
        list(Person.objects.values().order_by("pk")),
        Appointment.objects.count(),
        Membership.objects.count(),
    )


# --- the facts

FACTS = {
    "name": "夏安和",
    "category": Category.FULL_MEMBER,
    "joined_on": "1995-11-24",
    "birth_year": "1971",
    "staff_no": "2002",
}


def test_the_facts_are_corrected(city, as_person, today):
    response = as_person(city.office).post(f"/people/{city.member.pk}/edit/", FACTS)
    assert response.status_code == 302
    row = fresh(city.member)
    assert (row.name, row.initials, row.birth_year, row.staff_no, row.username) == (
        "夏安和",
        "xah",
        1971,
        "2002",
        "zhigong",
    )


def test_a_number_of_somebody_else_is_refused_beside_its_field(city, as_person, today):
    response = as_person(city.office).post(f"/people/{city.member.pk}/edit/", FACTS | {"staff_no": "1001"})
    assert response.status_code == 422
    assert "这个工号已经是别人的了" in main(response)
    assert fresh(city.member).name == "夏安禾"


def test_what_is_owed_follows_a_change_of_category(city, as_person, today):
    client = as_person(city.office)
    coming = Obligation.objects.filter(organisation=city.first, code="committee-meeting-monthly", period="2026-12")
    assert coming.exists()
    for person in Person.objects.under(city.first, today).party_members()[:4]:
        client.post(f"/people/{person.pk}/edit/", {"name": person.name, "category": Category.PROBATIONARY})
    assert not coming.exists()


def test_staff_of_an_organ_is_moved_before_he_becomes_a_member(city, as_person, today):
    make.person("韩松年", city.finance, category=Category.STAFF)
    person = Person.objects.get(name="韩松年")
    response = as_person(city.office).post(
        f"/people/{person.pk}/edit/", {"name": "韩松年", "category": Category.PROBATIONARY}
    )
    assert response.status_code == 422
    assert "党支部或党小组" in main(response)


# --- moving


def test_he_is_moved_and_his_old_place_ends_the_same_day(city, as_person, today):
    client = as_person(city.office)
    response = client.post(
        f"/people/{city.member.pk}/transfer/", {"organisation": city.second.pk, "since": "2026-11-20"}
    )
    assert response.headers["Location"] == f"/people/{city.member.pk}/"
    rows = Membership.objects.filter(person=city.member).order_by("pk").values_list("organisation", "until")
    assert list(rows) == [(city.second_group.pk, today), (city.second.pk, None)]
    assert "已转到第二党支部" in client.get(f"/people/{city.member.pk}/").content.decode()


@pytest.mark.parametrize(
    ("place", "since", "field", "sentence"),
    [
        ("second_group", "2026-11-20", "organisation", "已经在"),
        ("finance", "2026-11-20", "organisation", "党支部或党小组"),
        ("water_branch", "2026-11-20", "organisation", "选一个"),
        ("second", "2031-11-20", "since", "太远"),
        ("second", "2019-11-20", "organisation", "不存在"),
        ("second", "", "since", "必填"),
    ],
)
def test_a_move_that_cannot_be_is_refused(city, as_person, today, place, since, field, sentence):
    data = {"organisation": getattr(city, place).pk, "since": since}
    response = as_person(city.office).post(f"/people/{city.member.pk}/transfer/", data)
    assert response.status_code == 422
    assert sentence in "".join(response.context["form"].errors[field])
    assert Membership.objects.filter(person=city.member).count() == 1


def test_the_city_moves_somebody_to_another_organ_by_choosing_it_first(city, as_person, today):
    client = as_person(city.gongwei)
    page = client.get(f"/people/{city.member.pk}/transfer/", {"organ": city.water.pk})
    assert "水务党支部" in main(page)
    data = {"organisation": city.water_branch.pk, "since": "2026-11-20"}
    assert client.post(f"/people/{city.member.pk}/transfer/?organ={city.water.pk}", data).status_code == 302
    assert Person.objects.under(city.water, today).filter(pk=city.member.pk).exists()


# --- posts


def post(code: str) -> Post:
    return Post.objects.get(code=code)


def appoint(client: Client, person: Person, where, code: str, **fields: object):
    data = {"organisation": where.pk, "post": post(code).pk, "since": "2026-11-20", "last_day": ""} | fields
    return client.post(f"/people/{person.pk}/posts/add/", data)


def test_a_post_is_given_to_the_day_inclusive(city, as_person, today):
    assert (
        appoint(as_person(city.office), city.member, city.first, "branch-organiser", last_day="2026-12-31").status_code
        == 302
    )
    row = Appointment.objects.get(person=city.member)
    assert (row.post.code, row.since, row.until, row.last_day) == (
        "branch-organiser",
        today,
        date(2027, 1, 1),
        date(2026, 12, 31),
    )


def test_a_new_head_takes_over_from_the_old_one(city, as_person, today):
    appoint(as_person(city.office), city.deputy, city.first, "branch-secretary", since="2026-12-01")
    old = Appointment.objects.get(person=city.secretary)
    assert old.until == date(2026, 12, 1)
    assert fresh(city.secretary).may("log", city.first, date(2026, 11, 30))
    assert not fresh(city.secretary).may("log", city.first, date(2026, 12, 1))


@pytest.mark.parametrize(
    ("code", "fields", "field", "sentence"),
    [
        ("party-group-secretary", {}, "post", "没有"),
        ("branch-organiser", {"last_day": "2026-11-19"}, "last_day", "早于"),
        ("branch-organiser", {"since": "2019-01-01"}, "since", "不存在"),
        ("branch-organiser", {"since": "2030-01-01"}, "since", "太远"),
    ],
)
def test_a_post_that_does_not_fit_is_refused(city, as_person, today, code, fields, field, sentence):
    response = appoint(as_person(city.office), city.member, city.first, code, **fields)
    assert response.status_code == 422
    assert sentence in "".join(response.context["form"].errors[field])
    assert not Appointment.objects.filter(person=city.member).exists()


def test_a_refused_appointment_leaves_the_old_head_in_office(city, as_person, today):
    appoint(as_person(city.office), city.deputy, city.first, "branch-secretary", last_day="2026-11-19")
    assert Appointment.objects.get(person=city.secretary).until is None


def test_nobody_gives_himself_a_post(city, as_person, today):
    response = appoint(as_person(city.office), city.office, city.second, "branch-secretary")
    assert response.status_code == 422
    assert "要由别人来办" in main(response)
    assert Appointment.objects.filter(person=city.office).count() == 1


def test_only_administrators_make_administrators(city, as_person, today):
    response = appoint(as_person(city.office), city.member, city.finance, "administrator")
    assert response.status_code == 422
    assert not fresh(city.member).is_staff
    assert appoint(as_person(city.gongwei), city.member, city.committee, "administrator").status_code == 422
    assert appoint(as_person(city.admin), city.member, city.committee, "administrator").status_code == 302
    assert fresh(city.member).is_staff


def test_a_post_is_ended(city, as_person, today):
    row = Appointment.objects.get(person=city.deputy)
    client = as_person(city.office)
    asked = client.get(f"/people/{city.deputy.pk}/posts/{row.pk}/end/")
    assert "免去周以宁的第一党支部副书记？" in main(asked)
    assert client.post(f"/people/{city.deputy.pk}/posts/{row.pk}/end/", {"on": "2026-11-20"}).status_code == 302
    row.refresh_from_db()
    assert row.until == today


def test_ending_a_post_is_scoped_like_everything_else(city, as_person, today):
    row = Appointment.objects.get(person=city.deputy)
    url = f"/people/{city.deputy.pk}/posts/{row.pk}/end/"
    for reader, status in [("secretary", 403), ("member", 404), ("stranger", 404), ("other_secretary", 404)]:
        assert as_person(getattr(city, reader)).post(url, {"on": "2026-11-20"}).status_code == status
    assert as_person(city.office).post(f"/people/{city.member.pk}/posts/{row.pk}/end/", {}).status_code == 404
    assert as_person(city.office).post(url, {"on": "2019-01-01"}).status_code == 422
    row.refresh_from_db()
    assert row.until is None


def test_the_administrators_post_is_taken_by_another_administrator(city, as_person, today):
    row = Appointment.objects.get(person=city.admin)
    url = f"/people/{city.admin.pk}/posts/{row.pk}/end/"
    assert as_person(city.gongwei).post(url, {"on": "2026-11-20"}).status_code == 403
    refused = as_person(city.admin).post(url, {"on": "2026-11-20"})
    assert refused.status_code == 422
    assert "另一位管理员" in main(refused)
    make.holds(city.member, "administrator", city.committee)
    assert as_person(city.member).post(url, {"on": "2026-11-20"}).status_code == 302
