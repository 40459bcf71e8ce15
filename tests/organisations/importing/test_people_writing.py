"""What a confirmed import writes: people, where they belong from when, and nothing that has changed since the preview."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.auth.hashers import is_password_usable
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organisations import roster
from organisations.appointing import transfer
from organisations.importing.people_writing import CHANGED, GONE, NAMESAKE, NUMBER_TAKEN, TWICE
from organisations.models import Category, Membership, Person
from organisations.models.importing import ImportState, Outcome, Verdict
from programmes.models import Obligation
from tests import make
from tests.organisations.importing.rosters import TODAY, checked, row, written

pytestmark = pytest.mark.django_db
FIRST, SECOND = "第一党支部", "第二党支部"


def line(name, branch=FIRST, *, no="", category="", joined="", born=""):
    """One line of a file, in the order of the titles."""
    return [name, no, category, joined, born, branch]


def outcomes(batch):
    rows = batch.rows.exclude(number=None).order_by("number")
    return [(one.outcome, one.why if one.outcome == Outcome.STALE else "") for one in rows]


def facts_of(name):
    return Person.objects.values_list("staff_no", "category", "joined_on", "birth_year", "initials").get(name=name)


def places_of(person):
    return list(person.memberships.order_by("since", "pk").values_list("organisation__name", "since", "until"))


def test_new_people_have_a_place_and_no_way_in(city, today):
    batch = written(
        checked([line("柳青", no="2001", category="预备", joined="2025.6", born="2000.01")], city.finance, city.office)
    )
    assert (batch.state, batch.counts["written"], batch.counts["written_new"]) == (ImportState.DONE, 1, 1)
    person = Person.objects.get(name="柳青")
    assert facts_of("柳青") == ("2001", Category.PROBATIONARY, date(2025, 6, 1), 2000, "lq")
    assert (person.username, is_password_usable(person.password)) == (None, False)
    assert places_of(person) == [(FIRST, TODAY, None)]
    assert row(batch, 2).target == person.pk


def test_changes_are_corrections_and_moves_have_a_day(city, today):
    since = date(2026, 11, 1)
    lines = [
        line("沈若川", category="预备", joined="2012.6", born="1990"),
        line("林知远", SECOND, no="1001"),
        line("许清", SECOND, born="1985"),
    ]
    batch = written(checked(lines, city.finance, city.office, since=since))
    assert outcomes(batch) == [(Outcome.WRITTEN, "")] * 3
    assert facts_of("沈若川") == (None, Category.PROBATIONARY, date(2012, 6, 1), 1990, "src")
    city.recorder.refresh_from_db()
    assert city.recorder.check_password("jiluyuan" * 2)
    assert places_of(city.recorder) == [("第一党小组", make.LONG_AGO, None)]
    assert places_of(city.secretary) == [("第一党小组", make.LONG_AGO, since), (SECOND, since, None)]


def test_a_suspicious_row_is_written_as_it_was_decided(city, today):
    lines = [line("周以柠", born="1984"), line("陆景行", SECOND, category="正式", born="1985"), line("许清", SECOND)]
    batch = checked(lines, city.finance, city.office)
    batch.rows.filter(number=2).update(decision="this", target=Person.objects.get(name="周以宁").pk)
    batch.rows.filter(number=3).update(decision="new", target=None)
    batch.rows.filter(number=4).update(decision="skip")
    batch = written(batch)
    assert outcomes(batch) == [(Outcome.WRITTEN, ""), (Outcome.WRITTEN, ""), (Outcome.NONE, "")]
    assert facts_of("周以柠")[-1] == "zyn"
    assert not Person.objects.filter(name="周以宁").exists()
    assert Person.objects.filter(name="陆景行").count() == 2
    assert places_of(Person.objects.get(name="许清")) == [("第一党小组", make.LONG_AGO, None)]


def test_unticked_rows_stay_out(city, today):
    batch = checked(
        [line("柳青", category="正式"), line("沈若川", born="1990", category="预备"), line("唐棠", category="群众")],
        city.finance,
        city.office,
    )
    batch.rows.filter(number__in=[2, 3]).update(accepted=False)
    batch = written(batch)
    assert outcomes(batch) == [(Outcome.NONE, ""), (Outcome.NONE, ""), (Outcome.WRITTEN, "")]
    assert not Person.objects.filter(name="柳青").exists()


def _change_the_roster_meanwhile(city):
    corrected = roster.Facts("沈若川", Category.APPLICANT, None, 1990, None)
    roster.correct(city.recorder, corrected, by=city.office, today=TODAY)
    transfer(city.secretary, to=city.second_group, on=TODAY, today=TODAY)
    roster.enrol(
        roster.Facts("柳青", Category.FULL_MEMBER), organisation=city.first, since=TODAY, by=city.office, today=TODAY
    )
    roster.enrol(
        roster.Facts("路人", Category.STAFF, staff_no="88"),
        organisation=city.water,
        since=TODAY,
        by=city.gongwei,
        today=TODAY,
    )
    roster.enrol(
        roster.Facts("行人", Category.STAFF, staff_no="89"),
        organisation=city.water,
        since=TODAY,
        by=city.gongwei,
        today=TODAY,
    )
    transfer(Person.objects.get(name="宋怀瑾"), to=city.water_branch, on=TODAY, today=TODAY)


def test_what_has_changed_since_the_preview_is_left_alone(city, today):
    """Somebody corrects, moves, enrols while another looks at the preview: his act stands."""
    lines = [
        line("沈若川", category="预备", born="1990"),
        line("林知远", SECOND, no="1001"),
        line("柳青", category="正式", born="1999"),
        line("蒋诺", category="正式", no="88"),
        line("周以宁", no="89"),
        line("宋怀瑾", category="预备", born="1985"),
        line("何望舒", SECOND, born="1980", category="预备"),
    ]
    batch = checked(lines, city.finance, city.office)
    assert batch.counts == {"changed": 5, "new": 2, "missing": 11}
    _change_the_roster_meanwhile(city)
    before = list(Person.objects.exclude(name="何望舒").order_by("pk").values())
    batch = written(batch)
    assert outcomes(batch) == [
        (Outcome.STALE, CHANGED),
        (Outcome.STALE, CHANGED),
        (Outcome.STALE, NAMESAKE),
        (Outcome.STALE, NUMBER_TAKEN),
        (Outcome.STALE, NUMBER_TAKEN),
        (Outcome.STALE, GONE),
        (Outcome.WRITTEN, ""),
    ]
    assert (batch.counts["written"], batch.counts["stale"]) == (1, 6)
    assert list(Person.objects.exclude(name="何望舒").order_by("pk").values()) == before


def test_two_rows_decided_to_be_one_person_write_once(city, today):
    lines = [line("周以柠", born="1984"), line("周以泞", born="1984")]
    batch = checked(lines, city.finance, city.office)
    batch.rows.filter(verdict=Verdict.SUSPICIOUS).update(decision="this", target=Person.objects.get(name="周以宁").pk)
    assert outcomes(written(batch)) == [(Outcome.WRITTEN, ""), (Outcome.STALE, TWICE)]


def test_what_is_owed_follows_in_the_same_transaction(city, today):
    """Seven full members make 支委会 due (支部工作条例 ch. 4): the second branch has five and a committee of one."""
    make.holds(city.other_secretary, "branch-discipline", city.second)
    owed = Obligation.objects.filter(organisation=city.second, code="committee-meeting-monthly", period="2026-12")
    assert not owed.exists()
    written(checked([line(f"新人{name}", SECOND, category="正式") for name in "甲乙丙"], city.finance, city.office))
    assert owed.exists()


def test_a_whole_list_of_numbers_costs_few_statements(city, today):
    """The demo's way: everybody is on the roster, and a first file brings the numbers of all."""
    for number in range(60):
        make.person(f"某{chr(0x4E00 + number)}", city.second, birth_year=1990)

    def statements(count, series):
        lines = [line(f"某{chr(0x4E00 + n)}", SECOND, no=f"{series}{n:04d}", born="1990") for n in range(count)]
        batch = checked(lines, city.finance, city.office)
        assert batch.counts["changed"] == count
        with CaptureQueriesContext(connection) as captured:
            written(batch)
        numbers = set(Person.objects.filter(staff_no__startswith=series).values_list("staff_no", flat=True))
        assert numbers == {f"{series}{n:04d}" for n in range(count)}
        return len(captured)

    few = statements(6, "A")
    Person.objects.filter(staff_no__startswith="A").update(staff_no=None)
    assert statements(60, "B") == few


def test_memberships_are_ended_not_rewritten(city, today):
    """Who leaves on a day already set, and goes elsewhere before: the earlier day counts."""
    person = Person.objects.get(name="叶知秋")
    person.memberships.update(until=TODAY + timedelta(days=30))
    written(checked([line("叶知秋", FIRST, born="1988")], city.finance, city.office))
    assert places_of(person) == [(SECOND, make.LONG_AGO, TODAY), (FIRST, TODAY, None)]
    assert Membership.objects.filter(person=person, until=None).count() == 1
