"""What the pages of 汇报 show: one's own and those sent to one. There is no list of who wrote or did not."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.core.paginator import Page, Paginator

from documents.text import paragraphs
from organisations.models import Person

from .models import Briefing
from .sealing import unseal

PAGE = 50


class BriefingList:
    """The list page for one reader."""

    def __init__(self, reader: Person, page: str = "1") -> None:
        self.reader, self.page_number = reader, page

    @cached_property
    def waiting(self) -> list[Briefing]:
        """Those that wait for the reader's answer, the longest waiting first."""
        rows = Briefing.objects.received_by(self.reader).filter(answered_at__isnull=True)
        return list(rows.with_names().order_by("sent_at", "pk")[:PAGE])

    @cached_property
    def page(self) -> Page:
        """All others: his own, and those that he has answered."""
        rows = Briefing.objects.visible_to(self.reader)
        others = rows.exclude(recipient=self.reader, answered_at__isnull=True)
        return Paginator(others.with_names(), PAGE).get_page(self.page_number)

    @cached_property
    def listed(self) -> list[Listed]:
        """The lines of the page."""
        return [Listed(row, row.author_id == self.reader.pk) for row in self.page]


@dataclass(frozen=True)
class Listed:
    """One report in a list."""

    row: Briefing
    is_mine: bool

    @property
    def look(self) -> str:
        """How its state is drawn."""
        return "done" if self.row.is_answered else "todo" if self.row.is_sent else "off"

    @property
    def state(self) -> str:
        """草稿, 已送出, 已回复."""
        return "已回复" if self.row.is_answered else "已送出，等回复" if self.row.is_sent else "草稿"


class BriefingPage:
    """One report, opened for one of its two people. SealBrokenError if it does not open."""

    def __init__(self, row: Briefing, reader: Person) -> None:
        self.row, self.reader = row, reader
        self.is_mine = row.author_id == reader.pk
        self.text = unseal(row.sealed, row.bond)["text"]
        self.answer = unseal(row.sealed_answer, row.answer_bond)["text"] if row.sealed_answer else ""

    @property
    def lines(self) -> list[str]:
        """The text as it stands on the page and on paper: a paragraph a line."""
        return paragraphs(self.text)

    @property
    def answer_lines(self) -> list[str]:
        """The answer in the same way."""
        return paragraphs(self.answer)

    @property
    def line(self) -> Listed:
        """Its state in words."""
        return Listed(self.row, self.is_mine)
