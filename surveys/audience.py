"""Whom a survey asks, and into which reporting units they fall: from the roster on the day of the launch.

Rule (anonymity.md §3.1, §4): a ballot carries a unit of at least k heads. Under each unit the branches below k are
merged into 「其他支部合并」; where that is still below k the smallest branch joins it. A unit that is below k itself is
merged with others like it, and the smallest other unit joins where that is needed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q

from organisations import paths, scoping
from organisations.models import PARTY_MEMBERS, Level, Membership, Organisation, Person

from .models import ReportingUnit, Survey, Who

YOUTH_LIMIT = 40  # turns at most 40 that year (domain.md §1.2 no. 14)


@dataclass
class PlannedUnit:
    """A reporting unit that a launch would make. ``covers`` are the organisations whose people belong to it; leaves only."""

    name: str
    heads: int
    covers: list[int] = field(default_factory=list)
    organisation: int | None = None
    children: list[PlannedUnit] = field(default_factory=list)

    @property
    def is_leaf(self) -> bool:
        """True where ballots carry its number."""
        return not self.children

    def walk(self) -> Iterable[PlannedUnit]:
        """It and all below it, in order."""
        yield self
        for child in self.children:
            yield from child.walk()


def asked_of(survey: Survey, day: date) -> Q:
    """Condition on Membership: the people whom ``survey`` asks, on ``day``."""
    condition = scoping.holding(day) & scoping.under(survey.organisation.path, "organisation__path")
    if survey.who == Who.MEMBERS:
        condition &= Q(person__category__in=PARTY_MEMBERS)
    elif survey.who == Who.YOUTH:
        condition &= Q(person__birth_year__gte=day.year - YOUTH_LIMIT)
    return condition


def asked_people(survey: Survey) -> Iterable[int]:
    """The ids of all whom a launched survey asks: everybody, whoever may have answered. Nobody of a draft."""
    if survey.frozen_on is None:
        return Person.objects.none().values_list("pk", flat=True)
    return Membership.objects.filter(asked_of(survey, survey.frozen_on)).values_list("person_id", flat=True)


def unit_of(person: Person, survey: Survey) -> ReportingUnit | None:
    """The leaf whose ballots ``person`` gets, by where he belonged on the day of the launch; None if it does not ask him."""
    if survey.frozen_on is None:
        return None
    membership = Membership.objects.filter(asked_of(survey, survey.frozen_on), person=person)
    return survey.units.filter(is_leaf=True, covers__in=membership.values("organisation_id")).first()


def planned_units(survey: Survey, day: date) -> PlannedUnit:
    """The tree of reporting units that a launch on ``day`` would make: the whole, its units, their leaves. Three queries."""
    counted = Membership.objects.filter(asked_of(survey, day)).order_by().values_list("organisation_id")
    heads = dict(counted.annotate(heads=Count("pk")))
    rows = Organisation.objects.filter(scoping.under(survey.organisation.path)).in_tree_order()
    tree = {row.path: row for row in rows}
    root = survey.organisation
    by_unit: dict[str, list[PlannedUnit]] = defaultdict(list)
    for leaf_path, covered in _leaves(tree, heads).items():
        organisation = tree[leaf_path]
        name = organisation.name if organisation.level == Level.BRANCH else f"{organisation.name}（直属人员）"
        leaf = PlannedUnit(name, sum(heads[key] for key in covered), covered, organisation.pk)
        by_unit[leaf_path[: len(root.path) + paths.STEP]].append(leaf)
    units = [_unit(tree[path], leaves, survey.k) for path, leaves in sorted(by_unit.items())]
    kept = _merged(units, survey.k, "其他单位合并")
    whole = PlannedUnit(root.name, sum(heads.values()), [], root.pk, kept)
    if len(kept) == 1 and kept[0].is_leaf:
        whole = PlannedUnit(root.name, whole.heads, kept[0].covers, root.pk)
    return whole


def _leaves(tree: dict[str, Organisation], heads: dict[int, int]) -> dict[str, list[int]]:
    """The path of each branch (or of what has people of its own) → the organisations of its people: groups count for their branch."""
    leaves: dict[str, list[int]] = defaultdict(list)
    for path, organisation in tree.items():
        if heads.get(organisation.pk):
            above = path[: -paths.STEP]
            leaves[above if organisation.level == Level.GROUP and above in tree else path].append(organisation.pk)
    return leaves


def _unit(organisation: Organisation, leaves: list[PlannedUnit], k: int) -> PlannedUnit:
    """One unit with its leaves merged to at least ``k``; a single leaf is the unit itself."""
    heads = sum(leaf.heads for leaf in leaves)
    kept = _merged(leaves, k, "其他支部合并")
    if len(kept) == 1:
        return PlannedUnit(organisation.name, heads, kept[0].covers, organisation.pk)
    return PlannedUnit(organisation.name, heads, [], organisation.pk, kept)


def _merged(units: list[PlannedUnit], k: int, name: str) -> list[PlannedUnit]:
    """``units`` in order, those below ``k`` in one at the end, which the smallest other joins if it is still below ``k``."""
    small = [unit for unit in units if unit.heads < k]
    large = [unit for unit in units if unit.heads >= k]
    if not small:
        return large
    while large and sum(unit.heads for unit in small) < k:
        joining = min(large, key=lambda unit: unit.heads)
        large.remove(joining)
        small.append(joining)
    covers = [key for unit in small for part in unit.walk() for key in part.covers]
    pool = PlannedUnit(f"{name}（{len(small)} 个）", sum(unit.heads for unit in small), covers)
    return [*large, pool]
