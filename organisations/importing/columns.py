"""What the columns of a table are, and what its rows say: titles and contents are guessed, nothing private is looked at."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from . import values
from .fields import plain
from .reading import Table
from .subject import Column, Field, Reading

FORBIDDEN = "本系统不收身份证号、住址、电话、银行卡"
USELESS = "用不着"
RECOGNISED = "已认出"
REMEMBERED = "按上次的对应"
SAMPLES = 3
LOOKED_AT = 400  # rows whose contents are looked at
LONGEST_SAMPLE = 24
LONGEST_CELL = 200

PRIVATE_TITLE = re.compile(
    r"身份证|公民身份|身份号码|证件号|证件号码|护照|住址|地址|户籍|户口|电话|手机|联系方式|座机|微信|QQ|邮箱|银行|卡号|开户|账号|账户"
)
PRIVATE_CONTENT = (
    re.compile(r"[1-9]\d{5}(18|19|20)\d{2}(0[1-9]|1[0-2])([0-2]\d|3[01])\d{3}[\dXx]"),  # identity number
    re.compile(r"[1-9]\d{5}\d{2}(0[1-9]|1[0-2])([0-2]\d|3[01])\d{3}"),  # the old one of 15 digits
    re.compile(r"(\+?86)?1[3-9]\d{9}"),  # mobile number
    re.compile(r"\d{16,19}"),  # bank card
)
DATES = ("joined_on", "since", "birth_year", "last_day", "founded_on", "term_began_on")


def letter(index: int) -> str:
    """The letter of a column as Excel has it: 0 → A, 26 → AA."""
    found = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        found = chr(65 + rest) + found
    return found


def guess(
    titles: Sequence[str],
    rows: Sequence[tuple[int, Sequence[Any]]],
    fields: Sequence[Field],
    remembered: Mapping[str, str],
) -> list[Column]:
    """Say what each column seems to be. ``remembered`` has titles → field codes of last time, "" for 'not imported'."""
    cells = [[row[index] for _, row in rows[:LOOKED_AT]] for index in range(len(titles))]
    private = [is_private(title, cells[index]) for index, title in enumerate(titles)]
    chosen = _chosen(titles, cells, private, fields, remembered)
    return [
        _column(index, title, cells[index], private[index], chosen.get(index), remembered)
        for index, title in enumerate(titles)
    ]


def is_private(title: str, cells: Sequence[Any]) -> bool:
    """True for identity numbers, addresses, telephone and card numbers, by their title or by what they look like."""
    if PRIVATE_TITLE.search(plain(title)):
        return True
    filled = [found for cell in cells if (found := re.sub(r"[\s\-]", "", values.clean(cell)))]
    looks = sum(1 for found in filled if any(pattern.fullmatch(found) for pattern in PRIVATE_CONTENT))
    return looks > 0 and looks * 5 >= len(filled)


def _chosen(
    titles: Sequence[str],
    cells: Sequence[Sequence[Any]],
    private: Sequence[bool],
    fields: Sequence[Field],
    remembered: Mapping[str, str],
) -> dict[int, Field]:
    """Column → field, the surest first, never two columns for one field."""
    claims = [
        (score, -index, -place, index, field)
        for index, title in enumerate(titles)
        if not private[index]
        for place, field in enumerate(fields)
        if (score := _score(title, cells[index], field, remembered))
    ]
    chosen: dict[int, Field] = {}
    for *_, index, field in sorted(claims, key=lambda claim: claim[:3], reverse=True):
        if index not in chosen and field not in chosen.values():
            chosen[index] = field
    return chosen


def _score(title: str, cells: Sequence[Any], field: Field, remembered: Mapping[str, str]) -> int:
    """How surely a column holds a field; 0 for not at all. A column in which nothing can be read as the field is none."""
    if title in remembered:
        return 1000 if remembered[title] == field.code else 0
    words = [plain(word) for word in field.words]
    whole = plain(title)
    parts = [whole, *(plain(part) for part in reversed(title.split(" ")) if plain(part) != whole)]
    score = 0
    for rank, part in enumerate(parts):
        if part in words:
            score = 500 - 50 * rank - words.index(part)
            break
    if not score and len(whole) <= 14:
        inside = [word for word in words if len(word) > 2 and word in whole]
        score = 100 + len(max(inside, key=len)) if inside else 0
    return score if score and _readable(cells, field) else 0


def _readable(cells: Sequence[Any], field: Field) -> bool:
    """True unless most of the filled cells cannot be read as the field; an empty column says nothing against it."""
    filled = [cell for cell in cells if values.shown(cell)][:60]
    good = sum(1 for cell in values.settle(filled) if _reads(cell, field))
    return not filled or good * 2 >= len(filled) or good > 5


def _reads(cell: Any, field: Field) -> bool:
    try:
        return field.read(cell) is not None
    except ValueError as unread:
        return "分不清" in str(unread)


def _column(
    index: int, title: str, cells: Sequence[Any], private: bool, field: Field | None, remembered: Mapping[str, str]
) -> Column:
    """The line about one column."""
    if private:
        return Column(index, letter(index), title, (), note=FORBIDDEN, forbidden=True)
    samples = tuple(values.shown(cell)[:LONGEST_SAMPLE] for cell in cells[:SAMPLES])
    if field is None:
        return Column(index, letter(index), title, samples, note=USELESS)
    return Column(index, letter(index), title, samples, field=field.code, note=_note(title, cells, field, remembered))


def _note(title: str, cells: Sequence[Any], field: Field, remembered: Mapping[str, str]) -> str:
    """What is worth knowing: only the year is taken, several writings are understood, last time's choice holds."""
    if field.note:
        return field.note
    if field.code in DATES:
        kinds = {
            re.sub(r"\d+", "9", values.shown(cell)) for cell in cells if values.shown(cell) and _reads(cell, field)
        }
        if len(kinds) > 1:
            return f"{'零一两三四五六七八九'[len(kinds)] if len(kinds) < 10 else len(kinds)}种写法都能认"
    return REMEMBERED if remembered.get(title) == field.code else RECOGNISED


