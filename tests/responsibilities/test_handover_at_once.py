"""Two at one moment: both words are heard, a line is written once, and a hand-over is opened once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections

from programmes.periods import parse
from responsibilities import carrying_out, handing_over, self_checking
from responsibilities.models import Evidence, Handover, Measure, SelfCheck
from tests import make
from tests.responsibilities import duties_made, measures_made

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
TODAY = date(2026, 11, 20)
NOW = make.moment(TODAY)


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """Carry the acts out in threads of their own, all at one moment. What was refused."""
    assert connection.vendor == "postgresql"
    refused: list[str] = []
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> None:
        try:
            barrier.wait(timeout=10)
            act()
        except ValidationError as refusal:
            refused.extend(refusal.messages)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return refused


@pytest.fixture
def changed(city, today):
    """The deputy has followed the secretary, to whom a measure was given by name."""
    duty_list = duties_made.small_list(city)
    own = measures_made.own(city, duty_list, owner=city.secretary)
    measures_made.change_secretary(city, city.deputy)
    return duty_list, own


@pytest.mark.parametrize("run", range(3))
def test_two_who_confirm_at_one_moment_finish_it(city, changed, run):
    duty_list, own = changed
    row = measures_made.handover(city, duty_list, city.secretary, city.deputy)
    refused = at_once(
        lambda: handing_over.give(row, by=city.secretary, now=NOW),
        lambda: handing_over.take(row, by=city.deputy, now=NOW, today=TODAY),
    )
    assert refused == []
    assert Handover.objects.get().is_done
    assert Measure.objects.get(pk=own.pk).owner == city.deputy


def test_confirming_and_calling_off_at_one_moment_is_one_of_both(city, changed):
    duty_list, _ = changed
    row = measures_made.handover(city, duty_list, city.secretary, city.deputy)
    handing_over.give(row, by=city.secretary, now=NOW)
    refused = at_once(
        lambda: handing_over.take(row, by=city.deputy, now=NOW, today=TODAY),
        lambda: handing_over.cancel(row, by=city.secretary, now=NOW, today=TODAY),
    )
    found = Handover.objects.get()
    assert len(refused) == 1
    assert found.is_done != (found.cancelled_at is not None)


def test_two_who_open_at_one_moment_open_one(city, changed):
    duty_list, _ = changed
    refused = at_once(
        *(
            lambda by=by: measures_made.handover(city, duty_list, city.secretary, city.deputy, by)
            for by in (city.deputy, city.office)
        )
    )
    assert refused == ["这个岗位还有一次交接没有办完。"]
    assert Handover.objects.count() == 1


def test_a_line_sent_twice_at_one_moment_is_one(city, changed):
    duty_list, _ = changed
    plan = duties_made.measure(duty_list, 2, city.first, "2026")
    assert at_once(*(lambda: measures_made.line(plan, city.recorder) for _ in range(2))) == []
    plan.refresh_from_db()
    assert (Evidence.objects.count(), plan.done) == (1, 1)


def test_two_steps_ticked_at_one_moment_finish_the_measure(city, changed):
    duty_list, _ = changed
    measure = measures_made.own(city, duty_list, by=city.recorder, steps="甲\n乙")
    acts = [lambda step=step: carrying_out.tick(step, by=city.recorder, today=TODAY) for step in measure.steps.all()]
    assert at_once(*acts) == []
    measure.refresh_from_db()
    assert measure.is_done


def test_a_self_check_saved_twice_at_one_moment_is_one_row(city, changed):
    words = {"shortfalls": "谈心谈话做得少。", "plans": ""}
    person, half = city.deputy, parse("2026-H2")
    save = lambda: self_checking.save(person, city.first, half, by=person, now=NOW, **words)  # noqa: E731
    assert at_once(save, save) == []
    assert SelfCheck.objects.count() == 1
