"""Handing a piece in, taking it back, throwing a draft away."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from organisations.models import Person

from ..models import PieceState, ResearchFile, ResearchPiece
from .naming import Named, named_in
from .receiving import forget
from .writing import held, keep_words


class NamesPeople(ValidationError):
    """The text names an author or an organisation, and nobody has said that this is known; ``lines`` are those."""

    def __init__(self, lines: list[Named]) -> None:
        super().__init__({"knows": "正文里写着作者或单位，评审人会看到。请改掉，或者勾上这一项。"})
        self.lines = lines


def hides_its_text(piece: ResearchPiece) -> bool:
    """True if there is a file in which no text was found, so that nobody can look for names in it: a scan."""
    paper = getattr(piece, "paper", None)
    return paper is not None and not paper.text.strip()


@transaction.atomic
def submit(piece: ResearchPiece, *, by: Person, now: datetime, knows: bool = False) -> ResearchPiece:
    """Hand in. ``knows``: the lines that name somebody were shown. NamesPeople, ValidationError, PermissionDenied."""
    row = held(piece, by)
    if not row.text and not ResearchFile.objects.filter(piece=row).exists():
        raise ValidationError("还没有正文：写在页面上，或者传一个 Word 或 PDF 文件。")
    lines = [] if knows else named_in(row)
    if lines:
        raise NamesPeople(lines)
    row.state, row.round, row.submitted_at = PieceState.SUBMITTED, row.round + 1, now
    row.returned_because, row.decided_on, row.decided_by = "", None, None
    row.save(update_fields=["state", "round", "submitted_at", "returned_because", "decided_on", "decided_by"])
    return row


@transaction.atomic
def withdraw(piece: ResearchPiece, *, by: Person) -> ResearchPiece:
    """Take back what waits. Who was asked and has not written is asked no more. ValidationError, PermissionDenied."""
    row = ResearchPiece.objects.select_for_update(of=("self",)).get(pk=piece.pk)
    if row.submitted_by_id != by.pk:
        raise PermissionDenied("由提交人来撤回。")
    if not row.is_waiting:
        raise ValidationError("现在没有交上去的，不用撤回。")
    row.reviews.filter(verdict="").delete()
    row.state = PieceState.DRAFT
    row.save(update_fields=["state"])
    return row


@transaction.atomic
def drop_file(piece: ResearchPiece, *, by: Person) -> None:
    """Take the file off a draft. ValidationError, PermissionDenied."""
    row = held(piece, by)
    paper = ResearchFile.objects.filter(piece=row).first()
    if paper is not None:
        forget(paper)
        keep_words(row, None)


@transaction.atomic
def delete(piece: ResearchPiece, *, by: Person) -> None:
    """Throw a draft away that nobody has judged. ValidationError, PermissionDenied."""
    row = held(piece, by)
    if row.reviews.exists() or row.state != PieceState.DRAFT:
        raise ValidationError("已经有人评过，不能删；可以放着不再提交。")
    paper = ResearchFile.objects.filter(piece=row).first()
    if paper is not None:
        forget(paper)
    row.delete()
