"""What happens in the demo city, as data: each event has its moment and its actor, and is done by a writer.

Events name organisations, people and kinds by their rows, which are there before life begins; records and requests by a
reference of the story's own, because their rows are made while it is told.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from activities.entries import Entry
from organisations.models import Organisation, Person


@dataclass(frozen=True)
class Event:
    """Something that somebody does at a moment."""

    at: datetime
    by: Person
    ref: str

    @property
    def today(self) -> date:
        """The day on which it is done (moments are in local time)."""
        return self.at.date()

    @property
    def order(self) -> tuple[datetime, str]:
        """By moment; the reference decides between two of the same minute."""
        return (self.at, self.ref)


@dataclass(frozen=True)
class Recorded(Event):
    """A record is saved. ``makes_up_for`` names (organisation, requirement code, period)."""

    entry: Entry
    makes_up_for: tuple[Organisation, str, str] | None = None
    # Who was absent and made up the study by the day that the story ends: person pk → day.
    made_up: dict[int, date] = field(default_factory=dict)


@dataclass(frozen=True)
class Corrected(Event):
    """The record of that reference is corrected and now says what ``entry`` says."""

    entry: Entry
    reason: str


@dataclass(frozen=True)
class Withdrawn(Event):
    """The record of that reference is withdrawn."""

    reason: str


@dataclass(frozen=True)
class Declined(Event):
    """A partner says that it did not hold the joint record."""

    partner: Organisation
    reason: str


@dataclass(frozen=True)
class Asked(Event):
    """Somebody asks that a requirement does not apply from a period on."""

    organisation: Organisation
    code: str
    period: str
    until: date | None
    cause: str
    reason: str


@dataclass(frozen=True)
class Decided(Event):
    """The request of that reference is answered."""

    granted: bool
    answer: str


@dataclass(frozen=True)
class PostLeft(Event):
    """``holder`` leaves the post of that code at ``organisation``."""

    organisation: Organisation
    holder: Person
    post: str


@dataclass(frozen=True)
class RecorderNamed(Event):
    """``recorder`` keeps the records of ``organisation`` up to ``last_day``."""

    organisation: Organisation
    recorder: Person
    last_day: date
