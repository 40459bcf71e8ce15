"""Reading one table of a TOML file field by field, so that a mistake is named and not guessed around.

Pure. `article.py` and `rulebook.py` build their dataclasses with it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable
from pathlib import Path

_MISSING = object()


class EntryError(ValueError):
    """A sentence that names the file, the entry and what is wrong with it."""


class Entry:
    """One table: every field is asked for by type, and `finish` refuses what nobody asked for."""

    def __init__(self, where: str, table: dict[str, object]) -> None:
        self.where = where
        self._left = dict(table)

    def refuse(self, what: str) -> EntryError:
        """The error to raise: where it is, and what is wrong."""
        return EntryError(f"{self.where}：{what}。")

    def text(self, key: str, default: str | None = None) -> str:
        """A non-empty text. Raises EntryError when it is missing and there is no default."""
        value = self._take(key, default)
        if not isinstance(value, str) or (not value.strip() and value != default):
            raise self.refuse(f"{key} 应是一段文字")
        return value

    def number(self, key: str, default: int | None = None, least: int = 0) -> int:
        """A whole number of at least `least`."""
        value = self._take(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise self.refuse(f"{key} 应是不小于 {least} 的整数")
        return value

    def number_or_none(self, key: str, least: int = 0) -> int | None:
        """A whole number where the field is written, else None."""
        return self.number(key, least=least) if key in self._left else None

    def flag(self, key: str) -> bool:
        """True or false; false when it is not written."""
        value = self._take(key, False)
        if not isinstance(value, bool):
            raise self.refuse(f"{key} 应是 true 或 false")
        return value

    def choice(self, key: str, choices: Collection[str], default: str | None = None) -> str:
        """One of the choices."""
        value = self.text(key, default)
        if value not in choices:
            raise self.refuse(f"{key} 写的是“{value}”，只能是 {'、'.join(sorted(choices))}")
        return value

    def texts(self, key: str, choices: Collection[str] | None = None) -> tuple[str, ...]:
        """A list of different texts, each among the choices if there are any; empty when not written."""
        value = self._take(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.refuse(f"{key} 应是文字的列表")
        if len(set(value)) < len(value):
            raise self.refuse(f"{key} 里有重复")
        for item in value:
            if choices is not None and item not in choices:
                raise self.refuse(f"{key} 里的“{item}”不存在")
        return tuple(value)

    def numbers(self, key: str, default: tuple[int, ...] | None = None) -> tuple[int, ...]:
        """A list of days, from most to fewest."""
        value = self._take(key, None if default is None else list(default))
        if not isinstance(value, list) or not all(type(item) is int and item >= 0 for item in value):
            raise self.refuse(f"{key} 应是天数的列表")
        if value != sorted(set(value), reverse=True):
            raise self.refuse(f"{key} 应从大到小，不重复")
        return tuple(value)

    def tables(self, key: str) -> list[Entry]:
        """The tables listed under the key, each an entry named by its code; none when not written."""
        value = self._take(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.refuse(f"{key} 应是表的列表")
        names = [item.get("code", f"第 {n} 个") for n, item in enumerate(value, start=1)]
        return [Entry(f"{self.where}，{key} “{name}”", item) for name, item in zip(names, value, strict=True)]

    def table(self, key: str) -> Entry:
        """The single table under the key."""
        value = self._take(key, None)
        if not isinstance(value, dict):
            raise self.refuse(f"{key} 应是一张表")
        return Entry(f"{self.where}，{key}", value)

    def finish(self) -> None:
        """Refuse fields that nobody asked for: they are misspelt. Raises EntryError."""
        if self._left:
            raise self.refuse(f"不认识的字段 {'、'.join(sorted(self._left))}")

    def _take(self, key: str, default: object) -> object:
        value = self._left.pop(key, default if default is not None else _MISSING)
        if value is _MISSING:
            raise self.refuse(f"缺少 {key}")
        return value


def read_document(path: Path) -> Entry:
    """The whole file as one entry. Raises EntryError when it is not TOML."""
    try:
        return Entry(path.name, tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise EntryError(f"{path.name} 不是有效的 TOML：{error}。") from error


def unique(names: Iterable[str], where: str) -> None:
    """Raises EntryError when a name comes twice."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise EntryError(f"{where}：“{name}”写了两次。")
        seen.add(name)
