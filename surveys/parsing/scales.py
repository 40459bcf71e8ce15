"""Rows of five labels, of figures, and pasted tables; which end of a scale is the good one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .choices import BOXES, joined
from .shielding import bare

_DEGREE = re.compile(
    "满意|符合|同意|赞同|赞成|反对|重要|了解|熟悉|认同|愿意|好|差|高|低|大|小|多|少|经常|总是|有时|偶尔|从不|从未|一般|中立|中等|说不清|说不准|不确定|频繁|强|弱|"
    "清楚|显著|明显|关心|支持|合理|及时|充实|没有|轻|重|适中|完全|非常|比较|知道|信任|充分|畅通|到位|公平|有效|有用|清晰|贴近|丰富|紧|松|积极|消极|和谐|优|良|合格"
)
_NEGATIVE = re.compile("不|没|无|未|差|低|很?少|较?小|反对|从来?不|几乎|弱|消极|否")
_HEADERS = re.compile(
    "(?:评价|调查|测评|评议)?(?:题目|项目|内容|指标|说法|序号|编号|问题|题项|方面|选项|维度|陈述|题号)(?:[/\\\\、和]?(?:选项|程度|评价|内容|等级))?|评价[项内]目?容?"
)
_BOXED = re.compile(f"(?:\\s*(?:[{BOXES}]|[（(\\[][ \t]{{0,6}}[)）\\]])){{3,}}\\s*$")
_FIGURES_BEHIND = re.compile(r"\s+1\s+2\s+3\s+4\s+5\s*$|\s+5\s+4\s+3\s+2\s+1\s*$")
_GAP = rf"\s*分?[\s{BOXES}（）()\[\]、，,|/\-—–→]{{1,8}}"


def _figures(first: int, last: int) -> re.Pattern[str]:
    return re.compile(rf"(?<![0-9.]){_GAP.join(str(n) for n in range(first, last + 1))}(?![0-9.])\s*分?")


_TEN, _ONE_TO_TEN, _FIVE = _figures(0, 10), _figures(1, 10), _figures(1, 5)
_EDGES = f"{BOXES}（）()[] \t-—–→←|:：，,"


def is_ladder(labels: Sequence[str]) -> bool:
    """Whether five labels say degrees, from one end to the other."""
    if len(labels) != 5 or any(len(label) > 10 for label in labels):
        return False
    digits = [re.sub(r"\D", "", label) for label in labels]
    if digits in (list("12345"), list("54321")):
        return True
    return sum(bool(_DEGREE.search(label)) for label in labels) >= 4 and any(map(_NEGATIVE.search, labels))


def is_descending(labels: Sequence[str]) -> bool:
    """Whether the good end stands first, as in 非常满意 … 很不满意."""
    first, last = labels[0], labels[-1]
    if re.sub(r"\D", "", first) == "5" and re.sub(r"\D", "", last) == "1":
        return True
    return bool(_NEGATIVE.search(last)) and not _NEGATIVE.search(first)


def figure_row(text: str) -> tuple[str, str, str] | None:
    """A row of figures: "10", "5" or "bad" (1 to 10 is not offered), and the words before and behind."""
    for kind, pattern in (("10", _TEN), ("bad", _ONE_TO_TEN), ("5", _FIVE)):
        if found := pattern.search(text):
            low, high = (bare(joined(part.strip(_EDGES))) for part in (text[: found.start()], text[found.end() :]))
            return (kind, low, high) if max(len(low), len(high)) <= 20 else None
    return None


def without_boxes(text: str) -> tuple[str, bool]:
    """The row of a matrix without the boxes or figures behind it, and whether there were any."""
    for pattern in (_BOXED, _FIGURES_BEHIND):
        found = pattern.search(text)
        if found and text[: found.start()].strip():
            return text[: found.start()].strip(), True
    return text, False


def cells_of(text: str) -> list[str]:
    """The cells of a pasted row."""
    if text.startswith("|"):
        return [cell.strip() for cell in text.strip("|").split("|")]
    return [cell.strip() for cell in text.split("\t")]


def header_labels(cells: Sequence[str]) -> list[str]:
    """The labels of a head row: without 题目, 序号 and the like before them; empty when it is no head row."""
    labels = list(cells)
    for _ in range(2):
        if labels and (not labels[0] or _HEADERS.fullmatch(labels[0].replace(" ", ""))):
            labels = labels[1:]
    labels = [label for label in labels if label]
    had_head = len(labels) < len([cell for cell in cells if cell]) or not cells[0]
    return labels if is_ladder(labels) or (had_head and 3 <= len(labels) <= 7) else []


def row_statement(cells: Sequence[str]) -> str:
    """The statement in a row of a table; empty when its other cells hold words."""
    kept = [cell for cell in cells if cell]
    if len(kept) > 1 and re.fullmatch(r"[（(]?[0-9]{1,2}[)）.、]?", kept[0]):
        kept = kept[1:]
    rest = "".join(kept[1:])
    return kept[0] if kept and not re.sub(rf"[\s{BOXES}（）()\[\]✓√0-9_＿]", "", rest) else ""
