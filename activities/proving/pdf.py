"""A PDF is a PDF from its first byte to its last, and shows nothing that runs or hides a file."""

from __future__ import annotations

import re
import zipfile

from django.core.files.base import File

from ..models.attachment import FileType
from . import unfit
from .proven import Proven
from .unfit import Unfit

WHITE = b" \t\r\n\f\0"
_STREAM = re.compile(rb"stream\r?\n.*?endstream", re.DOTALL)
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_LIVE = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|XFA)(?![A-Za-z0-9_.+-])")


def prove_pdf(upload: File[bytes]) -> Proven:
    """The file as it is. Unfit if it is cut off, something follows it, or it names scripts, programs or files within."""
    upload.seek(0)
    data = upload.read()
    if not data.rstrip(WHITE).endswith(b"%%EOF") or b"startxref" not in data or zipfile.is_zipfile(upload.file):
        raise Unfit(*unfit.BROKEN_PAPER)
    # Compressed streams are noise in which three letters turn up by chance.
    plain = _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), _STREAM.sub(b"", data))
    if _LIVE.search(plain):
        raise Unfit(*unfit.LIVE_PDF)
    return Proven(FileType.PDF, upload)
