"""What an edition changed against the one before: lines added, dropped, rewritten. Compared by their words alone.

So it makes no difference whether the new edition was revised line by line or came from a file.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from .models import Duty
from .wording import proof_words, rhythm_words

# From here on two texts are taken for one line that was rewritten.
ALIKE = 0.6


@dataclass(frozen=True)
class FieldChange:
    """One field of a line: before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class LineChange:
    """One line: new without an old one is added, old without a new one is dropped."""

    new: Duty | None
    old: Duty | None
    fields: tuple[FieldChange, ...] = ()

    @property
    def word(self) -> str:
        """新增, 删去, 改动."""
        if self.old is None:
            return "新增"
        return "改动" if self.new else "删去"

    @property
    def duty(self) -> Duty | None:
        """The line as it stands, or as it last stood."""
        return self.new or self.old

    @property
    def place(self) -> str:
        """党支部，支部书记."""
        return f"{self.duty.level}，{self.duty.post}" if self.duty else ""


def changes_between(old: Iterable[Duty], new: Iterable[Duty]) -> list[LineChange]:
    """The lines that differ, in the order of the new edition, those dropped at the end."""
    left = list(old)
    after = list(new)
    pairs: dict[int, Duty] = {}
    # The same words first, so that a likeness cannot take the old line away from its own successor.
    for likeness in (_same, _same_content, _alike):
        for duty in after:
            if duty.pk not in pairs:
                found = next((one for one in left if likeness(one, duty)), None)
                if found is not None:
                    pairs[duty.pk] = found
                    left.remove(found)
    rows = [_change(pairs.get(duty.pk), duty) for duty in after]
    return [*filter(None, rows), *(LineChange(None, duty) for duty in left)]


def _same(old: Duty, new: Duty) -> bool:
    return _cell(old) == _cell(new) and (old.content, old.measure) == (new.content, new.measure)


def _same_content(old: Duty, new: Duty) -> bool:
    return old.content == new.content


def _alike(old: Duty, new: Duty) -> bool:
    return _cell(old) == _cell(new) and SequenceMatcher(None, old.content, new.content).ratio() >= ALIKE


def _cell(duty: Duty) -> tuple[str, str]:
    return duty.level.name, duty.post.name


def _change(old: Duty | None, new: Duty) -> LineChange | None:
    """How the line differs; None if it does not."""
    if old is None:
        return LineChange(new, None)
    before, after = _fields(old), _fields(new)
    fields = tuple(FieldChange(label, before[label], after[label]) for label in after if before[label] != after[label])
    return LineChange(new, old, fields) if fields else None


def _fields(duty: Duty) -> dict[str, str]:
    return {
        "责任层级": duty.level.name,
        "责任岗位": duty.post.name,
        "责任类型": duty.get_type_display(),
        "类别": duty.category,
        "工作内容": duty.content,
        "工作措施": duty.measure,
        "工作标准": duty.standard,
        "依据": duty.basis,
        "频次": rhythm_words(duty),
        "佐证": proof_words(duty),
    }
