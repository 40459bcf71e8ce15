"""An organisation in one or two characters, for the narrow cells of a calendar: 第一党支部 is 一, its 第二党小组 二组.

Every organ has its 第一党支部: where several organs stand side by side, the organ goes before (财政局一).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from organisations import paths
from organisations.models import Level, Organisation

ORGANS = 2 * paths.STEP  # the length of the paths of the organs' roots
_NUMBERED = re.compile(r"第(.+)党(?:支部|小组)")
_OF_A_LEVEL = {Level.WORK_COMMITTEE: "工委", Level.PARTY_GROUP: "党组", Level.ORGAN_COMMITTEE: "机关党委"}


class Host(NamedTuple):
    """What the short name of an organisation is made of."""

    path: str
    level: str
    name: str


class ShortNames:
    """The short names of ``hosts`` when they stand side by side; one query for what is above them."""

    def __init__(self, hosts: Iterable[Host]) -> None:
        self.hosts = set(hosts)
        self._several_organs = len({host.path[:ORGANS] for host in self.hosts if len(host.path) >= ORGANS}) > 1
        self._several_branches = len({_branch(host) for host in self.hosts if host.level == Level.GROUP}) > 1

    def of(self, host: Host) -> str:
        """The short name of one of them."""
        words = _short(host.level, host.name)
        if host.level == Level.GROUP and (self._several_branches or self._several_organs):
            words = f"{_short(Level.BRANCH, self._names.get(_branch(host), ''))}支部{words}"
        if self._several_organs and len(host.path) >= ORGANS:
            words = _organ(self._names.get(host.path[:ORGANS], "")) + words
        return words

    @cached_property
    def _names(self) -> dict[str, str]:
        """Path → name of the organs, and of the branches of groups."""
        wanted = {end for host in self.hosts for end in (host.path[:ORGANS], _branch(host))}
        return dict(Organisation.objects.filter(path__in=wanted).values_list("path", "name"))


def _branch(host: Host) -> str:
    return host.path[: -paths.STEP]


def _short(level: str, name: str) -> str:
    if level in _OF_A_LEVEL:
        return _OF_A_LEVEL[Level(level)]
    numbered = _NUMBERED.fullmatch(name)
    word = numbered[1] if numbered else name.removesuffix("党支部").removesuffix("党小组")
    return f"{word}组" if level == Level.GROUP else word


def _organ(name: str) -> str:
    """市财政局党组 → 财政局."""
    return name.removeprefix("市").removesuffix("党组").removesuffix("机关党委").removesuffix("党委")
