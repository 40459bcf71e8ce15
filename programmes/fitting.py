"""Which kind of activity is offered first for a requirement: what a link 「记录」 preselects."""

from __future__ import annotations

from collections.abc import Iterable

from .models import Requirement


def first_kinds(requirement_ids: Iterable[int]) -> dict[int, str]:
    """The code of the first active kind of each requirement that its level may hold, by requirement pk. One query."""
    through = Requirement.kinds.through.objects.filter(requirement__in=set(requirement_ids), activitykind__active=True)
    rows = through.order_by("activitykind__line__pillar", "activitykind__order", "activitykind_id").values_list(
        "requirement_id", "requirement__level", "activitykind__code", "activitykind__levels"
    )
    codes: dict[int, str] = {}
    for requirement_id, level, code, levels in rows:
        if level in levels:
            codes.setdefault(requirement_id, code)
    return codes
