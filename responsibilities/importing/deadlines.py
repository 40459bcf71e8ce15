"""When something is owed, from what stands under 完成时限: 每月, 每季度2次, 长期坚持, 6月底前, 2026年6月30日前, 一季度."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from organisations.importing import dates
from organisations.importing.values import clean

from ..models import Rhythm

MOST_TIMES = 99
NUMBER = r"(\d{1,3}|[一二两三四五六七八九十]{1,3})"
# What says 每 goes before what only names the period: 每年一季度 is yearly.
EVERY = (
    (re.compile(r"每个?月|每1个月"), Rhythm.MONTH),
    (re.compile(r"每个?季|每[3三]个月"), Rhythm.QUARTER),
    (re.compile(r"每半年|每[6六]个月|上、?下半年"), Rhythm.HALF),
    (re.compile(r"每一?年|每12个月|每十二个月"), Rhythm.YEAR),
)
RHYTHMS = (
    *EVERY,
    (re.compile(r"按月|逐月|月度|一月一次"), Rhythm.MONTH),
    (re.compile(r"按季度?|逐季|季度"), Rhythm.QUARTER),
    (re.compile(r"按半年|半年"), Rhythm.HALF),
    (re.compile(r"按年|逐年|年度|一年|年内|当年"), Rhythm.YEAR),
)
STANDING = re.compile(r"长期|常年|全年|常态|持续|日常|经常|随时|平时|贯穿|始终|不间断|坚持|一贯")
TIMES = re.compile(rf"{NUMBER}\s*(?:次|场|期|回|轮|堂|件|篇)")
EVERY_OTHER = re.compile(rf"每{NUMBER}个?[月年周天]|每周|每天|每日|每旬|每届|双月|隔月")
QUARTER_ENDS = {"一": 3, "1": 3, "二": 6, "2": 6, "三": 9, "3": 9, "四": 12, "4": 12, "上": 6, "下": 12}
YEAR = re.compile(r"(20\d\d)\s*年?")
MONTH_DAY = re.compile(rf"{NUMBER}\s*月\s*(?:{NUMBER}\s*[日号])?")
HALF_OR_QUARTER = re.compile(r"第?([一二三四1-4])个?季度|([上下])半年")
YEAR_END = re.compile(r"年(?:底|末|终)")


@dataclass(frozen=True)
class When:
    """``note``: what somebody should look at; ``sure``: whether the words were understood."""

    rhythm: str
    times: int = 1
    deadline: date | None = None
    note: str = ""
    sure: bool = True


def when(text: str, *, year: int | None, today: date) -> When:
    """What the words say. ``year``: the year of the list, where its title names one."""
    written = re.sub(r"\s+", "", clean(text))
    if not written:
        return When(Rhythm.YEAR, note="没写完成时限，先按每年", sure=False)
    for read in READERS:
        found = read(written, year, today)
        if found is not None:
            return found
    short = written if len(written) <= 20 else f"{written[:20]}…"
    return When(Rhythm.YEAR, note=f"“{short}”认不出频次，先按每年", sure=False)


def _number(text: str) -> int:
    text = text.replace("两", "二")
    return int(text) if text.isdigit() else dates.chinese_number(text)


def _as_list_says(written: str, year: int | None, today: date) -> When | None:
    """The words of the product itself, as they stand in a file that it wrote."""
    for rhythm in Rhythm:
        if rhythm != Rhythm.ONCE and re.fullmatch(rf"{rhythm.label}(\d{{1,2}}次)?", written):
            return When(rhythm, _times(written))
    return None


def _every_other(written: str, year: int | None, today: date) -> When | None:
    """Rhythms that the product does not have: 每两个月, 每周."""
    found = EVERY_OTHER.search(written)
    if found is None or any(pattern.search(written) for pattern, _ in RHYTHMS):
        return None
    return When(Rhythm.STANDING, note=f"没有“{found[0]}”这种频次，先按日常", sure=False)


def _rhythm(written: str, year: int | None, today: date) -> When | None:
    for pattern, rhythm in RHYTHMS:
        if pattern.search(written) and not _is_one_period(written):
            return When(rhythm, _times(written))
    return None


def _is_one_period(written: str) -> bool:
    """一季度, 上半年, 2026年度6月底: one date, and no rhythm."""
    if "每" in written:
        return False
    return bool(HALF_OR_QUARTER.search(written) or MONTH_DAY.search(written) or YEAR_END.search(written))


def _times(written: str) -> int:
    found = TIMES.search(written)
    return min(MOST_TIMES, max(1, _number(found[1]))) if found else 1


def _yearly_times(written: str, year: int | None, today: date) -> When | None:
    """全年不少于4次 is a figure for the year."""
    if STANDING.search(written) and "全年" in written and TIMES.search(written):
        return When(Rhythm.YEAR, _times(written))
    return None


def _standing(written: str, year: int | None, today: date) -> When | None:
    return When(Rhythm.STANDING) if STANDING.search(written) else None


def _whole_date(written: str, year: int | None, today: date) -> When | None:
    """2026-06-30, 2026.6.30, 2026年6月, 20260630."""
    bare = re.sub(r"(之?前|以前|截止|止|完成|底|末|中旬|上旬|下旬|初)+$", "", written).rstrip("。")
    try:
        parts = dates.parse(bare)
    except ValueError:
        return None
    if parts.month is None:
        return When(Rhythm.ONCE, deadline=date(parts.year, 12, 31))
    return _once(parts.year, parts.month, parts.day)


def _part_of_year(written: str, year: int | None, today: date) -> When | None:
    """6月底前, 12月31日前, 一季度, 上半年, 年底前: of which year, the list says, else the calendar."""
    named = YEAR.search(written)
    if not named and re.search(r"\d{3,4}年", written):
        return None  # a year, but none that can be meant
    rest = written.replace(named[0], "", 1) if named else written
    within = HALF_OR_QUARTER.search(rest)
    if within:
        return _of_year(named, year, today, QUARTER_ENDS[within[1] or within[2]], None)
    days = list(MONTH_DAY.finditer(rest))
    if days:  # of several, the last: 3月至6月
        try:
            return _of_year(named, year, today, _number(days[-1][1]), _number(days[-1][2]) if days[-1][2] else None)
        except ValueError:
            return None
    return _of_year(named, year, today, 12, None) if YEAR_END.search(written) or named else None


def _of_year(named: re.Match[str] | None, year: int | None, today: date, month: int, day: int | None) -> When:
    if named or year:
        return _once(int(named[1]) if named else year or today.year, month, day)
    found = _once(today.year, month, day)
    if found.deadline and found.deadline < today:
        found = _once(today.year + 1, month, day)
    return When(
        Rhythm.ONCE, deadline=found.deadline, note=f"没写年份，按 {found.deadline.year if found.deadline else ''} 年"
    )


def _once(year: int, month: int, day: int | None) -> When:
    """By the last day of the month where no day is named. ValueError for a day that there is not."""
    if not 1 <= month <= 12:
        raise ValueError(month)
    return When(Rhythm.ONCE, deadline=date(year, month, day or monthrange(year, month)[1]))


Reader = Callable[[str, int | None, date], When | None]
READERS: tuple[Reader, ...] = (
    _as_list_says,
    _every_other,
    _yearly_times,
    _rhythm,
    _whole_date,
    _part_of_year,
    _standing,
)


def together(rhythm: str, deadline: str, *, year: int | None, today: date) -> When:
    """What both columns say: the one that is understood, a rhythm before a day."""
    found = [when(text, year=year, today=today) for text in (rhythm, deadline) if text.strip()]
    sure = [one for one in found if one.sure]
    return (sure or found or [when("", year=year, today=today)])[0]


def year_of(*texts: str) -> int | None:
    """The year that a title or a file's name says."""
    found = next(
        (match for text in texts if (match := re.search(r"(?<!\d)(20\d\d)(?=年|年度|\D|$)", clean(text)))), None
    )
    return int(found[1]) if found else None
