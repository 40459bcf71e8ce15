"""A record as plain data, before and after a correction, and the difference in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .entries import AgendaLine
from .models import Activity, AgendaItem

LABELS = {
    "organisation": "举办单位",
    "partners": "联合举办",
    "kinds": "类别",
    "programme": "项目",
    "makes_up_for": "补办",
    "title": "标题",
    "held_on": "日期",
    "starts_at": "开始",
    "ends_at": "结束",
    "place": "地点",
    "chair": "主持人",
    "recorder": "记录人",
    "agenda": "议程",
    "content": "内容纪实",
    "decisions": "决定事项",
    "guests": "来宾、列席",
    "expected": "应到",
    "present": "实到",
    "absent": "未到",
    "votes": "表决",
    "state": "状态",
}


@dataclass(frozen=True)
class Change:
    """One field that differs, in words."""

    label: str
    before: str
    after: str


def snapshot(activity: Activity) -> dict[str, Any]:
    """The record as JSON-ready data: text as it was read, attendance by name and reason.

    Asks no more than what the caller has not prefetched of kinds, partnerships, agenda and attendances.
    """
    roll = list(activity.attendances.all())
    absent = [{"id": row.person_id, "name": row.person.name, "why": row.why} for row in roll if not row.present]
    return {
        "organisation": activity.organisation.name,
        "partners": "、".join(row.organisation.name for row in activity.partnerships.all()),
        "kinds": "、".join(kind.name for kind in activity.kinds.all()),
        "programme": activity.programme.name if activity.programme else "",
        "makes_up_for": str(activity.makes_up_for) if activity.makes_up_for else "",
        "title": activity.title,
        "held_on": activity.held_on.isoformat(),
        "starts_at": f"{activity.starts_at:%H:%M}" if activity.starts_at else "",
        "ends_at": f"{activity.ends_at:%H:%M}" if activity.ends_at else "",
        "place": activity.place,
        "chair": activity.chair.name if activity.chair else "",
        "recorder": activity.recorder.name if activity.recorder else "",
        "agenda": agenda_text(activity.agenda.all()),
        "content": activity.content,
        "decisions": activity.decisions,
        "guests": activity.guests,
        "expected": "" if activity.expected is None else str(activity.expected),
        "present": "" if activity.present is None else str(activity.present),
        "absent": absent_text((row["name"], row["why"]) for row in absent),
        "attendance": {"roll": sorted(row.person_id for row in roll), "absent": absent},
        "votes": _votes(activity),
        "state": activity.get_state_display(),
    }


def agenda_text(items: Iterable[AgendaItem | AgendaLine]) -> str:
    """The agenda, an item a line: 【第一议题】传达学习（林知远）."""
    return "\n".join(_agenda_line(item) for item in items)


def _agenda_line(item: AgendaItem | AgendaLine) -> str:
    mark = "【第一议题】" if item.first_topic else ""
    return f"{mark}{item.title}{f'（{item.speaker}）' if item.speaker else ''}"


def absent_text(absent: Iterable[tuple[str, str]]) -> str:
    """The absent by (name, why): 顾清和（出差）、罗守正."""
    return "、".join(f"{name}（{why}）" if why else name for name, why in absent)


def votes_text(due: int | None, present: int | None, yes: int | None, no: int | None, abstained: int | None) -> str:
    """The figures of a vote in words."""
    return f"应到会有表决权 {due} 人，实到 {present} 人，赞成 {yes}，反对 {no}，弃权 {abstained}"


def _votes(activity: Activity) -> str:
    if not activity.has_votes:
        return ""
    due, there = activity.voters_due, activity.voters_present
    return votes_text(due, there, activity.votes_for, activity.votes_against, activity.votes_abstained)


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    """The fields that differ, in the order of the form."""
    return [
        Change(label, str(before.get(name, "")), str(after.get(name, "")))
        for name, label in LABELS.items()
        if before.get(name, "") != after.get(name, "")
    ]
