"""What the database itself holds to: frozen settings, and tables that keep no order of arrival.

Triggers refuse, also in raw SQL, what the verbs refuse: a launched survey does not change, nor do its units; nothing is handed
in after closing; what was released stays as it is. On SQLite the store's tables are WITHOUT ROWID: an ordinary table
keeps a hidden running number, and so the order of arrival, even after VACUUM. Remaking a table, as a migration on SQLite does,
silently drops both, therefore ``install`` runs after every migrate (apps.py) and a system check reads the catalogue
(checks.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.db import models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from .models import STORE, Comment, DeskMark, DropBox, Part, ReleasedTable, ReportingUnit, SpentBallot, Survey

PREFIX = "surveys_guard_"
# What a launched survey may still change: that it was counted, that its sheets were destroyed.
SURVEY_MOVES = {"closed_at", "destroyed_at"}
# Sums of paper, steps of five, and the two counts of closing.
UNIT_MOVES = {"slips_printed", "slips_replaced", "meter", "ballots_out", "ballots_spent"}

LAUNCHED = "EXISTS (SELECT 1 FROM surveys_survey s WHERE s.id = {row}.survey_id AND s.launched_at IS NOT NULL)"
CLOSED = "EXISTS (SELECT 1 FROM surveys_survey s WHERE s.id = {row}.survey_id AND s.closed_at IS NOT NULL)"
NOT_OPEN = (
    "NOT EXISTS (SELECT 1 FROM surveys_survey s"
    " WHERE s.id = {row}.survey_id AND s.launched_at IS NOT NULL AND s.closed_at IS NULL)"
)
COVERED = (
    "EXISTS (SELECT 1 FROM surveys_reportingunit u JOIN surveys_survey s ON s.id = u.survey_id"
    " WHERE u.id = {row}.reportingunit_id AND s.launched_at IS NOT NULL)"
)


def _changed(model: type[models.Model], moves: set[str], distinct: str) -> str:
    """SQL: some column of ``model`` outside ``moves`` is to change."""
    columns = [field.column for field in model._meta.local_concrete_fields if field.name not in moves]
    return "(" + " OR ".join(f'OLD."{column}" {distinct} NEW."{column}"' for column in columns) + ")"


def _set_once(column: str, distinct: str) -> str:
    """SQL: a column that was set is to change."""
    return f'(OLD."{column}" IS NOT NULL AND OLD."{column}" {distinct} NEW."{column}")'


def _rules(distinct: str) -> Iterator[tuple[str, str, str, str]]:
    """Every guard: its name, its table, the event, and the condition under which the event is refused."""
    survey, unit, covers = "surveys_survey", "surveys_reportingunit", ReportingUnit.covers.through._meta.db_table
    frozen = f"OLD.launched_at IS NOT NULL AND {_changed(Survey, SURVEY_MOVES, distinct)}"
    once = " OR ".join(_set_once(column, distinct) for column in sorted(SURVEY_MOVES))
    yield "survey_frozen", survey, "UPDATE", f"{frozen} OR {once}"
    yield "survey_stays", survey, "DELETE", "OLD.launched_at IS NOT NULL"
    yield "unit_new", unit, "INSERT", LAUNCHED.format(row="NEW")
    unit_change = _changed(ReportingUnit, UNIT_MOVES, distinct)
    yield "unit_frozen", unit, "UPDATE", f"{LAUNCHED.format(row='OLD')} AND {unit_change}"
    yield "unit_stays", unit, "DELETE", LAUNCHED.format(row="OLD")
    yield "covers_new", covers, "INSERT", COVERED.format(row="NEW")
    yield "covers_frozen", covers, "UPDATE", COVERED.format(row="OLD")
    yield "covers_stays", covers, "DELETE", COVERED.format(row="OLD")
    for model in (DropBox, SpentBallot, DeskMark):
        yield f"{model._meta.model_name}_in_time", model._meta.db_table, "INSERT", NOT_OPEN.format(row="NEW")
    for released in (ReleasedTable, Part):
        name, table = str(released._meta.model_name), released._meta.db_table
        yield f"{name}_new", table, "INSERT", CLOSED.format(row="NEW")
        yield f"{name}_fixed", table, "UPDATE", CLOSED.format(row="OLD")
        yield f"{name}_stays", table, "DELETE", CLOSED.format(row="OLD")


def expected(connection: BaseDatabaseWrapper) -> set[str]:
    """The names of all guards."""
    return {PREFIX + name for name, *_ in _rules(_distinct(connection))}


def _distinct(connection: BaseDatabaseWrapper) -> str:
    return "IS NOT" if connection.vendor == "sqlite" else "IS DISTINCT FROM"


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the guards and the tables without rowid, whatever was there before."""
    if connection.vendor == "sqlite":
        for model in (*STORE, Comment):
            _without_rowid(connection, model._meta.db_table)
    lift(connection)
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for name, table, event, condition in _rules(_distinct(connection)):
            cursor.execute(_trigger(connection, PREFIX + name, table, event, condition))


