"""A ballot counts once, whatever happens at the same moment; what is too late is not kept."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections

from surveys import ballots
from surveys.answering import Given
from surveys.handing_in import AlreadySpentError, hand_in
from surveys.models import DropBox, Sheet, SpentBallot, Survey
from tests.surveys import surveys_made as made


@pytest.fixture
def survey(city) -> Survey:
    made.crowd(city)
    return made.launched(city)


@pytest.mark.django_db
def test_a_sheet_is_rows_without_a_common_mark(survey):
    made.answer(survey, 2, made.sheet(1), say="一句话", **{"worry.other": "别的"})
    rows = DropBox.objects.values_list("part", "payload", "unit")
    assert set(rows.values_list("part", flat=True)) == {"", "say", "worry.other"}
    assert len({row.pk for row in DropBox.objects.all()}) == 3
    assert SpentBallot.objects.count() == 1


@pytest.mark.django_db
def test_a_used_ballot_is_refused_and_changes_nothing(survey):
    typed = made.answer(survey, 2, made.sheet(1))
    with pytest.raises(AlreadySpentError):
        hand_in(survey, ballots.read(survey, typed), Given(made.sheet(2)), now=made.NOW)
    assert [row.payload for row in DropBox.objects.all()] == [made.sheet(1)]


@pytest.mark.django_db
@pytest.mark.parametrize("hours", [-2, 24 * 8])
def test_before_and_after_nothing_is_taken(survey, hours):
    ballot = ballots.read(survey, ballots.issue(survey, 2))
    with pytest.raises(ValidationError, match="没有收下"):
        hand_in(survey, ballot, Given(made.sheet(1)), now=made.NOW + timedelta(hours=hours))
    assert not DropBox.objects.exists()
    assert not SpentBallot.objects.exists()


@pytest.mark.django_db
def test_what_the_database_refuses_leaves_the_ballot_unspent(survey, monkeypatch):
    def broken(*rows: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(DropBox.objects, "bulk_create", broken)
    ballot = ballots.read(survey, ballots.issue(survey, 2))
    with pytest.raises(RuntimeError):
        hand_in(survey, ballot, Given(made.sheet(1)), now=made.NOW)
    assert not SpentBallot.objects.exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_with_one_ballot_are_one(survey):
    ballot = ballots.read(survey, ballots.issue(survey, 2))
    gate, outcomes = threading.Barrier(50), []

    def one(number: int) -> None:
        gate.wait()
        try:
            hand_in(survey, ballot, Given(made.sheet(number)), now=made.NOW)
            outcomes.append("taken")
        except AlreadySpentError:
            outcomes.append("spent")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["spent"] * 49 + ["taken"]
    assert (DropBox.objects.count(), SpentBallot.objects.count()) == (1, 1)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_mixing_while_people_hand_in_loses_and_doubles_nothing(survey):
    from surveys import sealing

    done = threading.Event()

    def people(start: int) -> None:
        try:
            for number in range(start, start + 60):
                made.answer(survey, 2, made.sheet(number, marker=str(number)))
        finally:
            connections.close_all()

    def mixer() -> None:
        try:
            while not done.is_set():
                sealing.mix(survey)
                sealing.rewrite()
        finally:
            connections.close_all()

    writers = [threading.Thread(target=people, args=(start,)) for start in (0, 100, 200)]
    mixing = threading.Thread(target=mixer)
    for thread in [*writers, mixing]:
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    mixing.join()
    sealing.mix(survey, whole=True)
    markers = sorted(int(row.payload["marker"]) for row in Sheet.objects.all())
    assert markers == [*range(60), *range(100, 160), *range(200, 260)]
    assert SpentBallot.objects.count() == 180
    assert connection.vendor == "postgresql"
