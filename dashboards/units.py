"""The part of the tree that a board shows: the way down to it, its units in tree order, and what each is called.

Units are the children of the chosen organisation, each with everything below it. A level with a single child that is no
branch is skipped (a party group with one organ committee shows the branches); what the skipped ones owe themselves
stays, as rows of their own (本级). Groups belong to their branch.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import NamedTuple

from django.db.models import Q

from organisations import paths, scoping
from organisations.models import Level, Organisation, Person
from organisations.permissions import Act
from programmes.periods import Period

# Below these there is no board: their cells lead to records.
LEAVES = (Level.BRANCH, Level.GROUP)


class Node(NamedTuple):
    """What the board needs to know of an organisation."""

    pk: int
    path: str
    level: str
    system: str
    name: str
    founded_on: date
    closed_on: date | None

    def exists_in(self, period: Period) -> bool:
        """Whether it existed on any day of ``period``."""
        return self.founded_on < period.ends_on and (self.closed_on is None or self.closed_on > period.starts_on)


class Place(NamedTuple):
    """An organisation somewhere below, as far as it is needed to name it and to lead to it."""

    pk: int
    path: str
    level: str
    name: str
    parent_path: str | None
    parent_name: str | None


def places(pks: Iterable[int]) -> dict[int, Place]:
    """The organisations with these keys, as places. One query."""
    rows = Organisation.objects.filter(pk__in=list(pks))
    return {
        row[0]: Place(*row) for row in rows.values_list("pk", "path", "level", "name", "parent__path", "parent__name")
    }


class Unit(NamedTuple):
    """One row of the board."""

    node: Node
    label: str
    own: bool = False  # what the organisation owes itself, without anything below it

    @property
    def is_leaf(self) -> bool:
        """Whether its cells lead to records, and not to a board further down."""
        return self.own or self.node.level in LEAVES


class Branching:
    """The neighbourhood of ``organisation`` for ``person``, read in one query."""

    def __init__(self, person: Person, organisation: Organisation, period: Period, today: date) -> None:
        self.person = person
        self.organisation = organisation
        self.period = period
        self.today = today

    @cached_property
    def grants(self) -> list[scoping.Grant]:
        """The rights by which the reader sees boards."""
        return [
            grant for grant in scoping.grants_of(self.person, self.today) if grant.covers(Act.VIEW_BOARD, grant.path)
        ]

    @cached_property
    def nodes(self) -> dict[str, Node]:
        """By path, in tree order: the way down, where else the reader may begin, and what lies below without groups.

        A city's branches are left out: its units are organs.
        """
        path = self.organisation.path
        hidden = (
            LEAVES
            if self.organisation.parent_id is None
            else (Level.GROUP,) * (self.organisation.level != Level.BRANCH)
        )
        along = Q(path__in=[*paths.prefixes(path), *(grant.path for grant in self.grants)])
        below = scoping.under(path) & ~Q(level__in=hidden)
        found = Organisation.objects.filter(along | below).in_tree_order().values_list(*Node._fields)
        return {node.path: node for node in map(Node._make, found)}

    def _children(self, path: str) -> list[Node]:
        length = len(path) + paths.STEP
        return [node for node in self.nodes.values() if len(node.path) == length and node.path.startswith(path)]

    def _present_children(self, path: str) -> list[Node]:
        return [node for node in self._children(path) if node.exists_in(self.period)]

    @cached_property
    def chain(self) -> list[Node]:
        """The chosen organisation and the levels below it that are skipped because they stand alone."""
        chain = [self.nodes[self.organisation.path]]
        while True:
            children = self._present_children(chain[-1].path)
            if len(children) != 1 or children[0].level in LEAVES:
                return chain
            chain.append(children[0])

    @property
    def unit_length(self) -> int:
        """The length of the units' paths."""
        return len(self.chain[-1].path) + paths.STEP

    def units(self, owing: set[str]) -> list[Unit]:
        """The rows in tree order. ``owing`` are the paths with anything to count: by it a closed unit or an own row stays."""
        own = [node for node in self.chain if node.path in owing]
        labels = ["本级"] if len(self.chain) == 1 else [f"{node.name}本级" for node in own]
        rows = [Unit(node, label, own=True) for node, label in zip(own, labels, strict=False)]
        children = self._children(self.chain[-1].path)
        return rows + [Unit(node, node.name) for node in children if node.path in owing or node.exists_in(self.period)]

    @cached_property
    def way(self) -> list[Node]:
        """From the highest board that the reader may open down to the chosen organisation."""
        return [
            self.nodes[path]
            for path in paths.prefixes(self.organisation.path)
            if any(paths.contains(grant.path, path) for grant in self.grants)
        ]

    @cached_property
    def choices(self) -> list[tuple[int, str]]:
        """(pk, indented name) of the boards that one may change to: the reader's others, the way, and what lies below."""
        top = self.way[0]
        below = [node for node in self._present_children(self.chain[-1].path) if node.level not in LEAVES]
        others = [self.nodes[grant.path] for grant in self.grants if not paths.contains(top.path, grant.path)]
        rows = [(node, 0) for node in others] + [(node, depth) for depth, node in enumerate(self.way)]
        rows += [(node, len(self.way)) for node in below]
        return list(dict.fromkeys((node.pk, "　" * depth + node.name) for node, depth in rows))

    def name_of(self, place: Place) -> str:
        """What to call an organisation on this board: with the names between, so that two 第一党支部 can be told apart."""
        above = [self.nodes[path] for path in paths.prefixes(place.path)[:-1] if path in self.nodes]
        between = [node for node in above if len(node.path) > len(self.chain[-1].path)]
        if any(node.level == Level.ORGAN_COMMITTEE for node in between):
            between = [node for node in between if node.level != Level.PARTY_GROUP]
        names = [node.name for node in between]
        if place.level == Level.GROUP and place.parent_name and place.parent_path not in self.nodes:
            names.append(place.parent_name)
        return "".join([*names, place.name])
