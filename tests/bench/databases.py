"""Databases of the bench's own: an SQLite file in a folder, a PostgreSQL database that is dropped afterwards."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg2

SERVER = "postgres://postgres@127.0.0.1:5432/postgres"


@contextmanager
def database(kind: str) -> Iterator[dict[str, str]]:
    """The environment for a fresh database of that kind ("sqlite" or "postgres"); nothing of it is left behind."""
    with tempfile.TemporaryDirectory(prefix="sanli-bench-") as folder:
        environment = {"SANLI_VAR": folder, "DJANGO_SETTINGS_MODULE": "tests.bench.settings"}
        if kind == "sqlite":
            yield environment
        else:
            with _postgres() as url:
                yield environment | {"BENCH_DATABASE_URL": url}


@contextmanager
def _postgres() -> Iterator[str]:
    """The address of a new database on the server of TEST_DATABASE_URL."""
    server = os.environ.get("TEST_DATABASE_URL") or SERVER
    name = f"sanli_bench_{os.getpid()}"
    _on_server(server, f'CREATE DATABASE "{name}"')
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    finally:
        _on_server(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def _on_server(server: str, statement: str) -> None:
    """Run one statement outside any transaction."""
    connection = psycopg2.connect(urlunsplit(urlsplit(server)._replace(path="/postgres")))
    connection.autocommit = True
    try:
        connection.cursor().execute(statement)
    finally:
        connection.close()
