"""Word: every part of the package is read and written anew, without what tells who wrote it, where and when.

Revisions are accepted and comments dropped: deleted text and remarks are no part of what was handed in, and both carry names.
The parts and their attributes are those of ECMA-376 and of Microsoft's [MS-DOCX].
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

from lxml import etree

from activities.proving import unfit
from activities.proving.unfit import Unfit

from .pictures import bare_picture
from .revisions import accept_revisions, local

XML = re.compile(r"\.(xml|rels)$", re.IGNORECASE)
# Signatures name whoever signed; a small picture shows an older first page.
DROPPED = re.compile(r"^(_xmlsignatures/|docProps/thumbnail)", re.IGNORECASE)
# Replaced by an empty root: properties, SharePoint's and bibliographies' data, who took part, remarks.
EMPTIED = re.compile(
    r"^(docProps/.*|customXml/item\d*|word/(people|comments\w*|documentTasks/.*)|xl/(persons|threadedComments|comments).*)\.xml$",
    re.IGNORECASE,
)
DROPPED_LINKS = ("/metadata/thumbnail", "/digital-signature/origin", "/attachedTemplate", "/mailMergeSource")
# Links that lead to somebody's own disk or mailbox.
TELLING_TARGET = re.compile(r"^(file:|mailto:|[a-z]:|\\\\)", re.IGNORECASE)
SETTINGS_DROPPED = {
    "rsids",
    "docVars",
    "attachedTemplate",
    "mailMerge",
    "writeProtection",
    "documentProtection",
    "absPath",
    "fileSharing",
}
# The last three describe a picture by the name and place that it had on somebody's disk.
TELLING_ATTRIBUTES = {"author", "initials", "userId", "providerId", "dateUtc", "descr", "title", "alt"}
# A field that links to a disk or mailbox; what it shows stays.
TELLING_FIELD = re.compile(r"mailto:|file:|\b[a-z]:[\\/]|\\\\", re.IGNORECASE)
DRAWINGS = {"docPr", "cNvPr"}
INSTRUCTION = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}instr"
PARSER = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
TEXT_PARTS = re.compile(r"^word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml$")
THE_SAME_DAY = (1980, 1, 1, 0, 0, 0)


def clean_word(data: bytes) -> tuple[bytes, str]:
    """The copy and its text. Unfit if it cannot be read through."""
    try:
        copy = _rewritten(data)
        return copy, _text_of(copy)
    except (etree.XMLSyntaxError, zipfile.BadZipFile, KeyError, ValueError) as broken:
        raise Unfit(*unfit.BROKEN_PAPER) from broken


def _rewritten(data: bytes) -> bytes:
    """The package with every part cleaned, all of the same day."""
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if not part.is_dir() and not DROPPED.match(part.filename):
                entry = zipfile.ZipInfo(part.filename, THE_SAME_DAY)
                entry.compress_type = zipfile.ZIP_DEFLATED
                new.writestr(entry, _cleaned(part.filename, old.read(part)))
    return buffer.getvalue()


def _cleaned(name: str, data: bytes) -> bytes:
    """One part. What stands behind a chart is a package of its own."""
    if data.startswith(b"PK\x03\x04"):
        return _rewritten(data)
    if not XML.search(name):
        return bare_picture(data)
    root = etree.fromstring(data, PARSER)
    if EMPTIED.match(name):
        root = etree.Element(root.tag, nsmap=root.nsmap)
    elif name == "[Content_Types].xml":
        _drop_where(root, lambda node: bool(DROPPED.match(node.get("PartName", "").removeprefix("/"))))
    elif name.lower().endswith(".rels"):
        _clean_links(root)
    else:
        accept_revisions(root)
        _clean_elements(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _drop_where(root: Any, condition: Callable[[Any], bool]) -> None:
    for node in [child for child in root.iter() if child is not root and condition(child)]:
        node.getparent().remove(node)


def _clean_links(root: Any) -> None:
    _drop_where(root, lambda node: node.get("Type", "").endswith(DROPPED_LINKS))
    for node in root:
        if node.get("TargetMode") == "External" and TELLING_TARGET.match(node.get("Target", "")):
            node.set("Target", "about:blank")


def _clean_elements(root: Any) -> None:
    """Attributes that name people and sessions, settings that do, and the names that pictures had on somebody's disk."""
    _drop_where(root, lambda node: local(node) in SETTINGS_DROPPED)
    for node in root.iter():
        for attribute in list(node.attrib):
            name = etree.QName(attribute).localname
            if name in TELLING_ATTRIBUTES or name.startswith("rsid"):
                del node.attrib[attribute]
        if local(node) in DRAWINGS:
            node.set("name", "图")
        if local(node) == "instrText" and TELLING_FIELD.search(node.text or ""):
            node.text = ""
        if TELLING_FIELD.search(node.get(INSTRUCTION, "")):
            node.set(INSTRUCTION, "")


def _text_of(copy: bytes) -> str:
    """The paragraphs of body, headers, footers and notes, one a line."""
    lines: list[str] = []
    with zipfile.ZipFile(BytesIO(copy)) as package:
        for name in sorted(filter(TEXT_PARTS.match, package.namelist())):
            root = etree.fromstring(package.read(name), PARSER)
            lines += ["".join(_runs(node)).strip() for node in root.iter() if local(node) == "p"]
    return "\n".join(line for line in lines if line)


def _runs(paragraph: Any) -> Iterator[str]:
    """The text of a paragraph; one within a text box is a paragraph of its own."""
    for node in paragraph.iter("{*}t", "{*}tab", "{*}br"):
        inner = next(above for above in node.iterancestors() if local(above) == "p")
        if inner is paragraph:
            yield (node.text or "") if local(node) == "t" else " "
