"""The month on the wall: looked through at the desk, by finger without script, and on one sheet of paper."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from unicodedata import normalize

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from activities.calendar_days import LONGEST_TITLE, SHOWN
from activities.calendar_print import SETTINGS, setting_of

from .conftest import DESKTOP, PHONE, assert_accessible
from .test_walk import RECORD, assert_on_paper

pytestmark = pytest.mark.chromium
END = "终"  # ends every entry of a filled month, so that a cut one is missed
# Six weeks, the most a month can touch.
LONGEST_MONTH = "2026-08"
FILL = """(texts) => {
  const table = document.querySelector("table.cal");
  table.className = `cal ${texts.setting}`;
  for (const cell of table.querySelectorAll("td:not(.cal__off)")) {
    for (const text of texts.entries) {
      const entry = document.createElement("a");
      entry.className = "cal__e not-phone p1";
      entry.textContent = text;
      cell.append(entry);
    }
  }
}"""


def last_month() -> date:
    """The day of its record: the last one."""
    return date.today().replace(day=1) - timedelta(days=1)


def calendar(visit, who: str, query: str = "", **how):
    """The calendar with those conditions, opened after logging in."""
    page = visit(who, "/activities/", **how)
    page.goto(f"/activities/?view=calendar&{query}")
    return page


def pages_of(page) -> list[str]:
    """The text of each printed page. Chromium writes some characters as the radicals that they look like."""
    page.emulate_media(media="print")
    printed = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True)))
    return [normalize("NFKC", "".join(sheet.extract_text().split())) for sheet in printed.pages]


def test_the_secretary_turns_the_months_and_opens_a_record(visit):
    page = visit("shuji", "/activities/")
    page.get_by_role("group", name="视图").get_by_role("link", name="日历").click()
    expect(page.get_by_role("heading", level=2, name=f"{date.today().year}年{date.today().month}月")).to_be_visible()
    expect(page.locator("td[aria-current=date]")).to_contain_text(str(date.today().day))
    assert_accessible(page)
    page.get_by_role("navigation", name="月份").get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=2, name=f"{last_month().year}年{last_month().month}月")).to_be_visible()
    cell = page.locator("table.cal td", has_text=f"{last_month().month}月{last_month().day}日")
    # By keyboard: the entries are plain links in the order of the days.
    entry = cell.get_by_role("link", name="主题党日")
    entry.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(RECORD)


def test_a_condition_stays_from_month_to_month(visit):
    page = calendar(visit, "shuji", "kind=theme-party-day")
    page.get_by_role("navigation", name="月份").get_by_role("link").first.click()
    expect(page.locator("select[name=kind]")).to_have_value("theme-party-day")
    page.locator("select[name=kind]").select_option("party-lecture")
    page.get_by_role("button", name="查找").click()
    month = f"{last_month().year}年{last_month().month}月"
    expect(page.get_by_role("heading", level=2, name=month)).to_be_visible()
    expect(page.locator("table.cal .cal__e")).to_have_count(0)


@pytest.mark.parametrize("script", [True, False])
def test_on_the_phone_a_day_is_opened_by_its_number(visit, script):
    page = calendar(visit, "shuji", f"month={last_month():%Y-%m}", device=PHONE, script=script)
    assert page.locator("table.cal .cal__e:visible").count() == 0
    number = page.locator(f'a.cal__day[href="#d{last_month().day}"]')
    assert number.bounding_box()["height"] >= 44
    number.click()
    shown = page.locator(".calday:visible")
    expect(shown).to_have_count(1)
    expect(shown).to_contain_text(f"{last_month().month}月{last_month().day}日")
    shown.get_by_role("link", name="主题党日").click()
    page.wait_for_url(RECORD)


def test_the_phone_shows_a_day_before_one_is_chosen_and_nobody_is_kept_out(visit):
    page = calendar(visit, "shuji", device=PHONE)
    expect(page.locator(".calday:visible")).to_have_count(1)
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_month_is_printed_on_one_sheet_across(visit, device):
    page = calendar(visit, "shuji", f"month={last_month():%Y-%m}", device=device)
    assert_on_paper(page, wide=True)
    sheet, *more = pages_of(page)
    assert more == []
    assert "第一党支部的活动" in sheet
    assert f"{last_month().year}年{last_month().month}月" in sheet
    assert "主题党日(一)" in sheet
    assert "查找" not in sheet


def filling(css: str) -> list[str]:
    """The most text a day for which ``css`` is still chosen when every day of six weeks holds as much."""
    longest = [], 0
    for entries in range(1, SHOWN + 1):
        for length in range(2, LONGEST_TITLE + 12):
            texts = ["长" * (length - 1) + END] * entries
            if setting_of([[texts] * 7] * 6) == css and entries * length > longest[1]:
                longest = texts, entries * length
    return longest[0]


@pytest.mark.parametrize("css", [setting.css for setting in SETTINGS])
def test_the_fullest_month_stays_on_one_sheet_and_nothing_is_cut_while_there_is_room(visit, css):
    page = calendar(visit, "gongwei", f"month={LONGEST_MONTH}")
    entries = filling(css)
    assert entries
    page.evaluate(FILL, {"setting": css, "entries": entries})
    sheet, *more = pages_of(page)
    assert more == []
    if css != SETTINGS[-1].css:
        assert sheet.count(END) == 31 * len(entries)
