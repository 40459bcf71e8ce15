"""How a month is set on one sheet of A4 across: the largest type with which the fullest weeks find room.

static/css/calendar.css holds the same measures; a test prints the fullest month there is.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import NamedTuple

HEIGHT = 460  # of the weeks, in points: 192 mm without the heading and the names of the days
OF_A_DAY = 20  # its number and the space around

Texts = Sequence[str]


class Setting(NamedTuple):
    """A class of the style sheet: how many characters a line of a cell holds, how many lines an entry, how high they are."""

    css: str
    characters: int
    lines: int
    pitch: float
    least: int

    def of_a_day(self, texts: Texts) -> float:
        """Its height in points."""
        lines = sum(min(self.lines, ceil(len(text) / self.characters)) for text in texts)
        return OF_A_DAY + lines * self.pitch + len(texts)

    def of_a_week(self, days: Sequence[Texts]) -> float:
        """That of its fullest day, and what an empty one takes."""
        return max([self.least, *map(self.of_a_day, days)])


SETTINGS = (
    Setting("cal--roomy", 10, 5, 11.5, least=60),
    Setting("cal--even", 12, 5, 10, least=20),
    Setting("cal--close", 13, 5, 8.4, least=20),
    Setting("cal--tight", 13, 2, 8.4, least=20),
)


def setting_of(weeks: Sequence[Sequence[Texts]]) -> str:
    """The class for a month: by week, by day, the texts of its entries."""
    for setting in SETTINGS:
        if sum(map(setting.of_a_week, weeks)) <= HEIGHT:
            return setting.css
    return SETTINGS[-1].css
