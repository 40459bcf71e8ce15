"""The activities on the days of a month: what stands where, for whom, and what a crowded day costs."""

from __future__ import annotations

import re
from datetime import date, time
from html import unescape

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from activities.calendar import ActivityCalendar, chosen_month
from activities.recording import withdraw
from organisations.models import Level
from programmes.opening import open_periods
from reminders.models import Holiday
from tests import make
from tests.activities.listpage import LIST, pills, text, titles
from tests.activities.rolls import party_day

pytestmark = pytest.mark.usefixtures("today")

TODAY = date(2026, 11, 20)


def month(client, query: str = "") -> str:
    response = client.get(f"{LIST}?view=calendar&{query}")
    assert response.status_code == 200
    return unescape(response.content.decode())


def cells(html: str) -> dict[int, str]:
    """The cells of the month's own days, by day."""
    found = re.findall(r"<td(?: class=\"cal__today\" aria-current=\"date\")?>(.*?)</td>", html, re.S)
    return dict(enumerate(found, 1))


def events(html: str, day: int) -> list[str]:
    return [text(found).strip() for found in re.findall(r'<a class="cal__e [^>]*>(.*?)</a>', cells(html)[day])]


def due(html: str, day: int) -> str:
    found = re.search(r'<span class="cal__due.*?</span></span>', cells(html)[day], re.S)
    return text(found[0]).strip() if found else ""


def planned(city, on: date = date(2026, 11, 25), **fields):
    return make.activity(city.first, "party-lecture", on=on, by=city.secretary, today=TODAY, **fields)


# --- the grid


def test_a_month_is_a_table_of_whole_weeks_from_monday(city, as_person):
    html = month(as_person(city.secretary), "month=2026-11")
    assert re.findall(r'<th scope="col">(.*?)</th>', html) == ["周一", "周二", "周三", "周四", "周五", "周六", "周日"]
    assert html.count('<td class="cal__off">') == 6 + 6
    assert sorted(cells(html)) == list(range(1, 31))
    assert html.count("<tr>") == 1 + 6


def test_today_is_marked_and_named(city, as_person):
    html = month(as_person(city.secretary))
    assert html.count('aria-current="date"') == 1
    assert "11月20日，今天" in cells(html)[20]
    assert 'aria-current="date"' not in month(as_person(city.secretary), "month=2026-10")


def test_an_activity_stands_on_its_day_with_its_pillar_and_its_host(city, as_person):
    party_day(city, date(2026, 11, 12), title="参观专题展")
    make.activity(city.first_group, "group-meeting", on=date(2026, 11, 12), by=city.leader, starts_at=time(9))
    html = month(as_person(city.secretary))
    assert events(html, 12) == ["11月党小组会（一组）", "参观专题展（一）"]
    assert 'class="cal__e not-phone p1" href="/activities/' in cells(html)[12]
    assert "11月12日，2 次活动" in cells(html)[12]
    assert [day for day in cells(html) if events(html, day)] == [12]


def test_what_is_only_planned_says_so_in_a_word_and_with_an_icon(city, as_person):
    planned(city)
    html = month(as_person(city.secretary))
    assert events(html, 25) == ["11月党课（一，已安排）"]
    assert "<svg" in cells(html)[25].split("cal__e--open")[1].split("</a>")[0]


def test_withdrawn_records_stay_away_unless_asked_for(city, as_person):
    activity = party_day(city, date(2026, 11, 12))
    withdraw(activity, reason="录重了", by=city.secretary, now=make.moment(TODAY), today=TODAY)
    assert events(month(as_person(city.secretary)), 12) == []
    assert events(month(as_person(city.secretary), "state=withdrawn"), 12) == ["11月主题党日（一，已撤回）"]


def test_several_organs_are_told_apart(city, as_person):
    party_day(city, date(2026, 11, 12), title="甲")
    make.activity(city.water_branch, "theme-party-day", on=date(2026, 11, 12), by=city.stranger, title="乙")
    make.activity(city.first_group, "group-meeting", on=date(2026, 11, 13), by=city.leader)
    make.activity(
        city.finance_committee, "sports-meet", on=date(2026, 11, 14), by=city.office, headcount=True, present=9
    )
    html = month(as_person(city.gongwei))
    assert [*events(html, 12), *events(html, 13)] == [
        "甲（财政局一）",
        "乙（水务局水务）",
        "11月党小组会（财政局一支部一组）",
    ]
    assert events(html, 14)[0].endswith("（财政局机关党委）")


def test_typed_html_is_text_and_a_long_title_is_cut(city, as_person):
    party_day(city, date(2026, 11, 12), title="<script>x</script>" + "长" * 100)
    html = as_person(city.secretary).get(f"{LIST}?view=calendar").content.decode()
    assert "<script>x" not in html
    assert "&lt;script&gt;x&lt;/script&gt;" + "长" * 17 + "…" in html


