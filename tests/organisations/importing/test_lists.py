"""Lists of units and posts from the file to the database and back, by the acts that pages and workers call."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from organisations.importing import batches, working
from organisations.models import Appointment, Organisation, Person
from organisations.models.importing import ImportBatch, ImportMemory, Verdict
from programmes.models import Obligation
from tests import make
from tests.organisations.importing import files
from tests.organisations.importing.rosters import NOW, TODAY, choose, of, undone, written

pytestmark = pytest.mark.django_db

UNITS = files.xlsx(
    [
        ["市直机关党组织名册", None, None, None, None],
        ["序号", "党组织", None, None, "换届时间"],
        [None, "名称", "上级党组织", "成立时间", None],
        [1, "市教育局党组", "市直机关工委", "2021.3", None],
        [2, "市教育局机关党委", "市教育局党组", "2021年3月", None],
        [3, "第一党支部", "市教育局机关党委", "2021-04-06", "2024.5.16"],
        [4, "第二党支部", "市教育局机关党委", 2021.4, None],
        ["合计", 4, None, None, None],
    ],
    merged=["A1:E1", "A2:A3", "B2:D2", "E2:E3"],
)
POSTS = files.text(
    [
        ["党务干部名册", "", "", "", ""],
        ["姓 名", "所在党组织", "党内职务", "任职时间", "手机号码"],
        ["许清", "一支部", "组织委员", "2025.3", "13800138000"],
        ["周以宁", "一支部", "支部书记", "2026年9月", "13800138001"],
        ["林知远", "一支部", "书记", "", ""],
        ["林知远", "第二党支部", "纪检委员", "", ""],
    ],
    encoding="gb18030",
)


def checked(data: bytes, subject: str, into: Organisation, by: Person, places: dict[str, int | None]) -> ImportBatch:
    """The file received, its units settled, compared with what is stored."""
    upload = SimpleUploadedFile("名册.xlsx", data)
    batch = batches.receive(upload, subject=subject, organisation=into, since=TODAY, by=by, now=NOW, today=TODAY)
    assert choose(batch, by, places=places)
    ImportBatch.objects.filter(pk=batch.pk).update(state="checking", started_at=NOW)
    working.check(batch.pk, NOW)
    batch.refresh_from_db()
    return batch


def everything() -> dict[Any, list[Any]]:
    """All rows that such an import may touch; a row of what is owed that was opened again has another key."""
    owed = list(
        Obligation.objects.order_by("organisation", "code", "period").values("organisation", "code", "period", "done")
    )
    return {Obligation: owed} | {
        model: list(model.objects.order_by("pk").values()) for model in (Organisation, Appointment)
    }


def test_units_from_an_ugly_file(city, today):
    before = everything()
    batch = checked(UNITS, "organisations", city.committee, city.gongwei, {})
    assert (batch.header_row, batch.header_rows, batch.total) == (2, 2, 4)
    assert [(column["letter"], column["field"]) for column in batch.columns] == [
        ("A", ""),
        ("B", "name"),
        ("C", "parent"),
        ("D", "founded_on"),
        ("E", "term_began_on"),
    ]
    assert of(batch, Verdict.NEW) == [4, 5, 7]
    assert batch.rows.get(number=6).why == "任期和本届起于要么都填，要么都不填。"
    assert everything() == before
    batch = written(batch)
    assert (batch.state, batch.counts["written_new"]) == ("done", 3)
    branch = Organisation.objects.get(name="第二党支部", parent__name="市教育局机关党委")
    assert branch.founded_on == date(2021, 4, 1)
    assert Obligation.objects.filter(organisation=branch).exists()
    batch = undone(batch)
    assert (batch.state, batch.counts["undone"]) == ("undone", 3)
    assert everything() == before


def test_posts_from_an_ugly_file(city, today):
    make.person("许清", city.water_branch)  # a namesake in another organ is nobody's business here
    before = everything()
    batch = checked(POSTS, "appointments", city.finance, city.office, {"一支部": city.first.pk})
    assert [column["letter"] for column in batch.columns if column["forbidden"]] == ["E"]
    assert "1380013" not in str([*batch.rows.values(), batch.columns])
    assert of(batch, Verdict.NEW) == [3, 4]
    assert {row.number: row.why for row in batch.rows.exclude(why="").exclude(number=None)} == {
        4: "林知远从 2026年9月1日起不再任书记。",
        5: "第 4 行已经写了第一党支部的书记。",
        6: "不在第二党支部的名册上。",
    }
    assert ImportMemory.objects.get(subject="appointments").places == {"一支部": city.first.pk}
    assert everything() == before
    batch = written(batch)
    assert (batch.state, batch.counts["written"]) == ("done", 2)
    head = Appointment.objects.get(organisation=city.first, post__code="branch-secretary", until=None)
    assert (head.person, head.since) == (city.deputy, date(2026, 9, 1))
    batch = undone(batch)
    assert (batch.state, batch.counts["undone"]) == ("undone", 2)
    assert everything() == before
