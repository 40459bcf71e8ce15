"""Files handed to a browser: names that survive Chinese, headers that keep a file a file."""

import re
from collections.abc import Iterable
from pathlib import PurePosixPath
from urllib.parse import quote

from django.core.files.base import File
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from documents.text import one_line

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"

# What Windows forbids in a name; a slash would also be a path.
_FORBIDDEN = re.compile(r'[\\/:*?"<>|]')

# Common file systems hold 255 bytes; browsers add “ (1)” to a second copy.
_NAME_BYTES = 240
_LONGEST_SUFFIX = 6


def file_name(report: str, organisation: str, period: str, extension: str) -> str:
    """Return 报表名_单位_期间.ext; empty parts are left out. `extension` comes without its dot."""
    stem = "_".join(part for part in map(one_line, (report, organisation, period)) if part)
    return safe_name(f"{stem}.{extension}")


def safe_name(name: str) -> str:
    """Return `name` as one file name for any system: no path, no control characters, short enough."""
    flat = _FORBIDDEN.sub("-", one_line(name)).strip(". ") or "download"
    suffix = PurePosixPath(flat).suffix
    if len(suffix) > _LONGEST_SUFFIX:
        suffix = ""
    stem = flat.removesuffix(suffix).encode()
    return stem[: _NAME_BYTES - len(suffix.encode())].decode(errors="ignore").rstrip(". ") + suffix


def attachment(data: bytes, filename: str, content_type: str) -> HttpResponse:
    """Return a response that a browser saves as `filename` and never shows in place."""
    response = HttpResponse(data, content_type=content_type)
    _mark_as_download(response, filename)
    return response


def streamed_attachment(parts: Iterable[bytes], filename: str, content_type: str) -> StreamingHttpResponse:
    """Return the same for a file that is sent while it is being written."""
    response = StreamingHttpResponse(parts, content_type=content_type)
    _mark_as_download(response, filename)
    return response


def stored_file(file: File, filename: str, content_type: str, *, shown: bool) -> FileResponse:
    """Return a file that somebody uploaded: ``shown`` in place or saved, and unable to do anything in either case."""
    response = FileResponse(file, content_type=content_type)
    _mark_as_download(response, filename, "inline" if shown else "attachment")
    # Opened by its own address it is a page without script, form or origin, whatever a browser takes it for. The style is
    # the browser's own around a picture.
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    return response


def _mark_as_download(response: HttpResponseBase, filename: str, way: str = "attachment") -> None:
    """Name the file by RFC 6266: in UTF-8 as RFC 5987 writes it, and in ASCII for what cannot read that."""
    name = safe_name(filename)
    suffix = PurePosixPath(name).suffix
    plain = f"download{suffix if suffix.isascii() else ''}"
    response["Content-Disposition"] = f"{way}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    response["X-Content-Type-Options"] = "nosniff"
    # Minutes and rosters name people: no proxy and no shared machine keeps a copy.
    response["Cache-Control"] = "private, no-store"
