"""What an attacker reads out of the tables beside their columns: transactions, places, hidden numbers, old versions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import DatabaseError, connection, models, transaction


def spearman(one: Sequence[float], other: Sequence[float]) -> float:
    """How far two orders agree: 1 alike, 0 unrelated, −1 reversed. At least two values each."""
    count = len(one)
    distance = sum((a - b) ** 2 for a, b in zip(_ranks(one), _ranks(other), strict=True))
    return 1 - 6 * distance / (count * (count * count - 1))


def _ranks(values: Sequence[float]) -> list[int]:
    order = sorted(range(len(values)), key=values.__getitem__)
    found = [0] * len(values)
    for rank, place in enumerate(order):
        found[place] = rank
    return found


def in_place(model: type[models.Model], column: str, survey: int, part: str | None = None) -> list[Any]:
    """A column of a survey's rows as they lie in the file: by ctid, or as SQLite gives them without being asked for an order."""
    table = model._meta.db_table
    which = "survey_id = %s" + (" AND part = %s" if part is not None else "")
    order = " ORDER BY ctid" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT "{column}" FROM "{table}" WHERE {which}{order}',  # noqa: S608 - our own names
            [survey] if part is None else [survey, part],
        )
        return [row[0] for row in cursor.fetchall()]


def transactions(model: type[models.Model], survey: int) -> int:
    """How many transactions wrote the rows of a survey. PostgreSQL only."""
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT count(DISTINCT xmin::text) FROM "{model._meta.db_table}" WHERE survey_id = %s',  # noqa: S608
            [survey],
        )
        return int(cursor.fetchone()[0])


def joined_by_transaction(one: type[models.Model], other: type[models.Model]) -> int:
    """How many pairs of rows of two tables were written in the same transaction. PostgreSQL only."""
    first, second = one._meta.db_table, other._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT count(*) FROM "{first}" a JOIN "{second}" b ON a.xmin::text = b.xmin::text'  # noqa: S608
        )
        return int(cursor.fetchone()[0])


def raw_pages(model: type[models.Model]) -> bytes | None:
    """The table's file, byte for byte; None where the role may not read it. PostgreSQL with the extension pageinspect."""
    table = model._meta.db_table
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pageinspect")
            cursor.execute(
                "SELECT get_raw_page(%s, page::int) FROM"
                " generate_series(0, pg_relation_size(%s) / current_setting('block_size')::int - 1) page",
                [table, table],
            )
            return b"".join(bytes(row[0]) for row in cursor.fetchall())
    except DatabaseError:
        return None


def old_versions(model: type[models.Model]) -> int:
    """How many rows, dead ones included, still lie in the pages. PostgreSQL with the extension pageinspect."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pageinspect")
        cursor.execute(
            "SELECT count(*) FROM generate_series(0, pg_relation_size(%s) / current_setting('block_size')::int - 1) page,"
            " LATERAL heap_page_items(get_raw_page(%s, page::int)) item WHERE item.t_data IS NOT NULL",
            [table, table],
        )
        return int(cursor.fetchone()[0])


def refused(statement: str, *values: Any) -> bool:
    """Whether the database itself refuses a statement; it is undone if it does not."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
            transaction.set_rollback(True)
    except DatabaseError:
        return True
    return False
