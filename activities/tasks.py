"""Background work of this floor."""

from celery import shared_task
from django.utils import timezone

from . import drafting


@shared_task
def expire_drafts() -> None:
    """Throw away drafts that nobody has touched for 30 days."""
    drafting.expire(timezone.now())
