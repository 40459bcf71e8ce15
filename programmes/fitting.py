"""What a table of obligations needs to know of their requirements, and which kind a link 「记录」 preselects."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from .models import Requirement
from .periods import Cadence


@dataclass
class Fitting:
    """A requirement's name and cadence, and the codes of the active kinds that credit it and that its level may hold."""

    name: str
    cadence: Cadence
    codes: list[str] = field(default_factory=list)


def fittings(requirement_ids: Iterable[int]) -> dict[int, Fitting]:
    """By pk of the requirement, the kinds in the order of the article. One query."""
    rows = (
        Requirement.objects.filter(pk__in=set(requirement_ids))
        .order_by("kinds__line__pillar", "kinds__order", "kinds__pk")
        .values_list("pk", "name", "cadence", "level", "kinds__code", "kinds__levels", "kinds__active")
    )
    found: dict[int, Fitting] = {}
    for pk, name, cadence, level, code, levels, active in rows:
        fitting = found.setdefault(pk, Fitting(name, Cadence(cadence)))
        if active and level in levels:
            fitting.codes.append(code)
    return found


def log_query(codes: list[str], organisation_id: int, past_period: str = "") -> dict[str, str]:
    """The query of the log page that preselects the first of ``codes`` at an organisation.

    With ``past_period`` (a period's key) the record is of what was held then: the form asks for its day.
    """
    kind = {"kind": codes[0]} if codes else {}
    within = {"within": past_period} if past_period else {}
    return {**kind, "organisation": str(organisation_id), **within}
