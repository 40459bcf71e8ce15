"""What a line looks like by itself, before its neighbours are asked."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .choices import is_blank, split_marked

_DIGITS = "一二三四五六七八九十百"
_UNIT = "(?!\\s*(?:岁|年|次|个|人|小时|天|周|项|月|级|分|元|万|场|篇|本|%|％|[-–—~～至到]))"
_CJK = "[\u4e00-\u9fff“《（(【\\[]"
_STARS = re.compile(r"^[*＊✱★]\s*(?=\S)")
_NUMBERED = (
    ("题", re.compile(r"第\s*([0-9]{1,3})\s*题\s*[:：.、．]?\s*(?!选|答)")),
    ("Q", re.compile(r"(?:[Qq]|题目|问题)\s*([0-9]{1,3})\s*[.、．:：)）]?\s*")),
    ("()", re.compile(r"[（(]\s*([0-9]{1,3})\s*[)）]\s*[.、．]?\s*")),
    ("[]", re.compile(r"[\[【]\s*([0-9]{1,3})\s*[\]】]\s*[.、．]?\s*")),
    ("1.1", re.compile(rf"([0-9]{{1,2}}(?:[.．-][0-9]{{1,2}}){{1,2}})(?:\s*[、:：]|[.．]?\s+(?={_CJK}))\s*{_UNIT}")),
    (")", re.compile(r"([0-9]{1,3})\s*[)）]\s*")),
    (".", re.compile(r"([0-9]{1,3})\s*(?:[.．。](?![0-9])|[、:：])\s*")),
    (".", re.compile(r"([0-9]{1,3})\s*[,，]\s*(?=[\u4e00-\u9fff])")),
    (" ", re.compile(rf"([0-9]{{1,3}})\s+{_UNIT}(?=[\u4e00-\u9fff“《【])")),
    (".", re.compile(r"([0-9]{1,3})(?=[您你请]|目前|对于|下列|以下[各几哪说]|本单位|是否)")),
    ("第一题", re.compile(rf"第\s*([{_DIGITS}]{{1,3}})\s*题\s*[:：.、．]?\s*(?!选|答)")),
    ("（一）", re.compile(rf"[（(]\s*([{_DIGITS}]{{1,3}})\s*[)）]\s*[.、．]?\s*")),
    ("一", re.compile(rf"([{_DIGITS}]{{1,3}})\s*[、.．,，:：]\s*")),
)
CHINESE_STYLES = ("一", "（一）")
_PART = re.compile(
    rf"(?:第\s*[{_DIGITS}0-9]{{1,3}}\s*(?:部分|部份|板块|单元|篇|章|节|模块|大题|版块)|[A-Z]\s*部分|[Pp]art\s*[0-9A-Z]+)\s*[:：、.．]?\s*(.*)$"
)
_HASH = re.compile(r"#+\s*(.*)$")
_WHOLE = re.compile(r"【([^【】]{2,20})】$")
_BULLET = re.compile(r"[-–—•·▪‣➢➤]\s*(?=[^\s\-–—0-9_])")
_SECTION_BULLET = re.compile(r"[■◆★▌▶►]\s*(.+)$")
_ENDS = re.compile(r"(?:量表)?两端(?:说明)?\s*[:：]\s*(.+)$")
_HINT = re.compile(r"(?:填[写答表])?(?:说明|提示|备注|注意|注)\s*[:：]\s*(.+)$")
_BRACKET_HINT = re.compile(r"[（(【\[]\s*(?:说明|提示|备注|注)\s*[:：]\s*([^）)】\]]+)[）)】\]]$")
_LEAD = re.compile(r"导语\s*[:：]\s*(.+)$")
_RULE = re.compile(r"(?:[-—–=*~～─━·.…+|:│┃]\s*){3,}$")
_PAGE = re.compile(r"第\s*[0-9]+\s*页(?:\s*[,，/]?\s*共\s*[0-9]+\s*页)?$|[-—–]\s*[0-9]+\s*[-—–]$")
_FIGURES = {mark: place for place, mark in enumerate("零一二三四五六七八九")}


@dataclass(frozen=True)
class Shape:
    """`kind` of a line, what stands behind its mark, and the number with its style for a numbered one."""

    kind: str
    rest: str = ""
    number: str = ""
    style: str = ""
    starred: bool = False


def shape_of(text: str) -> Shape:
    """The shape of a cleaned line."""
    if not text:
        return Shape("blank")
    if is_blank(text):
        return Shape("room")
    if _RULE.match(text) or _PAGE.match(text):
        return Shape("rule")
    return _named(text) or _numbered(text) or _marked(text)


def _named(text: str) -> Shape | None:
    """Lines that begin with a word or sign of their own."""
    for kind, pattern in (
        ("hash", _HASH),
        ("part", _PART),
        ("ends", _ENDS),
        ("hint", _HINT),
        ("hint", _BRACKET_HINT),
        ("lead", _LEAD),
        ("part", _SECTION_BULLET),
        ("whole", _WHOLE),
    ):
        if found := pattern.match(text):
            return Shape(kind, (found[1] if kind == "hash" else found[1] or text).strip())
    return None


def _numbered(text: str) -> Shape | None:
    star = _STARS.match(text)
    line = text[star.end() :] if star else text
    for style, pattern in _NUMBERED:
        found = pattern.match(line)
        if found and line[found.end() :].strip():
            number = found[1] if found[1].isascii() else _arabic(found[1])
            return Shape("number", line[found.end() :].strip(), _plain(number), style, bool(star))
    return None


def _marked(text: str) -> Shape:
    if found := _BULLET.match(text):
        return Shape("bullet", text[found.end() :].strip())
    if split_marked(text):
        return Shape("choice")
    if text.startswith("|") or text.count("\t") >= 2:
        return Shape("table")
    return Shape("plain", text)


def _plain(number: str) -> str:
    return ".".join(str(int(part)) for part in re.split("[.．-]", number))


def _arabic(words: str) -> str:
    """十二 → 12, for the numbers that questionnaires have (up to 99)."""
    tens, ten, ones = words.partition("十")
    if not ten:
        return str(_FIGURES.get(words[:1], 0))
    return str((_FIGURES.get(tens, 1) if tens else 1) * 10 + _FIGURES.get(ones, 0))
