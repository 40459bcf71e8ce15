"""/healthz tells a watcher what works, without a log-in and without a word about anybody."""

from datetime import datetime, timedelta

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from reminders.models import Heartbeat

NOW = datetime.fromisoformat("2026-11-20T10:00:00+08:00")


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.mark.django_db
def test_all_is_well(client: Client):
    Heartbeat.objects.create(name="beat", at=timezone.now() - timedelta(seconds=40))
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {"database": "ok", "broker": "ok", "background": {"age_seconds": 40, "late": False}}


@pytest.mark.django_db
def test_a_silent_background_is_late(client: Client):
    assert client.get("/healthz").json()["background"] == {"age_seconds": None, "late": True}
    Heartbeat.objects.create(name="beat", at=timezone.now() - timedelta(minutes=4))
    assert client.get("/healthz").json()["background"] == {"age_seconds": 240, "late": True}


def test_a_database_that_is_down_is_503_and_says_nothing_else(client: Client, monkeypatch: pytest.MonkeyPatch):
    def gone():
        raise OperationalError("could not connect to 10.0.0.5")

    monkeypatch.setattr(connection, "cursor", gone)
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json() == {"database": "down"}


@pytest.mark.django_db
def test_it_is_read_only_and_never_cached(client: Client):
    assert client.post("/healthz").status_code == 405
    assert "no-store" in client.get("/healthz")["Cache-Control"]
    assert not client.cookies
