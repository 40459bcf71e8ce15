"""/activities/export.xlsx and .csv: what the list matches, as real dates and numbers."""

from __future__ import annotations

import tracemalloc
from datetime import date, datetime, time
from io import BytesIO

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from activities import listing
from activities.entries import Absence
from activities.exporting import ActivityExport
from activities.models import Activity
from activities.recording import withdraw
from organisations import tables
from organisations.models import Export, Person
from tests import make
from tests.tables import column, csv_rows, sent_name, workbook

pytestmark = pytest.mark.django_db
XLSX, CSV = (reverse("activity-export", args=[extension]) for extension in ("xlsx", "csv"))
HEADINGS = [
    "日期",
    "开始",
    "结束",
    "举办单位",
    "上级单位",
    "类别",
    "项目",
    "标题",
    "地点",
    "主持人",
    "记录人",
    "应到",
    "实到",
    "学时",
    "状态",
    "序号",
]
FORMULAS = ["=cmd|' /C calc'!A0", "+86", "-1", "@SUM(A1)", "\t=1+1", "＝1"]


@pytest.fixture
def town(city, today):
    """A joint record of the first branch, one of its group, one of the second branch, one in another organ."""
    roll = tuple(Person.objects.under(city.first, today).party_members().order_by("pk").values_list("pk", flat=True))
    make.activity(
        city.first,
        "theme-party-day",
        "party-lecture",
        on=date(2026, 11, 12),
        by=city.secretary,
        title="主题党日",
        roll=roll,
        absences={city.member.pk: Absence("leave", "住院")},
        partners=(city.second,),
        chair=city.secretary,
        recorder=city.recorder,
        decisions="不外传的决定",
    )
    make.activity(city.first_group, "group-meeting", on=date(2026, 10, 8), by=city.secretary, title="小组会")
    make.activity(city.second, "branch-meeting", on=date(2026, 9, 3), by=city.other_secretary, title="二支部大会")
    make.activity(city.water_branch, "branch-meeting", on=date(2025, 9, 3), by=city.stranger, title="水务大会")
    return city


def test_the_workbook_has_real_types_a_frozen_header_and_a_filter(town, as_person):
    response = as_person(town.secretary).get(XLSX)
    sheet = workbook(response).worksheets[0]
    assert (sheet.title, sheet.freeze_panes, sheet.auto_filter.ref) == ("活动台账", "A2", "A1:P3")
    heading, first, _ = sheet.iter_rows()
    assert [cell.value for cell in heading] == HEADINGS
    values = [cell.value for cell in first]
    assert values[:6] == [
        datetime(2026, 11, 12),
        time(14, 0),
        time(15, 30),
        "第一党支部",
        "市财政局党组",
        "主题党日，党课",
    ]
    assert values[7:13] == ["主题党日", "党员活动室", "林知远", "沈若川", 10, 9]
    assert isinstance(values[13], int | float)
    assert values[14:] == ["已开展", 1]
    assert first[0].number_format == "yyyy-mm-dd"
    assert [first[place].data_type for place in (0, 1, 2, 11, 12, 13, 15)] == ["d", "d", "d", "n", "n", "n", "n"]


def test_a_group_is_called_by_its_branch_too(town, as_person):
    assert column(as_person(town.secretary).get(XLSX), "举办单位") == ["第一党支部", "第一党支部第一党小组"]


def test_what_was_said_and_decided_is_not_in_it(town, as_person):
    found = csv_rows(as_person(town.secretary).get(CSV))
    assert not {"不外传的决定", "学习讨论。", "住院"} & {cell for line in found for cell in line}


def test_the_name_says_report_organisation_and_period(town, as_person):
    client = as_person(town.office)
    assert sent_name(client.get(XLSX)) == "活动台账_市财政局党组_2026年.xlsx"
    query = {"organisation": town.second.pk, "period": "2026-Q3"}
    response = client.get(CSV, query)
    assert sent_name(response) == "活动台账_第二党支部_2026年第三季度.csv"
    assert response["Content-Disposition"].startswith("attachment; filename=\"download.csv\"; filename*=UTF-8''%E6")
    assert response["Cache-Control"] == "private, no-store"
    assert sent_name(client.get(XLSX, {"period": "all"})) == "活动台账_市财政局党组_全部期间.xlsx"


@pytest.mark.parametrize(
    ("reader", "expected"),
    [
        ("secretary", ["主题党日", "小组会"]),
        ("leader", ["主题党日", "小组会"]),
        ("other_secretary", ["主题党日", "二支部大会"]),
        ("office", ["主题党日", "小组会", "二支部大会"]),
        ("gongwei", ["主题党日", "小组会", "二支部大会", "水务大会"]),
        ("stranger", ["水务大会"]),
        ("staff", []),
        ("admin", []),
    ],
)
def test_each_reader_takes_away_what_he_may_read(town, as_person, reader, expected):
    assert column(as_person(getattr(town, reader)).get(XLSX, {"period": "all"}), "标题") == expected


