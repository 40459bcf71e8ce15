"""A database of its own for the rehearsal, in a process of its own; gone afterwards."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import DatabaseError, connection

from .finding import Finding

# What the process of the rehearsal runs, step by step, on its own database.
STEPS = (["migrate", "--verbosity=0"], ["load_posts", "--verbosity=0"])


def rehearsed() -> list[Finding]:
    """The findings of a rehearsal; empty where this role may make no database. CalledProcessError if it breaks."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            with _environment(Path(folder)) as environment:
                return _run(environment, Path(folder) / "findings.json")
        except DatabaseError:
            return []


def _run(environment: dict[str, str], answer: Path) -> list[Finding]:
    for step in (*STEPS, ["prove_anonymity", "--rehearse-into", str(answer)]):
        command = [sys.executable, "manage.py", *step]
        subprocess.run(command, cwd=settings.BASE_DIR, env=environment, check=True)  # noqa: S603 - literal
    return [Finding(**row) for row in json.loads(answer.read_text())]


@contextmanager
def _environment(folder: Path) -> Iterator[dict[str, str]]:
    """The environment of the process: ours, with another database and another folder for everything that is kept."""
    own = {"SANLI_VAR": str(folder), "SURVEY_KEYS": str(folder), "MEDIA_ROOT": str(folder)}
    if connection.vendor == "sqlite":
        yield os.environ | own | {"SANLI_EMBEDDED": "1"}
        return
    name = f"sanli_proof_{secrets.token_hex(4)}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    try:
        yield os.environ | own | {"DATABASE_URL": _address(name)}
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {name}")


def _address(name: str) -> str:
    """The URL of a database on our own server."""
    told = connection.settings_dict
    account = quote(str(told["USER"] or ""), safe="")
    if told["PASSWORD"]:
        account += f":{quote(str(told['PASSWORD']), safe='')}"
    return f"postgres://{account}@{told['HOST'] or '127.0.0.1'}:{told['PORT'] or 5432}/{name}"
