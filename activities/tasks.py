"""Background work of this floor."""

from celery import shared_task
from django.utils import timezone

from . import attaching, drafting


@shared_task
def expire_drafts() -> None:
    """Throw away drafts that nobody has touched for 30 days."""
    drafting.expire(timezone.now())


@shared_task
def sweep_attachments() -> None:
    """Delete what was taken off a record 30 days ago, and files that no row names."""
    attaching.sweep(timezone.now())
