"""Proof by content: an uploaded file is what it says and harmless, or it is refused with its name and a way out."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.files.base import File

from ..models.attachment import FileType
from . import unfit
from .office import prove_office
from .pdf import prove_pdf
from .pictures import redraw
from .proven import Proven
from .recognising import HEAD, ZIP, recognise, refuse_lies
from .unfit import Unfit

__all__ = ["LARGEST", "Proven", "prove"]

LARGEST = 20 * 1024 * 1024
TOO_LARGE: unfit.Words = ("超过 20 MB", "照片请先缩小，文件请压缩里面的图片或分成几个。")


def prove(upload: File[bytes], name: str) -> Proven:
    """What may be kept of ``upload``. ValidationError with a sentence that names the file."""
    try:
        return _proven(upload, name)
    except Unfit as found:
        raise ValidationError(found.sentence(name)) from found


def _proven(upload: File[bytes], name: str) -> Proven:
    if not upload.size:
        raise Unfit(*unfit.EMPTY)
    if upload.size > LARGEST:
        raise Unfit(*TOO_LARGE)
    upload.seek(0)
    kind = recognise(upload.read(HEAD), name)
    if kind == FileType.PDF:
        proven = prove_pdf(upload)
    elif kind == ZIP:
        proven = prove_office(upload)
    else:
        proven = redraw(upload.file)
    refuse_lies(proven.kind, name)
    return proven
