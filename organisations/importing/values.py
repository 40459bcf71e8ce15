"""What a cell means: text, names, years, days, categories. Plain JSON values out, ValueError with a sentence for people.

Nothing is guessed where two readings are possible: the sentence says how to write it so that there is one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from ..models import Category, Level
from ..models.organisation import System
from . import dates

LONGEST_NAME = 40
LONGEST_NUMBER = 40
LONGEST_CHINESE_NAME = 20  # without a dot between its parts
BLANKS = {"/", "\\", "-", "--", "—", "——", "无", "暂无", "不详", "空", "／", "－"}
ERRORS = {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"}
INVISIBLE = dict.fromkeys([0x00AD, 0x034F, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xFEFF])
SPACES = dict.fromkeys([*range(0x20), 0x7F, 0x85, 0xA0, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x3000], " ")
# Full-width digits, letters and the marks of dates and codes; brackets and commas stay Chinese.
WIDE = {0xFEE0 + ord(mark): mark for mark in map(chr, range(0x21, 0x7F)) if mark.isalnum() or mark in "./-_@#*+="}
# Characters that look the same as the usual ones and are not: they come out of PDF files.
TWINS = {
    code: folded
    for code in [*range(0x2E80, 0x2FE0), *range(0xF900, 0xFB00), *range(0x2F800, 0x2FA20)]
    if (folded := unicodedata.normalize("NFKC", chr(code))) != chr(code)
}
CLEAN: dict[int, Any] = {**SPACES, **WIDE, **TWINS, **INVISIBLE}
DOTS = re.compile(r"\s*[·•‧・∙⋅●.]\s*")
HAN = r"[㐀-鿿豈-﫿\U00020000-\U000323AF〇]"
BETWEEN_HAN = re.compile(rf"(?<={HAN})\s+(?={HAN})")
MARKED = re.compile(r"[（(【\[](男|女|[㐀-鿿]{1,6}族)[）)】\]]$")
SEVERAL = re.compile(r"[、，,;；/\\&]|\n")
CODED = re.compile(r"^[0-9A-Za-z]{1,4}[\s\-_.、:：]*(?=[㐀-鿿])")


def shown(cell: Any) -> str:
    """The cell as somebody sees it in Excel, on one line: 1001.0 is 1001, a date is 2005-06-30."""
    if cell is None or isinstance(cell, str):
        return " ".join((cell or "").translate(SPACES).translate(INVISIBLE).split())
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else f"{cell:.10g}"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "minutes")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def clean(cell: Any) -> str:
    """The text with full-width digits and letters made plain, invisible characters gone and spaces single."""
    if isinstance(cell, str):
        cell = cell.translate(CLEAN)
    seen = shown(cell)
    csv_text = re.fullmatch(r"=?\"(.*)\"|'([0-9A-Za-z].*)", seen)
    return (csv_text[1] or csv_text[2] or "") if csv_text else seen


def text(cell: Any) -> str | None:
    """Some text; None for an empty cell and for a stroke that means empty. ValueError for an Excel error."""
    found = clean(cell)
    if found.upper() in ERRORS or re.fullmatch(r"#{3,}", found):
        raise ValueError(f"“{found}”是 Excel 的出错标记，请改成真正的内容。")
    return None if not found or found in BLANKS else found


def number_text(cell: Any) -> str | None:
    """A code or staff number; ValueError where Excel has made a long number imprecise."""
    found = text(cell)
    if isinstance(cell, float) and (abs(cell) >= 1e15 or not cell.is_integer()):
        raise ValueError(f"“{found}”像是被 Excel 改成了数字，请把这一列设成文本再填。")
    if found is not None and len(found) > LONGEST_NUMBER:
        raise ValueError(f"“{found[:12]}…”太长，最多 {LONGEST_NUMBER} 个字。")
    return None if found is None else re.sub(r"\s+", "", found)


def short_text(most: int) -> Any:
    """A reader of texts of at most ``most`` characters."""

    def read(cell: Any) -> str | None:
        found = text(cell)
        if found is not None and len(found) > most:
            raise ValueError(f"“{found[:12]}…”太长，最多 {most} 个字。")
        return None if found is None else BETWEEN_HAN.sub("", found)

    return read


def name(cell: Any) -> str | None:
    """A person's name: stray spaces and marks gone, one dot between the parts of a longer name."""
    found = text(cell)
    if found is None:
        return None
    if isinstance(cell, str) and SEVERAL.search(cell.strip()):
        raise ValueError(f"“{shown(cell)}”像是几个人写在一格里，请一人一行。")
    plain = MARKED.sub("", found.strip("*※★☆ ")).strip("*※★☆ ")
    plain = BETWEEN_HAN.sub("", plain)
    if re.search(HAN, plain):
        plain = DOTS.sub("·", plain)
    _check_name(plain, found)
    return plain


