"""Records with people in them, as the tests of the record page and the list need them."""

from __future__ import annotations

from datetime import date
from typing import Any

from activities.entries import Absence
from activities.models import Activity
from organisations.models import Person
from tests import make
from tests.conftest import City


def roll_of(city: City) -> tuple[int, ...]:
    """The ten party members of the first branch, by pk."""
    return tuple(
        Person.objects.under(city.first, make.LONG_AGO).party_members().order_by("pk").values_list("pk", flat=True)
    )


def somebody(name: str) -> Person:
    """The person of that name."""
    return Person.objects.get(name=name)


def party_day(city: City, on: date, *kinds: str, **fields: Any) -> Activity:
    """A theme party day of the first branch, recorded on its day by the secretary; 顾清和 was away on a trip."""
    values: dict[str, Any] = {
        "roll": roll_of(city),
        "absences": {somebody("顾清和").pk: Absence("trip")},
        "chair": city.secretary,
        "recorder": city.recorder,
    }
    return make.activity(city.first, *(kinds or ("theme-party-day",)), on=on, by=city.secretary, **(values | fields))
