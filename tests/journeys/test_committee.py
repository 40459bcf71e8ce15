"""The committee's way from a gap to the records, a rule rewritten, and what the others see and keep."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from .conftest import DESKTOP, PHONE, log_in
from .test_walk import RECORD, assert_on_paper

pytestmark = pytest.mark.chromium
RULE = "主题党日"


def last_month() -> date:
    """A day of it: its theme party day was held by the first branch and by no other."""
    return date.today().replace(day=1) - timedelta(days=1)


def cell(page, unit, rule=RULE):
    """The cell of the table 各单位 where a unit meets a rule."""
    heads = page.locator("table.heat thead th").all_inner_texts()
    row = page.locator("table.heat tbody tr", has=page.locator("th", has_text=re.compile(f"^{unit}$")))
    return row.locator("th, td").nth(heads.index(rule))


def board_of_last_month(visit, **how):
    """The committee's board, moved to the month before by its own switches."""
    page = visit("gongwei", "/board/", **how)
    page.get_by_role("group", name="周期").get_by_role("link", name="月", exact=True).click()
    month = page.get_by_role("group", name="前后各期").get_by_role("link", name=f"{last_month().month}月", exact=True)
    month.click()
    expect(month).to_have_attribute("aria-current", "true")
    expect(page.locator(".pagehead__lede")).to_contain_text(f"{last_month().year}年{last_month().month}月")
    page.presses.clear()
    return page


@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_from_a_gap_to_the_branch_and_its_records(visit, device):
    page = board_of_last_month(visit, device=device)
    gap = cell(page, "市财政局党组")
    expect(gap).to_have_text("1/2")
    expect(gap).to_have_class(re.compile("gap[1-4]"))
    gap.get_by_role("link").click()
    expect(cell(page, "第二党支部")).to_have_text("0/1")
    cell(page, "第二党支部").get_by_role("link").click()
    expect(page.locator("h1")).to_have_text("第二党支部")
    page.get_by_role("link", name="全部记录").first.click()
    page.wait_for_url("**/activities/?organisation=*")
    expect(page.locator("main tbody th a")).to_have_text(re.compile("月党课$"))
    expect(page.locator("h1")).to_contain_text("第二党支部")
    assert 0 < len(page.presses) <= 3


def test_from_what_is_covered_to_the_record(visit):
    page = board_of_last_month(visit)
    cell(page, "市财政局党组").get_by_role("link").click()
    expect(cell(page, "第一党支部")).to_have_text("1/1")
    cell(page, "第一党支部").get_by_role("link").click()
    page.get_by_role("link", name=f"{last_month().month}月主题党日").click()
    page.wait_for_url(RECORD)
    expect(page.locator(".record")).to_contain_text("三楼党员活动室")
    assert 0 < len(page.presses) <= 3


def test_the_board_on_paper(visit):
    page = visit("gongwei", "/board/")
    expect(page.locator("table.heat")).to_be_visible()
    assert_on_paper(page, wide=True)


def test_a_rule_is_rewritten_as_a_sentence(visit):
    page = visit("gongwei", "/requirements/")
    line = page.locator("tbody tr", has=page.locator("th", has_text=re.compile(f"^{RULE}$")))
    expect(line).to_contain_text("每月至少 1 次")
    line.get_by_role("link", name=re.compile("^修改")).click()
    page.get_by_label("次数", exact=True).fill("2")
    page.get_by_label("次数", exact=True).blur()
    expect(page.locator("#trial ins")).to_contain_text("2 次")
    since = page.get_by_label("从哪一天起").locator("option:checked").inner_text()
    page.get_by_label("为什么改").fill("一个月一次不够用")
    page.get_by_role("button", name=re.compile("起执行$")).click()
    page.wait_for_url("**/requirements/")
    first_day = re.fullmatch(r"\d{4}年(\d+月\d+日)", since)[1]
    expect(line).to_contain_text("每月至少 1 次")
    expect(line).to_contain_text(f"{first_day}起：每月至少 2 次")
    expect(page.locator(".toast")).to_contain_text(f"{RULE}：新的写法从 {since}起")


def test_staff_see_their_own_activities_alone(visit):
    secretary = visit("shuji2", "/activities/log/?kind=theme-party-day")
    secretary.locator("#id_place").fill("第二支部的会议室")
    secretary.locator("#save").click()
    secretary.wait_for_url(RECORD)

    page = visit("zhigong", "/activities/")
    rows = page.locator("main a[href^='/activities/']:not([href*='?'])")
    page.goto("/activities/?period=all")
    expect(rows).to_have_text([re.compile(f"{last_month().month}月主题党日")])
    rows.click()
    page.wait_for_url(RECORD)
    expect(page.locator(".record")).to_contain_text("三楼党员活动室")
    expect(page.get_by_role("link", name="修改", exact=True)).to_have_count(0)

    assert page.goto(secretary.url).status == 404
    expect(page.locator("main")).not_to_contain_text("第二支部的会议室")
    assert page.goto("/board/").status == 403


def test_a_session_that_ends_while_typing_loses_nothing(visit):
    page = visit("shuji", "/activities/log/?kind=theme-party-day")
    content, state = page.locator("#id_content"), page.locator("#savestate")
    token = page.locator("#log [name=csrfmiddlewaretoken]").first
    stale = token.input_value()

    page.context.clear_cookies(name="sessionid")
    content.fill("登录过期以后写的内容")
    page.locator("#id_title").focus()
    expect(state).to_contain_text("登录已经过期")

    other = page.context.new_page()
    log_in(other, "shuji")
    content.fill("登录过期以后写的内容，又添一句")
    page.locator("#id_title").focus()
    expect(state).to_contain_text("已自动存为草稿")
    assert token.input_value() != stale
    other.goto("/activities/log/")
    other.get_by_text("接着写上次的草稿").click()
    expect(other.locator("#id_content")).to_have_value("登录过期以后写的内容，又添一句")

    page.locator("#save").click()
    page.wait_for_url(RECORD)
    expect(page.locator(".record")).to_contain_text("登录过期以后写的内容，又添一句")


def test_saving_without_a_session_asks_for_it_and_goes_on(visit):
    page = visit("shuji", "/activities/log/?kind=theme-party-day")
    page.locator("#id_content").fill("按保存的时候已经退出了")
    page.context.clear_cookies(name="sessionid")
    page.locator("#save").click()
    page.fill("[name=username]", "shuji")
    page.fill("[name=password]", "shujishuji")
    page.get_by_role("button", name="登录，接着保存").click()
    page.get_by_role("button", name="继续保存").click()
    page.wait_for_url(RECORD)
    expect(page.locator(".record")).to_contain_text("按保存的时候已经退出了")
