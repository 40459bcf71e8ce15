"""The numbers of a survey that decide what is published; fixed at its launch."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rules:
    """The rules fixed at the launch: the least numbers, and which pairs of attributes may be crossed."""

    k: int = 5
    k_comments: int = 10
    k_crosses: int = 20
    crosses: tuple[tuple[str, str], ...] = ()
