"""Squares for a phone's camera, drawn into the page: no picture is fetched, so none is asked for in any log."""

from __future__ import annotations

import segno
from django.utils.html import format_html
from django.utils.safestring import SafeString

QUIET = 2  # white modules around it; the paper is white besides


def svg(text: str, label: str = "二维码") -> SafeString:
    """An inline ``<svg class="qr">`` that a camera reads as ``text``; the label is what a screen reader says."""
    rows = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix_iter(border=QUIET)]
    size = len(rows)
    return format_html(
        '<svg class="qr" viewBox="0 0 {0} {0}" role="img" aria-label="{1}"><rect width="{0}" height="{0}"/>'
        '<path d="{2}"/></svg>',
        size,
        label,
        "".join(_runs(rows)),
    )


def _runs(rows: list[bytes]) -> list[str]:
    """One rectangle for each run of dark modules in a row."""
    drawn = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            length = next((step for step, module in enumerate(row[x:]) if not module), len(row) - x)
            if length:
                drawn.append(f"M{x} {y}h{length}v1h-{length}z")
            x += length or 1
    return drawn
