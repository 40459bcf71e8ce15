"""Writing imported appointments, and taking them back: a handful of statements for any number of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import router

from ..models import Appointment, Organisation
from ..models.importing import Decision, ImportRow, Outcome, Verdict
from .posts_comparing import Comparing, Plan, Span
from .references import portions, referred_to
from .roll import Known
from .subject import Context

CHANGED = "核对后任职又有变动。"
NOBODY = "任职只能给名册上的人。请先把人导入花名册。"
TOUCHED = "导入后任职又有变动。"


def _lock(keys: Iterable[int]) -> dict[int, Appointment]:
    """Lock appointments in the order of their keys."""
    found: dict[int, Appointment] = {}
    for some in portions(keys):
        rows = Appointment.objects.select_for_update(no_key=True).filter(pk__in=some).order_by("pk")
        found |= {one.pk: one for one in rows}
    return found


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


class Writing:
    """One confirmed import on its way into the posts."""

    def __init__(self, rows: Sequence[ImportRow], context: Context) -> None:
        self.rows = rows
        places = set(context.places.values()) | {context.organisation.pk}
        # As by hand, one act at a time changes who serves at an organisation.
        for some in portions(places):
            units = Organisation.objects.select_for_update(no_key=True).filter(pk__in=some)
            list(units.order_by("pk").values_list("pk"))
        # Read again under the locks: what the preview showed may no longer be so.
        self.comparing = Comparing(context)
        self.touched: set[int] = set()
        self._new: list[tuple[ImportRow, Appointment]] = []
        self._spans: list[Appointment] = []

    def write(self) -> set[int]:
        """Write all rows that are still as shown; the others become STALE. Returns the organisations to be told about."""
        for row in self.rows:
            why = self._prepare(row)
            row.outcome, row.why = (Outcome.STALE, why) if why else (Outcome.WRITTEN, row.why)
        Appointment.objects.bulk_update(self._spans, ["until"], batch_size=500)
        Appointment.objects.bulk_create([one for _, one in self._new], batch_size=500)
        for row, one in self._new:
            row.target = one.pk
            row.undo |= {"created": one.pk, "person": one.person_id, "since": _iso(one.since), "until": _iso(one.until)}
        return self.touched

    def _prepare(self, row: ImportRow) -> str:
        """Keep for later what a row does; why not, if it is no longer what was shown."""
        if row.decision == Decision.NEW:
            return NOBODY
        suspicious = row.verdict == Verdict.SUSPICIOUS
        plan = self.comparing.plan(row, row.target if suspicious else None)
        if plan.refusal:
            return plan.refusal
        if plan.person is None or plan.span is None or not self._as_shown(row, plan):
            return CHANGED
        if plan.standing is not None:
            self._change(row, plan.span, plan.standing)
        else:
            self._appoint(row, plan.span, plan.person, plan.ends)
        return ""

    def _as_shown(self, row: ImportRow, plan: Plan) -> bool:
        """True if the row would still do what the preview said, to the same people."""
        if row.verdict == Verdict.CHANGED:
            return plan.standing is not None and plan.standing.pk == row.target and plan.changes == row.changes
        if row.verdict == Verdict.NEW:
            return plan.standing is None and plan.why == row.why
        return plan.standing is None and row.why.endswith(plan.why)

    def _change(self, row: ImportRow, span: Span, standing: Appointment) -> None:
        row.undo = {"changed": [[standing.pk, _iso(standing.until), _iso(span.until)]]}
        standing.until = span.until
        self._spans.append(standing)
        self._touch(span)

    def _appoint(self, row: ImportRow, span: Span, person: Known, ends: Sequence[Appointment]) -> None:
        row.undo = {"changed": [[one.pk, _iso(one.until), _iso(span.since)] for one in ends]}
        for one in ends:
            one.until = span.since
            self._spans.append(one)
        new = Appointment(
            person_id=person.pk, post=span.post, organisation=span.unit, since=span.since, until=span.until
        )
        self._new.append((row, new))
        self._touch(span)

    def _touch(self, span: Span) -> None:
        if span.post.is_committee:
            self.touched.add(span.unit.pk)


class TakingBack:
    """All written rows of one import on their way back."""

    def __init__(self, rows: Sequence[ImportRow]) -> None:
        self.rows = rows
        created = [row.undo["created"] for row in rows if "created" in row.undo]
        changed = [pk for row in rows for pk, *_ in row.undo.get("changed", [])]
        self.held = _lock([*created, *changed])
        self.referred = referred_to(Appointment, created)

    def take_back(self) -> set[int]:
        """Undo what may be undone; sets ``outcome`` and, for what is kept, ``why``. Returns the organisations to be told about."""
        gone: list[int] = []
        reopened: list[Appointment] = []
        for row in self.rows:
            why = self._hindrance(row)
            row.outcome, row.why = (Outcome.KEPT, why) if why else (Outcome.UNDONE, row.why)
            if not why:
                gone += [row.undo["created"]] if "created" in row.undo else []
                reopened += [self._reopened(*change) for change in row.undo["changed"]]
        for some in portions(gone):
            rows = Appointment.objects.filter(pk__in=some)
            rows._raw_delete(router.db_for_write(Appointment))
        Appointment.objects.bulk_update(reopened, ["until"], batch_size=500)
        return {self.held[pk].organisation_id for pk in [*gone, *(one.pk for one in reopened)]}

    def _hindrance(self, row: ImportRow) -> str:
        """Why a row is kept as it is now; empty if it may be taken back."""
        if "created" in row.undo:
            one = self.held.get(row.undo["created"])
            written = (row.undo["person"], row.undo["since"], row.undo["until"])
            if one is None or (one.person_id, _iso(one.since), _iso(one.until)) != written:
                return TOUCHED
            if one.pk in self.referred:
                return self.referred[one.pk]
        for pk, _, after in row.undo["changed"]:
            standing = self.held.get(pk)
            if standing is None or _iso(standing.until) != after:
                return TOUCHED
        return ""

    def _reopened(self, pk: int, before: str | None, after: Any) -> Appointment:
        one = self.held[pk]
        one.until = date.fromisoformat(before) if before else None
        return one
