"""A launched survey cannot be changed: not by a verb, not by a QuerySet, not by raw SQL."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from surveys import closing
from surveys.guards import SURVEY_MOVES, UNIT_MOVES
from surveys.models import Comment, DropBox, Part, ReleasedTable, ReportingUnit, SpentBallot, Survey
from tests.surveys import surveys_made as made

pytestmark = pytest.mark.django_db


def refused(sql: str, *values: object) -> bool:
    """Whether the database refuses a statement."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)
    except DatabaseError:
        return True
    return False


@pytest.fixture
def survey(city) -> Survey:
    made.crowd(city)
    return made.launched(city)


OTHER = {
    "code": "'zzzzzz'", "kind": "'appraisal'", "organisation_id": "organisation_id + 1", "programme_id": "1", "title": "'别的'",
    "who": "'members'", "source": "'1. 姓名'", "questionnaire": "'{}'", "k": "k + 1", "k_comments": "k_comments + 1",
    "k_crosses": "k_crosses + 1", "crosses": "'[1]'", "by_desk": "NOT by_desk", "by_slip": "NOT by_slip", "desk_note": "'x'",
    "opens_at": "closes_at", "closes_at": "opens_at", "publish_on": "NULL", "retention_days": "999", "previous_id": "id",
    "launched_at": "NULL", "frozen_on": "NULL", "id": "id + 1",
}  # fmt: skip


def test_every_column_is_tried():
    columns = {field.column for field in Survey._meta.concrete_fields if field.name not in SURVEY_MOVES}
    assert set(OTHER) == columns


@pytest.mark.parametrize("column", sorted(OTHER))
def test_no_column_of_a_launched_survey_can_be_changed(survey, column):
    assert refused(f"UPDATE surveys_survey SET {column} = {OTHER[column]} WHERE id = %s", survey.pk)


def test_a_draft_can_be_changed_and_deleted(city):
    draft = made.draft(city)
    assert not refused("UPDATE surveys_survey SET k = 9, title = 'x' WHERE id = %s", draft.pk)
    assert not refused("DELETE FROM surveys_survey WHERE id = %s", draft.pk)


def test_a_launched_survey_and_its_units_stay(survey):
    assert refused("DELETE FROM surveys_survey WHERE id = %s", survey.pk)
    assert refused("DELETE FROM surveys_reportingunit WHERE survey_id = %s", survey.pk)
    assert refused("DELETE FROM surveys_reportingunit_covers")
    assert refused("UPDATE surveys_reportingunit_covers SET organisation_id = organisation_id + 1")


def test_no_unit_is_added_or_redrawn(survey):
    unit = survey.units.first()
    with pytest.raises(DatabaseError), transaction.atomic():
        ReportingUnit.objects.create(survey=survey, number=99, name="一个人", heads=1, is_leaf=True)
    with pytest.raises(DatabaseError), transaction.atomic():
        unit.covers.add(survey.organisation)
    frozen = {field.column for field in ReportingUnit._meta.concrete_fields if field.name not in UNIT_MOVES}
    assert frozen == {"id", "survey_id", "number", "name", "parent_id", "organisation_id", "heads", "is_leaf"}
    for column, value in {
        "name": "'x'",
        "number": "77",
        "heads": "1",
        "is_leaf": "NOT is_leaf",
        "parent_id": "id",
        "organisation_id": "NULL",
        "survey_id": "survey_id + 1",
        "id": "id + 900",
    }.items():
        assert refused(f"UPDATE surveys_reportingunit SET {column} = {value} WHERE number = 0"), column


def test_sums_of_paper_and_the_meter_may_move(survey):
    assert not refused("UPDATE surveys_reportingunit SET slips_printed = 5, slips_replaced = 1, meter = 5")


def test_nothing_is_handed_in_to_a_draft_or_after_closing(city, survey):
    draft = made.draft(city, title="草稿")
    with pytest.raises(DatabaseError), transaction.atomic():
        DropBox.objects.create(survey=draft, unit=0, payload={})
    with pytest.raises(DatabaseError), transaction.atomic():
        SpentBallot.objects.create(survey=draft, unit=0, pk="0" * 64)
    assert closing.close(survey, now=survey.closes_at + timedelta(minutes=1))
    with pytest.raises(DatabaseError), transaction.atomic():
        DropBox.objects.create(survey=survey, unit=0, payload={})


def test_what_was_released_stays_as_it_is(city):
    made.crowd(city)
    survey = made.closed(city)
    assert Part.objects.filter(survey=survey).exists()
    assert ReleasedTable.objects.filter(survey=survey).exists()
    assert refused("UPDATE surveys_releasedtable SET payload = '{}'")
    assert refused("DELETE FROM surveys_releasedtable")
    assert refused("UPDATE surveys_part SET name = 'x'")
    assert refused("DELETE FROM surveys_part")
    with pytest.raises(DatabaseError), transaction.atomic():
        ReleasedTable.objects.create(survey=survey, key="late", part="all", kind="question", title="x", payload={})
    assert refused("UPDATE surveys_survey SET closed_at = NULL WHERE id = %s", survey.pk)
    # A comment may still be paraphrased before it is published.
    assert Comment.objects.filter(survey=survey).update(is_hidden=True) >= 0
