"""不适用: what is asked for counts neither as due nor as overdue, another person answers, and a refusal restores."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, connections

from organisations.models import Person
from programmes import compliance, exempting
from programmes.models import Exemption, ExemptionState, Obligation, ObligationState
from programmes.opening import open_periods
from programmes.periods import parse
from tests import make

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
NOW = make.moment(TODAY)
PARTY_DAY, GROUP = "theme-party-day-monthly", "group-meeting-monthly"


def ask(city, row: Obligation, by: Person | None = None, until: date | None = None, **kwargs) -> Exemption:
    return exempting.ask(
        row.organisation,
        row,
        until=until,
        cause="away",
        reason=kwargs.pop("reason", "全组外出参加专项检查，月底才回。"),
        by=by or city.secretary,
        now=NOW,
    )


def mark(row: Obligation) -> ObligationState:
    row.refresh_from_db()
    return row.state(TODAY)


@pytest.fixture
def october(city) -> Obligation:
    """The first branch's party day of October: overdue."""
    row = make.obligation(city.first, PARTY_DAY, "2026-10")
    assert mark(row) == ObligationState.OVERDUE
    return row


def test_what_is_asked_for_is_neither_overdue_nor_due_until_it_is_answered(city, october):
    ask(city, october, until=date(2026, 12, 1))
    november = make.obligation(city.first, PARTY_DAY, "2026-11")
    assert [mark(october), mark(november)] == [ObligationState.PENDING, ObligationState.PENDING]
    cells = compliance.grid(
        Obligation.objects.filter(code=PARTY_DAY, organisation=city.first), parse("2026-Q4"), TODAY, unit_length=4
    )
    cell = cells[city.committee.path][PARTY_DAY]
    assert (cell.needed, cell.overdue, cell.pending, cell.exempt) == (0, 0, 2, 0)


def test_a_grant_takes_it_out_of_the_count_for_its_span_only(city, october):
    exemption = ask(city, october, until=october.ends_on)
    exempting.decide(exemption, granted=True, answer="", by=city.office, now=NOW)
    assert mark(october) == ObligationState.EXEMPT
    assert mark(make.obligation(city.first, PARTY_DAY, "2026-11")) == ObligationState.DUE
    assert (exemption.state, exemption.decided_by) == (ExemptionState.GRANTED, city.office)


def test_a_refusal_needs_a_reason_and_restores_the_old_due_day(city, october):
    exemption = ask(city, october)
    with pytest.raises(ValidationError, match="请写一句为什么"):
        exempting.decide(exemption, granted=False, answer="  ", by=city.office, now=NOW)
    assert mark(october) == ObligationState.PENDING
    exempting.decide(exemption, granted=False, answer="没有小组讨论的记录。", by=city.office, now=NOW)
    assert mark(october) == ObligationState.OVERDUE
    assert october.due_on == date(2026, 10, 31)
    assert (exemption.state, exemption.answer) == (ExemptionState.REFUSED, "没有小组讨论的记录。")


def test_taking_back_restores_too_and_only_while_it_waits(city, october):
    exemption = ask(city, october)
    exempting.take_back(exemption, by=city.secretary, now=NOW)
    assert mark(october) == ObligationState.OVERDUE
    assert exemption.state == ExemptionState.WITHDRAWN
    with pytest.raises(ValidationError, match="已经有答复"):
        exempting.take_back(exemption, by=city.secretary, now=NOW)


def test_granted_for_good_covers_the_periods_to_come(city, october):
    exemption = ask(city, october)
    exempting.decide(exemption, granted=True, answer="", by=city.office, now=NOW)
    for day in (date(2026, 12, 1), date(2027, 1, 1)):
        open_periods(day)
    states = [
        make.obligation(city.first, PARTY_DAY, key).state(day)
        for key, day in (("2026-12", date(2026, 12, 31)), ("2027-02", date(2027, 3, 1)))
    ]
    assert states == [ObligationState.EXEMPT, ObligationState.EXEMPT]
    assert make.obligation(city.second, PARTY_DAY, "2027-02").exemption_state == ""


def test_whoever_asked_cannot_answer_and_another_above_can(city):
    row = make.obligation(city.finance_committee, "organ-committee-meeting-quarterly", "2026-Q4")
    exemption = ask(city, row, by=city.office)
    with pytest.raises(ValidationError, match="要由别人答复"):
        exempting.decide(exemption, granted=True, answer="", by=city.office, now=NOW)
    exempting.decide(exemption, granted=True, answer="", by=city.gongwei, now=NOW)
    assert mark(row) == ObligationState.EXEMPT


@pytest.mark.parametrize("who", ["member", "recorder", "leader", "other_secretary", "stranger", "gongwei", "admin"])
def test_who_has_no_right_there_cannot_ask(city, october, who):
    with pytest.raises(PermissionDenied):
        ask(city, october, by=getattr(city, who))
    assert not Exemption.objects.exists()


