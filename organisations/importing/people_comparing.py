"""The roster: what a row of the file says about one person, compared with what is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from ..models import Category
from ..roster import CELLS, Facts, check_day, check_place
from ..templatetags.sanli import cn_date
from .fields import PEOPLE_FIELDS
from .matching import Entry
from .placing import place_text
from .roll import FACTS, Known, Roll, Unit
from .subject import Context, Reading, Row
from .values import is_month

LABELS = {one.code: one.label for one in PEOPLE_FIELDS}
PLACE = "branch"


@dataclass(frozen=True)
class Plan:
    """What writing a row would do: the changes in words, the new facts by name, where the person goes and from when."""

    changes: list[dict[str, str]] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    unit: Unit | None = None
    since: date | None = None
    refusal: str = ""


def value_of(row: Row, code: str) -> Any:
    """What a row says about one fact; None for a blank."""
    value = row.values.get(code)
    return date.fromisoformat(value) if value and code in ("joined_on", "since") else value


def in_words(code: str, value: Any) -> str:
    """A fact as people read it; nothing for a blank."""
    if value is None:
        return ""
    if code == "category":
        return str(Category(value).label)
    if code == "birth_year":
        return f"{value}年"
    return cn_date(value) if isinstance(value, date) else str(value)


class Comparing:
    """Compares rows with the roster as it was read at one moment."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.roll = Roll(context.organisation, context.today)
        self._suggested = {place["text"]: place["organisation"] for place in context.batch.places}
        top = self.roll.units[context.organisation.pk]
        self._default = top if top.level in CELLS else None

    # --- what a row says by itself

    def unit_of(self, row: Row) -> Unit | None:
        """The organisation that a row names; the branch itself where the import is into one branch."""
        text = place_text(row.values, PEOPLE_FIELDS)
        pk = self.context.places.get(text)
        return self.roll.units.get(pk) if pk else (None if text else self._default)

    def entry(self, row: Row) -> Entry:
        """What tells the row apart."""
        return Entry(
            row.number or 0,
            value_of(row, "name") or "",
            value_of(row, "staff_no"),
            value_of(row, "birth_year"),
            self.unit_of(row),
        )

    def problem(self, reading: Reading) -> str:
        """Why a row cannot be taken, whoever is meant; empty if it can."""
        if reading.problems:
            return "".join(reading.problems)
        text = place_text(reading.values, PEOPLE_FIELDS)
        if text and self.unit_of(reading) is None:
            return self._no_such_place(text)
        joined_on = value_of(reading, "joined_on")
        if joined_on and joined_on > self.context.today:
            return f"入党时间“{reading.cells.get('joined_on', '')}”晚于今天。"
        try:
            check_day(value_of(reading, "since") or self.context.since, self.context.today, "since")
        except ValidationError as refusal:
            return f"转入时间“{reading.cells.get('since', '')}”：{''.join(refusal.messages)}"
        return ""

    def _no_such_place(self, text: str) -> str:
        likely = self.roll.units.get(self._suggested.get(text) or 0)
        if likely is not None:
            return f"支部“{text}”对不上，是不是“{likely.near_name}”？"
        return f"没有“{text}”这个支部。"

    # --- what it would do

    def plan(self, row: Row, known: Known) -> Plan:
        """What the row would change about ``known``. A blank cell changes nothing."""
        facts = {code: value for code in FACTS if (value := self._news(row, known, code)) is not None}
        changes = [_change(code, getattr(known, code), value) for code, value in facts.items()]
        unit = self.unit_of(row)
        moves = unit is not None and (known.unit is None or unit.pk not in (known.unit.pk, known.family))
        since = self._since(row, unit) if unit and moves else None
        if unit and since:
            words = {"old": known.where, "new": unit.near_name, "since": since.isoformat()}
            changes.append({"field": PLACE, "label": LABELS[PLACE], **words})
        if not changes:
            return Plan()
        stored = {code: getattr(known, code) for code in FACTS}
        refusal = self._refusal(stored | facts, unit if moves else known.unit, since)
        if since and known.since and since < known.since and not refusal:
            refusal = f"从 {cn_date(known.since)}起才在{known.where}，不能更早转走。"
        return Plan(changes, facts, unit if moves else None, since, refusal)

    def plan_new(self, row: Row) -> Plan:
        """What the row would enter as a new person."""
        facts = {code: value_of(row, code) for code in FACTS}
        unit = self.unit_of(row)
        if unit is None:
            return Plan(refusal="没有填所在支部。")
        if facts["category"] is None:
            return Plan(refusal="没有填人员类别，不能新增。")
        since = self._since(row, unit)
        return Plan([], facts, unit, since, self._refusal(facts, unit, since))

    def _news(self, row: Row, known: Known, code: str) -> Any:
        """The value of the file if it says something else than the roster. A month agrees with each of its days."""
        value, stored = value_of(row, code), getattr(known, code)
        if value == stored:
            return None
        if code == "joined_on" and value and stored and is_month(row.cells.get(code, "")):
            return None if (value.year, value.month) == (stored.year, stored.month) else value
        return value

    def _since(self, row: Row, unit: Unit) -> date:
        """From when he belongs to ``unit``: the day of the row, else that of the import, but not before it was founded."""
        return max(value_of(row, "since") or self.context.since, unit.founded_on)

    def _refusal(self, facts: Mapping[str, Any], unit: Unit | None, since: date | None) -> str:
        """Why these facts cannot be so, by the rules that hold for the roster by hand as well."""
        try:
            Facts(**facts).check(self.context.today)
            if unit is not None:
                check_place(facts["category"], unit.level, unit.near_name)
        except ValidationError as refusal:
            return "".join(refusal.messages)
        if unit and since and unit.closed_on and unit.closed_on <= since:
            return f"{unit.near_name}从 {cn_date(unit.closed_on)}起已经撤销。"
        return ""


def _change(code: str, old: Any, new: Any) -> dict[str, str]:
    return {"field": code, "label": LABELS[code], "old": in_words(code, old), "new": in_words(code, new)}
