"""A process that dies in the middle of a save leaves nothing behind; the same form five times at once is one record."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.db import connection, connections
from django.test import Client

from activities.models import Activity, Attendance
from tests import make
from tests.activities.sheet import fields

ROOT = Path(__file__).resolve().parents[2]
LOG = "/activities/log/"
NOTHING = [0, 0, 0, 0, 0, 0]
# One record, ten on the roll, one agenda item, one partner, one kind; it counts for host and partner.
WHOLE = [1, 10, 1, 1, 1, 2]


@pytest.fixture
def database(city, tmp_path) -> dict[str, str]:
    """What another process needs to find the tests' city: the database itself, or a copy of what is in memory."""
    if connection.vendor == "postgresql":
        url = urlsplit(os.environ["TEST_DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
        return {"SANLI_VAR": str(tmp_path), "TEST_DATABASE_URL": url.geturl()}
    connection.ensure_connection()
    with sqlite3.connect(tmp_path / "db.sqlite3") as copy:
        connection.connection.backup(copy)
    copy.close()
    return {"SANLI_VAR": str(tmp_path), "TEST_DATABASE_URL": ""}


@pytest.mark.django_db(transaction=True)
def test_a_process_killed_in_the_middle_of_a_save_leaves_nothing_and_the_next_try_saves_all(city, database):
    key = str(uuid4())

    def process(act: str) -> tuple[int, list[int]]:
        command = [sys.executable, "-W", "ignore", "-m", "tests.activities.saving_process", act, key]
        done = subprocess.run(
            [*command, str(city.first.pk), str(city.secretary.pk)],
            cwd=ROOT,
            env=os.environ | database,
            capture_output=True,
            timeout=120,
        )
        return done.returncode, json.loads(done.stdout)

    # It had written the record and its rows, and not yet what they count for, when it died.
    assert process("die") == (-signal.SIGKILL, [*WHOLE[:5], 0])
    assert process("look") == (0, NOTHING)
    assert process("save") == (0, WHOLE)
    assert process("save") == (0, WHOLE)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_same_form_five_times_at_the_same_moment_is_one_record(city, today, as_person):
    data = fields(as_person(city.secretary).get(f"{LOG}?kind=theme-party-day"))
    clients, together, answers = [Client() for _ in range(5)], threading.Barrier(5), []
    for client in clients:
        client.force_login(city.secretary)

    def post(client: Client) -> None:
        try:
            together.wait(timeout=10)
            response = client.post(LOG, data)
            answers.append((response.status_code, response.headers.get("Location")))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=post, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    activity = Activity.objects.get()
    assert answers == [(302, f"/activities/{activity.pk}/")] * 5
    assert Attendance.objects.filter(activity=activity).count() == activity.expected == 10
    assert make.obligation(city.first, "theme-party-day-monthly", "2026-11").done == 1