@pytest.mark.parametrize("who", ["member", "secretary", "other_secretary", "stranger", "admin"])
def test_who_has_no_right_there_cannot_answer(city, october, who):
    exemption = ask(city, october, by=city.secretary)
    with pytest.raises(PermissionDenied):
        exempting.decide(exemption, granted=True, answer="", by=getattr(city, who), now=NOW)
    assert mark(october) == ObligationState.PENDING


def test_an_answer_stands_so_the_second_of_two_hears_that_there_is_one(city, october):
    exemption = ask(city, october)
    seen_by_another = Exemption.objects.get(pk=exemption.pk)
    exempting.decide(exemption, granted=True, answer="", by=city.office, now=NOW)
    with pytest.raises(ValidationError, match="已经有答复"):
        exempting.decide(seen_by_another, granted=False, answer="不同意", by=city.gongwei, now=NOW)
    assert mark(october) == ObligationState.EXEMPT


def test_what_is_done_or_asked_already_cannot_be_asked_again(city, october):
    ask(city, october, until=october.ends_on)
    with pytest.raises(ValidationError, match="已经申请过"):
        ask(city, october)
    make.activity(city.second, "theme-party-day", on=date(2026, 11, 18), by=city.other_secretary)
    with pytest.raises(ValidationError, match="已经办完"):
        ask(city, make.obligation(city.second, PARTY_DAY, "2026-11"), by=city.other_secretary)
    assert Exemption.objects.count() == 1


def test_the_span_ends_after_it_begins(city, october):
    with pytest.raises(ValidationError, match="截止日期"):
        ask(city, october, until=october.starts_on)


@pytest.mark.parametrize(("granted", "left"), [(True, ObligationState.EXEMPT), (False, ObligationState.PENDING)])
def test_one_answer_does_not_settle_what_another_request_still_asks(city, october, granted, left):
    november = make.obligation(city.first, PARTY_DAY, "2026-11")
    later = ask(city, november, until=november.ends_on)
    for_good = ask(city, october)
    exempting.decide(for_good, granted=granted, answer="不合适", by=city.office, now=NOW)
    assert mark(november) == left
    exempting.decide(later, granted=False, answer="不合适", by=city.office, now=NOW)
    assert mark(november) == (ObligationState.EXEMPT if granted else ObligationState.DUE)


def test_a_refused_long_request_leaves_what_was_granted_before(city, october):
    november = make.obligation(city.first, PARTY_DAY, "2026-11")
    exempting.decide(ask(city, november, until=november.ends_on), granted=True, answer="", by=city.office, now=NOW)
    exempting.decide(ask(city, october), granted=False, answer="不合适", by=city.office, now=NOW)
    assert [mark(october), mark(november)] == [ObligationState.OVERDUE, ObligationState.EXEMPT]


def test_who_answers_is_the_nearest_above_who_did_not_ask(city):
    assert [post.person for post in exempting.who_answers(city.first, city.secretary, TODAY)] == [city.office]
    assert [post.person for post in exempting.who_answers(city.first, city.office, TODAY)] == [city.gongwei]
    assert [post.person for post in exempting.who_answers(city.water_branch, city.stranger, TODAY)] == [city.gongwei]


def test_what_may_be_asked_for_is_unmet_and_ones_own(city, october):
    codes = {(row.organisation, row.code, row.period) for row in exempting.askable(city.secretary, TODAY)}
    assert (city.first, PARTY_DAY, "2026-10") in codes
    assert (city.first_group, GROUP, "2026-12") in codes
    assert {row[0] for row in codes} == {city.first, city.first_group, city.second_group}
    ask(city, october, until=october.ends_on)
    assert october not in exempting.askable(city.secretary, TODAY)
    assert not exempting.askable(city.recorder, TODAY).exists()


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        (date(2026, 10, 1), date(2026, 11, 1), "2026年10月"),
        (date(2026, 10, 1), date(2027, 1, 1), "2026年第四季度"),
        (date(2026, 1, 1), date(2027, 1, 1), "2026年"),
        (date(2026, 10, 1), None, "2026年10月1日起一直"),
        (date(2026, 10, 1), date(2026, 12, 6), "2026年10月1日至12月5日"),
        (date(2026, 10, 1), date(2027, 3, 1), "2026年10月1日至2027年2月28日"),
    ],
)
def test_a_span_is_said_as_people_say_it(since, until, said):
    assert Exemption(since=since, until=until).span_label == said


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_answer_at_the_same_moment_leave_one_answer(city, october):
    assert connection.vendor == "postgresql"
    exemption = ask(city, october)
    outcomes: list[str] = []
    barrier = threading.Barrier(2)

    def answer(by: Person, granted: bool) -> None:
        try:
            barrier.wait(timeout=10)
            exempting.decide(exemption, granted=granted, answer="一句话", by=by, now=NOW)
            outcomes.append("answered")
        except ValidationError as refusal:
            outcomes.append(refusal.messages[0])
        finally:
            connections.close_all()

    threads = [threading.Thread(target=answer, args=who) for who in ((city.office, True), (city.gongwei, False))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["answered", "这份申请已经有答复了。"]
    granted = Exemption.objects.get().state == ExemptionState.GRANTED
    assert mark(october) == (ObligationState.EXEMPT if granted else ObligationState.OVERDUE)
