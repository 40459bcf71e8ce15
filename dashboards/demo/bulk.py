"""The faster way for a large city: records are collected and written together, everything else goes by the verbs.

It gives the same rows as ``writing.Writer`` (compared by a test): the derived fields of a record come from the same
entry, and what it counts for from the same recount, once at the end.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from io import StringIO

from django.db import connection

from activities import crediting
from activities.entries import Entry, check
from activities.models import Activity, ActivityState, AgendaItem, Attendance, Partnership
from programmes.models import Obligation

from .events import Asked, Corrected, Declined, Event, Recorded, Withdrawn
from .writing import Writer

BATCH = 1000
COLUMNS = ("activity_id", "person_id", "present", "reason", "note", "made_up_on")
Row = tuple[int, int, bool, str, str, date | None]
COPIED = (
    "organisation",
    "programme",
    "makes_up_for",
    "title",
    "held_on",
    "starts_at",
    "ends_at",
    "place",
    "chair",
    "recorder",
    "content",
    "decisions",
    "guests",
    "headcount",
)


class BulkWriter(Writer):
    """Collects records until something asks about them."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.waiting: list[tuple[Recorded, Entry]] = []
        self.refs: set[str] = set()
        self.organisations: set[int] = set()
        self.numbers: dict[tuple[int, int], int] = defaultdict(int)

    def open(self, day: date) -> None:
        """A month begins. The forecast of it is dropped and opened anew: thousands of rows are made faster than changed."""
        self.flush()
        Obligation.objects.filter(provisional=True).delete()
        super().open(day)

    def finish(self) -> None:
        """The story ends: count what everything counts for. Who made up a study was written with the attendance."""
        self.flush()
        crediting.rebuild()

    def write(self, event: Event) -> None:  # type: ignore[override]
        """Collect a record; before anything that asks about collected ones, write them."""
        if isinstance(event, Recorded):
            self._collect(event)
            return
        if self._asks_about_waiting(event):
            self.flush()
        super().write(event)

    def _asks_about_waiting(self, event: Event) -> bool:
        if isinstance(event, Corrected | Withdrawn | Declined):
            return event.ref in self.refs
        return isinstance(event, Asked) and event.organisation.pk in self.organisations

    def _collect(self, event: Recorded) -> None:
        entry = self.entry(event)
        check(entry, event.today)
        self.waiting.append((event, entry))
        self.refs.add(event.ref)
        self.organisations.update(organisation.pk for organisation in entry.organisations)

    def flush(self) -> None:
        """Write what was collected. Nothing in the story asks what it counts for before the end."""
        if not self.waiting:
            return
        pairs = [(self._activity(event, entry), event, entry) for event, entry in self.waiting]
        Activity.objects.bulk_create([activity for activity, _, _ in pairs], batch_size=BATCH)
        kinds = Activity.kinds.through
        kinds.objects.bulk_create(
            [kinds(activity=activity, activitykind=kind) for activity, _, entry in pairs for kind in entry.kinds],
            batch_size=BATCH,
        )
        Partnership.objects.bulk_create(
            [
                Partnership(activity=activity, organisation=partner)
                for activity, _, entry in pairs
                for partner in entry.partners
            ]
        )
        AgendaItem.objects.bulk_create(
            [item for activity, _, entry in pairs for item in _agenda(activity, entry)], batch_size=BATCH
        )
        _pour_attendance(row for activity, event, entry in pairs for row in _attendance(activity, event, entry))
        self.waiting, self.refs, self.organisations = [], set(), set()

    def _activity(self, event: Recorded, entry: Entry) -> Activity:
        """The unsaved row, as ``recording.record`` would fill it."""
        activity = Activity(submission_key=str(self.key(event.ref)), submitted_by=event.by, submitted_at=event.at)
        for name in COPIED:
            setattr(activity, name, getattr(entry, name))
        activity.study_hours = entry.study_hours()
        if entry.is_planned(event.today):
            activity.state = ActivityState.PLANNED
            return activity
        activity.expected, activity.present = entry.head_count()
        if entry.votes:
            votes = entry.votes
            activity.voters_due, activity.voters_present = votes.due, votes.present
            activity.votes_for, activity.votes_against, activity.votes_abstained = votes.yes, votes.no, votes.abstained
        self.numbers[entry.organisation.pk, entry.held_on.year] += 1
        activity.number = self.numbers[entry.organisation.pk, entry.held_on.year]
        return activity


def _agenda(activity: Activity, entry: Entry) -> list[AgendaItem]:
    """The agenda, first topics first."""
    lines = sorted(entry.agenda, key=lambda line: not line.first_topic)
    return [
        AgendaItem(activity=activity, order=order, title=line.title, speaker=line.speaker, first_topic=line.first_topic)
        for order, line in enumerate(lines, start=1)
    ]


def _attendance(activity: Activity, event: Recorded, entry: Entry) -> Iterator[Row]:
    """One row for each on the roll of what was held, in the order of ``COLUMNS``."""
    if entry.headcount or activity.state != ActivityState.HELD:
        return
    for pk in entry.roll:
        absence = entry.absences.get(pk)
        if absence is None:
            yield activity.pk, pk, True, "", "", None
        else:
            yield activity.pk, pk, False, absence.reason, absence.note, event.made_up.get(pk)


def _pour_attendance(rows: Iterable[Row]) -> None:
    """Write attendance without making an object of each: there are ten times as many rows as of everything else."""
    table, columns = Attendance._meta.db_table, ", ".join(COLUMNS)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            lines = ("\t".join("\\N" if value is None else str(value) for value in row) for row in rows)
            cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", StringIO("\n".join(lines)))
        else:
            places = ", ".join(["%s"] * len(COLUMNS))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", list(rows))  # noqa: S608
