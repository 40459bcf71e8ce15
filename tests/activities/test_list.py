"""The list of activities: what a row says, and whose list it is."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.http import QueryDict

from activities import listing
from activities.entries import Absence
from activities.models import Activity, Attendance
from activities.recording import note_make_up, withdraw
from organisations.models import Level, Organisation
from programmes.models import Requirement
from tests import make
from tests.activities.listpage import LIST, options, page, pills, rows, text, titles
from tests.activities.rolls import party_day, roll_of

pytestmark = pytest.mark.usefixtures("today")

TODAY = date(2026, 11, 20)


# --- rows


def test_rows_stand_by_month_newest_first(city, as_person):
    party_day(city, date(2026, 10, 23), title="参观专题展")
    party_day(city, date(2026, 11, 12))
    make.activity(
        city.first, "party-lecture", on=date(2026, 11, 27), by=city.secretary, today=TODAY, title="观看警示片"
    )
    html = page(as_person(city.secretary))
    assert titles(html) == ["观看警示片", "11月主题党日", "参观专题展"]
    assert re.findall(r'scope="rowgroup">(.*?)</th>', html) == [
        "11月<small>2 次，其中 1 次已安排未开展</small>",
        "10月<small>1 次</small>",
    ]
    assert rows(html) == [
        ["27日 五", "观看警示片", "党课", "第一党支部", "—", "已安排"],
        ["12日 四", "11月主题党日", "主题党日", "第一党支部", "9/10", "主题党日"],
        ["23日 五", "参观专题展", "主题党日", "第一党支部", "9/10", "主题党日"],
    ]


def test_a_row_tells_what_its_kinds_are_counted_for_there(city, as_person):
    party_day(city, date(2026, 11, 12), "theme-party-day", "party-lecture", title="两类")
    make.activity(city.finance_committee, "party-lecture", on=date(2026, 11, 11), by=city.office, title="机关的党课")
    make.activity(
        city.finance_committee,
        "sports-meet",
        on=date(2026, 11, 10),
        by=city.office,
        headcount=True,
        present=36,
        title="联赛",
    )
    found = {row[1]: row[2:] for row in rows(page(as_person(city.office)))}
    assert found["两类"] == ["主题党日，党课", "第一党支部", "9/10", "党课，主题党日"]
    assert found["机关的党课"][3] == "不计要求"
    assert found["联赛"] == ["职工运动会", "市财政局机关党委", "36 人", "不计要求"]


def test_what_makes_up_for_an_earlier_month_says_so(city, as_person):
    october = make.obligation(city.first, "theme-party-day-monthly", "2026-10")
    party_day(city, date(2026, 11, 12), makes_up_for=october)
    assert rows(page(as_person(city.secretary)))[0][5] == "主题党日（补办10月）"


def test_a_rule_that_was_not_in_force_is_not_named(city, as_person):
    Requirement.objects.filter(code="theme-party-day-monthly").update(since=date(2026, 11, 1))
    party_day(city, date(2026, 10, 31))
    party_day(city, date(2026, 11, 1))
    assert [row[5] for row in rows(page(as_person(city.secretary)))] == ["主题党日", "不计要求"]


def test_a_local_rule_goes_before_the_common_one(city, as_person):
    common = Requirement.objects.get(code="theme-party-day-monthly")
    local = Requirement.objects.create(
        code=common.code,
        name="本局的主题党日",
        line=common.line,
        organisation=city.finance,
        level=Level.BRANCH,
        cadence="month",
        since=common.since,
    )
    local.kinds.set([make.kind("party-lecture")])
    party_day(city, date(2026, 11, 12), "theme-party-day", title="党日")
    party_day(city, date(2026, 11, 11), "party-lecture", title="党课")
    make.activity(city.water_branch, "theme-party-day", on=date(2026, 11, 10), by=city.stranger, title="水务的")
    found = {row[1]: row[5] for row in rows(page(as_person(city.gongwei)))}
    assert found == {"党日": "不计要求", "党课": "党课，本局的主题党日", "水务的": "主题党日"}
    Requirement.objects.filter(pk=local.pk).update(is_active=False)
    assert {row[1]: row[5] for row in rows(page(as_person(city.gongwei)))}["党课"] == "党课"


def test_a_long_title_is_cut_and_html_is_text(city, as_person):
    party_day(city, date(2026, 11, 12), title="<b>" + "长" * 190)
    response = as_person(city.secretary).get(LIST)
    assert "&lt;b&gt;" + "长" * 57 + "…</a>" in response.content.decode()


def test_fifty_a_page_and_the_conditions_stay(city, as_person):
    for number in range(53):
        make.activity(
            city.first, "culture-sports", on=TODAY - timedelta(days=number), by=city.secretary, title=f"第{number}次"
        )
    client = as_person(city.secretary)
    first = page(client, "kind=culture-sports")
    assert len(titles(first)) == 50
    assert "53 次" in text(first)
    assert "?kind=culture-sports&page=2" in first
    assert titles(page(client, "kind=culture-sports&page=2")) == ["第50次", "第51次", "第52次"]


@pytest.mark.parametrize(("number", "title"), [("x", "新"), ("-1", "旧"), ("99", "旧"), ("9" * 30, "旧"), ("", "新")])
def test_a_page_that_is_none_is_the_nearest(city, as_person, monkeypatch, number, title):
    monkeypatch.setattr(listing, "PER_PAGE", 1)
    party_day(city, date(2026, 11, 5), title="旧")
    party_day(city, date(2026, 11, 12), title="新")
    assert titles(page(as_person(city.secretary), f"page={number}")) == [title]


def test_more_than_can_be_paged_through_asks_to_narrow(city, as_person, monkeypatch):
    monkeypatch.setattr(listing, "MOST", 2)
    for day in (date(2026, 10, 9), date(2026, 11, 5), date(2026, 11, 12)):
        party_day(city, day)
    html = page(as_person(city.secretary))
    assert len(titles(html)) == 2
    assert "只列出最近的 2 次，要看更早的请缩小范围" in html
    assert re.findall(r'scope="rowgroup">(.*?)</th>', html) == ["11月"]


# --- whose


def test_the_heading_names_what_the_reader_sees(city, as_person):
    headings = {
        "secretary": "第一党支部的活动",
        "leader": "第一党小组的活动",
        "office": "市财政局党组的活动",
        "gongwei": "市直机关工委的活动",
        "member": "我的活动",
        "staff": "我的活动",
        "admin": "我的活动",
    }
    found = {who: re.search("<h1>(.*?)</h1>", page(as_person(getattr(city, who))))[1] for who in headings}
    assert found == headings


def test_several_posts_are_counted_in_the_heading(city, as_person):
    make.holds(city.secretary, "branch-secretary", city.water_branch)
    assert "<h1>第一党支部等 2 个单位的活动</h1>" in page(as_person(city.secretary))


def test_each_reader_finds_what_he_may_see_and_nothing_else(city, as_person):
    party_day(city, date(2026, 11, 12), title="一支部的")
    make.activity(city.first_group, "group-meeting", on=date(2026, 11, 11), by=city.leader, title="小组的")
    make.activity(city.second, "theme-party-day", on=date(2026, 11, 10), by=city.other_secretary, title="二支部的")
    make.activity(city.water_branch, "theme-party-day", on=date(2026, 11, 9), by=city.stranger, title="水务的")
    party_day(city, date(2026, 11, 6), partners=(city.second,), title="联合的")
    own = roll_of(city)[:1]
    party_day(city, date(2026, 11, 5), roll=own, absences={}, title="没有他的")
    found = {who: titles(page(as_person(person))) for who, person in city.cast.items()}
    branch = ["一支部的", "小组的", "联合的", "没有他的"]
    assert found == {
        "member": ["一支部的", "联合的"],
        "recorder": branch,
        "group_leader": ["一支部的", "小组的", "联合的"],
        "secretary": branch,
        "other_secretary": ["二支部的", "联合的"],
        "stranger": ["水务的"],
        "office": ["一支部的", "小组的", "二支部的", "联合的", "没有他的"],
        "committee": ["一支部的", "小组的", "二支部的", "水务的", "联合的", "没有他的"],
        "staff": [],
        "administrator": [],
    }


def test_withdrawn_records_are_shown_when_asked_for_and_never_to_a_member(city, as_person):
    activity = party_day(city, date(2026, 11, 12))
    withdraw(activity, reason="录重了", by=city.secretary, now=make.moment(TODAY), today=TODAY)
    client = as_person(city.secretary)
    assert titles(page(client)) == []
    assert "?state=withdrawn" in page(client)
    html = page(client, "state=withdrawn")
    assert rows(html)[0][5] == "已撤回"
    assert "已撤回" in pills(html)
    assert titles(page(as_person(city.member), "state=withdrawn")) == []


# --- a member's own


def test_a_member_reads_his_own_part_and_his_hours(city, as_person):
    party_day(city, date(2026, 11, 12), title="来了")
    party_day(city, date(2026, 11, 5), absences={city.member.pk: Absence("leave")}, title="没来")
    missed = party_day(city, date(2026, 10, 9), absences={city.member.pk: Absence("leave")}, title="补了")
    note_make_up(
        Attendance.objects.get(activity=missed, person=city.member),
        on=date(2026, 10, 20),
        by=city.secretary,
        today=TODAY,
    )
    party_day(city, date(2025, 10, 9), title="去年")
    withdrawn = party_day(city, date(2026, 9, 9))
    withdraw(withdrawn, reason="录重了", by=city.secretary, now=make.moment(TODAY), today=TODAY)
    html = page(as_person(city.member))
    assert "2026年已有 3 学时，这个数只有你自己看得到。" in html
    assert [(row[1], row[4], row[5]) for row in rows(html)] == [
        ("来了", "1.5", "到会"),
        ("没来", "—", "未到"),
        ("补了", "1.5", "10月20日补学"),
    ]
    assert options(html, "pillar")
    assert 'name="organisation"' not in html
    assert "实到" not in html


def test_nobody_else_reads_his_hours(city, as_person):
    party_day(city, date(2026, 11, 12))
    assert "学时" not in page(as_person(city.secretary))


def test_a_secretary_reads_her_own_list_too(city, as_person):
    party_day(city, date(2026, 11, 12), title="来了")
    party_day(city, date(2026, 11, 5), roll=roll_of(city)[3:], absences={}, title="不在名单")
    html = page(as_person(city.secretary), "own=1")
    assert titles(html) == ["来了"]
    assert "<h1>我的活动</h1>" in html
    assert "2026年已有 1.5 学时" in html
    assert '<input type="hidden" name="own" value="1">' in html


def test_what_is_read_way_by_way_is_what_everybody_may_see(city):
    """Hosted, shared, shared by two of one's own, expected elsewhere, withdrawn: each reader finds each once."""
    for number, partners in enumerate([(), (city.second,), (city.second, city.finance_committee), (city.first_group,)]):
        party_day(city, TODAY - timedelta(days=number), partners=partners)
    abroad = make.activity(
        city.water_branch, "party-lecture", on=TODAY, by=city.stranger, roll=(city.secretary.pk, city.stranger.pk)
    )
    gone = make.activity(city.water_branch, "theme-party-day", on=TODAY, by=city.stranger, roll=(city.secretary.pk,))
    withdraw(gone, reason="记重了", by=city.stranger, now=make.moment(TODAY), today=TODAY)
    found = {}
    for role, person in city.cast.items():
        listed = listing.ActivityList(person, QueryDict("period=all"), TODAY)
        seen = Activity.objects.visible_to(person, TODAY).standing().latest_first()
        assert [pk for pk, _, _ in listed.matches] == list(seen.values_list("pk", flat=True)), role
        found[role] = len(listed.matches)
    assert (found["secretary"], found["other_secretary"], found["office"], found["stranger"]) == (5, 2, 4, 1)
    assert abroad.pk in {pk for pk, _, _ in listing.ActivityList(city.secretary, QueryDict(), TODAY).matches}


