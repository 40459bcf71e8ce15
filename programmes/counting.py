"""Telling the floor above that what was counted has changed: ``settings.AFTER_COUNTING`` names its function."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date

from django.conf import settings
from django.utils.module_loading import import_string


def tell_counted(
    organisation_ids: Collection[int] = (), days: Collection[date] = (), obligation_ids: Collection[int] = ()
) -> None:
    """Say whose records of which days, and which obligations, are others now; inside the transaction that changed them."""
    after_counting: Callable[..., None] = import_string(settings.AFTER_COUNTING)
    after_counting(organisation_ids=organisation_ids, days=days, obligation_ids=obligation_ids)
