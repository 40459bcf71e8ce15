"""The secretary's whole walk: from what is due to the record on paper, its correction and its withdrawal."""

from __future__ import annotations

import re

import pytest
from docx import Document
from playwright.sync_api import expect

from .conftest import DESKTOP, PHONE

pytestmark = pytest.mark.chromium
DUE = "主题党日"
RECORD = re.compile(r"/activities/\d+/$")
ABSENT = {"顾清和": "出差", "宋怀瑾": "请假"}
POINT = 72 / 25.4  # a millimetre in points


def due_line(page):
    """The line of the monthly theme party day, wherever the desk shows it now."""
    return page.locator("table.due tr", has=page.locator(".due__name", has_text=re.compile(f"^{DUE}$")))


def log_from_the_desk(page):
    """Press 记录 at the due line, mark two absent with reasons, save."""
    expect(due_line(page)).to_contain_text("待开展")
    due_line(page).get_by_role("link", name=re.compile("^记录")).click()
    for name, reason in ABSENT.items():
        page.locator(".roll__one", has_text=name).click()
        page.get_by_role("radiogroup", name=f"{name}未到原因").get_by_text(reason, exact=True).click()
    page.locator("#save").click()
    page.wait_for_url(RECORD)


def assert_on_paper(page, *, wide=False):
    """Printed without bars and buttons, on A4 lying or standing."""
    page.emulate_media(media="print")
    expect(page.locator("main h1").first).to_be_visible()
    for gone in (".topbar", ".tabbar", ".toolbar", ".aside--tools", ".pagehead__acts", ".crumbs", ".toast"):
        assert page.locator(f"{gone}:visible").count() == 0, gone
    width, height = (297, 210) if wide else (210, 297)
    box = re.search(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", page.pdf(prefer_css_page_size=True))
    assert [float(side) for side in box.groups()] == pytest.approx([width * POINT, height * POINT], abs=1)
    page.emulate_media(media="screen")


def assert_opens_as_word(page, title):
    """The minutes are a document that holds the title, and who was absent and why."""
    with page.expect_download() as download:
        page.get_by_role("link", name="导出 Word").click()
    paper = Document(download.value.path())
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    text = "\n".join([paragraph.text for paragraph in paper.paragraphs] + cells)
    assert title in text
    for name, reason in ABSENT.items():
        assert re.search(rf"{name}[（(，、：:\s]*{reason}", text), text


def log_the_same_again(page):
    """The form asks before a second record of the day, and leads to the first."""
    page.goto("/activities/log/?kind=theme-party-day")
    page.locator("#save").click()
    asked = page.get_by_role("alert")
    expect(asked).to_contain_text("好像已经记过")
    asked.get_by_role("link", name="打开它").click()
    page.wait_for_url(RECORD)


def correct_the_title(page, before, after):
    """What stood there and what stands now are both on the record."""
    page.get_by_role("link", name="修改", exact=True).click()
    page.locator("#id_title").fill(after)
    page.locator("#save").click()
    page.wait_for_url(RECORD)
    expect(page.locator(".record__title")).to_have_text(after)
    expect(page.locator("#revisions del")).to_have_text(before)
    expect(page.locator("#revisions ins")).to_have_text(after)


def withdraw(page):
    """With a reason, which the record keeps."""
    page.get_by_role("link", name="撤回", exact=True).click()
    expect(page.locator("main")).to_contain_text("退回“待开展”")
    page.get_by_label("原因").fill("记错了，这天开的是党小组会")
    page.get_by_role("button", name="撤回记录").click()
    page.wait_for_url(RECORD)
    expect(page.locator("main")).to_contain_text("记错了，这天开的是党小组会")


@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_from_what_is_due_to_the_withdrawal(visit, device):
    page = visit("shuji", "/", device=device)
    log_from_the_desk(page)
    record, title = page.url, page.locator(".record__title").inner_text()
    for name, reason in ABSENT.items():
        expect(page.locator(".record")).to_contain_text(f"{name}（{reason}）")
    assert_on_paper(page)
    assert_opens_as_word(page, title)

    page.goto("/")
    expect(due_line(page)).to_contain_text("已完成")
    log_the_same_again(page)
    assert page.url == record
    correct_the_title(page, title, f"{title}（改）")
    withdraw(page)
    page.goto("/")
    expect(due_line(page)).to_contain_text("待开展")


def test_without_script_a_line_is_asked_away_and_granted(visit):
    page = visit("shuji", "/", script=False)
    due_line(page).get_by_role("link", name=re.compile("^不适用")).click()
    page.get_by_role("group", name="缘由").locator("label.chip").first.click()
    page.locator("#id_reason").fill("全员在外集中培训，本月不在单位")
    page.get_by_role("button", name=re.compile("^送")).click()
    expect(page.locator("main")).to_contain_text("全员在外集中培训，本月不在单位")
    page.goto("/")
    expect(due_line(page)).to_contain_text("申请待答复")

    office = visit("jiguan", "/", script=False)
    office.locator("main").get_by_role("link", name=DUE, exact=True).click()
    expect(office.locator("main")).to_contain_text("全员在外集中培训，本月不在单位")
    office.get_by_role("button", name="批准", exact=True).click()
    expect(office.locator("main")).to_contain_text("已批准")

    page.goto("/")
    expect(due_line(page)).to_contain_text("不适用")
    expect(due_line(page)).not_to_contain_text("待开展")
    expect(due_line(page)).not_to_contain_text("申请待答复")
