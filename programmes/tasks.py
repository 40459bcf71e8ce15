"""What the beat calls on this floor."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from . import opening


@shared_task
def open_periods() -> None:
    """Open and settle what is owed, a little after midnight."""
    opening.open_periods(timezone.localdate())
