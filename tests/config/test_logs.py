"""A log says where it went wrong, never what somebody typed and never who it was."""

import io
import logging

import pytest
from django.conf import settings
from django.test import Client
from django.utils.log import AdminEmailHandler

from config.logs import WithoutPersonalData
from organisations.models import Person

SECRET = "他说最近家里有困难"


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What the real handler writes, with the levels that settings give."""
    written = io.StringIO()
    for handler in {*logging.getLogger().handlers, *logging.getLogger("django").handlers}:
        if isinstance(handler.formatter, WithoutPersonalData):
            monkeypatch.setattr(handler, "stream", written)
    return written


@pytest.mark.django_db
@pytest.mark.urls("tests.organisations.login_urls")
def test_a_request_that_fails_is_logged_without_its_text_its_query_and_its_person(client: Client, log: io.StringIO):
    client.force_login(Person.objects.enrol("林知远", staff_no="GH2041"))
    client.raise_request_exception = False
    response = client.post(f"/burst/?q={SECRET}", {"content": SECRET}, REMOTE_ADDR="203.0.113.9")
    assert response.status_code == 500
    assert "系统出错了，不是你的问题" in response.content.decode()
    said = log.getvalue()
    assert "Internal Server Error: /burst/" in said
    assert "login_urls.py" in said
    assert said.rstrip().endswith("ValueError")
    for hidden in (SECRET, "u4ed6", "%E4%BB%96", "林知远", "GH2041", "203.0.113.9", "?q="):
        assert hidden not in said


@pytest.mark.django_db
@pytest.mark.urls("tests.organisations.login_urls")
def test_failed_log_ins_and_lost_pages_leave_no_line(client: Client, log: io.StringIO):
    for _ in range(6):
        client.post("/login/", {"username": "13812345678", "password": "falsch"})
    client.get("/13812345678/")
    assert log.getvalue() == ""


def formatted(record: logging.LogRecord) -> str:
    return WithoutPersonalData("{levelname} {message}", style="{").format(record)


def test_every_cause_of_an_exception_is_named_by_its_class():
    try:
        try:
            int(SECRET)
        except ValueError as error:
            raise KeyError(SECRET) from error
    except KeyError as error:
        record = logging.LogRecord(
            "x", logging.ERROR, __file__, 1, "it broke", None, (KeyError, error, error.__traceback__)
        )
    said = formatted(record)
    assert SECRET not in said
    assert said.index("ValueError\n") < said.index("KeyError")


def test_a_task_that_fails_is_logged_without_the_message_of_its_exception():
    error = ValueError(SECRET)
    context = {
        "name": "reminders.tasks.deliver",
        "id": "1",
        "description": "raised",
        "exc": repr(error),
        "traceback": SECRET,
    }
    record = logging.LogRecord(
        "celery.app.trace",
        logging.ERROR,
        __file__,
        1,
        "Task %(name)s %(description)s: %(exc)s",
        (context,),
        (ValueError, error, None),
    )
    said = formatted(record)
    assert said.startswith("ERROR Task reminders.tasks.deliver raised: ValueError")
    assert SECRET not in said


def test_no_request_is_ever_mailed_to_anybody():
    assert {handler["class"] for handler in settings.LOGGING["handlers"].values()} == {"logging.StreamHandler"}
    assert not any(isinstance(handler, AdminEmailHandler) for handler in logging.getLogger("django").handlers)
