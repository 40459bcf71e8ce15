"""One gunicorn worker as in production, and a browser's side of it: log-in, cookies, times."""

from __future__ import annotations

import gzip
import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

STARTS_WITHIN = 60


@dataclass
class Answer:
    """What came back; ``seconds`` from sending to the last byte."""

    status: int
    content: bytes
    headers: dict[str, str]
    seconds: float


@dataclass
class Server:
    """A running server. ``workers()`` are the processes that answer."""

    port: int
    pid: int

    def workers(self) -> list[int]:
        """The pids of the workers."""
        return [int(pid) for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()]

    def megabytes(self) -> float:
        """What one worker keeps in memory, in MB (RSS)."""
        status = Path(f"/proc/{self.workers()[0]}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1000  # type: ignore[index]


@contextmanager
def serve() -> Iterator[Server]:
    """gunicorn with one sync worker on a free port, until the end of the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "config.wsgi",
        "--bind",
        f"127.0.0.1:{port}",
        "--workers",
        "1",
        "--timeout",
        "300",
        "--log-level",
        "error",
    ]
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=os.environ)
    try:
        _wait(port)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(20)


def _wait(port: int) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise TimeoutError(f"the server did not answer within {STARTS_WITHIN} s")


@dataclass
class Reader:
    """Somebody who is logged in."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, url: str, data: dict[str, list[str]] | None = None, encodings: str = "") -> Answer:
        """GET, or POST of ``data`` as a form. Connections are not kept: a sync worker closes them anyway."""
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Accept-Encoding": encodings,
        }
        body = None
        if data is not None:
            body = urlencode(data, doseq=True)
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "X-CSRFToken": self.cookies.get("csrftoken", ""),
            }
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        begun = time.perf_counter()
        connection.request("POST" if body is not None else "GET", url, body, headers)
        response = connection.getresponse()
        content = response.read()
        seconds = time.perf_counter() - begun
        connection.close()
        for line in response.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return Answer(response.status, content, dict(response.headers.items()), seconds)

    @classmethod
    def logged_in(cls, port: int, username: str, password: str) -> Reader:
        """Through the log-in page, as everybody."""
        reader = cls(port)
        reader.ask(reverse("login"))
        answer = reader.ask(reverse("login"), {"username": [username], "password": [password]})
        if answer.status != 302:
            raise RuntimeError(f"{username} could not log in: {answer.status}")
        return reader


def first_load(reader: Reader, url: str) -> int:
    """Bytes of a page with its styles and scripts on an empty cache: files as they are served, the page as nginx would gzip it."""
    page = reader.ask(url)
    text = page.content.decode()
    files = set(re.findall(r'<(?:link[^>]+rel="stylesheet"[^>]+href|script[^>]+src)="([^"]+)"', text))
    files |= set(re.findall(r'<link[^>]+href="([^"]+\.css)"', text)) | set(
        re.findall(r'<script[^>]*src="([^"]+)"', text)
    )
    return len(gzip.compress(page.content, 6)) + sum(
        len(reader.ask(file, encodings="br, gzip").content) for file in files
    )
