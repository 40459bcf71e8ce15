"""Which cells of a cross may be shown: those with enough answers, and hidden ones that cannot be worked out.

A cell below the least number is hidden, and then in its row and in its column at least one more, until what is hidden in
each line makes up the least number itself (row and column suppression). Then the auditor computes exactly, by flows over
the hidden cells, between which bounds each of them must lie if all shown cells and all sums of rows and columns were
known; closer than k is too close, and another cell is hidden. (Numbers of answers in cells are not even published.)
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

Cell = tuple[int, int]


def shown_cells(counts: Mapping[Cell, int], least: int, k: int) -> set[Cell]:
    """Return the cells that may be shown, given all `counts`; empty where fewer than two are left."""
    shown = {cell for cell, number in counts.items() if number >= least}
    while shown:
        line = _weak_line(counts, shown, least)
        if not line:
            break
        shown.discard(min((cell for cell in line if cell in shown), key=lambda cell: (counts[cell], cell)))
    while len(shown) > 1:
        weak = next((cell for cell in sorted(counts) if cell not in shown and width(counts, shown, cell) < k), None)
        if weak is None:
            return shown
        beside = [cell for cell in shown if cell[0] == weak[0] or cell[1] == weak[1]] or list(shown)
        shown.discard(min(beside, key=lambda cell: (counts[cell], cell)))
        while line := _weak_line(counts, shown, least):
            shown.discard(min((cell for cell in line if cell in shown), key=lambda cell: (counts[cell], cell)))
    return set()


def width(counts: Mapping[Cell, int], shown: set[Cell], cell: Cell) -> int:
    """Return how far apart the bounds of a hidden cell are for who knows the shown cells and every sum."""
    hidden = {one: number for one, number in counts.items() if one not in shown and one != cell}
    row, column = cell
    up = _flow(hidden, ("column", column), ("row", row), sum(counts.values()))
    down = _flow(hidden, ("row", row), ("column", column), counts[cell])
    return up + down


def _weak_line(counts: Mapping[Cell, int], shown: set[Cell], least: int) -> list[Cell]:
    """A row or column that shows some cells although what it hides is a single cell or too little; else nothing."""
    for axis in (0, 1):
        for place in sorted({cell[axis] for cell in counts}):
            line = [cell for cell in counts if cell[axis] == place]
            hidden = [cell for cell in line if cell not in shown]
            if hidden and len(hidden) < len(line) and (len(hidden) < 2 or sum(counts[c] for c in hidden) < least):
                return line
    return []


Place = tuple[str, int]


def _flow(hidden: Mapping[Cell, int], source: Place, sink: Place, limit: int) -> int:
    """How much can be shifted round a cycle of hidden cells: from a row to a column a cell grows, back it shrinks."""
    left = dict(hidden)
    moved = 0
    while moved < limit:
        path = _path(left, source, sink)
        if not path:
            break
        shrinking = [cell for cell, grows in path if not grows]
        step = min([left[cell] for cell in shrinking] + [limit - moved])
        for cell, grows in path:
            left[cell] += step if grows else -step
        moved += step
    return moved


def _path(left: Mapping[Cell, int], source: Place, sink: Place) -> list[tuple[Cell, bool]]:
    """A shortest way from `source` to `sink` over hidden cells that can still give; empty if there is none."""
    came: dict[Place, tuple[Place, Cell, bool]] = {}
    waiting = deque([source])
    while waiting and sink not in came:
        place = waiting.popleft()
        for (row, column), number in left.items():
            grows = place == ("row", row)
            if grows or (place == ("column", column) and number > 0):
                target: Place = ("column", column) if grows else ("row", row)
                if target not in came and target != source:
                    came[target] = (place, (row, column), grows)
                    waiting.append(target)
    path = []
    place = sink
    while place in came and place != source:
        place, cell, grows = came[place]
        path.append((cell, grows))
    return path
