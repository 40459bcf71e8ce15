"""Doing the events of the story by the product's own verbs, at the moments at which they happened."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import singledispatchmethod
from uuid import UUID, uuid5

from activities import recording
from activities.entries import Entry
from activities.models import Activity, Attendance, Partnership
from organisations import appointing
from organisations.models import Appointment
from programmes import exempting
from programmes.models import Exemption, Obligation
from programmes.opening import open_periods

from .events import Asked, Corrected, Decided, Declined, Event, PostLeft, Recorded, RecorderNamed, Withdrawn

# Submission keys follow from seed and reference, so that both ways of writing give the same rows.
STORY = UUID("5d6f3c1e-8f0b-4c6e-9a53-0c4b6f2f7a10")


class Writer:
    """Writes one event after the other, by the verbs."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.requests: dict[str, int] = {}
        self.studies: list[Recorded] = []

    def open(self, day: date) -> None:
        """A new month begins: what is owed is opened, as the beat does every night."""
        open_periods(day)

    def finish(self) -> None:
        """The story ends: note who made up a study meanwhile."""
        for event in self.studies:
            for attendance in Attendance.objects.filter(activity=self.activity(event.ref), person__in=event.made_up):
                on = event.made_up[attendance.person_id]
                recording.note_make_up(attendance, on=on, by=event.by, today=on)

    def key(self, ref: str) -> UUID:
        """The submission key of the record with that reference."""
        return uuid5(STORY, f"{self.seed}/{ref}")

    def activity(self, ref: str) -> Activity:
        """The row of the record with that reference."""
        return Activity.objects.get(submission_key=str(self.key(ref)))

    def entry(self, event: Recorded) -> Entry:
        """The entry of the event, with the obligation that it makes up for."""
        if event.makes_up_for is None:
            return event.entry
        organisation, code, period = event.makes_up_for
        obligation = Obligation.objects.get(organisation=organisation, code=code, period=period)
        return replace(event.entry, makes_up_for=obligation)

    @singledispatchmethod
    def write(self, event: Event) -> None:
        """Do what the event says."""
        raise TypeError(f"no way to write {type(event).__name__}")

    @write.register
    def _recorded(self, event: Recorded) -> None:
        recording.record(self.entry(event), key=self.key(event.ref), by=event.by, now=event.at, today=event.today)
        if event.made_up:
            self.studies.append(event)

    @write.register
    def _corrected(self, event: Corrected) -> None:
        activity = self.activity(event.ref)
        recording.correct(
            activity,
            event.entry,
            revision=activity.revision,
            reason=event.reason,
            by=event.by,
            now=event.at,
            today=event.today,
        )

    @write.register
    def _withdrawn(self, event: Withdrawn) -> None:
        recording.withdraw(self.activity(event.ref), reason=event.reason, by=event.by, now=event.at, today=event.today)

    @write.register
    def _declined(self, event: Declined) -> None:
        partnership = Partnership.objects.get(activity=self.activity(event.ref), organisation=event.partner)
        recording.decline(partnership, reason=event.reason, by=event.by, now=event.at, today=event.today)

    @write.register
    def _asked(self, event: Asked) -> None:
        obligation = Obligation.objects.get(organisation=event.organisation, code=event.code, period=event.period)
        request = exempting.ask(
            event.organisation,
            obligation,
            until=event.until,
            cause=event.cause,
            reason=event.reason,
            by=event.by,
            now=event.at,
        )
        self.requests[event.ref] = request.pk

    @write.register
    def _decided(self, event: Decided) -> None:
        request = Exemption.objects.get(pk=self.requests[event.ref])
        exempting.decide(request, granted=event.granted, answer=event.answer, by=event.by, now=event.at)

    @write.register
    def _post_left(self, event: PostLeft) -> None:
        held = Appointment.objects.holding(event.today).get(
            person=event.holder, post__code=event.post, organisation=event.organisation
        )
        appointing.end(held, on=event.today, today=event.today)

    @write.register
    def _recorder_named(self, event: RecorderNamed) -> None:
        appointing.delegate_recorder(
            event.organisation, event.recorder, last_day=event.last_day, by=event.by, today=event.today
        )
