"""What the beat calls on this floor."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from . import judging, opening


@shared_task
def open_measures() -> None:
    """Open what duties ask for in the periods that have begun, after ``programmes.tasks.open_periods``."""
    opening.open_measures(timezone.localdate())


@shared_task
def close_unanswered() -> None:
    """Strike off problems that were checked, and about which whoever raised them said nothing for so long."""
    judging.close_unanswered(timezone.now(), timezone.localdate())
