"""Queries of the pages that no test of their own counts: the same literal number with one row and with three, at most 15.

Counted where the page is proven: the desk of secretary, office, committee and member (dashboards/test_desk.py), the
board (test_board.py), an organisation's page for those above it (test_organisation.py, test_organisation_committee.py),
programmes (test_programme.py), the rail of the sheet (test_effects.py), the list of records (activities/test_list.py) and
its months (activities/test_calendar.py),
a record (test_record.py), the sheet and saving it, 32 (test_log.py), autosave (test_drafts.py), correcting
(test_correct.py), exemptions (programmes/test_exemption_pages.py), the roster (organisations/test_people.py), the inbox
(reminders/test_inbox.py).
"""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from activities.entries import Absence
from organisations.models import Feedback, ImportBatch, ImportState, Level, Person, Verdict
from programmes import exempting, ruling
from programmes.models import Exemption, Requirement
from programmes.opening import open_periods
from programmes.periods import Cadence
from programmes.terms import Terms
from tests import make

MOST = 15
COUNTS: dict[tuple[str, str], int] = {
    ("desk", "recorder"): 12,
    ("desk", "group_leader"): 11,
    ("desk", "staff"): 7,
    ("desk", "administrator"): 6,
    ("activity", "committee"): 11,
    ("activity", "member"): 10,
    ("activity", "office"): 11,
    ("activity-effect", "secretary"): 13,
    ("activity-effect", "committee"): 13,
    ("activity-minutes", "secretary"): 12,
    ("activity-attendance", "secretary"): 7,
    ("activity-list", "administrator"): 7,
    ("board-held", "committee"): 13,
    ("organisation", "secretary"): 13,
    ("person", "secretary"): 7,
    ("person", "committee"): 9,
    ("people", "committee"): 11,
    ("people", "secretary"): 11,
    ("people-import", "office"): 9,
    ("people-import-columns", "office"): 6,
    ("people-import-batch", "office"): 13,
    ("setup", "administrator"): 15,
    ("requirement-list", "secretary"): 7,
    ("requirement-list", "committee"): 7,
    ("exemption-list", "secretary"): 6,
    ("exemption-list", "committee"): 8,
    ("exemption-letter", "secretary"): 5,
    ("feedback", "secretary"): 6,
    ("feedback", "administrator"): 6,
    ("reminder-inbox", "staff"): 8,
}


def fill(city, today: date, size: int) -> dict[str, int]:
    """``size`` of everything that the pages list. The numbers that their addresses take."""
    roll = tuple(Person.objects.under(city.first, today).party_members().order_by("pk").values_list("pk", flat=True))
    for number in range(size):
        make.organisation(f"新设第{number}党支部", Level.BRANCH, city.finance_committee)
        make.person(f"同志{number}", city.second_group, birth_year=1990)
        Feedback.objects.create(person=city.secretary, text=f"第{number}条意见")
    open_periods(today)
    activities = [
        make.activity(
            city.first,
            "theme-party-day",
            on=date(2026, 11, 3 + number),
            by=city.secretary,
            roll=roll,
            absences={pk: Absence("leave", "家中有事") for pk in roll[:size]},
            partners=(city.first_group, city.second, city.second_group)[:size],
            today=today,
        )
        for number in range(size)
    ]
    ask_and_tighten(city, today, size)
    batch = import_rows(city, today, size)
    return {
        "activity": activities[0].pk,
        "exemption": Exemption.objects.earliest("pk").pk,
        "organisation": city.first.pk,
        "person": city.member.pk,
        "people-import-batch": batch.pk,
        "people-import-columns": batch.pk,
    }


def import_rows(city, today: date, size: int) -> ImportBatch:
    """``size`` imports into the organ; the last has that many rows of each verdict and ways of writing a branch."""
    into = {"organisation": city.finance, "by": city.office, "since": today, "received_at": make.moment(today)}
    for _ in range(size):
        batch = ImportBatch.objects.create(subject="people", file_name="花名册.xlsx", state=ImportState.READY, **into)
    places = [{"text": f"{n}支部", "rows": 1, "organisation": city.first.pk, "sure": False} for n in range(size)]
    column = {"letter": "A", "title": "姓名", "samples": [], "note": "", "forbidden": False}
    batch.places, batch.columns = places, [column | {"index": n, "field": "" if n else "name"} for n in range(size)]
    batch.save()
    for verdict in Verdict.values:
        for number in range(size):
            who = {"target": city.member.pk, "candidates": [city.member.pk, city.leader.pk][: number + 1]}
            values = {"name": "夏安禾", "branch": f"{number}支部"}
            batch.rows.create(number=number, verdict=verdict, cells=values, values=values, **who)
    return batch


def ask_and_tighten(city, today: date, size: int) -> None:
    """``size`` requests for exemption, and as many rules of an organ's own."""
    owed = [(city.first_group, "2026-10"), (city.second_group, "2026-10"), (city.second_group, "2026-11")]
    for group, period in owed[:size]:
        row = make.obligation(group, "group-meeting-monthly", period)
        exempting.ask(
            group, row, until=row.ends_on, cause="away", reason="集中外出", by=city.secretary, now=make.moment(today)
        )
    monthly = Requirement.objects.filter(cadence=Cadence.MONTH, level=Level.BRANCH, organisation=city.committee)
    for rule in monthly.order_by("pk")[:size]:
        terms = Terms(Level.BRANCH, Cadence.MONTH, minimum=rule.minimum + 1)
        ruling.tighten(rule, city.finance, terms, since=date(2026, 12, 1), reason="要严", by=city.office, today=today)


def asked(client: Client, url: str) -> int:
    """The queries of a page. It is opened before: the idle stamp is written at most once a minute."""
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200, url
    return len(queries)


@pytest.mark.parametrize("size", [1, 3])
def test_a_page_asks_the_same_at_any_size(city, today, size):
    rows = fill(city, today, size)
    found = {}
    for route, role in COUNTS:
        client = Client()
        client.force_login(city.cast[role])
        pk = rows.get(route) or (rows.get(route.split("-")[0]) if not route.endswith("-list") else None)
        found[route, role] = asked(client, reverse(route, args=[pk] if pk else None))
    assert found == COUNTS


def test_no_page_asks_more_than_it_may():
    assert max(COUNTS.values()) <= MOST
