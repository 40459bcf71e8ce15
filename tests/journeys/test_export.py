"""A list taken away as a file: at once, and a long one from the background."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from openpyxl import load_workbook

from .conftest import PHONE, ROOT, _environment, assert_accessible

pytestmark = pytest.mark.chromium
LONG = 5_001
MAKE = "import django; django.setup(); from organisations.tasks import make_export; make_export({})"


def saved(page, link, folder):
    """The workbook that a link brings, under the name that the browser gives it."""
    with page.expect_download() as coming:
        link.click()
    path = folder / coming.value.suggested_filename
    coming.value.save_as(path)
    return path.name, load_workbook(path).worksheets[0]


def multiply(var) -> None:
    """Copies of the first record, until there is one row more than comes at once."""
    with closing(sqlite3.connect(var / "db.sqlite3")) as database:
        table = "activities_activity"
        pk = database.execute(f"SELECT MIN(id) FROM {table}").fetchone()[0]
        names = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
        kept = ", ".join(name for name in names if name not in ("id", "submission_key"))
        standing = database.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0]
        database.executemany(
            f"INSERT INTO {table} (submission_key, {kept}) SELECT ?, {kept} FROM {table} WHERE id = {pk}",
            [(f"copy-{number}",) for number in range(LONG - standing)],
        )
        database.commit()


def test_a_filtered_list_becomes_a_workbook(visit, tmp_path):
    page = visit("shuji", "/activities/")
    page.goto("/activities/?period=all&kind=theme-party-day")
    shown = page.locator("table th[scope=row]").all_inner_texts()
    name, sheet = saved(page, page.get_by_role("link", name="导出 Excel"), tmp_path)
    assert name == "活动台账_第一党支部_全部期间.xlsx"
    assert [row[7] for row in sheet.iter_rows(min_row=2, values_only=True)] == [title.strip() for title in shown]
    assert len(shown) == 1


@pytest.mark.parametrize("script", [True, False])
def test_a_long_list_comes_from_the_background(visit, running, tmp_path, script):
    var = running[1].parent
    multiply(var)
    page = visit("gongwei", "/activities/?period=all", script=script, **({} if script else {"device": PHONE}))
    page.get_by_role("link", name="导出 Excel").click()
    assert page.get_by_role("heading", level=1).inner_text() == "这张表有 5,001 行，要在后台生成"
    if script:
        assert_accessible(page)
    page.get_by_role("button", name="在后台生成").click()
    page.wait_for_url("**/exports/*/")
    assert page.locator("#export h2").inner_text() == "正在排队，共 5,001 行"
    pk = page.url.rstrip("/").rpartition("/")[2]
    command = [sys.executable, "-W", "ignore", "-c", MAKE.format(pk)]
    subprocess.run(command, cwd=ROOT, env=_environment(var), check=True, timeout=180)
    page.get_by_role("link", name="下载").wait_for()  # the page asks again by itself
    if script:
        assert_accessible(page)
    name, sheet = saved(page, page.get_by_role("link", name="下载"), tmp_path)
    assert name == "活动台账_市直机关工委_全部期间.xlsx"
    assert sheet.max_row == LONG + 1
