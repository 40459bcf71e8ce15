"""Word documents and workbooks: archives of which every part is read, within bounds, before they are kept."""

from __future__ import annotations

import struct
import zipfile
import zlib
from io import BytesIO
from typing import IO

from django.core.files.base import File

from ..models.attachment import FileType
from . import unfit
from .proven import Proven
from .unfit import Unfit

MOST_PARTS = 2000
LARGEST_DIRECTORY = MOST_PARTS * 512
MOST_UNPACKED = 200 * 1024 * 1024
MOST_RATIO = 200
# A workbook behind a chart; larger ones are files of their own.
LARGEST_EMBEDDED = 20 * 1024 * 1024
CHUNK = 64 * 1024
END_RECORD = struct.Struct("<4s4H2LH")
TYPES_PART = "[Content_Types].xml"
MAIN_PARTS = {
    "openxmlformats-officedocument.wordprocessingml.document.main+xml": FileType.DOCX,
    "openxmlformats-officedocument.spreadsheetml.sheet.main+xml": FileType.XLSX,
}
MACRO_SIGNS = ("vbaproject", "macroenabled", "macrosheet")
OBJECT_SIGNS = ("oleobject", "activex")
# How broken or forged archives fail.
BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, ValueError)


def prove_office(upload: File[bytes]) -> Proven:
    """The file as it is, once all of it has been looked at. Unfit with what is wrong."""
    return Proven(_kind_of(upload.file, upload.size), upload)


def _kind_of(file: IO[bytes], size: int, *, within: bool = False) -> FileType:
    try:
        _refuse_what_is_no_plain_archive(file, size)
        with zipfile.ZipFile(file) as archive:
            _look_at_names(archive.infolist())
            _unpack(archive, size, within=within)
            return _main_part(archive)
    except BROKEN as broken:
        raise Unfit(*unfit.BROKEN_PAPER) from broken


def _refuse_what_is_no_plain_archive(file: IO[bytes], size: int) -> None:
    """From its first byte to its end record one archive, with a directory that is safe to read into memory."""
    file.seek(0)
    begins = file.read(4) == b"PK\x03\x04"
    file.seek(max(size - END_RECORD.size, 0))
    mark, _, _, _, parts, directory, offset, comment = END_RECORD.unpack(file.read())
    if not begins or mark != b"PK\x05\x06" or comment or offset + directory + END_RECORD.size != size:
        raise Unfit(*unfit.BROKEN_PAPER)
    if parts > MOST_PARTS or directory > LARGEST_DIRECTORY:
        raise Unfit(*unfit.ARCHIVE_BOMB)


def _look_at_names(parts: list[zipfile.ZipInfo]) -> None:
    names = [part.filename.lower() for part in parts]
    if len(parts) > MOST_PARTS:
        raise Unfit(*unfit.ARCHIVE_BOMB)
    if any(part.flag_bits & 1 for part in parts):
        raise Unfit(*unfit.LOCKED)
    if any(sign in name for name in names for sign in MACRO_SIGNS):
        raise Unfit(*unfit.MACRO)
    if any(sign in name for name in names for sign in OBJECT_SIGNS):
        raise Unfit(*unfit.EMBEDDED)
    if len(set(names)) < len(names) or any(_leads_out(name) for name in names):
        raise Unfit(*unfit.BROKEN_PAPER)


def _leads_out(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/")


def _unpack(archive: zipfile.ZipFile, size: int, *, within: bool) -> None:
    """Read every part, by what really comes out of it and not by what the directory says of its size."""
    left = min(MOST_UNPACKED, MOST_RATIO * size)
    if sum(part.file_size for part in archive.infolist()) > left:
        raise Unfit(*unfit.ARCHIVE_BOMB)
    for part in archive.infolist():
        if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Unfit(*unfit.BROKEN_PAPER)
        with archive.open(part) as content:
            head = content.read(8)
            _look_at_part(archive, part, head, within=within)
            left -= len(head)
            while chunk := content.read(CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise Unfit(*unfit.ARCHIVE_BOMB)


def _look_at_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, head: bytes, *, within: bool) -> None:
    """A program, an old Office file, an archive: only the workbook or document behind a chart may be within."""
    if head.startswith((b"MZ", b"\x7fELF", b"\xd0\xcf\x11\xe0")):
        raise Unfit(*unfit.EMBEDDED)
    if not head.startswith((b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")):
        return
    behind_a_chart = "/embeddings/" in part.filename.lower() and part.filename.lower().endswith((".xlsx", ".docx"))
    if within or not behind_a_chart or part.file_size > LARGEST_EMBEDDED:
        raise Unfit(*unfit.NESTED)
    data = archive.read(part)
    _kind_of(BytesIO(data), len(data), within=True)


def _main_part(archive: zipfile.ZipFile) -> FileType:
    """The type by the list of contents. Unfit for slides, templates, macros, OFD and plain archives."""
    names = archive.namelist()
    if TYPES_PART not in names:
        raise Unfit(*(unfit.OFD if "OFD.xml" in names else unfit.ARCHIVE))
    with archive.open(TYPES_PART) as part:
        text = part.read(LARGEST_DIRECTORY).decode("utf-8-sig")
    # Entities and character references could spell what is looked for below in another way.
    if "<!" in text or "&#" in text:
        raise Unfit(*unfit.BROKEN_PAPER)
    if any(sign in text.lower() for sign in MACRO_SIGNS):
        raise Unfit(*unfit.MACRO)
    if any(sign in text.lower() for sign in OBJECT_SIGNS):
        raise Unfit(*unfit.EMBEDDED)
    kinds = [kind for sign, kind in MAIN_PARTS.items() if sign in text]
    if len(kinds) == 1:
        return kinds[0]
    raise Unfit(*(unfit.SLIDES if "presentationml" in text and not kinds else unfit.TEMPLATE))
