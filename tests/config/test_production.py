"""Production as deploy/ describes it: gunicorn and a Celery worker on PostgreSQL and Redis, behind one proxy."""

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest

from tests.config.test_embedded import free_port
from tests.deploy_check import production
from tests.services import REDIS_URL

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.postgres, pytest.mark.redis]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A production environment on a database of its own, with its tables."""
    server = urlsplit(os.environ["TEST_DATABASE_URL"])
    name = f"sanli_production_{os.getpid()}"
    connection = psycopg2.connect(server._replace(path="/postgres").geturl())
    connection.autocommit = True
    connection.cursor().execute(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")
    folder = tmp_path_factory.mktemp("production")
    variables = production(str(folder)) | {
        "DATABASE_URL": server._replace(path=f"/{name}").geturl(),
        "REDIS_URL": REDIS_URL,
        "SANLI_VAR": str(folder),
    }
    for command in (["migrate", "--verbosity=0"], ["collectstatic", "--noinput", "--verbosity=0"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=variables, check=True)
    yield variables
    connection.cursor().execute(f"DROP DATABASE {name} WITH (FORCE)")
    connection.close()


@pytest.fixture(scope="module")
def port(environment: dict[str, str]) -> Iterator[int]:
    """The port of a running gunicorn."""
    number = free_port()
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{number}", "--log-level", "error"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    for _ in range(300):
        try:
            ask(number, "/healthz")
            break
        except OSError:
            assert process.poll() is None
            time.sleep(0.1)
    yield number
    process.terminate()
    process.wait()


def ask(port: int, path: str, **headers: str) -> tuple[int, http.client.HTTPMessage, str]:
    """Ask as the proxy would; return status, headers and body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path, headers={"Host": "sanli.example.cn", **headers})
        response = connection.getresponse()
        return response.status, response.headers, response.read().decode()
    finally:
        connection.close()


def test_plain_http_is_sent_to_https(port: int):
    status, headers, _ = ask(port, "/login/")
    assert (status, headers["Location"]) == (301, "https://sanli.example.cn/login/")


def test_behind_the_proxy_pages_come_with_every_protection(port: int):
    status, headers, body = ask(port, "/login/", **{"X-Forwarded-Proto": "https"})
    assert (status, "手机号或工号" in body) == (200, True)
    assert "Secure" in headers["Set-Cookie"]
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert set(headers["Content-Security-Policy"].split("; ")) == {
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    }


def test_another_host_name_is_refused(port: int):
    assert ask(port, "/login/", Host="evil.example", **{"X-Forwarded-Proto": "https"})[0] == 400


def test_static_files_are_sent_compressed_and_for_ever(port: int):
    page = ask(port, "/login/", **{"X-Forwarded-Proto": "https"})[2]
    theme = page.split('<link rel="stylesheet" href="', 2)[2].split('"', 1)[0]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request(
        "GET", theme, headers={"Host": "sanli.example.cn", "X-Forwarded-Proto": "https", "Accept-Encoding": "gzip"}
    )
    response = connection.getresponse()
    response.read()
    connection.close()
    assert response.status == 200
    assert response.headers["Content-Encoding"] == "gzip"
    assert "immutable" in response.headers["Cache-Control"]


def test_a_task_goes_through_redis_to_a_worker_and_shows_in_healthz(environment: dict[str, str], port: int):
    before = json.loads(ask(port, "/healthz")[2])
    assert (before["database"], before["broker"]) == ("ok", "ok")
    assert before["background"] == {"age_seconds": None, "late": True}
    celery = [sys.executable, "-m", "celery", "--quiet", "-A", "config"]
    worker = subprocess.Popen(
        [*celery, "worker", "--concurrency", "1", "--loglevel", "ERROR"], cwd=ROOT, env=environment
    )
    try:
        subprocess.run(
            [*celery, "call", "reminders.tasks.tick"], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL
        )
        for _ in range(300):
            after = json.loads(ask(port, "/healthz")[2])
            if not after["background"]["late"]:
                break
            time.sleep(0.1)
    finally:
        worker.terminate()
        worker.wait()
    assert after["background"]["late"] is False
