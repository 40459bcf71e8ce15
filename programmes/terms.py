"""What a rule says, as a value: to compare two ways of writing it, in days, in words and in strictness.

Pure but for the names of the levels: no database, no clock.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import date

from organisations.models import Level

from .models import Requirement
from .periods import Cadence, period_of

SHORTEST_MONTH = 28
CHOICES = 4  # days offered for a change to take effect


@dataclass(frozen=True)
class Terms:
    """All that may be changed in a rule; name, line and kinds stay with its code."""

    level: str
    cadence: Cadence
    minimum: int = 1
    min_full_members: int = 0
    needs_committee: bool = False
    has_groups: bool = False
    due_days_before_end: int = 0
    remind_before: tuple[int, ...] = (7, 0)
    basis: str = ""

    @classmethod
    def of(cls, row: Requirement) -> Terms:
        """The terms of a row."""
        values = {field.name: getattr(row, field.name) for field in fields(cls)}
        return cls(**values | {"cadence": Cadence(row.cadence), "remind_before": tuple(row.remind_before)})

    def values(self) -> dict[str, object]:
        """As columns of a row."""
        return asdict(self) | {"cadence": self.cadence.value, "remind_before": list(self.remind_before)}

    def row(self, **others: object) -> Requirement:
        """An unsaved row that says this."""
        return Requirement(**self.values(), **others)


@dataclass(frozen=True)
class Change:
    """One thing that is written otherwise than before, in words."""

    label: str
    before: str
    after: str


def changes(before: Terms, after: Terms) -> list[Change]:
    """What differs, in the order of the sentence."""
    said = [
        ("适用组织", before.row().who(), after.row().who()),
        ("频次", before.row().sentence(), after.row().sentence()),
        ("到期", due_words(before), due_words(after)),
        ("提前提醒", remind_words(before.remind_before), remind_words(after.remind_before)),
        ("依据", before.basis or "没有写", after.basis or "没有写"),
    ]
    return [Change(label, old, new) for label, old, new in said if old != new]


def due_words(terms: Terms) -> str:
    """期末当天, 期末前 31 天."""
    return f"期末前 {terms.due_days_before_end} 天" if terms.due_days_before_end else "期末当天"


def remind_words(ladder: tuple[int, ...] | list[int]) -> str:
    """21、7 天和当天; 不提醒."""
    before = "、".join(str(days) for days in ladder if days)
    parts = [f"{before} 天" if before else "", "当天" if 0 in ladder else ""]
    return "和".join(part for part in parts if part) or "不提醒"


def problems(terms: Terms) -> dict[str, str]:
    """What makes a rule that could not be kept, by field: each a sentence."""
    longest = terms.cadence.months * SHORTEST_MONTH
    unit = terms.cadence.label
    found = {}
    if not 1 <= terms.minimum <= 31 * terms.cadence.months:
        found["minimum"] = f"每{unit} 1 到 {31 * terms.cadence.months} 次之间。"
    if terms.due_days_before_end >= longest:
        found["due_days_before_end"] = f"到期日不能早于期初：每{unit}最多提前 {longest - 1} 天。"
    elif terms.remind_before and max(terms.remind_before) + terms.due_days_before_end >= longest:
        found["remind_before"] = "第一次提醒不能早于期初。"
    if terms.needs_committee and terms.level == Level.GROUP:
        found["needs_committee"] = "党小组不设委员会。"
    if terms.has_groups and terms.level != Level.BRANCH:
        found["has_groups"] = "党小组只设在党支部下面。"
    return found


def looser(terms: Terms, than: Terms) -> dict[str, str]:
    """Where ``terms`` ask less than a rule above them, by field: each a sentence. Empty: as strict or stricter.

    Measured within one period of the rule above: 每月 1 次 is not looser than 每季度 3 次.
    """
    found = {}
    if terms.level != than.level:
        found["level"] = f"上级的规定是{Level(than.level).label}，本级不能改成别的。"
    if terms.cadence.months > than.cadence.months:
        found["cadence"] = f"上级的规定是每{than.cadence.label}，本级不能隔得更久。"
    elif terms.minimum * (than.cadence.months // terms.cadence.months) < than.minimum:
        found["minimum"] = f"上级的规定是{than.row().sentence()}，本级不能更少。"
    elif terms.cadence == than.cadence and terms.due_days_before_end < than.due_days_before_end:
        found["due_days_before_end"] = f"上级的规定是{due_words(than)}到期，本级不能更晚。"
    if terms.min_full_members > than.min_full_members:
        found["min_full_members"] = f"上级的规定从 {than.min_full_members} 人起就适用，本级不能要求更多人。"
    if terms.needs_committee and not than.needs_committee:
        found["needs_committee"] = "上级的规定不分设没设委员会，本级不能只要求一部分。"
    if terms.has_groups and not than.has_groups:
        found["has_groups"] = "上级的规定不分设没设党小组，本级不能只要求一部分。"
    return found


def first_days(cadence: Cadence, today: date, row: Requirement | None = None) -> list[date]:
    """The days from which a rule of ``cadence`` may hold, soonest first; in place of ``row``, if there is one.

    Periods nest, so the first days of the longer of both cadences begin a period of the old rule and of the new:
    nothing is asked twice and nothing is lost. What replaces a row that has not begun may begin with it.
    """
    if row is None:
        return _turns(today, cadence)
    longer = max(cadence, Cadence(row.cadence), key=lambda one: one.months)
    days = _turns(max(today, row.since), longer)
    if row.since > today and period_of(row.since, cadence).starts_on == row.since:
        days = [row.since, *days[:-1]]
    return days


def _turns(day: date, cadence: Cadence) -> list[date]:
    """The next first days of periods of ``cadence`` after ``day``."""
    period = period_of(day, cadence)
    turns = []
    for _ in range(CHOICES):
        period = period.next()
        turns.append(period.starts_on)
    return turns
