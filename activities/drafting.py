"""Drafts: kept while somebody types, openable on another device, never overwritten unseen."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.utils.datastructures import MultiValueDict

from organisations.models import Organisation, Person

from .models import Activity, Attachment, Draft

SHOWN = 3
CAPTION = "caption-"  # of an attachment, which keeps it itself: caption-<pk>
LARGEST = 200_000  # bytes of names and values; a record within its limits is well below
# What belongs to the moment of sending and not to what was typed.
NOT_KEPT = {
    "csrfmiddlewaretoken",
    "token",
    "version",
    "confirm_another",
    "drop_agenda",
    "add_agenda",
    "attachments",
    "drop_attachment",
}


class AlreadySaved(Exception):
    """The draft has become a record meanwhile."""

    def __init__(self, activity: Activity) -> None:
        super().__init__("这份草稿已经保存成记录了。")
        self.activity = activity


class ChangedElsewhere(Exception):
    """Another device wrote to the same draft meanwhile. ``draft`` is that one; ``fork`` keeps what came from here."""

    def __init__(self, draft: Draft, fork: Draft) -> None:
        super().__init__("另一台设备上有更新的内容。")
        self.draft = draft
        self.fork = fork


def payload_of(raw: MultiValueDict[str, str]) -> dict[str, list[str]]:
    """The typed fields as lists of values. ValidationError if they are too much for a draft."""
    payload = {name: values for name, values in raw.lists() if name not in NOT_KEPT and not name.startswith(CAPTION)}
    size = sum(len(text.encode()) for name, values in payload.items() for text in (name, *values))
    if size > LARGEST:
        raise ValidationError("内容太长，草稿存不下。请删短一些，或者现在就保存。")
    return payload


def saved_under(token: UUID, by: Person) -> Activity | None:
    """The record that ``by`` has already saved from the form with this token."""
    return Activity.objects.filter(submission_key=str(token), submitted_by=by).first()


def keep(
    token: UUID,
    raw: MultiValueDict[str, str],
    *,
    version: int,
    organisation: Organisation | None,
    by: Person,
    now: datetime,
) -> Draft:
    """Write the draft down. ``version`` is the one that the page last saw, 0 for none.

    AlreadySaved, ChangedElsewhere (with what came in kept as a draft of its own), ValidationError if it is too long,
    Http404 for a draft of somebody else.
    """
    payload = payload_of(raw)
    saved = saved_under(token, by)
    if saved is not None:
        raise AlreadySaved(saved)
    fields = {"organisation": organisation, "payload": payload, "updated_at": now}
    with transaction.atomic():
        found = Draft.objects.select_for_update()
        draft, is_new = found.get_or_create(token=token, defaults={"person": by, **fields})
        if draft.person_id != by.pk:
            raise Http404
        if is_new or draft.payload == payload:
            return draft
        if draft.version == version:
            return _write_on(draft, fields)
        fork = Draft.objects.create(token=uuid4(), person=by, **fields)
        draft.attachments.all().copy_to(fork)
    raise ChangedElsewhere(draft, fork)


def _write_on(draft: Draft, fields: dict[str, object]) -> Draft:
    for name, value in fields.items():
        setattr(draft, name, value)
    draft.version += 1
    draft.save(update_fields=[*fields, "version"])
    return draft


def recent(by: Person, now: datetime) -> list[Draft]:
    """One's own drafts that have not expired, the newest few first."""
    mine = Draft.objects.visible_to(by)
    return list(mine.exclude(pk__in=mine.expired(now)).order_by("-updated_at")[:SHOWN])


@transaction.atomic
def discard(draft: Draft) -> None:
    """Throw the draft away, with what hangs on it."""
    draft.attachments.all().forget()
    draft.delete()


@transaction.atomic
def expire(now: datetime) -> int:
    """Throw away what nobody has touched for 30 days, with what hangs on it. Returns how many drafts."""
    expired = Draft.objects.expired(now)
    Attachment.objects.filter(draft__in=expired).forget()
    return expired.delete()[0]
