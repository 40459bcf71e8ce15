"""What the beat calls: thin, idempotent, without arguments that could grow old."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from . import digesting
from .models import Heartbeat

BEAT = "beat"


@shared_task
def reconcile() -> None:
    """Bring the ledger up to date with what is missing."""
    digesting.reconcile(timezone.now())


@shared_task
def deliver() -> None:
    """Send today's digests, if it is time."""
    digesting.deliver(timezone.now())


@shared_task
def tick() -> None:
    """Say that the background work is alive."""
    Heartbeat.objects.update_or_create(name=BEAT, defaults={"at": timezone.now()})
