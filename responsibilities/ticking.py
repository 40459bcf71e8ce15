"""Ticking measures off: a bound one by the records of its organisation, one with an obligation by that, the others by text."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date


def after_counting(
    organisation_ids: Collection[int] = (), days: Collection[date] = (), obligation_ids: Collection[int] = ()
) -> None:
    """What was counted below has changed: called inside the transaction of a record, a correction, an exemption.

    ``organisation_ids`` and ``days`` say whose records of which days are others now, ``obligation_ids`` which
    obligations have another count or another exemption.
    """
