"""``make screenshots``: the pictures of the README, taken of a fresh demo city in a real browser.

Run as a program. Everything lives in a temporary folder; only ``docs/images`` is written.
"""

from __future__ import annotations

import os
import re
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from tests.services import chromium_path

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
DESKTOP = {"viewport": {"width": 1440, "height": 900}}
TALL = {"viewport": {"width": 1440, "height": 1500}}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
STEPS = (
    ["migrate", "-v0"],
    ["collectstatic", "--noinput", "-v0"],
    ["load_posts", "-v0"],
    ["load_article", "-v0"],
    ["load_rulebook", "-v0"],
    ["load_inspections", "-v0"],
    ["load_bank", "-v0"],
    ["load_quiz_bank", "-v0"],
)
SERVER = ("-m", "gunicorn", "config.wsgi", "--bind")
WORKER = ("-m", "celery", "--quiet", "-A", "config", "worker", "--pool", "solo", "--loglevel", "ERROR")

# A roster as an office keeps it: a heading above the titles, branches and days written as it comes, some of it wrong.
ROSTER = """市财政局党员花名册,,,,,,
填表人：办公室,,,,,,
序号,姓 名,工号,人员类别,入党时间（年月）,出生年月,所在支部
1,林知远,01001,正式党员,,1978.03,一支部
2,周以宁,,正式,,1984年6月,一支部
3,沈若川,,正式,,1990.11,一支部
4,江予安,01005,正式,,1986.02,二支部
5,陆景行,,正式,,1983.09,三支部
6,谢庭芳,,正式,1998.7,1976.01,一支部
7,卫向晚,01023,正式党员,2024.6.18,1995.05,一支部
8,孟书严,,正式,,1993.12,一支部
9,叶知秋,,正式,,1990.04,一支部
10,柳青,,预备,2025年12月,1999.08,二支部
11,韩露,,正式,2033.7,1980.10,二支部
12,方晓棠,,积极分子,,1998.02,二支部
13,顾念,,正式,2015.7.1,1990.07,三支部
14,姜树,,党员干部,2010.7,1982.11,三支部
15,邵云岫,,正式,,1986.06,九支部
16,沈若川,,正式,,1990.11,一支部
"""


def main() -> None:
    """Make the city, serve it, take the pictures, stop."""
    with tempfile.TemporaryDirectory() as folder:
        password = secrets.token_urlsafe(12) + "-1a"
        environment = os.environ | {"SANLI_EMBEDDED": "1", "SANLI_VAR": folder, "DEMO_PASSWORD": password}
        for step in (*STEPS, ["demo", "--seed", "7"]):
            subprocess.run(
                [sys.executable, "manage.py", *step], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL
            )
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        with running(environment, *SERVER, f"127.0.0.1:{port}"), running(environment, *WORKER):
            take_all(f"http://127.0.0.1:{port}", password)


@contextmanager
def running(environment: dict[str, str], *arguments: str) -> Iterator[None]:
    """A program of the house beside this one, stopped at the end."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    program = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env=environment, **quiet)
    try:
        yield
    finally:
        program.terminate()
        program.wait(20)


def take_all(base: str, password: str) -> None:
    """The pictures, by who sees them."""
    from playwright.sync_api import sync_playwright

    wait_for(f"{base}/healthz")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox", "--disable-gpu"])

        def entered(who: str, device: dict[str, Any]) -> Any:
            context = browser.new_context(base_url=base, locale="zh-CN", timezone_id="Asia/Shanghai", **device)
            return enter(context.new_page(), who, password)

        for device, suffix in ((DESKTOP, ""), (PHONE, "-phone")):
            take_secretary(entered("shuji", device), suffix)
            take(entered("gongwei", device), "/board/", f"board{suffix}")
        take(entered("shuji", DESKTOP), "/activities/?view=calendar", "calendar", whole=True)
        page = entered("jiguan", TALL)
        take(page, checked_import(page), "import")
        browser.close()


def take_secretary(page: Any, suffix: str) -> None:
    """Her desk, the form, and the record of last month's outing, on the desktop whole: its photos stand at the end."""
    take(page, "/", f"desk{suffix}")
    take(page, "/activities/log/?kind=theme-party-day", f"log{suffix}")
    page.goto("/activities/?kind=red-site-visit")
    links = page.locator("a[href^='/activities/']").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    record = next(link for link in links if re.fullmatch(r"/activities/\d+/", link))
    take(page, record, f"activity{suffix}", whole=not suffix)


def checked_import(page: Any) -> str:
    """Send the roster through the wizard up to the preview. Returns the address of the page."""
    page.goto("/people/import/")
    file = {"name": "财政局党员花名册.csv", "mimeType": "text/csv", "buffer": ROSTER.encode("gb18030")}
    page.set_input_files("[name=file]", file)
    page.click("main form button[type=submit]")
    page.click("button[form=columns]")
    page.wait_for_selector("[name=take]", timeout=60_000)
    return str(page.url)


def enter(page: Any, who: str, password: str) -> Any:
    """Log in. Returns the page."""
    page.goto("/login/")
    page.fill("[name=username]", who)
    page.fill("[name=password]", password)
    page.click("button[type=submit]")
    page.wait_for_load_state("networkidle")
    return page


def take(page: Any, path: str, name: str, *, whole: bool = False) -> None:
    """One picture of one screen, or of the whole page; in 256 colours it is half as large and looks the same.

    RuntimeError if the page does not answer as it should.
    """
    answer = page.goto(path)
    if not answer.ok:
        raise RuntimeError(f"{path} answered {answer.status}")
    page.wait_for_load_state("networkidle")
    picture = Image.open(BytesIO(page.screenshot(full_page=whole))).convert("RGB")
    few = picture.quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(IMAGES / f"{name}.png", optimize=True)
    print(f"docs/images/{name}.png")


def wait_for(url: str) -> None:
    """Return once the server answers; RuntimeError after half a minute."""
    for _ in range(300):
        try:
            urllib.request.urlopen(url, timeout=2).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not answer")


if __name__ == "__main__":
    main()
