"""A roster as an office keeps it, from the file to the people and back; and an empty machine on its way to a working city."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.urls import reverse

from .conftest import DESKTOP, PHONE, ROOT, _environment, assert_accessible, lay_back

pytestmark = pytest.mark.chromium

HEADINGS = ("序号", "姓名", "性别", "身份证号", "出生年月", "入党时间", "所属支部", "人员类别", "备注")
PRIVATE = "110101198001011234"
ROSTER = (
    ("叶知秋", "1988.3", "", "财政二支部", "正式"),  # as on the roster
    ("程思齐", "1988年5月", datetime(2011, 6, 30), "财政二支部", "正式党员"),  # a day that was not known
    ("陆景行", "1985.11", "", "财政二支部", "正式"),  # on the roster of the other branch
    ("柳青", "1999.1", "2026.6.30", "财政二支部", "预备"),
    ("韩露", "1980.7", "2033.7", "财政二支部", "正式"),
)
EMPTY = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("load_posts", verbosity=0)
from tests import make
root = make.organisation("市直机关工委", "work_committee", None)
make.holds(make.person("韩露", None, login="admin", category="staff"), "administrator", root)
"""
UNITS = (
    ("单位", "上级"),
    ("市财政局机关党委", "市直机关工委"),
    ("第一党支部", "市财政局机关党委"),
    ("第二党支部", "市财政局机关党委"),
)
PEOPLE = (
    ("姓名", "工号", "所属支部", "人员类别", "入党时间"),
    ("林知远", "1001", "第一党支部", "正式党员", "2004.6.1"),
    ("周以宁", "1002", "第一党支部", "正式党员", "2008.7.1"),
    ("何望舒", "1003", "第二党支部", "正式党员", "2009.7.1"),
)
POSTS = (("姓名", "党组织", "职务", "任职时间"), ("林知远", "第一党支部", "书记", "2024.5.16"))


def book(path: Path, rows: Any) -> Path:
    """A workbook with these rows."""
    with xlsxwriter.Workbook(path) as workbook:
        sheet, day = workbook.add_worksheet("在册"), workbook.add_format({"num_format": "yyyy/m/d"})
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, datetime):
                    sheet.write_datetime(at, column, cell, day)
                else:
                    sheet.write(at, column, cell)
    return path


def ugly(folder: Path) -> Path:
    """A title above the header, a column nobody should send, three ways of writing a month, a branch by its nickname."""
    rows = [
        (n, name, "", PRIVATE, born, joined, branch, category, "")
        for n, (name, born, joined, branch, category) in enumerate(ROSTER, 1)
    ]
    return book(folder / "机关党员花名册.xlsx", [("市财政局机关党员花名册（2026年）",), HEADINGS, *rows])


