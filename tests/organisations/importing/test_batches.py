"""One import through its acts: who may, what is refused when, what a worker leaves behind that dies or is called twice."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import IntegrityError
from django.utils import timezone

from documents.excel import write_workbook
from organisations import tasks
from organisations.importing import batches, people, working
from organisations.models import Membership, Person
from organisations.models.importing import ImportBatch, ImportRow, ImportState
from programmes.models import Obligation
from tests.organisations.importing.rosters import LINES, NOW, TITLES, checked, choose, files, received, row, written

pytestmark = pytest.mark.django_db
FIRST, SECOND = "第一党支部", "第二党支部"


@pytest.fixture
def batch(city, today):
    return checked(LINES, city.finance, city.office)


def everything():
    """All rows of the tables that an import may write."""
    return {model: list(model.objects.order_by("pk").values()) for model in (Person, Membership, Obligation)}


# --- checking


def test_nothing_is_written_before_it_is_confirmed(city, today, django_capture_on_commit_callbacks):
    before = everything()
    batch = received(LINES, city.finance, city.office)
    choose(batch, city.office)
    with django_capture_on_commit_callbacks(execute=True):
        batches.start_checking(batch, by=city.office, now=NOW)
    batch.refresh_from_db()
    assert (batch.state, batch.done, batch.total) == (ImportState.READY, 4, 4)
    assert batch.counts == {"new": 1, "changed": 1, "suspicious": 1, "refused": 1, "missing": 14}
    batches.decide(batch, {row(batch, 4).pk: "this"}, {row(batch, 3).pk: False}, by=city.office, now=NOW)
    assert everything() == before
    with django_capture_on_commit_callbacks(execute=True):
        batches.confirm(batch, by=city.office, now=NOW)
    assert everything() != before
    batch.refresh_from_db()
    assert (batch.state, batch.counts["written"]) == (ImportState.DONE, 2)


def test_a_check_that_is_run_twice_lays_out_one_preview(city, today, batch):
    """The message of a worker that was killed is delivered again: the next one starts over."""
    rows = list(batch.rows.order_by("number", "target").values("number", "verdict", "why", "changes"))
    ImportBatch.objects.filter(pk=batch.pk).update(state=ImportState.CHECKING)
    working.check(batch.pk, NOW)
    assert list(batch.rows.order_by("number", "target").values("number", "verdict", "why", "changes")) == rows
    working.check(batch.pk, NOW)  # not asked for any more
    assert batch.rows.count() == len(rows)


def test_a_worker_that_was_given_up_stops(city, today, monkeypatch):
    """Somebody starts the check again while the first worker is only slow."""
    batch = received(LINES, city.finance, city.office)
    ImportBatch.objects.filter(pk=batch.pk).update(state=ImportState.CHECKING, started_at=NOW)
    judge = people.People.judge

    def slow(self, readings, context, progress):
        ImportBatch.objects.filter(pk=batch.pk).update(started_at=NOW + timedelta(minutes=16))
        return judge(self, readings, context, progress)

    monkeypatch.setattr(people.People, "judge", slow)
    working.check(batch.pk, NOW)
    batch.refresh_from_db()
    assert (batch.state, batch.message, batch.rows.count()) == (ImportState.CHECKING, "", 0)


def test_a_check_that_fails_says_so_and_may_be_started_again(city, today, monkeypatch, caplog):
    batch = received(LINES, city.finance, city.office)
    ImportBatch.objects.filter(pk=batch.pk).update(state=ImportState.CHECKING)
    with monkeypatch.context() as broken:
        broken.setattr(working, "readings", lambda *_: 1 / 0)
        working.check(batch.pk, NOW)
    batch.refresh_from_db()
    assert (batch.state, batch.message[:6]) == (ImportState.FAILED, "核对没有做完")
    assert "ZeroDivisionError" in caplog.text
    batches.start_checking(batch, by=city.office, now=NOW)
    assert (batch.state, batch.message) == (ImportState.CHECKING, "")


def test_a_file_that_is_gone_is_said_in_a_sentence(city, today, monkeypatch):
    batch = received(LINES, city.finance, city.office)
    monkeypatch.setattr(working.tabling, "table_of", lambda batch: (_ for _ in ()).throw(ValidationError("打不开。")))
    ImportBatch.objects.filter(pk=batch.pk).update(state=ImportState.CHECKING)
    working.check(batch.pk, NOW)
    batch.refresh_from_db()
    assert (batch.state, batch.message) == (ImportState.FAILED, "打不开。")


def test_a_check_at_work_is_not_started_again_before_a_quarter_of_an_hour(city, today):
    batch = received(LINES, city.finance, city.office)
    batches.start_checking(batch, by=city.office, now=NOW)
    with pytest.raises(ValidationError, match="正在核对"):
        batches.start_checking(batch, by=city.office, now=NOW + timedelta(minutes=15))
    later = NOW + timedelta(minutes=15, seconds=1)
    assert batches.is_stuck(batch, later)
    batches.start_checking(batch, by=city.office, now=later)
    assert batch.started_at == later


# --- deciding


def test_a_decision_needs_somebody_who_is_meant(city, today):
    lines = [["王磊", "", "", "", "", SECOND], ["陆景行", "", "", "", "", SECOND]]
    keys = sorted(Person.objects.filter(name__in=["许清", "顾清和"]).values_list("pk", flat=True))
    Person.objects.filter(pk__in=keys).update(name="王磊", birth_year=None)
    batch = checked(lines, city.finance, city.office)
    several, single = row(batch, 2), row(batch, 3)
    assert sorted(several.candidates) == keys
    with pytest.raises(ValidationError) as refusal:
        batches.decide(batch, {several.pk: "this"}, {}, by=city.office, now=NOW)
    assert refusal.value.message_dict == {f"row_{several.pk}": ["第 2 行：请点明是哪一位。"]}
    with pytest.raises(ValidationError):
        batches.decide(batch, {several.pk: "this"}, {}, whom={several.pk: city.admin.pk}, by=city.office, now=NOW)
    with pytest.raises(ValidationError):
        batches.decide(batch, {several.pk: "delete"}, {}, by=city.office, now=NOW)
    chosen = {several.pk: keys[1]}
    batches.decide(batch, {several.pk: "this", single.pk: "this"}, {}, whom=chosen, by=city.office, now=NOW)
    assert row(batch, 2).target == keys[1]
    assert row(batch, 3).target == single.candidates[0]
    batches.decide(batch, {several.pk: "", single.pk: "skip"}, {}, by=city.office, now=NOW)
    assert list(batch.rows.undecided()) == [several]
    assert row(batch, 3).target is None


def test_only_what_is_in_doubt_is_decided_and_only_what_is_sure_is_ticked(city, today, batch):
    new, changed, doubtful, refused = (row(batch, number) for number in range(2, 6))
    other = checked(LINES, city.finance, city.office)
    batches.decide(
        batch,
        {new.pk: "skip", refused.pk: "new", row(other, 4).pk: "new"},
        {doubtful.pk: False, refused.pk: False, changed.pk: False},
        by=city.office,
        now=NOW,
    )
    assert [row(batch, n).decision for n in range(2, 6)] == ["", "", "this", ""]
    assert [row(batch, n).accepted for n in range(2, 6)] == [True, False, True, True]
    assert row(other, 4).decision == "this"
    written(batch)
    with pytest.raises(ValidationError, match="已经导入"):
        batches.decide(batch, {}, {}, by=city.office, now=NOW)


# --- confirming and writing


def test_a_second_click_and_a_second_message_write_once(city, today, batch, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as first:
        batches.confirm(batch, by=city.office, now=NOW)
    with django_capture_on_commit_callbacks() as second:
        batches.confirm(batch, by=city.office, now=NOW)
    assert (len(first), second) == (1, [])
    tasks.write_import(batch.pk)
    after = everything()
    tasks.write_import(batch.pk)
    batches.confirm(batch, by=city.office, now=NOW)
    assert everything() == after
    assert Person.objects.filter(name="柳青").count() == 1


def test_who_confirms_is_who_imported(city, today, batch):
    batches.confirm(batch, by=city.gongwei, now=NOW)
    assert batch.by == city.gongwei


def test_there_must_be_something_to_write(city, today):
    batch = checked([["林知远", "1001", "", "", "", FIRST]], city.finance, city.office)
    with pytest.raises(ValidationError, match="没有要写入的行"):
        batches.confirm(batch, by=city.office, now=NOW)
    unread = received(LINES, city.finance, city.office)
    with pytest.raises(ValidationError, match="请先核对"):
        batches.confirm(unread, by=city.office, now=NOW)


@pytest.mark.parametrize("failure", [IntegrityError("duplicate key"), RuntimeError("killed")])
def test_a_failure_writes_nothing_and_leaves_the_preview(city, today, batch, monkeypatch, caplog, failure):
    before, preview = everything(), list(batch.rows.order_by("pk").values())

    def fail(*_):
        raise failure

    monkeypatch.setattr(working, "tell_upper_floors", fail)
    batch = written(batch)
    assert (batch.state, batch.message[:6]) == (ImportState.READY, "导入没有成功")
    assert everything() == before
    assert list(batch.rows.order_by("pk").values()) == preview
    assert default_storage.exists(batch.file.name)
    monkeypatch.undo()
    assert written(batch).state == ImportState.DONE


def test_the_file_goes_once_it_is_written(city, today, batch, folder, django_capture_on_commit_callbacks):
    assert len(files(folder)) == 1
    with django_capture_on_commit_callbacks(execute=True):
        batch = written(batch)
    assert (files(folder), batch.file.name) == ([], "")


# --- what is left over


def test_refused_rows_come_back_as_a_file_that_imports_again(city, today, batch):
    out = BytesIO()
    write_workbook(out, [batches.refused_rows(batch)], organisation="市财政局", created=timezone.now())
    table = list(openpyxl.load_workbook(BytesIO(out.getvalue())).active.values)
    assert table == [
        ("行号", *TITLES, "为什么"),
        (5, "韩露", None, "正式党员", "2033.7", "1990", FIRST, "入党时间“2033.7”晚于今天。"),
    ]
    choose(batch, city.office)
    mended = [list(table[1])]
    mended[0][4] = "2023.7"
    again = checked(mended, city.finance, city.office, titles=table[0])
    assert [column["field"] for column in again.columns][:2] == ["", "name"]
    assert again.counts["new"] == 1


def test_rows_that_went_stale_come_back_too(city, today, batch):
    Person.objects.filter(name="沈若川").update(birth_year=1990, category="applicant")
    batch = written(batch)
    assert [line[0] for line in batches.refused_rows(batch).rows] == [3, 5]


def test_what_nobody_needs_is_forgotten(city, today, batch, folder, django_capture_on_commit_callbacks):
    done, left = batch, received(LINES, city.finance, city.office)
    done = written(done)
    with django_capture_on_commit_callbacks(execute=True):
        working.forget(NOW + timedelta(days=7))
    assert ImportBatch.objects.count() == 2
    with django_capture_on_commit_callbacks(execute=True):
        working.forget(NOW + timedelta(days=7, seconds=1))
    assert list(ImportBatch.objects.all()) == [done]
    assert not default_storage.exists(left.file.name)
    assert ImportRow.objects.filter(batch=done).exists()
    working.forget(NOW + timedelta(days=184))
    done.refresh_from_db()
    assert (done.rows.count(), done.places, done.counts["written"]) == (0, [], 3)
    assert {tuple(column["samples"]) for column in done.columns} == {()}


def test_an_import_is_thrown_away_before_it_is_written_and_not_after(
    city, today, batch, folder, django_capture_on_commit_callbacks
):
    other = checked(LINES, city.finance, city.office)
    with django_capture_on_commit_callbacks(execute=True):
        batches.discard(other, by=city.office, now=NOW)
    assert list(ImportBatch.objects.all()) == [batch]
    assert len(files(folder)) == 1
    written(batch)
    with pytest.raises(ValidationError, match="已经导入"):
        batches.discard(batch, by=city.office, now=NOW)
