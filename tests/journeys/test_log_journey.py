"""The main job in a real browser: a routine record in few presses, on desktop and phone, with and without script."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from .conftest import DESKTOP, PHONE, TABLET, assert_accessible, log_in

pytestmark = pytest.mark.chromium
LOG = "/activities/log/"
MOST_PRESSES = 8


def record_with_two_absent(page):
    """Mark two absent with reasons, save: everything else is filled in."""
    expect(page.locator("#id_title")).to_have_value(re.compile("月主题党日$"))
    expect(page.locator("#id_place")).to_have_value("三楼党员活动室")
    for name, reason in (("顾清和", "出差"), ("宋怀瑾", "请假")):
        page.locator(".roll__one", has_text=name).click()
        page.get_by_role("radiogroup", name=f"{name}未到原因").get_by_text(reason, exact=True).click()
    expect(page.locator(".tally")).to_have_text("应到10人实到8人未到2人")
    page.locator("#id_content").fill("学习原文，结合岗位交流。")
    page.locator("#save").click()
    page.wait_for_url(re.compile(r"/activities/\d+/$"))


@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("start", ["/", LOG])
def test_a_routine_record_takes_few_presses(visit, device, start):
    page = visit("shuji", start, device=device)
    if start == LOG:
        page.locator("label.chip", has_text="主题党日").click()
    else:
        page.locator("a[href*='kind=theme-party-day']:visible").first.click()
    record_with_two_absent(page)
    assert 0 < len(page.presses) <= MOST_PRESSES
    expect(page.get_by_text("已完成").first).to_be_visible()
    for text in ("学习原文，结合岗位交流。", "三楼党员活动室", "顾清和（出差）", "宋怀瑾（请假）"):
        expect(page.locator(".record").get_by_text(text).first).to_be_visible()


def test_without_script_the_same_record(visit):
    page = visit("shuji", LOG, script=False)
    page.locator("label.chip", has_text="主题党日").click()
    page.get_by_role("button", name="按所选类别重新填写").click()
    assert page.locator("#id_title").input_value().endswith("月主题党日")
    reasons = page.get_by_role("radiogroup", name="顾清和未到原因")
    expect(reasons).to_be_hidden()
    page.locator(".roll__one", has_text="顾清和").click()
    reasons.get_by_text("值班", exact=True).click()
    page.get_by_role("button", name="加一项议程").wait_for(state="hidden")
    spare = page.locator(".agendaedit--spare textarea").first
    spare.fill("通报党费收缴情况")
    page.locator("#save").click()
    page.wait_for_url(re.compile(r"/activities/\d+/$"))
    for text in ("通报党费收缴情况", "顾清和（值班）"):
        expect(page.locator(".record").get_by_text(text).first).to_be_visible()


def test_what_was_typed_survives_an_ended_session_and_opens_on_the_phone(visit):
    page = visit("shuji", f"{LOG}?kind=theme-party-day")
    page.locator("#id_content").fill("写到一半的内容")
    page.locator("#id_title").focus()
    state = page.locator("#savestate")
    expect(state).to_contain_text("已自动存为草稿")

    page.context.clear_cookies(name="sessionid")
    page.locator("#id_content").fill("登录过期以后接着写的内容")
    page.locator("#id_title").focus()
    expect(state).to_contain_text("登录已经过期")
    assert page.locator("#id_content").input_value() == "登录过期以后接着写的内容"

    other = page.context.new_page()
    log_in(other, "shuji", LOG)
    other.close()
    page.locator("#id_place").fill("五楼会议室")
    page.locator("#id_title").focus()
    expect(state).to_contain_text("已自动存为草稿")

    phone = visit("shuji", LOG, device=PHONE)
    phone.get_by_text("接着写上次的草稿").click()
    expect(phone.locator("#id_content")).to_have_value("登录过期以后接着写的内容")
    expect(phone.locator("#id_place")).to_have_value("五楼会议室")

    page.locator("#save").click()
    page.wait_for_url(re.compile(r"/activities/\d+/$"))
    phone.locator("#id_content").fill("手机上又写")
    phone.locator("#id_title").focus()
    expect(phone.locator("#savestate")).to_contain_text("已经保存成记录了")


def test_a_slow_refill_swaps_nothing_away(visit):
    page = visit("shuji", LOG)
    page.route("**/refill/", lambda route: (page.wait_for_timeout(600), route.continue_()))
    page.locator("label.chip", has_text="主题党日").click()
    page.locator("#id_place").fill("边等边写的地点")
    expect(page.locator("#id_title")).to_have_value(re.compile("月主题党日$"))
    expect(page.locator("#id_place")).to_have_value("边等边写的地点")


def test_the_agenda_grows_and_shrinks(visit):
    page = visit("shuji", f"{LOG}?kind=theme-party-day")
    rows = page.locator("#id_agenda textarea")
    expect(rows).to_have_count(3)
    page.get_by_role("button", name="加一项议程").click()
    rows.nth(3).fill("新的一项")
    page.get_by_role("button", name="删掉这一项").nth(1).click()
    page.locator("#id_title").press("Enter")
    page.locator("#save").click()
    page.wait_for_url(re.compile(r"/activities/\d+/$"))
    record = page.locator(".record")
    expect(record.get_by_text("新的一项")).to_be_visible()
    expect(record.get_by_text("围绕本月主题交流讨论")).to_have_count(0)


def test_the_votes_follow_the_roll(visit):
    page = visit("shuji", f"{LOG}?kind=branch-meeting")
    page.get_by_text("这次有表决").click()
    page.locator(".roll__one", has_text="顾清和").click()
    expect(page.locator("#id_voters_present")).to_have_value("9")
    page.locator("#id_voters_present").fill("7")
    page.locator(".roll__one", has_text="宋怀瑾").click()
    expect(page.locator("#id_voters_present")).to_have_value("7")


def test_a_day_to_come_is_saved_as_a_plan(visit):
    page = visit("gongwei", f"{LOG}?kind=ideals-education")
    today = page.locator("#id_held_on").input_value()
    page.locator("#id_held_on").fill(f"{today[:4]}-12-31")
    page.locator("#id_held_on").dispatch_event("change")
    expect(page.locator("#save")).to_have_text("保存安排" if today[5:] != "12-31" else "保存活动")


@pytest.mark.parametrize("device", [DESKTOP, TABLET, PHONE], ids=["desktop", "tablet", "phone"])
def test_no_grave_finding_of_axe(visit, device):
    page = visit("shuji", LOG, device=device)
    assert_accessible(page)
    page.goto(f"{LOG}?kind=branch-meeting")
    page.locator(".roll__one", has_text="顾清和").click()
    page.get_by_text("这次有表决").click()
    for summary in page.locator("details.more > summary").all():
        summary.click()
    page.wait_for_load_state("networkidle")
    assert_accessible(page)
    page.locator("#id_title").fill("")
    page.locator("#save").click()
    expect(page.locator(".errsum")).to_be_visible()
    assert_accessible(page)


def test_no_grave_finding_of_axe_on_what_follows(visit):
    page = visit("shuji", f"{LOG}?kind=theme-party-day", device=PHONE)
    page.locator("#save").click()
    page.wait_for_url(re.compile(r"/activities/\d+/$"))
    page.goto(f"{page.url}correct/")
    page.wait_for_load_state("networkidle")
    assert_accessible(page)
    page.goto(f"{LOG}?kind=theme-party-day")
    page.locator("#save").click()
    expect(page.get_by_role("button", name="确实是另一次，照样保存")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert_accessible(page)
