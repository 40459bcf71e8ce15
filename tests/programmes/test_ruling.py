"""Rules are rows that are closed, never edited, and change where periods turn."""

from __future__ import annotations

import threading
from dataclasses import replace as but
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from organisations.models import Level, Person
from programmes import ruling
from programmes.models import ActivityKind, Line, Obligation, Requirement
from programmes.opening import open_periods
from programmes.periods import Cadence, period_of
from programmes.terms import Terms, first_days
from tests import make

TODAY = date(2026, 11, 20)
DECEMBER, NEW_YEAR, FEBRUARY = date(2026, 12, 1), date(2027, 1, 1), date(2027, 2, 1)
PARTY_DAY, MEETING, ANALYSIS = "theme-party-day-monthly", "branch-meeting-quarterly", "thought-analysis-half"
MONTH, QUARTER, HALF, YEAR = Cadence
cadences = st.sampled_from(list(Cadence))


def standing(code: str, organisation=None) -> Requirement:
    """The row that may be changed."""
    return Requirement.objects.get(code=code, organisation=organisation, until=None)


def replace(code: str, by: Person, since: date, organisation=None, **different) -> Requirement:
    row = standing(code, organisation)
    terms = but(Terms.of(row), **different)
    return ruling.replace(row, terms, since=since, reason="试行以后商定", by=by, today=TODAY)


def tighten(city, code: str, since: date, **different) -> Requirement:
    row = standing(code)
    terms = but(Terms.of(row), **different)
    return ruling.tighten(row, city.finance, terms, since=since, reason="本单位商定", by=city.office, today=TODAY)


def owed(where, code: str) -> set[tuple[str, int]]:
    return set(
        Obligation.objects.filter(organisation=where, code=code, starts_on__gt=TODAY).values_list("period", "needed")
    )


# --- replacing


@pytest.mark.django_db
def test_the_old_row_is_closed_and_the_new_one_begins_that_day(city):
    old = standing(PARTY_DAY)
    new = replace(PARTY_DAY, city.gongwei, DECEMBER, minimum=2)
    old.refresh_from_db()
    assert (old.until, old.minimum, new.since, new.until) == (DECEMBER, 1, DECEMBER, None)
    assert (new.written_by, new.origin, new.name, new.line) == (city.gongwei, "person", old.name, old.line)
    assert set(new.kinds.all()) == set(old.kinds.all())


@pytest.mark.django_db
def test_what_is_owed_follows_at_once_and_what_has_begun_stays(city):
    replace(PARTY_DAY, city.gongwei, DECEMBER, minimum=2)
    assert owed(city.first, PARTY_DAY) == {("2026-12", 2)}
    assert make.obligation(city.first, PARTY_DAY, "2026-11").needed == 1


@pytest.mark.django_db
def test_a_new_cadence_asks_nothing_twice_and_loses_nothing(city):
    replace(MEETING, city.gongwei, NEW_YEAR, cadence=MONTH)
    open_periods(date(2026, 12, 5))
    open_periods(date(2027, 1, 5))
    rows = Obligation.objects.filter(organisation=city.first, code=MEETING, ends_on__gt=TODAY).order_by("starts_on")
    assert [row.period for row in rows] == ["2026-Q4", "2027-01", "2027-02"]


@pytest.mark.django_db
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(news=st.lists(cadences, min_size=1, max_size=3))
def test_any_sequence_of_changes_covers_every_day_once(city, news):
    """Each day is asked about by exactly one row, and every row begins with a period of its own."""
    with transaction.atomic():
        for turn, cadence in enumerate(news):
            row = standing(PARTY_DAY)
            terms = but(Terms.of(row), cadence=cadence, minimum=turn + 2, remind_before=())
            since = first_days(cadence, TODAY, row)[turn % 2]
            ruling.replace(row, terms, since=since, reason="试行", by=city.gongwei, today=TODAY)
        written = Requirement.objects.filter(code=PARTY_DAY).order_by("since", "pk")
        rows = [row for row in written if row.until != row.since]
        transaction.set_rollback(True)
    assert [row.until for row in rows] == [*(row.since for row in rows[1:]), None]
    assert all(period_of(row.since, Cadence(row.cadence)).starts_on == row.since for row in rows)


