"""The first two steps of an import: the file kept, its columns and units settled, and what is remembered of that."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms.models import model_to_dict

from organisations.importing import batches
from organisations.models.importing import ImportBatch, ImportMemory, ImportRow, ImportState
from tests.organisations.importing.rosters import (
    LINES,
    NOW,
    TITLES,
    TODAY,
    checked,
    choose,
    files,
    received,
    row,
    workbook,
)

pytestmark = pytest.mark.django_db
FIRST, SECOND = "第一党支部", "第二党支部"


@pytest.fixture
def batch(city, today):
    return checked(LINES, city.finance, city.office)


def upload(name="花名册.xlsx"):
    file = workbook(LINES)
    file.name = name
    return file


# --- receiving


def test_a_file_is_kept_under_a_made_up_name_and_its_columns_are_guessed(city, today, folder):
    batch = received(LINES, city.finance, city.office)
    assert (batch.state, batch.file_name, batch.sheet, batch.total) == (ImportState.RECEIVED, "花名册.xlsx", "在册", 4)
    assert [column["field"] for column in batch.columns] == [
        "name",
        "staff_no",
        "category",
        "joined_on",
        "birth_year",
        "branch",
    ]
    assert [(place["text"], place["organisation"]) for place in batch.places] == [
        (FIRST, city.first.pk),
        (SECOND, city.second.pk),
    ]
    (name,) = files(folder)
    assert name.endswith(".xlsx")
    assert "花名册" not in name


def test_what_is_no_table_is_refused_and_not_kept(city, today, folder):
    file = SimpleUploadedFile("花名册.xlsx", b"%PDF-1.7")
    with pytest.raises(ValidationError) as refusal:
        batches.receive(
            file, subject="people", organisation=city.finance, since=TODAY, by=city.office, now=NOW, today=TODAY
        )
    assert list(refusal.value.message_dict) == ["file"]
    with pytest.raises(ValidationError) as refusal:
        received(LINES, city.finance, city.office, since=TODAY + timedelta(days=400))
    assert list(refusal.value.message_dict) == ["since"]
    assert not ImportBatch.objects.exists()
    assert files(folder) == []


def test_a_long_name_keeps_its_ending(city, today):
    name = "甲" * 200 + ".xlsx"
    kept = batches.receive(
        upload(name), subject="people", organisation=city.finance, since=TODAY, by=city.office, now=NOW, today=TODAY
    )
    assert (len(kept.file_name), kept.file_name[-6:]) == (120, "甲.xlsx")


def test_only_who_keeps_the_roster_may_act(city, today, batch):
    """A secretary keeps nobody's roster, the office none of another organ; each act asks again."""
    before = model_to_dict(ImportBatch.objects.get(pk=batch.pk))
    for person in (city.secretary, city.stranger, city.member):
        for act in (
            lambda by: received(LINES, city.finance, by),
            lambda by: batches.reread(batch, sheet="在册", header_row=1, by=by, now=NOW),
            lambda by: batches.choose(batch, columns={}, places={}, since=TODAY, by=by, now=NOW),
            lambda by: batches.start_checking(batch, by=by, now=NOW),
            lambda by: batches.decide(batch, {}, {}, by=by, now=NOW),
            lambda by: batches.confirm(batch, by=by, now=NOW),
            lambda by: batches.undo(batch, by=by, now=NOW),
            lambda by: batches.discard(batch, by=by, now=NOW),
        ):
            with pytest.raises(PermissionDenied):
                act(person)
    with pytest.raises(PermissionDenied):
        received(LINES, city.water, city.office)
    assert model_to_dict(ImportBatch.objects.get(pk=batch.pk)) == before
    assert not ImportBatch.objects.visible_to(city.secretary, TODAY).exists()
    assert list(ImportBatch.objects.visible_to(city.gongwei, TODAY)) == [batch]


# --- columns


