"""Opening the system to somebody, and passwords."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import get_default_password_validators, validate_password
from django.test import Client

from organisations.access import initial_password
from organisations.models import Membership, Person
from tests import make

pytestmark = pytest.mark.django_db
NO_LOG_IN = "没有开通"


def fresh(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


def main(response) -> str:
    return response.content.decode().split("<main")[1].split("</main>")[0]


def shown_password(response) -> str:
    return main(response).split('ballot__code">')[1].split("<")[0]


def test_access_is_opened_with_a_password_that_is_shown_once_and_works(city, as_person, today):
    person = Person.objects.get(name="陆景行")
    client = as_person(city.office)
    response = client.post(f"/people/{person.pk}/access/", {"username": "13800138000"})
    assert response.status_code == 200
    assert "no-store" in response.headers["Cache-Control"]
    password = shown_password(response)
    validate_password(password, person)
    assert fresh(person).check_password(password)
    assert password not in client.get(f"/people/{person.pk}/").content.decode()
    assert Client().post("/login/", {"username": "13800138000", "password": password}).status_code == 302
    again = client.post(f"/people/{person.pk}/access/", {"username": "13800138000"})
    assert again.status_code == 422
    assert fresh(person).check_password(password)


@pytest.mark.parametrize("username", ["SHUJI", "shuji", "ab", "林知远知远", "a b c", "<b>x</b>", "x" * 41, ""])
def test_a_name_that_does_not_serve_is_refused(city, as_person, today, username):
    person = Person.objects.get(name="陆景行")
    response = as_person(city.office).post(f"/people/{person.pk}/access/", {"username": username})
    assert response.status_code == 422
    assert response.context["form"].errors["username"]
    assert fresh(person).username is None


def test_a_forgotten_password_is_replaced_and_old_sessions_end(city, client, today):
    theirs = Client()
    theirs.force_login(city.member)
    client.force_login(city.office)
    password = shown_password(client.post(f"/people/{city.member.pk}/access/password/"))
    assert fresh(city.member).check_password(password)
    assert not fresh(city.member).check_password("zhigongzhigong")
    assert theirs.get(f"/people/{city.member.pk}/").status_code == 302


def test_access_is_withdrawn_and_history_stays(city, client, today):
    theirs = Client()
    theirs.force_login(city.member)
    client.force_login(city.office)
    assert client.post(f"/people/{city.member.pk}/access/withdraw/").status_code == 302
    row = fresh(city.member)
    assert (row.username, row.is_active, row.has_usable_password()) == (None, False, False)
    assert theirs.get(f"/people/{city.member.pk}/").status_code == 302
    assert Membership.objects.filter(person=row, until=None).exists()
    assert NO_LOG_IN in main(client.get(f"/people/{city.member.pk}/"))


def test_who_hands_out_keys_below_does_not_get_those_of_higher_posts(city, as_person, today):
    make.holds(city.member, "committee-officer", city.committee)
    client = as_person(city.office)
    for act in ("access", "access/password", "access/withdraw"):
        assert client.post(f"/people/{city.member.pk}/{act}/").status_code == 403
    assert fresh(city.member).check_password("zhigongzhigong")
    assert "收回登录" not in main(client.get(f"/people/{city.member.pk}/"))


def test_the_committee_does_not_get_the_keys_of_an_administrator(city, as_person, today):
    assert as_person(city.gongwei).post(f"/people/{city.admin.pk}/access/password/").status_code == 403
    assert fresh(city.admin).check_password("adminadmin")


def test_nobody_locks_himself_out(city, as_person, today):
    response = as_person(city.office).post(f"/people/{city.office.pk}/access/withdraw/")
    assert response.status_code == 422
    assert fresh(city.office).username == "jiguan"


def test_an_initial_password_grows_with_the_rules(city, settings):
    assert len(initial_password(city.member)) == 14
    settings.AUTH_PASSWORD_VALIDATORS = [
        {"NAME": "organisations.passwords.LengthValidator", "OPTIONS": {"min_length": 30}}
    ]
    get_default_password_validators.cache_clear()
    try:
        assert len(initial_password(city.member)) == 34
    finally:
        get_default_password_validators.cache_clear()


# --- one's own password


def test_one_changes_ones_own_password_and_stays_signed_in(city, as_person, today):
    client = as_person(city.member)
    data = {"old_password": "zhigongzhigong", "new_password1": "Chun-tian-26", "new_password2": "Chun-tian-26"}
    assert client.post("/password/", data).headers["Location"] == f"/people/{city.member.pk}/"
    assert fresh(city.member).check_password("Chun-tian-26")
    assert client.get(f"/people/{city.member.pk}/").status_code == 200


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"old_password": "x"}, "old_password", "现在的密码不对"),
        ({"new_password2": "Chun-tian-27"}, "new_password2", "不一样"),
        ({"new_password1": "abc", "new_password2": "abc"}, "new_password2", "至少要 8 位"),
        ({"new_password1": "chuntianlaile", "new_password2": "chuntianlaile"}, "new_password2", "至少三种"),
        ({"new_password1": "Zhigong2026", "new_password2": "Zhigong2026"}, "new_password2", "太相似"),
    ],
)
def test_a_password_that_does_not_obey_the_rules_is_refused_in_chinese(city, as_person, today, fields, field, sentence):
    data = {"old_password": "zhigongzhigong", "new_password1": "Chun-tian-26", "new_password2": "Chun-tian-26"} | fields
    response = as_person(city.member).post("/password/", data)
    assert response.status_code == 422
    assert sentence in "".join(response.context["form"].errors[field])
    assert fresh(city.member).check_password("zhigongzhigong")