# --- queries


@pytest.mark.parametrize("size", [1, 3, 55])
def test_queries_of_a_secretary_do_not_grow(city, as_person, django_assert_num_queries, size):
    for number in range(size):
        party_day(city, TODAY - timedelta(days=number), *(["theme-party-day"] if number % 2 else ["party-lecture"]))
    client = as_person(city.secretary)
    page(client)
    with django_assert_num_queries(9):
        page(client)


@pytest.mark.parametrize("size", [1, 3])
def test_queries_of_the_committee_do_not_grow_with_the_branches(city, as_person, django_assert_num_queries, size):
    for number in range(size):
        branch = make.organisation(f"新{number}支部", Level.BRANCH, city.water)
        make.activity(branch, "theme-party-day", on=date(2026, 11, 12), by=_secretary(branch))
    client = as_person(city.gongwei)
    page(client)
    with django_assert_num_queries(10):
        assert len(titles(page(client, f"organisation={city.water.pk}"))) == size


def _secretary(branch: Organisation):
    return make.holds(make.person(f"{branch}书记", branch), "branch-secretary", branch)


@pytest.mark.parametrize("size", [1, 3])
def test_queries_of_a_member_do_not_grow(city, as_person, django_assert_num_queries, size):
    for number in range(size):
        party_day(city, TODAY - timedelta(days=number))
    client = as_person(city.member)
    page(client)
    with django_assert_num_queries(9):
        assert len(titles(page(client))) == size
