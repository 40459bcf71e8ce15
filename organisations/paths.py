"""Materialised paths of the organisation tree: fixed-width steps of four digits, pure functions.

A subtree is the range ``path >= p and path < after(p)``. Fixed-width steps make that range usable by a plain index on
SQLite and PostgreSQL alike, where LIKE would not be. Only ``tree.py`` writes paths.
"""

STEP = 4
LAST = 10**STEP - 2


def step(number: int) -> str:
    """The four digits of the child with this number (1 …). ValueError past the last number that leaves room for ``after``."""
    if not 1 <= number <= LAST:
        raise ValueError("同一个上级下最多设 9998 个组织。")
    return f"{number:0{STEP}d}"


def after(path: str) -> str:
    """The first path behind the whole subtree of ``path`` (exclusive upper bound of the range)."""
    return path[:-STEP] + f"{int(path[-STEP:]) + 1:0{STEP}d}"


def prefixes(path: str) -> list[str]:
    """The paths from the root down to ``path`` itself."""
    return [path[:end] for end in range(STEP, len(path) + 1, STEP)]


def contains(ancestor: str, path: str) -> bool:
    """True if ``path`` is ``ancestor`` or lies below it."""
    return ancestor <= path < after(ancestor)


def depth(path: str) -> int:
    """The number of steps: 1 for a root."""
    return len(path) // STEP
