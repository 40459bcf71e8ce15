"""调研: what asks the reader, what he is writing or running, and what was published. Nobody is told who answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.core.paginator import Page, Paginator
from django.db.models import F, Q
from django.utils import timezone

from organisations.models import Person
from organisations.permissions import Act

from .models import State, Survey, SurveyKind

PAGE = 20
# State → the state of the design that draws it.
LOOKS = {
    State.DRAFT: "todo",
    State.WAITING: "todo",
    State.OPEN: "soon",
    State.CLOSING: "soon",
    State.CLOSED: "todo",
    State.PUBLISHED: "done",
    State.DESTROYED: "done",
}


@dataclass(frozen=True)
class Running:
    """One line of 我在编和在办的."""

    survey: Survey
    look: str
    word: str


class SurveyList:
    """The page for one reader at one moment."""

    def __init__(self, reader: Person, now: datetime, page: str = "1") -> None:
        self.reader, self.now, self.asked_page = reader, now, page
        self.today = timezone.localdate(now)

    @property
    def may_begin(self) -> bool:
        """Whether 新建调研 is offered."""
        return self.reader.may(Act.EDIT_SURVEYS, today=self.today)

    @cached_property
    def to_answer(self) -> list[Survey]:
        """Those that ask the reader and still take answers, or will: the first to end stands first.

        Whether he has answered is not said, because nobody knows.
        """
        rows = Survey.objects.asking(self.reader).filter(closed_at__isnull=True, closes_at__gt=self.now)
        return list(rows.select_related("organisation").order_by("closes_at", "pk"))

    @cached_property
    def running(self) -> list[Running]:
        """Those that he writes and runs, until they are published; drafts first."""
        rows = Survey.objects.manageable_by(self.reader, self.today).exclude(_published(self.today))
        ordered = rows.select_related("organisation").order_by(F("launched_at").desc(nulls_first=True), "-pk")
        return [Running(row, LOOKS[row.state(self.now)], row.state_name(self.now)) for row in ordered]

    @cached_property
    def published(self) -> Page:
        """Those whose results he may read, the newest first. The votes of an appraisal are for its committee alone."""
        rows = Survey.objects.visible_to(self.reader, self.today).filter(kind=SurveyKind.SENTIMENT)
        ordered = rows.filter(_published(self.today)).select_related("organisation").order_by("-publish_on", "-pk")
        return Paginator(ordered, PAGE).get_page(self.asked_page)

    @property
    def has_running(self) -> bool:
        """Whether the second group is drawn: for those who write surveys, and where an appraisal is his to run."""
        return self.may_begin or bool(self.running)

    @property
    def waiting(self) -> set[int]:
        """The keys of those in ``to_answer`` that take no answers yet."""
        return {survey.pk for survey in self.to_answer if survey.state(self.now) == State.WAITING}


def _published(today: date) -> Q:
    """Condition: counted, and the day of publication has come."""
    return Q(closed_at__isnull=False) & (Q(publish_on__isnull=True) | Q(publish_on__lte=today))
