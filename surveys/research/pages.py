"""What the screens of 调研成果库 show: the library with what waits for the reader, and one piece."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q
from django.http import QueryDict

from documents.text import paragraphs
from organisations.models import Organisation, Person
from organisations.permissions import Act
from responsibilities.models import Problem

from ..models import PieceKind, PieceState, ResearchPiece, ResearchReview
from ..models.research import WAITING, PieceQuerySet, ReviewQuerySet
from .publishing import may_link
from .searching import LONGEST_QUERY, search

PAGE = 30
MOST_OWN = 30
LOOKS = {
    PieceState.DRAFT: "off",
    PieceState.SUBMITTED: "todo",
    PieceState.REVIEWING: "todo",
    PieceState.PUBLISHED: "done",
    PieceState.RETURNED: "soon",
}


@dataclass(frozen=True)
class Line:
    """One line of the library: whose it is stands there as far as the authors agreed."""

    piece: ResearchPiece
    whose: str


def whose(piece: ResearchPiece, organs: dict[str, str]) -> str:
    """Who wrote it: names and organisation if the authors agreed, the organ alone otherwise."""
    organ = organs.get(piece.organisation.root_path_of_organ, "")
    if not piece.names_authors:
        return organ
    own = piece.organisation.near_name
    return "，".join(part for part in (piece.authors, organ, own if own != organ else "") if part)


def organs_of(pieces: list[ResearchPiece]) -> dict[str, str]:
    """Path → name of the organs to which they belong. One query."""
    wanted = {piece.organisation.root_path_of_organ for piece in pieces}
    return dict(Organisation.objects.filter(path__in=wanted).values_list("path", "name"))


class ResearchLibrary:
    """The library as one reader sees it, and above it what waits for him."""

    def __init__(self, reader: Person, query: QueryDict, today: date) -> None:
        self.reader, self.query, self.today = reader, query, today

    @property
    def text(self) -> str:
        """What is looked for."""
        return self.query.get("q", "").strip()[:LONGEST_QUERY]

    @property
    def kind(self) -> str:
        """One kind; empty for all."""
        asked = self.query.get("kind", "")
        return asked if asked in PieceKind.values else ""

    @property
    def year(self) -> int | None:
        """One year; None for all."""
        asked = self.query.get("year", "")
        return int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else None

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is asked for."""
        return bool(self.text or self.kind or self.year)

    @property
    def rows(self) -> PieceQuerySet:
        """What stands in the library and meets the conditions."""
        rows = search(ResearchPiece.objects.visible_to(self.reader, self.today).in_library(), self.text)
        if self.kind:
            rows = rows.filter(kind=self.kind)
        return rows.filter(year=self.year) if self.year else rows

    @cached_property
    def page(self) -> Page:
        """One page of them."""
        return Paginator(self.rows.listed().select_related("organisation__parent"), PAGE).get_page(
            self.query.get("page")
        )

    @cached_property
    def lines(self) -> list[Line]:
        """The lines of the page."""
        pieces = list(self.page)
        organs = organs_of(pieces)
        return [Line(piece, whose(piece, organs)) for piece in pieces]

    @cached_property
    def years(self) -> list[tuple[str, str, bool]]:
        """What the filter offers: value, label, whether it is chosen."""
        years = ResearchPiece.objects.in_library().order_by("-year").values_list("year", flat=True).distinct()
        return [(str(year), f"{year}年", year == self.year) for year in years]

    @property
    def kinds(self) -> list[tuple[str, str, bool]]:
        """As ``years``."""
        return [(value, label, value == self.kind) for value, label in PieceKind.choices]

    @cached_property
    def to_review(self) -> list[ResearchReview]:
        """What the reader is asked to review; nothing is fetched that he must not read."""
        asked = ResearchReview.objects.visible_to(self.reader).select_related("piece")
        return list(asked.only("verdict", "piece__title", "piece__kind", "piece__year"))

    @cached_property
    def own(self) -> list[tuple[ResearchPiece, str, str]]:
        """What he handed in or is writing, the latest first: (piece, look, word)."""
        own = ResearchPiece.objects.filter(submitted_by=self.reader).defer("words", "text").order_by("-pk")[:MOST_OWN]
        return [(piece, LOOKS[PieceState(piece.state)], piece.get_state_display()) for piece in own]

    @cached_property
    def to_decide(self) -> list[ResearchPiece]:
        """What waits where he decides, the one handed in first on top; with how many opinions were asked for and given."""
        if not self.reader.may(Act.EDIT_SURVEYS, today=self.today):
            return []
        kept = ResearchPiece.objects.manageable_by(self.reader, self.today).filter(state__in=WAITING)
        asked, given = Count("reviews"), Count("reviews", filter=~Q(reviews__verdict=""))
        rows = kept.defer("words", "text").select_related("organisation__parent")
        return list(rows.annotate(asked=asked, given=given).order_by("submitted_at", "pk"))


