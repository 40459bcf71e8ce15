"""A log-in ends after half an hour in which nobody did anything."""

from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client

from organisations.models import Person

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.organisations.login_urls")]
PASSWORD = "Yun-duan-7"


@pytest.fixture
def signed_in(client: Client, time_machine) -> Client:
    time_machine.move_to("2026-11-20T09:00:00+08:00", tick=False)
    person = Person.objects.enrol("林知远")
    person.grant_access("shuji", PASSWORD, initial=False)
    client.post("/login/", {"username": "shuji", "password": PASSWORD})
    return client


def test_it_lasts_half_an_hour_after_the_last_page(signed_in: Client, time_machine):
    for _ in range(3):
        time_machine.shift(timedelta(minutes=30))
        assert signed_in.get("/").status_code == 200
    time_machine.shift(timedelta(minutes=30, seconds=1))
    ended = signed_in.get("/")
    assert (ended.status_code, ended.url) == (302, "/login/?next=/")
    assert SESSION_KEY not in signed_in.session


def test_the_minutes_are_a_setting(signed_in: Client, time_machine, settings):
    settings.IDLE_MINUTES = 10
    time_machine.shift(timedelta(minutes=11))
    assert signed_in.get("/").status_code == 302


def test_what_a_page_sends_by_itself_does_not_keep_it_alive(signed_in: Client, time_machine):
    for _ in range(3):
        time_machine.shift(timedelta(minutes=10))
        assert signed_in.post("/autosave/", {"a": "b"}).status_code == 200
    time_machine.shift(timedelta(minutes=1))
    assert signed_in.post("/autosave/", {"a": "b"}, headers={"HX-Request": "true"}).status_code == 401


def test_the_page_says_why_the_log_in_is_asked_again(signed_in: Client, time_machine):
    time_machine.shift(timedelta(minutes=31))
    asked = signed_in.post("/note/", {"title": "会"})
    assert asked.status_code == 401
    assert "已有 30 分钟没有动作" in asked.content.decode()


def test_reading_writes_the_stamp_at_most_once_a_minute(signed_in: Client, time_machine, django_assert_num_queries):
    time_machine.shift(timedelta(seconds=59))
    with django_assert_num_queries(2):  # session, person
        signed_in.get("/")
    time_machine.shift(timedelta(seconds=1))
    with django_assert_num_queries(5):  # and the session saved: savepoint, update, release
        signed_in.get("/")
    with django_assert_num_queries(2):
        signed_in.get("/")


def test_a_remembered_browser_lasts_its_days_without_idling_out_and_no_longer(
    client: Client, signed_in: Client, time_machine
):
    browser = Client()
    browser.post("/login/", {"username": "shuji", "password": PASSWORD, "remember": "on"})
    time_machine.shift(timedelta(days=3))
    assert browser.get("/").status_code == 200
    time_machine.shift(timedelta(days=4, seconds=1))
    assert browser.get("/").status_code == 302


def test_a_session_without_a_stamp_gets_one(signed_in: Client, time_machine):
    session = signed_in.session
    del session["seen_at"]
    session.save()
    signed_in.post("/autosave/", {})
    time_machine.shift(timedelta(minutes=31))
    assert signed_in.get("/").status_code == 302
