"""结果: what was published of a survey, for one reader, opened at one part. Reads released tables and comments only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Count
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from organisations.models import Person

from . import breakdown_tables, distributions, headlines, heat, reading
from .headlines import Headline
from .method import destroyed, method
from .models import Comment, Destruction, Finding, Part, State, Survey
from .published import WHOLE, Published
from .waves import Comparison

FIRST_COMMENTS = 5


@dataclass(frozen=True)
class Said:
    """The comments on one question: the first few, and how many there are."""

    question: str
    title: str
    count: int
    first: list[Comment]


class Results:
    """The page. Raises Http404 for a part that the reader does not read."""

    def __init__(self, survey: Survey, reader: Person, now: datetime, opened: str = WHOLE) -> None:
        self.survey, self.reader, self.now, self.opened = survey, reader, now, opened
        self.today = timezone.localdate(now)
        if self.has_figures and opened not in self._by_key and not (opened == WHOLE and self.reaches):
            raise Http404

    @cached_property
    def state(self) -> State:
        """Where the survey stands."""
        return self.survey.state(self.now)

    @cached_property
    def is_editor(self) -> bool:
        """Whether the reader wrote it or may."""
        return reading.may_edit(self.survey, self.reader, self.today)

    @cached_property
    def has_figures(self) -> bool:
        """Whether there is anything to read for this reader now."""
        return reading.may_read(self.survey, self.reader, self.now)

    @property
    def is_early(self) -> bool:
        """Closed and not published: only its editors see it."""
        return self.state == State.CLOSED

    @property
    def is_counted(self) -> bool:
        """Whether answering is over and the tables are made."""
        return self.survey.closed_at is not None

    @cached_property
    def parts(self) -> list[Part]:
        """What the reader reads; nothing while there is nothing to read."""
        return reading.parts_for(self.survey, self.reader, self.today) if self.has_figures else []

    @cached_property
    def _by_key(self) -> dict[str, Part]:
        return {part.key: part for part in self.parts}

    @property
    def reaches(self) -> bool:
        """False where so few answered that nothing at all was published."""
        return not self.parts

    @property
    def part(self) -> Part | None:
        """The part that is open; None where nothing was published."""
        return self._by_key.get(self.opened)

    @property
    def is_whole(self) -> bool:
        """Whether the open part is everybody."""
        return self.opened == WHOLE

    @cached_property
    def published(self) -> Published:
        """The tables for this page."""
        return Published(self.survey, self.parts, self.opened)

    @property
    def response(self) -> dict[str, Any]:
        """How many were asked and how many answered, as published."""
        return self.published.payload("response", self.opened)

    @property
    def response_sentence(self) -> str:
        """The response in words: the number of sheets only where it is published, of the whole."""
        said = self.response
        if not said:
            return ""
        asked = f"请 {said['heads']:,} 人填"
        if said["n"] is not None:
            return f"{asked}，收到 {said['n']:,} 份，应答率 {said['label']}。"
        return f"{asked}，应答率 {said['label']}。" if said["rate"] else f"{asked}，{said['label']}。"

    @property
    def dimensions(self) -> list[dict[str, Any]]:
        """The dimensions of the open part."""
        rows: list[dict[str, Any]] = self.published.payload("dimensions", self.opened).get("rows", [])
        return rows

    @cached_property
    def heat(self) -> list[heat.Row]:
        """The whole, the open part, and what lies below it."""
        if not self.published.dimensions:
            return []
        top = [part for part in self.parts if part.key in (WHOLE, self.opened)]
        return [heat.part_row(self.published, part) for part in top] + heat.rows_under(self.published, self.opened)

    @cached_property
    def comparison(self) -> Comparison:
        """The wave before, where it can be compared."""
        return Comparison(self.published, self.part, self.today)

    @cached_property
    def headlines(self) -> list[Headline]:
        """At most three sentences, see headlines.py."""
        below = heat.below(self.parts, self.opened)
        by_part = [(part, self.published.payload("dimensions", part.key).get("rows", [])) for part in below]
        first = self.comparison.headline or headlines.highest(self.dimensions)
        found = [
            first,
            headlines.lowest(self.dimensions, self.opened),
            headlines.units_below(by_part, reads_all=self.reads_all),
        ]
        return [one for one in found if one]

    @property
    def reads_all(self) -> bool:
        """Whether every unit below the open part is the reader's to read: an editor's everywhere, an office's in its organ."""
        return self.is_editor or (not self.is_whole and len(heat.below(self.parts, self.opened)) > 1)

    @cached_property
    def scales(self) -> list[distributions.ScaleGroup]:
        """The scales of the open part."""
        return distributions.scales(self.published.of("question", self.opened))

    @cached_property
    def _choices(self) -> list[distributions.Choices]:
        return distributions.choices(self.published.of("question", self.opened))

    @property
    def _about_people(self) -> set[str]:
        return {question.code for question in self.survey.asked.asking if question.attribute}

    @property
    def choices(self) -> list[distributions.Choices]:
        """Its other questions."""
        return [asked for asked in self._choices if asked.code not in self._about_people]

    @property
    def people(self) -> list[distributions.Choices]:
        """What those who answered said of themselves."""
        return [asked for asked in self._choices if asked.code in self._about_people]

    @cached_property
    def attributes(self) -> list[breakdown_tables.Grid]:
        """What is published by attribute of the open part."""
        tables = self.published.of("attribute", self.opened)
        return [breakdown_tables.attribute_grid(table, self.published.dimensions) for table in tables]

    @cached_property
    def crosses(self) -> list[breakdown_tables.Grid]:
        """The crosses of two attributes."""
        return [breakdown_tables.cross_grid(table) for table in self.published.of("cross", self.opened)]

    @cached_property
    def comments(self) -> list[Said]:
        """The comments of the open part, question by question; their order is that of random numbers."""
        rows = list(open_comments(self.survey, [self.opened]))
        by_question: dict[str, list[Comment]] = {}
        for row in rows:
            by_question.setdefault(row.question, []).append(row)
        return [
            Said(key, question_title(self.survey, key), len(found), found[:FIRST_COMMENTS])
            for key, found in sorted(by_question.items())
        ]

    @cached_property
    def comments_elsewhere(self) -> list[tuple[Part, int]]:
        """Other readable parts that have comments, each with how many."""
        keys = [part.key for part in self.parts if part.key != self.opened]
        counted = open_comments(self.survey, keys).order_by().values_list("part").annotate(number=Count("pk"))
        return [(self._by_key[key], number) for key, number in sorted(counted, key=lambda one: keys.index(one[0]))]

    @cached_property
    def destruction(self) -> Destruction | None:
        """The certificate, once the sheets are gone."""
        if self.survey.destroyed_at is None:
            return None
        return Destruction.objects.filter(survey=self.survey).first()

    @property
    def destroyed_sentence(self) -> str:
        """When single sheets are destroyed, or were."""
        return f"逐份答卷{destroyed(self.survey, self.destruction)}"

    @property
    def summary_rows(self) -> list[tuple[str, str, str]]:
        """Each dimension with its mean for the whole and for the open part."""
        own = {row["dimension"]: row["mean"]["label"] for row in self.dimensions}
        whole = self.published.payload("dimensions", WHOLE).get("rows", [])
        return [(row["dimension"], row["mean"]["label"], own.get(row["dimension"], heat.NOT_SHOWN)) for row in whole]

    @cached_property
    def turned_count(self) -> int:
        """How many figures became problems; everybody may know the number."""
        return Finding.objects.filter(survey=self.survey).count()

    @property
    def previous_url(self) -> str:
        """The wave before, for the editors, if its results are out."""
        before = self.comparison.previous if self.is_editor else None
        return reverse("survey-results", args=[before.pk]) if before else ""

    @property
    def method(self) -> list[tuple[str, str]]:
        """怎样公布的."""
        return method(self.published, self.destruction, reads_all=self.is_editor)

    @cached_property
    def turnable(self) -> set[str]:
        """The parts whose figures the reader may turn into problems, once they are published."""
        if not self.survey.has_results(self.now):
            return set()
        return reading.turnable(self.parts, self.survey, self.reader, self.today)

    @cached_property
    def problems(self) -> dict[str, int]:
        """``table/line`` of what was turned into a problem → the problem. Empty for whoever may not turn."""
        if not self.turnable:
            return {}
        rows = Finding.objects.filter(survey=self.survey)
        return {f"{row.table}/{row.line}": row.problem_id for row in rows}

    @property
    def period(self) -> str:
        """When it was filled in, for headings and files."""
        if self.survey.opens_at is None or self.survey.closes_at is None:
            return ""
        first, last = timezone.localtime(self.survey.opens_at), timezone.localtime(self.survey.closes_at)
        return f"{first.year}年{first.month}月{first.day}日至{last.month}月{last.day}日"


def open_comments(survey: Survey, parts: list[str]) -> Any:
    """The comments of these parts that are not held back."""
    return Comment.objects.filter(survey=survey, part__in=parts, is_hidden=False)


def question_title(survey: Survey, key: str) -> str:
    """The text of the question that a comment answers; of words beside 其他 that of their question."""
    question = survey.asked.question(key.removesuffix(".other"))
    if question is None:
        return "留言"
    return f"{question.text}（其他，请说明）" if key.endswith(".other") else question.text
