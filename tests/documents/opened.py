"""A Word or Excel file taken apart, so that tests measure what a reader of the file would find."""

from io import BytesIO
from xml.etree.ElementTree import Element, fromstring
from zipfile import ZipFile

import docx
from docx.document import Document

MM = 36000  # English metric units, in which python-docx gives lengths
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def part(data: bytes, name: str) -> Element:
    """Return one XML part of a package, parsed."""
    with ZipFile(BytesIO(data)) as archive:
        return fromstring(archive.read(name))


def word(data: bytes) -> Document:
    return docx.Document(BytesIO(data))


def styles(data: bytes) -> dict[str, Element]:
    """Return the styles by id."""
    return {style.attrib[f"{W}styleId"]: style for style in part(data, "word/styles.xml").iter(f"{W}style")}


def value(element: Element, path: str, attribute: str = "val") -> str | None:
    """Return an attribute of the element at a path of w: names, or None where there is none."""
    found = element.find("/".join(f"{W}{step}" for step in path.split("/")))
    return None if found is None else found.get(f"{W}{attribute}")


def lines(data: bytes, style_id: str) -> list[str]:
    """Return the paragraphs of one style, in the text and in tables."""
    body = part(data, "word/document.xml")
    return [
        "".join(node.text or "" for node in paragraph.iter(f"{W}t"))
        for paragraph in body.iter(f"{W}p")
        if value(paragraph, "pPr/pStyle") == style_id
    ]
