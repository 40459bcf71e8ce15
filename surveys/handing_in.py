"""Handing in: the spent ballot and the answers in one transaction that knows no person (anonymity.md §3.5)."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from .answering import Given
from .ballots import Ballot
from .models import DropBox, SpentBallot, Survey

# The first of PostgreSQL's two advisory lock numbers; the second is the survey's. Nobody else uses this one.
LOCK = 5_020_001


class AlreadySpentError(Exception):
    """The ballot was used: its answers are counted, these are not."""


def is_spent(ballot: Ballot) -> bool:
    """Whether this ballot was used already."""
    return SpentBallot.objects.filter(pk=ballot.spent_hash).exists()


def hand_in(survey: Survey, ballot: Ballot, given: Given, *, now: datetime) -> None:
    """Keep the answers and mark the ballot as used, both or neither. AlreadySpentError; ValidationError when it is too late.

    Chosen answers and each text are rows of their own without a common mark.
    """
    if not survey.is_open(now):
        raise ValidationError("现在不在填写时间里，没有收下。", code="closed")
    parts = [("", given.answers), *given.texts.items()]
    rows = [DropBox(survey=survey, unit=ballot.unit, part=part, payload=payload) for part, payload in parts]
    try:
        with transaction.atomic():
            lock(survey, shared=True)
            SpentBallot.objects.create(pk=ballot.spent_hash, survey=survey, unit=ballot.unit)
            DropBox.objects.bulk_create(rows)
    except IntegrityError:
        if is_spent(ballot):
            raise AlreadySpentError from None
        # The database refuses what comes after closing (guards.py).
        raise ValidationError("现在不在填写时间里，没有收下。", code="closed") from None


def lock(survey: Survey, *, shared: bool) -> None:
    """Let handing in (shared) and mixing (alone) wait for each other; no row is touched, so none can tell of it.

    On SQLite the IMMEDIATE transaction is the lock.
    """
    if connection.vendor == "postgresql":
        function = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s, %s)", [LOCK, survey.pk])
