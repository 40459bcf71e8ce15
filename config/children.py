"""Processes that are started, watched and stopped together."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
START_SECONDS = 60
STOP_SECONDS = 8


class CannotRun(Exception):
    """Why it does not run, in a sentence for whoever started it."""


class Stop:
    """Whether somebody wants an end. A plain flag: an Event may deadlock when set by the handler of a signal."""

    def __init__(self) -> None:
        self.asked = False
        for number in SIGNALS:
            signal.signal(number, self._ask)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.asked = True


class Children:
    """The processes that run until the end; leaving the `with` block leaves none behind."""

    def __init__(self, folder: Path, stop: Stop) -> None:
        self.folder = folder
        self.stop = stop
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> "Children":
        return self

    def __exit__(self, *error: object) -> None:
        """Ask every child to end, then end by force what is left of its group."""
        for process in self.running.values():
            process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for process in self.running.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(deadline - time.monotonic(), 0.1))
            _end_group(process)

    def start(self, label: str, *arguments: str) -> subprocess.Popen[bytes]:
        """Start `python …` in a group of its own, so that a Ctrl-C at the terminal reaches it through us alone."""
        process = subprocess.Popen(  # noqa: S603 - the arguments are literal
            [sys.executable, *arguments], cwd=self.folder, start_new_session=True
        )
        self.running[label] = process
        return process

    def finish(self, label: str, *arguments: str) -> None:
        """Run `python …` to its end; raise CannotRun when it fails or somebody wants to stop."""
        process = self.start(label, *arguments)
        while process.poll() is None and not self.stop.asked:
            time.sleep(0.05)
        if self.stop.asked:
            raise CannotRun("已停止。")
        del self.running[label]
        if process.returncode:
            raise CannotRun(f"“{label}”没有成功，原因见上面几行。")

    def wait_for_answer(self, url: str) -> None:
        """Return once `url` answers; raise CannotRun when it will not, or when somebody wants to stop."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            self.look()
            try:
                with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own address
                    return
            except urllib.error.HTTPError as error:
                raise CannotRun(f"网页进程起来了，但 {url} 回答 {error.code}。") from error
            except OSError:
                time.sleep(0.1)
        raise CannotRun(f"{START_SECONDS} 秒内 {url} 没有回应。")

    def watch(self) -> None:
        """Return when somebody wants to stop; raise CannotRun when a child ends by itself."""
        while not self.stop.asked:
            self.look()
            time.sleep(0.2)

    def look(self) -> None:
        """Raise CannotRun when a child has ended or somebody wants to stop."""
        if self.stop.asked:
            raise CannotRun("已停止。")
        for label, process in self.running.items():
            if process.poll() is not None:
                raise CannotRun(f"{label}进程自己停了（退出码 {process.returncode}），原因见上面几行。")


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """End by force whatever is left of the child's group, the child included."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
