"""Which problems are probably the same: by the pairs of characters that their titles share. Small numbers, plain Python."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from organisations import scoping
from organisations.models import Organisation

from .judging import SAME_AGAIN
from .models import Problem, ProblemState
from .models.problem import ProblemQuerySet

LOOKED_AT = 400  # the latest closed ones; more than a branch or an organ strikes off in a year
ALIKE = 0.34  # share of common pairs from which two titles are offered as the same
SHOWN = 5
FEWEST = 2


def pairs(text: str) -> set[str]:
    """The pairs of neighbouring characters, without marks and spaces."""
    bare = re.sub(r"[\W_]+", "", text)
    return {bare[at : at + 2] for at in range(len(bare) - 1)}


def likeness(one: str, other: str) -> float:
    """0 for nothing in common, 1 for the same: twice the common pairs by all pairs."""
    first, second = pairs(one), pairs(other)
    return 2 * len(first & second) / (len(first) + len(second)) if first and second else 0.0


def alike(title: str, problems: Iterable[Problem]) -> list[Problem]:
    """Those with a title like ``title``, the likest first."""
    scored = [(likeness(title, problem.title), problem) for problem in problems]
    found = sorted((row for row in scored if row[0] >= ALIKE), key=lambda row: (-row[0], -row[1].pk))
    return [problem for _, problem in found[:SHOWN]]


def came_back(title: str, organisation: Organisation, seen: ProblemQuerySet, today: date) -> list[Problem]:
    """Of what ``seen`` holds: those struck off within a year at ``organisation`` or below it that may be the same."""
    if len(pairs(title)) < FEWEST:
        return []
    closed = seen.filter(state=ProblemState.CLOSED, closed_on__gte=today - SAME_AGAIN)
    inside = closed.filter(scoping.under(organisation.path, "organisation__path"))
    return alike(title, inside.select_related("organisation").order_by("-closed_on", "-pk")[:LOOKED_AT])
