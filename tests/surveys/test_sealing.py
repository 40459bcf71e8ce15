"""The attacks of anonymity.md §2 and §6.2 on what handing in and mixing leave behind, on both databases."""

from __future__ import annotations

import json
import random
import sqlite3
from collections import Counter
from contextlib import closing
from uuid import uuid4

import pytest

from config import environment
from surveys import ballots, sealing
from surveys.models import STORE, Comment, DeskMark, DropBox, Sheet, SpentBallot, Survey
from surveys.proving import attacks
from surveys.proving.attacks import joined_by_transaction, transactions
from tests.surveys import surveys_made as made

on_postgres = pytest.mark.postgres


@pytest.fixture
def survey(city) -> Survey:
    made.crowd(city)
    return made.launched(city)


def hand_in_numbered(survey: Survey, count: int, start: int = 0) -> None:
    """Sheets that tell their number, as a marker that no real one has."""
    units = list(made.leaves(survey).values())
    for number in range(start, start + count):
        made.answer(survey, units[number % len(units)], made.sheet(number, marker=str(number)), say=f"第{number}句")


def numbers_in_place(survey: Survey, model) -> list[int]:
    """The numbers on the sheets as they lie in the file."""
    rows = attacks.in_place(model, "payload", survey.pk, part="")
    return [int((json.loads(row) if isinstance(row, str) else row)["marker"]) for row in rows]


def keys_in_place(survey: Survey, model) -> list[str]:
    return [str(key).replace("-", "") for key in attacks.in_place(model, model._meta.pk.column, survey.pk)]


@pytest.mark.django_db(transaction=True)
def test_fewer_than_ten_sheets_wait_and_ten_are_mixed_together(survey):
    hand_in_numbered(survey, 9)
    assert sealing.mix(survey) == 0
    assert (DropBox.objects.filter(part="").count(), Sheet.objects.count()) == (9, 0)
    hand_in_numbered(survey, 1, start=9)
    assert sealing.mix(survey) == 10
    assert (
        DropBox.objects.count(),
        Sheet.objects.filter(part="").count(),
        Sheet.objects.filter(part="say").count(),
    ) == (0, 10, 10)
    hand_in_numbered(survey, 2, start=10)
    assert sealing.mix(survey) == 0
    assert sealing.mix(survey, whole=True) == 2
    assert Counter(row.payload["marker"] for row in Sheet.objects.filter(part="")) == Counter(map(str, range(12)))


@pytest.mark.django_db(transaction=True)
def test_after_mixing_the_order_in_the_file_says_nothing_of_the_order_of_arrival(survey):
    for start in range(0, 500, 100):
        hand_in_numbered(survey, 100, start)
        sealing.mix(survey)
    found = numbers_in_place(survey, Sheet)
    assert sorted(found) == list(range(500))
    assert abs(attacks.spearman(range(500), found)) < 0.1


@pytest.mark.django_db(transaction=True)
def test_a_sheet_gets_another_number_when_it_is_mixed(survey):
    hand_in_numbered(survey, 10)
    before = set(keys_in_place(survey, DropBox))
    sealing.mix(survey)
    after = set(keys_in_place(survey, Sheet))
    assert len(after) == 20
    assert not before & after
    assert all(str(row.pk)[14] == "4" for row in Sheet.objects.all())


@on_postgres
@pytest.mark.django_db(transaction=True)
def test_marks_ballots_and_sheets_share_no_transaction(survey):
    units = list(made.leaves(survey).values())
    for person in range(40):
        DeskMark.objects.create(pk=ballots.desk_mark(survey, person), survey=survey, unit=units[0])
        made.answer(survey, units[0], made.sheet(person), say="一句话")
    assert joined_by_transaction(DeskMark, DropBox) == 0
    assert joined_by_transaction(DeskMark, SpentBallot) == 0
    sealing.mix(survey)
    sealing.rewrite()
    for one in STORE:
        for other in STORE:
            assert one is other or joined_by_transaction(one, other) == 0
    assert [transactions(model, survey.pk) for model in (DeskMark, SpentBallot, Sheet)] == [1, 1, 1]