def lift(connection: BaseDatabaseWrapper) -> None:
    """Remove the guards: before a table is remade or a test database emptied. Nothing in the program calls it alone."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for name, table in found(connection):
            if connection.vendor == "sqlite":
                cursor.execute(f'DROP TRIGGER "{name}"')
            else:
                cursor.execute(f'DROP TRIGGER "{name}" ON "{table}"')
                cursor.execute(f'DROP FUNCTION IF EXISTS "{name}_f"()')


def found(connection: BaseDatabaseWrapper) -> list[tuple[str, str]]:
    """The guards that are there, each with its table."""
    question = (
        "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s"
        if connection.vendor == "sqlite"
        else "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
        " WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND t.tgname LIKE %s AND pg_table_is_visible(c.oid)"
    )
    with connection.cursor() as cursor:
        cursor.execute(question, [f"{PREFIX}%"])
        return [(str(name), str(table)) for name, table in cursor.fetchall()]


def with_rowid(connection: BaseDatabaseWrapper) -> list[str]:
    """The tables of the store that keep an order of arrival: none on a sound database, none on PostgreSQL (sealing.py)."""
    if connection.vendor != "sqlite":
        return []
    tables = {model._meta.db_table for model in (*STORE, Comment)}
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pragma_table_list WHERE schema = 'main' AND wr = 0")
        return sorted(tables & {row[0] for row in cursor.fetchall()})


def _trigger(connection: BaseDatabaseWrapper, name: str, table: str, event: str, condition: str) -> Any:
    said = f"{name[len(PREFIX) :]}: frozen"
    if connection.vendor == "sqlite":
        return (
            f'CREATE TRIGGER "{name}" BEFORE {event} ON "{table}" FOR EACH ROW WHEN {condition}'
            f" BEGIN SELECT RAISE(ABORT, '{said}'); END"
        )
    back = "OLD" if event == "DELETE" else "NEW"
    return (
        f'CREATE FUNCTION "{name}_f"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN'
        f" IF {condition} THEN RAISE EXCEPTION '{said}' USING ERRCODE = 'integrity_constraint_violation'; END IF;"
        f" RETURN {back}; END $$;"
        f' CREATE TRIGGER "{name}" BEFORE {event} ON "{table}" FOR EACH ROW EXECUTE FUNCTION "{name}_f"();'
    )


def _without_rowid(connection: BaseDatabaseWrapper, table: str) -> None:
    """Remake ``table`` without its hidden running number, rows and all; nothing happens where it has none."""
    if table not in with_rowid(connection):
        return
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = %s", [table])
        statement = str(cursor.fetchone()[0])
        cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = %s AND sql NOT NULL", [table])
        indexes = [str(row[0]) for row in cursor.fetchall()]
        cursor.execute(re.sub(rf'"{table}"', f'"{table}_new"', statement, count=1) + " WITHOUT ROWID")
        cursor.execute(f'INSERT INTO "{table}_new" SELECT * FROM "{table}" ORDER BY random()')  # noqa: S608 - our own names
        cursor.execute(f'DROP TABLE "{table}"')
        cursor.execute(f'ALTER TABLE "{table}_new" RENAME TO "{table}"')
        for index in indexes:
            cursor.execute(index)
