"""Attaching: a file is proven outside any transaction, stored under a name of ours, and only then becomes a row.

Files are written before their row and deleted after it: what a killed process leaves behind is a file that nothing
names, and ``sweep`` takes those away at night.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404
from django.utils.datastructures import MultiValueDict

from documents.downloads import safe_name
from organisations.models import Person
from organisations.permissions import Act

from .drafting import CAPTION, AlreadySaved, saved_under
from .forms.roll import read_pks
from .models import Activity, ActivityState, Attachment, Draft
from .models.attachment import FOLDER, KEPT, AttachmentQuerySet, refuse_more
from .proving import Proven, prove
from .proving.recognising import NAMES, suffix_of

# A file younger than this may belong to a row that is being written.
SETTLED = timedelta(days=1)


class Place(Protocol):
    """Where files are hung."""

    def there(self) -> AttachmentQuerySet:
        """What hangs there."""

    def hold(self, now: datetime) -> dict[str, Any]:
        """Lock it, inside a transaction; the fields of an attachment that name it."""


@dataclass(frozen=True)
class OnDraft:
    """One's own draft, made by the first file if nothing has been kept yet."""

    token: UUID
    by: Person

    def there(self) -> AttachmentQuerySet:
        """What hangs there."""
        return Attachment.objects.standing().filter(draft__token=self.token, draft__person=self.by)

    def hold(self, now: datetime) -> dict[str, Any]:
        """Lock or make the draft. Http404 if it is somebody else's; AlreadySaved if it is a record by now.

        A new one has version 0, the one that a page knows which has not kept anything: its first autosave goes on here.
        """
        new = {"person": self.by, "version": 0, "updated_at": now}
        draft, is_new = Draft.objects.select_for_update().get_or_create(token=self.token, defaults=new)
        if draft.person_id != self.by.pk:
            raise Http404
        saved = saved_under(self.token, self.by)
        if saved is not None:
            raise AlreadySaved(saved)
        if not is_new:
            draft.updated_at = now
            draft.save(update_fields=["updated_at"])
        return {"draft": draft}


@dataclass(frozen=True)
class OnRecord:
    """A record that stands and that ``by`` may correct."""

    activity: Activity
    by: Person

    def there(self) -> AttachmentQuerySet:
        """What hangs there."""
        return Attachment.objects.standing().filter(activity=self.activity)

    def hold(self, now: datetime) -> dict[str, Any]:
        """Lock the record. PermissionDenied if it is not his to correct; ValidationError if it was withdrawn."""
        activity = Activity.objects.select_for_update(no_key=True).get(pk=self.activity.pk)
        if not self.by.may(Act.LOG, activity.organisation):
            raise PermissionDenied
        if activity.state == ActivityState.WITHDRAWN:
            raise ValidationError("这条记录已经撤回，不能再添附件。")
        return {"activity": activity}


def place_of(token: UUID, by: Person) -> Place:
    """The draft with that token, or the record that it has become."""
    saved = saved_under(token, by)
    return OnDraft(token, by) if saved is None else OnRecord(saved, by)


@dataclass
class Received:
    """What became of the files of one post: those that hang there now, and why the others do not."""

    added: list[Attachment] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def receive(uploads: Iterable[UploadedFile], place: Place, *, by: Person, now: datetime) -> Received:
    """Attach each file on its own: one that is refused takes none of the others with it. AlreadySaved, Http404."""
    received = Received()
    for upload in uploads:
        try:
            received.added.append(attach(upload, place, by=by, now=now))
        except ValidationError as refusal:
            twice = hasattr(refusal, "attachment")
            (received.repeated if twice else received.refused).extend(refusal.messages)
    return received


def attach(upload: UploadedFile, place: Place, *, by: Person, now: datetime) -> Attachment:
    """Prove a file and hang it up. AlreadyAttached if it hangs there; ValidationError if it is not taken."""
    name, sha256 = safe_name(upload.name or ""), _fingerprint(upload)
    refuse_more(place.there(), sha256)
    proven = prove(upload, name)
    row = Attachment(name=_named(name, proven), sha256=sha256, uploaded_by=by, uploaded_at=now, type=proven.kind)
    row.size, row.width, row.height = proven.content.size, proven.width, proven.height
    try:
        # The ending is all that is kept of this name (see ``stored_as``).
        row.file.save(f"x.{proven.kind}", proven.content, save=False)
        if proven.thumbnail:
            row.thumbnail.save("x.webp", ContentFile(proven.thumbnail), save=False)
        with transaction.atomic():
            where = place.hold(now)
            for name, value in {**where, **refuse_more(place.there(), sha256)}.items():
                setattr(row, name, value)
            row.save()
    except BaseException:
        for storage, stored in row.files():
            storage.delete(stored)
        raise
    return row


def _fingerprint(upload: UploadedFile) -> str:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def _named(name: str, proven: Proven) -> str:
    """The name with the ending that its content has; a swapped one (a WebP called .jpg) is put right."""
    if NAMES.get(suffix_of(name)) == proven.kind:
        return name
    stem = name.rpartition(".")[0] if "." in name else name
    return safe_name(f"{stem}.{proven.kind}")


def take_over(activity: Activity, token: UUID, by: Person) -> None:
    """Inside the transaction that records: what hangs on the draft hangs on the record, and the draft is gone."""
    draft = Draft.objects.select_for_update().filter(token=token, person=by).first()
    if draft is not None:
        draft.attachments.update(draft=None, activity=activity)
        draft.delete()


def describe(place: Place, typed: Iterable[tuple[str, str]]) -> None:
    """Write down captions as a form sends them: ``caption-<pk>``. What is too long is cut, as the control does it."""
    captions = {name.removeprefix(CAPTION): text for name, text in typed if name.startswith(CAPTION)}
    for row in place.there() if captions else ():
        caption = captions.get(str(row.pk), row.caption).strip()[:60]
        if caption != row.caption:
            row.describe(caption)


def keep_files(
    draft: Draft, raw: MultiValueDict[str, str], files: list[UploadedFile], *, by: Person, now: datetime
) -> list[str]:
    """Do what a draft that is kept says of its files: captions, one taken off, more hung up. Returns what is refused."""
    place = OnDraft(draft.token, by)
    describe(place, raw.items())
    if dropped := raw.get("drop_attachment", ""):
        place.there().filter(pk__in=read_pks(dropped)).forget()
    return receive(files, place, by=by, now=now).refused


def sweep(now: datetime) -> int:
    """Delete for good what was taken off 30 days ago, and files that nothing names. Returns how many files and rows."""
    gone = Attachment.objects.removed_before(now - KEPT).forget()
    years = default_storage.listdir(FOLDER)[0] if default_storage.exists(FOLDER) else []
    for year in years:
        folder = f"{FOLDER}/{year}"
        rows = Attachment.objects.filter(file__startswith=f"{folder}/").values_list("file", "thumbnail")
        named = {name for pair in rows for name in pair}
        found = (f"{folder}/{name}" for name in default_storage.listdir(folder)[1])
        for name in found:
            if name not in named and default_storage.get_modified_time(name) < now - SETTLED:
                default_storage.delete(name)
                gone += 1
    return gone
