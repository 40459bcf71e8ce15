"""What the beat calls on this floor."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from . import opening


@shared_task
def open_measures() -> None:
    """Open what duties ask for in the periods that have begun, after ``programmes.tasks.open_periods``."""
    opening.open_measures(timezone.localdate())
