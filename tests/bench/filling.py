"""Filling a database: the demo city at some size, or a thin one that is then multiplied to a million activities."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from datetime import date

from django.db import connection

from activities import crediting
from activities.models import Activity
from dashboards.demo.bulk import BulkWriter
from dashboards.demo.city import FULL_SIZE
from dashboards.demo.events import Corrected, Declined, Event, Recorded, Withdrawn
from dashboards.demo.stages import Stage, Wish, make

PASSWORD = "Bench-2026"
SEED = 7
# Stretched to whole quarters: about two years of the full city, 130,000 activities and 1.5 M attendance rows.
FULL_MONTHS = 21
THIN = 13
COPIES = 99


@dataclass(frozen=True)
class Size:
    """How much life a city has had."""

    branches: int
    months: int | None


FULL = Size(FULL_SIZE, FULL_MONTHS)
SIZES = {"tiny": Size(2, 1), "demo": Size(12, None), "full": FULL}


class ThinWriter(BulkWriter):
    """Keeps one record in ``THIN``, with attendance as a headcount, and nothing that happens to records afterwards."""

    def write(self, event: Event) -> None:
        """Write what is kept."""
        if isinstance(event, Corrected | Withdrawn | Declined):
            return
        if isinstance(event, Recorded):
            if zlib.crc32(event.ref.encode()) % THIN:
                return
            expected, present = event.entry.head_count()
            event = replace(
                event, entry=replace(event.entry, headcount=True, expected=expected, present=present, roll=())
            )
        super().write(event)


def fill(size: Size, as_of: date) -> None:
    """The demo city of that size, and fresh statistics."""
    make(Wish(Stage.RUNNING, SEED, size.branches, PASSWORD, as_of, size.months))
    analyse()


def fill_thinly(as_of: date) -> None:
    """The full tree with all that it owes, and about ten thousand activities."""
    make(Wish(Stage.RUNNING, SEED, FULL.branches, PASSWORD, as_of, FULL.months), writer=ThinWriter)
    analyse()


def multiply() -> None:
    """Ninety-nine copies of every activity, each a week earlier than the last: about a million."""
    last = Activity.objects.order_by("pk").last()
    table, kinds = Activity._meta.db_table, Activity.kinds.through._meta.db_table
    with connection.cursor() as cursor:
        for copy in range(1, COPIES + 1):
            chosen = _columns(copy)
            # Names of columns and numbers, all our own.
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(chosen)}) SELECT {', '.join(chosen.values())} FROM {table} WHERE id <= {last.pk}"
            )
            cursor.execute(
                f"INSERT INTO {kinds} (activity_id, activitykind_id) SELECT new.id, old.activitykind_id FROM {kinds} old JOIN {table} new ON new.submission_key = 'c{copy}-' || old.activity_id"
            )
    crediting.rebuild()
    analyse()


def _columns(copy: int) -> dict[str, str]:
    """Column → what the n-th copy has there."""
    columns = {field.column: field.column for field in Activity._meta.concrete_fields if field.column != "id"}
    columns["held_on"] = (
        f"held_on - {7 * copy}" if connection.vendor == "postgresql" else f"date(held_on, '-{7 * copy} days')"
    )
    return columns | {"submission_key": f"'c{copy}-' || id"}


def analyse() -> None:
    """Clear away what the filling left behind and tell the planner what is there, as autovacuum would by the next day."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
