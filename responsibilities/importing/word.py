"""Reading the tables of a Word file in a process of its own: file on standard input, tables on standard output.

What a package or its XML can do to a reader ends here, with this process and not the server; see docs/decisions. Only the
main part is unpacked, up to a limit; document types and entities are refused. The script imports nothing of the product.
"""

from __future__ import annotations

import io
import json
import posixpath
import resource
import sys
import zipfile
from collections.abc import Iterator
from typing import Any

from lxml import etree

MEMORY = 1 << 30
SECONDS = 20
MOST_XML = 48 << 20
MOST_TABLES = 40
MOST_ROWS = 2_000
MOST_COLUMNS = 100
MOST_CELLS = 60_000
LONGEST_CELL = 20_000
LONGEST_CAPTION = 60
RELATIONS = "_rels/.rels"
USUAL = "word/document.xml"
# What holds paragraphs, tables, rows or cells without being one.
WRAPPERS = {"body", "sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"}
GONE = {"del", "moveFrom", "Fallback", "instrText", "delText"}


class Refused(Exception):
    """The file is not read; the word says why."""


def _limit() -> None:
    """Let this process end before the machine suffers."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _parse(package: zipfile.ZipFile, name: str) -> etree._Element:
    """A part of the package as a tree."""
    with package.open(name) as part:
        xml = part.read(MOST_XML + 1)  # what the package says about its size may be a lie
    if len(xml) > MOST_XML:
        raise Refused("large")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    root = etree.fromstring(xml, parser)
    if root.getroottree().docinfo.doctype:
        raise Refused("damaged")
    return root


def _main_part(package: zipfile.ZipFile) -> str:
    """The name of the part that is the document."""
    names = set(package.namelist())
    if RELATIONS in names:
        for relation in _parse(package, RELATIONS):
            target = posixpath.normpath(relation.get("Target", "").lstrip("/"))
            if relation.get("Type", "").endswith("/officeDocument") and target in names:
                return target
    if USUAL not in names:
        raise Refused("damaged")
    return USUAL


def _name(node: etree._Element) -> str:
    return etree.QName(node).localname if isinstance(node.tag, str) else ""


def _value(node: etree._Element | None, name: str = "val") -> str:
    """An attribute, whatever its namespace."""
    if node is None:
        return ""
    return next((value for key, value in node.items() if etree.QName(key).localname == name), "")


def _child(node: etree._Element | None, name: str) -> etree._Element | None:
    return next((child for child in node if _name(child) == name), None) if node is not None else None


def _inside(node: etree._Element, *names: str) -> Iterator[etree._Element]:
    """The children of these names, through wrappers."""
    for child in node:
        if _name(child) in names:
            yield child
        elif _name(child) in WRAPPERS:
            yield from _inside(child, *names)


def _number(node: etree._Element | None, default: int, name: str = "val") -> int:
    """A whole number that is not absurd."""
    written = _value(node, name)
    number = int(written) if written.isascii() and written.isdigit() and len(written) < 7 else default
    return min(number, 100_000)


def _text(node: etree._Element) -> str:
    """The words of a paragraph or cell, one line a paragraph."""
    found: list[str] = []
    _collect(node, found)
    lines = (" ".join(line.split()) for line in "".join(found).split("\n"))
    return "\n".join(line for line in lines if line)[:LONGEST_CELL]


def _collect(node: etree._Element, found: list[str]) -> None:
    name = _name(node)
    if name in GONE:
        return
    if name == "t":
        found.append(node.text or "")
    elif name in ("br", "cr"):
        found.append("\n")
    elif name == "tab":
        found.append(" ")
    elif name == "noBreakHyphen":
        found.append("-")
    for child in node:
        _collect(child, found)
    if name == "p":
        found.append("\n")


def _row(row: etree._Element) -> list[list[Any]]:
    """Its cells: from which to which column of the grid, words, and how it is merged with the row above."""
    properties = _child(row, "trPr")
    at = _number(_child(properties, "gridBefore"), 0)
    cells: list[list[Any]] = []
    for cell in _inside(row, "tc"):
        about = _child(cell, "tcPr")
        span = max(1, _number(_child(about, "gridSpan"), 1))
        merge, beside = _child(about, "vMerge"), _child(about, "hMerge")
        if beside is not None and _value(beside) != "restart" and cells:
            cells[-1][1] = at + span
        else:
            how = "" if merge is None else "restart" if _value(merge) == "restart" else "continue"
            cells.append([at, at + span, _text(cell), how])
        at += span
    if at > MOST_COLUMNS:
        raise Refused("large")
    return cells


def _table(table: etree._Element, caption: str) -> dict[str, Any]:
    rows = [row for row in _inside(table, "tr") if _child(_child(row, "trPr"), "del") is None]
    if len(rows) > MOST_ROWS:
        raise Refused("large")
    grid = _child(table, "tblGrid")
    widths = [_number(column, 0, "w") for column in grid if _name(column) == "gridCol"] if grid is not None else []
    return {"caption": caption, "widths": widths[:MOST_COLUMNS], "rows": [_row(row) for row in rows]}


def _tables(root: etree._Element) -> list[dict[str, Any]]:
    """The tables of the document with the words above each."""
    body = _child(root, "body")
    if body is None:
        raise Refused("damaged")
    found: list[dict[str, Any]] = []
    caption = ""
    for node in _inside(body, "p", "tbl"):
        if _name(node) == "p":
            caption = (_text(node).replace("\n", "") or caption)[:LONGEST_CAPTION]
        else:
            found.append(_table(node, caption))
            caption = ""
    if len(found) > MOST_TABLES or sum(len(row) for table in found for row in table["rows"]) > MOST_CELLS:
        raise Refused("large")
    return found


def _read(data: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {"tables": _tables(_parse(package, _main_part(package)))}


def main() -> None:
    """Answer with one object; no answer at all means that the file could not be opened."""
    _limit()
    try:
        answer = _read(sys.stdin.buffer.read())
    except Refused as refusal:
        answer = {"refused": str(refusal)}
    except (zipfile.BadZipFile, etree.XMLSyntaxError, NotImplementedError, RuntimeError, KeyError, EOFError, OSError):
        answer = {"refused": "damaged"}  # RuntimeError: a password on a part
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
