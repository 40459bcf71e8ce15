"""A file that may be kept."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.files.base import File

from ..models.attachment import FileType


@dataclass(frozen=True)
class Proven:
    """What is kept of an upload: its type by content, its bytes, and for a picture its thumbnail and size."""

    kind: FileType
    content: File[bytes]
    thumbnail: bytes = b""
    width: int | None = None
    height: int | None = None