@pytest.mark.django_db
def test_a_row_that_was_to_begin_the_same_day_is_closed_empty_and_stays_visible(city):
    waiting = replace(PARTY_DAY, city.gongwei, DECEMBER, minimum=2)
    replace(PARTY_DAY, city.gongwei, DECEMBER, minimum=3)
    waiting.refresh_from_db()
    assert (waiting.since, waiting.until) == (DECEMBER, DECEMBER)
    assert owed(city.first, PARTY_DAY) == {("2026-12", 3)}
    assert list(Requirement.objects.in_force(DECEMBER).filter(code=PARTY_DAY).values_list("minimum", flat=True)) == [3]


@pytest.mark.django_db
def test_a_day_in_the_middle_of_a_period_is_refused(city):
    for since in (date(2026, 12, 15), date(2026, 11, 1), TODAY):
        with pytest.raises(ValidationError, match="最早从 2026年12月1日起"):
            replace(PARTY_DAY, city.gongwei, since, minimum=2)
    with pytest.raises(ValidationError, match="最早从 2027年1月1日起"):
        replace(PARTY_DAY, city.gongwei, DECEMBER, cadence=QUARTER)
    assert standing(PARTY_DAY).since < TODAY


@pytest.mark.django_db
def test_a_later_turn_is_as_good_as_the_next(city):
    assert replace(PARTY_DAY, city.gongwei, date(2027, 10, 1), cadence=QUARTER).since == date(2027, 10, 1)


@pytest.mark.django_db
def test_the_second_of_two_hears_who_was_faster(city):
    row = standing(PARTY_DAY)
    replace(PARTY_DAY, city.gongwei, DECEMBER, minimum=2)
    with pytest.raises(ValidationError, match="刚刚由梁允中改过，你写的还没有保存"):
        ruling.replace(
            row, but(Terms.of(row), minimum=5), since=DECEMBER, reason="也要改", by=city.gongwei, today=TODAY
        )
    with pytest.raises(ValidationError, match="刚刚由梁允中改过"):
        ruling.retire(row, reason="不要了", by=city.gongwei, today=TODAY)
    assert standing(PARTY_DAY).minimum == 2


@pytest.mark.django_db
def test_nothing_is_written_where_nothing_differs(city):
    with pytest.raises(ValidationError, match="没有可改的"):
        replace(PARTY_DAY, city.gongwei, DECEMBER)


@pytest.mark.django_db
def test_nobody_may_be_reminded_of_a_rule(city):
    assert replace(PARTY_DAY, city.gongwei, DECEMBER, remind_before=()).remind_before == []


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["member", "secretary", "office", "admin"])
def test_only_the_work_committee_changes_the_common_rules(city, who):
    by = getattr(city, who)
    with pytest.raises(PermissionDenied):
        replace(PARTY_DAY, by, DECEMBER, minimum=2)
    with pytest.raises(PermissionDenied):
        ruling.retire(standing(PARTY_DAY), reason="不要了", by=by, today=TODAY)
    with pytest.raises(PermissionDenied):
        add(city, by=by)
    assert standing(PARTY_DAY).origin == "rulebook"


# --- adding and retiring


def add(city, *, by: Person | None = None, **different) -> Requirement:
    values = {
        "name": "职工运动会",
        "line": Line.objects.get(code="culture-sports"),
        "kinds": [make.kind("sports-meet")],
    }
    terms = Terms(Level.ORGAN_COMMITTEE, YEAR, remind_before=(60,), basis="本级惯例")
    values |= {"terms": terms, "since": NEW_YEAR, "reason": "一年办一次"} | different
    return ruling.add(**values, by=by or city.gongwei, today=TODAY)


