"""A letter from one office to another (请示, 批复) as a Word document: what GB/T 9704 calls an official document.

The red heading and the number belong to the office that sends it: the number's year stands, the rest is left blank.
"""

from dataclasses import dataclass
from datetime import date, datetime

from documents.word import OfficialDocument


@dataclass(frozen=True)
class Letter:
    """What a letter says, as plain values; `created` is an aware time and becomes the file's date.

    `text` are its paragraphs; one of them may hold several lines that somebody typed.
    """

    sender: str
    title: str
    addressee: str
    text: tuple[str, ...]
    signed_on: date
    created: datetime


def letter_document(letter: Letter) -> bytes:
    """Return the letter as a .docx file."""
    document = OfficialDocument(organisation=letter.sender, created=letter.created)
    document.document_number(f"　　　〔{letter.signed_on.year}〕　　号")
    document.title(letter.title)
    document.addressee(letter.addressee)
    for paragraph in letter.text:
        document.paragraph(paragraph)
    document.signed(letter.sender, letter.signed_on)
    return document.save()
