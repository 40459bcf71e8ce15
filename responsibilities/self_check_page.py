"""The page of 半年自查 for the one who writes it, and the same as a Word document."""

from __future__ import annotations

from datetime import date, datetime
from functools import cached_property
from urllib.parse import urlencode

from django.http import Http404, QueryDict

from documents.downloads import file_name
from documents.word import OfficialDocument
from organisations.models import Organisation, Person
from programmes.periods import Cadence, Period, parse, period_of

from .models import Assignment, SelfCheck
from .self_check_facts import Facts, facts_of
from .self_checking import may_be_checked, places_of, usual_half


class SelfCheckPage:
    """One half-year at one of the reader's posts. ``query`` names both; what is not his, or is no half-year, is Http404."""

    def __init__(self, reader: Person, query: QueryDict, today: date) -> None:
        self.reader = reader
        self.today = today
        self.half = _half(query.get("half", ""), today)
        self._asked = query.get("organisation", "")

    @cached_property
    def _places(self) -> dict[Organisation, tuple[date, list[Assignment]]]:
        return places_of(self.reader, self.today)

    @property
    def places(self) -> list[Organisation]:
        """Where he holds posts."""
        return list(self._places)

    @cached_property
    def place(self) -> Organisation | None:
        """The one that is asked for, else the first; None for who holds nothing."""
        if not self._asked:
            return self.places[0] if self.places else None
        for place in self.places:
            if str(place.pk) == self._asked:
                return place
        raise Http404

    @cached_property
    def row(self) -> SelfCheck | None:
        """What is kept so far."""
        mine = SelfCheck.objects.visible_to(self.reader)
        return mine.filter(organisation=self.place, period=self.half.key).first() if self.place else None

    @property
    def is_finished(self) -> bool:
        """Whether it is finished."""
        return self.row is not None and self.row.is_finished

    @cached_property
    def facts(self) -> Facts:
        """As they were kept, or as they stand."""
        if self.row is not None and self.row.is_finished:
            return Facts.from_json(self.row.facts)
        since, rows = self._places[self.place] if self.place else (self.today, [])
        return facts_of(self.reader, rows, self.half, since, self.today)

    @property
    def query(self) -> str:
        """What names this one."""
        place = {"organisation": self.place.pk} if self.place else {}
        return f"?{urlencode({'half': self.half.key, **place})}"

    @property
    def halves(self) -> list[Period]:
        """This half-year and the two before it, the latest first."""
        now = period_of(self.today, Cadence.HALF)
        return [half for half in (now, now.previous(), now.previous().previous()) if may_be_checked(half, self.today)]

    @property
    def file_name(self) -> str:
        """半年自查_第一党支部_2026年下半年.docx."""
        return file_name("半年自查", self.place.name if self.place else "", self.half.full_label, "docx")

    def document(self, now: datetime) -> bytes:
        """What is kept, with the facts, in the form of an official document; no number, no addressee, no score."""
        facts, row, place = self.facts, self.row, self.place
        document = OfficialDocument(organisation=place.official_name if place else "", created=now)
        document.title(f"{self.half.full_label}履行责任情况自查")
        document.subtitle(f"{place.official_name if place else ''}　{self.reader.name}（{facts.posts}）")
        document.heading(1, "履行责任情况")
        _write_facts(document, facts)
        document.heading(1, "存在的不足")
        document.paragraph((row.shortfalls if row else "") or "（未填写）")
        document.heading(1, "下步打算")
        document.paragraph((row.plans if row else "") or "（未填写）")
        document.signed(self.reader.name, facts.day)
        return document.save()


def _half(raw: str, today: date) -> Period:
    if not raw:
        return usual_half(today)
    try:
        half = parse(raw)
    except ValueError:
        raise Http404 from None
    if not may_be_checked(half, today):
        raise Http404
    return half


def _write_facts(document: OfficialDocument, facts: Facts) -> None:
    first, last = facts.span
    span = f"{first.year}年{first.month}月{first.day}日至{last.month}月{last.day}日到期的措施 {facts.needed} 条"
    document.paragraph(f"{span}，截至{facts.day.month}月{facts.day.day}日已办 {facts.done} 条。")
    if facts.duties:
        rows = [(str(place), duty.content, duty.said) for place, duty in enumerate(facts.duties, start=1)]
        document.table(("序号", "责任", "已办／应办"), rows, (1, 8, 2), centred=frozenset({0, 2}))
    if facts.overdue:
        document.paragraph(f"逾期未办 {len(facts.overdue)} 条：")
        document.numbered(f"{text}。" for text in facts.overdue)
    for sentence in said(facts):
        document.paragraph(sentence)


def said(facts: Facts) -> list[str]:
    """The other facts as sentences."""
    lines = [f"作为佐证的活动记录：{facts.said_records}。"] if facts.records else []
    lines.append(f"本人谈心谈话 {facts.talks} 次（只计次数）。")
    lines.append(f"经办的问题销号 {facts.solved} 件，在办 {facts.working} 件。")
    return lines
