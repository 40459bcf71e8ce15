"""Which organisation a row means, where a new one goes, what an old one is to become.

Rows may stand in any order, parents behind their children: they are judged level by level, from the top down. As nothing
may stand under its own level, there is no circle in a file that the levels do not refuse.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from ..models import ALLOWED_PARENTS, Level, Organisation
from ..models.organisation import System
from ..roster import check_day
from ..templatetags.sanli import cn_date
from ..tree import check_parent
from .fields import ORGANISATION_FIELDS, plain
from .placing import Placer, core
from .subject import Context, Row
from .values import level_of

LABELS = {one.code: one.label for one in ORGANISATION_FIELDS}
FACTS = ("name", "code", "system", "full_name", "founded_on", "term_began_on", "term_years")
DAYS = ("founded_on", "term_began_on")
RANK = {str(level): rank for rank, level in enumerate(Level)}
LONGEST_TERM = 10


@dataclass(eq=False)
class Node:
    """An organisation in the tree as it would be after the import: one that stands, or a new one (``row`` says whose)."""

    unit: Organisation
    parent: Node | None
    row: int | None = None

    @property
    def is_new(self) -> bool:
        """True for one that the file brings."""
        return self.row is not None


@dataclass
class Plan:
    """What writing a row would do: plant ``node``, or change facts of it and hang it under ``to``."""

    node: Node | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    to: Node | None = None
    changes: list[dict[str, str]] = field(default_factory=list)
    refusal: str = ""


class Refused(Exception):
    """A row that cannot be taken, and why."""


def value_of(row: Row, code: str) -> Any:
    """What a row says about one fact; None for a blank."""
    value = row.values.get(code)
    return date.fromisoformat(value) if value and code in DAYS else value


def in_words(code: str, value: Any) -> str:
    """A fact as people read it; nothing for a blank."""
    if value in (None, ""):
        return ""
    if code == "system":
        return str(System(value).label)
    if code == "term_years":
        return f"{value}年"
    return cn_date(value) if isinstance(value, date) else str(value)


class Comparing:
    """Compares rows with the tree below ``context.organisation`` as it was read at one moment: three statements."""

    def __init__(self, context: Context) -> None:
        self.context = context
        rows = Organisation.objects.under(context.organisation).in_tree_order()
        self.nodes: dict[int, Node] = {}
        self._named: dict[str, list[Node]] = defaultdict(list)
        self._children: dict[int, list[Organisation]] = defaultdict(list)
        for unit in rows:
            if unit.closed_on is None or unit.closed_on > context.today:
                self._know(Node(unit, self.nodes.get(unit.parent_id or 0)))
        self.top = self.nodes[context.organisation.pk]
        # Whose code it is stays unsaid where it is nobody's below the top.
        self.codes: dict[str | None, int] = dict(Organisation.objects.exclude(code=None).values_list("code", "pk"))
        self._placer = Placer(context.organisation, {}, context.today)
        self._refused_names: dict[str, int] = {}
        self._taken: dict[Node, int] = {}

    def _know(self, node: Node) -> None:
        unit = node.unit
        if unit.pk:
            self.nodes[unit.pk] = node
            self._children[unit.parent_id or 0].append(unit)
        for text in {plain(text) for text in (unit.name, unit.full_name, unit.code) if text}:
            self._named[text].append(node)

    # --- all rows, from the top down

    def plan(self, rows: Iterable[Row]) -> dict[int, Plan]:
        """What each row would do, by row number, in the order in which it has to be done."""
        ranked = sorted((RANK.get(self._level(row) or "", len(RANK)), row.number or 0, row) for row in rows)
        return {number: self._plan(row) for _, number, row in ranked}

    def _plan(self, row: Row) -> Plan:
        try:
            problems = getattr(row, "problems", ())
            if problems:
                raise Refused("".join(problems))
            return self._planned(row)
        except Refused as refusal:
            why = str(refusal)
        except ValidationError as refusal:
            why = "".join(refusal.messages)
        self._refused_names.setdefault(plain(row.values.get("name") or ""), row.number or 0)
        return Plan(refusal=why)

    def _planned(self, row: Row) -> Plan:
        level = self._level(row)
        if level is None:
            raise Refused(f"看不出“{row.values.get('name')}”是哪一级，请填层级。")
        parent = self._parent(row, level)
        node = self._coded(row) or self._called(row, level, parent)
        if node is None:
            return self._new(row, level, parent)
        if node in self._taken:
            raise Refused(f"和第 {self._taken[node]} 行是同一个单位。")
        plan = self._changed(row, node, parent)
        self._taken[node] = row.number or 0
        return plan

    # --- which organisation a row means

    def _level(self, row: Row) -> str | None:
        """The level that a row says, or that its organisation has, or that its name gives away."""
        standing = self._coded(row, quiet=True)
        name = row.values.get("name") or ""
        alone = self._named.get(plain(name), [])
        guessed = standing.unit.level if standing else level_of(name)
        return row.values.get("level") or guessed or (alone[0].unit.level if len(alone) == 1 else None)

    def _coded(self, row: Row, *, quiet: bool = False) -> Node | None:
        """The organisation that has the row's code."""
        code = row.values.get("code")
        holder = self.codes.get(code) if code else None
        if holder is None or holder in self.nodes:
            return self.nodes.get(holder or 0)
        if not quiet:
            raise Refused(f"编码“{code}”已经是别的单位的，或者在这个文件里写了两次。")
        return None

    def _called(self, row: Row, level: str, parent: Node | None) -> Node | None:
        """The organisation of that name under that parent, or the only one of that name where no parent is written."""
        found = [
            node
            for node in self._named.get(plain(row.values.get("name")), [])
            if parent is None or node.parent is parent
        ]
        found = [node for node in found if node.unit.level == level] or found
        if len(found) > 1:
            raise Refused(f"“{row.values.get('name')}”有 {len(found)} 个，请填上级或编码。")
        return found[0] if found else None

    def _parent(self, row: Row, level: str) -> Node | None:
        """The organisation that a row names as the one above; None where it names none, or is the top itself."""
        text = row.values.get("parent")
        if not text or level == self.top.unit.level:
            return None
        *above, last = text.split(" ")
        named = self._named.get(plain(text), []) or [
            node for node in self._named.get(plain(last), []) if _stands_under(node, above)
        ]
        fitting = [node for node in named if node.unit.level in ALLOWED_PARENTS[level]]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            raise Refused(f"上级“{text}”有 {len(fitting)} 个，请在前面写上它的上级，空一格。")
        if named:
            check_parent(level, named[0].unit)
        raise Refused(self._no_such_parent(text))

    def _no_such_parent(self, text: str) -> str:
        if plain(text) in self._refused_names:
            return f"上级“{text}”在第 {self._refused_names[plain(text)]} 行，那一行有错。"
        likely = self.nodes.get(self._placer.place(text).organisation or 0)
        if likely is not None:
            return f"上级“{text}”对不上，是不是“{likely.unit}”？"
        return f"没有“{text}”这个上级。"

    # --- what it would do

    def _new(self, row: Row, level: str, parent: Node | None) -> Plan:
        above = parent or self.top
        check_parent(level, above.unit)
        facts = {code: value_of(row, code) for code in FACTS}
        facts["system"], facts["full_name"] = facts["system"] or "", facts["full_name"] or ""
        facts["founded_on"] = facts["founded_on"] or max(self.context.since, above.unit.founded_on)
        self._check(facts, facts, above, None)
        node = Node(Organisation(level=level, parent=above.unit, **facts), above, row.number)
        self._know(node)
        if facts["code"]:
            self.codes[facts["code"]] = 0
        self._taken[node] = row.number or 0
        return Plan(node)

    def _changed(self, row: Row, node: Node, parent: Node | None) -> Plan:
        unit = node.unit
        if row.values.get("level") not in (None, unit.level):
            raise Refused(f"{unit}现在是{unit.get_level_display()}，层级不能靠导入来改。")
        if node.is_new:
            raise Refused(f"和第 {node.row} 行是同一个单位。")
        facts = {
            code: value
            for code in FACTS
            if (value := value_of(row, code)) is not None
            and value != getattr(unit, code)
            and not _same(code, value, unit)
        }
        to = parent if parent and node is not self.top and parent is not node.parent else None
        if to is not None:
            check_parent(unit.level, to.unit)
        whole = {code: getattr(unit, code) for code in FACTS} | facts
        self._check(facts, whole, to or node.parent, unit)
        changes = [_change(code, in_words(code, getattr(unit, code)), in_words(code, facts[code])) for code in facts]
        if to is not None:
            changes.append(_change("parent", str(node.parent.unit if node.parent else ""), str(to.unit)))
        if "name" in facts:
            self._named[plain(facts["name"])].append(node)
        return Plan(node, facts, to, changes)

    def _check(
        self, news: Mapping[str, Any], facts: Mapping[str, Any], above: Node | None, unit: Organisation | None
    ) -> None:
        """Refuse ``news`` that cannot be so beside the other ``facts``, by the rules that hold by hand as well."""
        if news and (facts["term_began_on"] is None) != (facts["term_years"] is None):
            raise Refused("任期和本届起于要么都填，要么都不填。")
        if news.get("term_years") is not None and not 1 <= news["term_years"] <= LONGEST_TERM:
            raise Refused(f"任期“{news['term_years']}”不对，应是 1 到 {LONGEST_TERM} 年。")
        for code in DAYS:
            if news.get(code):
                check_day(news[code], self.context.today, code)
        if "founded_on" in news:
            self._check_founding(news["founded_on"], above, unit)

    def _check_founding(self, founded_on: date, above: Node | None, unit: Organisation | None) -> None:
        """An organisation was founded after the one above it and before those below it."""
        if above is not None and founded_on < above.unit.founded_on:
            raise Refused(f"成立日期不能早于{above.unit}的成立日期，{cn_date(above.unit.founded_on)}。")
        first = min((child.founded_on for child in self._children[unit.pk]), default=None) if unit else None
        if first is not None and first < founded_on:
            raise Refused(f"成立日期不能晚于下级的成立日期，{cn_date(first)}。")

    def missing(self, plans: Mapping[int, Plan]) -> list[Node]:
        """Those that stand at a level of which the file has rows, and that no row means; in the order of the tree."""
        levels = {plan.node.unit.level for plan in plans.values() if plan.node}
        return [
            node
            for node in self.nodes.values()
            if node is not self.top
            and node.unit.level in levels
            and node not in self._taken
            and plain(node.unit.name) not in self._refused_names
        ]


def _same(code: str, value: Any, unit: Organisation) -> bool:
    """True for a name that only differs in spaces and marks, or that is the full name."""
    return code == "name" and plain(value) in (plain(unit.name), plain(unit.full_name))


def _stands_under(node: Node, above: Sequence[str]) -> bool:
    """True if each text names one of those above ``node``, with or without the word for its kind."""
    names, one = set(), node.parent
    while one is not None:
        names |= {core(one.unit.name), core(one.unit.name).partition("|")[0] + "|", plain(one.unit.code or "")}
        one = one.parent
    return all(core(text) in names or plain(text) in names for text in above)


def _change(code: str, old: str, new: str) -> dict[str, str]:
    return {"field": code, "label": LABELS[code], "old": old, "new": new}
