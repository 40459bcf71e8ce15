"""Logging in and out."""

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.signals import user_logged_in
from django.test import Client

from organisations.models import Person

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.organisations.login_urls")]
PASSWORD = "Yun-duan-7"


@pytest.fixture
def shuji() -> Person:
    person = Person.objects.enrol("林知远")
    person.grant_access("shuji", PASSWORD, initial=False)
    return person


def log_in(client: Client, password: str = PASSWORD, **fields: str):
    return client.post("/login/", {"username": "shuji", "password": password, **fields})


def test_the_right_password_leads_to_the_desk(client: Client, shuji: Person):
    response = log_in(client)
    assert (response.status_code, response.url) == (302, "/")
    assert client.session[SESSION_KEY] == str(shuji.pk)


def test_a_wrong_password_is_said_in_one_sentence(client: Client, shuji: Person):
    response = log_in(client, "falsch")
    assert response.status_code == 422
    assert "登录名或密码不对，请再试一次。" in response.content.decode()
    assert SESSION_KEY not in client.session


def test_an_unknown_name_gets_the_same_answer_as_a_wrong_password(client: Client, shuji: Person):
    known = log_in(client, "falsch").context["form"].non_field_errors()
    unknown = client.post("/login/", {"username": "nobody", "password": "x"}).context["form"].non_field_errors()
    assert known == unknown


def test_a_person_without_access_cannot_log_in_with_an_empty_name(client: Client):
    Person.objects.enrol("夏安禾")
    response = client.post("/login/", {"username": "", "password": ""})
    assert response.status_code == 422


def test_a_stopped_account_cannot_log_in(client: Client, shuji: Person):
    shuji.is_active = False
    shuji.save(update_fields=["is_active"])
    assert log_in(client).status_code == 422


def test_the_page_asked_for_comes_after_the_log_in(client: Client, shuji: Person):
    away = client.get("/note/?page=2")
    assert (away.status_code, away.url) == (302, "/login/?next=/note/%3Fpage%3D2")
    page = client.get(away.url)
    assert page.context["form"]["next"].value() == "/note/?page=2"
    assert log_in(client, next="/note/?page=2").url == "/note/?page=2"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil.example"]
)
def test_a_log_in_never_leads_to_another_site(client: Client, shuji: Person, elsewhere: str):
    assert log_in(client, next=elsewhere).url == "/"


def test_whoever_is_logged_in_is_not_asked_again(client: Client, shuji: Person):
    client.force_login(shuji)
    response = client.get("/login/")
    assert (response.status_code, response.url) == (302, "/")


def test_logging_out_is_a_post_and_ends_the_session(client: Client, shuji: Person):
    client.force_login(shuji)
    assert client.get("/logout/").status_code == 405
    response = client.post("/logout/")
    assert (response.status_code, response.url) == (302, "/login/")
    assert client.get("/").status_code == 302


def test_logging_out_twice_does_no_harm(client: Client):
    response = client.post("/logout/")
    assert (response.status_code, response.url) == (302, "/login/")


def test_the_browser_is_remembered_only_where_it_was_asked(client: Client, shuji: Person, settings):
    log_in(client)
    assert client.cookies["sessionid"]["expires"] == ""
    client.logout()
    log_in(client, remember="on")
    assert 6.9 * 86400 < client.cookies["sessionid"]["max-age"] <= 7 * 86400


def test_remembering_can_be_switched_off(client: Client, shuji: Person, settings):
    settings.REMEMBER_DAYS = 0
    assert "保持登录" not in client.get("/login/").content.decode()
    log_in(client, remember="on")
    assert client.cookies["sessionid"]["expires"] == ""


def test_the_page_offers_to_stay_logged_in_for_as_many_days_as_set(client: Client, settings):
    settings.REMEMBER_DAYS = 3
    assert "在这台电脑上保持登录 3 天" in client.get("/login/").content.decode()


def test_when_somebody_logged_in_is_not_recorded():
    assert "last_login" not in {field.name for field in Person._meta.get_fields()}
    assert "update_last_login" not in str(user_logged_in.receivers)


def test_every_address_asks_for_a_log_in_but_three(client: Client):
    assert client.get("/login/").status_code == 200
    assert client.get("/healthz").status_code == 200
    for path in ("/", "/note/", "/admin/", "/admin/login/"):
        response = client.get(path)
        assert (response.status_code, response.url.split("?")[0]) == (302, "/login/"), path


def test_the_admin_has_no_door_of_its_own(client: Client, shuji: Person):
    client.force_login(shuji)
    assert client.get("/admin/", follow=True).status_code == 403


def test_a_fragment_is_told_in_one_sentence_that_the_log_in_has_ended(client: Client):
    for send in (client.get, client.post):
        response = send("/note/", headers={"HX-Request": "true"})
        assert response.status_code == 401
        assert response.content.decode().startswith('<p class="note note--late" role="alert">登录已经过期')
        assert 'href="/login/" target="_blank"' in response.content.decode()
