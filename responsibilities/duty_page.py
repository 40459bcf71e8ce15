"""The page of one duty at one organisation, for one reader."""

from __future__ import annotations

from datetime import date
from functools import cached_property

from django.http import Http404

from organisations.models import Appointment, Person
from organisations.permissions import Act

from . import seats
from .blocks import Block, blocks
from .carrying_out import Hand, hand_in
from .models import Assignment, Measure

NAMED = ("duty__line", "duty__post", "duty__level", "duty__duty_list", "organisation__parent")


def duty_page(pk: int, reader: Person, today: date) -> DutyPage:
    """The page of that assignment. Http404 unless the reader sees the records there, holds it, or was given a measure of it."""
    row = Assignment.objects.select_related(*NAMED).prefetch_related("duty__kinds").filter(pk=pk).first()
    if row is None:
        raise Http404
    page = DutyPage(row, reader, today)
    if not (page.sees_records or page.is_own or Measure.objects.filter(assignment=row, owner=reader).exists()):
        raise Http404
    return page


class DutyPage:
    """What stands around the measures: holders, standard, basis."""

    def __init__(self, assignment: Assignment, reader: Person, today: date) -> None:
        self.assignment = assignment
        self.reader = reader
        self.today = today

    @cached_property
    def holders(self) -> list[Appointment]:
        """Who holds the post there; none where it is vacant."""
        return seats.holders([self.assignment], self.today)[self.assignment.pk]

    @cached_property
    def is_own(self) -> bool:
        """Whether the reader holds it himself."""
        if any(row.person_id == self.reader.pk for row in self.holders):
            return True
        return self.assignment.duty.post.everybody and seats.holds(self.reader, self.assignment, self.today)

    @cached_property
    def sees_records(self) -> bool:
        """Whether the reader sees the records of the organisation."""
        return self.reader.may(Act.SEE, self.assignment.organisation, self.today)

    @cached_property
    def may_add(self) -> bool:
        """Whether the reader may add a measure of his own."""
        standing = self.assignment.ended_on is None
        return standing and hand_in(self.reader, self.assignment, self.today, holds=self.is_own) == Hand.KEEP

    @cached_property
    def item(self) -> Block:
        """The duty with its measures and what proves them."""
        return blocks([self.assignment], self.today)[0]

    @property
    def seat_url(self) -> str:
        """The query by which the matrix shows the same seat of the same organisation; empty for who may not see it."""
        if not self.sees_records:
            return ""
        duty = self.assignment.duty
        seat = f"cell={duty.level_id}-{duty.post_id}"
        return f"?list={duty.duty_list_id}&organisation={self.assignment.organisation_id}&{seat}#post"

    @property
    def kinds(self) -> str:
        """The kinds whose records prove it: 主题党日、党课."""
        return "、".join(kind.name for kind in self.assignment.duty.kinds.all())
