"""Every address × every member of the cast: who gets in, who is told no, and who is not told that it exists.

404 = not yours to see, 403 = yours to see but not to do, 302 to log-in for the anonymous (401 where a form was sent:
what was typed is carried along), 422 = let in, and the empty form was refused. The records belong to the first branch
and contain what could leak.
"""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse

from activities.entries import Absence
from activities.models import Activity, Draft
from organisations.models import Export, Feedback, ImportBatch, ImportState, Person, Verdict
from organisations.models.export import ExportState
from programmes import exempting
from programmes.models import Exemption, Programme, Requirement
from reminders.models import Digest
from tests import make
from tests.activities.files import hung
from tests.responsibilities import (
    briefings_made,
    imports_made,
    inspections_made,
    lists_made,
    measures_made,
    problems_made,
    talks_made,
)
from tests.surveys import access_made

# Beginnings of routes → what builds the rows that they speak of: route → the arguments of its address.
BUILT_WHEN_ASKED = {
    ("duty",): lists_made.addresses,
    ("responsibility-mine", "measure", "handover", "self-check"): measures_made.addresses,
    ("duty-import",): imports_made.addresses,
    ("problem",): problems_made.addresses,
    ("talk",): talks_made.addresses,
    ("briefing",): briefings_made.addresses,
    ("inspection", "draw"): inspections_made.addresses,
    **access_made.BUILDERS,
}
TABLE = Path(__file__).with_name("access.txt")
# Django's own administration is tested on its own (tests/organisations/test_admin.py).
NOT_OURS = {"admin"}


def read_table() -> tuple[list[str], list[tuple[str, str, list[int]]]]:
    """The literal table: roles of the heading, and (method, route, statuses) of each line."""
    lines = [line.split() for line in TABLE.read_text().splitlines() if line.strip() and not line.startswith("#")]
    heading, *rows = lines
    return heading[2:], [(method, route, [int(status) for status in statuses]) for method, route, *statuses in rows]


ROLES, ROWS = read_table()


def all_routes() -> set[str]:
    """The names of all our addresses."""
    names = set()
    for pattern in get_resolver().url_patterns:
        leaves = [pattern] if isinstance(pattern, URLPattern) else pattern.url_patterns
        if getattr(pattern, "namespace", None) not in NOT_OURS:
            names |= {str(leaf.name) for leaf in leaves if isinstance(leaf, URLPattern)}
    return names


def _record(city, today) -> Activity:
    roll = tuple(Person.objects.under(city.first, today).party_members().order_by("pk").values_list("pk", flat=True))
    absences = {city.member.pk: Absence("leave", "住院检查")}
    who = {"by": city.secretary, "roll": roll, "absences": absences, "partners": (city.second,)}
    return make.activity(city.first, "theme-party-day", on=today, **who)


def _request(city, today) -> Exemption:
    obligation = make.obligation(city.first_group, "group-meeting-monthly", "2026-10")
    why = {"cause": "away", "reason": "集中外出检查", "by": city.secretary, "now": make.moment(today)}
    return exempting.ask(city.first_group, obligation, until=obligation.ends_on, **why)


def _file(city, today) -> Export:
    about = {"source": "people", "extension": "csv", "file_name": "花名册.csv", "asked_at": make.moment(today)}
    file = {"state": ExportState.READY, "file": ContentFile("林知远".encode(), "1.csv")}
    return Export.objects.create(person=city.secretary, **about, **file)


def _import(city, today) -> ImportBatch:
    into = {"organisation": city.finance, "by": city.office, "since": today, "received_at": make.moment(today)}
    batch = ImportBatch.objects.create(subject="people", file_name="花名册.xlsx", state=ImportState.READY, **into)
    batch.rows.create(number=3, verdict=Verdict.REFUSED, cells={"name": "韩露"}, why="没有这个支部。")
    return batch


