"""`prove_anonymity`: it finds nothing on a sound system, and each of its attacks finds something on an unsound one."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import docx
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from surveys import checks, guards
from surveys.models import DeskMark, Sheet, SpentBallot, Survey
from surveys.promising import Promise
from surveys.proving import Finding, live, rehearsal, report, scratch
from tests.surveys import surveys_made as made

GOOD = Finding("试一", "这样", "没有", True)
BAD = Finding("试二", "那样", "找到 3 处", False)
UNTRIED = Finding("试三", "那样", "没有权限", None)


@pytest.fixture
def empty(transactional_db, settings, tmp_path) -> None:
    """Posts and nobody, as in the database of a rehearsal."""
    settings.SURVEY_KEYS = tmp_path
    call_command("load_posts", verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_every_attack_of_the_rehearsal_fails(empty):
    found = rehearsal.rehearse()
    assert len(found) == 11
    assert [finding for finding in found if finding.held is not True] == []


@pytest.mark.django_db
def test_the_rehearsal_never_runs_beside_real_people(city):
    with pytest.raises(ValueError, match="of its own"):
        rehearsal.rehearse()


@pytest.fixture
def done(empty) -> rehearsal.Rehearsed:
    return rehearsal._hand_in()


@pytest.mark.django_db(transaction=True)
def test_each_attack_finds_what_is_wrong(done, monkeypatch):
    """One after the other on one rehearsal: each defect is made by hand, and seen."""
    arrival = list(range(rehearsal.PEOPLE))
    with monkeypatch.context() as broken:
        broken.setattr(rehearsal, "_markers", lambda survey: arrival)
        broken.setattr(
            rehearsal.attacks,
            "in_place",
            lambda *a, **k: [rehearsal.ballots.desk_mark(done.survey, p.pk) for p in done.people],
        )
        assert rehearsal._order(done).held is False
    mark = DeskMark.objects.first()
    Sheet.objects.create(survey=done.survey, unit=0, part="x", payload="", pk=mark.pk[:32])
    SpentBallot.objects.create(survey=done.survey, unit=0, pk=mark.pk)
    assert rehearsal._digests(done).held is False
    done.after += " "
    assert rehearsal._backup(done).held is False
    done.logged += done.codes[7]
    assert rehearsal._logs(done).held is False
    SpentBallot.objects.all().delete()
    assert rehearsal._twice(done).held is False
    with monkeypatch.context() as broken:
        broken.setattr(Promise, "as_json", lambda self: {"k": 3})
        assert rehearsal._promised(done).held is False
    guards.lift(connection)
    assert rehearsal._frozen(done).held is False


@pytest.mark.django_db(transaction=True)
def test_what_is_left_behind_is_found(done, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(rehearsal.closing, "close", lambda survey, now: True)
        assert rehearsal._closed(done).held is False
    rehearsal._closed(done)
    monkeypatch.setattr(rehearsal.destroying, "destroy", lambda survey, now: True)
    with pytest.raises(Survey.destruction.RelatedObjectDoesNotExist):
        rehearsal._gone(done)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_common_transaction_and_a_forgotten_page_are_found(done):
    from django.db import transaction

    assert rehearsal._pages(done).held is True
    rehearsal.DropBox.objects.create(survey=done.survey, unit=0, payload={"marker": "1"})
    assert rehearsal._pages(done).held is False
    with transaction.atomic():
        DeskMark.objects.create(pk="f" * 64, survey=done.survey, unit=0)
        Sheet.objects.create(survey=done.survey, unit=0, payload={"marker": "1"})
    assert rehearsal._transactions(done).held is False
    assert live._transactions().held is False


@pytest.mark.django_db
def test_the_running_system_is_read_and_each_defect_seen(city, monkeypatch, settings):
    made.crowd(city)
    survey = made.closed(city)
    found = live.findings()
    assert [finding.title for finding in found if finding.held is not True] == []
    monkeypatch.setattr(live, "_read_columns", lambda table: [("submitted_at", "timestamp with time zone")])
    assert live._columns().held is False
    monkeypatch.setattr(checks, "faults", lambda: ["缺触发器。"])
    assert live._guards().held is False
    settings.AUDITLOG_INCLUDE_TRACKING_MODELS = ["surveys.Sheet"]
    assert live._left_alone().held is False
    guards.lift(connection)
    DeskMark.objects.create(pk="f" * 64, survey=survey, unit=0)
    assert live._closed().held is False


@pytest.mark.django_db
def test_sheets_kept_too_long_are_seen(city, time_machine):
    made.crowd(city)
    survey = made.closed(city)
    time_machine.move_to(survey.closes_at + timedelta(days=survey.retention_days + 1))
    assert live._destroyed().held is False


@pytest.mark.postgres
@pytest.mark.django_db
def test_loose_settings_of_the_log_are_named():
    with connection.cursor() as cursor:
        cursor.execute("SET log_min_duration_statement = 0")
        try:
            finding = live._logged()
        finally:
            cursor.execute("RESET log_min_duration_statement")
    assert finding.held is False
    assert "log_min_duration_statement = 0" in finding.result


@pytest.mark.once
def test_the_report_says_what_was_tried_in_words():
    read = docx.Document(BytesIO(report.word([GOOD, BAD], [UNTRIED], where="PostgreSQL", now=made.NOW)))
    cells = [[cell.text for cell in row.cells] for table in read.tables for row in table.rows]
    assert ["试一", "这样", "没有", "守住"] in cells
    assert ["试二", "那样", "找到 3 处", "没守住"] in cells
    assert ["试三", "那样", "没有权限", "没能试"] in cells
    assert report.summary([GOOD, GOOD]) == "共 2 项，守住 2 项，没有一项被攻破。"
    assert report.summary([GOOD, BAD, UNTRIED]) == "共 3 项，守住 1 项，没能试 1 项，没守住 1 项：试二。"


@pytest.mark.django_db
def test_the_command_writes_the_report_and_fails_where_something_did(city, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(scratch, "rehearsed", lambda: [GOOD])
    file = tmp_path / "报告.docx"
    call_command("prove_anonymity", out=str(file))
    assert "没有一项被攻破" in capsys.readouterr().out
    assert file.stat().st_size > 5000
    monkeypatch.setattr(scratch, "rehearsed", lambda: [BAD])
    with pytest.raises(CommandError, match="先不要启用"):
        call_command("prove_anonymity", out=str(file))


@pytest.mark.django_db(transaction=True)
def test_the_rehearsal_has_a_database_of_its_own_and_leaves_nothing(monkeypatch):
    seen = []

    def run(environment: dict[str, str], answer: Path) -> list[Finding]:
        seen.append((environment, answer))
        return [GOOD]

    monkeypatch.setattr(scratch, "_run", run)
    assert scratch.rehearsed() == [GOOD]
    environment, answer = seen[0]
    assert not answer.parent.exists()
    assert environment["SURVEY_KEYS"] == str(answer.parent)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_database WHERE datname LIKE 'sanli_proof_%%'")
            assert cursor.fetchone()[0] == 0
