"""Small pictures drawn on the server: icons, the year strip, bars and sparklines.

Pure functions that return safe SVG. Geometry stands in attributes and colour in CSS classes,
because the content policy allows no inline style.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from lucide.templatetags.lucide import lucide

STATE_ICONS = {
    "done": "circle-check",
    "todo": "circle-dashed",
    "soon": "clock",
    "late": "triangle-alert",
    "off": "minus",
}

PITCH = 16  # one month of the year strip, gap included
GAP = 4


@lru_cache(maxsize=256)
def icon_svg(name: str) -> SafeString:
    """Return the lucide icon called `name` as inline SVG of class `icon`, hidden from readers.

    Cached, because the package copies a parsed tree at every call and a list draws hundreds of icons.
    Raises lucide.IconDoesNotExist for an unknown name.
    """
    source = str(lucide(name, size=None))
    shapes = source[source.index(">") + 1 : source.rindex("</svg>")]
    return mark_safe(
        '<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-linecap="round"'
        ' stroke-linejoin="round" aria-hidden="true">'
        + "".join(line.strip().replace(" />", "/>") for line in shapes.splitlines())
        + "</svg>"
    )


def state_html(state: str, word: str, *, fill: bool = False) -> SafeString:
    """Return a state as icon and word in its colour: never colour alone.

    `state` is one of STATE_ICONS, any other raises KeyError; `fill` adds the tinted ground that
    is used outside tables.
    """
    return format_html(
        '<span class="state state--{}{}">{}{}</span>',
        state,
        " state--fill" if fill else "",
        icon_svg(STATE_ICONS[state]),
        word,
    )


def _solid(kind: str, x: int, width: int) -> str:
    return f'<rect class="m-{kind}" x="{x}" y="1" width="{width}" height="12"/>'


def _hollow(kind: str, x: int, width: int) -> str:
    return f'<rect class="m-{kind}" x="{x + 1}" y="2" width="{width - 2}" height="10"/>'


def _missed(x: int, width: int) -> str:
    start = x + width / 2 - 2.5
    return _solid("late", x, width) + f'<path class="m-x" d="M{start:g} 4.5l5 5m0-5l-5 5"/>'


def _exempt(x: int, width: int) -> str:
    return _hollow("todo", x, width) + f'<path class="m-exempt" d="M{x} 7h{width}"/>'


def _pending(x: int, width: int) -> str:
    middle = x + width / 2
    return _hollow("todo", x, width) + f'<circle class="m-pending" cx="{middle:g}" cy="7" r="2"/>'


SQUARES = {
    "done": lambda x, width: _solid("done", x, width),
    "late": _missed,
    "todo": lambda x, width: _hollow("todo", x, width),
    "next": lambda x, width: _hollow("next", x, width),
    "future": lambda x, width: _solid("future", x, width),
    "exempt": _exempt,
    "pending": _pending,
}


def months_svg(squares: Iterable[tuple[int, int, str]], label: str) -> SafeString:
    """Return the year strip: twelve squares a year, longer periods as one longer square.

    `squares` are (first month 1–12, months spanned, state) with a state of SQUARES: done, late
    (missed, with ×), todo, next (due soon), future, exempt (a line through it), pending (a dot).
    `label` says the same in words. An unknown state raises KeyError.
    """
    shapes = "".join(SQUARES[state](PITCH * (month - 1), PITCH * span - GAP) for month, span, state in squares)
    return format_html(
        '<svg class="months" viewBox="0 0 192 14" role="img" aria-label="{}">{}</svg>',
        label,
        mark_safe(shapes),
    )


def bar_svg(
    done: float,
    needed: float,
    label: str = "",
    *,
    mark: float | None = None,
    pillar: bool = False,
) -> SafeString:
    """Return a bar filled to done ÷ needed, at most to its end; empty when nothing is needed.

    `mark` draws a line at that amount. With a `label` the bar is a picture of its own, without
    one it repeats figures beside it and is hidden from readers.
    """
    whole = needed or 1
    role = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    line = ""
    if mark is not None:
        at = f"{min(mark / whole, 1) * 100:.4g}"
        line = format_html('<line class="bar__mark" x1="{}" x2="{}" y1="-3" y2="9"/>', at, at)
    return format_html(
        '<svg class="bar{}" viewBox="0 0 100 6" preserveAspectRatio="none" {}>'
        '<rect class="bar__track" width="100" height="6"/>'
        '<rect class="bar__fill" width="{}" height="6"/>{}</svg>',
        " bar--pillar" if pillar else "",
        role,
        f"{min(done / whole, 1) * 100:.4g}",
        line,
    )


def spark_svg(points: Sequence[float], label: str) -> SafeString:
    """Return a sparkline of `points`, oldest first, with a dot on the last one.

    The height runs from the least to the greatest point; a flat row lies in the middle. No
    points give an empty string.
    """
    if not points:
        return mark_safe("")
    low, high = min(points), max(points)
    pace = 72 / max(len(points) - 1, 1)
    dots = [
        (4 + index * pace, 20 - (value - low) / (high - low) * 16 if high > low else 12)
        for index, value in enumerate(points)
    ]
    return format_html(
        '<svg class="spark" viewBox="0 0 80 24" role="img" aria-label="{}">'
        '<polyline class="line" points="{}"/><circle class="dot" cx="{}" cy="{}" r="2.5"/></svg>',
        label,
        format_html_join(" ", "{},{}", ((f"{x:.3g}", f"{y:.3g}") for x, y in dots)),
        f"{dots[-1][0]:.3g}",
        f"{dots[-1][1]:.3g}",
    )
