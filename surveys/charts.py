"""Pictures of published figures: geometry in attributes, colour by class, the same in words beside or inside.

A share that is said only as a bound (“90% 以上”) is drawn up to its bound in full and lightly as far as it may reach.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

PITCH, LEFT, RIGHT, TOP = 39, 104, 406, 38
BOTTOM, TOPMOST = 1.0, 5.0


def likert_svg(title: str, choices: Sequence[dict[str, Any]]) -> SafeString:
    """Return five shares side by side; each is as wide as the middle of what it may be, all together fill the bar."""
    middles = [(one["share"]["low"] + one["share"]["high"]) / 2 for one in choices]
    whole = sum(middles) or 1
    rows, at = [], 0.0
    for place, middle in enumerate(middles, 1):
        width = 100 * middle / whole
        rows.append((place, f"{at:.2f}", f"{max(width - 0.25, 0):.2f}"))
        at += width
    said = "，".join(f"{one['text']} {one['share']['label']}" for one in choices)
    inside = format_html_join("", '<rect class="lk{}" x="{}" width="{}" height="10"/>', rows)
    return format_html(
        '<svg class="likertbar" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>',
        f"{title}：{said}",
        inside,
    )


def share_svg(share: dict[str, Any]) -> SafeString:
    """Return one share as a bar; hidden from readers, who find its words beside it."""
    percent = share["percent"]
    sure, most = (share["low"], share["high"]) if percent is None else (percent, percent)
    return format_html(
        '<svg class="bar bar--tall" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="bar__track" width="100" height="10"/><rect class="bar__maybe" x="{}" width="{}" height="10"/>'
        '<rect class="bar__fill" width="{}" height="10"/></svg>',
        f"{sure:g}",
        f"{most - sure:g}",
        f"{sure:g}",
    )


@dataclass(frozen=True)
class Moved:
    """One line of the comparison of two waves."""

    name: str
    before: float
    now: float
    said: str

    @property
    def is_worse(self) -> bool:
        """True where the mean went down."""
        return self.now < self.before


def moves_svg(moves: Sequence[Moved]) -> SafeString:
    """Return means of the wave before (hollow) and of this one (full), a line between."""
    height = TOP + PITCH * len(moves)
    grid = format_html_join("", "{}", ((_tick(step, height),) for step in range(1, 6)))
    lines = format_html_join("", "{}", ((_moved(one, TOP + PITCH * place),) for place, one in enumerate(moves)))
    said = "；".join(f"{one.name}由 {one.before:g} 到 {one.now:g}，{one.said}" for one in moves)
    return format_html(
        '<svg class="figure figure--wide" viewBox="0 0 470 {}" role="img" aria-label="{}">{}{}</svg>',
        height + 6,
        f"与上期相比：{said}",
        grid,
        lines,
    )


def _place(value: float) -> str:
    return f"{LEFT + (RIGHT - LEFT) * (value - BOTTOM) / (TOPMOST - BOTTOM):.1f}"


def _tick(step: int, height: int) -> SafeString:
    x = _place(step)
    return format_html(
        '<line class="grid-line" x1="{}" x2="{}" y1="18" y2="{}"/><text class="svg-t" x="{}" y="{}" text-anchor="middle">{}</text>',
        x,
        x,
        height - 16,
        x,
        height + 2,
        step,
    )


def _moved(one: Moved, y: int) -> SafeString:
    before, now = _place(one.before), _place(one.now)
    return format_html(
        '<text class="svg-t svg-t--ink" x="0" y="{}">{}</text><line class="{}" x1="{}" x2="{}" y1="{}" y2="{}"/>'
        '<circle class="dot--was" cx="{}" cy="{}" r="4"/><circle class="{}" cx="{}" cy="{}" r="5"/>'
        '<text class="svg-t {}" x="470" y="{}" text-anchor="end">{}</text>',
        y + 4,
        one.name,
        "cmp-down" if one.is_worse else "cmp-up",
        before,
        now,
        y,
        y,
        before,
        y,
        "dot--late" if one.is_worse else "dot",
        now,
        y,
        "svg-t--late" if one.is_worse else "svg-t--b",
        y + 4,
        one.said,
    )
