"""What is owed is opened beforehand, settled on the first day of the period, and follows rules and tree."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organisations.appointing import end, transfer
from organisations.models import Level
from organisations.tree import close
from programmes import exempting, opening
from programmes.models import Exemption, Obligation, Requirement
from programmes.models.obligation import ExemptionMark
from programmes.opening import open_periods
from tests import make

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


def rows(**filters):
    return Obligation.objects.filter(**filters)


def test_current_and_next_period_of_every_cadence(city):
    periods = set(rows(organisation=city.first).values_list("period", flat=True))
    assert {"2026-11", "2026-12", "2026-Q4", "2027-Q1", "2026", "2027"} <= periods


def test_running_again_changes_nothing(city):
    before = list(Obligation.objects.order_by("pk").values())
    done = open_periods(TODAY)
    assert (done.created, done.rewritten, done.deleted) == (0, 0, 0)
    assert list(Obligation.objects.order_by("pk").values()) == before


def test_some_organisations_leave_the_rows_of_the_others(city, monkeypatch):
    """Above a number of organisations all rows of a period are read at once: the others' are none that are not wanted."""
    monkeypatch.setattr(opening, "BATCH", 1)
    before = list(rows().order_by("pk").values())
    open_periods(TODAY, [city.first.pk, city.first_group.pk])
    assert list(rows().order_by("pk").values()) == before


def test_only_the_period_to_come_is_provisional(city):
    provisional = rows(provisional=True).values_list("starts_on", flat=True)
    assert min(provisional) > TODAY
    assert not rows(provisional=False, starts_on__gt=TODAY).exists()


def test_a_small_branch_owes_no_committee_meeting(city):
    """支委会 is demanded from seven full members on (支部工作条例 ch. 4)."""
    assert rows(organisation=city.first, code="committee-meeting-monthly").exists()
    assert not rows(organisation=city.second, code="committee-meeting-monthly").exists()


def test_each_group_owes_its_own_meeting(city):
    owing = set(rows(code="group-meeting-monthly", period="2026-11").values_list("organisation", flat=True))
    assert owing == {city.first_group.pk, city.second_group.pk}


def test_a_provisional_row_is_settled_by_the_first_day(city):
    """The committee of the first branch ends in November: December's forecast goes on 1 December."""
    assert rows(organisation=city.first, code="committee-meeting-monthly", period="2026-12").exists()
    for appointment in city.first.appointments.filter(post__is_committee=True):
        end(appointment, on=date(2026, 11, 25), today=date(2026, 11, 25))
    open_periods(date(2026, 12, 1))
    assert not rows(organisation=city.first, code="committee-meeting-monthly", period="2026-12").exists()
    assert rows(organisation=city.first, code="committee-meeting-monthly", period="2026-11").exists()


def test_a_settled_row_stays_when_the_branch_shrinks(city):
    for person in list(city.second_group.memberships.filter(until=None)):
        transfer(person.person, to=city.water_branch, on=TODAY, today=TODAY)
    assert rows(organisation=city.first, code="committee-meeting-monthly", period="2026-11").exists()
    assert not rows(organisation=city.first, code="committee-meeting-monthly", period="2026-12").exists()


def test_a_branch_founded_within_the_period_owes_from_the_next(city):
    branch = make.organisation(
        "新支部", Level.BRANCH, city.finance_committee, founded_on=date(2026, 11, 10), today=TODAY, tell=True
    )
    assert set(rows(organisation=branch, code="theme-party-day-monthly").values_list("period", flat=True)) == {
        "2026-12"
    }


def test_the_nearest_organisation_that_sets_a_rule_wins(city):
    common = Requirement.objects.get(code="theme-party-day-monthly", organisation=None)
    local = Requirement.objects.create(
        code=common.code,
        name=common.name,
        line=common.line,
        organisation=city.finance,
        level=common.level,
        cadence=common.cadence,
        minimum=2,
        since=date(2026, 12, 1),
    )
    local.kinds.set(common.kinds.all())
    open_periods(TODAY)
    assert rows(organisation=city.first, code=common.code, period="2026-12").get().needed == 2
    assert rows(organisation=city.first, code=common.code, period="2026-11").get().needed == 1
    assert rows(organisation=city.water_branch, code=common.code, period="2026-12").get().needed == 1


def test_a_retired_rule_asks_nothing_of_the_next_period(city):
    rule = Requirement.objects.get(code="theme-party-day-monthly")
    rule.until = date(2026, 12, 1)
    rule.save(update_fields=["until"])
    open_periods(TODAY)
    assert not rows(code=rule.code, period="2026-12").exists()
    assert rows(code=rule.code, period="2026-11").exists()


def test_a_new_row_under_a_standing_exemption_is_born_exempt(city):
    row = make.obligation(city.second, "theme-party-day-monthly", "2026-11")
    Exemption.objects.create(
        organisation=city.second,
        code=row.code,
        name="主题党日",
        since=date(2026, 11, 1),
        cause="few",
        reason="人少",
        state="granted",
        asked_by=city.other_secretary,
        asked_at=make.moment(TODAY),
    )
    open_periods(date(2026, 12, 1))
    assert make.obligation(city.second, row.code, "2027-01").exemption_state == ExemptionMark.GRANTED


def test_what_was_recorded_before_the_row_existed_counts_when_it_opens(city):
    rows(organisation=city.second, code="theme-party-day-monthly").delete()
    make.activity(city.second, "theme-party-day", on=date(2026, 11, 6), by=city.other_secretary, today=TODAY)
    open_periods(TODAY)
    assert make.obligation(city.second, "theme-party-day-monthly", "2026-11").done == 1


def test_the_number_of_queries_does_not_grow_with_the_tree(city):
    with CaptureQueriesContext(connection) as few:
        open_periods(TODAY)
    for number in range(6):
        make.organisation(f"支部{number}", Level.BRANCH, city.finance_committee)
    open_periods(TODAY)
    with CaptureQueriesContext(connection) as many:
        open_periods(TODAY)
    assert len(many) == len(few)


def test_a_month_in_which_nobody_was_running_is_opened_afterwards(city):
    open_periods(date(2027, 3, 5))
    owed = rows(organisation=city.first, code="theme-party-day-monthly", starts_on__gte=date(2026, 12, 1))
    assert sorted(owed.values_list("period", "provisional")) == [
        ("2026-12", False),
        ("2027-01", False),
        ("2027-02", False),
        ("2027-03", False),
        ("2027-04", True),
    ]


def test_closing_settles_what_was_still_asked_about(city):
    """An answer that comes later leaves it at 已撤销: a branch that is no more owes nothing."""
    row = make.obligation(city.second, "theme-party-day-monthly", "2026-11")
    who = {"by": city.other_secretary, "now": make.moment(TODAY)}
    request = exempting.ask(city.second, row, until=row.ends_on, cause="few", reason="人少。", **who)
    for membership in list(city.second.memberships.filter(until=None)):
        transfer(membership.person, to=city.first, on=TODAY, today=TODAY)
    close(city.second, on=TODAY, today=TODAY)
    exempting.decide(request, granted=False, answer="已经撤销。", by=city.office, now=make.moment(TODAY))
    row.refresh_from_db()
    assert row.exemption_state == ExemptionMark.CLOSED
