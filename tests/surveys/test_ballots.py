"""Ballots: signed, typed by hand, stored nowhere; the key goes with the survey."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from surveys import ballots, keys
from surveys.models import Survey

pytestmark = pytest.mark.once


@pytest.fixture
def survey(settings, tmp_path) -> Survey:
    settings.SURVEY_KEYS = tmp_path
    survey = Survey(title="调研", code="k3m9pq")
    keys.make(survey)
    return survey


def test_a_ballot_says_its_unit_and_is_sixteen_characters_in_four_groups(survey):
    for unit in (0, 1, 77, 4095):
        typed = ballots.issue(survey, unit)
        assert [len(group) for group in typed.split(" ")] == [4, 4, 4, 4]
        assert ballots.read(survey, typed).unit == unit


@pytest.mark.parametrize(
    "written",
    [
        lambda typed: typed.lower(),
        lambda typed: typed.replace(" ", ""),
        lambda typed: typed.replace(" ", "-"),
        lambda typed: typed.replace("0", "o").replace("1", "l"),
        lambda typed: "".join(chr(ord(c) + 0xFEE0) if c.isalnum() else "　" for c in typed),
        lambda typed: f"  {typed}\n",
    ],
)
def test_however_it_is_typed_it_is_the_same_ballot(survey, written):
    typed = ballots.issue(survey, 5)
    assert ballots.read(survey, written(typed)) == ballots.read(survey, typed)


@pytest.mark.parametrize("typed", ["", " ", "1234", "0" * 16, "A" * 17, "票" * 16, "!!!! !!!! !!!! !!!!", "0" * 5000])
def test_what_is_no_ballot_is_refused_in_one_sentence(survey, typed):
    with pytest.raises(ValidationError, match="对不上"):
        ballots.read(survey, typed)


def test_one_changed_character_is_no_ballot(survey):
    typed = ballots.issue(survey, 5).replace(" ", "")
    for place, letter in enumerate(typed):
        other = "7" if letter != "7" else "9"
        with pytest.raises(ValidationError):
            ballots.read(survey, typed[:place] + other + typed[place + 1 :])


def test_a_ballot_is_good_for_its_own_survey_alone(survey):
    other = Survey(title="另一份", code="zzzzzz")
    keys.make(other)
    with pytest.raises(ValidationError):
        ballots.read(other, ballots.issue(survey, 5))


def test_no_two_ballots_are_alike_and_neither_are_their_marks(survey):
    typed = {ballots.issue(survey, 5) for _ in range(500)}
    assert len(typed) == 500
    assert len({ballots.read(survey, one).spent_hash for one in typed}) == 500


def test_marks_of_the_desk_differ_by_person_and_survey_and_are_never_a_ballots(survey):
    other = Survey(title="另一份", code="zzzzzz")
    keys.make(other)
    marks = {ballots.desk_mark(one, person) for one in (survey, other) for person in range(50)}
    assert len(marks) == 100
    assert all(len(mark) == 64 for mark in marks)


def test_without_the_key_nothing_can_be_read_or_made(survey):
    typed = ballots.issue(survey, 5)
    keys.destroy(survey)
    assert not keys.exists(survey)
    for act in (
        lambda: ballots.issue(survey, 5),
        lambda: ballots.read(survey, typed),
        lambda: ballots.desk_mark(survey, 1),
    ):
        with pytest.raises(keys.KeyGoneError):
            act()
    keys.destroy(survey)


def test_the_key_is_its_owners_alone_and_is_never_made_twice(survey, tmp_path):
    file = tmp_path / "k3m9pq.key"
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        keys.make(survey)
