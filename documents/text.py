"""Text as people type or paste it, made safe for the files that we write."""

import re

# A secretary pastes from mail, chat and PDF: line ends come in every form.
_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")

# What XML 1.0 forbids (control characters, surrogates, noncharacters), and the marks that turn
# the reading direction around: in a file name or a minute they only serve to deceive.
_UNSAFE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """Return `text` with uniform line ends and without characters that no document may hold.

    Emoji, with their joiners and variation marks, stay as they are.
    """
    return _UNSAFE.sub("", _LINE_ENDS.sub("\n", text))


def paragraphs(text: str) -> list[str]:
    """Return the lines of `text` that hold something, without the spaces around them.

    People indent by hand with full-width spaces; the layout indents by itself.
    """
    return [line for line in (part.strip() for part in clean(text).split("\n")) if line]


def one_line(text: str) -> str:
    """Return `text` cleaned and drawn together into one line."""
    return " ".join(paragraphs(text))
