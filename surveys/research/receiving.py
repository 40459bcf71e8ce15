"""Taking in the file of a piece: proven, copied without metadata, stored under names of ours, and only then a row."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from activities.models.attachment import FileType
from activities.proving import prove
from activities.proving.unfit import Unfit
from documents.downloads import safe_name
from documents.text import clean
from organisations.models import Person

from ..models import ResearchFile, ResearchPiece
from .cleansing import cleanse
from .writing import held, keep_words

TAKEN = (FileType.DOCX, FileType.PDF)


def receive(piece: ResearchPiece, upload: UploadedFile, *, by: Person) -> ResearchFile:
    """Make ``upload`` the file of ``piece``, in place of an earlier one. ValidationError (field ``file``), PermissionDenied."""
    try:
        paper = _proven(upload)
    except ValidationError as refusal:
        raise ValidationError({"file": refusal.messages}) from refusal
    try:
        with transaction.atomic():
            row = held(piece, by)
            old = ResearchFile.objects.filter(piece=row).first()
            if old is not None:
                forget(old)
            paper.piece = row
            paper.save()
            keep_words(row, paper)
    except BaseException:
        _delete(paper.files())
        raise
    return paper


def _proven(upload: UploadedFile) -> ResearchFile:
    """The file and its copy, stored; no row yet. ValidationError with a sentence that names the file."""
    name = safe_name(upload.name or "")
    proven = prove(upload, name)
    if proven.kind not in TAKEN:
        raise ValidationError(f"“{name}”没有收下。成果文件只收 Word（.docx）和 PDF。")
    proven.content.seek(0)
    data = proven.content.read()
    try:
        copy = cleanse(data, proven.kind)
    except Unfit as found:
        raise ValidationError(found.sentence(name)) from found
    paper = ResearchFile(name=name, type=proven.kind, size=len(data), text=clean(copy.text))
    # The ending is all that is kept of these names (see ``stored_as``).
    paper.file.save(f"x.{proven.kind}", ContentFile(data), save=False)
    paper.copy.save(f"x.{proven.kind}", ContentFile(copy.data), save=False)
    return paper


def forget(paper: ResearchFile) -> None:
    """Inside a transaction: delete the row and, once that is certain, its bytes."""
    files = paper.files()
    paper.delete()
    transaction.on_commit(lambda: _delete(files))


def _delete(files: list[tuple[Storage, str]]) -> None:
    for storage, name in files:
        storage.delete(name)
