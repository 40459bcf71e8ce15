"""How many wrong ballots one place may try: kept in memory, forgotten every hour, never written anywhere.

A ballot cannot be guessed (ballots.py); this keeps a script from trying all day. Addresses are kept as digests under a salt
that lives for one hour in this process alone.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
from datetime import datetime

# An office may share one address: only wrong ballots count, and a whole office does not mistype sixty times an hour.
MOST_WRONG = 60


class WrongBallots:
    """The wrong ballots of this hour by place."""

    def __init__(self) -> None:
        self._hour = ""
        self._salt = b""
        self._wrong: Counter[bytes] = Counter()

    def too_many(self, address: str, now: datetime) -> bool:
        """Whether this place tried enough wrong ones."""
        return self._wrong[self._place(address, now)] >= MOST_WRONG

    def add(self, address: str, now: datetime) -> None:
        """Count one more wrong ballot."""
        self._wrong[self._place(address, now)] += 1

    def _place(self, address: str, now: datetime) -> bytes:
        hour = now.strftime("%Y%m%d%H")
        if hour != self._hour:
            self._hour, self._salt, self._wrong = hour, secrets.token_bytes(16), Counter()
        return hashlib.blake2b(address.encode(), key=self._salt, digest_size=8).digest()


wrong_ballots = WrongBallots()
