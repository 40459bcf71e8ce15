"""What is measured: whose page, at which address, against which aim."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.urls import NoReverseMatch, reverse

from activities.models import Activity, ActivityState
from organisations.models import Organisation, Person
from programmes.periods import Cadence, period_of
from responsibilities.models import Assignment

# A submit may ask seven times more where duties are bound to what is recorded.
MOST_QUERIES, MOST_QUERIES_OF_A_SUBMIT = 15, 35 + 7


class NoSuchPage(Exception):
    """An address that the bench measures is not there."""


@dataclass(frozen=True)
class Page:
    """One line of the table. ``aim`` is the most that it may cost, in times of the bare page; ``posts`` sends its form."""

    name: str
    who: str
    url: str
    aim: float
    posts: bool = False

    @property
    def most_queries(self) -> int:
        """The budget of queries, at any size."""
        return MOST_QUERIES_OF_A_SUBMIT if self.posts else MOST_QUERIES


def address(name: str, *args: object, query: str = "") -> str:
    """The address of that URL name. Raises NoSuchPage with a sentence where it is missing."""
    try:
        return reverse(name, args=args) + query
    except NoReverseMatch as error:
        raise NoSuchPage(f"The bench measures the page “{name}”, and no such URL name is there.") from error


def pages(today: date) -> list[Page]:
    """The bare page first, then everything that the aims name."""
    branch = Person.objects.get(username="shuji").appointments.get(post__code="branch-secretary").organisation
    record = Activity.objects.filter(organisation=branch, state=ActivityState.HELD).latest_first()[0]
    log = f"?kind=committee-meeting&organisation={branch.pk}"
    month, quarter, year = (period_of(today, cadence).key for cadence in (Cadence.MONTH, Cadence.QUARTER, Cadence.YEAR))
    root = Organisation.objects.get(parent=None)
    return [
        Page("bare", "shuji", address("bench-bare"), 1),
        Page("desk", "shuji", address("desk"), 3),
        Page("record", "shuji", address("activity", record.pk), 3),
        Page("list, secretary", "shuji", address("activity-list"), 2),
        Page("list, committee", "gongwei", address("activity-list"), 2),
        Page("calendar, secretary", "shuji", address("activity-list", query="?view=calendar"), 3),
        Page("calendar, committee", "gongwei", address("activity-list", query="?view=calendar"), 3),
        Page("roster, committee", "gongwei", address("people"), 3),
        Page("log form", "shuji", address("activity-log", query=log), 5),
        Page("log submit", "shuji", address("activity-log", query=log), 5, posts=True),
        Page("organ board, quarter", "jiguan", address("board", query=f"?period={quarter}"), 4),
        Page("city board, month", "gongwei", address("board", query=f"?organisation={root.pk}&period={month}"), 6),
        Page("city board, quarter", "gongwei", address("board", query=f"?organisation={root.pk}&period={quarter}"), 6),
        Page("city board, year", "gongwei", address("board", query=f"?organisation={root.pk}&period={year}"), 20),
        Page("duty matrix, secretary", "shuji", address("responsibility-list"), 3),
        Page("duty matrix, committee", "gongwei", address("responsibility-list"), 3),
        Page("duty matrix, a cell", "gongwei", address("responsibility-list", query=f"?cell={_fullest_cell()}"), 4),
    ]


def _fullest_cell() -> str:
    """Level and post of the matrix whose duties most organisations answer for."""
    seats = Assignment.objects.standing().values_list("duty__level", "duty__post").annotate(answered=Count("pk"))
    level, post, _ = seats.order_by("-answered")[0]
    return f"{level}-{post}"
