"""What people are reminded of about their posts: a hand-over that waits for their word, and the self-check of the half-year."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from urllib.parse import urlencode

from django.db.models import BigIntegerField, Exists, OuterRef, Q
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone

from organisations.models import Organisation
from programmes.periods import Cadence, Period, period_of
from reminders.models import Key, Wanted
from reminders.sources import wanted_among

from .models import Assignment, Handover, SelfCheck
from .models.measure import HandoverQuerySet
from .seats import Seats

OPENED = "opened"
BEFORE = 15  # days before the end of the half-year
# Of a reminder's row: its hand-over still waits for the recipient. Put together once, since every page asks it for the bell.
STILL_WAITING = Exists(
    Handover.objects.open()
    .filter(pk=Cast(OuterRef("subject"), BigIntegerField()))
    .filter(
        Q(giver=OuterRef("recipient"), given_at__isnull=True) | Q(taker=OuterRef("recipient"), taken_at__isnull=True)
    )
)

# Of a reminder's row (its step is the half-year): the recipient has not finished his self-check at that organisation.
FINISHED = SelfCheck.objects.filter(
    organisation=OuterRef("pk"),
    person=OuterRef(OuterRef("recipient")),
    period=OuterRef(OuterRef("step")),
    finished_at__isnull=False,
)
STILL_UNFINISHED = Exists(
    Organisation.objects.filter(~Exists(FINISHED), pk=Cast(OuterRef("subject"), BigIntegerField()))
)


class HandoverSource:
    """交接: to each side until it has confirmed."""

    name = "handover"

    def missing(self, today: date) -> list[Wanted]:
        """One line a hand-over and side, in one query."""
        return self._lines(Handover.objects.all())

    def still_wanted(self, keys: Iterable[Key], today: date) -> set[Key]:
        """Those that still wait for the same person."""
        keys = set(keys)
        return wanted_among(keys, self._lines(Handover.objects.filter(pk__in={int(key[0]) for key in keys})))

    def still_open(self) -> Exists:
        """It waits for the recipient, from the opening to his word."""
        return STILL_WAITING

    def verb(self, is_late: bool) -> str:
        """What the button says."""
        return "确认"

    def _lines(self, handovers: HandoverQuerySet) -> list[Wanted]:
        rows = handovers.open().select_related("organisation", "post", "giver", "taker").order_by("pk")
        sides = ((row, person) for row in rows for person in _waited_for(row))
        return [_line(row, person) for row, person in sides]


def _waited_for(row: Handover) -> list[int]:
    return [
        *([row.giver_id] if row.given_at is None else []),
        *([row.taker_id] if row.taken_at is None else []),
    ]


def _line(row: Handover, person: int) -> Wanted:
    return Wanted(
        subject=str(row.pk),
        step=OPENED,
        recipient_id=person,
        due_on=timezone.localdate(row.opened_at),
        title=f"{row.organisation}{row.post}交接，等你确认",
        detail=f"{row.giver}移交给{row.taker}",
        url=reverse("handover", args=[row.pk]),
    )


class SelfCheckSource:
    """半年自查: to who holds posts of duty lists, from 15 days before the half-year's end to its end. Writing none is no matter."""

    name = "self-check"

    def missing(self, today: date) -> list[Wanted]:
        """One line a post's organisation and person, in four queries; none outside that time."""
        half = period_of(today, Cadence.HALF)
        return self._lines(half, today) if half.days_left(today) <= BEFORE else []

    def still_wanted(self, keys: Iterable[Key], today: date) -> set[Key]:
        """Those of who still holds such a post, and has not finished."""
        keys = set(keys)
        return wanted_among(keys, self.missing(today)) if keys else set()

    def still_open(self) -> Exists:
        """It is not finished: this is asked for the recipient's own bell, and nobody else reads it."""
        return STILL_UNFINISHED

    def verb(self, is_late: bool) -> str:
        """What the button says."""
        return "自查"

    def _lines(self, half: Period, today: date) -> list[Wanted]:
        finished = SelfCheck.objects.filter(period=half.key, finished_at__isnull=False)
        done = set(finished.values_list("person_id", "organisation_id"))
        seated = {key: name for key, name in _holders(today).items() if key not in done}
        return [_check_line(person, place, seated[person, place], half) for person, place in sorted(seated)]


def _holders(today: date) -> dict[tuple[int, int], str]:
    """Who holds posts of duty lists, with the organisation of the post and its name. Three queries."""
    asked = Assignment.objects.standing().filter(duty__post__everybody=False).order_by()
    rows = list(asked.values_list("duty__post", "organisation", "organisation__path").distinct())
    seats = Seats({post for post, _, _ in rows}, {(pk, path) for _, pk, path in rows}, today)
    found = (seat for post, _, path in rows for seat in seats.of(post, path))
    return {(seat.person_id, seat.organisation_id): seat.organisation.name for seat in found}


def _check_line(person: int, place: int, name: str, half: Period) -> Wanted:
    query = urlencode({"half": half.key, "organisation": place})
    return Wanted(
        subject=str(place),
        step=half.key,
        recipient_id=person,
        due_on=half.last_day - timedelta(days=BEFORE),
        title=f"{half.full_label}自查（{name}）",
        detail="履行责任的情况已经按记录列好，只有你自己看得到",
        url=f"{reverse('self-check')}?{query}",
        about_on=half.last_day,
    )
