"""What the beat calls on this floor."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from . import opening
from .article import shipped_article
from .loading import load_article


@shared_task
def bring_programmes() -> None:
    """Bring the programmes of the present year, on whichever day of it the work runs first; later days change nothing."""
    load_article(shipped_article(), timezone.localdate().year)


@shared_task
def open_periods() -> None:
    """Open and settle what is owed, a little after midnight."""
    opening.open_periods(timezone.localdate())
