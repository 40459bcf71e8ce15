"""Blind review: who may review what, what a reviewer is shown, what he says.

A reviewer is never of the piece's own organisation (product rule). Whoever keeps the whole city asks people of other organs;
the office of an organ, which knows only its own people, asks those of other branches. Nobody reviews who could see the author
by his office.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q

from documents.text import clean, paragraphs
from organisations import paths, scoping
from organisations.models import Membership, Person
from organisations.permissions import Act

from ..models import PieceState, PieceVerdict, ResearchPiece, ResearchReview
from ..models.research import LONGEST_REASONS, WAITING

MOST_REVIEWERS = 7


@dataclass(frozen=True)
class BlindPiece:
    """What a reviewer is shown; nothing that is not here reaches his page."""

    number: int
    title: str
    kind: str
    year: int
    summary: str
    keywords: tuple[str, ...]
    paragraphs: tuple[str, ...]
    file_type: str

    @property
    def file_name(self) -> str:
        """The name under which he saves the file: it is not the one that the author chose."""
        return f"{self.kind}_评审稿_{self.number}.{self.file_type}"


def blind(review: ResearchReview) -> BlindPiece:
    """The piece as its reviewer is shown it."""
    piece = review.piece
    paper = getattr(piece, "paper", None)
    return BlindPiece(
        number=review.pk,
        title=piece.title,
        kind=piece.get_kind_display(),
        year=piece.year,
        summary=piece.summary,
        keywords=tuple(piece.keyword_list),
        paragraphs=tuple(paragraphs(piece.text)),
        file_type=paper.type if paper else "",
    )


def own_unit(piece: ResearchPiece, by: Person, today: date | None = None) -> Q:
    """Condition on ``organisation__path``: of the same organisation as the piece, as ``by`` has to reckon it."""
    organisation = piece.organisation
    if paths.depth(organisation.path) == 1:
        return Q(organisation__path=organisation.path)
    if scoping.everywhere(by, Act.EDIT_SURVEYS, today):
        return scoping.under(organisation.root_path_of_organ, "organisation__path")
    return scoping.under(organisation.path, "organisation__path")


def why_not(reviewer: Person, piece: ResearchPiece, *, by: Person, today: date) -> str:
    """Why ``reviewer`` may not review ``piece`` if ``by`` asks him; empty if he may."""
    if reviewer.pk == piece.submitted_by_id or reviewer.name in piece.authors:
        return f"{reviewer}是作者或者提交人，不能评自己的成果。"
    if reviewer.username is None or not reviewer.is_active:
        return f"{reviewer}还没有开通登录，不能在这里评。"
    if reviewer.may(Act.EDIT_SURVEYS, piece.organisation, today):
        return f"{reviewer}管这个单位的成果，看得到作者，不能匿名评。"
    own = scoping.holding(today) & own_unit(piece, by, today)
    if Membership.objects.filter(own, person=reviewer).exists() or reviewer.appointments.filter(own).exists():
        return f"{reviewer}是这个单位的人，不评本单位的成果。"
    return ""


def decided_by(piece: ResearchPiece, by: Person, today: date) -> ResearchPiece:
    """Locked, inside a transaction, for whoever decides on it. PermissionDenied."""
    row = ResearchPiece.objects.select_for_update(of=("self",)).select_related("organisation__parent").get(pk=piece.pk)
    if row.submitted_by_id == by.pk:
        raise PermissionDenied("自己提交的成果，由别人来办。")
    if row.state == PieceState.DRAFT or not by.may(Act.EDIT_SURVEYS, row.organisation, today):
        raise PermissionDenied("由机关党委或者机关工委来办。")
    return row


@transaction.atomic
def appoint(piece: ResearchPiece, reviewer: Person, *, by: Person, today: date) -> ResearchReview:
    """Ask somebody to review. ValidationError (field ``reviewer``), PermissionDenied."""
    row = decided_by(piece, by, today)
    if row.state not in WAITING:
        raise ValidationError("现在不在评审，不能请评审人。")
    asked = set(row.reviews.filter(round=row.round).values_list("reviewer", flat=True))
    refusal = why_not(reviewer, row, by=by, today=today)
    if reviewer.pk in asked:
        refusal = f"已经请过{reviewer}了。"
    elif len(asked) >= MOST_REVIEWERS:
        refusal = f"一份成果最多请 {MOST_REVIEWERS} 位。"
    if refusal:
        raise ValidationError({"reviewer": refusal})
    review = ResearchReview.objects.create(piece=row, reviewer=reviewer, round=row.round, appointed_by=by)
    if row.state == PieceState.SUBMITTED:
        row.state = PieceState.REVIEWING
        row.save(update_fields=["state"])
    return review


@transaction.atomic
def release(review: ResearchReview, *, by: Person, today: date) -> None:
    """Ask him no more. ValidationError if he has written, PermissionDenied."""
    row = decided_by(review.piece, by, today)
    if not row.reviews.filter(pk=review.pk, verdict="").delete()[0]:
        raise ValidationError("他已经写了意见，不能再取消。")
    if row.state == PieceState.REVIEWING and not row.reviews.filter(round=row.round).exists():
        row.state = PieceState.SUBMITTED
        row.save(update_fields=["state"])


@transaction.atomic
def give(review: ResearchReview, *, verdict: str, reasons: str, by: Person, today: date) -> ResearchReview:
    """Write or change one's opinion, while it is asked for. ValidationError by field, PermissionDenied."""
    piece = (
        ResearchPiece.objects.select_for_update(of=("self",))
        .select_related("organisation__parent")
        .get(pk=review.piece_id)
    )
    row = ResearchReview.objects.visible_to(by).filter(pk=review.pk).select_related("appointed_by").first()
    if row is None:
        raise PermissionDenied("这份成果已经不在评审。")
    refusal = why_not(by, piece, by=row.appointed_by, today=today)
    if refusal:
        raise PermissionDenied("你现在不能评这份成果，请退给请你的人。")
    text = clean(reasons).strip()
    errors = {} if verdict in PieceVerdict.values else {"verdict": "请选一个意见。"}
    if not text:
        errors["reasons"] = "请写理由。"
    elif len(text) > LONGEST_REASONS:
        errors["reasons"] = f"理由最多 {LONGEST_REASONS} 个字，现在是 {len(text)} 个。"
    if errors:
        raise ValidationError(errors)
    row.verdict, row.reasons, row.given_on = verdict, text, today
    row.save(update_fields=["verdict", "reasons", "given_on"])
    return row
