"""A downloaded list taken apart, as whoever opens it would find it."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from typing import Any
from urllib.parse import unquote

from openpyxl import Workbook, load_workbook


def workbook(response) -> Workbook:
    """The workbook that an answer brought."""
    assert response.status_code == 200
    return load_workbook(BytesIO(content(response)))


def content(response) -> bytes:
    """The whole of a file, sent at once or in pieces."""
    return b"".join(response.streaming_content) if response.streaming else response.content


def rows(response) -> list[tuple[Any, ...]]:
    """The values of the first sheet, header first."""
    return list(workbook(response).worksheets[0].iter_rows(values_only=True))


def column(response, title: str) -> list[Any]:
    """The values below one heading."""
    heading, *below = rows(response)
    return [row[heading.index(title)] for row in below]


def csv_rows(response) -> list[list[str]]:
    """The lines of a CSV file, header first; the mark at its beginning is checked."""
    text = content(response).decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(StringIO(text[1:])))


def sent_name(response) -> str:
    """The file name as a browser reads it from the header (RFC 5987)."""
    return unquote(response["Content-Disposition"].split("filename*=UTF-8''")[1])
