"""A copy of a file that says nothing besides what stands in it: no author, no company, no revisions, no comments."""

from __future__ import annotations

from dataclasses import dataclass

from activities.models.attachment import FileType

from .pdf import clean_pdf
from .word import clean_word

__all__ = ["Cleansed", "cleanse"]

LONGEST_TEXT = 200_000


@dataclass(frozen=True)
class Cleansed:
    """The copy, and the text that stands in it."""

    data: bytes
    text: str


def cleanse(data: bytes, kind: FileType) -> Cleansed:
    """The copy of a Word document or PDF. Unfit (activities/proving/unfit.py) if it cannot be read through."""
    copy, text = clean_word(data) if kind == FileType.DOCX else clean_pdf(data)
    return Cleansed(copy, text[:LONGEST_TEXT])
