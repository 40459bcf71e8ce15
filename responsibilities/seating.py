"""The levels and posts of a draft: writing, placing, removing. They are data: three and four is only how lists begin."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from organisations.models import Person, Post

from .drafting import renumber
from .editions import claim_draft
from .models import DutyLevel, DutyList, DutyPost

MOST = 12


@transaction.atomic
def write_level(
    duty_list: DutyList, level: DutyLevel, *, name: str, levels: Collection[str], place: int, by: Person | None
) -> None:
    """Add or change a level, and put it in its place."""
    draft = claim_draft(duty_list, by)
    level.duty_list, level.name, level.levels = draft, name.strip(), list(levels)
    if not level.levels:
        raise ValidationError({"levels": "请选这一级是哪些党组织。"})
    _save(level, draft.levels.all(), place)
    renumber(draft)


@transaction.atomic
def write_post(
    duty_list: DutyList,
    post: DutyPost,
    *,
    name: str,
    note: str,
    posts: Iterable[Post],
    everybody: bool,
    place: int,
    by: Person | None,
) -> None:
    """Add or change a post, and put it in its place."""
    draft = claim_draft(duty_list, by)
    roster = [] if everybody else list(posts)
    if not roster and not everybody:
        raise ValidationError({"posts": "请选哪些职务在这一岗，或者选“全体党员”。"})
    post.duty_list, post.name, post.note, post.everybody = draft, name.strip(), note.strip(), everybody
    _save(post, draft.posts.all(), place)
    post.posts.set(roster)
    renumber(draft)


@transaction.atomic
def remove_seat(seat: DutyLevel | DutyPost, *, by: Person | None) -> None:
    """Remove a level or a post that no line stands at."""
    draft = claim_draft(seat.duty_list, by)
    lines = seat.duties.count()
    if lines:
        raise ValidationError(f"“{seat}”下还有 {lines} 项责任，先把它们改到别处或者删掉。")
    seat.delete()
    renumber(draft)


def _save(seat: DutyLevel | DutyPost, others: Any, place: int) -> None:
    """Save it at its place among the others, which keep their order."""
    order = [other for other in others if other.pk != seat.pk]
    if any(other.name == seat.name for other in order):
        raise ValidationError({"name": f"已经有“{seat.name}”了。"})
    if seat.pk is None and len(order) >= MOST:
        raise ValidationError(f"最多 {MOST} 个。")
    order.insert(max(place, 1) - 1, seat)
    for number, one in enumerate(order, start=1):
        one.order = number
    seat.full_clean(exclude=["duty_list"], validate_unique=False, validate_constraints=False)
    seat.save()
    type(seat).objects.bulk_update([one for one in order if one is not seat], ["order"])
