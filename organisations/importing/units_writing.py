"""Writing imported organisations, and taking them back. Moves go one by one through ``tree.move``: there are never many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from .. import tree
from ..models import Organisation
from ..models.importing import ImportRow, Outcome, Verdict
from .references import referred_to
from .subject import Context
from .units_comparing import Comparing, Node, Plan

CHANGED = "核对后这个单位又被改过。"
PLANTED = "核对后已经有了这个单位。"
NO_PARENT = "上级那一行没有写入。"
GONE = "这个单位已经不在系统里。"
MOVED = "导入后又移到了别的上级之下。"
WITH_CHILDREN = "下面还有别的单位。"
NAMES = {"name": "名称", "code": "编码", "system": "系统", "full_name": "全称", "founded_on": "成立日期"} | {
    "term_began_on": "本届起于",
    "term_years": "任期",
}


def _lock(top: Organisation) -> None:
    """Let nobody else change the tree below ``top`` meanwhile; locks are taken in the order of the keys, as everywhere."""
    rows = Organisation.objects.select_for_update(no_key=True).under(top)
    list(rows.order_by("pk").values_list("pk"))


def write(rows: Sequence[ImportRow], context: Context) -> set[int]:
    """Write all rows that are still as shown; the others become STALE. Returns the organisations to be told about."""
    _lock(context.organisation)
    plans = Comparing(context).plan(rows)
    by_number = {row.number: row for row in rows}
    planted: dict[int, tuple[ImportRow, Node]] = {}
    changed: list[tuple[ImportRow, Plan]] = []
    for number, plan in plans.items():
        row = by_number[number]
        why = _stale(row, plan, planted)
        row.outcome, row.why = (Outcome.STALE, why) if why else (Outcome.WRITTEN, row.why)
        if not why and plan.node is not None and plan.node.is_new:
            planted[id(plan.node)] = (row, plan.node)
        elif not why:
            changed.append((row, plan))
    tree.plant_many([node.unit for _, node in planted.values()])
    for row, node in planted.values():
        row.target, row.undo = node.unit.pk, {"created": node.unit.pk, "after": _facts(node.unit, NAMES)}
    return {node.unit.pk for _, node in planted.values()} | _write_changes(changed, context.today)


def _stale(row: ImportRow, plan: Plan, planted: Mapping[int, Any]) -> str:
    """Why a row is not written: what it would do is no longer what was shown."""
    if plan.refusal or plan.node is None:
        return plan.refusal
    above = plan.node.parent if plan.node.is_new else plan.to
    if above is not None and above.is_new and id(above) not in planted:
        return NO_PARENT
    if row.verdict == Verdict.NEW:
        return "" if plan.node.is_new else PLANTED
    return "" if plan.node.unit.pk == row.target and plan.changes == row.changes else CHANGED


def _write_changes(changed: Sequence[tuple[ImportRow, Plan]], today: date) -> set[int]:
    """Write new facts in bulk, then move what moves. Returns the organisations whose dates have changed."""
    units = []
    for row, plan in changed:
        assert plan.node is not None  # noqa: S101 - a plan without a node is refused
        unit = plan.node.unit
        row.undo = {"before": _facts(unit, plan.facts)}
        for code, value in plan.facts.items():
            setattr(unit, code, value)
        row.undo["after"] = _facts(unit, plan.facts)
        if plan.facts:
            units.append(unit)
        if plan.to is not None:
            row.undo |= {"from": unit.parent_id, "to": plan.to.unit.pk}
    Organisation.objects.bulk_update(units, list(NAMES), batch_size=500)
    for _, plan in changed:
        if plan.node is not None and plan.to is not None:
            tree.move(plan.node.unit, to=plan.to.unit, today=today)
    return {unit.pk for unit in units}


def _facts(unit: Organisation, codes: Iterable[str]) -> dict[str, Any]:
    """Facts as JSON keeps them."""
    values = {code: getattr(unit, code) for code in codes}
    return {code: value.isoformat() if isinstance(value, date) else value for code, value in values.items()}


class TakingBack:
    """All written rows of one import on their way back."""

    def __init__(self, rows: Sequence[ImportRow], context: Context) -> None:
        self.rows, self.context = rows, context
        _lock(context.organisation)
        self.units = Organisation.objects.in_bulk([row.target for row in rows if row.target])
        self.touched: set[int] = set()
        self._restored: list[Organisation] = []

    def take_back(self) -> set[int]:
        """Undo what may be undone; sets ``outcome`` and, for what is kept, ``why``. Returns the organisations to be told about."""
        created = {row.target: row for row in self.rows if "created" in row.undo and row.target}
        for row in self.rows:
            why = self._hindrance(row) or ("" if "created" in row.undo else self._restore(row))
            row.outcome, row.why = (Outcome.KEPT, why) if why else (Outcome.UNDONE, row.why)
        Organisation.objects.bulk_update(self._restored, list(NAMES), batch_size=500)
        self._uproot({pk: row for pk, row in created.items() if row.outcome == Outcome.UNDONE})
        return self.touched

    def _hindrance(self, row: ImportRow) -> str:
        """Why a row is kept as it is now; empty if it may be taken back."""
        unit = self.units.get(row.target or 0)
        if unit is None:
            return GONE
        if unit.closed_on is not None:
            return "导入后已经撤销。"
        for code, written in row.undo.get("after", {}).items():
            if _facts(unit, [code])[code] != written:
                return f"{NAMES[code]}后来又改过。"
        return MOVED if "to" in row.undo and unit.parent_id != row.undo["to"] else ""

    def _restore(self, row: ImportRow) -> str:
        """Give an organisation its old facts and its old place back; why not, if the place is gone."""
        unit = self.units[row.target or 0]
        if "to" in row.undo:
            try:
                with transaction.atomic():
                    tree.move(unit, to=Organisation.objects.get(pk=row.undo["from"]), today=self.context.today)
            except (ValidationError, Organisation.DoesNotExist):
                return "原来的上级已经撤销。"
        for code, value in row.undo["before"].items():
            day = value is not None and code in ("founded_on", "term_began_on")
            setattr(unit, code, date.fromisoformat(value) if day else value)
        self._restored.append(unit)
        self.touched.add(unit.pk)
        return ""

    def _uproot(self, created: dict[int, ImportRow]) -> None:
        """Delete new organisations that nothing refers to, and so no others that stand below them or above those that stay."""
        tree.forget_what_is_owed(created)
        for pk, why in referred_to(Organisation, created, beside=(Organisation,)).items():
            self._keep(created, pk, why)
        below = Organisation.objects.filter(parent__in=list(created)).order_by("-path").values_list("pk", "parent")
        for pk, above in below:  # the lowest first: who stays keeps the one above
            if above is not None and pk not in created:
                self._keep(created, above, WITH_CHILDREN)
        self.touched |= {self.units[pk].parent_id or pk for pk in created} - created.keys()
        tree.uproot_many(created)

    def _keep(self, created: dict[int, ImportRow], pk: int, why: str) -> None:
        """Leave one organisation where it is; what was opened for it and forgotten is opened again by the caller's telling."""
        row = created.pop(pk, None)
        if row is not None:
            row.outcome, row.why = Outcome.KEPT, why
            self.touched.add(pk)
