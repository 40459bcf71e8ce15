"""The survey store knows no person, no time, no address and no order: read from the models and from the finished tables."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection, models

from surveys import checks, guards
from surveys.models import STORE, Comment, DeskMark, DropBox, ReportingUnit, Sheet, SpentBallot, Survey

ALLOWED = {
    DeskMark: {"mark": models.CharField, "survey": models.ForeignKey, "unit": models.PositiveSmallIntegerField},
    SpentBallot: {"hash": models.CharField, "survey": models.ForeignKey, "unit": models.PositiveSmallIntegerField},
    DropBox: {
        "id": models.UUIDField,
        "survey": models.ForeignKey,
        "unit": models.PositiveSmallIntegerField,
        "part": models.CharField,
        "payload": models.JSONField,
    },
}
ALLOWED[Sheet] = ALLOWED[DropBox]


@pytest.mark.parametrize("model", STORE)
def test_a_row_of_the_store_has_these_columns_and_no_other(model):
    assert {field.name: type(field) for field in model._meta.get_fields()} == ALLOWED[model]


@pytest.mark.parametrize("model", STORE)
def test_the_only_row_it_points_to_is_its_survey_and_nothing_points_to_it(model):
    assert [field.related_model for field in model._meta.get_fields() if field.is_relation] == [Survey]
    pointing = [
        other for other in apps.get_models() for field in other._meta.get_fields() if field.related_model is model
    ]
    assert pointing == []


@pytest.mark.parametrize("model", [DropBox, Sheet, Comment])
def test_its_numbers_are_random(model):
    assert {model(survey_id=1).pk.version for _ in range(20)} == {4}


@pytest.mark.parametrize("model", [Comment, ReportingUnit])
def test_what_stands_beside_it_knows_no_time_and_no_person(model):
    kinds = {type(field) for field in model._meta.get_fields()}
    assert not kinds & {models.DateField, models.DateTimeField, models.TimeField, models.GenericIPAddressField}
    person = apps.get_model("organisations", "Person")
    assert person not in {field.related_model for field in model._meta.get_fields() if field.is_relation}


@pytest.mark.django_db
@pytest.mark.parametrize("model", [*STORE, Comment])
def test_the_finished_table_has_no_clock_and_no_counter(model):
    with connection.cursor() as cursor:
        table = connection.introspection.get_table_description(cursor, model._meta.db_table)
        counters = connection.introspection.get_sequences(cursor, model._meta.db_table)
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT data_type FROM information_schema.columns WHERE table_name = %s", [model._meta.db_table]
            )
            kinds = {row[0] for row in cursor.fetchall()}
        else:
            cursor.execute("SELECT lower(type) FROM pragma_table_info(%s)", [model._meta.db_table])
            kinds = {row[0] for row in cursor.fetchall()}
    assert {column.name for column in table} == {field.column for field in model._meta.concrete_fields}
    assert counters == [] or connection.vendor == "sqlite"
    assert not any("date" in kind or "time" in kind or "autoinc" in kind for kind in kinds)


@pytest.mark.django_db
def test_the_guards_stand_after_all_migrations():
    assert {name for name, _ in guards.found(connection)} == guards.expected(connection)
    assert guards.with_rowid(connection) == []
    assert checks.faults() == []


@pytest.mark.django_db(transaction=True)
def test_a_remade_table_is_found_and_mended():
    old = models.CharField(max_length=40, blank=True)
    new = models.CharField(max_length=41, blank=True)
    for field in (old, new):
        field.set_attributes_from_name("part")
    with connection.schema_editor() as editor:
        editor.alter_field(Sheet, old, new, strict=False)
        editor.alter_field(Sheet, new, old, strict=False)
    if connection.vendor == "sqlite":
        # What a migration on SQLite does without a word.
        assert guards.with_rowid(connection) == [Sheet._meta.db_table]
    guards.lift(connection)
    assert len(checks.faults()) >= len(guards.expected(connection))
    guards.install(connection)
    assert checks.faults() == []


@pytest.mark.django_db
def test_a_missing_guard_stops_the_start():
    guards.lift(connection)
    assert {error.id for error in checks.guards_stand(None, ["default"])} == {"surveys.E001"}


def test_the_audit_and_the_administration_leave_the_store_alone(settings):
    assert checks.store_is_left_alone(None) == []
    settings.AUDITLOG_INCLUDE_TRACKING_MODELS = [*settings.AUDITLOG_INCLUDE_TRACKING_MODELS, "surveys.Sheet"]
    assert [error.id for error in checks.store_is_left_alone(None)] == ["surveys.E002"]
    settings.AUDITLOG_INCLUDE_TRACKING_MODELS = ["surveys"]
    assert [error.id for error in checks.store_is_left_alone(None)] == ["surveys.E002"]


def test_answers_and_marks_are_never_in_one_transaction_with_a_request(settings, monkeypatch):
    monkeypatch.setitem(settings.DATABASES["default"], "ATOMIC_REQUESTS", True)
    assert [error.id for error in checks.store_is_left_alone(None)] == ["surveys.E004"]
