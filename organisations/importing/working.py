"""What a worker does with an import: checking, writing, taking back, forgetting."""

from __future__ import annotations

from datetime import datetime


def check(batch_id: int, now: datetime) -> None:
    """Compare the file with what is stored and lay out the preview; nothing else is written."""
    raise NotImplementedError


def write(batch_id: int, now: datetime) -> None:
    """Write what the preview shows, all of it or nothing."""
    raise NotImplementedError


def take_back(batch_id: int, now: datetime) -> None:
    """Take back what was written and has not been changed since, all of it or nothing."""
    raise NotImplementedError


def forget(now: datetime) -> None:
    """Throw away what nobody needs any more."""
    raise NotImplementedError
