"""Titles with a date in them: “{month}月主题党日” becomes “11月主题党日”. Pure."""

from __future__ import annotations

from datetime import date
from string import Formatter

from .periods import Cadence, period_of

PLACEHOLDERS = frozenset({"year", "month", "quarter", "half"})


def fill_title(template: str, day: date) -> str:
    """The template with {year} 2026, {month} 11, {quarter} 第四季度 and {half} 下半年 of the day.

    Raises ValueError with a Chinese sentence when the template names anything else.
    """
    unknown = unknown_placeholders(template)
    if unknown:
        raise ValueError(f"标题模板“{template}”里有不认识的占位：{'、'.join(unknown)}。")
    return template.format(
        year=day.year,
        month=day.month,
        quarter=period_of(day, Cadence.QUARTER).label,
        half=period_of(day, Cadence.HALF).label,
    )


def unknown_placeholders(template: str, known: frozenset[str] = PLACEHOLDERS) -> list[str]:
    """What the template wants filled in beside the known names; a stray brace counts as unknown."""
    try:
        parts = list(Formatter().parse(template))
    except ValueError:
        return ["{ }"]
    # A conversion or a format ({month!r}, {month:03}) is no more a plain name than a wrong one.
    plain = [(name, not (spec or conversion)) for _, name, spec, conversion in parts if name is not None]
    return [name or "{}" for name, is_plain in plain if name not in known or not is_plain]
