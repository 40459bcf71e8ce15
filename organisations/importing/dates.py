"""Dates in all the writings that rosters have: 1990.5, 199005, 19900501, 1990年5月1日, 一九九〇年五月, 33000."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

EARLIEST, LATEST = 1900, 2100
# Day 0 of Excel's calendar as it counts from March 1900 on (it believes in 29 February 1900).
EXCEL_BEGAN = date(1899, 12, 30)
SERIALS = range(10_000, 73_051)  # 1927 … 2099
# 19905 may be 1990.5 with its point lost, or the day 19,905 (30 June 1954).
MAYBE_MONTHS = range(19_001, 21_000)

DIGITS = {mark: number for number, marks in enumerate(["〇零○", *"一二三四五六七八九"]) for mark in marks}
CHINESE = re.compile(
    r"([〇零○一二三四五六七八九]{4})年(?:([一二三四五六七八九十]{1,2})月)?(?:([一二三四五六七八九十]{1,3})[日号]?)?"
)
MARK = r"[年./\-–—~、\s]"
PARTED = re.compile(rf"(\d{{4}}){MARK}(\d{{1,2}})(?:[月./\-–—~、\s](\d{{1,2}}))?[月日号]?")
CLOCK = re.compile(r"[T\s]\d{1,2}:\d{2}(:\d{2})?(\.\d+)?$")


@dataclass(frozen=True)
class Parts:
    """What a date says; ``unsure`` where the month may be January or October."""

    year: int
    month: int | None = None
    day: int | None = None
    unsure: bool = False


def chinese_number(text: str) -> int:
    """A number below 100: 十二 → 12, 二十 → 20."""
    if "十" not in text:
        return int("".join(str(DIGITS[mark]) for mark in text))
    tens, _, ones = text.partition("十")
    if len(tens) > 1 or len(ones) > 1 or "十" in ones:
        raise ValueError(f"“{text}”不是数字。")
    return (DIGITS[tens] if tens else 1) * 10 + (DIGITS[ones] if ones else 0)


def parse(written: str) -> Parts:
    """The date in a text. ValueError for no date, an impossible one, and one that may be read in two ways."""
    text = re.sub(r"\s*([年月日号./\-–—])\s*", r"\1", CLOCK.sub("", written.strip())).rstrip("。.、,， ")
    if chinese := CHINESE.fullmatch(text):
        return _checked(
            int("".join(str(DIGITS[mark]) for mark in chinese[1])),
            chinese_number(chinese[2]) if chinese[2] else None,
            chinese_number(chinese[3]) if chinese[3] else None,
            written,
        )
    if parted := PARTED.fullmatch(text):
        return _checked(int(parted[1]), int(parted[2]), int(parted[3]) if parted[3] else None, written)
    if re.fullmatch(r"\d+", text):
        return _run_together(text, written)
    if whole_year := re.fullmatch(r"(\d{4})年?", text):
        return _checked(int(whole_year[1]), None, None, written)
    if re.match(r"['’]?\d{2}[年./\-]\d{1,2}\b|['’]?\d{2}年", text):
        raise ValueError(f"“{written}”请写四位年份。")
    raise ValueError(f"“{written}”不是日期，请写成 2005-06-30 或 2005.6。")


def of_number(number: float) -> Parts:
    """The date in a number cell: 1990.5 is a month, 199005 and 19900501 are run together, 33000 is a day of Excel's."""
    written = f"{number:.10g}"
    if float(number).is_integer():
        return _run_together(str(int(number)), written)
    if SERIALS.start <= number < SERIALS.stop:  # a moment
        return _run_together(str(int(number)), written)
    hundredths = round(number * 100) if EARLIEST <= number < LATEST else 0
    if not hundredths or abs(hundredths - number * 100) > 1e-6:
        raise ValueError(f"“{written}”不是日期，请写成 2005-06-30 或 2005.6。")
    year, month = divmod(hundredths, 100)
    if month == 10:
        return Parts(year, 1, unsure=True)
    return _checked(year, month // 10 if month % 10 == 0 else month, None, written)


def _run_together(text: str, written: str) -> Parts:
    """1990, 199005, 19900501 or a serial number of Excel's."""
    if len(text) == 8:
        return _checked(int(text[:4]), int(text[4:6]), int(text[6:]), written)
    if len(text) == 6:
        return _checked(int(text[:4]), int(text[4:]), None, written)
    if len(text) == 4:
        return _checked(int(text), None, None, written)
    if len(text) == 5 and int(text) in SERIALS:
        return _serial(int(text), written)
    if len(text) == 2:
        raise ValueError(f"“{written}”请写四位年份。")
    raise ValueError(f"“{written}”不是日期，请写成 2005-06-30 或 2005.6。")


def _serial(number: int, written: str) -> Parts:
    """A day of Excel's calendar whose format was lost."""
    if number in MAYBE_MONTHS and number % 10:
        raise ValueError(
            f"“{written}”分不清是 {number // 10} 年 {number % 10} 月，还是 Excel 的日期序号，请写成 2005-06-30。"
        )
    found = EXCEL_BEGAN + timedelta(days=number)
    return Parts(found.year, found.month, found.day)


def _checked(year: int, month: int | None, day: int | None, written: str) -> Parts:
    """The parts, if there is such a day."""
    if not EARLIEST <= year < LATEST:
        raise ValueError(f"“{written}”的年份不对。")
    try:
        date(year, 1 if month is None else month, 1 if day is None else day)
    except ValueError as impossible:
        raise ValueError(f"没有“{written}”这一天。" if day is not None else f"没有“{written}”这个月。") from impossible
    return Parts(year, month, day)
