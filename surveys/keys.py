"""The key of a survey: one file for each, outside the database, destroyed when the survey closes.

Whoever holds key and database could until then learn who took a ballot, never what was answered (anonymity.md §3.11).
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from django.conf import settings

from .models import Survey

BYTES = 32


class KeyGoneError(Exception):
    """The key is not there: not made yet, destroyed at closing, or its folder was not brought along."""


def _file(survey: Survey) -> Path:
    return Path(settings.SURVEY_KEYS) / f"{survey.code}.key"


def make(survey: Survey) -> None:
    """Make the key of ``survey``, readable by this account alone. FileExistsError if it has one."""
    file = _file(survey)
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(secrets.token_bytes(BYTES))
        out.flush()
        os.fsync(out.fileno())


def exists(survey: Survey) -> bool:
    """Whether the key is there."""
    return _file(survey).exists()


def digest(survey: Survey, purpose: str, *parts: int) -> bytes:
    """The keyed digest (HMAC-SHA256, 32 bytes) of ``parts`` for one purpose: another purpose gives an unrelated one. KeyGoneError."""
    try:
        key = _file(survey).read_bytes()
    except OSError:
        raise KeyGoneError from None
    said = "|".join((purpose, survey.code, *map(str, parts)))
    return hmac.new(key, said.encode(), hashlib.sha256).digest()


def destroy(survey: Survey) -> None:
    """Overwrite and remove the key; nothing happens when it is gone already."""
    file = _file(survey)
    try:
        with file.open("r+b") as out:
            out.write(b"\0" * BYTES)
            out.flush()
            os.fsync(out.fileno())
        file.unlink()
    except FileNotFoundError:
        return
