"""要点: at most three sentences above the results, each by a rule from the published tables, never by judgement.

1. Where a comparable wave came before: the dimension that moved most (``changed``); else the highest dimension (``highest``).
2. The lowest dimension (``lowest``).
3. The dimension in which most of the parts below lie clearly below the whole (``units_below``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from organisations.templatetags.sanli import cn_numeral

from .heat import CLEARLY, clearly_below
from .models import Part
from .published import apart

NAMED = 6


@dataclass(frozen=True)
class Headline:
    """A statement and the figures under it. ``part`` and ``line``: the dimension that may be turned into a problem."""

    title: str
    text: str
    part: str = ""
    line: str = ""


def highest(rows: Sequence[dict[str, Any]]) -> Headline | None:
    """The dimension with the highest published mean; several if they are printed alike. None with fewer than two."""
    found = _end(rows, max)
    return Headline(f"最被认可的是{_names(found)}。", _text(found, len(rows), "最高")) if found else None


def lowest(rows: Sequence[dict[str, Any]], part: str) -> Headline | None:
    """The dimension with the lowest published mean; several if they are printed alike. None with fewer than two."""
    found = _end(rows, min)
    if not found:
        return None
    return Headline(f"最要上心的是{_names(found)}。", _text(found, len(rows), "最低"), part, found[0]["dimension"])


def _end(rows: Sequence[dict[str, Any]], choose: Any) -> list[dict[str, Any]]:
    """The rows at one end; none where all are printed alike."""
    means = {row["mean"]["value"] for row in rows}
    return [row for row in rows if row["mean"]["value"] == choose(means)] if len(means) > 1 else []


def _names(found: Sequence[dict[str, Any]]) -> str:
    return "、".join(f"“{row['dimension']}”" for row in found)


def _text(found: Sequence[dict[str, Any]], number: int, word: str) -> str:
    together = "并列" if len(found) > 1 else ""
    said = f"均分 {found[0]['mean']['label']}，在 {number} 个维度里{together}{word}"
    return f"{said}{_compared(found[0])}。"


def _compared(row: dict[str, Any]) -> str:
    """The whole beside it, unless it is the whole itself or nothing can be said."""
    apart_by, whole = apart(row["difference"]), row["whole"]
    return f"；总体 {whole['label']}，{apart_by}" if apart_by and whole != row["mean"] else ""


def units_below(by_part: Sequence[tuple[Part, Sequence[dict[str, Any]]]], *, reads_all: bool = True) -> Headline | None:
    """In which dimension most parts lie 0.3 or more below the whole, and which these are, in the order of the tree.

    ``by_part``: each part below the open one with its dimensions. With equal numbers the dimension with the greater gap,
    then the one asked first. None without any part that could be compared. That none is low is said only to whoever
    ``reads_all`` of them.
    """
    if not any(row["difference"] is not None for _, rows in by_part for row in rows):
        return None
    low: dict[str, list[tuple[Part, dict[str, Any]]]] = defaultdict(list)
    for part, rows in by_part:
        for row in rows:
            if clearly_below(row):
                low[row["dimension"]].append((part, row))
    if not low and not reads_all:
        return None
    if not low:
        return Headline(
            "没有哪个单位明显偏低。", f"单独公布的 {len(by_part)} 个单位，没有一个维度比总体低 {CLEARLY:g} 以上。"
        )
    dimension = max(low, key=lambda key: (len(low[key]), -sum(row["difference"] for _, row in low[key])))
    found = low[dimension]
    if len(found) == 1:
        part, row = found[0]
        title = f"{part.name}的“{dimension}”明显偏低。"
        return Headline(title, f"均分 {row['mean']['label']}{_compared(row)}。", part.key, dimension)
    number = "两" if len(found) == 2 else cn_numeral(len(found))
    named = "、".join(part.name for part, _ in found[:NAMED]) + (f"等 {len(found)} 个" if len(found) > NAMED else "")
    return Headline(f"{number}个单位的“{dimension}”明显偏低。", f"{named}，比总体低 {CLEARLY:g} 以上。")
