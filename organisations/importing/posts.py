"""Appointments as a subject of imports, under the rules of ``roster.give_post``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..models import Appointment
from ..models.importing import ImportRow, ImportSubject, Verdict
from .fields import APPOINTMENT_FIELDS
from .posts_comparing import Comparing, Plan
from .posts_writing import TakingBack, Writing
from .subject import Context, Field, Judged, Progress, Reading

TOLD_EVERY = 200


class Appointments:
    """Appointments as a subject of imports."""

    code = str(ImportSubject.APPOINTMENTS)
    title = str(ImportSubject.APPOINTMENTS.label)
    fields: Sequence[Field] = APPOINTMENT_FIELDS

    def judge(self, readings: Sequence[Reading], context: Context, progress: Progress) -> list[Judged]:
        """Compare all rows with the posts as they are held: one line each, then who holds one and is not in the file."""
        comparing = Comparing(context)
        plans, judged = [], []
        for done, reading in enumerate(readings):
            plans.append(comparing.plan(reading))
            judged.append(_judge(reading, plans[-1]))
            if done % TOLD_EVERY == 0:
                progress(done)
        return judged + [_gone(one, comparing) for one in comparing.missing(plans)]

    def write(self, rows: Sequence[ImportRow], context: Context) -> set[int]:
        """Appoint, and end what gives way, within the caller's transaction. Returns the organisations to be told about."""
        return Writing(rows, context).write()

    def take_back(self, rows: Iterable[ImportRow], context: Context) -> set[int]:
        """Take back what is still as it was written. Returns the organisations to be told about."""
        return TakingBack(list(rows)).take_back()


def _judge(reading: Reading, plan: Plan) -> Judged:
    judged = Judged(Verdict.REFUSED, reading.number, reading.cells, reading.values, why=plan.refusal or plan.why)
    if plan.refusal:
        return judged
    if plan.candidates:
        judged.verdict, judged.candidates = Verdict.SUSPICIOUS, [known.pk for known in plan.candidates]
    elif plan.standing is None:
        judged.verdict = Verdict.NEW
    else:
        judged.verdict = Verdict.CHANGED if plan.changes else Verdict.SAME
        judged.target, judged.changes = plan.standing.pk, plan.changes
    return judged


def _gone(one: Appointment, comparing: Comparing) -> Judged:
    unit = comparing.units[one.organisation_id]
    label = one.post.label_at(unit)
    cells = {"name": str(one.person), "place": unit.name, "post": label}
    return Judged(Verdict.MISSING, cells=cells, target=one.pk, why=f"{unit}，{label}")
