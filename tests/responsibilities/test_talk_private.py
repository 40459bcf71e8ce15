"""Nobody else: not on a page, in an export, in the audit, in the log, and not in the database itself.

The marker is looked for in what everybody may open and in every row of every table. That the search finds what is there is
proven by putting it there.
"""

from __future__ import annotations

import html
import re
import sqlite3

import pytest
from auditlog.models import LogEntry
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from organisations.models import Feedback, Person
from reminders import digesting
from responsibilities import talking
from responsibilities.models import Briefing, Talk, TalkProposal
from tests import make
from tests.responsibilities.briefings_made import report
from tests.responsibilities.talks_made import MARKER, TODAY, typed

pytestmark = pytest.mark.django_db
THIRD = ["recorder", "leader", "deputy", "other_secretary", "stranger", "office", "gongwei", "staff", "admin"]
OCCASION = "difficulty"


def rows_with(text: str) -> list[str]:
    """The tables in which a row holds ``text``, read as whoever holds the database reads them."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            if any(text in str(value) for row in cursor.fetchall() for value in row):
                found.append(table)
    return found


def file_with(text: str) -> bool:
    """Whether the bytes of an SQLite file hold ``text``; what PostgreSQL has are its rows."""
    if connection.vendor != "sqlite":
        return False
    held: sqlite3.Connection = connection.connection
    return text.encode() in held.serialize()


@pytest.fixture
def lived(city, today, as_person, settings) -> Talk:
    """Talks and reports with everything that can be done to them, through the pages."""
    settings.TALK_KEYS = list(settings.TALK_KEYS)
    browser = as_person(city.secretary)
    assert browser.post(reverse("talk-add"), typed(city.member)).status_code == 302
    row = Talk.objects.get()
    edited = typed(city.member, points=f"再写一次{MARKER}") | {"revision": "1"}
    assert browser.post(reverse("talk-edit", args=[row.pk]), edited).status_code == 302
    assert browser.post(reverse("talk-add"), typed(city.member, held_on="2027-01-01")).status_code == 422
    asked = {"title": f"要办{MARKER}", "detail": MARKER}
    assert browser.post(reverse("talk-propose", args=[row.pk]), asked).status_code == 302
    report(city.member, text=MARKER, answered=f"回复{MARKER}")
    report(city.member, text=MARKER)
    report(city.secretary, text=MARKER, sent=False)
    digesting.reconcile(make.moment(TODAY))
    digesting.deliver(make.moment(TODAY))
    return row


def test_the_database_itself_holds_no_word_of_it(city, lived):
    assert rows_with(MARKER) == []
    assert rows_with(OCCASION) == []
    assert not file_with(MARKER)


def test_the_search_finds_what_is_there(city, lived):
    Feedback.objects.create(person=city.secretary, text=f"字太小{MARKER}")
    assert rows_with(MARKER) == ["organisations_feedback"]
    assert file_with(MARKER) or connection.vendor != "sqlite"


def test_what_was_let_out_is_in_the_clear_and_nothing_besides(city, lived):
    asked = TalkProposal.objects.get()
    talking.agree(asked, named=False, by=city.member, now=make.moment(TODAY), today=TODAY)
    assert rows_with(MARKER) == ["responsibilities_problem"]


def test_audit_reminders_sessions_and_letters_know_nothing(city, lived):
    assert not LogEntry.objects.filter(content_type__model__in=["talk", "talkproposal", "briefing"]).exists()
    assert all(MARKER not in str(letter.message()) for letter in mail.outbox)
    assert all(MARKER not in str(value) for value in getattr(cache, "_cache", {}).values())
    said = {
        (line.title, line.detail)
        for person in Person.objects.all()
        for line in person.reminders.filter(source__in=["talk", "briefing"])
    }
    assert said == {
        ("有一件事等你回话", "打开“谈心谈话”就看得到，只有你和对方看得到"),
        ("有一份汇报等你看", "打开“汇报”就看得到"),
        ("你的汇报有了回复", "打开“汇报”就看得到"),
    }


def pages(args: list[list[int]]) -> list[str]:
    """Every address of ours that can be opened with one of ``args``."""
    found = []
    for route in sorted({str(leaf.name) for leaf in _leaves()}):
        for given in args:
            try:
                found.append(reverse(route, args=given))
            except NoReverseMatch:
                continue
    return found


def _leaves():
    for pattern in get_resolver().url_patterns:
        if getattr(pattern, "namespace", None) != "admin":
            yield from getattr(pattern, "url_patterns", [pattern])


@pytest.mark.parametrize("role", ["deputy", "office", "gongwei", "admin"])
def test_no_page_and_no_export_shows_it_to_anybody_else(city, lived, role):
    client = Client(raise_request_exception=False)
    client.force_login(getattr(city, role))
    found = []
    for url in pages([[], ["csv"]]):
        answer = client.get(url)
        if MARKER in b"".join(answer).decode(errors="ignore"):
            found.append(url)
    assert found == []


def test_the_two_of_them_do_find_it(city, lived, as_person):
    for who in (city.secretary, city.member):
        assert MARKER in as_person(who).get(reverse("talk", args=[lived.pk])).content.decode()


@pytest.mark.parametrize("role", THIRD)
def test_to_everybody_else_it_does_not_exist(city, lived, as_person, role):
    browser = as_person(getattr(city, role))
    asked, written = TalkProposal.objects.get().pk, Briefing.objects.first().pk
    for route, pk in [
        *((route, lived.pk) for route in ("talk", "talk-edit", "talk-delete", "talk-propose")),
        ("talk-proposal", asked),
        *((route, written) for route in ("briefing", "briefing-edit", "briefing-discard", "briefing-word")),
    ]:
        assert browser.get(reverse(route, args=[pk])).status_code == 404, route
        if route not in ("talk", "briefing", "briefing-word"):
            assert browser.post(reverse(route, args=[pk]), typed(city.member)).status_code == 404, route


def test_the_administration_knows_no_such_rows(city, lived, as_person):
    ours = {Talk, TalkProposal, Briefing}
    assert ours.isdisjoint(admin.site._registry)
    browser = as_person(city.admin)
    places = [
        reverse("admin:index"),
        *(reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_changelist") for model in admin.site._registry),
    ]
    for place in places:
        answer = browser.get(place)
        assert MARKER not in answer.content.decode()
    entries = browser.get(reverse("admin:index")).content.decode()
    assert "谈心谈话" not in entries


def test_neither_audit_nor_export_names_such_rows():
    names = {f"responsibilities.{model.__name__}" for model in (Talk, TalkProposal, Briefing)}
    tracked = {
        entry if isinstance(entry, str) else entry["model"] for entry in settings.AUDITLOG_INCLUDE_TRACKING_MODELS
    }
    assert names.isdisjoint(tracked)
    assert {apps.get_model(name) for name in names} == {Talk, TalkProposal, Briefing}
    assert not [path for path in settings.EXPORTS.values() if "talk" in path or "briefing" in path]


@pytest.mark.parametrize("route", ["talk", "talk-edit", "talk-list", "talk-add"])
def test_no_machine_keeps_a_page_of_it(city, lived, as_person, route):
    args = [] if route in ("talk-list", "talk-add") else [lived.pk]
    kept = as_person(city.member).get(reverse(route, args=args)).headers["Cache-Control"]
    assert "no-store" in kept
    assert "private" in kept


# --- a form that was sent after the log-in had ended


def hidden(answer, name: str) -> str:
    return html.unescape(re.search(rf'name="{name}" value="([^"]*)"', answer.content.decode())[1])


def drawn_for(city, who) -> str:
    client = Client()
    client.force_login(who)
    return hidden(client.get(reverse("talk-add")), "writer")


def carried_by(city, who) -> tuple[Client, str]:
    """What ``who`` sent when his session had gone, carried by the page that asks for a log-in; a wrong try on the way."""
    client = Client()
    answer = client.post(reverse("talk-add"), typed(city.member) | {"writer": drawn_for(city, who)})
    assert answer.status_code == 401
    wrong = client.post(
        reverse("login"), {"username": "shuji", "password": "falsch", "carried": hidden(answer, "carried")}
    )
    assert wrong.status_code == 422
    return client, hidden(wrong, "carried")


def test_its_writer_is_offered_it_again_and_nothing_of_it_stays_on_the_server(city, today):
    client, carried = carried_by(city, city.secretary)
    answer = client.post(reverse("login"), {"username": "shuji", "password": "shuji" * 2, "carried": carried})
    assert MARKER in answer.content.decode()
    assert rows_with(MARKER) == []


def test_whoever_else_logs_in_there_is_not(city, today):
    client, carried = carried_by(city, city.secretary)
    answer = client.post(
        reverse("login"), {"username": "jiluyuan", "password": "jiluyuan" * 2, "carried": carried}, follow=True
    )
    assert answer.status_code == 200
    assert MARKER not in answer.content.decode()
    assert rows_with(MARKER) == []


def test_a_page_left_open_by_another_does_not_show_it_either(city, today):
    client = Client(enforce_csrf_checks=True)
    client.force_login(city.recorder)
    stale = typed(city.member) | {"writer": drawn_for(city, city.secretary), "csrfmiddlewaretoken": "x" * 32}
    answer = client.post(reverse("talk-add"), stale, follow=True)
    assert MARKER not in answer.content.decode()
    assert not Talk.objects.exists()


def test_a_mark_that_was_made_up_is_worth_nothing(city, today):
    client = Client(enforce_csrf_checks=True)
    client.force_login(city.secretary)
    answer = client.post(reverse("talk-add"), typed(city.member) | {"writer": str(city.recorder.pk)})
    assert answer.status_code == 403
    assert MARKER in answer.content.decode()
