"""需要帮助的单位: the three written rules, and nothing else, put a unit on the list."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice

import pytest

from dashboards.board import CommitteeBoard
from dashboards.columns import Column, lines_with_rules
from dashboards.helping import months_before, months_between, needs
from organisations.models import Appointment, Organisation
from programmes import exempting
from programmes.models import Obligation
from programmes.opening import open_periods
from programmes.periods import Cadence, parse, periods_between
from tests import make
from tests.conftest import TODAY, City

Q4 = parse("2026-Q4")


def listed(city: City, organisation: Organisation, today: date = TODAY) -> list[tuple[str, str]]:
    """(name, reason) as the board of ``organisation`` lists them."""
    shown = CommitteeBoard(city.gongwei, organisation, Q4, today)
    return [(item.name, item.need.reason) for item in shown.needs]


def settle(city: City) -> None:
    """Everything that is owed so far is done."""
    Obligation.objects.update(done=1)


# --- the head's post stands empty


def leave(city: City, on: date) -> None:
    """The secretary of the first branch leaves office."""
    Appointment.objects.filter(person=city.secretary).update(until=on)


@pytest.mark.parametrize(
    ("left_on", "reason"),
    [
        (date(2026, 8, 20), "党支部书记空缺 3 个月"),
        (date(2025, 11, 21), "党支部书记空缺 11 个月"),
        (date(2026, 8, 21), None),
    ],
)
def test_a_post_is_listed_when_it_has_been_empty_for_three_months(city: City, left_on: date, reason: str | None):
    settle(city)
    leave(city, left_on)
    post = Appointment.objects.get(person=city.secretary).post.name
    expected = [("第一党支部", reason.replace("党支部书记", post))] if reason else []
    assert listed(city, city.finance) == expected


def test_a_post_that_is_filled_again_is_not_empty(city: City):
    settle(city)
    leave(city, date(2026, 1, 1))
    make.holds(city.deputy, "branch-secretary", city.first, since=date(2026, 11, 1))
    assert listed(city, city.committee) == []


def test_a_post_that_nobody_ever_held_is_no_vacancy(city: City):
    settle(city)
    assert not Appointment.objects.filter(organisation=city.finance, post__is_head=True).exists()
    assert listed(city, city.committee) == []


def test_a_group_without_leader_is_the_branchs_affair(city: City):
    settle(city)
    Appointment.objects.filter(post__code="group-leader").update(until=date(2026, 1, 1))
    assert listed(city, city.committee) == []


def test_a_closed_organisation_needs_no_secretary(city: City):
    settle(city)
    leave(city, date(2026, 1, 1))
    Organisation.objects.filter(pk=city.first.pk).update(closed_on=date(2026, 6, 1))
    assert listed(city, city.committee) == []


# --- the same requirement overdue in two periods running


def missed(city: City, *months: str, code: str = "theme-party-day-monthly") -> None:
    """Of everything owed, only these periods of the second branch are not done."""
    for month in range(6, 13):
        open_periods(date(2026, month, 1))
    settle(city)
    Obligation.objects.filter(organisation=city.second, code=code, period__in=months).update(done=0)


def test_twice_running_is_listed_with_the_requirement(city: City):
    missed(city, "2026-09", "2026-10")
    assert listed(city, city.finance) == [("第二党支部", "主题党日连续 2 期没有开展")]
    assert listed(city, city.committee) == [("市财政局机关党委第二党支部", "主题党日连续 2 期没有开展")]


@pytest.mark.parametrize(
    "months",
    [
        ["2026-10"],  # once
        ["2026-08", "2026-10"],  # not running
        ["2026-08", "2026-09"],  # over: October was held
        ["2026-10", "2026-11"],  # November is not overdue yet
    ],
)
def test_anything_less_is_not_listed(city: City, months: list[str]):
    missed(city, *months)
    assert listed(city, city.finance) == []


def test_the_day_after_the_second_due_day_it_is_listed(city: City):
    missed(city, "2026-10", "2026-11")
    assert listed(city, city.finance, date(2026, 11, 30)) == []
    assert listed(city, city.finance, date(2026, 12, 1)) == [("第二党支部", "主题党日连续 2 期没有开展")]


def test_a_quarter_looks_back_two_quarters(city: City):
    missed(city, "2026-Q2", "2026-Q3", code="branch-meeting-quarterly")
    assert listed(city, city.finance) == [("第二党支部", "支部党员大会连续 2 期没有开展")]


def test_what_was_excused_breaks_the_run(city: City):
    missed(city, "2026-09", "2026-10")
    Obligation.objects.filter(organisation=city.second, period="2026-10").update(exemption_state="granted")
    assert listed(city, city.finance) == []


def test_a_group_is_named_with_its_branch(city: City):
    missed(city)
    rows = Obligation.objects.filter(organisation=city.first_group, period__in=["2026-09", "2026-10"])
    assert rows.update(done=0) == 2
    assert listed(city, city.committee) == [("市财政局机关党委第一党支部第一党小组", "党小组会连续 2 期没有开展")]


@pytest.mark.parametrize("cadence", list(Cadence))
@pytest.mark.parametrize("before_end", [0, 5, 31, 40])
def test_the_last_due_days_are_found_on_every_day_of_three_years(cadence: Cadence, before_end: int):
    column = Column("code", "name", cadence, before_end, 1, "line", ())
    periods = periods_between(date(2019, 1, 1), date(2027, 1, 1), cadence)
    dues = [max(period.starts_on, period.last_day - timedelta(days=before_end)) for period in periods]
    for day in (date(2024, 1, 1) + timedelta(days=offset) for offset in range(3 * 365)):
        assert list(islice(column.passed_due_days(day), 3)) == [due for due in dues if due < day][:-4:-1]


# --- an exemption waits for an answer


def ask(city: City, on: date) -> None:
    """The second branch asks that November's party day does not apply."""
    owed = make.obligation(city.second, "theme-party-day-monthly", "2026-11")
    exempting.ask(
        city.second, owed, until=None, cause="away", reason="集中外出。", by=city.other_secretary, now=make.moment(on)
    )


