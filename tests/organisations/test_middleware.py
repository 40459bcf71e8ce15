"""Null characters never reach a view; the audit knows who acted and nothing else."""

import pytest
from auditlog.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory

from organisations.middleware import AuditActorMiddleware
from organisations.models import Person

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.organisations.login_urls")]
REFUSAL = "没有收下"


@pytest.fixture
def signed_in(client: Client) -> Client:
    client.force_login(Person.objects.enrol("林知远"))
    return client


@pytest.mark.parametrize("path", ["/note/?q=a%00b", "/note/?q%00=a", "/no%00te/", "/%00"])
def test_a_null_character_in_an_address_is_refused(signed_in: Client, path: str):
    response = signed_in.get(path)
    assert response.status_code == 400
    assert REFUSAL in response.content.decode()


@pytest.mark.parametrize(
    "data",
    [
        {"title": "a\0b"},
        {"a\0b": "x"},
        {"x": ["fine", "\0"]},
        {"file": SimpleUploadedFile("a.txt", b"\0 is fine inside"), "t": "\0"},
    ],
)
def test_a_null_character_in_a_form_is_refused(signed_in: Client, data: dict):
    response = signed_in.post("/note/", data)
    assert response.status_code == 400
    assert REFUSAL in response.content.decode()


def test_a_null_character_inside_an_uploaded_file_is_no_fault(signed_in: Client):
    assert signed_in.post("/note/", {"file": SimpleUploadedFile("a.txt", b"\0\0")}).status_code == 200


def test_a_null_character_in_a_cookie_is_refused(client: Client):
    client.cookies.load({"sessionid": "abcdefgh\0"})
    assert client.get("/note/").status_code == 400


def test_the_log_in_refuses_it_too(client: Client):
    assert client.post("/login/", {"username": "a\0", "password": "b"}).status_code == 400


def test_emoji_and_markup_pass_unharmed(signed_in: Client):
    text = "😀<script>alert(1)</script>&amp;﷽"
    assert signed_in.post("/note/", {"title": text}).json() == {"title": [text]}


def test_a_body_of_another_type_is_left_to_the_view(signed_in: Client):
    assert signed_in.post("/note/", b"\0", content_type="application/octet-stream").status_code == 200


def test_the_audit_names_who_acted_and_no_address(rf: RequestFactory):
    actor, subject = Person.objects.enrol("罗守正"), Person.objects.enrol("林知远")

    def view(request):
        subject.name = "林知还"
        subject.save(update_fields=["name"])

    request = rf.post(
        "/", headers={"X-Forwarded-For": "6.6.6.6", "X-Forwarded-Port": "9" * 30, "X-Correlation-Id": "x" * 400}
    )
    request.user = actor
    AuditActorMiddleware(view)(request)
    entry = LogEntry.objects.get_for_object(subject).get(action=LogEntry.Action.UPDATE)
    assert entry.actor == actor
    assert entry.changes == {"name": ["林知远", "林知还"]}
    assert (entry.remote_addr, entry.remote_port, entry.cid) == (None, None, None)
    assert not entry.actor_email


def test_a_changed_password_leaves_nothing_in_the_audit():
    person = Person.objects.enrol("林知远")
    person.choose_password("Yun-duan-7")
    changes = [entry.changes for entry in LogEntry.objects.get_for_object(person)]
    assert len(changes) == 1  # the roster line itself
    assert "password" not in changes[0]
    assert person.password not in str(changes)


def test_that_a_password_was_handed_over_is_written_down_and_nothing_of_it():
    person = Person.objects.enrol("林知远")
    person.hand_out_password("Yun-duan-7")
    person.choose_password("Chun-tian-26")
    entries = LogEntry.objects.get_for_object(person).order_by("pk")
    assert [entry.changes for entry in entries][1:] == [
        {"password_is_initial": ["False", "True"]},
        {"password_is_initial": ["True", "False"]},
    ]
