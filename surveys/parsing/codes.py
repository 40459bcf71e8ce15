"""Codes that stay: from the bank where the words are those of a bank question, otherwise from the words themselves."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from itertools import count, product
from string import ascii_lowercase

from surveys import bank


def plain_words(text: str) -> str:
    """What of a text decides whether two are the same question: letters and figures, no marks, no spaces."""
    return re.sub(r"[\W_]+", "", text).casefold()


def question_code(text: str) -> str:
    """The code of a question with this text: it does not change when another line is edited."""
    found = bank.by_words(plain_words(text))
    return found.code if found else "q" + _digest(text, 8)


def statement_code(text: str) -> str:
    """As `question_code`, for the row of a matrix."""
    found = bank.by_words(plain_words(text))
    return found.code if found else "s" + _digest(text, 6)


def dimension_of(text: str) -> str:
    """The dimension of the bank question with this text; empty when there is none."""
    found = bank.by_words(plain_words(text))
    return found.dimension if found else ""


def choice_codes(code: str, texts: Sequence[str]) -> list[str]:
    """The codes of choices: those of the bank question with `code` where the words agree, else a, b, c …"""
    entry = bank.by_code(code)
    known = {choice.text: choice.code for choice in entry.choices} if entry else {}
    taken = {known[text] for text in texts if text in known}
    free = (letter for letter in _letters() if letter not in taken)
    codes: list[str] = []
    for text in texts:
        found = known.pop(text, "")
        codes.append(found or next(free))
    return codes


class Unused:
    """Hands out codes once: the second of two gets a figure behind it."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        # The figure that the next one of a code may get: many alike cost no search.
        self._next: dict[str, int] = {}

    def free(self, code: str) -> str:
        """`code`, or `code-2` and so on when it is taken."""
        if code not in self._taken:
            return code
        figure = next(figure for figure in count(self._next.get(code, 2)) if f"{code}-{figure}" not in self._taken)
        self._next[code] = figure
        return f"{code}-{figure}"

    def take(self, code: str) -> str:
        """As `free`, and taken from now on."""
        return self.keep(self.free(code))

    def keep(self, code: str) -> str:
        """`code` as the author wrote it, taken from now on."""
        self._taken.add(code)
        return code


def _letters() -> Iterator[str]:
    for length in count(1):
        yield from ("".join(some) for some in product(ascii_lowercase, repeat=length))


def _digest(text: str, length: int) -> str:
    words = plain_words(text) or text
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:length]
