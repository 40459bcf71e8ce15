"""Bringing the shipped article and rulebook into the database, without touching what people have changed.

Both loads are idempotent and say what they did. Lines and kinds that differ from the file are left alone
unless the administrator asks for an update; a programme belongs to people from the day it exists, and
the file only brings the next year's. Requirement rows are closed, never edited.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models, transaction

from .article import Article, KindEntry, ProgrammeEntry
from .entries import EntryError
from .models import ActivityKind, Indicator, Line, Programme, Requirement
from .opening import open_periods
from .periods import Cadence, period_of
from .rulebook import RequirementEntry, Rulebook

ORIGIN = "rulebook"
# The regulation on branches was published at the end of 2018: 2019 is the first year it governs whole.
# The first load dates the rules from there, so that records of earlier years count by them.
RULES_HOLD_SINCE = date(2019, 1, 1)
# A new entry in the file moves the numbers of all that follow: an order alone is no difference.
NOT_COMPARED = frozenset({"order"})


@dataclass
class Changes:
    """What a load did to one sort of row, by name."""

    label: str
    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    left_alone: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    unchanged: int = 0

    def sentence(self) -> str:
        """类别：新增 2，更新 0，不变 57；与文件不同，未动：党课。"""
        counts = f"{self.label}：新增 {len(self.added)}，更新 {len(self.updated)}，不变 {self.unchanged}"
        names = [("更新", self.updated), ("停止", self.ended), ("与文件不同，未动", self.left_alone)]
        return "；".join([counts] + [f"{word}：{'、'.join(listed)}" for word, listed in names if listed]) + "。"


@transaction.atomic
def load_article(article: Article, year: int, *, update: bool = False) -> list[Changes]:
    """Bring lines, kinds and the programmes of the year into the database.

    Missing rows are made. Lines and kinds that differ are overwritten only with `update`; existing
    programmes never are. Returns what was done, for lines, kinds and programmes.
    """
    lines = Changes("条线")
    _bring(
        lines,
        Line,
        {line.code: {"pillar": line.pillar, "name": line.name, "order": line.order} for line in article.lines},
        update,
    )
    line_ids = dict(Line.objects.values_list("code", "pk"))
    kinds = Changes("类别")
    new_kinds = _bring(kinds, ActivityKind, {kind.code: _kind_values(kind, line_ids) for kind in article.kinds}, update)
    programmes = Changes("项目")
    _bring_programmes(programmes, article.programmes, line_ids, year, new_kinds)
    return [lines, kinds, programmes]


def _bring(changes: Changes, model: type[models.Model], wanted: Mapping[str, dict[str, Any]], update: bool) -> set[str]:
    """Make the rows that are missing, overwrite those that differ if asked to. Returns the codes of the new ones."""
    rows = model._default_manager.in_bulk(list(wanted), field_name="code")
    new = [model(code=code, **values) for code, values in wanted.items() if code not in rows]
    model._default_manager.bulk_create(new)
    changes.added = [str(row) for row in new]
    for code, row in rows.items():
        values = wanted[code]
        if all(getattr(row, name) == value for name, value in values.items() if name not in NOT_COMPARED):
            changes.unchanged += 1
        elif update:
            for name, value in values.items():
                setattr(row, name, value)
            row.save(update_fields=list(values))
            changes.updated.append(str(row))
        else:
            changes.left_alone.append(str(row))
    return set(wanted) - set(rows)


def _kind_values(kind: KindEntry, line_ids: Mapping[str, int]) -> dict[str, Any]:
    """The columns of a kind, but for its programme."""
    return {
        "name": kind.name,
        "line_id": line_ids[kind.line],
        "expected": kind.expected,
        "levels": list(kind.levels),
        "title": kind.title,
        "agenda": [{"title": item.title, "first_topic": item.first_topic} for item in kind.agenda],
        "minutes": kind.minutes,
        "hours_rule": kind.hours_rule,
        "has_vote": kind.has_vote,
        "headcount": kind.headcount,
        "common": kind.common,
        "order": kind.order,
    }


def _bring_programmes(
    changes: Changes, entries: tuple[ProgrammeEntry, ...], line_ids: Mapping[str, int], year: int, new_kinds: set[str]
) -> None:
    """Make the programmes of the year that are missing, with kinds and indicators, and point the kinds at them."""
    present = set(Programme.objects.filter(year=year).values_list("code", flat=True))
    new = [entry for entry in entries if entry.code not in present]
    Programme.objects.bulk_create(_programme(entry, line_ids, year) for entry in new)
    changes.added = [entry.name for entry in new]
    changes.unchanged = len(entries) - len(new)
    rows = {row.code: row for row in Programme.objects.filter(year=year)}
    kinds = {kind.code: kind for kind in ActivityKind.objects.select_related("programme")}
    made = {entry.code for entry in new}
    link = Programme.kinds.through
    link._default_manager.bulk_create(
        (
            link(programme_id=rows[entry.code].pk, activitykind_id=kinds[code].pk)
            for entry in entries
            for code in entry.kinds
            if entry.code in made or code in new_kinds
        ),
        ignore_conflicts=True,
    )
    _bring_indicators(new, rows, kinds)
    _point_kinds(entries, rows, kinds, new_kinds)


def _programme(entry: ProgrammeEntry, line_ids: Mapping[str, int], year: int) -> Programme:
    """An unsaved programme that runs for the whole year, with all taking part."""
    return Programme(
        code=entry.code,
        line_id=line_ids[entry.line],
        year=year,
        name=entry.name,
        goal=entry.goal,
        led_by=entry.led_by,
        starts_on=date(year, 1, 1),
        ends_on=date(year + 1, 1, 1),
        order=entry.order,
    )


def _bring_indicators(
    entries: list[ProgrammeEntry], rows: Mapping[str, Programme], kinds: Mapping[str, ActivityKind]
) -> None:
    """The planned figures of programmes that were just made."""
    planned = [(rows[entry.code], indicator) for entry in entries for indicator in entry.indicators]
    made = Indicator.objects.bulk_create(
        Indicator(
            programme=row, name=entry.name, measure=entry.measure, target=entry.target, per=entry.per, order=entry.order
        )
        for row, entry in planned
    )
    link = Indicator.kinds.through
    link._default_manager.bulk_create(
        link(indicator_id=row.pk, activitykind_id=kinds[code].pk)
        for row, (_, entry) in zip(made, planned, strict=True)
        for code in entry.kinds
    )


def _point_kinds(
    entries: tuple[ProgrammeEntry, ...],
    rows: Mapping[str, Programme],
    kinds: Mapping[str, ActivityKind],
    new_kinds: set[str],
) -> None:
    """A new kind fills in its programme; one that fills in last year's fills in this year's. Others were chosen by people."""
    moved = []
    for entry in entries:
        target = rows[entry.code]
        for code in entry.kinds:
            kind = kinds[code]
            current = kind.programme
            if code in new_kinds or (current and current.code == entry.code and current.year < target.year):
                kind.programme = target
                moved.append(kind)
    ActivityKind.objects.bulk_update(moved, ["programme"])


@transaction.atomic
def load_rulebook(rulebook: Rulebook, today: date) -> Changes:
    """Bring the common requirements into force.

    The first load dates them from 2019; later a new or changed entry holds from the next period on, the
    row before it being closed on that day, and a row whose entry is gone is closed. Rows of an
    organisation and rows that a person wrote are left alone. What is owed is opened anew if anything
    changed. Raises EntryError when the article has not been loaded yet.
    """
    if Line.objects.count() == 0:
        raise EntryError("还没有条线和类别，请先运行 load_article。")
    changes = Changes("要求")
    rows: dict[str, Requirement] = {}
    for row in (
        Requirement.objects.filter(organisation=None)
        .order_by("since", "pk")
        .select_related("line")
        .prefetch_related("kinds")
    ):
        rows[row.code] = row
    first_load = not any(row.origin == ORIGIN for row in rows.values())
    for entry in rulebook.requirements:
        _bring_requirement(changes, entry, rows.get(entry.code), RULES_HOLD_SINCE if first_load else None, today)
    for code in set(rows) - {entry.code for entry in rulebook.requirements}:
        if rows[code].origin == ORIGIN and rows[code].until is None:
            _close(rows[code], _turn(today, Cadence(rows[code].cadence), rows[code]))
            changes.ended.append(rows[code].name)
    if changes.added or changes.updated or changes.ended:
        open_periods(today)
    return changes


def _bring_requirement(
    changes: Changes, entry: RequirementEntry, last: Requirement | None, since: date | None, today: date
) -> None:
    """Write the entry's row if the last common row of its code does not say the same already."""
    if last is None:
        _write(entry, since or _turn(today, entry.cadence))
        changes.added.append(entry.name)
    elif last.until is None and _says(last, entry):
        changes.unchanged += 1
    elif last.origin != ORIGIN:
        changes.left_alone.append(last.name)
    elif last.until is not None:
        _write(entry, _turn(today, entry.cadence, last))
        changes.added.append(entry.name)
    else:
        # Periods nest: the day on which the longer one turns is a first day for both.
        turn = max(_turn(today, Cadence(last.cadence), last), _turn(today, entry.cadence, last))
        _close(last, turn)
        _write(entry, turn)
        changes.updated.append(f"{entry.name}（自 {turn.year}年{turn.month}月{turn.day}日起）")


