"""/people/export.xlsx and .csv: the roster that the page shows, ready to be imported again."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.http import QueryDict
from django.urls import reverse

from organisations import tables
from organisations.models import Category, Export
from tests import make
from tests.tables import column, csv_rows, sent_name, workbook

pytestmark = pytest.mark.django_db
XLSX, CSV = (reverse("people-export", args=[extension]) for extension in ("xlsx", "csv"))
ASK = reverse("export-ask")
FIRST_GROUP = ["林知远", "周以宁", "沈若川", "江予安", "许清"]
SECOND_GROUP = ["夏安禾", "陆景行", "顾清和", "宋怀瑾", "方既白"]
SECOND = ["何望舒", "许文澜", "叶知秋", "程思齐", "孟书言"]


def test_the_workbook_can_be_read_and_imported_again(city, as_person, today):
    response = as_person(city.office).get(XLSX)
    sheet = workbook(response).worksheets[0]
    assert (sheet.title, sheet.freeze_panes, sheet.auto_filter.ref) == ("花名册", "A2", "A1:J17")
    heading, staff, secretary, *_ = sheet.iter_rows()
    assert [cell.value for cell in heading] == [
        "姓名",
        "工号",
        "类别",
        "入党日期",
        "出生年份",
        "单位",
        "党支部",
        "党小组",
        "职务",
        "隶属自",
    ]
    assert [cell.value for cell in secretary] == [
        "林知远",
        "1001",
        "正式党员",
        datetime(2004, 6, 1),
        1978,
        "市财政局党组",
        "第一党支部",
        "第一党小组",
        "第一党支部书记",
        datetime(2020, 1, 1),
    ]
    assert [secretary[place].data_type for place in (1, 3, 4, 9)] == ["s", "d", "n", "d"]
    assert [cell.value for cell in staff][:8] == [
        "丁念慈",
        None,
        "群众",
        None,
        1996,
        "市财政局党组",
        "第一党支部",
        None,
    ]
    assert sent_name(response) == "花名册_市财政局党组_2026年11月20日.xlsx"


def test_who_belongs_to_no_branch_is_found_at_his_place(city, as_person, today):
    make.person("机关职工", city.finance_committee, category=Category.STAFF)
    lines = {line[0]: line[5:8] for line in csv_rows(as_person(city.gongwei).get(CSV))}
    assert lines["机关职工"] == ["市财政局机关党委", "", ""]
    assert lines["梁允中"] == ["", "", ""]


@pytest.mark.parametrize(
    ("reader", "expected"),
    [
        ("secretary", ["丁念慈", *FIRST_GROUP, *SECOND_GROUP]),
        ("leader", FIRST_GROUP),
        ("other_secretary", SECOND),
        ("stranger", ["白简"]),
        ("admin", ["丁念慈", *FIRST_GROUP, *SECOND_GROUP, *SECOND, "白简", "梁允中", "罗守正"]),
    ],
)
def test_each_reader_takes_away_his_own_people_in_tree_order(city, as_person, today, monkeypatch, reader, expected):
    monkeypatch.setattr(tables, "BATCH", 2)
    assert column(as_person(getattr(city, reader)).get(XLSX), "姓名") == expected


@pytest.mark.parametrize("reader", ["member", "staff", "recorder"])
def test_nobody_else_takes_it_away(city, as_person, today, reader):
    assert as_person(getattr(city, reader)).get(XLSX).status_code == 403
    asked = as_person(getattr(city, reader)).post(ASK, {"source": "people", "extension": "xlsx"})
    assert asked.status_code == 403
    assert not Export.objects.exists()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"q": "lzy"}, ["林知远"]),
        ({"category": Category.STAFF}, ["丁念慈"]),
        ({"q": "不存在"}, []),
    ],
)
def test_the_conditions_of_the_page_hold(city, as_person, today, query, expected):
    assert column(as_person(city.secretary).get(XLSX, query), "姓名") == expected


def test_an_organisation_narrows_it_and_names_the_file(city, as_person, today):
    response = as_person(city.office).get(CSV, {"organisation": city.second.pk})
    assert [line[0] for line in csv_rows(response)[1:]] == SECOND
    assert sent_name(response) == "花名册_第二党支部_2026年11月20日.csv"


def test_names_cannot_become_formulas(city, as_person, today):
    make.person("=HYPERLINK(1)", city.second, staff_no="-1")
    client = as_person(city.other_secretary)
    name, number = workbook(client.get(XLSX)).worksheets[0][7][:2]
    assert (name.value, name.data_type, name.quotePrefix) == ("=HYPERLINK(1)", "s", True)
    assert (number.value, number.data_type) == ("-1", "s")
    assert csv_rows(client.get(CSV))[-1][:2] == ["'=HYPERLINK(1)", "'-1"]


def test_the_page_leads_to_it_with_its_conditions(city, as_person, today):
    page = as_person(city.secretary).get(reverse("people"), {"q": "林", "page": "1"}).content.decode()
    assert f'href="{XLSX}?q=%E6%9E%97"' in page
    assert f'href="{CSV}?q=%E6%9E%97"' in page


def test_administrators_read_who_took_what_and_not_what_he_looked_for(city, as_person, today):
    as_person(city.secretary).get(XLSX, {"q": "lzy"})
    client = as_person(city.admin)
    listed = client.get("/admin/organisations/export/").content.decode()
    assert "花名册_第一党支部_2026年11月20日.xlsx" in listed
    assert "林知远" in listed
    shown = client.get(f"/admin/organisations/export/{Export.objects.get().pk}/change/").content.decode()
    assert "lzy" not in listed + shown


@pytest.mark.parametrize(("batch", "batches"), [(100, 1), (8, 3), (4, 5)])  # a full last one needs a look behind it
def test_each_batch_costs_three_queries(city, today, monkeypatch, django_assert_num_queries, batch, batches):
    monkeypatch.setattr(tables, "BATCH", batch)
    table = tables.named("people")(city.office, QueryDict(), today)
    last_look = int(16 % batch == 0)
    with django_assert_num_queries(3 * (batches - last_look) + last_look):
        assert len([*table.rows()]) == 16
