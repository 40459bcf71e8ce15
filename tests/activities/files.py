"""Files as people send them, and as nobody should: each made here, byte by byte or by the programs' own writers."""

from __future__ import annotations

import struct
import zipfile
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import docx
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from PIL import Image

from activities import attaching
from activities.models import Activity, Attachment
from organisations.models import Person

MACRO_TYPE = "application/vnd.ms-word.document.macroEnabled.main+xml"
WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    """The file as a form brings it; what the browser says of its type is never believed."""
    return SimpleUploadedFile(name, data, content_type="text/html")


def picture(size: tuple[int, int] = (64, 48), form: str = "JPEG", mode: str = "RGB", **options: Any) -> bytes:
    """A picture: red, with a blue upper left quarter."""
    image = Image.new("RGB", size, (200, 30, 30))
    image.paste((30, 30, 200), (0, 0, size[0] // 2, size[1] // 2))
    buffer = BytesIO()
    image.convert(mode).save(buffer, form, **options)
    return buffer.getvalue()


def photo_with_place(size: tuple[int, int] = (64, 48), orientation: int = 6) -> bytes:
    """A photo with place, camera and comment, taken with the camera on its side."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "SECRETCAMERA"
    exif.get_ifd(0x8825).update({1: "N", 2: (41.0, 48.0, 12.5), 3: "E", 4: (123.0, 25.0, 30.0)})
    xmp = b"<x:xmpmeta>SECRETXMP</x:xmpmeta>"
    return picture(size, exif=exif, comment=b"SECRETCOMMENT", xmp=xmp, icc_profile=b"SECRETPROFILE" * 20)


def png_header(width: int, height: int) -> bytes:
    """A few bytes that claim to be a huge picture."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


def pdf(body: bytes = b"") -> bytes:
    """A page of PDF; ``body`` is one more object."""
    head = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    pages = b"2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n"
    table = b"xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Root 1 0 R /Size 3 >>\nstartxref\n9\n%%EOF\n"
    return head + pages + body + table


def word() -> bytes:
    """A Word document."""
    buffer, document = BytesIO(), docx.Document()
    document.add_paragraph("学习材料")
    document.save(buffer)
    return buffer.getvalue()


def workbook() -> bytes:
    """A workbook."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        book.add_worksheet().write("A1", "签到")
    return buffer.getvalue()


def package(parts: dict[str, bytes], *, kind: str = WORD_TYPE, types: str = "") -> bytes:
    """An archive with a list of contents and ``parts``."""
    listed = types or f'<Types><Override PartName="/word/document.xml" ContentType="{kind}"/></Types>'
    return archive({"[Content_Types].xml": listed.encode(), "word/document.xml": b"<w/>", **parts})


def archive(parts: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP of ``parts``."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as zipped:
        for name, data in parts.items():
            zipped.writestr(name, data)
    return buffer.getvalue()


def encrypted(data: bytes) -> bytes:
    """An archive all of whose entries say that they are encrypted."""
    marked = bytearray(data)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = marked.find(mark)
        while at >= 0:
            marked[at + offset] |= 1
            at = marked.find(mark, at + 4)
    return bytes(marked)


def understated(data: bytes, real: int) -> bytes:
    """An archive that says of a part of ``real`` bytes that it has 10."""
    return data.replace(struct.pack("<I", real), struct.pack("<I", 10))


def opened(client: Client, row: Attachment, part: str = "") -> int:
    """The status of a file's address. It is read to the end, which closes it; ``close()`` would close the database too."""
    response = client.get(f"/activities/attachments/{row.pk}/{part}")
    b"".join(response)
    return response.status_code


def stored(media: Path) -> list[Path]:
    """Every file that lies under ``media``."""
    return sorted(path for path in media.rglob("*") if path.is_file())


def send(client: Client, token: UUID | str, *uploads: SimpleUploadedFile) -> HttpResponse:
    """What the script of the log form sends."""
    headers = {"X-Requested-With": "XMLHttpRequest"}
    return client.post(f"/activities/drafts/{token}/attachments/", {"attachments": uploads}, headers=headers)


def hung(record: Activity, by: Person, name: str = "合影.jpg", data: bytes = b"") -> Attachment:
    """A file on a record, by default a photo."""
    place = attaching.OnRecord(record, by)
    return attaching.attach(upload(name, data or picture()), place, by=by, now=record.submitted_at)