def _turn(today: date, cadence: Cadence, last: Requirement | None = None) -> date:
    """First day of the next period; not before the last row began or ended, if that is still to come."""
    days = [period_of(today, cadence).ends_on]
    if last is not None:
        days.append(last.until or last.since)
    return max(days)


def _close(row: Requirement, day: date) -> None:
    """End the row: the day is the first on which it no longer holds."""
    row.until = day
    row.save(update_fields=["until"])


def _values(entry: RequirementEntry) -> dict[str, Any]:
    """The columns of an entry, but for line and kinds."""
    return {
        "name": entry.name,
        "level": entry.level,
        "cadence": entry.cadence.value,
        "minimum": entry.minimum,
        "min_full_members": entry.min_full_members,
        "needs_committee": entry.needs_committee,
        "has_groups": entry.has_groups,
        "due_days_before_end": entry.due_days_before_end,
        "basis": entry.basis,
        "remind_before": list(entry.remind_before),
    }


def _says(row: Requirement, entry: RequirementEntry) -> bool:
    """Whether the row is the entry, word for word."""
    kinds = {kind.code for kind in row.kinds.all()}
    same = all(getattr(row, name) == value for name, value in _values(entry).items())
    return same and row.is_active and row.line.code == entry.line and kinds == set(entry.kinds)


def _write(entry: RequirementEntry, since: date) -> None:
    """A new common row from the day on."""
    row = Requirement.objects.create(
        code=entry.code, line=Line.objects.get(code=entry.line), since=since, origin=ORIGIN, **_values(entry)
    )
    row.kinds.set(ActivityKind.objects.filter(code__in=entry.kinds))
