"""A demo city at some length: what it shows, to whom, and that its figures hold. Made once for all tests of this file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine as clocks
from django.db import transaction
from django.db.models import F, QuerySet
from django.test import Client, override_settings

from activities import crediting
from activities.expecting import expected_people
from activities.models import Activity, ActivityState
from dashboards.demo.bulk import BulkWriter
from dashboards.demo.city import City
from dashboards.demo.people import ROLES
from dashboards.demo.stages import Stage, Wish, life_begins, make
from organisations.models import Appointment, Organisation, Person
from organisations.permissions import Act
from programmes.compliance import by_code, grid, total
from programmes.models import Exemption, Expected, Obligation
from programmes.models.obligation import ObligationState
from programmes.periods import Cadence, parse, period_of
from reminders.models import Digest
from tests import make as making

AS_OF = date(2026, 11, 20)
NOON = making.moment(AS_OF, 12)
PASSWORD = "Anhe-2026"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture(scope="module")
def city(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """Ten branches that lived from July to 20 November 2026. Each test rolls back to it, the last takes it away."""
    with django_db_blocker.unblock(), transaction.atomic():
        with clocks.travel(NOON, tick=False), override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")):
            made = make(Wish(Stage.RUNNING, 7, 10, PASSWORD, AS_OF, 4), writer=BulkWriter)
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def clock(time_machine: Any) -> None:
    """Noon of 20 November 2026."""
    time_machine.move_to(NOON, tick=False)


def test_what_was_counted_is_what_a_recount_counts(city):
    assert crediting.rebuild() == 0


def test_on_the_roll_are_those_whom_the_kinds_expect(city):
    checked = 0
    held = Activity.objects.filter(headcount=False, state=ActivityState.HELD).exclude(kinds__expected=Expected.OPEN)
    for activity in held.order_by("pk")[::7]:
        hosts = [activity.organisation, *activity.partners.all()]
        expected = expected_people(hosts, activity.kinds.all(), activity.held_on)
        assert sorted(activity.attendances.values_list("person_id", flat=True)) == [person.pk for person in expected]
        checked += 1
    assert checked > 20


def test_nothing_happens_before_life_begins_or_after_it_ends(city):
    begins = life_begins(AS_OF, 4)
    assert begins == date(2026, 7, 1)
    held = Activity.objects.exclude(state=ActivityState.PLANNED)
    assert not held.filter(held_on__gte=AS_OF).exists()
    assert not held.filter(held_on__lt=begins).exists()
    assert not Activity.objects.filter(submitted_at__gte=making.moment(AS_OF, 0, 0)).exists()
    assert Activity.objects.filter(state=ActivityState.PLANNED, held_on__lt=AS_OF).count() == 0


def test_gaps_late_records_and_requests_are_there_as_in_life(city):
    quarter = grid(Obligation.objects.all(), parse("2026-Q3"), AS_OF, unit_length=4)
    figures = total(by_code(quarter).values())
    assert 0.03 < figures.overdue / figures.needed < 0.2
    assert figures.late > 0
    assert figures.exempt > 0
    late_saved = Activity.objects.filter(
        submitted_at__date__gt=F("held_on") + timedelta(days=7), state=ActivityState.HELD
    )
    assert late_saved.exists()


def test_every_pillar_has_something_to_show(city):
    held = Activity.objects.counted()
    assert {1, 2, 3} <= set(held.values_list("kinds__line__pillar", flat=True))
    assert held.filter(headcount=True).exists()
    assert held.exclude(voters_due=None).exists()
    assert held.exclude(guests="").exists()
    assert held.filter(agenda__first_topic=True).exists()
    assert held.filter(programme__isnull=False).exists()


def of(organisation: Organisation, kind: str) -> QuerySet[Obligation]:
    """What the organisation owes that this kind credits, by due day."""
    return Obligation.objects.filter(organisation=organisation, requirement__kinds__code=kind).order_by("due_on")


def test_the_desk_of_the_first_branch_stands_as_in_the_design(city):
    branch = city.branches[0]
    month = period_of(AS_OF, Cadence.MONTH)
    last_of_second_group = of(branch.groups[1].organisation, "group-meeting").get(period=month.previous().key)
    assert last_of_second_group.state(AS_OF) == ObligationState.OVERDUE
    assert of(branch.organisation, "theme-party-day").get(period=month.key).state(AS_OF) == ObligationState.DUE
    assert of(branch.organisation, "committee-meeting").get(period=month.key).state(AS_OF) == ObligationState.DONE
    states = {
        group.organisation.name: of(group.organisation, "group-meeting").get(period=month.key).state(AS_OF)
        for group in branch.groups
    }
    assert states == {"第一党小组": "done", "第二党小组": "due", "第三党小组": "done"}
    overdue = Obligation.objects.overdue(AS_OF).filter(organisation__path__startswith=branch.organisation.path)
    assert list(overdue) == [last_of_second_group]


def test_every_cause_of_help_has_a_unit(city):
    vacant = [branch for branch in city.branches if branch.vacant_since]
    assert len(vacant) == 1
    assert (AS_OF - vacant[0].vacant_since).days > 92
    assert (
        not Appointment.objects.holding(AS_OF).filter(organisation=vacant[0].organisation, post__is_head=True).exists()
    )
    undecided = Exemption.objects.get(state="asked")
    assert undecided.asked_at.date() <= AS_OF - timedelta(days=5)
    months = [period_of(AS_OF, Cadence.MONTH).previous(), period_of(AS_OF, Cadence.MONTH).previous().previous()]
    overdue = Obligation.objects.overdue(AS_OF).filter(period__in=[month.key for month in months])
    twice = [
        key
        for key in overdue.values_list("organisation", "code")
        if list(overdue.values_list("organisation", "code")).count(key) == 2
    ]
    assert twice


def test_everybody_named_may_log_in_and_do_what_the_role_says(city):
    people = {username: Person.objects.get(username=username) for username in ROLES}
    assert set(city.log_ins) == set(ROLES)
    for username in ROLES:
        answer = Client().post("/login/", {"username": username, "password": PASSWORD})
        assert answer.status_code == 302, username
    first = city.branches[0].organisation
    assert {name: person.may(Act.LOG, first) for name, person in people.items()} == {
        "shuji": True, "jiluyuan": True, "jiguan": True, "gongwei": False, "zhigong": False, "admin": False,
    }  # fmt: skip
    assert [name for name, person in people.items() if person.may(Act.VIEW_BOARD)] == ["jiguan", "gongwei"]
    assert [name for name, person in people.items() if person.may(Act.ADMINISTER)] == ["admin"]
    recorder = Appointment.objects.get(person=people["jiluyuan"], post__code="recorder")
    assert (recorder.organisation, recorder.until) == (first, date(2027, 1, 1))


def test_the_secretary_finds_a_digest_in_her_inbox(city):
    digest = Digest.objects.get(recipient__username="shuji")
    assert digest.day == AS_OF
    assert "韩松年同志政治生日" in [line.title for line in digest.items.all()]


def test_whoever_leads_the_second_group_is_told_that_its_meeting_is_missing(city):
    leader = city.branches[0].groups[1].leader
    assert [line.title for line in leader.reminders.filter(is_late=True)] == ["10月党小组会还没有记录"]
