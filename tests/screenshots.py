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
from pathlib import Path
from typing import Any

from tests.services import chromium_path

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
DESKTOP = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
STEPS = (
    ["migrate", "-v0"],
    ["collectstatic", "--noinput", "-v0"],
    ["load_posts", "-v0"],
    ["load_article", "-v0"],
    ["load_rulebook", "-v0"],
)


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
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "config.wsgi"],
            cwd=ROOT,
            env=environment,
            stderr=subprocess.DEVNULL,
        )
        try:
            take_all(f"http://127.0.0.1:{port}", password)
        finally:
            server.terminate()
            server.wait(20)


def take_all(base: str, password: str) -> None:
    """The pictures, by who sees them."""
    from playwright.sync_api import sync_playwright

    wait_for(f"{base}/healthz")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox", "--disable-gpu"])
        for device, suffix in ((DESKTOP, ""), (PHONE, "-phone")):
            page = browser.new_context(base_url=base, locale="zh-CN", timezone_id="Asia/Shanghai", **device).new_page()
            enter(page, "shuji", password)
            take(page, "/", f"desk{suffix}")
            take(page, "/activities/log/?kind=theme-party-day", f"log{suffix}")
            page.goto("/activities/")
            links = page.locator("a[href^='/activities/']").evaluate_all("all => all.map(a => a.getAttribute('href'))")
            record = next(link for link in links if re.fullmatch(r"/activities/\d+/", link))
            take(page, record, f"activity{suffix}")
            page.context.close()
            page = browser.new_context(base_url=base, locale="zh-CN", timezone_id="Asia/Shanghai", **device).new_page()
            enter(page, "gongwei", password)
            take(page, "/board/", f"board{suffix}")
        browser.close()


def enter(page: Any, who: str, password: str) -> None:
    """Log in."""
    page.goto("/login/")
    page.fill("[name=username]", who)
    page.fill("[name=password]", password)
    page.click("button[type=submit]")
    page.wait_for_load_state("networkidle")


def take(page: Any, path: str, name: str) -> None:
    """One picture of one screen."""
    page.goto(path)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=IMAGES / f"{name}.png")
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
