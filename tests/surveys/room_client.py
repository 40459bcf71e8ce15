"""A browser for the separate room: it calls the WSGI application that gunicorn serves, cookies and all."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from config.wsgi import application

Pairs = list[tuple[str, str]]


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: Pairs
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    def header(self, name: str) -> str:
        return ", ".join(value for key, value in self.headers if key.lower() == name.lower())

    @property
    def fields(self) -> Pairs:
        """What the page's form would post as it stands: hidden, typed and chosen fields."""
        found: Pairs = []
        for tag in re.findall(r"<input\b[^>]*>", self.text):
            told = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
            if told.get("type") in ("radio", "checkbox") and " checked" not in tag:
                continue
            if "name" in told:
                found.append((told["name"], html.unescape(told.get("value", ""))))
        for name, value in re.findall(r'<textarea\b[^>]*name="([^"]*)"[^>]*>([^<]*)</textarea>', self.text):
            found.append((name, html.unescape(value)))
        return found

    @property
    def action(self) -> str:
        """Where the form leads."""
        return re.search(r'<form\b[^>]*action="([^"]*)"', self.text)[1]


@contextmanager
def connections_kept() -> Iterator[None]:
    """A request ends by closing old connections; the test's own is in a transaction and must stay, as in Django's client."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in signals:
            signal.connect(close_old_connections)


def ask(method: str, path: str, data: Pairs | bytes | None = None, **extra: Any) -> Answer:
    """One request; ``extra`` goes into the WSGI environment as it is."""
    body = data if isinstance(data, bytes) else urlencode(data or []).encode()
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path.partition("?")[0],
        "SCRIPT_NAME": "",
        "QUERY_STRING": path.partition("?")[2],
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "10.9.8.7",
        "HTTP_HOST": "testserver",
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
        "wsgi.errors": BytesIO(),
        "wsgi.url_scheme": "http",
        "wsgi.version": (1, 0),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **extra,
    }
    told: list[Any] = []
    with connections_kept():
        chunks = application(environ, lambda status, headers, *more: told.extend([status, headers]))
        content = b"".join(chunks)
        if hasattr(chunks, "close"):
            chunks.close()
    return Answer(int(told[0].split(" ")[0]), list(told[1]), content)


def get(path: str, **extra: Any) -> Answer:
    return ask("GET", path, **extra)


def post(path: str, data: Pairs, **extra: Any) -> Answer:
    return ask("POST", path, data, **extra)


def fill(page: Answer, **answers: str | list[str]) -> Pairs:
    """The page's fields with these answers (dots in keys as ``__``) in place of what stands there."""
    given = {"a." + name.replace("__", "."): value for name, value in answers.items()}
    kept = [(name, value) for name, value in page.fields if name not in given]
    for name, value in given.items():
        kept += [(name, one) for one in (value if isinstance(value, list) else [value])]
    return kept
