"""Two workers at the same minute: on PostgreSQL, where their statements really interleave."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import TypeVar

import pytest
from django.db import connection

from reminders.digesting import Delivered, Reconciled, deliver, reconcile
from reminders.models import Digest, Reminder, ReminderState
from tests import make
from tests.reminders.test_digesting import Fake, line

FRIDAY = date(2026, 11, 20)
READERS = 40

Result = TypeVar("Result", Delivered, Reconciled)

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(act: Callable[[], Result]) -> list[Result]:
    """What two threads get that begin at the same moment."""
    ready = Barrier(2)

    def run() -> Result:
        try:
            ready.wait(timeout=10)
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(run) for _ in range(2)]
        return [future.result() for future in futures]


def test_every_line_is_sent_once_in_one_digest_a_person() -> None:
    people = [make.person(f"人{number}") for number in range(READERS)]
    source = Fake(lines=[line(person, f"{person.pk}-{number}") for person in people for number in range(3)])
    at_once(lambda: reconcile(make.moment(FRIDAY, 8, 10), [source]))
    assert Reminder.objects.count() == 3 * READERS
    done = at_once(lambda: deliver(make.moment(FRIDAY, 8, 30), [source]))
    assert sum(one.sent for one in done) == 3 * READERS
    assert Digest.objects.count() == READERS
    assert set(Reminder.objects.values_list("state", flat=True)) == {ReminderState.SENT}
    assert not Reminder.objects.filter(digest=None).exists()