@pytest.fixture(scope="module")
def worker(running: tuple[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The background of the running server: a worker in a process of its own."""
    options = ["--quiet", "-A", "config", "worker", "--pool", "solo", "--without-gossip", "--without-mingle"]
    log = tmp_path_factory.mktemp("worker") / "log"
    with log.open("w") as told:
        command = [sys.executable, "-W", "ignore", "-m", "celery", *options]
        environment = _environment(running[1].parent)
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=told, stderr=told)
    yield
    process.terminate()
    process.wait(30)


def settle_columns(page: Any) -> None:
    """The second page: the private column is not read, and the nickname is told which branch it is."""
    page.wait_for_url("**/columns/")
    text = page.locator("main").inner_text()
    assert "第 2 行是表头" in text
    assert PRIVATE not in page.content()
    page.get_by_label("“财政二支部”对应到").select_option(label=branch_named(page, "第二党支部"))


def branch_named(page: Any, name: str) -> str:
    """The choice that ends in ``name``: those further down the tree are indented."""
    labels = page.get_by_label("“财政二支部”对应到").locator("option").all_inner_texts()
    return next(label for label in labels if label.strip("　 ") == name)


def bar(page: Any) -> str:
    return str(page.locator("#importbar .savebar__state").inner_text())


@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_an_ugly_roster_is_mapped_looked_through_imported_and_taken_back(visit, worker, tmp_path, device):
    page = visit("jiguan", "/people/", device=device)
    page.get_by_role("link", name="导入", exact=True).click()
    page.set_input_files("[name=file]", ugly(tmp_path))
    page.get_by_role("button", name="下一步").click()
    settle_columns(page)
    assert_accessible(page)
    page.get_by_role("button", name="下一步，核对 5 行").click()

    page.get_by_text("还没有写入任何内容").wait_for()  # the page of the worker's progress goes on by itself
    assert_accessible(page)
    assert "入党时间“2033.7”晚于今天" in page.locator("main").inner_text()
    row = page.locator("tr", has_text="同名不同支部")
    row.get_by_text("这行先不导").click()
    page.locator("#importbar", has_text="已存").wait_for()
    assert bar(page).startswith("新增 1 人，变更 1 人，错 1 行不导，删除 0 人")
    page.reload()
    assert bar(page) == "新增 1 人，变更 1 人，错 1 行不导，删除 0 人"
    page.locator("tr", has_text="同名不同支部").get_by_text("就是此人").click()
    page.get_by_role("button", name="确认导入 3 人").wait_for()
    page.get_by_role("button", name="确认导入 3 人").click()

    page.get_by_role("heading", name="已导入", exact=True).wait_for()
    assert_accessible(page)
    page.goto("/people/?q=柳青")
    assert "第二党支部" in page.locator("table").inner_text()
    page.go_back()
    page.get_by_role("link", name="撤销这次导入").click()
    assert "这次新增的 1 人撤下，变更的 2 人改回原样" in page.locator("main").inner_text()
    page.get_by_role("button", name="撤销这次导入").click()
    page.get_by_role("heading", name="已撤销", exact=True).wait_for()
    page.goto("/people/?q=柳青")
    assert page.get_by_text("没有找到人").is_visible()


def test_it_goes_without_script(visit, worker, tmp_path):
    page = visit("jiguan", "/people/import/", script=False)
    page.set_input_files("[name=file]", ugly(tmp_path))
    page.get_by_role("button", name="下一步").click()
    settle_columns(page)
    page.get_by_role("button", name="下一步，核对 5 行").click()
    page.get_by_text("还没有写入任何内容").wait_for()  # the page loads itself anew
    page.locator("tr", has_text="同名不同支部").get_by_text("是新的人").click()
    page.get_by_role("button", name="先存下").click()
    assert bar(page) == "新增 2 人，变更 1 人，错 1 行不导，删除 0 人"
    page.get_by_role("button", name="确认导入 3 人").click()
    page.get_by_role("heading", name="已导入", exact=True).wait_for()
    page.goto("/people/?q=陆景行")
    assert page.locator("table tbody tr").count() == 2


@pytest.fixture
def empty_machine(server: str, running: tuple[str, Path], tmp_path_factory: pytest.TempPathFactory) -> None:
    """Tables, posts, the root and its administrator, as the command leaves them; nothing else."""
    folder = tmp_path_factory.mktemp("empty")
    command = [sys.executable, "-W", "ignore", "-c", EMPTY]
    subprocess.run(command, cwd=ROOT, env=_environment(folder), check=True, timeout=180)
    lay_back(folder, running[1])


def bring(page: Any, subject: str, file: Path) -> None:
    """One file of the first run, as far as it can go without a question."""
    page.goto(reverse("setup"))
    page.set_input_files(f"#file-{subject}", file)
    page.locator(f"form:has(#file-{subject}) button").click()
    page.wait_for_url("**/columns/")
    page.get_by_role("button", name="下一步，核对").click()
    page.get_by_text("还没有写入任何内容").wait_for()
    page.get_by_role("button", name="确认导入").click()
    page.get_by_role("heading", name="已导入", exact=True).wait_for()


def test_from_an_empty_machine_to_a_secretary_who_records(visit, worker, empty_machine, tmp_path):
    page = visit("admin", "/")
    page.get_by_role("link", name="接着装").click()
    page.get_by_role("button", name="装上规则和种子").click()
    page.get_by_text("规则和种子已装好").wait_for()
    assert_accessible(page)
    bring(page, "organisations", book(tmp_path / "单位.xlsx", UNITS))
    bring(page, "people", book(tmp_path / "花名册.xlsx", PEOPLE))
    bring(page, "appointments", book(tmp_path / "任职.xlsx", POSTS))
    page.goto("/people/?q=林知远")
    page.locator("table a").first.click()
    page.get_by_role("link", name="开通登录").click()
    page.fill("[name=username]", "linzhiyuan")
    page.get_by_role("button", name="开通").click()
    password = page.locator(".ballot__code").inner_text()
    page.context.clear_cookies()

    page.goto("/login/")
    page.fill("[name=username]", "linzhiyuan")
    page.fill("[name=password]", password)
    page.get_by_role("button", name="登录").click()
    page.fill("[name=old_password]", password)
    page.fill("[name=new_password1]", "Chun-tian-26")
    page.fill("[name=new_password2]", "Chun-tian-26")
    page.get_by_role("button", name="换好密码").click()
    page.get_by_role("heading", name="该办的事").wait_for()
    assert "主题党日" in page.locator("main").inner_text()
    page.goto(f"{reverse('activity-log')}?kind=theme-party-day")
    assert "周以宁" in page.locator("main").inner_text()
    assert "何望舒" not in page.locator("main").inner_text()
