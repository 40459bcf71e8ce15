"""How near a day is, in words and in one of the states that pages draw. Pure."""

from __future__ import annotations

from datetime import date

# From this many days before its day on, a thing is shown as due soon.
SOON = 10


def nearness(day: date, today: date) -> tuple[str, str]:
    """(state, word) of what is due on ``day``: ("late", "超 20 天"), ("soon", "剩 10 天"), ("todo", "剩 41 天")."""
    left = (day - today).days
    if left < 0:
        return "late", f"超 {-left} 天"
    if left == 0:
        return "soon", "今天到期"
    return ("soon" if left <= SOON else "todo"), f"剩 {left} 天"
