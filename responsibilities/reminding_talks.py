"""What people are reminded of about talks and reports: that something waits, never what, nor of whom."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.db.models import BigIntegerField, Exists, OuterRef, Q
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone

from reminders.models import Key, Wanted
from reminders.sources import wanted_among

from .models import Briefing, ProposalState, TalkProposal
from .models.talk import BriefingQuerySet, ProposalQuerySet

NEWS_FOR = timedelta(days=7)  # so long an answer is news
SUBJECT = Cast(OuterRef("subject"), BigIntegerField())
PROPOSAL_OPEN = Exists(TalkProposal.objects.asked().filter(pk=SUBJECT))
# Waiting for the recipient of the reminder, or answered to him.
BRIEFING_OPEN = Exists(
    Briefing.objects.filter(
        Q(recipient=OuterRef("recipient"), sent_at__isnull=False, answered_at__isnull=True)
        | Q(author=OuterRef("recipient"), answered_at__isnull=False),
        pk=SUBJECT,
    )
)


class TalkSource:
    """One of the two wants something registered as a problem, and waits for the word of the other."""

    name = "talk"

    def missing(self, today: date) -> list[Wanted]:
        """One line a proposal, in one query."""
        return self._lines(TalkProposal.objects.all())

    def still_wanted(self, keys: Iterable[Key], today: date) -> set[Key]:
        """Those that are still unanswered."""
        keys = set(keys)
        return wanted_among(keys, self._lines(TalkProposal.objects.filter(pk__in={int(key[0]) for key in keys})))

    def still_open(self) -> Exists:
        """It is unanswered."""
        return PROPOSAL_OPEN

    def verb(self, is_late: bool) -> str:
        """What the button says."""
        return "回话"

    def _lines(self, proposals: ProposalQuerySet) -> list[Wanted]:
        asked = proposals.filter(state=ProposalState.ASKED).order_by("pk")
        rows = asked.values_list("pk", "proposed_by", "talk__initiator", "talk__partner", "proposed_on")
        return [
            Wanted(
                subject=str(pk),
                step="asked",
                recipient_id=two if by == one else one,
                due_on=day,
                title="有一件事等你回话",
                detail="打开“谈心谈话”就看得到，只有你和对方看得到",
                url=reverse("talk-list"),
                about_on=day,
            )
            for pk, by, one, two, day in rows
        ]


class BriefingSource:
    """A report waits for an answer, or was answered."""

    name = "briefing"

    def missing(self, today: date) -> list[Wanted]:
        """One line a report, in one query."""
        return self._lines(Briefing.objects.all(), today)

    def still_wanted(self, keys: Iterable[Key], today: date) -> set[Key]:
        """Those that wait as before."""
        keys = set(keys)
        return wanted_among(keys, self._lines(Briefing.objects.filter(pk__in={int(key[0]) for key in keys}), today))

    def still_open(self) -> Exists:
        """It waits for this person's answer, or holds an answer for him."""
        return BRIEFING_OPEN

    def verb(self, is_late: bool) -> str:
        """What the button says."""
        return "查看"

    def _lines(self, briefings: BriefingQuerySet, today: date) -> list[Wanted]:
        since = timezone.make_aware(datetime.combine(today - NEWS_FOR, time.min))
        news = Q(sent_at__isnull=False, answered_at__isnull=True) | Q(answered_at__gte=since)
        rows = briefings.filter(news).order_by("pk")
        lines = []
        for pk, author, recipient, sent_at, answered_at in rows.values_list(
            "pk", "author", "recipient", "sent_at", "answered_at"
        ):
            waits = answered_at is None
            lines.append(_line(pk, recipient if waits else author, timezone.localdate(answered_at or sent_at), waits))
        return lines


def _line(pk: int, recipient: int, day: date, waits: bool) -> Wanted:
    return Wanted(
        subject=str(pk),
        step="waits" if waits else "answered",
        recipient_id=recipient,
        due_on=day,
        title="有一份汇报等你看" if waits else "你的汇报有了回复",
        detail="打开“汇报”就看得到",
        url=reverse("briefing-list"),
        about_on=day,
    )
