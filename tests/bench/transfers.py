"""Whole lists that leave or enter by a file: seconds and megabytes, each by the product's own function.

Each transfer is a function in ``TRANSFERS`` and a line of the report.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from tempfile import TemporaryFile

from django.http import QueryDict
from django.utils import timezone

from organisations import tables
from organisations.models import Person


@dataclass(frozen=True)
class Transfer:
    """What was moved, how many rows, and what it took."""

    name: str
    rows: int
    seconds: float
    megabytes: float


def export_activities(today: date) -> Transfer:
    """Every activity of the city as a workbook."""
    return _exported("activities", "period=all", today)


def export_people(today: date) -> Transfer:
    """The roster of the city as a workbook."""
    return _exported("people", "", today)


def _exported(source: str, query: str, today: date) -> Transfer:
    table = tables.named(source)(Person.objects.get(username="gongwei"), QueryDict(query), today)
    begun = time.perf_counter()
    with TemporaryFile() as file:
        rows = tables.write(table, "xlsx", file, timezone.now())
        return Transfer(f"export {source}", rows, time.perf_counter() - begun, file.tell() / 1e6)


TRANSFERS: list[Callable[[date], Transfer]] = [export_activities, export_people]


def measure(today: date) -> list[Transfer]:
    """All of them, one after the other."""
    return [transfer(today) for transfer in TRANSFERS]
