"""Ballots: signed random numbers that are stored nowhere when they are handed out (anonymity.md §3.1).

A ballot is 80 bits, typed as 16 characters in four groups: 12 bits the number of the reporting unit, 36 random bits,
32 bits signature. Whoever guesses has one chance in four thousand million a try, and the room lets nobody try quickly.
What is kept of a used ballot is a keyed digest: without the key, destroyed at closing, nobody can tell of a slip that he
has in hand whether it was used.
"""

from __future__ import annotations

import hmac
import secrets
import unicodedata
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from . import keys
from .models import Survey

# Crockford's base 32: no I, L, O, U. What is typed for them is read as meant.
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
UNIT_BITS, NONCE_BITS, MAC_BITS = 12, 36, 32
LENGTH = (UNIT_BITS + NONCE_BITS + MAC_BITS) // 5
MOST_UNITS = 1 << UNIT_BITS

WRONG = "这个票号对不上，请对着票再输一遍：一共 16 个字，字母不分大小写。"


@dataclass(frozen=True)
class Ballot:
    """A ballot that was read and found genuine: whose unit it is, and what is kept once it is used."""

    unit: int
    spent_hash: str


def issue(survey: Survey, unit: int) -> str:
    """A fresh ballot of the reporting unit with this number: four groups of four characters. Stored nowhere. KeyGoneError."""
    nonce = secrets.randbits(NONCE_BITS)
    number = ((unit << NONCE_BITS | nonce) << MAC_BITS) | _signature(survey, unit, nonce)
    letters = "".join(LETTERS[number >> 5 * place & 31] for place in reversed(range(LENGTH)))
    return " ".join(letters[start : start + 4] for start in range(0, LENGTH, 4))


def tidy(typed: str) -> str:
    """What was typed as 16 plain characters: full width, blanks, dashes and look-alikes read as meant."""
    plain = unicodedata.normalize("NFKC", typed).upper().translate(READ_AS)
    return "".join(letter for letter in plain if letter.isalnum())


def read(survey: Survey, typed: str) -> Ballot:
    """The ballot that was typed or scanned. ValidationError with one sentence when it is none of this survey's; KeyGoneError."""
    letters = tidy(typed)
    if len(letters) != LENGTH or not set(letters) <= set(LETTERS):
        raise ValidationError(WRONG, code="ballot")
    number = 0
    for letter in letters:
        number = number << 5 | LETTERS.index(letter)
    signature = number & (1 << MAC_BITS) - 1
    nonce = number >> MAC_BITS & (1 << NONCE_BITS) - 1
    unit = number >> MAC_BITS + NONCE_BITS
    expected = _signature(survey, unit, nonce)
    if not hmac.compare_digest(expected.to_bytes(4, "big"), signature.to_bytes(4, "big")):
        raise ValidationError(WRONG, code="ballot")
    return Ballot(unit, keys.digest(survey, "spent", unit, nonce).hex())


def desk_mark(survey: Survey, person_id: int) -> str:
    """What the desk keeps of a person who took a ballot: 64 characters that say nothing without the key. KeyGoneError."""
    return keys.digest(survey, "desk", person_id).hex()


def _signature(survey: Survey, unit: int, nonce: int) -> int:
    return int.from_bytes(keys.digest(survey, "ballot", unit, nonce)[:4], "big")
