"""What a question is when nothing is marked. The parser fills it in; `write` leaves out what it would fill in."""

from __future__ import annotations

import re
from collections.abc import Sequence

from surveys.questionnaire import AGREEMENT, TEXT_TYPES, Choice, QuestionType

from . import persons
from .scales import is_descending

_LONG_WORDS = re.compile(
    "建议|意见|谈谈|简述|简要|说说|看法|想法|感想|感受|为什么|心得|如何|怎样|怎么|期望|希望|描述|列举|想对|想说|寄语|留言|哪些方面|理由|请(?:写|列|推荐|举)"
)
_SEVERAL = re.compile("哪些|哪几")
FIVE = tuple(str(figure) for figure in range(1, 6))


def is_required(kind: str) -> bool:
    """Words are a gift; a choice is asked for."""
    return kind not in TEXT_TYPES


def is_attribute(kind: str, text: str, section: str) -> bool:
    """Only one choice of a few can be an attribute."""
    return kind == QuestionType.SINGLE and persons.is_attribute(text, section)


def text_type(text: str, *, has_room: bool) -> str:
    """The type of a question without choices: by its words, else by its room; empty when nothing tells."""
    if _LONG_WORDS.search(text):
        return QuestionType.LONG
    return QuestionType.SHORT if has_room else ""


def choosing_type(text: str) -> str:
    """The type of a question with choices: 哪些 asks for several."""
    return QuestionType.MULTIPLE if _SEVERAL.search(text) else QuestionType.SINGLE


def scale_labels(labels: Sequence[str], low: str, high: str, *, ascending: bool | None) -> tuple[str, ...]:
    """Five labels from the bad end to the good one, which codes 1 to 5 count."""
    if not labels and (low or high):
        return (low or "1", "2", "3", "4", high or "5")
    found = tuple(labels) or AGREEMENT
    turned = ascending is False or (ascending is None and len(found) > 1 and is_descending(found))
    return found[::-1] if turned else found


def scale_choices(labels: Sequence[str]) -> tuple[Choice, ...]:
    """Labels as the choices of a scale."""
    return tuple(Choice(str(place), label) for place, label in enumerate(labels, start=1))