def _check_name(plain: str, found: str) -> None:
    """Refuse what is not one name."""
    if re.search(r"\d", plain):
        raise ValueError(f"姓名“{found}”里有数字。同名的人请用工号区分。")
    if re.search(r"[（(【\[）)】\]]", plain):
        raise ValueError(f"姓名“{found}”带了括号，括号里的话请删去，或写到别的列。")
    chinese = re.search(HAN, plain) is not None
    allowed = rf"(?:{HAN}|·)+" if chinese else r"[^\W\d_]+(?:[ .'’\-]{1,2}[^\W\d_]+)*\.?"
    if not re.fullmatch(allowed, plain) or plain.strip("·") != plain:
        raise ValueError(f"“{found}”不像一个姓名。")
    most = LONGEST_CHINESE_NAME if chinese and "·" not in plain else LONGEST_NAME
    if not 2 <= len(plain) <= most:
        raise ValueError(f"姓名“{found[:12]}”只有一个字。" if len(plain) < 2 else f"姓名“{found[:12]}…”太长。")


def year(cell: Any) -> int | None:
    """A year, from a year, a month or a day in any writing."""
    parts = _parts(cell)
    return None if parts is None else parts.year


def day(cell: Any) -> str | None:
    """A day as 2005-06-30; a month without a day is its first, see ``is_month``."""
    parts = _parts(cell)
    if parts is None:
        return None
    if parts.month is None:
        raise ValueError(f"“{shown(cell)}”只有年份，请写到月，例如 {parts.year}-07。")
    if parts.unsure:
        raise ValueError(f"“{shown(cell)}”分不清是 1 月还是 10 月，请写成 {parts.year}-01 或 {parts.year}-10。")
    return date(parts.year, parts.month, parts.day or 1).isoformat()


def is_month(written: str) -> bool:
    """True if a date, as it stands in ``Reading.cells``, names no day: 2011.6 agrees with every day of that June."""
    try:
        parts = dates.parse(clean(written))
    except ValueError:
        return False
    return parts.month is not None and parts.day is None


def _parts(cell: Any) -> dates.Parts | None:
    if isinstance(cell, datetime | date):
        return dates.Parts(cell.year, cell.month, cell.day)
    if isinstance(cell, bool | time | timedelta):
        raise ValueError(f"“{shown(cell)}”不是日期。")
    found = text(cell)
    if found is None:
        return None
    return dates.of_number(cell) if isinstance(cell, int | float) else dates.parse(found)


def settle(cells: Sequence[Any]) -> list[Any]:
    """A column of dates in which 2010.1 is said to be January or October where the other cells show how they are written.

    A number 2010.1 may have been typed as 2010.10. Where months are written with two digits (2010.03) it was; where some
    cell kept its zero as text (2010.10) it was not; else it stays a number, and ``day`` refuses it.
    """
    written = [shown(cell) for cell in cells]
    two_digits = any(re.fullmatch(r"\d{4}\.0\d", text) for text in written)
    zero_kept = any(isinstance(cell, str) and re.fullmatch(r"\s*\d{4}\.10\s*", cell) for cell in cells)
    if two_digits == zero_kept:
        return list(cells)
    tail = "0" if two_digits else ""
    return [
        seen + tail if isinstance(cell, float) and re.fullmatch(r"\d{4}\.1", seen) else cell
        for cell, seen in zip(cells, written, strict=True)
    ]


