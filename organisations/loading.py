"""Loading the posts that the product ships, without touching what people have changed."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from .models import Post

POSTS = Path(__file__).with_name("posts.toml")


def _entries(path: Path) -> list[dict[str, Any]]:
    with path.open("rb") as file:
        entries: list[dict[str, Any]] = tomllib.load(file)["post"]
    return entries


def shipped_codes(path: Path = POSTS) -> set[str]:
    """The codes of the posts that the product ships."""
    return {entry["code"] for entry in _entries(path)}


def load_posts(path: Path = POSTS) -> list[str]:
    """Create the posts that are missing, in the order of the file. Returns the names of those created; never overwrites."""
    entries = _entries(path)
    known = set(Post.objects.values_list("code", flat=True))
    new = [
        Post(
            code=entry["code"],
            name=entry["name"],
            level=entry["level"],
            role=entry["role"],
            is_head=entry.get("head", False),
            is_deputy=entry.get("deputy", False),
            is_committee=entry.get("committee", False),
            is_study_centre=entry.get("study_centre", False),
            order=number * 10,
        )
        for number, entry in enumerate(entries, start=1)
        if entry["code"] not in known
    ]
    Post.objects.bulk_create(new)
    return [post.name for post in new]
