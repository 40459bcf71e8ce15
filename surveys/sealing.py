"""Mixing: what was handed in loses its order and its transaction (anonymity.md §2, §3.6).

PostgreSQL keeps with each row the transaction that wrote it (xmin) and where it lies (ctid); both would put answers in
order of arrival, and beside the spent ballots. One statement that writes all rows anew in random order gives them one transaction
and a random place. What it leaves behind is removed by VACUUM FULL, which drops the old file. SQLite's tables have no
rowid, and their key is random (guards.py).
"""

from __future__ import annotations

import time

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from .handing_in import lock
from .models import DeskMark, DropBox, Sheet, SpentBallot, Survey

SMALLEST_BATCH = 10

_NEW_ID = {
    "postgresql": "gen_random_uuid()",
    # As Django writes a UUID on SQLite: 32 digits, version 4.
    "sqlite": "lower(hex(randomblob(6)) || '4' || substr(hex(randomblob(2)), 2) || 'a' || substr(hex(randomblob(8)), 2))",
}


def mix(survey: Survey, *, whole: bool = False) -> int:
    """Move what lies in the drop box to the sheets, all sheets written anew in random order; return how many lay there.

    Only when at least ten sheets wait, or for ``whole``, at closing.
    """
    with transaction.atomic():
        lock(survey, shared=False)
        waiting = DropBox.objects.filter(survey=survey, part="").count()
        if not waiting or (waiting < SMALLEST_BATCH and not whole):
            return 0
        _mix_on_postgres(survey) if connection.vendor == "postgresql" else _mix_on_sqlite(survey)
    return waiting


def _mix_on_postgres(survey: Survey) -> None:
    """All sheets, old ones too: otherwise a text and a sheet of one small batch would share their transaction."""
    sheets, box = Sheet._meta.db_table, DropBox._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH fresh AS (DELETE FROM {box} WHERE survey_id = %s RETURNING unit, part, payload),"  # noqa: S608 - our own names
            f" old AS (DELETE FROM {sheets} WHERE survey_id = %s RETURNING unit, part, payload)"
            f" INSERT INTO {sheets} (id, survey_id, unit, part, payload) SELECT {_NEW_ID['postgresql']}, %s, unit, part, payload"
            " FROM (SELECT * FROM fresh UNION ALL SELECT * FROM old) AS together ORDER BY random()",
            [survey.pk, survey.pk, survey.pk],
        )


def _mix_on_sqlite(survey: Survey) -> None:
    sheets, box = Sheet._meta.db_table, DropBox._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {sheets} (id, survey_id, unit, part, payload)"  # noqa: S608 - our own names
            f" SELECT {_NEW_ID['sqlite']}, survey_id, unit, part, payload FROM {box} WHERE survey_id = %s ORDER BY random()",
            [survey.pk],
        )
        cursor.execute(f"DELETE FROM {box} WHERE survey_id = %s", [survey.pk])  # noqa: S608


def rewrite(survey: Survey) -> None:
    """Write the desk's marks and the spent ballots of ``survey`` anew in random order, each in one statement.

    Nothing to do on SQLite: the key, a keyed digest, is the only order of these tables.
    """
    if connection.vendor != "postgresql":
        return
    for model in (DeskMark, SpentBallot):
        table, key = model._meta.db_table, model._meta.pk.column
        with transaction.atomic(), connection.cursor() as cursor:
            lock(survey, shared=False)
            cursor.execute(
                f"WITH old AS (DELETE FROM {table} WHERE survey_id = %s RETURNING {key}, survey_id, unit)"  # noqa: S608
                f" INSERT INTO {table} ({key}, survey_id, unit) SELECT {key}, survey_id, unit FROM old ORDER BY random()",
                [survey.pk],
            )


def _let_older_ones_end(cursor: CursorWrapper) -> None:
    """Wait for the transactions that run now, ten seconds at most."""
    cursor.execute("SELECT pg_current_xact_id()::xid::text")
    now = cursor.fetchone()[0]
    for _ in range(100):
        cursor.execute(
            "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND age(backend_xmin) >= age(%s::xid) LIMIT 1",
            [now],
        )
        if cursor.fetchone() is None:
            return
        time.sleep(0.1)


def sweep() -> None:
    """Remove what deleted rows left in the files. Outside a transaction; PostgreSQL locks each small table for a moment.

    A transaction that began before still may see old versions, so PostgreSQL keeps them; the nightly sweep finds those.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _let_older_ones_end(cursor)
            for model in (DropBox, Sheet, DeskMark, SpentBallot):
                cursor.execute(f"VACUUM FULL {model._meta.db_table}")
        else:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.fetchall()
