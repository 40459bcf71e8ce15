"""How a cell shows its gap, in the table and in the panorama: one scale, its classes and its words."""

from __future__ import annotations

from functools import lru_cache

from programmes.compliance import Cell

# Class suffix and words, from nothing missing to nearly everything; tenths of what is owed that are overdue.
LEGEND = (
    ("0", "已办"),
    ("due", "未到期"),
    ("1", "缺 2 成以内"),
    ("2", "缺 3 至 4 成"),
    ("3", "缺 5 至 7 成"),
    ("4", "缺 8 成以上"),
)


# A board asks three times for each of a thousand cells, and most cells are alike.
@lru_cache(maxsize=4096)
def gap(cell: Cell) -> str:
    """The suffix of ``gap…`` and ``g…``: na where nothing is asked, due while there is still time, else 0 to 4.

    Only what is overdue is a gap: what may still be held in time is a line at the foot.
    """
    if not cell.asked:
        return "na"
    if cell.overdue == 0:
        return "due" if cell.missing else "0"
    for step, twentieths in (("1", 5), ("2", 9), ("3", 15)):
        if 20 * cell.overdue < twentieths * cell.needed:
            return step
    return "4"
