"""与上期相比: what changed in the open part since the wave before, as far as publishing.compare lets it be said.

Only a wave that asked the same audience and is published itself. What is not listed may have moved too, but by so little
that a few people could have done it.
"""

from __future__ import annotations

from datetime import date
from functools import cached_property

from django.db.models import Q
from django.utils.safestring import SafeString

from . import publishing
from .charts import Moved, moves_svg
from .headlines import Headline
from .models import Part, Survey
from .published import WHOLE, Published
from .publishing import Change


def said(change: Change) -> str:
    """The change with its sign: +0.17, −0.06."""
    return f"{'+' if change.difference > 0 else '−'}{abs(change.difference):g}"


def _row(change: Change) -> tuple[str, str, str, str]:
    return change.text, f"{change.before:g}", f"{change.now:g}", said(change)


class Comparison:
    """The open part beside the same part of the wave before. One query, none without such a wave."""

    def __init__(self, published: Published, part: Part | None, today: date) -> None:
        self.published, self.part, self.today = published, part, today

    @property
    def previous(self) -> Survey | None:
        """The wave before, if it is published and asked the same people."""
        survey, before = self.published.survey, self.published.survey.previous
        if before is None or self.part is None or before.closed_at is None:
            return None
        is_out = before.publish_on is None or before.publish_on <= self.today
        is_like = (before.organisation_id, before.who) == (survey.organisation_id, survey.who)
        return before if is_out and is_like else None

    @cached_property
    def _changes(self) -> list[Change]:
        if self.previous is None or self.part is None:
            return []
        same = Q(part=WHOLE) if self.part.key == WHOLE else Q(payload__name=self.part.name)
        before = list(self.previous.tables.filter(Q(kind="response") | same & Q(kind__in=["dimensions", "question"])))
        return [one for one in publishing.compare(self.published.tables, before) if one.part == self.part.key]

    @property
    def dimensions(self) -> list[Change]:
        """The dimensions that changed, in the order asked."""
        return [one for one in self._changes if one.kind == "dimension"]

    @property
    def questions(self) -> list[Change]:
        """The scales that changed, in the order asked."""
        return [one for one in self._changes if one.kind == "question"]

    @property
    def rows(self) -> list[tuple[str, str, str, str]]:
        """All of them in words: of what, before, now, the change."""
        return [_row(one) for one in (*self.dimensions, *self.questions)]

    @property
    def question_rows(self) -> list[tuple[str, str, str, str]]:
        """The same of the scales alone."""
        return [_row(one) for one in self.questions]

    @property
    def picture(self) -> SafeString | None:
        """The changes of the dimensions drawn; None without any."""
        moved = [Moved(one.text, one.before, one.now, said(one)) for one in self.dimensions]
        return moves_svg(moved) if moved else None

    @property
    def headline(self) -> Headline | None:
        """The dimension that changed most, up or down; with equal changes the one asked first."""
        if not self.dimensions:
            return None
        most = max(self.dimensions, key=lambda one: abs(one.difference))
        text = f"均分由 {most.before:g} 到 {most.now:g}，{said(most)}，在能比的维度里变化最大。"
        return Headline(f"“{most.text}”比上期{'上升' if most.difference > 0 else '下降'}。", text)
