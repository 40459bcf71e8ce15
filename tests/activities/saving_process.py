"""Run as a program: one save in a process of its own, on the database that the environment names.

    python -m tests.activities.saving_process die|save|look KEY ORGANISATION PERSON

``die`` is killed in the middle: the record and its rows are inserted, nothing is committed. Each prints as JSON what it
sees of the record: how many there are, and their rows.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import date
from typing import Any, NoReturn
from unittest import mock

import django

TODAY = date(2026, 11, 20)


def seen() -> None:
    """Print what this process sees."""
    from activities.models import Activity, AgendaItem, Attendance, Partnership
    from programmes.models import Obligation

    rows = [
        *(model.objects.count() for model in (Activity, Attendance, AgendaItem, Partnership, Activity.kinds.through)),
        Obligation.objects.filter(done__gt=0).count(),
    ]
    print(json.dumps(rows), flush=True)


def save(key: str, organisation: str, person: str) -> None:
    """Save a joint theme party day with everybody of the host present."""
    from uuid import UUID

    from activities.recording import record
    from organisations.models import Organisation, Person
    from tests import make

    host, by = Organisation.objects.get(pk=organisation), Person.objects.get(pk=person)
    partner = Organisation.objects.get(name="第二党支部")
    roll = tuple(Person.objects.under(host, TODAY).party_members().order_by("pk").values_list("pk", flat=True))
    entry = make.entry(host, "theme-party-day", on=TODAY, roll=roll, partners=(partner,))
    record(entry, key=UUID(key), by=by, now=make.moment(TODAY), today=TODAY)


def die(*_: Any) -> NoReturn:
    """What kill -9 does, from within."""
    seen()
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("a killed process does not go on")


def main(act: str, *about: str) -> None:
    """Do one of the three."""
    if act == "die":
        with mock.patch("activities.crediting.recount", die):
            save(*about)
    elif act == "save":
        save(*about)
    seen()


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.load_settings"
    django.setup()
    main(*sys.argv[1:])
