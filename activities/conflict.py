"""Two people correct the same record: what the second one typed, as plain data, to be laid beside what now stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from organisations.models import Person

from .entries import Entry
from .models import AbsenceReason, Activity, ActivityState
from .snapshots import Change, changes, snapshot


def as_typed(entry: Entry, today: date, *, names: dict[int, str]) -> dict[str, Any]:
    """The snapshot that the record would have if ``entry`` were saved (the same shape as ``snapshots.snapshot``)."""
    planned = entry.is_planned(today)
    expected, present = (None, None) if planned else entry.head_count()
    state = ActivityState.PLANNED if planned else ActivityState.HELD
    return {
        "organisation": entry.organisation.name,
        "partners": "、".join(node.name for node in sorted(entry.partners, key=lambda node: node.path)),
        "kinds": "、".join(kind.name for kind in entry.kinds),
        "programme": _said(entry.programme),
        "makes_up_for": _said(entry.makes_up_for),
        "title": entry.title,
        "held_on": entry.held_on.isoformat(),
        "starts_at": f"{entry.starts_at:%H:%M}" if entry.starts_at else "",
        "ends_at": f"{entry.ends_at:%H:%M}" if entry.ends_at else "",
        "place": entry.place,
        "chair": _said(entry.chair),
        "recorder": _said(entry.recorder),
        "agenda": _agenda(entry),
        "content": entry.content,
        "decisions": entry.decisions,
        "guests": entry.guests,
        "expected": "" if expected is None else str(expected),
        "present": "" if present is None else str(present),
        "absent": "" if planned or entry.headcount else _absent(entry, names),
        "votes": "" if planned else _votes(entry),
        "state": state.label,
    }


def _said(thing: object) -> str:
    return str(thing) if thing else ""


def _agenda(entry: Entry) -> str:
    """First topics first, as they are saved."""
    lines = sorted(entry.agenda, key=lambda line: not line.first_topic)
    marks = {True: "【第一议题】", False: ""}
    return "\n".join(
        f"{marks[line.first_topic]}{line.title}{f'（{line.speaker}）' if line.speaker else ''}" for line in lines
    )


def _absent(entry: Entry, names: dict[int, str]) -> str:
    said = []
    for pk in entry.roll:
        absence = entry.absences.get(pk)
        if absence is not None:
            label = AbsenceReason(absence.reason).label if absence.reason else ""
            why = "，".join(part for part in (label, absence.note) if part)
            said.append(f"{names[pk]}（{why}）" if why else names[pk])
    return "、".join(said)


def _votes(entry: Entry) -> str:
    votes = entry.votes
    if votes is None:
        return ""
    return (
        f"应到会有表决权 {votes.due} 人，实到 {votes.present} 人，"
        f"赞成 {votes.yes}，反对 {votes.no}，弃权 {votes.abstained}"
    )


@dataclass
class Conflict:
    """Both texts of a record that somebody else corrected meanwhile."""

    current: Activity
    mine: dict[str, Any]

    @cached_property
    def differences(self) -> list[Change]:
        """Where they differ: ``before`` is what stands, ``after`` what was typed here."""
        return changes(snapshot(self.current), self.mine)

    @cached_property
    def other(self) -> Person | None:
        """Who corrected it last."""
        latest = self.current.revisions.select_related("by").first()
        return latest.by if latest else None
