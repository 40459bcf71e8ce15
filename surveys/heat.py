"""维度与单位: one row a published part, one cell a dimension, and a row that says why for every unit that is not there.

Rows stand in the order of the tree. A cell is marked where the part lies 0.3 or more from the whole: ▼ below, darker
from 0.5 on, ▲ above. Where either mean is only a bound there is no difference and so no mark.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .models import Part
from .published import WHOLE, Published

CLEARLY, GREATLY = 0.3, 0.5
NOT_SHOWN = "—"


@dataclass(frozen=True)
class Cell:
    """One mean as printed; ``look`` is the class of its ground."""

    said: str
    look: str
    mark: str = ""


@dataclass(frozen=True)
class Row:
    """One part, or (with ``hidden``) one unit that is not published apart."""

    key: str
    name: str
    heads: int | None = None
    rate: str = ""
    cells: tuple[Cell, ...] = ()
    hidden: str = ""

    @property
    def is_low(self) -> bool:
        """True if it lies clearly below the whole somewhere."""
        return any(cell.mark == "▼" for cell in self.cells)


def clearly_below(row: dict[str, Any]) -> bool:
    """True if a dimension of a part lies 0.3 or more below the whole."""
    return row["difference"] is not None and row["difference"] <= -CLEARLY


def cell(row: dict[str, Any] | None) -> Cell:
    """The cell of one dimension; a dash where it is not shown."""
    if row is None:
        return Cell(NOT_SHOWN, "hna")
    difference = row["difference"]
    if difference is None or abs(difference) < CLEARLY:
        return Cell(row["mean"]["label"], "hmid")
    if difference > 0:
        return Cell(row["mean"]["label"], "hhigh", "▲")
    return Cell(row["mean"]["label"], "hlow2" if difference <= -GREATLY else "hlow", "▼")


def part_row(published: Published, part: Part) -> Row:
    """The row of one part."""
    response = published.payload("response", part.key)
    found = {row["dimension"]: row for row in published.payload("dimensions", part.key).get("rows", ())}
    cells = tuple(cell(found.get(name)) for name in published.dimensions)
    name = "总体" if part.key == WHOLE else part.name
    return Row(part.key, name, response.get("heads"), response.get("label", ""), cells)


def below(parts: Iterable[Part], opened: str) -> list[Part]:
    """The readable parts next under ``opened``: its children, and what hangs below a part that is not read here."""
    rows = list(parts)
    keys = {part.key for part in rows}
    return [part for part in rows if part.key != opened and _nearest(part, keys) == opened]


def _nearest(part: Part, keys: set[str]) -> str:
    """The nearest readable part above: its parent, or else the whole, which everybody reads."""
    return part.parent if part.parent in keys else WHOLE


def rows_under(published: Published, opened: str) -> list[Row]:
    """The rows below the open part, and the units merged there, by their place in the tree; pools stand last."""
    shown = [(_place(part.key), part_row(published, part)) for part in below(published.parts, opened)]
    for one in published.merged:
        if one["part"] in (opened, f"{opened}+"):
            shown += [(unit["number"], Row("", unit["name"], hidden=one["sentence"])) for unit in one["units"]]
    return [row for _, row in sorted(shown, key=lambda pair: pair[0])]


def _place(key: str) -> float:
    """The number of a unit; a pool comes after all of them."""
    return float("inf") if key.endswith("+") or key == WHOLE else int(key.removeprefix("u"))