def test_columns_that_cannot_be_are_refused_one_by_one(city, today):
    batch = received(LINES, city.finance, city.office)
    with pytest.raises(ValidationError) as refusal:
        choose(batch, city.office, {0: "", 2: "nonsense", 3: "birth_year"})
    assert refusal.value.message_dict == {
        "column_2": ["没有这一项。"],
        "column_4": ["出生年已经是 D 列了。"],
        "columns": ["还要指出哪一列是姓名。"],
    }
    with pytest.raises(ValidationError) as refusal:
        choose(batch, city.office, places={FIRST: city.water_branch.pk})
    assert refusal.value.message_dict == {"place_0": ["没有这个单位。"]}


def test_what_was_chosen_is_remembered_for_the_next_file(city, today):
    titles = ["称呼", "职务", *TITLES[2:]]
    lines = [["柳青", "秘书", "正式党员", "", 1990, "一支部"]]
    batch = received(lines, city.finance, city.office, titles=titles)
    assert [column["field"] for column in batch.columns][:2] == ["", ""]
    assert choose(batch, city.office, {0: "name"}, {"一支部": city.first.pk})
    memory = ImportMemory.objects.get()
    assert memory.columns["称呼"] == "name"
    assert (memory.columns["职务"], memory.places) == ("", {"一支部": city.first.pk})
    again = received(lines, city.finance, city.office, titles=titles)
    assert again.columns[0]["field"] == "name"
    assert again.places == [{"text": "一支部", "rows": 1, "organisation": city.first.pk, "sure": True}]


def test_a_name_that_fits_by_itself_is_not_remembered(city, today):
    """第一党支部 may be another branch's name next year."""
    batch = received(LINES, city.finance, city.office)
    choose(batch, city.office)
    assert ImportMemory.objects.get().places == {}


def test_other_columns_for_units_ask_about_units_again(city, today):
    titles = [*TITLES[:5], "组织", "现支部"]
    lines = [["柳青", "", "正式党员", "", 1990, "第二党支部", FIRST]]
    batch = received(lines, city.finance, city.office, titles=titles)
    assert [place["text"] for place in batch.places] == [FIRST]
    assert choose(batch, city.office, {5: "branch", 6: ""}) is False
    assert [place["organisation"] for place in batch.places] == [city.second.pk]
    assert choose(batch, city.office, {5: "branch", 6: ""}) is True


def test_another_header_row_is_read_and_a_wrong_one_refused(city, today):
    batch = received(
        [["姓名", "人员类别", "所在支部"], ["柳青", "正式", FIRST]],
        city.finance,
        city.office,
        titles=["花名册", "", ""],
    )
    assert (batch.header_row, batch.total) == (2, 1)
    batches.reread(batch, sheet="在册", header_row=1, by=city.office, now=NOW)
    assert (batch.header_row, batch.total) == (1, 2)
    for error, given in (
        ("sheet", {"sheet": "别的", "header_row": 1}),
        ("header_row", {"sheet": "在册", "header_row": 99}),
    ):
        with pytest.raises(ValidationError) as refusal:
            batches.reread(batch, by=city.office, now=NOW, **given)
        assert list(refusal.value.message_dict) == [error]
    assert batch.header_row == 1


def test_going_back_to_the_columns_forgets_the_preview(city, today, batch):
    assert batch.rows.exists()
    choose(batch, city.office)
    assert (batch.state, batch.counts, batch.rows.count()) == (ImportState.RECEIVED, {}, 0)


def test_the_preview_keeps_no_cell_that_is_not_imported(city, today):
    titles = [*TITLES, "身份证号", "备注"]
    batch = checked([[*LINES[0], "110101199003078888", "与人不和"]], city.finance, city.office, titles=titles)
    assert batch.columns[6]["forbidden"]
    assert batch.columns[6]["samples"] == []
    assert set(row(batch, 2).cells) == {"name", "staff_no", "category", "joined_on", "birth_year", "branch"}
    assert "110101" not in str(list(ImportRow.objects.values())) + str(list(ImportBatch.objects.values()))
    assert choose(batch, city.office, {6: "group"})
    assert batch.columns[6]["field"] == ""
