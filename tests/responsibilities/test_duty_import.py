"""The pages of importing a duty list, as its keeper presses the buttons."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from responsibilities.models import DutyImport, DutyList
from tests.conftest import City
from tests.responsibilities import imports_made as made
from tests.responsibilities import lists_made
from tests.responsibilities.imports_made import PLAIN, TITLES

FILE = made.workbook(TITLES, *PLAIN)
BAD = ("9", "组织生活", "", "", "各党支部", "支部书记", "每月", "")
UNKNOWN = ("10", "组织生活", "讲团课。", "", "各处室", "", "适时", "")


@pytest.fixture
def gongwei(city: City, today, as_person) -> Client:
    """The office of the work committee, signed in."""
    return as_person(city.gongwei)


def send(client: Client, city: City, data: bytes | None = FILE, **given):
    """Press 下一步 on the first page."""
    sent = {"organisation": city.committee.pk, "start": "three-by-four", "title": "", "header_row": "", **given}
    return client.post(reverse("duty-import"), sent | ({"file": made.upload(data)} if data is not None else {}))


def page(client: Client, route: str, record: DutyImport, **sent):
    address = reverse(route, args=[record.pk])
    return client.post(address, sent) if sent else client.get(address)


def chosen(record: DutyImport) -> dict[str, str]:
    """What the second page sends if nobody changes anything."""
    columns = {f"column_{one['index']}": one["field"] for one in record.columns if not one["forbidden"]}
    levels = {f"level_{place}": seat["level"] for place, seat in enumerate(record.seats)}
    return columns | levels | {f"post_{place}": seat["post"] for place, seat in enumerate(record.seats)}


def ticked(record: DutyImport) -> dict[str, object]:
    """What the third page sends if everything is taken."""
    seen = made.preview(record)
    return {"seen": seen.seen, "take": [shown.key for shown in (*seen.new, *seen.changed)]}


def test_from_the_file_to_the_draft(gongwei, city):
    assert gongwei.get(reverse("duty-import")).status_code == 200
    answer = send(gongwei, city, title="市直机关责任清单")
    record = DutyImport.objects.get()
    assert answer.url == reverse("duty-import-columns", args=[record.pk])
    html = page(gongwei, "duty-import-columns", record).content.decode()
    assert "前三行" in html
    assert "局党组，党组书记" in html
    answer = page(gongwei, "duty-import-columns", record, **chosen(record))
    assert answer.url == reverse("duty-import-check", args=[record.pk])
    html = page(gongwei, "duty-import-check", record).content.decode()
    assert "抓好理论学习中心组学习。" in html
    assert not DutyList.objects.exists()
    answer = page(gongwei, "duty-import-confirm", record, **ticked(record))
    draft = DutyList.objects.get()
    assert answer.url == reverse("duty-list", args=[draft.pk])
    assert (draft.title, draft.duties.count()) == ("市直机关责任清单", 4)
    for route in ("duty-import-check", "duty-import-columns"):  # whoever comes back finds the draft
        assert page(gongwei, route, record).url == answer.url
    assert page(gongwei, "duty-import-confirm", record, seen="x").url == answer.url
    assert DutyList.objects.count() == 1
    assert draft.title in gongwei.get(reverse("duty-import")).content.decode()


def test_revising_shows_old_and_new(gongwei, city):
    before = lists_made.in_force(city)
    send(gongwei, city, start=f"revise-{before.pk}")
    record = DutyImport.objects.get()
    assert (record.revises, record.title) == (before, before.title)
    html = page(gongwei, "duty-import-check", record).content.decode()
    assert "不进新的一版" in html
    answer = page(gongwei, "duty-import-confirm", record, **ticked(record))
    assert answer.url == reverse("duty-list", args=[DutyList.objects.get(edition=2).pk])
    assert "revise-" not in gongwei.get(reverse("duty-import")).content.decode()  # a draft waits: no other revision


def test_rows_with_errors_stand_with_number_and_reason(gongwei, city):
    send(gongwei, city, made.workbook(TITLES, *PLAIN, BAD, UNKNOWN))
    record = DutyImport.objects.get()
    html = page(gongwei, "duty-import-check", record).content.decode()
    assert "没有工作内容。" in html
    assert "“各处室”没有对应到级和岗。" in html
    assert "错 2 行不导" in html
    page(gongwei, "duty-import-confirm", record, **ticked(record))
    assert DutyList.objects.get().duties.count() == 4


def test_somebody_says_whom_a_way_of_writing_means(gongwei, city):
    send(gongwei, city, made.workbook(TITLES, *PLAIN, UNKNOWN))
    record = DutyImport.objects.get()
    place = next(n for n, seat in enumerate(record.seats) if seat["text"] == "各处室")
    half = chosen(record) | {f"level_{place}": "党支部"}
    answer = page(gongwei, "duty-import-columns", record, **half)
    assert answer.status_code == 422
    assert "级和岗都要选" in answer.content.decode()
    whole = half | {f"post_{place}": "支部书记"}
    assert page(gongwei, "duty-import-columns", record, **whole).status_code == 302
    record.refresh_from_db()
    assert made.places(record)[-1] == ("6", "党支部", "支部书记")
    assert "“适时”认不出频次，先按每年" in page(gongwei, "duty-import-check", record).content.decode()


def test_half_a_guess_that_nobody_touched_is_no_mistake(gongwei, city):
    send(gongwei, city, made.workbook(TITLES, *PLAIN, ("11", "", "讲团课。", "", "各党支部", "张三", "每年", "")))
    record = DutyImport.objects.get()
    assert record.seats[-1] | {"rows": 1} == {
        "text": "各党支部，张三",
        "rows": 1,
        "level": "党支部",
        "post": "",
        "sure": False,
    }
    assert page(gongwei, "duty-import-columns", record, **chosen(record)).status_code == 302
    record.refresh_from_db()
    assert made.whys(record) == [("6", "“各党支部，张三”没有对应到级和岗。")]


def test_another_column_names_the_people_so_they_are_asked_about_again(gongwei, city):
    send(gongwei, city)
    record = DutyImport.objects.get()
    without = chosen(record) | {"column_4": "", "column_5": "unit"}
    answer = page(gongwei, "duty-import-columns", record, **without)
    assert answer.url == reverse("duty-import-columns", args=[record.pk])
    record.refresh_from_db()
    assert [seat["text"] for seat in record.seats] == ["党组书记", "支部书记", "专职副书记"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"column_2": "", "column_3": ""}, "还要指出哪一列是工作内容"),
        ({"column_3": "content"}, "工作内容已经是 C 列了"),
        ({"column_4": "", "column_5": ""}, "看不出是谁的责任"),
        ({"column_4": "no-such"}, "请在给出的选项里选一个"),
        ({"level_0": "no-such"}, "请在给出的选项里选一个"),
    ],
)
def test_columns_that_make_no_list_are_refused_beside_them(gongwei, city, wrong, sentence):
    send(gongwei, city)
    record = DutyImport.objects.get()
    answer = page(gongwei, "duty-import-columns", record, **(chosen(record) | wrong))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_a_refused_page_keeps_the_ticks(gongwei, city):
    send(gongwei, city)
    record = DutyImport.objects.get()
    answer = page(gongwei, "duty-import-confirm", record, seen="old", take=["1", "x", "²"], keep=["9" * 30])
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "又有变动" in html
    assert html.count("checked") == 1
    assert page(gongwei, "duty-import-confirm", record, seen=made.preview(record).seen).status_code == 422
    assert not DutyList.objects.exists()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"start": "no-such"}, "请在给出的选项里选一个"),
        ({"start": "revise-999999"}, "请在给出的选项里选一个"),
        ({"title": "长" * 121}, "太长了"),
        ({"header_row": "0"}, "不能小于 1"),
        ({"header_row": "77"}, "第 77 行不能当表头"),
    ],
)
def test_what_is_wrong_with_the_first_page_stands_beside_it(gongwei, city, given, sentence):
    answer = send(gongwei, city, **given)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not DutyImport.objects.exists()


def test_no_file_and_no_table_are_refused_beside_the_field(gongwei, city):
    assert "请选一个文件" in send(gongwei, city, None).content.decode()
    assert "请用 Excel" in send(gongwei, city, b"\x89PNG\r\n\x1a\n\0\0").content.decode()


def test_the_list_of_another_is_not_revised(gongwei, city, as_person):
    before = lists_made.in_force(city)
    answer = send(as_person(city.office), city, organisation=city.finance.pk, start=f"revise-{before.pk}")
    assert answer.status_code == 422
    assert before.title not in answer.content.decode()


def test_discarding_forgets_the_file_and_leaves_the_draft(gongwei, city):
    send(gongwei, city)
    record = DutyImport.objects.get()
    draft = made.confirmed(record, city.gongwei)
    assert page(gongwei, "duty-import-discard", record).status_code == 200
    assert page(gongwei, "duty-import-discard", record, yes="1").url == reverse("duty-import")
    assert not DutyImport.objects.exists()
    assert DutyList.objects.get() == draft


def test_what_is_written_in_cells_is_text_on_the_pages(gongwei, city):
    nasty = ("1", "<b>粗", "<script>alert(1)</script>事。", "", "<i>各党支部", "支部书记", "<u>每月", "")
    send(gongwei, city, made.workbook((*TITLES[:7], "<img src=x>"), nasty))
    record = DutyImport.objects.get()
    for route in ("duty-import-columns", "duty-import-check"):
        html = page(gongwei, route, record).content.decode()
        assert "<script>alert" not in html
        assert "<img src=x>" not in html


def rows(count: int) -> bytes:
    return made.workbook(
        TITLES, *[(str(n), "", f"第{n}件事。", "", "各党支部", "支部书记", "每月", "") for n in range(count)]
    )


@pytest.mark.parametrize(
    ("route", "queries"), [("duty-import", 8), ("duty-import-columns", 8), ("duty-import-check", 13)]
)
def test_the_pages_ask_as_much_for_one_row_as_for_three_hundred(gongwei, city, route, queries):
    before = lists_made.in_force(city)
    found = []
    for count in (1, 3, 300):
        record = made.received(rows(count), city.committee, city.gongwei, revises=before)
        address = reverse(route) if route == "duty-import" else reverse(route, args=[record.pk])
        gongwei.get(address)
        with CaptureQueriesContext(
            connection,
        ) as counted:
            assert gongwei.get(address).status_code == 200
        found.append(len(counted))
    assert found == [queries] * 3
