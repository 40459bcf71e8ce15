"""One character of the text taken as it is: a backtick before it keeps it from being read as a mark.

`write` needs it for texts that look like something else (a choice with “/” in it); authors hardly ever do. A shielded
character is moved to a private plane, where no pattern meets it, and moved back when the text is kept.
"""

from __future__ import annotations

import re

SHIFT = 0xF0000
LAST = 0xFFFD

_QUOTED = re.compile(r"`(.)", re.S)
_SHIELDED = re.compile("[\U000f0000-\U000ffffd]")
# Control and invisible characters (PostgreSQL keeps no NUL) and what would be mistaken for a shielded character.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ud800-\udfff\ufeff\ufffe\uffff\U000f0000-\U000fffff]"
)
# More blanks than this say nothing more, and would be searched again and again.
_WIDE = re.compile(" {5,}")
_PLAIN = {
    **{code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))},
    **dict.fromkeys((0xA0, 0x3000, *range(0x2000, 0x200B), 0x202F, 0x205F), " "),
}


def clean(line: str) -> str:
    """`line` without invisible characters, with plain digits, letters and spaces, and its quoted characters shielded."""
    plain = _QUOTED.sub(_shielded, _INVISIBLE.sub("", line))
    return _WIDE.sub("    ", plain.translate(_PLAIN)).strip()


def bare(text: str) -> str:
    """`text` with its shielded characters back in place."""
    return _SHIELDED.sub(lambda found: chr(ord(found[0]) - SHIFT), text)


def quote(text: str) -> str:
    """`text` with a backtick before every character, so that it is read as nothing but text."""
    return "".join(f"`{character}" if ord(character) <= LAST else character for character in text)


def _shielded(found: re.Match[str]) -> str:
    code = ord(found[1])
    return chr(code + SHIFT) if code <= LAST else found[0]