def whole(cell: Any) -> int | None:
    """A whole number: 3, 3年, 三年."""
    found = text(cell)
    if found is None:
        return None
    digits = re.fullmatch(r"(\d{1,4})(?:\.0+)?\s*[年届人个]?", found)
    if digits:
        return int(digits[1])
    chinese = found.rstrip("年届人个")
    if re.fullmatch(r"[一二三四五六七八九十]{1,3}", chinese):
        return dates.chinese_number(chinese)
    raise ValueError(f"“{found}”不是整数。")


def flag(cell: Any) -> bool | None:
    """Yes or no."""
    found = text(cell)
    if found is None:
        return None
    if found in {"是", "有", "√", "✓", "✔", "Y", "y", "1", "TRUE", "True", "true"}:
        return True
    if found in {"否", "×", "✗", "N", "n", "0", "FALSE", "False", "false"}:
        return False
    raise ValueError(f"“{found}”应写“是”或“否”。")


def uncoded(cell: Any) -> str | None:
    """A text without the code before it: 01 汉族 → 汉族."""
    found = text(cell)
    return None if found is None else CODED.sub("", BETWEEN_HAN.sub("", found))


FULL = "正式党员 正式 中共党员 党员 中共正式党员 中国共产党党员 中国共产党正式党员 党员（正式） 中共党员（正式）"
PROBATION = "预备党员 预备 中共预备党员 中国共产党预备党员 党员（预备） 中共党员（预备） 预备期党员"
APPLICANT = "入党积极分子 积极分子 发展对象 入党发展对象 重点培养对象 培养对象"
STAFF = (
    "群众 普通群众 普通职工 职工 干部 非党员 非中共党员 共青团员 团员 中国共产主义青年团团员 无党派 无党派人士 "
    "民主党派 民革党员 民盟盟员 民建会员 民进会员 农工党党员 致公党党员 九三学社社员 台盟盟员 入党申请人 申请入党人"
)
CATEGORIES = {
    word: category
    for words, category in [
        (FULL, Category.FULL_MEMBER),
        (PROBATION, Category.PROBATIONARY),
        (APPLICANT, Category.APPLICANT),
        (STAFF, Category.STAFF),
    ]
    for word in words.split()
}


def category(cell: Any) -> str | None:
    """A category of people, from its name, a short form, or what stands under 政治面貌."""
    found = uncoded(cell)
    if found is None:
        return None
    plain = re.sub(r"\s", "", found).replace("(", "（").replace(")", "）")
    if plain not in CATEGORIES:
        raise ValueError(f"人员类别“{found}”认不出，应是正式党员、预备党员、入党积极分子或群众。")
    return str(CATEGORIES[plain])


# By ending, the longer before the shorter: 机关党委 is no 党委 in the sense of 党组（党委）.
LEVELS = [
    (r"党?小组", Level.GROUP),
    (r"总支(部)?(委员会)?", Level.GENERAL_BRANCH),
    (r"支部(委员会)?", Level.BRANCH),
    (r"机关党委|机关(党的)?委员会|直属机关(党的)?委员会|直属党委", Level.ORGAN_COMMITTEE),
    (r"工委|工作委员会", Level.WORK_COMMITTEE),
    (r"党组|党组（党委）|党委|党委（党组）|党的委员会", Level.PARTY_GROUP),
]


def level_of(title: str) -> str | None:
    """The level that a name gives away by its ending; None for a plain one."""
    found = re.sub(r"\s", "", title)
    return next((str(level) for ending, level in LEVELS if re.search(rf"({ending})$", found)), None)


def level(cell: Any) -> str | None:
    """A level, by the words of the house or by a name of that kind."""
    found = uncoded(cell)
    if found is None:
        return None
    named = level_of(found)
    if named is None:
        raise ValueError(f"层级“{found}”认不出，应是{'、'.join(Level.labels)}之一。")
    return named


def system(cell: Any) -> str | None:
    """The 系统 of an organ: 党委, 政府, 群团 or 事业, with 口, 系统, 部门 or 单位 behind it."""
    found = uncoded(cell)
    if found is None:
        return None
    plain = re.sub(r"(系统|部门|单位|口|类|组织)$", "", found)
    codes = {str(label): str(value) for value, label in System.choices} | {"党群": "party", "人民团体": "people"}
    if plain not in codes:
        raise ValueError(f"系统“{found}”认不出，应是党委、政府、群团或事业。")
    return codes[plain]
