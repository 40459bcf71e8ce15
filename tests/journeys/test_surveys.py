"""One way through a survey: pasted, frozen, a ballot at the desk, answered on a phone in the separate room, with script and without."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest
from playwright.sync_api import expect

from .conftest import HERE, PHONE, assert_accessible, listen, log_in

pytestmark = pytest.mark.chromium
PASTED = """1. 您的年龄段（单选）
A. 35 岁及以下
B. 36–50 岁
C. 51 岁及以上
2、下面的说法符合您的感受吗？（五级）
- 支部的学习对我有帮助
- 我的意见会被认真对待
3、目前最影响您工作状态的是？（单选）
任务压力 / 岗位发展 / 没有明显影响
4、发展上您更看重？（单选，第 3 题选“岗位发展”时才问）
轮岗 / 培训
5、还有什么想说的？（简答，选填）
"""
TARGET = 44  # px, the least that a finger hits


def write_and_launch(page) -> int:
    """From a pasted text to a launched survey; its key."""
    page.get_by_label("名称").fill("走一遍的调研")
    page.locator("[name=start]").first.check()
    page.get_by_role("button", name="建草稿").click()
    page.wait_for_url(re.compile(r"/surveys/\d+/(author|source)/$"))
    pk = int(re.search(r"/surveys/(\d+)/", page.url)[1])
    page.goto(f"/surveys/{pk}/source/")
    page.locator("textarea[name=text]").fill(PASTED)
    page.get_by_role("button", name="保存原文").click()
    page.wait_for_url(re.compile(r"/author/$"))
    expect(page.get_by_text("都认出来了")).to_be_visible()
    page.goto(f"/surveys/{pk}/settings/")
    now = datetime.now()
    page.locator("[name=opens_at]").fill((now - timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M"))
    page.locator("[name=closes_at]").fill((now + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M"))
    page.locator("[name=publish_on]").fill((date.today() + timedelta(days=5)).isoformat())
    page.locator("[name=desk_note]").fill("机关党委 302 室")
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_url(re.compile(r"/author/$"))
    page.locator("[name=checked]").check()
    page.get_by_role("button", name="启用调研").click()
    page.wait_for_url(re.compile(rf"/surveys/{pk}/"))
    return pk


def ballot_from_the_desk(page, pk: int) -> str:
    """The address behind 去填写, with the ballot in its fragment."""
    page.goto(f"/surveys/{pk}/desk/")
    page.get_by_role("button", name="领票").click()
    link = page.get_by_role("link", name="去填写")
    expect(link).to_be_visible()
    return link.get_attribute("href")


def look(page) -> None:
    """Nothing grave for axe, nothing sideways, everything large enough for a finger."""
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    small = page.evaluate(
        "[...document.querySelectorAll('button, input:not([type=hidden]), label.opt, .scale label')]"
        ".map((one) => [one.outerHTML.slice(0, 60), (one.closest('label') || one).getBoundingClientRect().height])"
        f".filter(([, height]) => height > 0 && height < {TARGET})"
    )
    assert small == []


def answer(page) -> None:
    """Every page answered, up to the review."""
    with page.expect_navigation():
        page.get_by_role("button", name="开始作答").click()
    for _ in range(6):
        if page.get_by_role("button", name="匿名提交").count():
            return
        look(page)
        for name in page.evaluate(
            "[...new Set([...document.querySelectorAll('input[type=radio]')].map((one) => one.name))]"
        ):
            options = page.locator(f"input[name='{name}']")
            wanted = page.locator(f"label:has(input[name='{name}'])", has_text="岗位发展")
            (wanted.locator("input") if wanted.count() else options.first).check(force=True)
        text = page.locator("textarea")
        if text.count():
            text.fill("食堂再晚一点")
        with page.expect_navigation():
            page.locator(".btn--primary").click()


@pytest.fixture
def phone(browser, server):
    """``phone(script=False)``: a phone that is logged in nowhere."""
    contexts, complaints = [], []

    def make(*, script: bool = True):
        context = browser.new_context(base_url=server, java_script_enabled=script, **HERE, **PHONE)
        contexts.append(context)
        listen(context, complaints)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()
    assert complaints == []


def test_from_pasted_text_to_thanks_on_a_phone(visit, phone, server):
    page = visit("gongwei", "/surveys/new/")
    pk = write_and_launch(page)
    page.goto(f"/surveys/{pk}/results/")
    expect(page.locator("main")).to_contain_text("截止")
    page.context.clear_cookies()
    log_in(page, "zhigong", f"/surveys/{pk}/desk/")
    assert_accessible(page)
    address = ballot_from_the_desk(page, pk)
    assert_accessible(page)
    # The second request finds the mark.
    page.goto(f"/surveys/{pk}/desk/")
    page.get_by_role("button", name="领票").click()
    expect(page.locator("main")).to_contain_text("领过")
    mine = phone()
    mine.goto(address)
    expect(mine.locator("#ballot")).not_to_have_value("")
    assert "#" not in mine.url
    look(mine)
    answer(mine)
    look(mine)
    expect(mine.locator(".review")).to_contain_text("轮岗")
    expect(mine.locator(".review")).to_contain_text("食堂再晚一点")
    assert "食堂" in mine.evaluate("JSON.stringify(localStorage)")
    mine.get_by_role("button", name="匿名提交").click()
    expect(mine.get_by_role("heading", name="已收到，谢谢你")).to_be_visible()
    look(mine)
    assert mine.evaluate("localStorage.length") == 0
    assert mine.context.cookies() == []


def test_the_same_without_script_and_by_keyboard(visit, phone):
    page = visit("gongwei", "/surveys/new/")
    pk = write_and_launch(page)
    page.context.clear_cookies()
    log_in(page, "zhigong", f"/surveys/{pk}/desk/")
    address, _, ballot = ballot_from_the_desk(page, pk).partition("#")
    mine = phone(script=False)
    mine.goto(address)
    mine.locator("#ballot").focus()
    mine.keyboard.type(ballot.lower())
    with mine.expect_navigation():
        mine.keyboard.press("Enter")
    while mine.get_by_role("button", name="匿名提交").count() == 0:
        before = mine.url
        for row in mine.locator("fieldset, .likert__row").all():
            first = row.locator("input[type=radio]").first
            if first.count():
                first.focus()
                mine.keyboard.press("Space")
        mine.locator(".btn--primary").focus()
        with mine.expect_navigation():
            mine.keyboard.press("Enter")
        assert mine.locator(".qn--wrong").count() == 0, before
    mine.get_by_role("button", name="匿名提交").focus()
    mine.keyboard.press("Enter")
    expect(mine.get_by_role("heading", name="已收到，谢谢你")).to_be_visible()


def test_a_draft_on_the_phone_goes_on_and_can_be_cleared(visit, phone):
    page = visit("gongwei", "/surveys/new/")
    pk = write_and_launch(page)
    page.context.clear_cookies()
    log_in(page, "zhigong", f"/surveys/{pk}/desk/")
    address = ballot_from_the_desk(page, pk)
    mine = phone()
    mine.goto(address)
    with mine.expect_navigation():
        mine.get_by_role("button", name="开始作答").click()
    mine.locator("label.opt", has_text="36–50 岁").click()
    mine.goto(address)
    with mine.expect_navigation():
        mine.get_by_role("button", name="接着填").click()
    expect(mine.locator("label.opt", has_text="36–50 岁").locator("input")).to_be_checked()
    mine.get_by_role("button", name="清除这台设备上的回答").click()
    mine.wait_for_url(re.compile(r"/s/\w+/$"))
    assert mine.evaluate("localStorage.length") == 0
    expect(mine.get_by_role("button", name="接着填")).to_be_hidden()


def test_the_promise_and_the_room_at_every_width(visit, phone):
    page = visit("gongwei", "/surveys/new/")
    pk = write_and_launch(page)
    page.context.clear_cookies()
    log_in(page, "zhigong", f"/surveys/{pk}/desk/")
    address, _, _ = ballot_from_the_desk(page, pk).partition("#")
    for path in (address, f"{address}promise/"):
        page.goto(path)
        # 195 px are 390 at a zoom of 200 per cent.
        for width in (1440, 820, 390, 195):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (path, width)
            assert_accessible(page)
