"""`python -m config.embedded`, started for real on a folder and a port of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from config.embedded import DEMO_LOG_INS
from dashboards.demo.people import ROLES

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
# An organisation, so that the demo city is not made: it has tests of its own.
PLANT = """
from datetime import date
from organisations.tree import plant
plant(name="市直机关工委", level="work_committee", parent=None, founded_on=date(2020, 1, 1), today=date(2020, 1, 1), tell=False)
"""
# Seconds without a process of the folder after which none is taken to be left.
SETTLED = 1.0
Start = Callable[..., subprocess.Popen[str]]


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(var: Path, **more: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {"SANLI_VAR": str(var), "SANLI_EMBEDDED": "1", "PYTHONUNBUFFERED": "1"} | more


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with tables and one organisation."""
    folder = tmp_path_factory.mktemp("var")
    for command in (["migrate", "--verbosity=0"], ["shell", "--verbosity=0", "-c", PLANT]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment(folder), check=True)
    return folder


@pytest.fixture
def start(var: Path) -> Iterator[Start]:
    """Start the program on the folder; whatever a test leaves running is ended."""
    started = []

    def run(**variables: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "config.embedded"]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        started.append(subprocess.Popen(command, cwd=ROOT, env=environment(var, **variables), text=True, **pipes))
        return started[-1]

    yield run
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()
    # Looked for until none is found: one that is just being started has no environment to be known by for a moment.
    quiet_since = time.monotonic()
    while time.monotonic() - quiet_since < SETTLED:
        for pid in living(var):
            quiet_since = time.monotonic()
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)


def living(var: Path) -> list[int]:
    """Return the processes that were started on the folder: its path stands in their environment."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and f"SANLI_VAR={var}\0".encode() in (entry / "environ").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def child_of(parent: int, words: bytes) -> int:
    """Return the child of `parent` whose command line holds `words`."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return next(int(pid) for pid in children if words in Path(f"/proc/{pid}/cmdline").read_bytes())


def said_until(process: subprocess.Popen[str], words: str) -> str:
    """Return what the process prints, up to the line that holds `words`."""
    said = ""
    for line in process.stdout:
        said += line
        if words in line:
            return said
    raise AssertionError(said)


def test_it_serves_pages_and_leaves_no_process_behind(start: Start, var: Path):
    port = free_port()
    process = start(PORT=str(port))
    said_until(process, f"三力在 http://127.0.0.1:{port}/ 。")
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/login/") as page:
        assert "机关党建工作台" in page.read().decode()
        assert "script-src" not in page.headers["Content-Security-Policy"]
        assert "default-src 'self'" in page.headers["Content-Security-Policy"]
        assert "Secure" not in page.headers["Set-Cookie"]
    assert len(living(var)) >= 5  # the supervisor, gunicorn and its two workers, Celery
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 0
    assert living(var) == []


def test_the_second_start_repeats_nothing_and_names_the_log_ins_without_passwords(start: Start, var: Path):
    first = start(PORT=str(free_port()))
    said_until(first, "换一个：")
    first.send_signal(signal.SIGTERM)
    assert first.wait(timeout=60) == 0
    assert living(var) == []
    second = start(PORT=str(free_port()))
    said = said_until(second, "换一个：")
    assert "· " not in said
    assert "shuji（支部书记）" in said
    assert "密码在第一次运行时显示过" in said


def test_a_child_that_dies_is_said_and_takes_the_rest_with_it(start: Start, var: Path):
    process = start(PORT=str(free_port()))
    said_until(process, "按 Ctrl-C 停止")
    os.kill(child_of(process.pid, b"\0celery\0"), signal.SIGKILL)
    assert process.wait(timeout=60) == 1
    assert "后台进程自己停了" in process.stdout.read()
    assert living(var) == []


def test_one_folder_is_run_once(start: Start):
    first = start(PORT=str(free_port()))
    said_until(first, "按 Ctrl-C 停止")
    second = start(PORT=str(free_port()))
    assert "已经有一个三力在运行" in second.stdout.read()
    assert second.wait(timeout=60) == 1


def test_a_taken_port_is_said_before_anything_is_done(start: Start):
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        process = start(PORT=str(port))
        said = process.stdout.read()
    assert f"127.0.0.1:{port} 用不了" in said
    assert f"make run PORT={port + 1}" in said
    assert process.wait(timeout=60) == 1


@pytest.mark.parametrize("port", ["0", "eighty", "70000", "８０００"])
def test_a_port_that_is_none_is_refused(start: Start, port: str):
    process = start(PORT=port)
    assert process.stdout.read() == f"PORT 要写 1 到 65535 的整数，现在是“{port}”。\n"
    assert process.wait(timeout=60) == 1


def test_the_log_ins_that_it_names_are_those_that_the_demo_makes():
    assert DEMO_LOG_INS == ROLES
