"""Narrowing the list: every condition, what is offered, and a sentence instead of a failure."""

from __future__ import annotations

from datetime import date

import pytest

from activities import choosing
from activities.models import Partnership
from activities.recording import decline
from tests import make
from tests.activities.listpage import LIST, chosen, options, page, pills, titles
from tests.activities.rolls import party_day

pytestmark = pytest.mark.usefixtures("today")

TODAY = date(2026, 11, 20)


# --- narrowing


def test_pillar_line_and_kind_narrow(city, as_person):
    party_day(city, date(2026, 11, 12), title="党日")
    party_day(city, date(2026, 11, 11), "branch-meeting", title="大会")
    make.activity(city.first, "culture-sports", on=date(2026, 11, 10), by=city.secretary, title="文体")
    client = as_person(city.secretary)
    assert titles(page(client, "pillar=1")) == ["党日"]
    assert titles(page(client, "pillar=3")) == ["文体"]
    assert titles(page(client, "line=problems")) == ["大会"]
    assert titles(page(client, "kind=theme-party-day")) == ["党日"]
    assert titles(page(client, "kind=theme-party-day&pillar=3")) == []


def test_an_organisation_narrows_to_itself_what_lies_below_and_what_it_shared(city, as_person):
    party_day(city, date(2026, 11, 12), title="一支部的")
    make.activity(city.first_group, "group-meeting", on=date(2026, 11, 11), by=city.leader, title="小组的")
    joint = party_day(city, date(2026, 11, 10), partners=(city.second,), title="联合的")
    client = as_person(city.office)
    assert titles(page(client, f"organisation={city.first.pk}")) == ["一支部的", "小组的", "联合的"]
    assert titles(page(client, f"organisation={city.first_group.pk}")) == ["小组的"]
    assert titles(page(client, f"organisation={city.second.pk}")) == ["联合的"]
    partnership = Partnership.objects.get(activity=joint)
    decline(partnership, reason="没去", by=city.other_secretary, now=make.moment(TODAY), today=TODAY)
    assert titles(page(client, f"organisation={city.second.pk}")) == []
    assert "<h1>第二党支部的活动</h1>" in page(client, f"organisation={city.second.pk}")


@pytest.mark.parametrize(
    ("period", "found"),
    [
        ("", ["十一月", "十月", "一月"]),
        ("2026-11", ["十一月"]),
        ("2026-Q4", ["十一月", "十月"]),
        ("2026-H1", ["一月"]),
        ("2025", ["去年"]),
        ("all", ["十一月", "十月", "一月", "去年"]),
    ],
)
def test_a_period_narrows_and_without_one_it_is_this_year(city, as_person, period, found):
    for day, title in (
        (date(2026, 11, 12), "十一月"),
        (date(2026, 10, 9), "十月"),
        (date(2026, 1, 8), "一月"),
        (date(2025, 5, 6), "去年"),
    ):
        party_day(city, day, title=title)
    html = page(as_person(city.secretary), f"period={period}")
    assert titles(html) == found
    assert chosen(html, "period") == [period or "2026"]


def test_text_is_looked_for_in_title_content_place_and_guests(city, as_person):
    party_day(city, date(2026, 11, 12), title="参观博物馆")
    party_day(city, date(2026, 11, 11), title="甲", content="去博物馆")
    party_day(city, date(2026, 11, 10), title="乙", place="博物馆")
    party_day(city, date(2026, 11, 9), title="丙", guests="博物馆讲解员")
    party_day(city, date(2026, 11, 6), title="丁")
    client = as_person(city.secretary)
    assert titles(page(client, "q=博物馆")) == ["参观博物馆", "甲", "乙", "丙"]
    assert titles(page(client, "q=%25")) == []


def test_offered_periods_are_the_present_and_some_before(city, as_person):
    offered = options(page(as_person(city.secretary)), "period")
    assert offered[:4] == ["全部期间", "2026年", "2025年", "2024年"]
    assert "2026年第四季度" in offered
    assert "2026年11月" in offered
    assert "2026年上半年" not in offered
    assert options(page(as_person(city.secretary), "period=2019-H1"), "period")[:2] == ["全部期间", "2019年上半年"]


