"""Finding in the library: every word that was typed has to occur, as it stands, in title, summary, keywords or text.

Chinese has no spaces, and two characters are a word: so nothing is cut into words on either side, and SQLite and PostgreSQL
answer alike because both compare text that was made alike when it was written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from pypinyin import lazy_pinyin

from documents.text import clean

from ..models.research import PieceQuerySet

MOST_TERMS, LONGEST_QUERY = 8, 60
_WIDE = "[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f]"
# A line of a PDF ends in the middle of a word.
_GAP = re.compile(rf"(?<={_WIDE})\s+(?={_WIDE})")
_SPACE = re.compile(r"\s+")
_BETWEEN = re.compile(r"[\s,，、;；]+")
_NO_LETTER = re.compile(r"[^a-z0-9]")
LONGEST_KEY = 400


def normalise(text: str) -> str:
    """``text`` in one form: full and half width, capitals, gaps within Chinese and line ends make no difference."""
    alike = unicodedata.normalize("NFKC", clean(text)).casefold()
    return _SPACE.sub(" ", _GAP.sub("", alike)).strip()


def searchable(parts: Iterable[str]) -> str:
    """What a piece is found by; no term reaches over the end of a part."""
    return "\n".join(normalise(part) for part in parts)


def terms_of(typed: str) -> list[str]:
    """What was typed, term by term."""
    terms = [normalise(part) for part in _BETWEEN.split(typed[:LONGEST_QUERY])]
    return [term for term in dict.fromkeys(terms) if term][:MOST_TERMS]


def search(pieces: PieceQuerySet, typed: str) -> PieceQuerySet:
    """Those among ``pieces`` in which every term occurs; all of them where nothing was typed."""
    for term in terms_of(typed):
        pieces = pieces.filter(words__contains=term)
    return pieces


def title_key(title: str) -> str:
    """By what titles are put in order: their sound, written in letters that every database sorts alike."""
    return _NO_LETTER.sub("", "".join(lazy_pinyin(title)).lower())[:LONGEST_KEY]
