"""The list of activities as a file: all that the page's conditions match, not only what it pages through.

What was said and decided stands in the minutes, not here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Q
from django.http import QueryDict

from documents.cells import Column, Row
from organisations import paths
from organisations.directory import along
from organisations.models import Level, Organisation, Person
from organisations.tables import Table, in_batches
from organisations.templatetags.sanli import cn_date

from .listed import kinds_of
from .listing import ActivityList
from .models import ActivityState

FIELDS = (
    "pk",
    "held_on",
    "starts_at",
    "ends_at",
    "organisation__path",
    "programme__name",
    "title",
    "place",
    "chair__name",
    "recorder__name",
    "expected",
    "present",
    "study_hours",
    "state",
    "number",
)


class ActivityExport(Table):
    """The activities that the page lists for the reader; for a plain member his own."""

    page = "activity-list"
    columns = (
        Column("日期", 12),
        Column("开始", 8),
        Column("结束", 8),
        Column("举办单位", 22),
        Column("上级单位", 22),
        Column("类别", 20),
        Column("项目", 20),
        Column("标题", 40),
        Column("地点", 20),
        Column("主持人", 10),
        Column("记录人", 10),
        Column("应到", 8),
        Column("实到", 8),
        Column("学时", 8),
        Column("状态", 10),
        Column("序号", 8),
    )

    def __init__(self, person: Person, query: QueryDict, today: date) -> None:
        super().__init__(person, query, today)
        self.list = ActivityList(person, query, today)

    @property
    def name(self) -> str:
        """活动台账, or 我的活动."""
        return "我的活动" if self.list.own else "活动台账"

    @property
    def organisation(self) -> str:
        """Whose they are, as in the page's heading."""
        return self.list.whose

    @property
    def period(self) -> str:
        """The day or period asked for."""
        asked = self.list.filter
        if asked.day:
            return cn_date(asked.day)
        return asked.period.full_label if asked.period else "全部期间"

    def count(self) -> int:
        """How many match."""
        return self.list.found.count()

    def rows(self) -> Iterator[Row]:
        """One activity a row, latest first."""
        found = self.list.found.latest_first().values_list(*FIELDS, named=True)
        for batch in in_batches(found, _behind):
            above = along(values.organisation__path for values in batch)
            kinds = kinds_of([values.pk for values in batch], self.list.filter.kinds)
            for values in batch:
                yield _row(values, above, "，".join(kind.name for kind in kinds[values.pk]))


def _behind(values: Any) -> Q:
    return Q(held_on__lt=values.held_on) | Q(held_on=values.held_on, pk__lt=values.pk)


def _row(values: Any, above: dict[str, Organisation], kinds: str) -> Row:
    chain = [above[path] for path in paths.prefixes(values.organisation__path)]
    return (
        values.held_on,
        values.starts_at,
        values.ends_at,
        _near_name(chain),
        chain[1].name if len(chain) > 1 else "",
        kinds,
        values.programme__name,
        values.title,
        values.place,
        values.chair__name,
        values.recorder__name,
        values.expected,
        values.present,
        values.study_hours,
        ActivityState(values.state).label,
        values.number or None,
    )


def _near_name(chain: list[Organisation]) -> str:
    """A group's name with its branch before it."""
    host = chain[-1]
    return f"{chain[-2].name}{host.name}" if host.level == Level.GROUP else host.name