@pytest.mark.parametrize(
    ("asked_on", "reason"),
    [
        (date(2026, 11, 17), "主题党日（11月）申请不适用，等了 3 个工作日"),  # Tuesday to Friday
        (date(2026, 11, 13), "主题党日（11月）申请不适用，等了 5 个工作日"),  # over a week-end
        (date(2026, 11, 18), None),
    ],
)
def test_a_request_is_listed_after_three_working_days(city: City, asked_on: date, reason: str | None):
    settle(city)
    Obligation.objects.filter(organisation=city.second, period="2026-11").update(done=0)
    ask(city, asked_on)
    assert listed(city, city.finance) == ([("第二党支部", reason)] if reason else [])


def test_an_answer_takes_it_off_the_list(city: City):
    settle(city)
    Obligation.objects.filter(organisation=city.second, period="2026-11").update(done=0)
    ask(city, date(2026, 11, 2))
    exemption = city.second.exemptions.get()
    exempting.decide(exemption, granted=True, answer="同意。", by=city.office, now=make.moment(TODAY))
    assert listed(city, city.finance) == []


# --- the list


def test_one_cause_each_in_tree_order(city: City):
    missed(city, "2026-09", "2026-10")
    Appointment.objects.filter(person=city.other_secretary).update(until=date(2026, 1, 1))
    leave(city, date(2026, 1, 1))
    Appointment.objects.filter(person=city.stranger).update(until=date(2026, 1, 1))
    assert [name for name, _ in listed(city, city.committee)] == [
        "市财政局机关党委第一党支部",
        "市财政局机关党委第二党支部",
        "市水务局机关党委水务党支部",
    ]
    assert all("空缺 10 个月" in reason for _, reason in listed(city, city.committee))


def test_nobody_outside_the_organisation_is_listed(city: City):
    missed(city, "2026-09", "2026-10")
    assert listed(city, city.water) == []
    assert listed(city, city.first) == []


def test_each_line_leads_to_the_unit_and_suggests_something(city: City):
    missed(city, "2026-09", "2026-10")
    [item] = CommitteeBoard(city.gongwei, city.committee, Q4, TODAY).needs
    assert item.url == f"/organisations/{city.second.pk}/"
    assert item.need.suggestion.startswith("和支部谈一次")


@pytest.mark.parametrize("branches", [1, 3])
def test_queries_do_not_grow_with_the_list(city: City, django_assert_num_queries, branches: int):
    missed(city)
    Obligation.objects.filter(
        organisation__in=[city.first, city.second, city.water_branch][:branches], period__in=["2026-09", "2026-10"]
    ).update(done=0)
    rules = [column for line in lines_with_rules(Q4) for column in line.columns]
    with django_assert_num_queries(3):
        assert len(needs(city.committee, TODAY, rules)) == branches


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (date(2026, 8, 20), date(2026, 11, 20), 3),
        (date(2026, 8, 21), date(2026, 11, 20), 2),
        (date(2025, 11, 30), date(2026, 2, 28), 2),
        (date(2025, 12, 1), date(2026, 2, 28), 2),
    ],
)
def test_whole_months_are_counted(start: date, end: date, months: int):
    assert months_between(start, end) == months


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 11, 20), 3, date(2026, 8, 20)),
        (date(2026, 1, 31), 2, date(2025, 11, 30)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2026, 1, 1), 24, date(2024, 1, 1)),
    ],
)
def test_so_many_months_before(day: date, months: int, expected: date):
    assert months_before(day, months) == expected
