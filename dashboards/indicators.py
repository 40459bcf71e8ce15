"""The figures of a programme's indicators: done beside planned, each with its definition in words.

A figure covers the held activities of the programme that the reader may see, and nothing else. A plan is no duty: it is
shown without colour or judgement, and only where the reader sees all that it speaks of.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.db.models import Count, Exists, F, OuterRef, Sum

from activities.models import Activity, Partnership
from activities.models.activity import ActivityQuerySet
from organisations import paths
from programmes.models import Indicator, Measure

ORGAN = 2 * paths.STEP  # the length of an organ's path
UNITS = {Measure.ACTIVITIES: "场", Measure.ORGANISATIONS: "个单位", Measure.ATTENDANCES: "人次", Measure.HOURS: "学时"}
MEANINGS = {
    Measure.ACTIVITIES: "已开展的场数，联合举办的算一场",
    Measure.ORGANISATIONS: "开展过的单位数，不论几场，联合举办的各算一个",
    Measure.ATTENDANCES: "各场实到人数相加",
    Measure.HOURS: "各场学时乘实到人数，再相加",
}


@dataclass(frozen=True)
class Reach:
    """What a plan is multiplied by: what the reader sees of those who take part."""

    organs: frozenset[str]  # their paths
    branches: int
    everything: bool  # sees all who take part


@dataclass(frozen=True)
class Figure:
    """One indicator: ``done`` of ``planned``. Without ``planned`` the plan reaches beyond what the reader sees, or is none."""

    name: str
    unit: str
    meaning: str
    done: int | Decimal
    planned: int | None
    plan: str

    @property
    def is_multiplied(self) -> bool:
        """Whether ``planned`` is a plan for each, times how many there are."""
        return self.plan.startswith("每个")

    @property
    def label(self) -> str:
        """已办 12 场，计划 24 场."""
        planned = f"，计划 {self.planned:,} {self.unit}" if self.planned is not None else ""
        return f"{self.name}：已办 {self.done:,} {self.unit}{planned}"


@dataclass(frozen=True)
class Held:
    """What one organisation held, of one mix of indicators."""

    path: str
    of: frozenset[int]  # the indicators (with kinds) whose kinds they have
    count: int
    present: int
    hours: Decimal


@dataclass(frozen=True)
class Shared:
    """One activity that an organisation held with another."""

    path: str
    host: str
    activity: int
    of: frozenset[int]


class Holdings:
    """What was held, read in two queries and then asked in memory. ``activities``: held, of the programme, seen by the reader."""

    def __init__(self, activities: ActivityQuerySet, indicators: Sequence[Indicator]) -> None:
        self.activities = activities.order_by()
        self.indicators = [one for one in indicators if one.kinds.all()]

    def _flags(self, key: str) -> dict[str, Exists]:
        """For each indicator with kinds, whether the activity whose pk is in ``key`` has one of them."""
        through = Activity.kinds.through.objects.filter(activity=OuterRef(key))
        return {
            f"is_{one.pk}": Exists(through.filter(activitykind__in=[kind.pk for kind in one.kinds.all()]))
            for one in self.indicators
        }

    def _of(self, flags: Sequence[bool]) -> frozenset[int]:
        return frozenset(one.pk for one, flag in zip(self.indicators, flags, strict=True) if flag)

    @cached_property
    def hosted(self) -> list[Held]:
        """By host and mix of indicators."""
        flags = self._flags("pk")
        rows = self.activities.annotate(**flags).values_list("organisation__path", *flags)
        summed = rows.annotate(
            number=Count("pk"),
            people=Sum("present", default=0),
            hours=Sum(F("study_hours") * F("present"), default=Decimal(0)),
        )
        return [Held(path, self._of(mix), number, people, hours) for path, *mix, number, people, hours in summed]

    @cached_property
    def shared(self) -> list[Shared]:
        """By partner and activity."""
        flags = self._flags("activity_id")
        partners = Partnership.objects.filter(declined_at=None, activity__in=self.activities.values("pk")).order_by()
        rows = partners.annotate(**flags).values_list(
            "organisation__path", "activity__organisation__path", "activity", *flags
        )
        return [Shared(path, host, activity, self._of(mix)) for path, host, activity, *mix in rows]

    def narrowed_to(self, indicator: Indicator) -> tuple[list[Held], list[Shared]]:
        """What an indicator counts."""
        if not indicator.kinds.all():
            return self.hosted, self.shared
        return [row for row in self.hosted if indicator.pk in row.of], [
            row for row in self.shared if indicator.pk in row.of
        ]


def activities_held(hosted: list[Held], shared: list[Shared]) -> int:
    """场次: how many were held; a joint one once."""
    return sum(row.count for row in hosted)


def attendances(hosted: list[Held], shared: list[Shared]) -> int:
    """参加人次: those present, summed; headcounts too."""
    return sum(row.present for row in hosted)


def study_hours(hosted: list[Held], shared: list[Shared]) -> Decimal:
    """学时: the hours of each activity times those present, summed."""
    return sum((row.hours for row in hosted), Decimal(0))


def organs_that_held(hosted: list[Held], shared: list[Shared]) -> int:
    """开展的单位: organs in which at least one was held, as host or as partner."""
    rows = [*(row.path for row in hosted), *(row.path for row in shared)]
    return len({path[:ORGAN] for path in rows if len(path) >= ORGAN})


MEASURED: dict[str, Callable[[list[Held], list[Shared]], int | Decimal]] = {
    Measure.ACTIVITIES: activities_held,
    Measure.ATTENDANCES: attendances,
    Measure.HOURS: study_hours,
    Measure.ORGANISATIONS: organs_that_held,
}


def figures(indicators: Sequence[Indicator], holdings: Holdings, reach: Reach) -> list[Figure]:
    """The figure of each indicator (with its kinds)."""
    return [_figure(one, _done(one, holdings, reach), reach) for one in indicators]


def _done(indicator: Indicator, holdings: Holdings, reach: Reach) -> int | Decimal:
    hosted, shared = holdings.narrowed_to(indicator)
    if indicator.measure == Measure.ORGANISATIONS and reach.organs:
        # A joint activity shows organs of others too: beside a plan for one's own they would not fit.
        hosted = [row for row in hosted if row.path[:ORGAN] in reach.organs]
        shared = [row for row in shared if row.path[:ORGAN] in reach.organs]
    return MEASURED[indicator.measure](hosted, shared)


def _figure(indicator: Indicator, done: int | Decimal, reach: Reach) -> Figure:
    measure = Measure(indicator.measure)
    kinds = "、".join(kind.name for kind in indicator.kinds.all()) or "项目下的全部活动"
    meaning = MEANINGS[measure] if kinds == indicator.name else f"{kinds}，{MEANINGS[measure]}"
    return Figure(indicator.name, UNITS[measure], meaning, done, _planned(indicator, reach), _plan(indicator))


def _planned(indicator: Indicator, reach: Reach) -> int | None:
    """The plan as far as the reader sees those whom it speaks of; None where that is not the whole of it."""
    if indicator.target is None:
        return None
    match indicator.per:
        case "organ":
            return indicator.target * len(reach.organs) or None
        case "branch":
            return indicator.target * reach.branches or None
    return indicator.target if reach.everything else None


def _plan(indicator: Indicator) -> str:
    """The plan in words: 每个支部 12 场, 全市 4 场, 每个单位都开展; empty where there is none."""
    if indicator.target is None:
        return ""
    unit = UNITS[Measure(indicator.measure)]
    if indicator.per == "total":
        return f"一共 {indicator.target:,} {unit}"
    whom = "每个单位" if indicator.per == "organ" else "每个支部"
    return f"{whom}都开展" if indicator.measure == Measure.ORGANISATIONS else f"{whom} {indicator.target:,} {unit}"