@on_postgres
@pytest.mark.django_db(transaction=True)
def test_a_text_is_in_no_smaller_company_than_all_sheets(survey):
    """Two batches: had each kept its own transaction, a text could be tied to the few sheets of its batch."""
    hand_in_numbered(survey, 12)
    sealing.mix(survey)
    hand_in_numbered(survey, 12, start=12)
    sealing.mix(survey)
    assert transactions(Sheet, survey.pk) == 1


@on_postgres
@pytest.mark.django_db(transaction=True)
def test_the_nearest_transaction_names_nobody_after_the_nightly_rewrite(survey):
    units = list(made.leaves(survey).values())
    people = list(range(200))
    for person in people:
        DeskMark.objects.create(pk=ballots.desk_mark(survey, person), survey=survey, unit=units[0])
        made.answer(survey, units[0], made.sheet(person, marker=str(person)))
    sealing.mix(survey)
    sealing.rewrite()
    marks = {ballots.desk_mark(survey, person): person for person in people}
    by_mark = [marks[mark] for mark in keys_in_place(survey, DeskMark)]
    by_sheet = numbers_in_place(survey, Sheet)
    hits = sum(one == other for one, other in zip(by_mark, by_sheet, strict=True))
    # By chance one of 200 fits; 8 would happen once in a million.
    assert hits < 8
    assert abs(attacks.spearman(by_mark, by_sheet)) < 0.25


@on_postgres
@pytest.mark.django_db(transaction=True)
def test_no_old_version_and_no_byte_is_left_in_the_pages(survey):
    units = list(made.leaves(survey).values())
    for person in range(12):
        DeskMark.objects.create(pk=ballots.desk_mark(survey, person), survey=survey, unit=units[0])
        made.answer(survey, units[0], made.sheet(person), say="留言里的记号MARKER")
    assert b"MARKER" in attacks.raw_pages(DropBox)
    sealing.mix(survey)
    sealing.rewrite()
    sealing.sweep()
    assert [attacks.old_versions(model) for model in STORE] == [12, 12, 0, 24]
    assert attacks.raw_pages(DropBox) == b""


@pytest.mark.once
def test_sqlite_overwrites_what_is_deleted(tmp_path):
    file = tmp_path / "db.sqlite3"
    with closing(sqlite3.connect(file)) as database:
        database.executescript(environment.sqlite(file)["OPTIONS"]["init_command"])
        database.execute("CREATE TABLE box (id CHAR(32) PRIMARY KEY, payload TEXT) WITHOUT ROWID")
        database.execute("INSERT INTO box VALUES (?, 'MARKER')", [uuid4().hex])
        database.commit()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        assert b"MARKER" in file.read_bytes()
        database.execute("DELETE FROM box")
        database.commit()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        assert [entry.name for entry in tmp_path.iterdir() if b"MARKER" in entry.read_bytes()] == []


@pytest.mark.django_db(transaction=True)
def test_the_marks_lie_in_the_order_of_their_digests_or_in_none(survey):
    units = list(made.leaves(survey).values())
    people = random.Random(5).sample(range(1000), 200)
    for person in people:
        DeskMark.objects.create(pk=ballots.desk_mark(survey, person), survey=survey, unit=units[0])
    sealing.rewrite()
    arrival = {ballots.desk_mark(survey, person): place for place, person in enumerate(people)}
    assert abs(attacks.spearman(range(200), [arrival[mark] for mark in keys_in_place(survey, DeskMark)])) < 0.25


@on_postgres
@pytest.mark.django_db(transaction=True)
def test_a_comment_that_was_paraphrased_is_gone_from_the_pages_after_the_night(survey):
    comment = Comment.objects.create(survey=survey, part="all", question="say", text="原话MARKER")
    Comment.objects.filter(pk=comment.pk).update(text="转述")
    assert b"MARKER" in attacks.raw_pages(Comment)
    sealing.rewrite()
    assert b"MARKER" not in attacks.raw_pages(Comment)
    assert Comment.objects.get().text == "转述"
