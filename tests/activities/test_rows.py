"""A correction writes what differs and leaves the rest."""

from __future__ import annotations

from datetime import date

import pytest

from activities.entries import Absence, AgendaLine
from tests import make
from tests.activities.test_recording import TODAY, correct, roll_of, save

pytestmark = pytest.mark.django_db


def test_correcting_nothing_writes_nothing(city):
    roll = roll_of(city.first)
    entry = make.entry(city.first, "theme-party-day", on=TODAY, roll=roll, absences={roll[0]: Absence("trip", "")})
    activity = save(entry, city.secretary)
    rows = list(activity.attendances.values_list("pk", flat=True))
    assert correct(activity, entry, city.secretary) is None
    activity.refresh_from_db()
    assert (activity.revision, list(activity.attendances.values_list("pk", flat=True))) == (1, rows)


def test_a_correction_of_everything_asks_35_queries_at_most(city, django_assert_max_num_queries):
    roll = roll_of(city.first)
    partners = (city.second,)
    activity = save(make.entry(city.first, "theme-party-day", on=TODAY, roll=roll, partners=partners), city.secretary)
    entry = make.entry(
        city.first,
        "theme-party-day",
        "party-lecture",
        on=date(2026, 11, 19),
        title="另起的标题",
        agenda=(AgendaLine("另一项"),),
        roll=roll[1:],
        absences={roll[1]: Absence("leave", "")},
    )
    with django_assert_max_num_queries(35):
        correct(activity, entry, city.secretary)
    assert list(activity.attendances.values_list("person_id", flat=True)) == list(roll[1:])
    assert [item.title for item in activity.agenda.all()] == ["另一项"]
    assert activity.kinds.count() == 2
    assert not activity.partnerships.exists()
