"""From the SQLite file into PostgreSQL, table by table: the city is told once, which is most of the time of filling."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from io import StringIO
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models, transaction

APPS = ("organisations", "reminders", "programmes", "activities", "responsibilities")
AT_ONCE = 50_000


def pour(file: Path) -> None:
    """Fill the tables of our apps with what stands in the SQLite ``file``; whatever they held before is dropped."""
    tables = [model for app in APPS for model in apps.get_app_config(app).get_models(include_auto_created=True)]
    quoted = ", ".join(f'"{model._meta.db_table}"' for model in tables)
    with closing(sqlite3.connect(file)) as source, transaction.atomic(), connection.cursor() as target:
        target.execute(f"TRUNCATE {quoted} CASCADE")
        for model in tables:
            _pour_table(source, target, model)
        for statement in connection.ops.sequence_reset_sql(no_style(), tables):
            target.execute(statement)


def _pour_table(source: sqlite3.Connection, target: Any, model: type[models.Model]) -> None:
    columns = ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)
    rows = source.execute(f'SELECT {columns} FROM "{model._meta.db_table}"')
    for part in iter(lambda: rows.fetchmany(AT_ONCE), []):
        target.copy_expert(f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN', StringIO("".join(_lines(part))))


def _lines(rows: Iterable[tuple[Any, ...]]) -> Iterator[str]:
    """The rows in the text format of COPY. Days, times and truth are text and numbers in SQLite that PostgreSQL reads."""
    for row in rows:
        yield "\t".join("\\N" if value is None else _written(value) for value in row) + "\n"


def _written(value: object) -> str:
    text = str(value)
    if isinstance(value, str) and not text.isalnum():
        return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    return text