# --- a crowded day


def test_a_crowded_day_shows_three_and_opens_as_a_list(city, as_person):
    for number in range(5):
        party_day(city, date(2026, 11, 12), title=f"第{number}次", starts_at=time(9 + number))
    party_day(city, date(2026, 11, 13), title="第二天的")
    client = as_person(city.secretary)
    html = month(client, "kind=theme-party-day")
    assert events(html, 12) == ["第0次（一）", "第1次（一）", "第2次（一）"]
    url, words = re.search(r'<a class="cal__more not-phone" href="([^"]+)">(.*?)</a>', cells(html)[12]).groups()
    assert words == "另 2 项"
    opened = unescape(client.get(f"{LIST}{url}").content.decode())
    assert titles(opened) == [f"第{number}次" for number in (4, 3, 2, 1, 0)]
    assert "11月12日" in pills(opened)
    assert "主题党日" in pills(opened)


def test_a_day_that_is_none_is_left_out_with_a_sentence(city, as_person):
    party_day(city, date(2026, 11, 12))
    for raw in ("2026-13-01", "0001-01-01", "9999-12-31", "20261112", "昨天"):
        html = unescape(as_person(city.secretary).get(f"{LIST}?day={raw}").content.decode())
        assert f"没有“{raw}”这个日期，没有按它筛选。" in html
        assert len(titles(html)) == 1


def test_a_day_of_another_year_needs_no_period(city, as_person):
    party_day(city, date(2025, 12, 30), title="去年的")
    html = unescape(as_person(city.secretary).get(f"{LIST}?day=2025-12-30").content.decode())
    assert titles(html) == ["去年的"]


def test_no_more_is_read_than_is_shown(city, as_person):
    for number in range(8):
        party_day(city, date(2026, 11, 12), title=f"第{number}次", starts_at=time(8 + number))
    shown = ActivityCalendar(city.secretary, QueryDict("view=calendar"), TODAY)
    assert len(shown._held._first) == 3
    assert (shown.total, shown.note) == (8, "8 次，按日期排列")


# --- due days


def test_what_is_still_owed_stands_on_its_due_day(city, as_person):
    party_day(city, date(2026, 11, 12))
    seen = due(month(as_person(city.secretary)), 30)
    assert seen == "到期：支委会、党小组会 2 个小组"
    assert "/board/" not in cells(month(as_person(city.secretary)))[30]


def test_an_organ_reads_how_many_units_owe_and_may_open_the_board(city, as_person):
    make.activity(city.second, "theme-party-day", on=date(2026, 11, 5), by=city.other_secretary)
    client = as_person(city.office)
    html = month(client)
    assert due(html, 30) == "到期：主题党日（一）、思想状况分析（机关党委）、支委会（一）、党小组会 2 个小组"
    assert due(month(as_person(city.gongwei)), 30).startswith("到期：主题党日 2 个支部、")
    url = re.search(r'href="(/board/[^"]+)"', cells(html)[30])[1]
    assert as_person(city.office).get(url).status_code == 200


def test_what_is_past_its_day_says_so(city, as_person):
    seen = due(month(as_person(city.secretary), "month=2026-10"), 31)
    assert seen.startswith("已逾期：主题党日、")


def test_due_days_follow_the_conditions_that_a_requirement_can_meet(city, as_person):
    client = as_person(city.office)
    assert due(month(client, "kind=theme-party-day"), 30) == "到期：主题党日 2 个支部"
    assert due(month(client, f"organisation={city.second.pk}&pillar=1"), 30) == "到期：主题党日"
    for search in ("q=专题展", "state=planned", "own=1"):
        assert due(month(client, search), 30) == ""


def test_somebody_without_a_post_reads_his_own_part_and_no_due_days(city, as_person):
    party_day(city, date(2026, 11, 12))
    make.activity(city.second, "theme-party-day", on=date(2026, 11, 13), by=city.other_secretary)
    html = month(as_person(city.member))
    assert [day for day in cells(html) if events(html, day)] == [12]
    assert "到期" not in html


@pytest.mark.parametrize(("who", "seen"), [("other_secretary", []), ("stranger", []), ("staff", []), ("admin", [])])
def test_nobody_sees_more_than_in_the_list(city, as_person, who, seen):
    party_day(city, date(2026, 11, 12))
    assert events(month(as_person(getattr(city, who))), 12) == seen


# --- moving about


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", "2026-11"),
        ("month=2025-02", "2025-02"),
        ("period=2026-10", "2026-10"),
        ("period=2026-Q3", "2026-09"),
        ("period=2026", "2026-11"),
        ("period=2027", "2027-01"),
        ("period=all", "2026-11"),
        ("period=2026-Q3&month=2026-01", "2026-01"),
    ],
)
def test_which_month_is_meant(query, shown):
    month, refusal = chosen_month(QueryDict(query), TODAY)
    assert (month.key, refusal) == (shown, "")


