"""What goes into a cell of a table file, whether Excel or CSV."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

# The only zone in which records are kept and read; a table file knows no zones.
_ZONE = ZoneInfo("Asia/Shanghai")

# A cell that begins so is run as a formula when the file is opened or the cell is edited; the
# full-width signs count as well where Excel runs in Chinese.
_FORMULA_SIGNS = tuple("=+-@\t＝＋－＠")

Cell = str | bool | int | float | Decimal | date | datetime | time | None
Row = Sequence[Cell]


@dataclass(frozen=True)
class Column:
    """A column's heading and its width in half-width characters."""

    title: str
    width: float = 12


def looks_like_formula(text: str) -> bool:
    """Return whether a spreadsheet could take typed text for a formula."""
    return text.startswith(_FORMULA_SIGNS)


def wall_time(moment: datetime) -> datetime:
    """Return the time on the clock at the place of the records, without a zone."""
    return moment.astimezone(_ZONE).replace(tzinfo=None) if moment.tzinfo else moment


def yes_or_no(value: bool) -> str:
    """Return 是 or 否."""
    return "是" if value else "否"
