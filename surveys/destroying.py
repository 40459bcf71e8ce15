"""Destroying single sheets on the day that the promise names, with a certificate of what was found afterwards."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from . import keys, sealing
from .models import STORE, Destruction, Sheet, Survey


def due(today: date) -> list[Survey]:
    """The closed surveys whose sheets are to be destroyed by ``today``."""
    closed = Survey.objects.filter(closed_at__isnull=False, destroyed_at__isnull=True)
    return [survey for survey in closed if survey.destroys_on is not None and survey.destroys_on <= today]


def destroy_due(now: datetime) -> int:
    """Destroy what is due; return for how many surveys."""
    return sum(destroy(survey, now=now) for survey in due(timezone.localdate(now)))


def destroy(survey: Survey, *, now: datetime) -> bool:
    """Destroy the sheets of ``survey`` and write the certificate; False if it is not time or was done already.

    The count of rows is taken again after everything is gone, and that is what the certificate says.
    """
    if survey.destroys_on is None or survey.destroys_on > timezone.localdate(now):
        return False
    with transaction.atomic():
        row = Survey.objects.select_for_update(no_key=True).get(pk=survey.pk)
        if row.closed_at is None or row.destroyed_at is not None:
            return False
        found = Sheet.objects.filter(survey=row, part="").count()
        for model in STORE:
            model.objects.filter(survey=row).delete()
        row.destroyed_at = now
        row.save(update_fields=["destroyed_at"])
        Destruction.objects.create(survey=row, done_at=now, certificate=_certificate(row, found))
    # A transaction around us, if there is one, must end first.
    transaction.on_commit(sealing.sweep)
    survey.refresh_from_db()
    return True


def _certificate(survey: Survey, found: int) -> dict[str, object]:
    left = {str(model._meta.verbose_name): model.objects.filter(survey=survey).count() for model in STORE}
    settings = json.dumps(survey.frozen(), ensure_ascii=False, sort_keys=True)
    return {
        "destroyed": found,
        "left": sum(left.values()),
        "tables": left,
        "key_left": keys.exists(survey),
        "settings_sha256": hashlib.sha256(settings.encode()).hexdigest(),
    }