@pytest.mark.django_db
def test_a_new_rule_is_owed_from_the_next_period_on(city):
    kind = ActivityKind.objects.get(code="sports-meet")
    kind.levels = [Level.ORGAN_COMMITTEE]
    kind.save()
    row = add(city)
    assert (row.code, row.organisation, row.since) == ("sports-meet-year", None, NEW_YEAR)
    assert owed(city.finance_committee, "sports-meet-year") == {("2027", 1)}
    with pytest.raises(ValidationError, match="同名"):
        add(city)
    assert add(city, name="趣味运动会").code == "sports-meet-year-2"


@pytest.mark.django_db
def test_a_rule_that_no_kind_could_meet_is_refused(city):
    with pytest.raises(ValidationError, match="没有办法完成"):
        add(city, kinds=[make.kind("group-meeting")])
    with pytest.raises(ValidationError, match="最早从 2027年1月1日起"):
        add(city, kinds=[make.kind("organ-committee-meeting")], since=DECEMBER)


@pytest.mark.django_db
def test_a_retired_rule_is_no_longer_owed_and_may_come_back(city):
    row = ruling.retire(standing(PARTY_DAY), reason="并入组织生活", by=city.gongwei, today=TODAY)
    assert (row.is_active, row.since, row.until, row.reason) == (False, DECEMBER, None, "并入组织生活")
    assert owed(city.first, PARTY_DAY) == set()
    assert make.obligation(city.first, PARTY_DAY, "2026-11").needed == 1
    with pytest.raises(ValidationError, match="已经停用"):
        ruling.retire(row, reason="再停", by=city.gongwei, today=TODAY)
    ruling.replace(row, Terms.of(row), since=DECEMBER, reason="还是要", by=city.gongwei, today=TODAY)
    assert owed(city.first, PARTY_DAY) == {("2026-12", 1)}


@pytest.mark.django_db
def test_retiring_says_why(city):
    with pytest.raises(ValidationError, match="为什么停用"):
        ruling.retire(standing(PARTY_DAY), reason=" ", by=city.gongwei, today=TODAY)


# --- an organ's own


@pytest.mark.django_db
def test_an_organ_asks_more_of_its_own_branches_and_of_no_others(city):
    own = tighten(city, PARTY_DAY, DECEMBER, minimum=2)
    assert own.organisation == city.finance
    assert owed(city.first, PARTY_DAY) == {("2026-12", 2)}
    assert owed(city.water_branch, PARTY_DAY) == {("2026-12", 1)}


@pytest.mark.django_db
def test_an_organ_may_not_ask_less_nor_the_same(city):
    with pytest.raises(ValidationError, match="不能隔得更久"):
        tighten(city, PARTY_DAY, NEW_YEAR, cadence=QUARTER, minimum=3)
    with pytest.raises(ValidationError, match="不能更晚"):
        tighten(city, ANALYSIS, NEW_YEAR, due_days_before_end=30)
    with pytest.raises(ValidationError, match="不用再写"):
        tighten(city, PARTY_DAY, DECEMBER, basis="本级要求")
    assert not Requirement.objects.filter(organisation__isnull=False).exists()


@pytest.mark.django_db
def test_an_organ_writes_a_rule_once_and_then_changes_it(city):
    tighten(city, PARTY_DAY, DECEMBER, minimum=2)
    with pytest.raises(ValidationError, match="已经写过"):
        tighten(city, PARTY_DAY, DECEMBER, minimum=3)
    own = replace(PARTY_DAY, city.office, DECEMBER, city.finance, minimum=3)
    assert owed(city.first, PARTY_DAY) == {("2026-12", 3)}
    replace(PARTY_DAY, city.gongwei, DECEMBER, minimum=2)
    with pytest.raises(ValidationError, match="每月至少 2 次，本级不能更少"):
        ruling.replace(own, but(Terms.of(own), minimum=1), since=DECEMBER, reason="太多了", by=city.office, today=TODAY)


