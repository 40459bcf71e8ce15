"""What was held in a period, beside what was owed: activities by line, and 第一议题 as x of y meetings.

Neither is an obligation and neither is added to one. They are counted from the raw records, which grow for ever, so they
come as a fragment after the board and never hold it up (a city of a million records takes a few hundred milliseconds).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Count, Exists, OuterRef

from activities.models import Activity, AgendaItem
from activities.models.activity import ActivityQuerySet
from organisations.models import Organisation
from programmes.models import ActivityKind, Line
from programmes.models.programme import agenda_lines
from programmes.periods import Period


@dataclass(frozen=True)
class LineHeld:
    """How many activities of a line were held; one with kinds of two lines counts for both."""

    line: Line
    number: int


class Held:
    """What ``organisation`` and everything below it held in ``period``; the caller has asked whether the reader may see it."""

    def __init__(self, organisation: Organisation, period: Period, today: date) -> None:
        self.organisation = organisation
        self.period = period
        self.today = today

    @property
    def activities(self) -> ActivityQuerySet:
        """The records. The root's tree holds all there are (see ``compliance.owed_by``)."""
        held = Activity.objects.counted().held_in(self.period)
        return held if self.organisation.parent_id is None else held.held_under(self.organisation)

    @cached_property
    def lines(self) -> list[LineHeld]:
        """The nine lines with their numbers."""
        rows = self.activities.order_by().values_list("kinds__line").annotate(Count("pk", distinct=True))
        numbers = dict(rows)
        return [LineHeld(line, numbers.get(line.pk, 0)) for line in Line.objects.all()]

    @cached_property
    def first_topic(self) -> tuple[int, int]:
        """(x, y): of y meetings whose kind has a first topic on its agenda, x had one."""
        meetings = [
            kind.pk for kind in ActivityKind.objects.all() if any(line["first_topic"] for line in agenda_lines(kind))
        ]
        marked = AgendaItem.objects.filter(activity=OuterRef("pk"), first_topic=True)
        counts = (
            self.activities.of_kinds(meetings).order_by().aggregate(y=Count("pk"), x=Count("pk", filter=Exists(marked)))
        )
        return counts["x"], counts["y"]
