"""PDF: only the pages go into the copy; /Info, XMP, outlines, forms, annotations and programs' private notes stay behind."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

from activities.proving import unfit
from activities.proving.unfit import Unfit

from .pictures import bare_picture

MOST_PAGES = 400
# /Metadata is XMP, /PieceInfo what a program keeps for itself.
TELLING = ("/Metadata", "/PieceInfo", "/LastModified")
# Remarks with the names of who made them, actions, article threads, a small picture of an older state.
OF_A_PAGE = ("/Annots", "/AA", "/B", "/Thumb")
NO_PAGES: unfit.Words = ("里面没有一页", "请打开看看，重新导出为 PDF 再传。")
TOO_MANY_PAGES: unfit.Words = (f"超过 {MOST_PAGES} 页", "请只传成果本身，附件另存。")


def clean_pdf(data: bytes) -> tuple[bytes, str]:
    """The copy and its text (empty for a scan). Unfit if it is locked, broken, or has no or too many pages."""
    try:
        return _copied(data)
    except Unfit:
        raise
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as broken:
        raise Unfit(*unfit.BROKEN_PAPER) from broken


def _copied(data: bytes) -> tuple[bytes, str]:
    reader = PdfReader(BytesIO(data))
    if reader.is_encrypted:
        raise Unfit(*unfit.LOCKED)
    if not 0 < len(reader.pages) <= MOST_PAGES:
        raise Unfit(*(TOO_MANY_PAGES if reader.pages else NO_PAGES))
    writer, seen = PdfWriter(), set[int]()
    # All is stripped before the first page is copied, so that nothing is copied along that hangs on it.
    for page in reader.pages:
        for name in OF_A_PAGE:
            page.pop(name, None)
        _strip(page, seen)
    for page in reader.pages:
        writer.add_page(page)
    writer.metadata = None
    buffer = BytesIO()
    writer.write(buffer)
    return buffer.getvalue(), "\n".join(page.extract_text().strip() for page in writer.pages)


def _strip(root: Any, seen: set[int]) -> None:
    """Take what tells out of everything that a page reaches: pictures and drawings carry notes of their own."""
    waiting = [root]
    while waiting:
        found = waiting.pop()
        found = found.get_object() if isinstance(found, IndirectObject) else found
        if not isinstance(found, DictionaryObject | ArrayObject) or id(found) in seen:
            continue
        seen.add(id(found))
        if isinstance(found, ArrayObject):
            waiting.extend(found)
            continue
        for name in TELLING:
            found.pop(name, None)
        if isinstance(found, StreamObject) and found.get("/Filter") in ("/DCTDecode", ["/DCTDecode"]):
            found._data = bare_picture(found._data)
        waiting.extend(found.raw_get(name) for name in found)
