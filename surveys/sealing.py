"""Mixing: what was handed in loses its order and its transaction (anonymity.md §2, §3.6).

PostgreSQL keeps with each row the transaction that wrote it (xmin) and where it lies (ctid); both would put answers in
order of arrival, and beside the spent ballots. So a table is written anew: copied aside, truncated, and filled again by
one statement in random order, which gives all rows one transaction and a random place. TRUNCATE drops the old file whole;
VACUUM, even VACUUM FULL, keeps dead rows as long as any transaction of the cluster is older (measured: a test of
somebody else's database was enough). SQLite's tables have no rowid, their key is random, and what is deleted is
overwritten (guards.py, config/environment.py).
"""

from __future__ import annotations

from django.db import connection, models, transaction
from django.db.backends.utils import CursorWrapper

from .handing_in import lock
from .models import Comment, DeskMark, DropBox, Sheet, SpentBallot, Survey

SMALLEST_BATCH = 10

# A new number for a mixed row, version 4; on SQLite as Django writes it there, 32 digits.
_RANDOM_ID = "lower(hex(randomblob(6)) || '4' || substr(hex(randomblob(2)), 2) || 'a' || substr(hex(randomblob(8)), 2))"


def mix(survey: Survey, *, whole: bool = False) -> int:
    """Move what lies in the drop box to the sheets, all sheets written anew in random order; return how many lay there.

    Only when at least ten sheets wait, or for ``whole``, at closing.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        lock(survey, shared=False)
        waiting = DropBox.objects.filter(survey=survey, part="").count()
        if not waiting or (waiting < SMALLEST_BATCH and not whole):
            return 0
        if connection.vendor == "postgresql":
            _mix_on_postgres(cursor, survey)
        else:
            _mix_on_sqlite(cursor, survey)
    return waiting


def _mix_on_postgres(cursor: CursorWrapper, survey: Survey) -> None:
    """Every sheet, old ones too: otherwise a text and a sheet of one small batch would share their transaction."""
    box, sheets = DropBox._meta.db_table, Sheet._meta.db_table
    _take(cursor, box, sheets)
    cursor.execute(
        f"CREATE TEMPORARY TABLE moving ON COMMIT DROP AS"  # noqa: S608 - our own names
        f" SELECT survey_id, unit, part, payload FROM {box} WHERE survey_id = %s"
        f" UNION ALL SELECT survey_id, unit, part, payload FROM {sheets}",
        [survey.pk],
    )
    cursor.execute(f"DELETE FROM {box} WHERE survey_id = %s", [survey.pk])  # noqa: S608
    cursor.execute(f"TRUNCATE {sheets}")
    cursor.execute(
        f"INSERT INTO {sheets} (id, survey_id, unit, part, payload)"  # noqa: S608
        " SELECT gen_random_uuid(), survey_id, unit, part, payload FROM moving ORDER BY random()"
    )
    cursor.execute("DROP TABLE moving")
    _write_anew(cursor, DropBox)


def _mix_on_sqlite(cursor: CursorWrapper, survey: Survey) -> None:
    box, sheets = DropBox._meta.db_table, Sheet._meta.db_table
    cursor.execute(
        f"INSERT INTO {sheets} (id, survey_id, unit, part, payload)"  # noqa: S608 - our own names
        f" SELECT {_RANDOM_ID}, survey_id, unit, part, payload FROM {box} WHERE survey_id = %s ORDER BY random()",
        [survey.pk],
    )
    cursor.execute(f"DELETE FROM {box} WHERE survey_id = %s", [survey.pk])  # noqa: S608


def rewrite() -> None:
    """Write all desk marks and spent ballots anew in random order, each table in a transaction of its own.

    Released comments too: what a paraphrase replaced would otherwise lie in the pages until they are vacuumed. Nothing to do
    on SQLite: the key, a keyed digest or a random number, is the only order of these tables.
    """
    _each_anew(DeskMark, SpentBallot, Comment)


def sweep() -> None:
    """Leave nothing of deleted rows in the files. Outside a transaction; PostgreSQL locks each small table for a moment."""
    if connection.vendor == "postgresql":
        _each_anew(DropBox, Sheet, DeskMark, SpentBallot)
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.fetchall()


def _each_anew(*tables: type[models.Model]) -> None:
    if connection.vendor == "postgresql":
        for model in tables:
            with transaction.atomic(), connection.cursor() as cursor:
                _write_anew(cursor, model)


def _write_anew(cursor: CursorWrapper, model: type[models.Model]) -> None:
    """Every row of a table anew, with its key, in random order and into a new file. PostgreSQL."""
    table = model._meta.db_table
    _take(cursor, table)
    cursor.execute(f"CREATE TEMPORARY TABLE staying ON COMMIT DROP AS SELECT * FROM {table}")  # noqa: S608 - our own name
    cursor.execute(f"TRUNCATE {table}")
    cursor.execute(f"INSERT INTO {table} SELECT * FROM staying ORDER BY random()")  # noqa: S608
    cursor.execute("DROP TABLE staying")


def _take(cursor: CursorWrapper, *tables: str) -> None:
    """Nobody else reads or writes these tables until the transaction ends. Checks put off to its end would forbid TRUNCATE."""
    cursor.execute(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE")
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
