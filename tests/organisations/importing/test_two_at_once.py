"""Imports beside other work on PostgreSQL: two confirmations, two workers, two imports, and a correction by hand."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection, connections, transaction

from organisations import roster, tasks
from organisations.importing import batches, people, working
from organisations.models import Category, Person
from organisations.models.importing import ImportBatch, ImportState, Outcome
from tests.organisations.importing.rosters import LINES, NOW, TODAY, checked, row, written

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
WAIT = 30


def together(*acts: Callable[[], object]) -> list[Exception]:
    """Do several things at the same moment, each over a connection of its own. What they raised."""
    failures: list[Exception] = []
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        try:
            barrier.wait(timeout=WAIT)
            act()
        except Exception as failure:
            failures.append(failure)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)
    return failures


@pytest.fixture
def batch(city, today, settings, tmp_path):
    assert connection.vendor == "postgresql"
    settings.MEDIA_ROOT = tmp_path
    return checked(LINES, city.finance, city.office)


def test_two_confirmations_at_once_are_one(city, batch, monkeypatch):
    handed_over = []
    monkeypatch.setattr(tasks.write_import, "delay", handed_over.append)

    def confirm():
        batches.confirm(ImportBatch.objects.get(pk=batch.pk), by=Person.objects.get(pk=city.office.pk), now=NOW)

    assert together(*[confirm] * 4) == []
    assert handed_over == [batch.pk]


def test_two_workers_at_once_write_once(city, batch):
    ImportBatch.objects.filter(pk=batch.pk).update(state=ImportState.WRITING, started_at=NOW)
    assert together(*[lambda: working.write(batch.pk, NOW)] * 3) == []
    batch.refresh_from_db()
    assert (batch.state, batch.counts["written"]) == (ImportState.DONE, 3)
    assert Person.objects.filter(name="柳青").count() == 1


def test_two_imports_of_the_same_file_enter_nobody_twice(city, batch):
    """Two people of one office import the same list: the second finds that the roster has changed."""
    other = checked([[*LINES[0][:1], "", *LINES[0][2:]]], city.finance, city.office)
    both = [batch, other]
    ImportBatch.objects.filter(pk__in=[one.pk for one in both]).update(state=ImportState.WRITING, started_at=NOW)
    assert together(*[lambda pk=one.pk: working.write(pk, NOW) for one in both]) == []
    assert Person.objects.filter(name="柳青").count() == 1
    assert sorted(row(one, 2).outcome for one in both) == [Outcome.STALE, Outcome.WRITTEN]


def test_a_correction_that_is_being_saved_is_waited_for_and_stands(city, batch):
    """The row is read again under its lock: the import does not write over what somebody saves at the same moment."""
    saved, writing = threading.Event(), threading.Event()

    def correct():
        with transaction.atomic():
            facts = roster.Facts("沈若川", Category.APPLICANT, None, 1990, None)
            roster.correct(Person.objects.get(pk=city.recorder.pk), facts, by=city.office, today=TODAY)
            saved.set()
            writing.wait(WAIT)

    def write():
        saved.wait(WAIT)
        threading.Timer(0.5, writing.set).start()
        written(batch)

    assert together(correct, write) == []
    assert row(batch, 3).outcome == Outcome.STALE
    assert Person.objects.get(pk=city.recorder.pk).category == Category.APPLICANT


def test_others_work_while_a_roster_is_being_written(city, batch, monkeypatch):
    """A correction of somebody who is not in the file, a new line elsewhere and a record do not wait for the import."""
    done: list[str] = []
    write = people.Writing.write

    def write_slowly(writing):
        touched = write(writing)
        others = threading.Thread(target=work)
        others.start()
        others.join(WAIT)
        done.append("import")
        return touched

    def work():
        facts = roster.Facts("何望舒", Category.FULL_MEMBER, None, 1981, None)
        roster.correct(Person.objects.get(pk=city.other_secretary.pk), facts, by=city.office, today=TODAY)
        enrolled = roster.Facts("路人", Category.STAFF)
        roster.enrol(enrolled, organisation=city.water, since=TODAY, by=city.gongwei, today=TODAY)
        done.append("others")
        connections.close_all()

    monkeypatch.setattr(people.Writing, "write", write_slowly)
    assert written(batch).state == ImportState.DONE
    assert done == ["others", "import"]


def test_the_same_number_given_out_at_the_same_moment_fails_whole_and_in_words(city, batch):
    """The other transaction is not committed when the number is looked up, and is when it is written."""
    taken, writing = threading.Event(), threading.Event()

    def enrol():
        with transaction.atomic():
            facts = roster.Facts("路人", Category.STAFF, staff_no="2001")
            roster.enrol(facts, organisation=city.water, since=TODAY, by=city.gongwei, today=TODAY)
            taken.set()
            writing.wait(WAIT)

    def write():
        taken.wait(WAIT)
        threading.Timer(0.5, writing.set).start()
        written(batch)

    assert together(enrol, write) == []
    batch.refresh_from_db()
    assert (batch.state, batch.message[:17]) == (ImportState.READY, "导入没有成功，什么也没有写入。可能")
    assert not Person.objects.filter(name="柳青").exists()
    assert written(batch).counts["stale"] == 1
