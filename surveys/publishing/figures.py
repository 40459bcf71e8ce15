"""How exactly a figure is said: the coding of shares and means (anonymity.md §4, homogeneity).

Counts are never published, only shares and means, and both only as far as the group is large. So each figure stands for
several counts; which worlds the published figures leave open is tested in worlds.py before anything leaves the house.

- 10 to 19 answers: shares in tens of per cent, the ends as "80% 以上" and "20% 以下"; of a scale no distribution;
- 20 to 99: in fives, the ends as "90% 以上" and "10% 以下"; 100 and more: whole per cent, the same ends;
- fewer than 10: a scale's mean in halves and its favourable share in quarters (below 8 in halves: a quarter of seven is
  one person), nothing else.

An end always takes in the last three counts (n, n - 1, n - 2): who chose otherwise himself still cannot tell whether he
was the only one. 90 % of ten is nine, so for fewer than twenty the end begins at 80 %.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from .measures import Counts, Measure


class Precision(IntEnum):
    """How exactly a group may be spoken of."""

    NARROW = 0
    SMALL = 1
    MIDDLE = 2
    LARGE = 3


FEWEST = {Precision.SMALL: 10, Precision.MIDDLE: 20, Precision.LARGE: 100}
SHARE_STEPS = {Precision.SMALL: 10, Precision.MIDDLE: 5, Precision.LARGE: 1}
SHARE_ENDS = {Precision.SMALL: 20, Precision.MIDDLE: 10, Precision.LARGE: 10}
# In hundredths of a point: step, distance of the coded ends from the ends of the scale.
MEANS = {Precision.NARROW: (50, 50), Precision.SMALL: (10, 50), Precision.MIDDLE: (10, 20), Precision.LARGE: (1, 20)}
RATING_MEANS = {
    Precision.NARROW: (100, 100),
    Precision.SMALL: (50, 100),
    Precision.MIDDLE: (10, 50),
    Precision.LARGE: (10, 50),
}
QUARTERS_FROM = 8
SPARE = 2


@dataclass(frozen=True)
class Share:
    """A share as it is said; `percent` is None where only `label` may stand. Its truth lies from `low` to `high` per cent."""

    percent: int | None
    low: float
    high: float
    label: str

    @property
    def is_end(self) -> bool:
        """True where only an end of the range is printed, as "90% 以上" or "四分之一以下"."""
        return self.percent is None and (self.low == 0 or self.high == 100)

    def payload(self) -> dict[str, Any]:
        """As JSON."""
        return {"percent": self.percent, "low": self.low, "high": self.high, "label": self.label}


@dataclass(frozen=True)
class Mean:
    """A mean as it is said, in hundredths; `end` is "high" or "low" where it is only "4.5 以上" or "1.5 以下"."""

    hundredths: int
    step: int
    end: str

    @property
    def value(self) -> float:
        """The number, in points."""
        return self.hundredths / 100

    @property
    def label(self) -> str:
        """What is printed."""
        digits = 2 if self.step < 10 and not self.end else 1
        return f"{self.value:.{digits}f}{ {'high': ' 以上', 'low': ' 以下', '': ''}[self.end] }"

    def payload(self) -> dict[str, Any]:
        """As JSON."""
        return {"value": self.value, "step": self.step / 100, "end": self.end, "label": self.label}


@dataclass(frozen=True)
class Figure:
    """Everything that is published of one measure and one group."""

    precision: Precision
    shares: tuple[Share, ...]
    favourable: Share | None
    mean: Mean | None


def precision_of(base: int, heads: int | None = None) -> Precision:
    """Return how exactly `base` answers may be spoken of.

    With known `heads` the precision never says that all but one took part: it counts at most two people fewer.
    """
    number = base if heads is None else min(base, heads - SPARE)
    return max((level for level, fewest in FEWEST.items() if number >= fewest), default=Precision.NARROW)


def figure(measure: Measure, counts: Counts, precision: Precision, *, brief: bool = False) -> Figure | None:
    """Return what may be said of `counts`; None where a narrow group has no scale to speak of, or nobody answered.

    Of a scale in a small group, or where it must be `brief`, only mean and favourable share are said, no distribution.
    """
    base = sum(counts)
    if not base or (precision == Precision.NARROW and not measure.scores):
        return None
    favourable = share(_of(counts, measure.favourable), base, precision) if measure.favourable else None
    bands = () if measure.scores and (brief or precision <= Precision.SMALL) else measure.bands
    shares = tuple(share(_of(counts, band.options), base, precision) for band in bands)
    return Figure(precision, shares, favourable, mean(measure, counts, precision))


def share(count: int, base: int, precision: Precision) -> Share:
    """Return `count` of `base` as it may be said."""
    if precision == Precision.NARROW:
        return _coarse(count, base)
    end, step = SHARE_ENDS[precision], SHARE_STEPS[precision]
    if 100 * count >= (100 - end) * base:
        return Share(None, 100 - end, 100, f"{100 - end}% 以上")
    if 100 * count <= end * base:
        return Share(None, 0, end, f"{end}% 以下")
    percent = (200 * count + step * base) // (2 * step * base) * step
    return Share(percent, max(percent - step / 2, end), min(percent + step / 2, 100 - end), f"{percent}%")


def mean(measure: Measure, counts: Counts, precision: Precision) -> Mean | None:
    """Return the mean as it may be said; None without scores."""
    if not measure.scores:
        return None
    step, margin = (MEANS if measure.is_scale else RATING_MEANS)[precision]
    base = sum(counts)
    scored = 100 * sum(score * count for score, count in zip(measure.scores, counts, strict=True))
    top, bottom = 100 * measure.scores[-1] - margin, 100 * measure.scores[0] + margin
    if scored >= top * base:
        return Mean(top, step, "high")
    if scored <= bottom * base:
        return Mean(bottom, step, "low")
    return Mean((2 * scored + step * base) // (2 * step * base) * step, step, "")


def _of(counts: Counts, options: frozenset[int]) -> int:
    """How many chose one of `options`."""
    return sum(counts[place] for place in options)


def _coarse(count: int, base: int) -> Share:
    """A share of few, in quarters or halves."""
    if base < QUARTERS_FROM:
        return Share(None, 50, 100, "一半以上") if 2 * count >= base else Share(None, 0, 50, "不到一半")
    if 4 * count >= 3 * base:
        return Share(None, 75, 100, "四分之三以上")
    if 4 * count <= base:
        return Share(None, 0, 25, "四分之一以下")
    if 2 * count >= base:
        return Share(None, 50, 75, "一半到四分之三")
    return Share(None, 25, 50, "四分之一到一半")