def test_pills_take_one_condition_away_each(city, as_person):
    html = page(as_person(city.office), f"pillar=1&organisation={city.first.pk}&q=党日&page=3")
    found = pills(html)
    assert list(found) == ["教育引导", "第一党支部", "2026年", "含“党日”"]
    assert found["教育引导"] == f"?organisation={city.first.pk}&q=%E5%85%9A%E6%97%A5"
    assert found["2026年"].endswith("&period=all")


# --- organisations offered


def offered(city, as_person, who: str, query: str = "") -> list[str]:
    html = page(as_person(getattr(city, who)), query)
    return options(html, "organisation")[1:] if 'name="organisation"' in html else []


def test_organisations_are_offered_as_a_tree_down_to_the_branches(city, as_person):
    assert offered(city, as_person, "office") == [
        "市财政局党组",
        "　市财政局机关党委",
        "　　第一党支部",
        "　　第二党支部",
    ]
    assert offered(city, as_person, "gongwei")[0] == "市直机关工委"
    assert "　　水务党支部" in offered(city, as_person, "gongwei")


def test_a_branch_is_narrowed_by_its_groups_and_where_there_is_no_choice_none_is_offered(city, as_person):
    assert offered(city, as_person, "secretary") == ["第一党支部", "　第一党小组", "　第二党小组"]
    assert offered(city, as_person, "secretary", f"organisation={city.first_group.pk}") == [
        "第一党支部",
        "　第一党小组",
        "　第二党小组",
    ]
    assert offered(city, as_person, "leader") == []
    assert offered(city, as_person, "other_secretary") == []


def test_a_group_that_was_asked_for_is_among_the_choices(city, as_person):
    assert offered(city, as_person, "office", f"organisation={city.first_group.pk}") == [
        "市财政局党组",
        "　市财政局机关党委",
        "　　第一党支部",
        "　　　第一党小组",
        "　　第二党支部",
    ]


def test_in_a_large_tree_only_the_organs_are_offered_until_one_is_chosen(city, as_person, monkeypatch):
    monkeypatch.setattr(choosing, "LONGEST", 5)
    organs = ["市直机关工委", "　市财政局党组", "　市水务局机关党委"]
    assert offered(city, as_person, "gongwei") == organs
    assert offered(city, as_person, "gongwei", f"organisation={city.water.pk}") == [*organs, "　　水务党支部"]
    assert offered(city, as_person, "gongwei", f"organisation={city.second.pk}") == [
        "市直机关工委",
        "　市财政局党组",
        "　　市财政局机关党委",
        "　　　第一党支部",
        "　　　第二党支部",
        "　市水务局机关党委",
    ]


# --- bad input


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("pillar=9", "没有“9”这个支柱，没有按它筛选。"),
        ("pillar=abc", "没有“abc”这个支柱"),
        ("line=nowhere", "没有“nowhere”这个条线"),
        ("kind=<b>", "没有“<b>”这个类别"),
        ("organisation=abc", "没有“abc”这个单位"),
        ("organisation=²", "没有“²”这个单位"),
        ("period=abc", "看不懂的期间“abc”"),
        ("period=2026-13", "看不懂的期间“2026-13”"),
        ("period=9999", "看不懂的期间“9999”"),
        ("state=gone", "没有“gone”这个状态"),
        (f"q={'长' * 100}", "要找的文字最多 60 个字"),
        ("kind=" + "x" * 3000, "没有“xxxxxxxxxxxxxxxxxxxx”这个类别"),
    ],
)
def test_a_condition_that_means_nothing_is_left_out_in_words(city, as_person, query, sentence):
    party_day(city, date(2026, 11, 12), content="长" * 200)
    html = page(as_person(city.secretary), query)
    assert sentence in html
    assert titles(html) == ["11月主题党日"]


def test_a_foreign_organisation_is_no_page(city, as_person):
    client = as_person(city.secretary)
    for pk in (city.second.pk, city.committee.pk, 10**18 - 1):
        assert client.get(f"{LIST}?organisation={pk}").status_code == 404
    assert as_person(city.member).get(f"{LIST}?organisation={city.first.pk}").status_code == 404


def test_nothing_found_says_why(city, as_person):
    client = as_person(city.secretary)
    assert "这段时间还没有活动" in page(client)
    assert "没有符合这些条件的活动" in page(client, "q=没有")
    assert "这段时间没有你的活动" in page(as_person(city.member))


def test_only_reading_is_answered(city, as_person):
    assert as_person(city.secretary).post(LIST).status_code == 405
