"""One way through the floor of responsibilities: a list out of Excel, a duty ticked by a record, a visit, a problem solved by two."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import openpyxl
import pytest
from playwright.sync_api import expect

from .conftest import DESKTOP, PHONE, assert_accessible, log_in

pytestmark = pytest.mark.chromium
PARTY_DAY = "本单位的主题党日按月办好"
MATTER = "请把讨论要点写进会议记录"


@pytest.fixture
def list_file(tmp_path: Path) -> Path:
    """A duty list as an office keeps it: a title above, the category merged over its rows."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["某局机关党建责任清单"])
    sheet.merge_cells("A1:F1")
    sheet.append(["序号", "类别", "工作内容", "工作措施", "责任岗位", "完成时限"])
    sheet.append([1, "组织生活", "过好组织生活", PARTY_DAY, "支部书记", "每月"])
    sheet.append([2, None, "年初定好支部学习计划", "支委会研究后印发", "支部书记", "全年"])
    sheet.merge_cells("B3:B4")
    file = tmp_path / "责任清单.xlsx"
    book.save(file)
    return file


def become(page, who: str, path: str) -> None:
    """Somebody else sits down at the same machine."""
    page.context.clear_cookies()
    log_in(page, who, path)


def import_the_list(page, file: Path) -> None:
    """From the file to an edition in force since the first of this month."""
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_label("名称").fill("市直机关岗位责任清单")
    page.get_by_role("button", name="下一步，看哪一列是什么").click()
    page.get_by_role("button", name=re.compile("^下一步，核对")).click()
    expect(page.locator(".sumline")).to_contain_text("2新增")
    page.get_by_role("button", name="确认，拟成草稿").click()
    page.wait_for_url(re.compile(r"/responsibilities/lists/\d+/$"))
    page.locator("a[href$='/issue/']").first.click()
    page.locator("[name=since]").fill(date.today().replace(day=1).isoformat())
    page.get_by_role("button", name="发布", exact=True).click()
    page.wait_for_url(re.compile(r"/responsibilities/lists/\d+/$"))


def test_from_a_list_in_excel_to_a_duty_that_a_record_ticks(visit, list_file):
    page = visit("gongwei", "/responsibilities/lists/import/")
    import_the_list(page, list_file)
    become(page, "shuji", "/responsibilities/mine/")
    line = page.locator("tr", has_text=PARTY_DAY)
    expect(line.first).to_contain_text("待办")
    line.first.locator("a[href*='kind=theme-party-day']").click()
    expect(page.locator("#id_title")).to_have_value(re.compile("月主题党日$"))
    page.locator("#id_content").fill("学习原文，结合岗位交流。")
    page.locator("#save").click()
    page.wait_for_url(re.compile(r"/activities/\d+/$"))
    expect(page.get_by_text("计入责任").first).to_be_visible()
    page.goto("/responsibilities/mine/")
    page.evaluate("for (const fold of document.querySelectorAll('main details')) fold.open = true")
    expect(line.first).to_contain_text("已办")


@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_from_a_visit_to_a_problem_that_another_has_checked(visit, device):
    page = visit("jiguan", "/inspections/plan/", device=device)
    page.locator("[name=organisation]").select_option(label=option_with(page, "[name=organisation]", "第二党支部"))
    page.locator("[name=template]").select_option(label=option_with(page, "[name=template]", "（用于党支部）"))
    page.locator("[name=reason]").fill("年度轮查")
    page.locator("[name=planned_on]").fill(date.today().isoformat())
    page.get_by_role("button", name="安排", exact=True).click()
    page.wait_for_url(re.compile(r"/inspections/\d+/$"))
    fill_in(page)
    page.locator("main textarea").nth(1).fill(MATTER)
    page.get_by_role("button", name="发出通知").click()
    page.get_by_role("link", name=re.compile(MATTER)).first.click()
    page.wait_for_url(re.compile(r"/problems/\d+/$"))
    solve(page, urlsplit(page.url).path)


def option_with(page, select: str, text: str) -> str:
    """The whole label of the option that ends in ``text`` (they are indented by their depth)."""
    labels = page.locator(f"{select} option").all_inner_texts()
    return next(label for label in labels if label.strip().endswith(text))


def fill_in(page) -> None:
    """On the spot: the first question 没做到 with a fact, all that the records do not answer 做到."""
    first, *others = page.locator("section[aria-labelledby=g1] ol.checks > li").all()
    first.get_by_text("没做到", exact=True).click()
    first.locator("input[type=text]").fill("记录只有题目，没有讨论")
    for question in others:
        question.get_by_text("做到", exact=True).click()
    lacking = page.locator("section[aria-labelledby=g2] li:has(input[value=no]:checked)")
    while lacking.count():
        lacking.first.get_by_text("不适用", exact=True).click()
    page.get_by_role("button", name="当面念过，提交").click()
    expect(page.locator("h1")).to_contain_text("整改通知")


def solve(page, problem: str) -> None:
    """The secretary takes it and reports both legs; she cannot check it herself; the office does."""
    become(page, "shuji2", problem)
    page.get_by_role("button", name="认领").click()
    page.get_by_role("link", name="定措施").click()
    for text in page.locator("main textarea").all():
        text.fill("支委会上说明，今后由记录员当场记。")
    page.get_by_role("button", name="定下来").click()
    for _ in range(page.locator(".pagehead__acts a", has_text="办结").count()):
        page.locator(".pagehead__acts a", has_text="办结").first.click()
        page.locator("[name=conclusion]").fill("11月起记录里都有讨论要点。")
        page.get_by_role("button", name="报办结").click()
    expect(page.locator(".pagehead")).to_contain_text("待复核")
    expect(page.locator("#verify")).to_have_count(0)
    become(page, "jiguan", problem)
    assert_accessible(page)
    page.get_by_text("办成了", exact=True).click()
    page.get_by_role("button", name="复核").click()
    expect(page.locator(".pagehead")).to_contain_text("已销号")
