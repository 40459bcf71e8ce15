"""Sealing what only two people may read: encrypted with a key that is not in the database, and bound to one row.

``settings.TALK_KEYS`` holds Fernet keys (AES-128-CBC with HMAC-SHA256, from the ``cryptography`` package): the first one
seals, all of them open. A sealed text says what it is, of which row and of which two people; pasted into another row it does
not open. It is padded, so that its length tells neither the occasion nor whether anything was written.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

BLOCK = 512  # bytes: a text is filled up to a multiple of these


class SealBrokenError(Exception):
    """It does not open: the key is not among ours, or the text is of another row or was tampered with.

    Says nothing of what was sealed, and no error stands behind it that would.
    """


@dataclass(frozen=True)
class Bond:
    """What sealed words are bound to: what they are, the key of their row, the two people."""

    about: str
    key: UUID
    parties: tuple[int, int]

    def as_list(self) -> list[Any]:
        """As it stands in the sealed text."""
        return [self.about, str(self.key), list(self.parties)]


def seal(words: Mapping[str, str], bond: Bond) -> str:
    """Seal ``words`` for the row and the people of ``bond``."""
    text = json.dumps({"bond": bond.as_list(), "words": dict(words)}, ensure_ascii=False).encode()
    return _keys().encrypt(text + b" " * (-len(text) % BLOCK)).decode()


def unseal(sealed: str, bond: Bond) -> dict[str, str]:
    """The words that were sealed for ``bond``. SealBrokenError."""
    try:
        content = json.loads(_keys().decrypt(sealed.encode()))
    except (InvalidToken, ValueError):
        raise SealBrokenError from None
    if content["bond"] != bond.as_list():
        raise SealBrokenError
    words: dict[str, str] = content["words"]
    return words


def reseal(sealed: str) -> str:
    """The same, sealed with the first key. SealBrokenError if no key opens it."""
    try:
        return _keys().rotate(sealed.encode()).decode()
    except InvalidToken:
        raise SealBrokenError from None


def _keys() -> MultiFernet:
    return _ring(tuple(settings.TALK_KEYS))


@lru_cache(maxsize=4)
def _ring(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])
