"""Who is reminded of a problem, when, and that neither the matter nor a name is said."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from reminders.models import Reminder
from responsibilities.models import Problem
from responsibilities.reminding_problems import STILL_WAITING, ProblemSource
from tests import make
from tests.conftest import TODAY
from tests.responsibilities import problems_made as made


def lines(day: date = TODAY) -> set[tuple[int, str, bool]]:
    return {(line.recipient_id, line.step, line.is_late) for line in ProblemSource().missing(day)}


def test_what_was_given_to_somebody_is_said_to_him_at_once(city, today):
    made.found(city, owner=city.recorder)
    assert lines() == {(city.recorder.pk, "found", False)}


def test_what_nobody_took_is_said_after_two_working_days(city, today):
    made.found(city)
    assert lines() == set()
    # Friday the 20th: Monday is the first working day after it, Tuesday the second.
    assert lines(date(2026, 11, 23)) == set()
    assert lines(date(2026, 11, 24)) == {(city.secretary.pk, "found", False)}


def test_who_carries_it_out_is_told_a_week_before_and_when_it_is_late(city, today):
    made.in_work(city, due_on=date(2026, 12, 4))
    days = [date(2026, 11, 26), date(2026, 11, 27), date(2026, 12, 4), date(2026, 12, 5)]
    said = [{late for _, _, late in lines(day)} for day in days]
    assert said == [set(), {False}, {False}, {True}]


def test_the_checker_is_asked_to_look_and_never_who_solved_it(city, today):
    problem = made.reported(city, checker=city.deputy)
    assert lines() == {(city.deputy.pk, "reported", False)}
    Problem.objects.filter(pk=problem.pk).update(checker=None)
    assert lines() == {(city.secretary.pk, "reported", False)}
    Problem.objects.filter(pk=problem.pk).update(owner=city.secretary)
    assert lines() == set()


def test_the_raiser_is_asked(city, today):
    problem = made.reported(city, raised_by=city.member)
    made.verify(problem, city.secretary)
    assert lines() == {(city.member.pk, "asked", False)}


def test_what_was_sent_up_is_said_there(city, today):
    problem = made.in_work(city)
    made.sent_up(city, problem)
    assert lines() == {(city.office.pk, "found", False)}


def test_no_line_says_the_matter_or_a_name(city, today):
    secret, name = "看屏幕吃力", city.member.name
    problem = made.found(city, f"办公室{secret}", raised_by=city.member, owner=city.recorder, detail=secret)
    for step in ("found", "working", "reported", "asked"):
        Problem.objects.filter(pk=problem.pk).update(state=step, verified_on=TODAY, due_on=TODAY)
        for line in ProblemSource().missing(TODAY):
            assert secret not in line.title + line.detail + line.url
            assert name not in line.title + line.detail


def test_a_line_is_settled_the_moment_the_problem_goes_on(city, today):
    problem = made.found(city, owner=city.recorder, due_on=date(2027, 1, 20))
    source = ProblemSource()
    Reminder.objects.reconcile(source.name, source.missing(TODAY), make.moment(TODAY))
    assert Reminder.objects.filter(STILL_WAITING).count() == 1
    key = Reminder.objects.get().key
    assert source.still_wanted([key], TODAY) == {key}
    Problem.objects.filter(pk=problem.pk).update(state="claimed")
    assert Reminder.objects.filter(STILL_WAITING).count() == 0
    assert source.still_wanted([key], TODAY) == set()


@pytest.mark.parametrize("size", [1, 3])
def test_it_takes_the_same_queries_at_any_size(city, today, django_assert_num_queries, size):
    for number in range(size):
        made.found(city, f"第{number}件事", found_on=TODAY - timedelta(days=number))
    with django_assert_num_queries(3):
        ProblemSource().missing(TODAY)
