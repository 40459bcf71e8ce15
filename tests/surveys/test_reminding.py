"""Reminders of surveys: to all whom they ask, in the same words, at most twice, whoever answered."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organisations.appointing import transfer
from organisations.models import Category, Person
from reminders import digesting
from reminders.models import Holiday, Reminder, ReminderState
from surveys import audience, desk
from surveys.models import DeskMark, SpentBallot, Survey, Who
from surveys.reminding import SurveySource
from tests import make
from tests.conftest import TODAY
from tests.surveys import surveys_made as made

NOW = made.NOW
# It opens on Friday the 20th and closes on Friday the 27th: two working days before that is Wednesday the 25th.
AGAIN = date(2026, 11, 25)


@pytest.fixture
def survey(city, today) -> Survey:
    made.crowd(city)
    return made.launched(city)


def lines(day: date = TODAY) -> list[Any]:
    return SurveySource().missing(day)


def readers(day: date = TODAY) -> list[int]:
    return sorted(line.recipient_id for line in lines(day))


def some_answered(survey: Survey) -> None:
    """Some take a ballot, some hand in, some do neither."""
    for person in Person.objects.filter(pk__in=audience.asked_people(survey)).order_by("pk")[:3]:
        desk.hand_out(survey, by=person, now=NOW)
    for unit in made.leaves(survey).values():
        made.answer(survey, unit, made.sheet(unit))
    assert (DeskMark.objects.count(), SpentBallot.objects.count()) == (3, len(made.leaves(survey)))


@pytest.mark.parametrize("who", Who)
def test_the_send_list_is_the_list_of_all_whom_it_asks(city, today, who):
    made.crowd(city)
    # Somebody of each kind who must not be missed, and who must not be asked.
    make.person("孤身", None, birth_year=1990)
    make.person("早走的", city.second, birth_year=1990)
    transfer(Person.objects.get(name="早走的"), to=city.water_branch, on=date(2026, 11, 1), today=TODAY, tell=False)
    make.person("老职工", city.water_branch, category=Category.STAFF, birth_year=1969)
    survey = made.launched(city, who=who)
    before = readers()
    assert before == sorted(audience.asked_people(survey))
    assert len(before) == len(set(before)) == survey.units.get(parent=None).heads
    some_answered(survey)
    assert readers() == before
    assert readers(AGAIN) == before


def test_who_moved_since_the_launch_is_still_asked_and_who_came_is_not(city, survey):
    before = readers()
    transfer(city.member, to=city.second, on=date(2026, 11, 21), today=TODAY, tell=False)
    make.person("新来的", city.second, since=date(2026, 11, 21), birth_year=1990)
    assert readers(AGAIN) == before == sorted(audience.asked_people(survey))


def test_whoever_answered_is_reminded_like_everybody(city, survey):
    words = {(line.title, line.detail, line.url, line.step, line.due_on) for line in lines(AGAIN)}
    some_answered(survey)
    again = {(line.title, line.detail, line.url, line.step, line.due_on) for line in lines(AGAIN)}
    assert len(words) == 1
    assert again == words


def test_the_words_say_until_when_and_that_whoever_answered_may_ignore_them(city, survey):
    (title, detail, url) = {(line.title, line.detail, line.url) for line in lines()}.pop()
    assert title == "请你填：第四季度思想动态调研"
    assert detail.startswith("11月27日 10:02 截止，约 ")
    assert detail.endswith("填不填由你，若已填写请忽略。")
    assert url == f"/surveys/{survey.pk}/desk/"
    assert {line.title for line in lines(AGAIN)} == {"快截止了：第四季度思想动态调研"}


def test_it_is_said_on_two_days_at_most(city, survey):
    day, said = TODAY - timedelta(days=3), []
    while day <= TODAY + timedelta(days=12):
        said += [(line.recipient_id, line.step, line.due_on) for line in lines(day)]
        day += timedelta(days=1)
    each = {person: {key[1:] for key in said if key[0] == person} for person, *_ in said}
    assert set(each) == set(audience.asked_people(survey))
    assert all(steps == {("open", TODAY), ("closing", AGAIN)} for steps in each.values())
    assert lines(TODAY - timedelta(days=1)) == lines(TODAY + timedelta(days=8)) == []


def test_holidays_move_the_second_day(city, survey):
    Holiday.objects.create(date=date(2026, 11, 26), is_workday=False)
    assert {line.due_on for line in lines(date(2026, 11, 24))} == {date(2026, 11, 24)}


def test_a_survey_of_two_days_is_said_once(city, today):
    made.launched(city, closes_at=NOW + timedelta(days=1), publish_on=TODAY + timedelta(days=10))
    said = {(line.step, line.due_on) for day in (0, 1) for line in lines(TODAY + timedelta(days=day))}
    assert said == {("open", TODAY)}


def test_a_draft_and_what_begins_later_say_nothing(city, today):
    made.draft(city)
    made.launched(city, opens_at=NOW + timedelta(days=3))
    assert lines() == []
    assert {line.due_on for line in lines(TODAY + timedelta(days=3))} == {TODAY + timedelta(days=3)}


def deliver(day: date) -> None:
    now = make.moment(day, 9, 0)
    digesting.reconcile(now, [SurveySource()])
    digesting.deliver(now, [SurveySource()])


def sent(step: str) -> list[int]:
    rows = Reminder.objects.filter(state=ReminderState.SENT, step=step)
    return sorted(rows.values_list("recipient_id", flat=True))


def test_the_ledger_sends_to_all_twice_and_no_more(city, survey):
    asked = sorted(audience.asked_people(survey))
    for day in range(8):
        deliver(TODAY + timedelta(days=day))
        if day == 2:
            some_answered(survey)
    assert (sent("open"), sent("closing")) == (asked, asked)
    assert Reminder.objects.count() == 2 * len(asked)


def test_the_bell_stops_when_the_survey_ends_and_not_when_somebody_answers(city, survey, time_machine):
    deliver(TODAY)
    asked = len(set(audience.asked_people(survey)))
    some_answered(survey)
    assert Reminder.objects.filter(SurveySource().still_open()).count() == asked
    keys = [row.key for row in Reminder.objects.all()]
    assert SurveySource().still_wanted(keys, TODAY) == set(keys)
    assert SurveySource().still_wanted(keys, TODAY + timedelta(days=9)) == set()
    time_machine.move_to(survey.closes_at, tick=False)
    assert not Reminder.objects.filter(SurveySource().still_open()).exists()


def test_queries_are_as_many_with_one_survey_as_with_three(city, survey):
    def counted() -> int:
        with CaptureQueriesContext(connection) as asked:
            lines()
        return len(asked)

    one = counted()
    for place in range(2):
        made.launched(city, title=f"另一份{place}", organisation=city.water)
    assert counted() == one == 3


def test_nothing_in_it_reads_the_store(city, survey):
    with CaptureQueriesContext(connection) as asked:
        lines(AGAIN)
        list(Reminder.objects.filter(SurveySource().still_open()))
    read = " ".join(query["sql"] for query in asked)
    for model in (DeskMark, SpentBallot):
        assert model._meta.db_table not in read
    assert "surveys_dropbox" not in read
    assert "surveys_sheet" not in read


def test_the_moment_of_the_end_is_in_shanghai(city, today):
    ends = datetime.fromisoformat("2026-11-30T23:30:00+08:00")
    made.launched(city, closes_at=ends, publish_on=date(2026, 12, 2))
    assert {line.detail[:15] for line in lines()} == {"11月30日 23:30 截止"}
    assert lines(date(2026, 11, 30)) != []
    assert lines(date(2026, 12, 1)) == []
