"""What an attacker reads out of the tables beside their columns: transactions, places, hidden numbers, old versions."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, models


def ranks(values: Sequence[int]) -> list[int]:
    order = sorted(range(len(values)), key=values.__getitem__)
    found = [0] * len(values)
    for rank, place in enumerate(order):
        found[place] = rank
    return found


def spearman(one: Sequence[int], other: Sequence[int]) -> float:
    """How far two orders agree: 1 alike, 0 unrelated, −1 reversed."""
    n = len(one)
    distance = sum((a - b) ** 2 for a, b in zip(ranks(one), ranks(other), strict=True))
    return 1 - 6 * distance / (n * (n * n - 1))


def physical_order(model: type[models.Model]) -> list[str]:
    """The keys as they lie in the file: by ctid, or as SQLite gives them without being asked for an order."""
    table, key = model._meta.db_table, model._meta.pk.column
    order = " ORDER BY ctid" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "{key}" FROM "{table}"{order}')
        return [str(row[0]).replace("-", "") for row in cursor.fetchall()]


def payloads_in_place(model: type[models.Model], part: str = "") -> list[str]:
    """The payloads of a part as they lie in the file."""
    order = " ORDER BY ctid" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT payload FROM "{model._meta.db_table}" WHERE part = %s{order}', [part])
        return [row[0] for row in cursor.fetchall()]


def transactions(model: type[models.Model]) -> set[str]:
    """The transactions that wrote the rows (PostgreSQL)."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT DISTINCT xmin::text FROM "{model._meta.db_table}"')
        return {row[0] for row in cursor.fetchall()}


def joined_by_transaction(one: type[models.Model], other: type[models.Model]) -> int:
    """How many pairs of rows of two tables were written together."""
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT count(*) FROM "{one._meta.db_table}" a JOIN "{other._meta.db_table}" b ON a.xmin::text = b.xmin::text'
        )
        return int(cursor.fetchone()[0])


def old_versions(model: type[models.Model]) -> int:
    """How many rows, dead ones included, still lie in the pages (PostgreSQL, extension pageinspect)."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pageinspect")
        cursor.execute(
            "SELECT count(*) FROM generate_series(0, pg_relation_size(%s) / current_setting('block_size')::int - 1) page,"
            " LATERAL heap_page_items(get_raw_page(%s, page::int)) item WHERE item.t_data IS NOT NULL",
            [table, table],
        )
        return int(cursor.fetchone()[0])


def raw_pages(model: type[models.Model]) -> bytes:
    """The table's file, byte for byte (PostgreSQL, extension pageinspect)."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pageinspect")
        cursor.execute(
            "SELECT get_raw_page(%s, page::int) FROM"
            " generate_series(0, pg_relation_size(%s) / current_setting('block_size')::int - 1) page",
            [table, table],
        )
        return b"".join(bytes(row[0]) for row in cursor.fetchall())