@pytest.mark.django_db
def test_what_the_organ_stops_asking_the_common_rule_asks_again(city):
    tighten(city, PARTY_DAY, DECEMBER, minimum=2)
    last = ruling.retire(standing(PARTY_DAY, city.finance), reason="太多了", by=city.office, today=TODAY)
    assert (last.is_active, last.since, last.until) == (False, DECEMBER, DECEMBER)
    assert owed(city.first, PARTY_DAY) == {("2026-12", 1)}
    assert tighten(city, PARTY_DAY, DECEMBER, minimum=2).until is None


@pytest.mark.django_db
def test_a_stricter_common_rule_ends_an_organs_that_would_be_looser(city):
    tighten(city, PARTY_DAY, DECEMBER, minimum=2)
    replace(PARTY_DAY, city.gongwei, NEW_YEAR, minimum=3)
    rows = Requirement.objects.filter(organisation=city.finance, code=PARTY_DAY).order_by("pk")
    assert [(row.since, row.until, row.is_active) for row in rows] == [
        (DECEMBER, NEW_YEAR, True),
        (NEW_YEAR, NEW_YEAR, False),
    ]
    assert rows[1].reason == ruling.OVERTAKEN
    open_periods(DECEMBER)
    assert owed(city.first, PARTY_DAY) == {("2026-12", 2), ("2027-01", 3)}


@pytest.mark.django_db
def test_a_common_rule_that_stays_behind_leaves_the_organs_alone(city):
    tighten(city, PARTY_DAY, DECEMBER, minimum=3)
    replace(PARTY_DAY, city.gongwei, DECEMBER, minimum=2)
    assert standing(PARTY_DAY, city.finance).minimum == 3
    assert owed(city.first, PARTY_DAY) == {("2026-12", 3)}
    assert owed(city.water_branch, PARTY_DAY) == {("2026-12", 2)}


@pytest.mark.django_db
def test_an_organ_must_also_keep_to_what_will_be_asked_later(city):
    replace(PARTY_DAY, city.gongwei, NEW_YEAR, minimum=3)
    with pytest.raises(ValidationError, match="每月至少 3 次，本级不能更少"):
        tighten(city, PARTY_DAY, NEW_YEAR, minimum=2)


@pytest.mark.django_db
def test_an_organ_rules_only_its_own_house(city):
    assert list(ruling.homes(city.office, TODAY)) == [city.finance]
    assert list(ruling.homes(city.gongwei, TODAY)) == []
    terms = but(Terms.of(standing(PARTY_DAY)), minimum=2)
    for by, where in [(city.office, city.water), (city.secretary, city.first), (city.gongwei, city.committee)]:
        with pytest.raises(PermissionDenied):
            ruling.tighten(standing(PARTY_DAY), where, terms, since=DECEMBER, reason="要严", by=by, today=TODAY)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_replace_a_rule_at_the_same_moment_leave_one_successor(city):
    assert connection.vendor == "postgresql"
    outcomes: list[str] = []
    barrier = threading.Barrier(2)
    row = standing(PARTY_DAY)

    def change(minimum: int) -> None:
        try:
            barrier.wait(timeout=10)
            ruling.replace(
                row, but(Terms.of(row), minimum=minimum), since=DECEMBER, reason="同时改", by=city.gongwei, today=TODAY
            )
            outcomes.append("written")
        except ValidationError as refusal:
            outcomes.append("refused" if "刚刚" in refusal.messages[0] else refusal.messages[0])
        finally:
            connections.close_all()

    threads = [threading.Thread(target=change, args=(minimum,)) for minimum in (2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["refused", "written"]
    assert Requirement.objects.filter(code=PARTY_DAY).count() == 2
