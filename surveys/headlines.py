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
from .published import apart

NAMED = 6


@dataclass(frozen=True)
class Headline:
    """A statement and the figures under it. ``line``: the dimension that it is about."""

    title: str
    text: str
    line: str = ""


def highest(rows: Sequence[dict[str, Any]]) -> Headline | None:
    """The dimension with the highest published mean; several if they are printed alike. None with fewer than two."""
    return _end(rows, max, "最高", "最被认可的是")


def lowest(rows: Sequence[dict[str, Any]]) -> Headline | None:
    """The dimension with the lowest published mean; several if they are printed alike. None with fewer than two."""
    return _end(rows, min, "最低", "最要上心的是")


def _end(rows: Sequence[dict[str, Any]], choose: Any, word: str, lead: str) -> Headline | None:
    if len(rows) < 2:
        return None
    means = {row["mean"]["value"] for row in rows}
    if len(means) == 1:
        return None
    end = choose(means)
    found = [row for row in rows if row["mean"]["value"] == end]
    names = "、".join(f"“{row['dimension']}”" for row in found)
    text = f"均分 {found[0]['mean']['label']}，{'并列' if len(found) > 1 else '在'} {len(rows)} 个维度里{word}"
    if len(found) > 1:
        text = f"均分 {found[0]['mean']['label']}，在 {len(rows)} 个维度里并列{word}"
    said = apart(found[0]["difference"])
    whole = found[0]["whole"]
    compared = f"；总体 {whole['label']}，{said}" if said and whole != found[0]["mean"] else ""
    return Headline(f"{lead}{names}。", f"{text}{compared}。", found[0]["dimension"])


def units_below(by_part: Sequence[tuple[str, Sequence[dict[str, Any]]]]) -> Headline | None:
    """In which dimension most parts lie 0.3 or more below the whole, and which these are, in the order of the tree.

    ``by_part``: the name of each part below the open one and its dimensions. With equal numbers the dimension asked first.
    None without any part that could be compared.
    """
    if not any(row["difference"] is not None for _, rows in by_part for row in rows):
        return None
    low: dict[str, list[str]] = defaultdict(list)
    for name, rows in by_part:
        for row in rows:
            if clearly_below(row):
                low[row["dimension"]].append(name)
    if not low:
        return Headline(
            "没有哪个单位明显偏低。", f"单独公布的 {len(by_part)} 个单位，各维度都没有比总体低 {CLEARLY:g} 以上。"
        )
    dimension = max(low, key=lambda key: len(low[key]))
    names = low[dimension]
    number = "两" if len(names) == 2 else cn_numeral(len(names))
    count = f"{number}个单位" if len(names) > 1 else names[0]
    named = "、".join(names[:NAMED]) + (f"等 {len(names)} 个" if len(names) > NAMED else "")
    return Headline(f"{count}的“{dimension}”明显偏低。", f"{named}，比总体低 {CLEARLY:g} 以上。", dimension)
