"""The measures of GB/T 9704-2012 《党政机关公文格式》 for documents that we write.

A meeting record is not an official document in the sense of the standard, which may be “followed by
reference” for it: page, grid, type and page numbers are kept, red heading and imprint are not used.

Clause numbers are those of the standard. Lengths are in millimetres, type sizes and pitches in points
unless a name says otherwise.
"""

from dataclasses import dataclass
from datetime import date

POINTS_PER_MM = 72 / 25.4
TWIPS_PER_POINT = 20

# Clause 5.1 and 5.2.1: A4, head margin 37 mm ±1, binding margin 28 mm ±1, text block 156 × 225 mm.
# Foot and fore-edge margins are what is left of the sheet.
PAGE_WIDTH_MM = 210
PAGE_HEIGHT_MM = 297
MARGIN_TOP_MM = 37
MARGIN_LEFT_MM = 28
MARGIN_BOTTOM_MM = 35
MARGIN_RIGHT_MM = 26
TEXT_WIDTH_MM = PAGE_WIDTH_MM - MARGIN_LEFT_MM - MARGIN_RIGHT_MM
TEXT_HEIGHT_MM = PAGE_HEIGHT_MM - MARGIN_TOP_MM - MARGIN_BOTTOM_MM
TEXT_WIDTH_TWIPS = round(TEXT_WIDTH_MM * POINTS_PER_MM * TWIPS_PER_POINT)

# Clause 5.2.3: 22 lines on a page, 28 characters in a line, filling the text block.
LINES_PER_PAGE = 22
CHARS_PER_LINE = 28

# 225 mm / 22 = 28.99 pt. The customary 29 pt would need 638.0 pt where 637.8 pt are available and push
# the last line over the page; 579 twips (28.95 pt) is the largest round pitch that holds 22 lines.
LINE_PITCH_TWIPS = 579
LINE_PITCH = LINE_PITCH_TWIPS / TWIPS_PER_POINT

# 156 mm / 28 = 15.79 pt for a character of 16 pt: the grid draws characters together, in 1/4096 pt.
CHAR_SPACE = -848

# LibreOffice gives a character that is wider than its cell of the grid two cells, so 14 would stand in a
# line. The page declares the grid; the text reaches it by an exact pitch and by spacing of its own,
# which every program sets alike: 28 × (16 − 0.3) pt = 439.6 pt of the 442.2 pt available.
CHAR_SPACING_TWIPS = -6

# Clause 5.2.2 and 7.3: type sizes by their Chinese names.
SIZE_2 = 22.0
SIZE_3 = 16.0
SIZE_4 = 14.0
SIZE_SMALL_4 = 12.0  # custom for tables filled in by print; the standard names no size for them

# Clause 7.5: the page number's dash stands 7 mm below the text block. The footer is placed by its lower
# edge, so half of its line comes off.
FOOTER_LINE = 18.0
FOOTER_DISTANCE_MM = MARGIN_BOTTOM_MM - 7 - FOOTER_LINE / 2 / POINTS_PER_MM


@dataclass(frozen=True)
class Typeface:
    """A font by name, with what an office machine without it should take instead.

    The fonts themselves are commercial and never travel with a document. `substitute` is one name: the
    file format speaks of a list, but Word reads the whole value as one name of at most 31 characters.
    `family` and `panose` let a machine that has neither choose a font of the same kind.
    """

    name: str
    substitute: str
    family: str
    panose: str


# Clause 5.2.2 (仿宋 for text) and 7.3 (小标宋, 黑体, 楷体 for title and headings; 宋体 for page numbers).
XIAOBIAOSONG = Typeface("方正小标宋简体", "宋体", "roman", "02010601030101010101")
FANGSONG = Typeface("仿宋_GB2312", "仿宋", "modern", "02010609030101010101")
KAITI = Typeface("楷体_GB2312", "楷体", "modern", "02010609030101010101")
HEITI = Typeface("黑体", "SimHei", "modern", "02010609060101010101")
SONGTI = Typeface("宋体", "SimSun", "roman", "02010600030101010101")
TYPEFACES = (XIAOBIAOSONG, FANGSONG, KAITI, HEITI, SONGTI)

_DIGITS = "零一二三四五六七八九"


def chinese_number(number: int) -> str:
    """Return 1–99 in Chinese numerals (二十一). Raises ValueError outside that range."""
    if not 1 <= number <= 99:
        raise ValueError(f"{number} is outside 1–99")
    tens, ones = divmod(number, 10)
    words = "" if tens == 0 else "十" if tens == 1 else _DIGITS[tens] + "十"
    return words + (_DIGITS[ones] if ones else "")


def heading_number(level: int, number: int) -> str:
    """Return the mark of the `number`-th heading of a level, by clause 7.3.3: 一、（一）1.（1）."""
    match level:
        case 1:
            return f"{chinese_number(number)}、"
        case 2:
            return f"（{chinese_number(number)}）"
        case 3:
            return f"{number}."
        case 4:
            return f"（{number}）"
    raise ValueError(f"there are four levels of headings, not {level}")


def written_date(day: date) -> str:
    """Return a date in Arabic numerals without leading zeros (clause 7.3.5.4)."""
    return f"{day.year}年{day.month}月{day.day}日"


# Clause 7.3.5.1: the date of a sealed letter stands four characters from the right, the sender centred above it and
# no nearer to the edge than two.
DATE_INDENT = 4
SENDER_INDENT = 2


def centred_indents(sender: str, when: str) -> tuple[float, float]:
    """Return how many characters sender and date stand from the right, so that one is centred above the other."""
    over = (_width(sender) - _width(when)) / 2
    indent = max(SENDER_INDENT, DATE_INDENT - over)
    return indent, indent + over


def _width(text: str) -> float:
    """Return the width of a line in characters; a digit is half of one."""
    return sum(0.5 if letter.isascii() else 1 for letter in text)