def test_a_plain_member_takes_away_his_own_list(town, as_person):
    response = as_person(town.member).get(XLSX)
    assert column(response, "标题") == ["主题党日"]
    assert sent_name(response) == "我的活动_夏安禾_2026年.xlsx"
    assert column(as_person(town.secretary).get(XLSX, {"own": "1"}), "标题") == ["主题党日"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"period": "2026-11"}, ["主题党日"]),
        ({"kind": "group-meeting"}, ["小组会"]),
        ({"q": "支部大会"}, ["二支部大会"]),
        ({"pillar": "9"}, ["主题党日", "小组会", "二支部大会"]),
        ({"state": "withdrawn"}, []),
        ({"page": "7"}, ["主题党日", "小组会", "二支部大会"]),
    ],
)
def test_the_conditions_of_the_page_hold(town, as_person, query, expected):
    assert column(as_person(town.office).get(XLSX, query), "标题") == expected


def test_a_foreign_organisation_is_not_found(town, as_person):
    assert as_person(town.secretary).get(XLSX, {"organisation": town.second.pk}).status_code == 404


def test_withdrawn_ones_are_there_when_asked_for(town, as_person, today):
    record = Activity.objects.get(title="小组会")
    withdraw(record, reason="重复", by=town.secretary, now=make.moment(today), today=today)
    client = as_person(town.secretary)
    assert column(client.get(XLSX), "标题") == ["主题党日"]
    assert column(client.get(XLSX, {"state": "withdrawn"}), "状态") == ["已撤回"]


def test_titles_cannot_become_formulas(city, as_person, today):
    for number, title in enumerate(FORMULAS, 1):
        make.activity(city.first, "theme-party-day", on=date(2026, 10, number), by=city.secretary, title=title)
    client = as_person(city.secretary)
    cells = [row[7] for row in workbook(client.get(XLSX)).worksheets[0].iter_rows(min_row=2)]
    stored = [*Activity.objects.latest_first().values_list("title", flat=True)]
    assert [(cell.value, cell.data_type, cell.quotePrefix) for cell in cells] == [
        (title, "s", True) for title in stored
    ]
    lines = csv_rows(client.get(CSV))[1:]
    assert [line[7] for line in lines] == [f"'{title}" for title in stored]


def test_the_csv_says_the_same(town, as_person):
    client = as_person(town.office)
    heading, first, *_ = csv_rows(client.get(CSV))
    assert heading == HEADINGS
    assert first[:4] == ["2026-11-12", "14:00", "15:30", "第一党支部"]
    assert [line[7] for line in csv_rows(client.get(CSV))[1:]] == column(client.get(XLSX), "标题")


def test_it_is_not_cut_where_the_page_is(town, as_person, monkeypatch):
    monkeypatch.setattr(listing, "MOST", 2)
    assert len(column(as_person(town.gongwei).get(XLSX, {"period": "all"}), "标题")) == 4


def test_the_page_leads_to_it_with_its_conditions(town, as_person):
    page = as_person(town.office).get(reverse("activity-list"), {"period": "2026-11", "page": "1"}).content.decode()
    assert f'href="{XLSX}?period=2026-11"' in page
    assert f'href="{CSV}?period=2026-11"' in page
    empty = as_person(town.office).get(reverse("activity-list"), {"period": "2024"}).content.decode()
    assert XLSX not in empty


def test_who_took_it_away_is_written_down(town, as_person, today):
    as_person(town.office).get(XLSX, {"kind": "group-meeting", "page": "3"})
    line = Export.objects.get()
    assert (line.person, line.source, line.query, line.total) == (town.office, "activities", "kind=group-meeting", 1)
    assert (line.asked_at, line.file) == (make.moment(today), "")


# --- size


def multiply(city, number: int) -> None:
    """``number`` records of the first branch, three a day."""
    first = make.activity(city.first, "theme-party-day", on=date(2026, 1, 5), by=city.secretary)
    kind = make.kind("theme-party-day")
    fields = {"organisation": city.first, "title": "主题党日活动", "submitted_by": city.secretary}
    made = Activity.objects.bulk_create(
        Activity(
            held_on=date.fromordinal(738000 - place // 3),
            submission_key=f"copy-{place}",
            submitted_at=first.submitted_at,
            **fields,
        )
        for place in range(number - 1)
    )
    through = Activity.kinds.through
    through.objects.bulk_create(through(activity=row, activitykind=kind) for row in made)


def taken(person, today) -> tuple[list, int]:
    """Every row of the whole list, and how many queries they cost."""
    table = ActivityExport(person, QueryDict("period=all"), today)
    with CaptureQueriesContext(connection) as queries:
        return list(table.rows()), len(queries)


def test_batches_join_without_a_gap_or_a_repetition_at_constant_queries(city, today, monkeypatch):
    multiply(city, 25)
    whole, _ = taken(city.gongwei, today)
    monkeypatch.setattr(tables, "BATCH", 4)  # three records a day: batches end in the midst of days
    found, queries = taken(city.gongwei, today)
    assert found == whole
    assert len(found) == 25
    monkeypatch.setattr(tables, "BATCH", 8)
    _, fewer = taken(city.gongwei, today)
    assert (queries, fewer) == (3 * 7, 3 * 4)


def peak(person, today) -> int:
    """The most memory that writing the whole list took, in bytes."""
    table = ActivityExport(person, QueryDict("period=all"), today)
    tracemalloc.start()
    try:
        tables.write(table, "xlsx", BytesIO(), make.moment(today))
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_list(city, today, monkeypatch):
    monkeypatch.setattr(tables, "BATCH", 200)
    multiply(city, 400)
    peak(city.gongwei, today)  # what is loaded once
    short = peak(city.gongwei, today)
    Activity.objects.all().delete()
    multiply(city, 4000)
    assert peak(city.gongwei, today) < 1.5 * short
