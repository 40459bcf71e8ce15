"""Tracked changes and comments of Word: the changes are accepted, the remarks are gone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lxml import etree

# What they wrap was deleted or moved away.
TAKEN_AWAY = {"del", "moveFrom"}
# What they wrap was put in.
PUT_IN = {"ins", "moveTo"}
# Marks and older formats, without content of their own.
MARKS = {
    "rPrChange",
    "pPrChange",
    "sectPrChange",
    "tblPrChange",
    "tblPrExChange",
    "tblGridChange",
    "tcPrChange",
    "trPrChange",
    "numberingChange",
    "cellIns",
    "cellMerge",
    "commentRangeStart",
    "commentRangeEnd",
    "commentReference",
    "moveFromRangeStart",
    "moveFromRangeEnd",
    "moveToRangeStart",
    "moveToRangeEnd",
    "customXmlInsRangeStart",
    "customXmlInsRangeEnd",
    "customXmlDelRangeStart",
    "customXmlDelRangeEnd",
    "permStart",
    "permEnd",
}


def local(node: Any) -> str:
    """The name of an element without its namespace."""
    return etree.QName(node).localname if isinstance(node.tag, str) else ""


def accept_revisions(root: Any) -> None:
    """As Word does by 接受所有修订 and 删除所有批注, in place."""
    for node in list(root.iter()):
        name = local(node)
        act = ACTS.get(name)
        if act is not None and node.getparent() is not None:
            act(node)


def _drop(node: Any) -> None:
    """Take an element out, with all within; the text behind it, of which Word has none, goes along."""
    parent = node.getparent()
    if parent is not None:
        parent.remove(node)


def _take_away(node: Any) -> None:
    """A deleted run; a mark that a row was deleted takes the row."""
    properties = node.getparent()
    _drop(properties.getparent() if local(properties) == "trPr" else node)


def _take_cell(node: Any) -> None:
    """A deleted cell leaves an empty one: a row without its cell would be broken."""
    cell = node.getparent().getparent()
    for text in [found for found in cell.iter() if local(found) in ("t", "drawing", "pict")]:
        _drop(text)
    _drop(node)


def _unwrap(node: Any) -> None:
    """An inserted run without its wrapping."""
    parent = node.getparent()
    for place, child in enumerate(list(node), start=parent.index(node)):
        parent.insert(place, child)
    parent.remove(node)


ACTS: dict[str, Callable[[Any], None]] = {
    **dict.fromkeys(TAKEN_AWAY, _take_away),
    **dict.fromkeys(PUT_IN, _unwrap),
    **dict.fromkeys(MARKS, _drop),
    "cellDel": _take_cell,
}
