"""Which kinds of activity are offered for a requirement: what a link 「记录」 preselects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from .models import Requirement


def fitting_kinds(requirement_ids: Iterable[int]) -> dict[int, list[str]]:
    """The codes of the active kinds that credit each requirement and that its level may hold, in order. One query."""
    through = Requirement.kinds.through.objects.filter(requirement__in=set(requirement_ids), activitykind__active=True)
    rows = through.order_by("activitykind__line__pillar", "activitykind__order", "activitykind_id").values_list(
        "requirement_id", "requirement__level", "activitykind__code", "activitykind__levels"
    )
    codes: dict[int, list[str]] = defaultdict(list)
    for requirement_id, level, code, levels in rows:
        if level in levels:
            codes[requirement_id].append(code)
    return codes


def log_query(codes: list[str], organisation_id: int) -> dict[str, str]:
    """The query of the log page that preselects the first of ``codes`` at an organisation."""
    kind = {"kind": codes[0]} if codes else {}
    return {**kind, "organisation": str(organisation_id)}
