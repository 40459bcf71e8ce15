"""Filling a database: the demo city at some size; thinned and then multiplied, it shows how the pages grow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection

from activities import crediting
from activities.models import Activity, ActivityState
from dashboards.demo.city import FULL_SIZE
from dashboards.demo.stages import Stage, Wish, make
from responsibilities import ticking
from responsibilities.models import Problem

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


def fill(size: Size, as_of: date) -> None:
    """The demo city of that size, and fresh statistics."""
    make(Wish(Stage.RUNNING, SEED, size.branches, PASSWORD, as_of, size.months))
    analyse()


def thin() -> None:
    """Keep one record in ``THIN``, as a headcount, without all that hangs on it: the same tree with all that it owes."""
    table, kinds = Activity._meta.db_table, Activity.kinds.through._meta.db_table
    Problem.objects.update(activity=None)
    kept = f"state = '{ActivityState.HELD}' AND id % {THIN} = 1"
    with connection.cursor() as cursor:
        for relation in Activity._meta.related_objects:
            cursor.execute(f"DELETE FROM {relation.related_model._meta.db_table}")
        analyse()
        cursor.execute(f"DELETE FROM {kinds} WHERE activity_id NOT IN (SELECT id FROM {table} WHERE {kept})")
        cursor.execute(f"DELETE FROM {table} WHERE NOT ({kept})")
    Activity.objects.update(headcount=True, makes_up_for=None)
    crediting.rebuild()
    ticking.rebuild()
    analyse()


def multiply() -> None:
    """Ninety-nine copies of every activity, each a week earlier than the last: about a million in the full city."""
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
    ticking.rebuild()
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
