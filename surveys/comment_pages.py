"""大家写下的话: the comments of one part, page by page, for reading and, before publication, for looking over."""

from __future__ import annotations

from functools import cached_property
from uuid import UUID

from django.core.paginator import Page, Paginator

from .models import Comment, Part
from .results import Results, open_comments, question_title

PAGE = 30


class CommentPage:
    """The comments of the open part. Their order is that of random numbers, the same for everybody."""

    def __init__(self, results: Results, asked: str) -> None:
        self.results, self.survey, self.asked = results, results.survey, asked

    @property
    def part(self) -> Part | None:
        """The part that is open."""
        return self.results.part

    @property
    def may_review(self) -> bool:
        """Whether they can still be put in other words or held back."""
        return self.results.is_early and self.results.is_editor

    @cached_property
    def page(self) -> Page:
        """One page of them, question by question."""
        rows = open_comments(self.survey, [self.results.opened]).order_by("question", "pk")
        return Paginator(rows, PAGE).get_page(self.asked)

    @cached_property
    def groups(self) -> list[tuple[str, list[Comment]]]:
        """The page's comments under the question that they answer."""
        by_question: dict[str, list[Comment]] = {}
        for row in self.page:
            by_question.setdefault(row.question, []).append(row)
        return [(question_title(self.survey, key), rows) for key, rows in by_question.items()]

    @cached_property
    def held_back(self) -> int:
        """How many of this part are not published."""
        return Comment.objects.filter(survey=self.survey, part=self.results.opened, is_hidden=True).count()

    @property
    def elsewhere(self) -> list[tuple[Part, int]]:
        """Other readable parts that have comments."""
        return self.results.comments_elsewhere


def comment_to_review(results: Results, key: UUID) -> Comment | None:
    """The comment, if it stands in a part that the reader reads; None otherwise, and of one that is held back."""
    keys = [part.key for part in results.parts]
    return open_comments(results.survey, keys).filter(pk=key).first()
