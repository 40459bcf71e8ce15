"""Looking over comments between closing and publication: say it in other words, or hold it back (anonymity.md §4).

What was written is overwritten, and of what is held back nothing stays; no version, no name of who did it. After the day
of publication nothing changes any more.
"""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from documents.text import clean
from organisations.models import Person

from . import reading
from .models import Comment, State

LONGEST = 1000


@transaction.atomic
def paraphrase(comment: Comment, *, text: str, by: Person, now: datetime) -> Comment:
    """Put other words in the place of what was written. ValidationError by field, PermissionDenied."""
    row = _to_review(comment, by, now)
    said = clean(text).strip()
    if not said or len(said) > LONGEST:
        raise ValidationError(
            {"text": f"最多 {LONGEST} 个字。" if said else "请写上转述的话；不想公布的，用“不公布”。"}
        )
    if said == row.text:
        return row
    row.text, row.is_paraphrased = said, True
    row.save(update_fields=["text", "is_paraphrased"])
    return row


@transaction.atomic
def hold_back(comment: Comment, *, by: Person, now: datetime) -> Comment:
    """Do not publish it: its text is gone, only that there was one stays. ValidationError, PermissionDenied."""
    row = _to_review(comment, by, now)
    row.text, row.is_hidden = "", True
    row.save(update_fields=["text", "is_hidden"])
    return row


def _to_review(comment: Comment, by: Person, now: datetime) -> Comment:
    row = Comment.objects.select_for_update(of=("self",)).select_related("survey__organisation").get(pk=comment.pk)
    if not reading.may_edit(row.survey, by, timezone.localdate(now)):
        raise PermissionDenied("留言由编这份调研的单位来看。")
    if row.survey.state(now) != State.CLOSED:
        raise ValidationError("公布以后不再改动。")
    if row.is_hidden:
        raise ValidationError("这一条已经不公布了，原文没有留下。")
    return row
