"""A hand-over is said to each side until it has confirmed, and the self-check in the last two weeks of a half-year."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from organisations.appointing import end
from programmes.periods import parse
from reminders.models import Reminder, ReminderState
from responsibilities import handing_over, self_checking
from responsibilities.models import Rhythm
from responsibilities.reminding_duties import HandoverSource, SelfCheckSource
from tests import make
from tests.responsibilities import duties_made, measures_made

TODAY = date(2026, 11, 20)
NOW = make.moment(TODAY)
HALF = parse("2026-H2")


@pytest.fixture
def duty_list(city, today):
    return duties_made.small_list(city)


def sent(source, line) -> Reminder:
    """The line, sent."""
    row = Reminder.from_line(source.name, line, NOW)
    row.state, row.sent_at = ReminderState.SENT, NOW
    row.save()
    return row


def is_open(source) -> bool:
    return Reminder.objects.filter(source.still_open(), source=source.name).exists()


def test_each_side_is_told_until_its_own_word(city, duty_list):
    measures_made.change_secretary(city, city.deputy)
    row = measures_made.handover(city, duty_list, city.secretary, city.deputy)
    source = HandoverSource()
    first, second = source.missing(TODAY)
    assert (first.recipient_id, second.recipient_id) == (city.secretary.pk, city.deputy.pk)
    assert (first.title, first.detail) == ("第一党支部支部书记交接，等你确认", "林知远移交给周以宁")
    assert (first.due_on, first.url) == (TODAY, reverse("handover", args=[row.pk]))
    reminder = sent(source, first)
    assert is_open(source)
    handing_over.give(row, by=city.secretary, now=NOW)
    assert not is_open(source)
    assert source.still_wanted([reminder.key, second.key], TODAY) == {second.key}
    handing_over.cancel(row, by=city.deputy, now=NOW, today=TODAY)
    assert source.missing(TODAY) == []


@pytest.mark.parametrize(
    ("day", "said"),
    [(date(2026, 12, 15), False), (date(2026, 12, 16), True), (date(2026, 12, 31), True), (date(2027, 1, 1), False)],
)
def test_the_self_check_is_said_in_the_last_two_weeks(city, duty_list, day, said):
    assert bool(SelfCheckSource().missing(day)) == said


def test_it_is_said_to_each_who_holds_a_post_until_he_has_finished(city, duty_list):
    day, source = date(2026, 12, 16), SelfCheckSource()
    lines = {line.recipient_id: line for line in source.missing(day)}
    assert set(lines) == {city.secretary.pk, city.other_secretary.pk, city.stranger.pk}
    line = lines[city.secretary.pk]
    assert (line.title, line.due_on) == ("2026年下半年自查（第一党支部）", day)
    assert line.url == f"{reverse('self-check')}?half=2026-H2&organisation={city.first.pk}"
    sent(source, line)
    words = {"shortfalls": "谈心谈话做得少。", "plans": ""}
    at = {"by": city.secretary, "now": NOW}
    self_checking.save(city.secretary, city.first, HALF, **words, **at)
    assert is_open(source)
    self_checking.finish(city.secretary, city.first, HALF, today=TODAY, **words, **at)
    assert not is_open(source)
    assert source.still_wanted([line.key for line in lines.values()], day) == {
        line.key for pk, line in lines.items() if pk != city.secretary.pk
    }
    end(city.stranger.appointments.get(), on=day, today=TODAY)
    assert {line.recipient_id for line in source.missing(day)} == {city.other_secretary.pk}


@pytest.mark.parametrize("branches", [1, 3])
def test_it_asks_the_same_at_any_size(city, today, django_assert_num_queries, branches):
    duty_list = duties_made.draft(city)
    for number in range(branches):
        duties_made.line(duty_list, f"第{number}项", rhythm=Rhythm.YEAR)
    duties_made.issued(duty_list)
    with django_assert_num_queries(4):
        assert len(SelfCheckSource().missing(date(2026, 12, 20))) == 3
    with django_assert_num_queries(1):
        assert HandoverSource().missing(TODAY) == []
