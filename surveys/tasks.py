"""What the beat calls on this floor. No task carries anything: a message in the broker says only that it is time."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from . import closing, destroying, meter, sealing
from .models import Survey


@shared_task
def mix_sheets() -> None:
    """Mix what was handed in, wherever ten sheets wait."""
    if sum(sealing.mix(survey) for survey in _running()):
        sealing.sweep()


@shared_task
def rewrite_marks() -> None:
    """At night: desk marks and spent ballots in a new random order."""
    sealing.rewrite()


@shared_task
def close_surveys() -> None:
    """Close what is over."""
    closing.close_due(timezone.now())


@shared_task
def destroy_sheets() -> None:
    """Destroy the sheets whose day has come."""
    destroying.destroy_due(timezone.now())


@shared_task
def update_meters() -> None:
    """Move the meters of open surveys on; called again in the same half of a day it does nothing."""
    meter.update_open(timezone.now())


def _running() -> list[Survey]:
    return list(Survey.objects.filter(launched_at__isnull=False, closed_at__isnull=True))
