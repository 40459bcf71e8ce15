"""Two waves side by side: only what can be compared, and only changes that several people made (anonymity.md §5 row 29).

Compared are the same questions (by code) of the same unit (by name and the names above it), both times with at least ten
answers and both times as plain figures. A unit may have got one new member: so a change counts only if at least five
people must have answered otherwise, that is, if it is more than five could do at once. How many answered is not
published; the least that the published rate allows is taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

LEAST_ANSWERS = 10
LEAST_CHANGED = 5
SPAN = 4
"""So many points at most one person can move the sum of a scale of five."""
FINEST_COARSE = 0.1
"""The step of means from ten answers on; below it is larger."""


class Shown(Protocol):
    """A published table, fresh or out of the store."""

    @property
    def part(self) -> Any:
        """The key of the part."""

    @property
    def kind(self) -> Any:
        """What kind of table."""

    @property
    def payload(self) -> Any:
        """What it says."""


@dataclass(frozen=True)
class Change:
    """One mean now and the wave before; `difference` in points, now less before."""

    part: str
    name: str
    kind: str
    code: str
    text: str
    now: float
    before: float
    difference: float


@dataclass(frozen=True)
class _Wave:
    """The tables of one wave by what they are about."""

    paths: Mapping[tuple[str, ...], str]
    answers: Mapping[str, float]
    means: Mapping[tuple[str, str, str], Mapping[str, Any]]
    texts: Mapping[tuple[str, str], str]
    parts_of_dimensions: Mapping[str, frozenset[str]]


def compare(now_tables: Sequence[Shown], before_tables: Sequence[Shown]) -> list[Change]:
    """Return the changes of scales and dimensions that may be shown, in the order of the tables of now."""
    now, before = _wave(now_tables), _wave(before_tables)
    earlier = {part: before.paths[path] for path, part in now.paths.items() if path in before.paths}
    names = {part: path[-1] for path, part in now.paths.items()}
    found = []
    for (part, kind, code), mean in now.means.items():
        other = before.means.get((earlier.get(part, ""), kind, code))
        if other is None or (kind == "dimension" and not _same_questions(now, before, code)):
            continue
        answers = min(now.answers.get(part, 0), before.answers.get(earlier[part], 0))
        if _counts(mean, other, answers):
            text = now.texts.get((kind, code), code)
            difference = round(mean["value"] - other["value"], 2)
            found.append(Change(part, names[part], kind, code, text, mean["value"], other["value"], difference))
    return found


def _counts(now: Mapping[str, Any], before: Mapping[str, Any], answers: float) -> bool:
    """Say whether a change may be shown: both plain and of ten, and more than rounding and four people can make."""
    if now["end"] or before["end"] or max(now["step"], before["step"]) > FINEST_COARSE or answers < LEAST_ANSWERS:
        return False
    sure = abs(now["value"] - before["value"]) - (now["step"] + before["step"]) / 2
    return sure * answers > (LEAST_CHANGED - 1) * SPAN


def _same_questions(now: _Wave, before: _Wave, dimension: str) -> bool:
    """Say whether a dimension was made of the same questions both times."""
    return now.parts_of_dimensions.get(dimension) == before.parts_of_dimensions.get(dimension)


def _wave(tables: Sequence[Shown]) -> _Wave:
    """Sort the tables of a wave."""
    responses = {table.part: table.payload for table in tables if table.kind == "response"}
    paths = {_path(part, responses): part for part, payload in responses.items() if not payload["pooled"]}
    answers = {part: _least_answers(payload) for part, payload in responses.items()}
    means: dict[tuple[str, str, str], Mapping[str, Any]] = {}
    texts: dict[tuple[str, str], str] = {}
    codes: dict[str, set[str]] = {}
    for table in tables:
        for kind, code, row in _rows(table):
            if row["mean"]:
                means[table.part, kind, code] = row["mean"]
            if kind == "question":
                texts[kind, code] = row["text"] or table.payload["text"]
                codes.setdefault(row["dimension"], set()).add(code)
    return _Wave(paths, answers, means, texts, {name: frozenset(some) for name, some in codes.items()})


def _rows(table: Shown) -> list[tuple[str, str, dict[str, Any]]]:
    """The rows of a table that may have a mean on a scale of five, with kind and code."""
    if table.kind == "dimensions":
        return [("dimension", row["dimension"], row) for row in table.payload["rows"]]
    if table.kind == "question" and table.payload["type"] in ("scale", "matrix"):
        return [("question", row["code"], row) for row in table.payload["rows"]]
    return []


def _path(part: str, responses: Mapping[str, Mapping[str, Any]]) -> tuple[str, ...]:
    """The names from the whole down to a part; the whole is the same in every wave, whatever it is called."""
    if part not in responses or not responses[part]["parent"]:
        return ("",)
    return (*_path(responses[part]["parent"], responses), str(responses[part]["name"]))


def _least_answers(payload: Mapping[str, Any]) -> float:
    """The fewest answers that a published response allows."""
    if payload["n"] is not None:
        return float(payload["n"])
    return float(payload["heads"] * payload["rate"]["low"] / 100) if payload["rate"] else 0.0
