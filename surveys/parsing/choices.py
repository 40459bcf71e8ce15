"""Choices as they stand on a line: with letters, figures in circles, boxes, brackets, or between strokes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from surveys.questionnaire import QuestionType

from .conditions import take_jump
from .marks import take_marks
from .shielding import bare

_MOST_STARTS = 40
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
BOXES = "□○〇◯☐☑☒◻◽⬜◎●△▢❍⭕🔘🔲"
_BOX = f"[{BOXES}]|[（(\\[][ \t✓√]{{0,8}}[)）\\]]"
BOX = re.compile(f"(?:{_BOX})\\s*")
_BOX_THEN_LETTER = re.compile(f"^(?:{_BOX})\\s*(?=[A-Za-z]\\s*[.、．:：)）,，]|[{CIRCLED}])")
LETTER = re.compile(
    r"[（(\[]?\s*([A-Za-z])\s*(?:[.、．:：)）\],，。]|\s(?=\s*[\u4e00-\u9fff0-9])|(?=[\u4e00-\u9fff]))\s*"
)
CIRCLE = re.compile(f"([{CIRCLED}])\\s*[.、]?\\s*")
_BLANK = re.compile(r"[_＿﹍]{2,}")
_OTHER = re.compile(
    r"\s*(?:[，,：:]?\s*[（(\[【]?\s*(?:请(?:您)?(?:在此)?(?:注明|填写|说明|写明|具体说明|补充|列出|描述)|注明|可填写|填空)\s*[：:]?\s*[_＿﹍]*\s*[）)\]】]?"
    r"|[：:]?\s*[（(\[【]?\s*(?<![_＿﹍])[_＿﹍]{2,}\s*[）)\]】]?)[\s。*]*$"
)
_REFUSING = re.compile(
    "不愿意?(?:回答|透露|说|填写?)|不便(?:回答|透露|说明)|不方便(?:回答|透露|说)|不想(?:回答|说|透露)|拒绝回答|保密|暂不透露"
)
_ALONE = re.compile(
    "(?:以上|上述)?(?:选项|各项|情况|内容)?(?:都|均|全|皆)?(?:没有|不是|无|不符合|不存在|未参加(?:过)?)(?:以上|上述|任何).{0,8}"
    "|(?:以上|上述)(?:选项|各项|情况|内容)?(?:都|均|全|皆)?(?:没有|不是|无|不符合|不存在|不需要|没|未参加).{0,6}"
    "|(?:都|均|全|皆)(?:没有|不是|无|不需要|不了解|不想(?:参加|要)?|没参加过?|未参加过?)"
    "|(?:没有|无|暂无)(?:明显|特别|任何|什么|遇到)?(?:的)?(?:困难|影响|压力|问题|意见|需求|建议|要求|不满|烦恼|不足|需要|顾虑)?|没有要.{1,3}的"
)
_ALONE_MARK = re.compile(r"\s*[（(](单独选|可同选)[）)]\s*$")
_SPACED = re.compile(r"(?<=[\u4e00-\u9fff，。？！、；：“”]) (?=[\u4e00-\u9fff，。？！、；：“”])")
_TRAILING = "；;，,、|｜ \t"


_INLINE = re.compile(
    r"(?<![A-Za-z0-9“\"])[（(]?A\s*[.、．:：)）,，]|(?<=[\s：:？?）)])a\s*[.、．)）]|①|(?<=[\s：:？?）)])A(?=[\u4e00-\u9fff])"
    f"|[{BOXES}]"
)
_BOXES_BEHIND = re.compile(f"^(.*[：:？?]\\s*|)((?:[^\\s{BOXES}：:]{{1,20}}[ \t]*[{BOXES}]\\s*){{2,}})$")
# 第 3 题选 A、B：letters that name choices of another question.
_NAMED = re.compile(r"选择?了?\s*(?:[A-Z]\s*[、,，或和/;；]\s*){0,26}$")


@dataclass
class RawChoice:
    """One choice as it was read, before it has a code."""

    text: str
    other: bool = False
    exclusive: bool | None = None
    jump: str = ""
    code: str = ""


def joined(text: str) -> str:
    """`text` without the blanks that a scanner puts between Chinese characters."""
    return _SPACED.sub("", text)


def split_marked(text: str) -> list[str]:
    """The choices of a line that begins with a mark; empty when it does not."""
    line = _BOX_THEN_LETTER.sub("", text)
    for pattern in (CIRCLE, LETTER):
        if first := pattern.match(line):
            return _in_sequence(line, pattern, first)
    if BOX.match(line):
        pieces = [piece.strip() for piece in BOX.split(line) if piece.strip()]
        return _without_letters(pieces)
    return []


def boxes_first(text: str) -> str:
    """A line whose boxes stand behind the choices (好□ 差□) with the boxes before them."""
    found = _BOXES_BEHIND.match(text) if text.endswith(tuple(BOXES)) else None
    if not found:
        return text
    words = re.findall(f"[^\\s{BOXES}]+", found[2])
    return found[1] + " ".join(f"□{word}" for word in words)


def inline_start(text: str) -> int:
    """Where the choices begin in a line that has its question before them; -1 when there are none."""
    for found in islice(_INLINE.finditer(text), _MOST_STARTS):
        is_named = _NAMED.search(text[max(0, found.start() - 120) : found.start()])
        if not is_named and len(split_marked(text[found.start() :])) > 1:
            return found.start()
    return _bracket_start(text)


def split_strokes(text: str) -> list[str]:
    """The choices between strokes (甲 / 乙 / 丙); empty when there are none."""
    if " / " in text:
        pieces = text.split(" / ")
    else:
        pieces = re.split(r"\s*[/／|｜]\s*", text)
    kept = [piece.strip() for piece in pieces]
    return kept if len(kept) > 1 and all(kept) else []


def split_wide(text: str) -> list[str]:
    """The choices between tabs or several blanks, or, if they are short words, between single blanks; else empty."""
    pieces = [piece for piece in re.split(r"\t+|\s{2,}", text) if piece]
    if len(pieces) > 1:
        return pieces
    words = text.split(" ")
    short = all(0 < len(word) <= 10 and not re.search("[。？！?!，,：:；;]", word) for word in words)
    return words if len(words) > 1 and short and any(len(word) > 1 for word in words) else []


def read_choice(piece: str) -> RawChoice:
    """One choice out of what stands between two marks."""
    text, jump = take_jump(piece.strip(_TRAILING))
    text, marks = take_marks(text)
    other = _OTHER.search(text)
    if other and text[: other.start()].strip():
        text = text[: other.start()]
    alone = _ALONE_MARK.search(text)
    if alone:
        text = text[: alone.start()]
        # Words stand before the mark: 其他____（单独选）.
        found = _OTHER.search(text)
        if found and text[: found.start()].strip():
            other, text = found, text[: found.start()]
    kept = bare(joined(text.strip(_TRAILING)))
    return RawChoice(kept, bool(other), None if alone is None else alone[1] == "单独选", jump, marks.code)


def is_refusal(piece: str) -> bool:
    """Whether a choice is the one that the room offers by itself: 不愿回答."""
    return bool(_REFUSING.fullmatch(piece.strip(_TRAILING)))


def is_alone(text: str, kind: str) -> bool:
    """Whether a choice of several rules out the others by its words."""
    return kind == QuestionType.MULTIPLE and bool(_ALONE.fullmatch(text))


def is_blank(text: str) -> bool:
    """Whether a line is nothing but room to write in."""
    return not text.strip("_＿﹍ \t。.：:（）()") and sum(text.count(mark) for mark in "_＿﹍") > 1


def has_blank(text: str) -> bool:
    """Whether a question has room to write in."""
    return bool(_BLANK.search(text))


def _bracket_start(text: str) -> int:
    """Where choices behind empty brackets begin: 性别：（ ）男 （ ）女."""
    starts = [found.start() for found in re.finditer(r"[（(\[][ \t✓√]{0,8}[)）\]]\s*(?=[^\s（(\[。？?：:])", text)]
    return starts[0] if len(starts) > 1 and len(split_marked(text[starts[0] :])) > 1 else -1


def _in_sequence(line: str, pattern: re.Pattern[str], first: re.Match[str]) -> list[str]:
    """Cut before the next letter of the sequence, as long as there is one."""
    pieces: list[str] = []
    start, mark = first.end(), first[1]
    while True:
        mark = chr(ord(mark) + 1)
        found = _next(line, start, mark)
        if not found:
            return [*pieces, line[start:].strip()]
        pieces.append(line[start : found.start()].strip())
        start = found.end()


def _next(line: str, start: int, mark: str) -> re.Match[str] | None:
    if mark in CIRCLED:
        return re.compile(f"{mark}\\s*[.、]?\\s*").search(line, start)
    if not re.fullmatch("[A-Za-z]", mark):
        return None
    sure = rf"(?<![A-Za-z])[（(\[{BOXES}]?\s*{mark}\s*[.、．:：)）\],，。]\s*"
    spaced = rf"(?<=[\s；;]){mark}\s*(?=[\u4e00-\u9fff])"
    return re.compile(f"{sure}|{spaced}").search(line, start)


def _without_letters(pieces: list[str]) -> list[str]:
    """□A.男 □B.女: the boxes cut, the letters go."""
    lettered = [re.match(r"([A-Z])\s*[.、．:：)）]\s*", piece) for piece in pieces]
    if pieces and all(found and found[1] == chr(65 + place) for place, found in enumerate(lettered)):
        return [piece[found.end() :] for piece, found in zip(pieces, lettered, strict=True) if found]
    return pieces
