"""Obligations equal a recount from raw rows after any sequence of verbs, and no concurrent submit is lost."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities import crediting, recording
from activities.models import Activity, Partnership
from programmes.models import Obligation
from tests import make

TODAY = date(2026, 11, 20)
KINDS = ["theme-party-day", "branch-meeting", "party-lecture"]


@dataclass(frozen=True)
class Step:
    """One verb on one of the records so far."""

    verb: str
    kinds: tuple[str, ...]
    days_ago: int
    joint: bool
    pick: int


steps = st.builds(
    Step,
    verb=st.sampled_from(["record", "record", "record", "correct", "withdraw", "decline", "make_up"]),
    kinds=st.lists(st.sampled_from(KINDS), min_size=1, max_size=2, unique=True).map(tuple),
    days_ago=st.integers(0, 60),
    joint=st.booleans(),
    pick=st.integers(0, 20),
)


def counted_by_hand(row: Obligation) -> int:
    """The rule in its plainest form: one obligation, every activity, no SQL cleverness."""
    kinds = set(row.requirement.kinds.values_list("pk", flat=True))
    count = 0
    for activity in Activity.objects.filter(state="held"):
        declined = set(
            Partnership.objects.filter(activity=activity)
            .exclude(declined_at=None)
            .values_list("organisation", flat=True)
        )
        holders = {activity.organisation_id, *activity.partners.values_list("pk", flat=True)} - declined
        fits = bool(kinds & set(activity.kinds.values_list("pk", flat=True)))
        owed = activity.makes_up_for
        elsewhere = owed if owed and (owed.organisation_id, owed.code) == (row.organisation_id, row.code) else None
        here = elsewhere.pk == row.pk if elsewhere else row.starts_on <= activity.held_on < row.ends_on
        count += row.organisation_id in holders and fits and here
    return count


def entry_of(city, step: Step, makes_up_for=None):
    partners = (city.second,) if step.joint else ()
    return make.entry(
        city.first, *step.kinds, on=TODAY - timedelta(days=step.days_ago), partners=partners, makes_up_for=makes_up_for
    )


def perform(city, step: Step) -> None:
    """Do one step; a refusal is a fine outcome too."""
    now = make.moment(TODAY)
    records = list(Activity.objects.order_by("pk"))
    target = records[step.pick % len(records)] if records else None
    if step.verb == "record" or target is None:
        recording.record(entry_of(city, step), key=uuid4(), by=city.secretary, now=now, today=TODAY)
    elif step.verb == "make_up":
        october = make.obligation(city.first, "theme-party-day-monthly", "2026-10")
        entry = replace(entry_of(city, step, october), held_on=TODAY)
        recording.record(entry, key=uuid4(), by=city.secretary, now=now, today=TODAY)
    elif step.verb == "correct":
        recording.correct(
            target,
            entry_of(city, step),
            revision=target.revision,
            reason="更正",
            by=city.secretary,
            now=now,
            today=TODAY,
        )
    elif step.verb == "withdraw":
        recording.withdraw(target, reason="记错了", by=city.secretary, now=now, today=TODAY)
    else:
        partnership = target.partnerships.first()
        if partnership:
            recording.decline(partnership, reason="没有参加", by=city.other_secretary, now=now, today=TODAY)


@pytest.mark.django_db
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sequence=st.lists(steps, max_size=8))
def test_any_sequence_of_verbs_leaves_the_counts_true(city, sequence):
    Activity.objects.update(makes_up_for=None)
    Activity.objects.all().delete()
    crediting.rebuild()
    for step in sequence:
        try:
            perform(city, step)
        except ValidationError:
            continue
    for row in Obligation.objects.filter(organisation__in=[city.first, city.second], starts_on__lte=TODAY):
        assert row.done == counted_by_hand(row), row
        assert row.late == Activity.objects.filter(state="held", makes_up_for=row).count()
    assert crediting.rebuild() == 0


@pytest.mark.django_db
def test_rebuilding_mends_what_somebody_broke(city):
    make.activity(city.first, "theme-party-day", on=TODAY, by=city.secretary)
    Obligation.objects.update(done=7, late=3)
    assert crediting.rebuild() == Obligation.objects.count()
    assert make.obligation(city.first, "theme-party-day-monthly", "2026-11").done == 1


@pytest.mark.django_db
def test_recounting_many_takes_the_queries_of_one(city, django_assert_num_queries):
    make.activity(city.first, "theme-party-day", on=TODAY, by=city.secretary)
    pks = list(Obligation.objects.values_list("pk", flat=True))
    with django_assert_num_queries(4):
        crediting.recount(pks[:1])
    with django_assert_num_queries(4):
        crediting.recount(pks)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_secretaries_saving_at_the_same_moment_both_count(city):
    """Host and partner save joint records crosswise, on five days: without the row locks a count is lost."""
    assert connection.vendor == "postgresql"
    failures: list[Exception] = []

    def save(where, partner, by, on, barrier) -> None:
        try:
            entry = make.entry(where, "theme-party-day", on=on, partners=(partner,))
            barrier.wait(timeout=10)
            recording.record(entry, key=uuid4(), by=by, now=make.moment(TODAY), today=TODAY)
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    for days_ago in range(5):
        meet = (TODAY - timedelta(days=days_ago), threading.Barrier(2))
        pair = [(city.first, city.second, city.secretary), (city.second, city.first, city.other_secretary)]
        threads = [threading.Thread(target=save, args=(*who, *meet)) for who in pair]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        counts = [
            make.obligation(where, "theme-party-day-monthly", "2026-11").done for where in (city.first, city.second)
        ]
        assert (failures, counts) == ([], [2 * days_ago + 2] * 2)
