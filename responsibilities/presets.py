"""Which levels and posts a duty list may begin with, read from `presets.toml`: data, whatever their number.

Pure: dataclasses only. `editions.py` turns them into rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from organisations.models import Level
from programmes.entries import Entry, read_document, unique

PRESETS = Path(__file__).with_name("presets.toml")
DEFAULT = "three-by-four"


@dataclass(frozen=True)
class LevelEntry:
    """A row of the matrix: its name, and which levels of the tree stand there."""

    name: str
    levels: tuple[str, ...]


@dataclass(frozen=True)
class PostEntry:
    """A column of the matrix: its name, and which roster posts hold it, or every party member."""

    name: str
    note: str
    posts: tuple[str, ...]
    everybody: bool


@dataclass(frozen=True)
class Preset:
    """Levels and posts of a list, in their order."""

    code: str
    name: str
    note: str
    levels: tuple[LevelEntry, ...]
    posts: tuple[PostEntry, ...]


def read_presets(path: Path = PRESETS) -> tuple[Preset, ...]:
    """The presets of a file. Raises EntryError with a sentence that names the entry at fault."""
    whole = read_document(path)
    presets = tuple(_preset(entry) for entry in whole.tables("preset"))
    whole.finish()
    unique((preset.code for preset in presets), f"{path.name}，preset")
    return presets


@cache
def shipped_presets() -> tuple[Preset, ...]:
    """The presets that the product ships, read once in a process."""
    return read_presets()


def preset_named(code: str) -> Preset:
    """The shipped preset with this code. KeyError."""
    return {preset.code: preset for preset in shipped_presets()}[code]


def preset_choices() -> list[tuple[str, str]]:
    """Code and name, as a form offers them."""
    return [(preset.code, preset.name) for preset in shipped_presets()]


def _preset(entry: Entry) -> Preset:
    code, name, note = entry.text("code"), entry.text("name"), entry.text("note", default="")
    levels, posts = seats_of(entry)
    entry.finish()
    if not levels or not posts:
        raise entry.refuse("至少要有一级和一岗")
    return Preset(code, name, note, levels, posts)


def seats_of(entry: Entry) -> tuple[tuple[LevelEntry, ...], tuple[PostEntry, ...]]:
    """The levels and posts written in this table; none where it has none. Raises EntryError."""
    levels = tuple(_level(one) for one in entry.tables("level"))
    posts = tuple(_post(one) for one in entry.tables("post"))
    unique((level.name for level in levels), f"{entry.where}，level")
    unique((post.name for post in posts), f"{entry.where}，post")
    return levels, posts


def _level(entry: Entry) -> LevelEntry:
    level = LevelEntry(entry.text("name"), entry.texts("levels", Level.values))
    entry.finish()
    if not level.levels:
        raise entry.refuse("levels 不能为空")
    return level


def _post(entry: Entry) -> PostEntry:
    post = PostEntry(entry.text("name"), entry.text("note", default=""), entry.texts("posts"), entry.flag("everybody"))
    entry.finish()
    if not post.posts and not post.everybody:
        raise entry.refuse("写 posts，或者写 everybody = true")
    return post
