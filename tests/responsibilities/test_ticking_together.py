"""Measures equal a recount from raw rows after any sequence of verbs, and no concurrent record is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from activities import crediting, recording
from activities.models import Activity, Partnership
from programmes import exempting
from programmes.models import Exemption, Obligation
from responsibilities import ticking
from responsibilities.models import Assignment, Evidence, Measure, Origin, Rhythm
from responsibilities.opening import open_measures
from tests import make
from tests.conftest import City
from tests.responsibilities import duties_made

TODAY = date(2026, 11, 20)
KINDS = ["theme-party-day", "branch-meeting", "party-lecture"]
RULE = "theme-party-day-monthly"
VERBS = ["record", "record", "correct", "withdraw", "decline", "ask", "take_back", "say", "unsay"]
FIRST_OF_NOVEMBER = 19  # days ago


@dataclass(frozen=True)
class Act:
    """One verb on one of the rows so far."""

    verb: str
    kinds: tuple[str, ...]
    days_ago: int
    joint: bool
    pick: int


acts = st.builds(
    Act,
    verb=st.sampled_from(VERBS),
    kinds=st.lists(st.sampled_from(KINDS), min_size=1, max_size=2, unique=True).map(tuple),
    days_ago=st.integers(0, 60),
    joint=st.booleans(),
    pick=st.integers(0, 20),
)


def issue(city: City) -> None:
    """A line of every proof that a record or a word may tick, one of them linked to what is owed."""
    made = duties_made.draft(city)
    duties_made.line(made, "每月主题党日", kinds=("theme-party-day",), requirement_code=RULE)
    duties_made.line(made, "每月活动", kinds=("theme-party-day", "branch-meeting"))
    duties_made.line(made, "每季度两次党课", kinds=("party-lecture",), rhythm=Rhythm.QUARTER, times=2)
    duties_made.line(made, "年初定好支部学习计划", rhythm=Rhythm.YEAR)
    duties_made.issued(made, since=date(2026, 9, 1))


def counted_by_hand(measure: Measure) -> tuple[int, bool]:
    """The rule in its plainest form: how much is done, and whether it is exempt."""
    duty = measure.assignment.duty
    if measure.obligation:
        return measure.obligation.done, measure.obligation.exemption_state != ""
    if not duty.kinds.exists() or measure.origin == Origin.OWN:
        return measure.evidence.filter(withdrawn_at=None).count(), False
    kinds = set(duty.kinds.values_list("pk", flat=True))
    count = 0
    for activity in Activity.objects.filter(state="held"):
        declined = Partnership.objects.filter(activity=activity).exclude(declined_at=None)
        joined = set(activity.partners.values_list("pk", flat=True)) - set(
            declined.values_list("organisation", flat=True)
        )
        holders = {activity.organisation_id, *joined}
        fits = bool(kinds & set(activity.kinds.values_list("pk", flat=True)))
        here = measure.starts_on <= activity.held_on < measure.ends_on
        count += measure.assignment.organisation_id in holders and fits and here
    return count, False


def entry_of(city: City, act: Act):
    partners = (city.second,) if act.joint else ()
    return make.entry(city.first, *act.kinds, on=TODAY - timedelta(days=act.days_ago), partners=partners)


def record_or_mend(city: City, act: Act) -> None:
    """A verb on the records of the first branch."""
    at = {"now": make.moment(TODAY), "today": TODAY}
    records = list(Activity.objects.order_by("pk"))
    target = records[act.pick % len(records)] if records else None
    if act.verb == "record" or target is None:
        recording.record(entry_of(city, act), key=uuid4(), by=city.secretary, **at)
    elif act.verb == "correct":
        correction = {"revision": target.revision, "reason": "更正", "by": city.secretary}
        recording.correct(target, entry_of(city, act), **correction, **at)
    elif act.verb == "withdraw":
        recording.withdraw(target, reason="记错了", by=city.secretary, **at)
    elif partnership := target.partnerships.first():
        recording.decline(partnership, reason="没有参加", by=city.other_secretary, **at)


def excuse(city: City, act: Act) -> None:
    """Ask that the rule does not apply, or take that back."""
    asked = Exemption.objects.order_by("pk").last()
    if act.verb == "take_back" and asked:
        by = city.secretary if asked.organisation == city.first else city.other_secretary
        exempting.take_back(asked, by=by, now=make.moment(TODAY))
    else:
        where = city.second if act.joint else city.first
        owed = make.obligation(where, RULE, "2026-10" if act.days_ago > FIRST_OF_NOVEMBER else "2026-11")
        why = {"cause": "away", "reason": "集中外出", "now": make.moment(TODAY)}
        why["by"] = city.other_secretary if act.joint else city.secretary
        exempting.ask(where, owed, until=owed.ends_on, **why)


def say(city: City, act: Act) -> None:
    """A line of text on the study plan, or its withdrawal."""
    measure = Measure.objects.get(assignment__organisation=city.first, text="年初定好支部学习计划")
    said = measure.evidence.filter(withdrawn_at=None).first()
    if act.verb == "unsay" and said:
        said.withdrawn_at = make.moment(TODAY)
        said.save()
    else:
        line = {"text": "定了", "done_on": TODAY, "by": city.secretary, "at": make.moment(TODAY)}
        Evidence.objects.create(measure=measure, **line)
    ticking.recount_measures([measure.pk])


PERFORM: dict[str, Callable[[City, Act], None]] = {
    "record": record_or_mend,
    "correct": record_or_mend,
    "withdraw": record_or_mend,
    "decline": record_or_mend,
    "ask": excuse,
    "take_back": excuse,
    "say": say,
    "unsay": say,
}


def clear(city: City) -> None:
    """As if nothing had been recorded, said or asked; the list is issued the first time."""
    Activity.objects.update(makes_up_for=None)
    for model in (Activity, Exemption, Evidence):
        model.objects.all().delete()
    Obligation.objects.update(exemption_state="")
    crediting.rebuild()
    if not Assignment.objects.exists():
        issue(city)
    ticking.rebuild()


def act(verb: str, days_ago: int = 3, *, joint: bool = False) -> Act:
    return Act(verb, ("theme-party-day",), days_ago, joint, 0)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sequence=st.lists(acts, min_size=2, max_size=8))
@example(sequence=[act("record", joint=True), act("decline")])
@example(sequence=[act("record", FIRST_OF_NOVEMBER)])
@example(sequence=[act("record"), act("correct", 40), act("withdraw")])
@example(sequence=[act("ask"), act("ask", 30, joint=True), act("take_back")])
@example(sequence=[act("say"), act("say"), act("unsay")])
def test_any_sequence_of_verbs_leaves_measures_and_tallies_true(city, today, sequence):
    clear(city)
    for step in sequence:
        try:
            PERFORM[step.verb](city, step)
        except ValidationError:
            continue  # a refusal is a fine outcome too
    for measure in Measure.objects.select_related("assignment__duty", "obligation"):
        assert (measure.done, measure.exempt) == counted_by_hand(measure), measure
    for row in Assignment.objects.all():
        counted = [one for one in row.own_measures.all() if not one.exempt and not one.dropped_on]
        open_days = [one.due_on for one in counted if one.done < one.needed]
        done = len(counted) - len(open_days)
        assert (row.measures, row.done, row.first_due_on) == (len(counted), done, min(open_days, default=None)), row
    assert ticking.rebuild() == 0


def side_by_side(*jobs: Callable[[], object]) -> list[Exception]:
    """Run the jobs at the same moment, each with a connection of its own. Returns what they raised."""
    failures: list[Exception] = []
    barrier = threading.Barrier(len(jobs))

    def run(job: Callable[[], object]) -> None:
        try:
            barrier.wait(timeout=10)
            job()
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return failures


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("owed", [True, False])
def test_two_secretaries_recording_at_the_same_moment_both_tick(city, today, owed):
    """Host and partner save joint records crosswise, on five days: without the lock a tick or a tally is lost.

    Where nothing is owed, no lock on an obligation has them wait for each other before.
    """
    assert connection.vendor == "postgresql"
    if not owed:
        Obligation.objects.all().delete()
    made = duties_made.draft(city)
    duties_made.line(made, "每月活动", kinds=("theme-party-day",))
    duties_made.line(made, "每季度活动", kinds=("theme-party-day",), rhythm=Rhythm.QUARTER, times=4)
    duties_made.issued(made, since=date(2026, 10, 1))

    def save(where, partner, by, on):
        entry = make.entry(where, "theme-party-day", on=on, partners=(partner,))
        return lambda: recording.record(entry, key=uuid4(), by=by, now=make.moment(TODAY), today=TODAY)

    for days_ago in range(5):
        on = TODAY - timedelta(days=days_ago)
        failures = side_by_side(
            save(city.first, city.second, city.secretary, on), save(city.second, city.first, city.other_secretary, on)
        )
        counts = [duties_made.measure(made, 1, where).done for where in (city.first, city.second)]
        quarters = [duties_made.assignment(made, 2, where).done for where in (city.first, city.second)]
        expected = 2 * days_ago + 2
        assert (failures, counts, quarters) == ([], [expected] * 2, [int(expected >= 4)] * 2)
    assert ticking.rebuild() == 0


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_opening_twice_at_once_makes_every_measure_once(city, today):
    made = duties_made.draft(city)
    duties_made.line(made, "每月活动", kinds=("theme-party-day",))
    duties_made.issued(made, since=date(2026, 10, 1))
    december = date(2026, 12, 1)
    assert side_by_side(lambda: open_measures(december), lambda: open_measures(december)) == []
    assert duties_made.assignment(made, 1, city.first).measures == 3
    assert ticking.rebuild() == 0
