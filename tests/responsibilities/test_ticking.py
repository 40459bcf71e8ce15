"""Ticking: a record ticks what it proves, a withdrawal unticks it, and the tallies always say what a recount says."""

from __future__ import annotations

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from activities.recording import correct, withdraw
from programmes import exempting
from responsibilities import ticking
from responsibilities.models import Assignment, Evidence, Measure, Rhythm
from tests import make
from tests.responsibilities import duties_made

TODAY = date(2026, 11, 20)


def tallies(row: Assignment) -> tuple[int, int, date | None]:
    row.refresh_from_db()
    return row.measures, row.done, row.first_due_on


def recorded(city, on: date, **fields):
    return make.activity(city.first, "theme-party-day", on=on, by=city.secretary, today=max(on, TODAY), **fields)


def test_a_record_ticks_the_measure_of_its_month_and_of_no_other(city, today):
    duty_list = duties_made.small_list(city)
    recorded(city, date(2026, 11, 3))
    november, october = (duties_made.measure(duty_list, 1, city.first, key) for key in ("2026-11", "2026-10"))
    assert (november.done, november.done_on) == (1, date(2026, 11, 3))
    assert (october.done, october.done_on) == (0, None)
    assert tallies(november.assignment) == (11, 1, date(2026, 1, 31))


def test_another_kind_and_another_branch_tick_nothing(city, today):
    duty_list = duties_made.small_list(city)
    make.activity(city.first, "committee-meeting", on=date(2026, 11, 3), by=city.secretary, today=TODAY)
    make.activity(city.second, "theme-party-day", on=date(2026, 11, 3), by=city.other_secretary, today=TODAY)
    assert duties_made.measure(duty_list, 1, city.first).done == 0
    assert duties_made.measure(duty_list, 1, city.second).done == 1


def test_a_partner_is_ticked_until_it_declines(city, today):
    from activities.recording import decline

    duty_list = duties_made.small_list(city)
    record = recorded(city, date(2026, 11, 3), partners=(city.second,))
    assert duties_made.measure(duty_list, 1, city.second).done == 1
    partnership = record.partnerships.get()
    decline(partnership, reason="另有安排", by=city.other_secretary, now=make.moment(TODAY), today=TODAY)
    assert duties_made.measure(duty_list, 1, city.second).done == 0


def test_moving_a_record_to_another_month_moves_the_tick_and_withdrawing_takes_it(city, today):
    duty_list = duties_made.small_list(city)
    record = recorded(city, date(2026, 11, 3))
    moved = make.entry(city.first, "theme-party-day", on=date(2026, 10, 12), title=record.title)
    at = {"by": city.secretary, "now": make.moment(TODAY), "today": TODAY}
    correct(record, moved, revision=record.revision, reason="日期写错了", **at)
    assert [duties_made.measure(duty_list, 1, city.first, key).done for key in ("2026-10", "2026-11")] == [1, 0]
    withdraw(record, reason="重复了", **at)
    assert [duties_made.measure(duty_list, 1, city.first, key).done for key in ("2026-10", "2026-11")] == [0, 0]


def test_what_follows_an_obligation_is_exempt_with_it(city, today):
    duty_list = duties_made.draft(city)
    duties_made.line(duty_list, "每月主题党日", kinds=("theme-party-day",), requirement_code="theme-party-day-monthly")
    duties_made.issued(duty_list)
    measure = duties_made.measure(duty_list, 1, city.first)
    owed = make.obligation(city.first, "theme-party-day-monthly", "2026-11")
    assert (measure.obligation, measure.due_on) == (owed, owed.due_on)
    why = {"cause": "away", "reason": "集中外出", "by": city.secretary, "now": make.moment(TODAY)}
    asked = exempting.ask(city.first, owed, until=owed.ends_on, **why)
    measure.refresh_from_db()
    assert measure.exempt
    exempting.take_back(asked, by=city.secretary, now=make.moment(TODAY))
    measure.refresh_from_db()
    assert not measure.exempt
    recorded(city, date(2026, 11, 3))
    measure.refresh_from_db()
    assert (measure.done, measure.done_on) == (1, date(2026, 11, 3))


def test_where_nothing_is_owed_there_is_no_measure(city, today):
    duty_list = duties_made.draft(city)
    duties_made.line(
        duty_list, "每月支委会", kinds=("committee-meeting",), requirement_code="committee-meeting-monthly"
    )
    duties_made.issued(duty_list)
    # The second branch has no committee of seven members, so the rule does not ask it.
    assert duties_made.assignment(duty_list, 1, city.second).own_measures.count() == 0


def test_text_ticks_an_unbound_measure(city, today):
    duty_list = duties_made.small_list(city)
    measure = duties_made.measure(duty_list, 2, city.first, "2026")
    line = {
        "text": "2月召开支委会定了计划",
        "done_on": date(2026, 2, 20),
        "by": city.secretary,
        "at": make.moment(TODAY),
    }
    said = Evidence.objects.create(measure=measure, **line)
    ticking.recount_measures([measure.pk])
    measure.refresh_from_db()
    assert (measure.done, measure.done_on) == (1, date(2026, 2, 20))
    said.withdrawn_at = make.moment(TODAY)
    said.save()
    ticking.recount_measures([measure.pk])
    measure.refresh_from_db()
    assert (measure.done, measure.done_on) == (0, None)


def test_a_rebuild_finds_nothing_after_the_verbs_and_mends_what_was_broken(city, today):
    duty_list = duties_made.small_list(city)
    recorded(city, date(2026, 11, 3))
    assert ticking.rebuild() == 0
    Measure.objects.filter(assignment=duties_made.assignment(duty_list, 1, city.first)).update(done=5)
    Assignment.objects.filter(organisation=city.second).update(measures=99)
    said = StringIO()
    call_command("recount_measures", stdout=said)
    assert said.getvalue() == "改正了 13 处。\n"
    assert ticking.rebuild() == 0


def test_a_record_costs_one_query_more_where_no_duty_is_touched(city, today, django_assert_num_queries):
    with django_assert_num_queries(1):
        ticking.after_counting([city.first.pk], {TODAY}, [])


def test_a_record_costs_as_many_queries_for_many_duties_as_for_one(city, today, django_assert_num_queries):
    duty_list = duties_made.draft(city)
    for number in range(4):
        duties_made.line(duty_list, f"第{number}项", kinds=("theme-party-day",), rhythm=Rhythm.QUARTER)
    duties_made.issued(duty_list)
    make.activity(city.first, "theme-party-day", on=date(2026, 11, 3), by=city.secretary, today=TODAY)
    with django_assert_num_queries(6):
        ticking.after_counting([city.first.pk], {TODAY}, [])


@pytest.mark.parametrize("day", [date(2026, 10, 31), date(2026, 12, 1)])
def test_the_days_beside_a_month_do_not_belong_to_it(city, today, day):
    duty_list = duties_made.small_list(city)
    if day <= TODAY:
        recorded(city, day)
    assert duties_made.measure(duty_list, 1, city.first).done == 0
