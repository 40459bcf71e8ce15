"""Bringing everything that is sealed to the first key, so that an older one can be taken away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import Model

from .models import Briefing, Talk, TalkProposal
from .sealing import SealBrokenError, reseal

FIELDS: tuple[tuple[type[Model], str], ...] = (
    (Talk, "sealed"),
    (TalkProposal, "sealed"),
    (Briefing, "sealed"),
    (Briefing, "sealed_answer"),
)
BATCH = 500


def reseal_all() -> tuple[int, int]:
    """(sealed anew, such as no key opens). What does not open is left as it is."""
    done = broken = 0
    for model, field in FIELDS:
        for pks in _batches(model, field):
            anew, unopened = _reseal_batch(model, field, pks)
            done, broken = done + anew, broken + unopened
    return done, broken


def _batches(model: type[Model], field: str) -> Iterator[list[Any]]:
    rows = model._default_manager.exclude(**{field: ""}).order_by("pk")
    pks = list(rows.values_list("pk", flat=True))
    for start in range(0, len(pks), BATCH):
        yield pks[start : start + BATCH]


@transaction.atomic
def _reseal_batch(model: type[Model], field: str, pks: list[Any]) -> tuple[int, int]:
    """Under lock: somebody may be mending one of them."""
    rows = list(model._default_manager.select_for_update(no_key=True).filter(pk__in=pks).order_by("pk"))
    anew, broken = [], 0
    for row in rows:
        sealed = getattr(row, field)
        if not sealed:
            continue
        try:
            setattr(row, field, reseal(sealed))
        except SealBrokenError:
            broken += 1
        else:
            anew.append(row)
    model._default_manager.bulk_update(anew, [field])
    return len(anew), broken
