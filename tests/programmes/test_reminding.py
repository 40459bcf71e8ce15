"""Who is reminded of what, and when: the sources of this floor."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse

from activities.recording import withdraw
from organisations.appointing import end
from organisations.models import Level, Organisation, Person
from organisations.tree import close
from programmes.exempting import ask
from programmes.models import Obligation, Requirement
from programmes.reminding import BirthdaySource, ObligationSource, Owners, TermSource, reached_step
from reminders.models import Wanted
from tests import make
from tests.conftest import City

TODAY = date(2026, 11, 20)
THEME = "theme-party-day-monthly"


def about(where: Organisation, code: str, period: str, today: date) -> list[Wanted]:
    """The lines about one obligation."""
    row = make.obligation(where, code, period)
    return [line for line in ObligationSource().missing(today) if line.subject == str(row.pk)]


@pytest.mark.parametrize(
    ("today", "step"),
    [
        (date(2026, 11, 22), None),
        (date(2026, 11, 23), ("7", date(2026, 11, 23))),
        (date(2026, 11, 29), ("7", date(2026, 11, 23))),
        (date(2026, 11, 30), ("0", date(2026, 11, 30))),
        (date(2026, 12, 1), ("late", date(2026, 12, 1))),
        (date(2027, 2, 1), ("late", date(2026, 12, 1))),
    ],
)
def test_the_latest_step_that_has_come(today: date, step: tuple[str, date] | None) -> None:
    assert reached_step(date(2026, 11, 30), [7, 0], today) == step


def test_a_week_before_the_month_ends_the_secretary_reads_what_the_rule_asks(city: City) -> None:
    assert about(city.first, THEME, "2026-11", date(2026, 11, 22)) == []
    (line,) = about(city.first, THEME, "2026-11", date(2026, 11, 25))
    assert (line.recipient_id, line.step, line.due_on, line.about_on) == (
        city.secretary.pk,
        "7",
        date(2026, 11, 23),
        date(2026, 11, 30),
    )
    assert line.title == "11月主题党日还没有记录"
    assert line.detail == "规则：主题党日每月 1 次，11月30日到期"
    assert line.url == f"{reverse('activity-log')}?kind=theme-party-day&organisation={city.first.pk}"
    assert not line.is_late


def test_the_quarter_is_said_three_weeks_and_a_week_before_and_on_the_day(city: City) -> None:
    days = [date(2026, 12, 9), date(2026, 12, 10), date(2026, 12, 24), date(2026, 12, 31), date(2027, 1, 1)]
    steps = [[line.step for line in about(city.first, "branch-meeting-quarterly", "2026-Q4", day)] for day in days]
    assert steps == [[], ["21"], ["7"], ["0"], ["late"]]


def test_a_ladder_that_the_committee_changed_is_kept_to(city: City) -> None:
    Requirement.objects.filter(code=THEME).update(remind_before=[12, 3])
    assert [line.step for line in about(city.first, THEME, "2026-11", TODAY)] == ["12"]


def test_what_is_overdue_is_said_until_the_next_period_is_over(city: City) -> None:
    (line,) = about(city.first, THEME, "2026-10", TODAY)
    assert (line.step, line.due_on, line.is_late) == ("late", date(2026, 11, 1), True)
    assert line.title == "10月主题党日还没有记录"
    assert about(city.first, THEME, "2026-10", date(2026, 11, 30))
    assert about(city.first, THEME, "2026-10", date(2026, 12, 1)) == []


def test_the_year_stands_in_the_title_once_it_is_over(city: City) -> None:
    (line,) = about(city.first, "branch-meeting-quarterly", "2026-Q4", date(2027, 1, 5))
    assert line.title == "2026年第四季度支部党员大会还没有记录"


def test_a_groups_meeting_is_its_leaders_and_without_one_the_secretarys(city: City) -> None:
    (led,) = about(city.first_group, "group-meeting-monthly", "2026-10", TODAY)
    assert (led.recipient_id, led.title) == (city.leader.pk, "10月党小组会还没有记录")
    (unled,) = about(city.second_group, "group-meeting-monthly", "2026-10", TODAY)
    assert (unled.recipient_id, unled.title) == (city.secretary.pk, "10月党小组会（第二党小组）还没有记录")


def test_without_a_secretary_it_is_the_deputys_and_without_both_the_organs(city: City) -> None:
    assert [owner.person_id for owner in Owners(TODAY).of(city.first.path)] == [city.secretary.pk]
    end(city.secretary.appointments.get(), on=TODAY, today=TODAY)
    assert [owner.person_id for owner in Owners(TODAY).of(city.first.path)] == [city.deputy.pk]
    end(city.deputy.appointments.get(), on=TODAY, today=TODAY)
    assert [owner.person_id for owner in Owners(TODAY).of(city.first.path)] == [city.office.pk]


def test_whoever_may_not_record_is_led_to_the_organisation(city: City) -> None:
    head = make.holds(make.person("顾明远"), "committee-secretary", city.committee)
    lines = [line for line in ObligationSource().missing(date(2026, 12, 20)) if line.recipient_id == head.pk]
    assert {line.url for line in lines} == {reverse("organisation", args=[city.water.pk])}
    assert "第四季度机关党委会议（市水务局机关党委）还没有记录" in {line.title for line in lines}


def test_a_post_without_rights_is_never_reminded(city: City) -> None:
    make.holds(make.person("周慎行"), "party-group-secretary", city.finance)
    assert [owner.person_id for owner in Owners(TODAY).of(city.finance.path)] == [city.office.pk]


def test_what_is_recorded_is_silent_and_speaks_again_when_withdrawn(city: City) -> None:
    (line,) = about(city.first, THEME, "2026-10", TODAY)
    held = make.activity(city.first, "theme-party-day", on=date(2026, 10, 20), by=city.secretary, today=TODAY)
    source = ObligationSource()
    assert about(city.first, THEME, "2026-10", TODAY) == []
    assert source.still_wanted([line.key], TODAY) == set()
    withdraw(held, reason="记错了", by=city.secretary, now=make.moment(TODAY), today=TODAY)
    assert source.still_wanted([line.key], TODAY) == {line.key}


def test_a_line_is_wanted_over_its_steps_but_not_by_an_owner_who_is_gone(city: City) -> None:
    (line,) = about(city.first, THEME, "2026-11", date(2026, 11, 25))
    source = ObligationSource()
    assert source.still_wanted([line.key], date(2026, 11, 30)) == {line.key}
    end(city.secretary.appointments.get(), on=date(2026, 11, 25), today=date(2026, 11, 25))
    assert source.still_wanted([line.key], date(2026, 11, 25)) == set()


def test_an_exemption_asked_for_silences_at_once(city: City) -> None:
    row = make.obligation(city.first, THEME, "2026-10")
    ask(city.first, row, until=None, cause="away", reason="集中外出", by=city.secretary, now=make.moment(TODAY))
    assert about(city.first, THEME, "2026-10", TODAY) == []


def test_an_organisation_closed_today_owes_nothing_any_more(city: City) -> None:
    empty = make.organisation("第九党支部", Level.BRANCH, city.finance_committee, today=date(2026, 11, 1), tell=True)
    Obligation.objects.filter(organisation=empty).update(provisional=False)
    assert about(empty, THEME, "2026-11", date(2026, 11, 25))
    close(empty, on=date(2026, 11, 25), today=date(2026, 11, 25))
    assert about(empty, THEME, "2026-11", date(2026, 11, 25)) == []


def test_two_thirds_of_the_way_the_line_says_what_is_left(city: City) -> None:
    Obligation.objects.filter(code=THEME, period="2026-11", organisation=city.first).update(needed=3)
    make.activity(city.first, "theme-party-day", on=date(2026, 11, 6), by=city.secretary)
    (line,) = about(city.first, THEME, "2026-11", date(2026, 11, 25))
    assert line.title == "11月主题党日还差 2 次"


def test_a_birthday_is_said_a_week_before_to_the_secretary_of_the_branch(city: City) -> None:
    lines = BirthdaySource().missing(TODAY)
    assert [(line.title, line.recipient_id, line.due_on, line.about_on) for line in lines] == [
        ("夏安禾同志政治生日", city.secretary.pk, date(2026, 11, 17), date(2026, 11, 24))
    ]
    assert lines[0].detail.startswith("11月24日，入党 31 年")
    assert f"organisation={city.first.pk}" in lines[0].url
    assert BirthdaySource().missing(date(2026, 11, 16)) == []
    assert BirthdaySource().missing(date(2026, 11, 25)) == []
    assert BirthdaySource().still_wanted([lines[0].key], date(2026, 11, 25)) == set()


def test_who_joined_on_29_february_and_who_joined_this_year(city: City) -> None:
    Person.objects.filter(pk=city.member.pk).update(joined_on=date(2024, 2, 29))
    assert [line.about_on for line in BirthdaySource().missing(date(2027, 2, 22))] == [date(2027, 2, 28)]
    assert [line.about_on for line in BirthdaySource().missing(date(2028, 2, 23))] == [date(2028, 2, 29)]
    Person.objects.filter(pk=city.member.pk).update(joined_on=date(2026, 11, 24))
    assert BirthdaySource().missing(TODAY) == []


def test_a_birthday_across_the_new_year(city: City) -> None:
    Person.objects.filter(pk=city.member.pk).update(joined_on=date(2000, 1, 3))
    (line,) = BirthdaySource().missing(date(2026, 12, 29))
    assert line.about_on == date(2027, 1, 3)
    assert line.detail.startswith("1月3日，入党 27 年，")


def test_the_end_of_a_term_is_said_six_months_and_a_month_before_and_after_it(city: City) -> None:
    ends_on = date(2027, 5, 16)
    steps = {}
    for today in (
        ends_on - timedelta(days=181),
        ends_on - timedelta(days=180),
        ends_on - timedelta(days=20),
        ends_on + timedelta(days=3),
    ):
        steps[today] = [(line.step, line.is_late) for line in TermSource().missing(today)]
    assert list(steps.values()) == [[], [("180", False)], [("30", False)], [("late", True)]]
    (line,) = TermSource().missing(ends_on - timedelta(days=20))
    assert (line.title, line.recipient_id, line.about_on) == ("第一党支部换届", city.secretary.pk, ends_on)
    Organisation.objects.filter(pk=city.first.pk).update(term_began_on=ends_on)
    assert TermSource().still_wanted([line.key], ends_on) == set()


@pytest.mark.parametrize(("source", "queries"), [(ObligationSource, 3), (BirthdaySource, 2), (TermSource, 2)])
@pytest.mark.parametrize("more", [0, 3])
def test_queries_do_not_grow_with_the_city(
    city: City, django_assert_num_queries, source: type, queries: int, more: int
) -> None:  # type: ignore[no-untyped-def]
    for number in range(more):
        branch = make.organisation(
            f"第{number}支部",
            Level.BRANCH,
            city.finance_committee,
            today=TODAY,
            tell=True,
            term_years=3,
            term_began_on=date(2024, 1, 1),
        )
        make.person(f"人{number}", branch, joined_on=date(2010, 11, 22))
    with django_assert_num_queries(queries):
        lines = source().missing(TODAY)
    assert len(lines) >= more


def test_open_periods_by_command_says_what_it_did(city: City, today: date, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("open_periods")
    assert capsys.readouterr().out == "应办事项：新开 0 项，改写 0 项，删去 0 项。\n"
