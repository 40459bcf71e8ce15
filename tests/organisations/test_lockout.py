"""Who guesses passwords is locked out: by account and address, and by account alone."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt, AccessLog
from django.test import Client

from organisations.lockout import client_address
from organisations.models import Person

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.organisations.login_urls")]
PASSWORD = "Yun-duan-7"
START = "2026-11-20T14:30:20+08:00"


@pytest.fixture
def shuji(time_machine) -> Person:
    time_machine.move_to(START, tick=False)
    person = Person.objects.enrol("林知远")
    person.grant_access("shuji", PASSWORD, initial=False)
    return person


def attempt(client: Client, password: str, address: str = "10.0.0.1", username: str = "shuji"):
    return client.post("/login/", {"username": username, "password": password}, REMOTE_ADDR=address)


def fail(client: Client, times: int, address: str = "10.0.0.1") -> list[int]:
    return [attempt(client, "falsch", address).status_code for _ in range(times)]


def test_the_fifth_failure_from_one_address_locks_that_address_out(client: Client, shuji: Person):
    assert fail(client, 5) == [422, 422, 422, 422, 429]
    assert attempt(client, PASSWORD).status_code == 429
    assert attempt(client, PASSWORD, "10.0.0.2").status_code == 302


def test_another_account_at_the_same_address_is_not_touched(client: Client, shuji: Person):
    Person.objects.enrol("何望舒").grant_access("shuji2", PASSWORD, initial=False)
    fail(client, 5)
    assert attempt(client, PASSWORD, username="shuji2").status_code == 302


def test_four_failures_and_a_success_begin_anew(client: Client, shuji: Person):
    fail(client, 4)
    assert attempt(client, PASSWORD).status_code == 302
    client.logout()
    assert fail(client, 4) == [422] * 4


def test_the_fiftieth_failure_from_many_addresses_locks_the_account_everywhere(client: Client, shuji: Person):
    statuses = [status for host in range(1, 14) for status in fail(client, 4, f"10.0.1.{host}")]
    assert statuses[:49] == [422] * 49
    assert statuses[49:] == [429] * 3
    assert attempt(client, PASSWORD, "10.9.9.9").status_code == 429


def test_a_success_at_one_desk_does_not_wash_away_guesses_from_elsewhere(client: Client, shuji: Person):
    for host in range(1, 13):
        fail(client, 4, f"10.0.1.{host}")
    assert attempt(client, PASSWORD).status_code == 302
    client.logout()
    assert fail(client, 2, "10.0.2.1") == [422, 429]


def test_the_page_says_when_to_try_again_and_that_is_true(client: Client, shuji: Person, time_machine):
    fail(client, 5)
    refused = attempt(client, PASSWORD)
    assert "请在 14:46 以后再试" in refused.content.decode()
    assert refused["Retry-After"] == "940"
    time_machine.move_to("2026-11-20T14:45:10+08:00", tick=False)
    assert attempt(client, PASSWORD).status_code == 429
    time_machine.move_to("2026-11-20T14:46:00+08:00", tick=False)
    assert attempt(client, PASSWORD).status_code == 302


def test_an_account_locked_from_many_addresses_is_released_after_a_quarter_of_an_hour(
    client: Client, shuji: Person, time_machine
):
    for host in range(1, 14):
        fail(client, 4, f"10.0.1.{host}")
    assert attempt(client, PASSWORD).status_code == 429
    time_machine.shift(timedelta(minutes=14, seconds=50))
    assert attempt(client, PASSWORD).status_code == 429
    time_machine.shift(timedelta(seconds=11))
    assert attempt(client, PASSWORD).status_code == 302


def test_trying_while_locked_does_not_make_it_longer(client: Client, shuji: Person, time_machine):
    fail(client, 5)
    time_machine.shift(timedelta(minutes=10))
    assert fail(client, 3) == [429] * 3
    time_machine.shift(timedelta(minutes=5, seconds=1))
    assert attempt(client, PASSWORD).status_code == 302


def test_what_is_kept_of_a_failure_holds_no_password_and_no_typed_text(client: Client, shuji: Person):
    client.post(
        "/login/",
        {"username": "shuji", "password": "falsch", "carried": "geheim", "next": "/a/"},
        REMOTE_ADDR="10.0.0.1",
    )
    kept = AccessAttempt.objects.get()
    assert "falsch" not in kept.post_data
    assert "geheim" not in kept.post_data
    assert "/a/" not in kept.post_data


def test_no_log_of_who_logged_in_when(client: Client, shuji: Person):
    attempt(client, PASSWORD)
    client.post("/logout/")
    assert not AccessLog.objects.exists()


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "6.6.6.6", "10.0.0.1"),
        (1, "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        (1, "203.0.113.9", "203.0.113.9"),
        (2, "6.6.6.6, 203.0.113.9, 10.0.0.7", "203.0.113.9"),
        (2, "203.0.113.9", "10.0.0.1"),
        (1, "", None),
        (1, "no address", None),
        (1, "2001:db8::1", "2001:db8::1"),
    ],
)
def test_the_address_is_what_our_own_proxy_saw(rf, settings, proxies: int, forwarded: str, address: str | None):
    settings.TRUSTED_PROXIES = proxies
    request = rf.get("/", REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": forwarded})
    assert client_address(request) == address


def test_made_up_addresses_do_not_get_around_the_lock(client: Client, shuji: Person, settings):
    settings.TRUSTED_PROXIES = 1
    statuses = [
        client.post(
            "/login/",
            {"username": "shuji", "password": "falsch"},
            headers={"X-Forwarded-For": f"6.6.6.{n}, 203.0.113.9"},
        ).status_code
        for n in range(5)
    ]
    assert statuses == [422, 422, 422, 422, 429]
