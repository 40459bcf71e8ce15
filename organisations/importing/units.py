"""Organisations as a subject of imports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..models.importing import ImportRow, ImportSubject, Verdict
from .fields import ORGANISATION_FIELDS
from .subject import Context, Field, Judged, Progress, Reading
from .units_comparing import Comparing, Node, Plan
from .units_writing import TakingBack, write

TOLD_EVERY = 200


class Organisations:
    """Organisations as a subject of imports."""

    code = str(ImportSubject.ORGANISATIONS)
    title = str(ImportSubject.ORGANISATIONS.label)
    fields: Sequence[Field] = ORGANISATION_FIELDS

    def judge(self, readings: Sequence[Reading], context: Context, progress: Progress) -> list[Judged]:
        """Compare all rows with the tree: one line each, then those that stand there and are not in the file."""
        comparing = Comparing(context)
        plans = comparing.plan(readings)
        judged = []
        for done, reading in enumerate(readings):
            judged.append(_judge(reading, plans[reading.number]))
            if done % TOLD_EVERY == 0:
                progress(done)
        return judged + [_gone(node) for node in comparing.missing(plans)]

    def write(self, rows: Sequence[ImportRow], context: Context) -> set[int]:
        """Plant, change and move within the caller's transaction. Returns the organisations to be told about."""
        return write(rows, context)

    def take_back(self, rows: Iterable[ImportRow], context: Context) -> set[int]:
        """Take back what is still as it was written. Returns the organisations to be told about."""
        return TakingBack(list(rows), context).take_back()


def _judge(reading: Reading, plan: Plan) -> Judged:
    judged = Judged(Verdict.REFUSED, reading.number, reading.cells, reading.values, why=plan.refusal)
    if plan.node is None:
        return judged
    if plan.node.is_new:
        judged.verdict, judged.values = Verdict.NEW, reading.values | {"level": plan.node.unit.level}
        return judged
    judged.verdict = Verdict.CHANGED if plan.changes else Verdict.SAME
    judged.target, judged.changes = plan.node.unit.pk, plan.changes
    return judged


def _gone(node: Node) -> Judged:
    where = str(node.parent.unit) if node.parent else ""
    label = node.unit.get_level_display()
    cells = {"name": node.unit.name, "parent": where, "level": label}
    return Judged(Verdict.MISSING, cells=cells, target=node.unit.pk, why=f"{where}，{label}")