def test_a_month_that_is_none_is_the_present_one_and_says_so(city, as_person):
    html = month(as_person(city.secretary), "month=2026-99")
    assert "看不懂的期间“2026-99”" in html
    assert "现在看的是2026年11月。" in html


def test_neighbours_keep_the_conditions(city, as_person):
    html = month(as_person(city.secretary), "month=2026-12&kind=party-lecture&period=2026-Q4")
    around = re.search(r'<nav class="sec__more seg seg--sm".*?</nav>', html)[0]
    assert re.findall(r">([^<]+)</a>", around) == ["11月", "12月", "2027年1月"]
    assert 'href="?view=calendar&kind=party-lecture&month=2027-01"' in around
    assert around.count('aria-current="true"') == 1


@pytest.mark.parametrize("end", ["1900-01", "2999-12"])
def test_the_ends_of_time_have_one_neighbour(city, as_person, end):
    around = re.search(r'<nav class="sec__more seg seg--sm".*?</nav>', month(as_person(city.secretary), f"month={end}"))
    assert around[0].count("<a ") == 2


def test_list_and_calendar_lead_to_each_other_with_their_conditions(city, as_person):
    client = as_person(city.secretary)
    listed = unescape(client.get(f"{LIST}?kind=party-lecture&period=2026-10&page=1").content.decode())
    url = re.search(r'<a href="(\?[^"]*view=calendar[^"]*)"', listed)[1]
    html = unescape(client.get(LIST + url).content.decode())
    assert '<h2 id="h-cal">2026年10月</h2>' in html
    back = re.search(r'<div class="seg"[^>]*><a href="([^"]+)"', html)[1]
    assert sorted(back[1:].split("&")) == ["kind=party-lecture", "period=2026-10"]
    assert '<input type="hidden" name="view" value="calendar">' in html


# --- days off, empty months


def test_holidays_and_working_weekends_have_a_word(city, as_person):
    Holiday.objects.create(date=date(2026, 11, 12), is_workday=False, name="市里放假")
    Holiday.objects.create(date=date(2026, 11, 21), is_workday=True, name="补班")
    html = month(as_person(city.secretary))
    marks = {day: re.findall(r'<small class="cal__rest">(.)</small>', cell) for day, cell in cells(html).items()}
    assert {day: words for day, words in marks.items() if words} == {12: ["休"], 21: ["班"]}


def test_the_weekend_within_a_holiday_is_off_too(city, as_person):
    Holiday.objects.create(date=date(2026, 11, 13), is_workday=False, name="市里放假")
    html = month(as_person(city.secretary))
    assert [day for day, cell in cells(html).items() if 'cal__rest">休' in cell] == [13, 14, 15]


def test_an_empty_month_says_so(city, as_person):
    assert "2024年1月还没有活动，也没有要到期的。" in month(as_person(city.secretary), "month=2024-01")
    assert "2024年1月没有符合这些条件的活动。" in month(as_person(city.secretary), "month=2024-01&q=x")
    assert "2024年1月没有你的活动。" in month(as_person(city.member), "month=2024-01")
    assert "没有你的活动" not in month(as_person(city.secretary))


# --- on the phone


def test_each_day_that_holds_something_has_its_list_below(city, as_person):
    party_day(city, date(2026, 11, 12), title="参观专题展")
    html = month(as_person(city.secretary))
    below = html.split('<div class="caldays only-phone">')[1]
    assert re.findall(r'id="d(\d+)"', below) == ["12", "30"]
    assert set(re.findall(r'href="#d(\d+)"', html)) == {"12", "30"}
    # Nothing chosen: the next day that holds something.
    assert 'class="calday calday--first" id="d30"' in below
    assert "第一党支部" in below


# --- queries


@pytest.mark.parametrize("size", [1, 3])
@pytest.mark.parametrize(("who", "count"), [("secretary", 11), ("gongwei", 11), ("member", 10)])
def test_queries_do_not_grow(city, as_person, who, count, size):
    for number in range(size):
        branch = make.organisation(f"新设第{number}党支部", Level.BRANCH, city.finance_committee)
        make.activity(branch, "theme-party-day", on=date(2026, 11, 3 + number), by=city.office)
        party_day(city, date(2026, 11, 12), title=f"第{number}次")
        party_day(city, date(2026, 11, 13 + number))
    open_periods(TODAY)
    client = as_person(getattr(city, who))
    client.get(reverse("activity-list"))
    with CaptureQueriesContext(connection) as queries:
        month(client)
    assert len(queries) == count
