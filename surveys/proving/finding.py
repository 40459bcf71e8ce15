"""What one attack found."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Finding:
    """One attack: what was tried, what came out, and whether that betrays anybody. ``held`` None: it could not be tried here."""

    title: str
    tried: str
    result: str
    held: bool | None

    @property
    def verdict(self) -> str:
        """In one word."""
        return {True: "守住", False: "没守住", None: "没能试"}[self.held]

    def as_json(self) -> dict[str, Any]:
        """For handing it from one process to another."""
        return asdict(self)
