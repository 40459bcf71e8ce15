"""动态: the latest records of some organisations, as a stream."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.urls import reverse

from activities.models import Activity, ActivityState
from organisations.models import Organisation
from programmes.models import Pillar

MOST = 5
COLUMNS = (
    "pk",
    "held_on",
    "title",
    "state",
    "headcount",
    "expected",
    "present",
    "organisation_id",
    "organisation__name",
    "recorder__name",
)


class Record(NamedTuple):
    """What the stream says of one record: plain values, for a row that is built on every visit."""

    pk: int
    held_on: date
    title: str
    state: str
    headcount: bool
    expected: int | None
    present: int | None
    organisation_id: int
    organisation: str
    recorder: str | None

    @property
    def turnout(self) -> str:
        """应到 24 人，实到 22 人; 18 人参加 where only heads were counted; 已安排 for a day to come."""
        if self.state == ActivityState.PLANNED:
            return "已安排，还没有开展"
        if not self.present and not self.expected:
            return ""
        if self.headcount or self.expected is None:
            return f"{self.present} 人参加"
        return f"应到 {self.expected} 人，实到 {self.present} 人"


@dataclass(frozen=True)
class Kinds:
    """The kinds of one record: the pillar's class of the first, and all their names."""

    css: str = ""
    names: str = ""


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
    standing = Activity.objects.standing().latest_first()
    hosted = standing.filter(organisation__in=organisation_ids)
    shared = standing.filter(partnerships__organisation__in=organisation_ids, partnerships__declined_at=None)
    found = {Record(*row) for rows in (hosted, shared) for row in rows.values_list(*COLUMNS)[:MOST]}
    records = sorted(found, key=lambda record: (record.held_on, record.pk), reverse=True)[:MOST]
    kinds = kinds_of(record.pk for record in records)
    return [_row(record, kinds[record.pk], host) for record in records]


def kinds_of(activity_ids: Iterable[int]) -> dict[int, Kinds]:
    """The kinds of each record, in the order of the article. One query."""
    through = Activity.kinds.through.objects.filter(activity__in=list(activity_ids))
    rows = through.order_by("activitykind__line__pillar", "activitykind__order", "activitykind_id").values_list(
        "activity_id", "activitykind__name", "activitykind__line__pillar"
    )
    found: dict[int, Kinds] = defaultdict(Kinds)
    for pk, name, pillar in rows:
        known = found[pk]
        found[pk] = Kinds(known.css or Pillar(pillar).css, f"{known.names}、{name}" if known.names else name)
    return found


def _row(record: Record, kinds: Kinds, host: Organisation) -> FeedRow:
    elsewhere = "" if record.organisation_id == host.pk else record.organisation
    recorder = f"{record.recorder}记录" if record.recorder else ""
    meta = "，".join(part for part in (kinds.names, elsewhere, record.turnout, recorder) if part)
    return FeedRow(record.held_on, kinds.css, record.title, meta, reverse("activity", args=[record.pk]))
