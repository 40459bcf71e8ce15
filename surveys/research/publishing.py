"""Taking a piece into the library, sending it back, and saying to which problems it has led."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from documents.text import clean
from organisations.models import Person
from organisations.permissions import Act
from responsibilities.models import Problem

from ..models import PieceState, ResearchPiece
from ..models.research import LONGEST_REASONS
from .reviewing import decided_by


@transaction.atomic
def publish(piece: ResearchPiece, *, by: Person, today: date) -> ResearchPiece:
    """Into the library, where everybody reads it. ValidationError without a single opinion, PermissionDenied."""
    row = decided_by(piece, by, today)
    if not row.is_waiting:
        raise ValidationError("现在不在评审，不能入库。")
    if not row.reviews.given().exists():
        raise ValidationError("还没有评审意见。至少要有一位评审人写了意见，才能入库。")
    return _decide(row, PieceState.PUBLISHED, "", by, today)


@transaction.atomic
def send_back(piece: ResearchPiece, *, because: str, by: Person, today: date) -> ResearchPiece:
    """Return it with a reason; also one that stands in the library already. ValidationError by field, PermissionDenied."""
    row = decided_by(piece, by, today)
    if not (row.is_waiting or row.state == PieceState.PUBLISHED):
        raise ValidationError("已经退回了。")
    text = clean(because).strip()
    if not text or len(text) > LONGEST_REASONS:
        raise ValidationError({"because": f"最多 {LONGEST_REASONS} 个字。" if text else "请写退回的原因。"})
    return _decide(row, PieceState.RETURNED, text, by, today)


def _decide(row: ResearchPiece, state: str, because: str, by: Person, today: date) -> ResearchPiece:
    row.reviews.filter(verdict="").delete()
    row.state, row.returned_because, row.decided_by, row.decided_on = state, because, by, today
    row.save(update_fields=["state", "returned_because", "decided_by", "decided_on"])
    return row


def may_link(piece: ResearchPiece, by: Person, today: date) -> bool:
    """True if ``by`` may say to which problems ``piece`` has led: whoever handed it in, or decides on such pieces."""
    own = piece.submitted_by_id == by.pk or by.may(Act.EDIT_SURVEYS, piece.organisation, today)
    return piece.state == PieceState.PUBLISHED and own


def link(piece: ResearchPiece, problem: Problem, *, by: Person, today: date) -> None:
    """``piece`` has led to ``problem``, which ``by`` may see. PermissionDenied."""
    _check(piece, problem, by, today)
    piece.problems.add(problem)


def unlink(piece: ResearchPiece, problem: Problem, *, by: Person, today: date) -> None:
    """It has not. PermissionDenied."""
    _check(piece, problem, by, today)
    piece.problems.remove(problem)


def _check(piece: ResearchPiece, problem: Problem, by: Person, today: date) -> None:
    if not may_link(piece, by, today):
        raise PermissionDenied("由提交人或者办理的单位来写。")
    if not Problem.objects.visible_to(by, today).filter(pk=problem.pk).exists():
        raise PermissionDenied
