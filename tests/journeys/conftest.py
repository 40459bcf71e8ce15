"""What the journeys share: the real application in a process of its own, Chromium, people who log in, axe-core.

Starting a server takes longer than most journeys, so one runs all along; its database is laid back to the fresh town
before every journey, and once for a module that only looks: what one saves, the next does not see.
"""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.services import chromium_path

ROOT = Path(__file__).resolve().parents[2]
DESKTOP = {"viewport": {"width": 1440, "height": 900}}
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
TABLET = {"viewport": {"width": 820, "height": 1180}}
HERE = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
# What axe-core calls grave; the lesser findings are advice.
GRAVE = {"serious", "critical"}
# A press of finger or mouse. “click” would not do: one tap on a label fires it twice.
COUNT_PRESSES = "addEventListener('pointerdown', (event) => { if (event.isTrusted) pressed(); }, true)"


def _environment(var: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "SECRET_KEY", "HOST")}
    return kept | {"SANLI_EMBEDDED": "1", "SANLI_VAR": str(var), "DJANGO_SETTINGS_MODULE": "config.settings"}


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a filled database and static files, made once."""
    var = tmp_path_factory.mktemp("town")
    command = [sys.executable, "-W", "ignore", "-m", "tests.journeys.town"]
    subprocess.run(command, cwd=ROOT, env=_environment(var), check=True, timeout=180)
    return var


@contextmanager
def serving(town: Path, folder: Path) -> Iterator[str]:
    """Serve a copy of ``town``, made in ``folder``, with gunicorn; the value is its address."""
    var = folder / "var"
    var.mkdir()
    for file in town.glob("db.sqlite3*"):
        shutil.copy(file, var)
    (var / "static").symlink_to(town / "static")
    shutil.copytree(town / "media", var / "media")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["--bind", f"127.0.0.1:{port}", "--threads", "4", "--worker-tmp-dir", str(folder)]
    command = [sys.executable, "-m", "gunicorn", *options, "config.wsgi:application"]
    with (folder / "server.log").open("w") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=_environment(var), stdout=log, stderr=log)
    try:
        _wait_for(f"http://127.0.0.1:{port}/healthz", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="session")
def running(pristine: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of the application, and its database."""
    folder = tmp_path_factory.mktemp("running")
    with serving(pristine, folder) as address:
        yield address, folder / "var" / "db.sqlite3"


def lay_back(town: Path, database: Path) -> None:
    """Put the town's rows in the place of all that is in ``database``, in one transaction under the running server."""
    with closing(sqlite3.connect(town / "db.sqlite3")) as fresh, closing(sqlite3.connect(database)) as used:
        fresh.backup(used)


@pytest.fixture
def server(pristine: Path, running: tuple[str, Path]) -> str:
    """The address of the application on a town that is this test's own."""
    address, database = running
    lay_back(pristine, database)
    return address


@pytest.fixture(scope="module")
def one_server(pristine: Path, running: tuple[str, Path]) -> str:
    """The same for a whole module, whose tests only read."""
    address, database = running
    lay_back(pristine, database)
    return address


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not answer")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Headless Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        yield playwright.chromium.launch(executable_path=chromium_path(), args=options)


@pytest.fixture
def visit(browser: Any, server: str) -> Iterator[Callable[..., Any]]:
    """``visit("shuji", "/activities/log/", device=PHONE, script=False)``: a page, logged in and there.

    ``page.presses`` is a list that grows by one with every press of finger or mouse from then on. At the end of the test
    no page may have had an error of script or of the content policy.
    """
    contexts, complaints = [], []

    def come(who: str, path: str, *, device: dict[str, Any] = DESKTOP, script: bool = True) -> Any:
        context = browser.new_context(base_url=server, java_script_enabled=script, **HERE, **device)
        contexts.append(context)
        presses: list[int] = []
        context.expose_function("pressed", lambda: presses.append(1))
        context.add_init_script(COUNT_PRESSES)
        listen(context, complaints)
        page = context.new_page()
        log_in(page, who, path)
        presses.clear()
        page.presses = presses
        return page

    yield come
    # Read before the pages close: what is still on its way then is broken off, and says so.
    heard = list(complaints)
    for context in contexts:
        context.close()
    assert heard == []


# An answer of 401 or 422 that a journey provokes, and a request of htmx that a newer one replaced, are no errors.
NO_ERROR = ("Failed to load resource", "htmx:sendAbort", "htmx:afterRequest")


def listen(context: Any, complaints: list[str]) -> None:
    """Collect every error of script or of the content policy on the pages of ``context``."""
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on("console", lambda message: _note(message, complaints))


def _note(message: Any, complaints: list[str]) -> None:
    """Keep what a console says of errors."""
    if message.type == "error" and not message.text.startswith(NO_ERROR):
        complaints.append(message.text)


def log_in(page: Any, who: str, path: str = "/") -> None:
    """Log in through the form and go on to ``path``."""
    page.goto(f"/login/?next={path}")
    page.fill("[name=username]", who)
    page.fill("[name=password]", who * 2)
    page.click("button[type=submit]")
    page.wait_for_url(f"**{path}")
    page.wait_for_load_state("networkidle")


def wait_until(page: Any, condition: str) -> None:
    """Wait for a condition in script. Playwright's own way has the page evaluate it, which its content policy forbids."""
    for _ in range(200):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never so: {condition}")


def assert_accessible(page: Any) -> None:
    """No serious or critical finding of axe-core on the page as it stands."""
    from axe_playwright_python.sync_playwright import Axe

    found = [finding for finding in Axe().run(page).response["violations"] if finding["impact"] in GRAVE]
    assert [(finding["id"], [node["html"][:160] for node in finding["nodes"]]) for finding in found] == []