class PiecePage:
    """One piece, for whoever may see it whole."""

    def __init__(self, piece: ResearchPiece, reader: Person, today: date) -> None:
        self.piece, self.reader, self.today = piece, reader, today

    @property
    def is_mine(self) -> bool:
        """Whether the reader handed it in."""
        return self.piece.submitted_by_id == self.reader.pk

    @cached_property
    def decides(self) -> bool:
        """Whether the reader decides on it: never on his own."""
        handed_in = self.piece.state != PieceState.DRAFT
        return handed_in and not self.is_mine and self.reader.may(Act.EDIT_SURVEYS, self.piece.organisation, self.today)

    @property
    def look(self) -> str:
        """How the state is drawn."""
        return LOOKS[PieceState(self.piece.state)]

    @property
    def is_whole(self) -> bool:
        """Whether the reader is shown authors, organisation and how it went, whatever the authors agreed to."""
        return self.is_mine or self.decides

    @cached_property
    def whose(self) -> str:
        """Who wrote it, as far as this reader is told."""
        if self.is_whole:
            return f"{self.piece.authors}，{self.piece.organisation.near_name}"
        return whose(self.piece, organs_of([self.piece])) or "没有署名"

    @cached_property
    def reviews(self) -> ReviewQuerySet:
        """All opinions with who is asked, for whoever decides."""
        return self.piece.reviews.select_related("reviewer") if self.decides else self.piece.reviews.none()

    @cached_property
    def opinions(self) -> list[tuple[str, str]]:
        """(opinion, reasons) for whoever handed it in, once it is decided: nobody's name, and not in the order of asking."""
        if not self.is_mine or self.piece.state not in (PieceState.PUBLISHED, PieceState.RETURNED):
            return []
        given = self.piece.reviews.filter(round=self.piece.round).given()
        return sorted((row.get_verdict_display(), row.reasons) for row in given.only("verdict", "reasons", "piece"))

    @property
    def may_publish(self) -> bool:
        """Whether somebody has written an opinion."""
        return any(review.verdict for review in self.reviews)

    @property
    def may_link(self) -> bool:
        """Whether the reader may say to which problems it has led."""
        return may_link(self.piece, self.reader, self.today)

    @cached_property
    def problems(self) -> list[Problem]:
        """The problems to which it has led, as far as the reader may see them."""
        seen = Problem.objects.visible_to(self.reader, self.today).filter(pk__in=self._problem_keys)
        return list(seen.order_by("-found_on", "pk"))

    @cached_property
    def _problem_keys(self) -> list[int]:
        return list(self.piece.problems.order_by("pk").values_list("pk", flat=True))

    @property
    def problems_elsewhere(self) -> int:
        """How many more there are, which others handle."""
        return len(self._problem_keys) - len(self.problems)

    @property
    def paragraphs(self) -> list[str]:
        """The text, paragraph by paragraph."""
        return paragraphs(self.piece.text)

    @property
    def has_file(self) -> bool:
        """Whether there is one."""
        return getattr(self.piece, "paper", None) is not None
