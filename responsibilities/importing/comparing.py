"""A file beside the edition before: what is new, what changes and how, what stays, what the file no longer has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise

from organisations.importing.values import clean

from ..list_changes import ALIKE, FieldChange
from ..models import Duty, DutyType, Proof
from ..wording import BETWEEN, RECORDS, rhythm_words
from .lines import LABELS, Line, bind_rule, complete_new
from .proofs import Book, Rule, held_at

# Lines that share the most characters with one; how alike they are is worked out for these alone.
NEAREST = 6


@dataclass(frozen=True)
class Pair:
    """A line of the file, the line that it continues, and what it changes."""

    line: Line
    old: Duty
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True)
class Compared:
    """The lines by what becomes of them, in the order of the file."""

    new: list[Line]
    changed: list[Pair]
    same: list[Pair]
    missing: list[Duty]


def compare(lines: Sequence[Line], old: Sequence[Duty], book: Book) -> Compared:
    """Set the lines beside those of the edition before; none of them, if ``old`` is empty. Completes the lines."""
    matched = _matched(lines, old)
    new, pairs = [], []
    for place, line in enumerate(lines):
        before = matched.get(place)
        if before is None:
            complete_new(line, book)
            new.append(line)
        else:
            _complete(line, before, book)
            pairs.append(Pair(line, before, tuple(_changes(line, before))))
    taken = {before.pk for before in matched.values()}
    return Compared(
        new=new,
        changed=[pair for pair in pairs if pair.changes],
        same=[pair for pair in pairs if not pair.changes],
        missing=[duty for duty in old if duty.pk not in taken],
    )


# --- which line is which


def _matched(lines: Sequence[Line], old: Sequence[Duty]) -> dict[int, Duty]:
    """Place in ``lines`` → the line of the edition before that it continues: equal ones first, then the most alike."""
    left, found = list(old), {}
    for likeness in (_same_line, _same_content_here, _same_content):
        for place, line in enumerate(lines):
            if place not in found:
                before = next((duty for duty in left if likeness(line, duty)), None)
                if before is not None:
                    found[place] = before
                    left.remove(before)
    return found | _alike([(at, line) for at, line in enumerate(lines) if at not in found], left)


def _alike(open_lines: Sequence[tuple[int, Line]], left: Sequence[Duty]) -> dict[int, Duty]:
    """Of the same level and post, those whose contents are alike, the most alike first."""
    words = {duty.pk: _couples(duty.content) for duty in left}
    scored = []
    for at, line in open_lines:
        own = _couples(line.content)
        near = [(len(own & words[duty.pk]), duty) for duty in left if _here(line, duty)]
        near.sort(key=lambda one: (-one[0], one[1].number))
        for common, duty in near[:NEAREST]:
            if common and (score := _likeness(line.content, duty.content)) >= ALIKE:
                scored.append((-score, at, duty.number, duty))
    found: dict[int, Duty] = {}
    for _, at, _, duty in sorted(scored, key=lambda one: one[:3]):
        if at not in found and duty not in found.values():
            found[at] = duty
    return found


def _couples(text: str) -> frozenset[str]:
    """Each two characters that stand together: how many two texts share is counted much faster than how alike they are."""
    return frozenset(left + right for left, right in pairwise(text))


def _likeness(left: str, right: str) -> float:
    return SequenceMatcher(None, left, right, autojunk=False).ratio()


def _here(line: Line, duty: Duty) -> bool:
    return (line.level, line.post) == (duty.level.name, duty.post.name)


def _same_line(line: Line, duty: Duty) -> bool:
    measure = "measure" not in line.given or same_words(line.measure, duty.measure)
    return _same_content_here(line, duty) and measure


def _same_content_here(line: Line, duty: Duty) -> bool:
    return _here(line, duty) and same_words(line.content, duty.content)


def _same_content(line: Line, duty: Duty) -> bool:
    return same_words(line.content, duty.content)


def same_words(left: str, right: str) -> bool:
    """Whether two texts say the same, whatever their spaces and the width of their digits."""
    return left == right or _bare(left) == _bare(right)


@lru_cache(maxsize=4096)
def _bare(text: str) -> str:
    return re.sub(r"\s", "", clean(text))


# --- what it says, and what of it is new


def _complete(line: Line, old: Duty, book: Book) -> None:
    """Where the file is silent, the edition before goes on."""
    for name in (*LABELS, "type"):
        if name not in line.given and name != "content":
            setattr(line, name, getattr(old, name))
    line.strand = old.line
    if line.when is not None and line.when.sure:
        line.rhythm, line.times, line.deadline = line.when.rhythm, line.when.times, line.when.deadline
        line.notes += [line.when.note] if line.when.note else []
    else:
        line.rhythm, line.times, line.deadline = old.rhythm, old.times, old.deadline
        if line.when is not None and "认不出" in line.when.note:
            line.notes.append(f"{line.when.note.partition('，')[0]}，照旧版")
    kinds = tuple(old.kinds.all())
    line.proof, line.kinds = (line.proven.proof, line.proven.kinds) if line.proven else (old.proof, kinds)
    line.notes += [f"没有“{name}”这种活动类别" for name in (line.proven.unknown if line.proven else ())]
    if line.proof == Proof.KINDS and not held_at(
        line.kinds, line.codes
    ):  # it moved to a level that holds no such thing
        proven = book.proof_guessed(f"{line.content}{line.measure}", line.codes)
        line.proof, line.kinds = proven.proof, proven.kinds
    _keep_rule(line, old, book)


def _keep_rule(line: Line, old: Duty, book: Book) -> None:
    """Go on with the requirement of the line before as long as it still asks for the same."""
    rule = book.rule(old.requirement_code) if old.requirement_code else None
    if rule is not None and _says_so(rule, line):
        line.requirement = rule.code
        return
    if line.proof == Proof.KINDS:
        bind_rule(line, book, exactly=True)
    if old.requirement_code and not line.requirement:
        line.notes.append("原来对应的要求不再相符，按表里写的来")


def _says_so(rule: Rule, line: Line) -> bool:
    kinds = {kind.pk for kind in line.kinds}
    return (
        (rule.cadence, rule.minimum) == (line.rhythm, line.times) and kinds == rule.kinds and rule.level in line.codes
    )


def _changes(line: Line, old: Duty) -> Iterable[FieldChange]:
    """What the file changes, in the words of the table."""
    yield from _if_other("责任层级", old.level.name, line.level)
    yield from _if_other("责任岗位", old.post.name, line.post)
    yield from _if_other("责任类型", DutyType(old.type).label, DutyType(line.type).label)
    for name, label in LABELS.items():
        before, after = getattr(old, name), getattr(line, name)
        if name == "measure" and before == old.content:
            before = ""
        yield from _if_other(label, before, after)
    yield from _if_other("频次", rhythm_words(old), rhythm_words(line))  # type: ignore[arg-type]
    kinds = {kind.pk for kind in old.kinds.all()}
    if (old.proof, kinds) != (line.proof, {kind.pk for kind in line.kinds}):
        yield FieldChange("佐证", proof_text(old.proof, old.kinds.all()), proof_text(line.proof, line.kinds))


def _if_other(label: str, before: str, after: str) -> Iterable[FieldChange]:
    if not same_words(before, after):
        yield FieldChange(label, before, after)


def proof_text(proof: str, kinds: Iterable[object]) -> str:
    """As ``wording.proof_words`` says it of a stored line."""
    return RECORDS + BETWEEN.join(str(kind) for kind in kinds) if proof == Proof.KINDS else Proof(proof).label