def builder_of(route: str):
    """What builds the rows of a route: by the longest beginning of its name; None for the floors below."""
    begins = ((prefix, build) for prefixes, build in BUILT_WHEN_ASKED.items() for prefix in prefixes)
    fitting = [(len(prefix), build) for prefix, build in begins if route.startswith(prefix)]
    return max(fitting, key=lambda found: found[0])[1] if fitting else None


def _rows(city, today) -> dict[str, int]:
    """Beginning of a route → the row that its address names, for all that take one number."""
    record = _record(city, today)
    return {
        "activity": record.pk,
        "attachment": hung(record, city.secretary).pk,
        "exemption": _request(city, today).pk,
        "requirement": Requirement.objects.get(code="theme-party-day-monthly").pk,
        "organisation": city.first.pk,
        "person": city.member.pk,
        "programme": Programme.objects.earliest("pk").pk,
        "reminder": Digest.objects.create(recipient=city.secretary, day=today, sent_at=make.moment(today)).pk,
        "feedback": Feedback.objects.create(person=city.secretary, text="字太小").pk,
        "people": _import(city, today).pk,
        "export": _file(city, today).pk,
    }


def _addresses(city, today) -> dict[str, list[object]]:
    """Route → the arguments of its address, for the floors below responsibilities."""
    typed = {"token": UUID(int=7), "payload": {"title": ["谈话要点"]}, "updated_at": make.moment(today)}
    draft, recording = Draft.objects.create(person=city.secretary, **typed), city.recorder.appointments.get().pk
    special = {
        "people-import": [],
        "people-import-template": ["people"],
        "person-post-end": [city.recorder.pk, recording],
        "organisation-recorder-end": [city.first.pk, recording],
        **{f"activity-draft{act}": [draft.token] for act in ("", "-attachments", "-discard")},
        **{f"{page}-export": ["csv"] for page in ("activity", "people", "board")},
    }
    rows = _rows(city, today)
    for route in all_routes() - special.keys():
        try:
            reverse(route)
        except NoReverseMatch:
            pk = rows.get(route.split("-")[0])
            special |= {route: [pk]} if pk is not None else {}
    return special


@pytest.fixture
def address(city, today, settings, tmp_path):
    """``address("activity")``: the address of the one row of each sort that the table speaks of.

    The rows of a floor are built when the first of its addresses is asked for: nobody else's test waits for them.
    """
    settings.MEDIA_ROOT = tmp_path
    built: dict[object, dict[str, list[object]]] = {}

    def find(route: str) -> str:
        build = builder_of(route)
        if build not in built:
            built[build] = build(city) if build else _addresses(city, today)
        return reverse(route, args=built[build].get(route, []))

    return find


def test_every_address_stands_in_the_table():
    assert {route for _, route, _ in ROWS} == all_routes()


def test_every_line_speaks_of_the_whole_cast(city):
    assert ["anonymous", *city.cast] == ROLES
    assert all(len(statuses) == len(ROLES) for _, _, statuses in ROWS)


def group_of(route: str) -> str:
    """The rows that share their rows of the database are asked one after the other: building them takes longer than asking."""
    return route.split("-")[0]


GROUPS = sorted({group_of(route) for _, route, _ in ROWS})


@pytest.mark.parametrize("group", GROUPS)
def test_who_gets_in(city, address, group):
    rows = [row for row in ROWS if group_of(row[1]) == group]
    found = {(method, route): asked(city, method, address(route)) for method, route, _ in rows}
    assert found == {(method, route): statuses for method, route, statuses in rows}


def asked(city, method: str, url: str) -> list[int]:
    """What everybody of the cast is answered."""
    statuses = []
    for role in ROLES:
        client = Client()
        if role != "anonymous":
            client.force_login(city.cast[role])
        before = transaction.savepoint()  # what one of the cast does, the next does not find done
        response = getattr(client, method.lower())(url)
        b"".join(response)  # read to the end, which closes what it hands out and leaves the database alone
        statuses.append(response.status_code)
        transaction.savepoint_rollback(before)
    return statuses
