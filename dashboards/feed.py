"""动态: the latest records of some organisations, as a stream."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, prefetch_related_objects
from django.urls import reverse

from activities.models import Activity, ActivityState
from organisations.models import Organisation
from programmes.models import ActivityKind

MOST = 5
KINDS = Prefetch("kinds", ActivityKind.objects.select_related("line"))


@dataclass(frozen=True)
class FeedRow:
    """One record of the stream."""

    day: date
    css: str
    title: str
    meta: str
    url: str


def latest(host: Organisation, organisation_ids: Collection[int]) -> list[FeedRow]:
    """The latest records that these organisations held, alone or as partners. Three queries at most.

    Hosted and shared ones are asked for apart: each is answered by its index, which the two in one condition would not be.
    """
    standing = Activity.objects.standing().select_related("organisation", "recorder").latest_first()
    hosted = standing.filter(organisation__in=organisation_ids)[:MOST]
    shared = standing.filter(partnerships__organisation__in=organisation_ids, partnerships__declined_at=None)[:MOST]
    found = {activity.pk: activity for activity in [*hosted, *shared]}
    rows = sorted(found.values(), key=lambda activity: (activity.held_on, activity.pk), reverse=True)[:MOST]
    prefetch_related_objects(rows, KINDS)
    return [_row(activity, host) for activity in rows]


def _row(activity: Activity, host: Organisation) -> FeedRow:
    kinds = list(activity.kinds.all())
    said = ["、".join(kind.name for kind in kinds)]
    if activity.organisation_id != host.pk:
        said.append(activity.organisation.name)
    said.append(turnout(activity))
    if activity.recorder:
        said.append(f"{activity.recorder.name}记录")
    css = kinds[0].line.css if kinds else ""
    return FeedRow(
        activity.held_on,
        css,
        activity.title,
        "，".join(part for part in said if part),
        reverse("activity", args=[activity.pk]),
    )


def turnout(activity: Activity) -> str:
    """应到 24 人，实到 22 人; 18 人参加 where only heads were counted; 已安排 for a day to come."""
    if activity.state == ActivityState.PLANNED:
        return "已安排，还没有开展"
    if not activity.present and not activity.expected:
        return ""
    if activity.headcount or activity.expected is None:
        return f"{activity.present} 人参加"
    return f"应到 {activity.expected} 人，实到 {activity.present} 人"
