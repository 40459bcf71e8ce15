"""Two people correct the same record: what the second one typed, as plain data, to be laid beside what now stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from organisations.models import Person

from .entries import Entry, Votes
from .models import Activity, ActivityState, Attendance
from .snapshots import Change, absent_text, agenda_text, changes, snapshot, votes_text


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
        "agenda": agenda_text(entry.agenda_in_order()),
        "content": entry.content,
        "decisions": entry.decisions,
        "guests": entry.guests,
        "expected": "" if expected is None else str(expected),
        "present": "" if present is None else str(present),
        "absent": "" if planned or entry.headcount else _absent(entry, names),
        "votes": "" if planned else _votes(entry.votes),
        "state": state.label,
    }


def _said(thing: object) -> str:
    return str(thing) if thing else ""


def _absent(entry: Entry, names: dict[int, str]) -> str:
    absences = ((names[pk], entry.absences[pk]) for pk in entry.roll if pk in entry.absences)
    return absent_text((name, Attendance(reason=one.reason, note=one.note).why) for name, one in absences)


def _votes(votes: Votes | None) -> str:
    return votes_text(votes.due, votes.present, votes.yes, votes.no, votes.abstained) if votes else ""


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
