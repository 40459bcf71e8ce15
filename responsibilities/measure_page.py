"""The page of one measure, for one reader: what is to be done, in which steps, what was written, what he may do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.http import Http404

from organisations.models import Person

from .blocks import Shown, shown
from .carrying_out import Hand, hand_in, is_said
from .duty_page import DutyPage, duty_page
from .models import Evidence, Measure, Origin, Step
from .proofs import Way, proof_words, ways


def measure_page(pk: int, reader: Person, today: date) -> MeasurePage:
    """The page of that measure. Http404 unless the reader may open its duty."""
    row = Measure.objects.select_related("owner", "made_by").filter(pk=pk).first()
    if row is None:
        raise Http404
    page = duty_page(row.assignment_id, reader, today)
    row.assignment = page.assignment
    return MeasurePage(row, page, reader, today)


@dataclass(frozen=True)
class Said:
    """One line about what was done, and whether the reader may take it back."""

    line: Evidence
    is_late: bool
    may_withdraw: bool


class MeasurePage:
    """One measure with its steps and lines."""

    def __init__(self, measure: Measure, duty: DutyPage, reader: Person, today: date) -> None:
        self.measure = measure
        self.duty = duty
        self.reader = reader
        self.today = today

    @cached_property
    def hand(self) -> Hand:
        """What the reader may do about it; nothing about what has ended."""
        if self.measure.assignment.ended_on is not None:
            return Hand.NONE
        return hand_in(self.reader, self.measure.assignment, self.today, self.measure, holds=self.duty.is_own)

    @property
    def is_running(self) -> bool:
        """Whether it is neither dropped nor exempt."""
        return self.measure.dropped_on is None and not self.measure.exempt

    @property
    def may_report(self) -> bool:
        """Whether the reader writes about it, where text proves it, or ticks its steps."""
        return self.is_running and self.hand >= Hand.REPORT

    @property
    def may_keep(self) -> bool:
        """Whether the reader changes it."""
        return self.is_running and self.hand >= Hand.KEEP

    @property
    def may_drop(self) -> bool:
        """Whether the reader may take it back: one's own, not done yet."""
        return self.may_keep and self.measure.origin == Origin.OWN and not self.measure.is_done

    @property
    def is_said(self) -> bool:
        """Whether a line of text proves it."""
        return is_said(self.measure)

    @cached_property
    def shown(self) -> Shown:
        """How its state is drawn."""
        return shown(self.measure, self.today)

    @property
    def proof(self) -> str:
        """What proves it, in words."""
        return proof_words(self.measure)

    @property
    def ways(self) -> list[Way]:
        """How to get it done."""
        return ways(self.measure, self.reader, self.today) if self.may_report and not self.measure.is_done else []

    @cached_property
    def steps(self) -> list[Step]:
        """推进步骤."""
        return list(self.measure.steps.select_related("done_by"))

    @property
    def steps_done(self) -> int:
        """How many are done."""
        return sum(step.done_on is not None for step in self.steps)

    @cached_property
    def lines(self) -> list[Said]:
        """What was written and stands."""
        due_on = self.measure.due_on
        rows = self.measure.evidence.standing().select_related("by")
        return [Said(row, row.done_on > due_on, self._may_withdraw(row)) for row in rows]

    def _may_withdraw(self, line: Evidence) -> bool:
        own = line.by_id == self.reader.pk and self.hand >= Hand.REPORT
        return own or self.hand >= Hand.KEEP