def readings(table: Table, columns: Sequence[Column], fields: Sequence[Field]) -> list[Reading]:
    """What the rows say, by the columns that have a field. Other columns leave no trace."""
    by_code = {field.code: field for field in fields}
    mapped = [(column.index, by_code[column.field]) for column in columns if column.field and not column.forbidden]
    read = [_read_column([row[index] for _, row in table.rows], field) for index, field in mapped]
    found = []
    for place, (number, _) in enumerate(table.rows):
        line = [column[place] for column in read]
        cells = {field.code: cell for (_, field), (cell, _, _) in zip(mapped, line, strict=True)}
        meant = {field.code: value for (_, field), (_, value, _) in zip(mapped, line, strict=True)}
        problems = [problem for _, _, problem in line if problem]
        found.append(Reading(number, cells, meant, tuple(problems)))
    return found


def _read_column(cells: Sequence[Any], field: Field) -> list[tuple[str, Any, str]]:
    """For each cell: as written, as understood, what is wrong with it. Equal cells are read once."""
    known: dict[tuple[type, Any], tuple[str, Any, str]] = {}
    settled = values.settle(cells) if field.code in DATES else cells
    read = []
    for cell, as_read in zip(cells, settled, strict=True):
        key = (type(as_read), as_read)
        if key not in known:
            known[key] = _read_cell(cell, as_read, field)
        read.append(known[key])
    return read


def _read_cell(cell: Any, as_read: Any, field: Field) -> tuple[str, Any, str]:
    written = values.shown(cell)[:LONGEST_CELL]
    try:
        value = field.read(as_read)
    except ValueError as unread:
        return written, None, str(unread) if field.label in str(unread) else f"{field.label}{unread}"
    return written, value, f"没有填{field.label}。" if value is None and field.required else ""
