"""Closing counts once, publishes what was fixed, and destroys what knew of ballots; destroying leaves tables alone."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest

from surveys import ballots, closing, destroying, keys, sealing, tasks
from surveys.handing_in import hand_in
from surveys.models import (
    STORE,
    Comment,
    DeskMark,
    DropBox,
    Part,
    ReleasedTable,
    Sheet,
    SpentBallot,
    State,
    Survey,
)
from tests.surveys import surveys_made as made

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey(city) -> Survey:
    made.crowd(city)
    return made.answered(city)


def over(survey: Survey):
    return survey.closes_at + timedelta(minutes=1)


def test_nothing_is_closed_before_its_time(survey):
    assert closing.close(survey, now=made.NOW) is False
    assert closing.close_due(made.NOW) == 0
    assert not ReleasedTable.objects.exists()


def test_after_closing_there_are_tables_and_no_trace_of_ballots(survey):
    units = list(made.leaves(survey).values())
    DeskMark.objects.create(pk=ballots.desk_mark(survey, 1), survey=survey, unit=units[0])
    assert closing.close_due(over(survey)) == 1
    survey.refresh_from_db()
    assert survey.state(over(survey)) == State.CLOSED
    assert [model.objects.count() for model in (DeskMark, SpentBallot, DropBox)] == [0, 0, 0]
    assert Sheet.objects.filter(part="").count() == 8 * len(units)
    assert not keys.exists(survey)
    kinds = Counter(ReleasedTable.objects.values_list("kind", flat=True))
    assert kinds["response"] >= 1
    assert kinds["question"] >= 5
    assert Part.objects.get(key="all").leaves == sorted(units)


def test_it_closes_once(survey):
    assert closing.close(survey, now=over(survey)) is True
    tables = ReleasedTable.objects.count()
    assert closing.close(survey, now=over(survey)) is False
    assert closing.close_due(over(survey)) == 0
    assert ReleasedTable.objects.count() == tables


def test_what_comes_in_while_it_counts_is_counted_too(survey, monkeypatch):
    """Somebody let in at the last second commits after the first count."""
    late = ballots.read(survey, ballots.issue(survey, next(iter(made.leaves(survey).values()))))
    counted, real = [], closing._made

    def meanwhile(row):
        counted.append(Sheet.objects.filter(part="").count())
        if len(counted) == 1:
            hand_in(survey, late, made.Given(made.sheet(99)), now=made.NOW)
        return real(row)

    monkeypatch.setattr(closing, "_made", meanwhile)
    assert closing.close(survey, now=over(survey)) is True
    assert [second - first for first, second in pairwise(counted)] == [1]
    assert not DropBox.objects.exists()


def test_a_failure_while_counting_leaves_everything_as_it_was(survey, monkeypatch):
    monkeypatch.setattr(closing.publishing, "tables", lambda *a: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        closing.close(survey, now=over(survey))
    survey.refresh_from_db()
    assert survey.closed_at is None
    assert keys.exists(survey)
    assert SpentBallot.objects.exists()


def test_more_ballots_used_than_given_out_show_where(survey):
    """A key holder who makes ballots for himself cannot make the marks of people who took them."""
    closing.close(survey, now=over(survey))
    leaves = survey.units.filter(is_leaf=True)
    assert all(leaf.ballots_spent == 8 and leaf.ballots_out == 0 for leaf in leaves)


def test_where_the_numbers_fit_only_the_whole_is_told(survey):
    survey.units.filter(is_leaf=True).update(slips_printed=9)
    closing.close(survey, now=over(survey))
    assert set(survey.units.filter(is_leaf=True).values_list("ballots_out", "ballots_spent")) == {(None, None)}
    whole = survey.units.get(number=0)
    assert (whole.ballots_out, whole.ballots_spent) == (9 * len(made.leaves(survey)), 8 * len(made.leaves(survey)))


def test_comments_are_masked_and_tied_to_nothing(city):
    made.crowd(city)
    survey = made.launched(city)
    for unit in made.leaves(survey).values():
        for place in range(8):
            made.answer(survey, unit, made.sheet(place), say=f"{city.secretary.name}书记说{place}，电话 13812345678")
    closing.close(survey, now=over(survey))
    texts = list(Comment.objects.values_list("text", flat=True))
    assert len(texts) >= 10
    assert not any(city.secretary.name in text or "13812345678" in text for text in texts)
    assert set(Comment.objects.values_list("part", flat=True)) <= {part.key for part in survey.parts.all()}


def test_too_few_answers_publish_nothing_and_still_close(city):
    made.crowd(city)
    survey = made.launched(city)
    for place in range(4):
        made.answer(survey, next(iter(made.leaves(survey).values())), made.sheet(place), say="话")
    assert closing.close(survey, now=over(survey)) is True
    assert not ReleasedTable.objects.filter(kind="question").exists()
    assert not Comment.objects.exists()


def test_nobody_answered(city):
    made.crowd(city)
    survey = made.launched(city)
    assert closing.close(survey, now=over(survey)) is True
    assert not ReleasedTable.objects.filter(kind="question").exists()


def test_sheets_are_destroyed_on_the_day_and_the_tables_stay(survey):
    closing.close(survey, now=over(survey))
    day = over(survey) + timedelta(days=survey.retention_days - 1)
    assert destroying.destroy_due(day) == 0
    assert Sheet.objects.exists()
    day += timedelta(days=1)
    tables = ReleasedTable.objects.count()
    assert destroying.destroy_due(day) == 1
    assert [model.objects.count() for model in STORE] == [0, 0, 0, 0]
    assert ReleasedTable.objects.count() == tables
    survey.refresh_from_db()
    certificate = survey.destruction.certificate
    assert (certificate["destroyed"], certificate["left"], certificate["key_left"]) == (24, 0, False)
    assert survey.state(day) == State.DESTROYED
    assert destroying.destroy(survey, now=day) is False


def test_what_is_not_closed_is_never_destroyed(survey):
    assert destroying.destroy(survey, now=over(survey) + timedelta(days=90)) is False
    assert SpentBallot.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_beat_mixes_rewrites_closes_and_destroys(city, time_machine):
    time_machine.move_to(made.NOW, tick=False)
    made.crowd(city)
    survey = made.answered(city)
    tasks.mix_sheets.delay()
    assert (DropBox.objects.count(), Sheet.objects.filter(part="").count()) == (0, 24)
    tasks.rewrite_marks.delay()
    tasks.update_meters.delay()
    time_machine.move_to(over(survey), tick=False)
    tasks.close_surveys.delay()
    survey.refresh_from_db()
    assert survey.closed_at is not None
    time_machine.move_to(over(survey) + timedelta(days=31), tick=False)
    tasks.destroy_sheets.delay()
    assert not Sheet.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_nothing_of_a_sheet_travels_through_the_broker(city, monkeypatch):
    """A task is called without anything: what is not in the message cannot be read from it."""
    sent = []
    monkeypatch.setattr(
        "celery.app.task.Task.apply_async",
        lambda self, args=None, kwargs=None, **more: sent.append((self.name, args, kwargs)),
    )
    made.crowd(city)
    survey = made.answered(city)
    sealing.mix(survey)
    closing.close(survey, now=over(survey))
    assert sent == []
    for task in (tasks.mix_sheets, tasks.rewrite_marks, tasks.close_surveys, tasks.destroy_sheets, tasks.update_meters):
        task.delay()
    assert all(not args and not kwargs for _, args, kwargs in sent)
    assert len(sent) == 5
