"""问题台账 as rows: for Excel and for Word, in the columns that ledgers usually have. Never who raised a problem."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import QueryDict

from documents.cells import Column, Row
from organisations.models import Person
from organisations.permissions import Act
from organisations.tables import Table, in_batches

from .models import LegKind, LegState, Problem
from .models.problem import ProblemQuerySet
from .problem_list import ProblemList

HEADINGS = (
    Column("序号", 8),
    Column("问题", 36),
    Column("来源", 14),
    Column("发现单位", 22),
    Column("发现时间", 12),
    Column("责任单位", 22),
    Column("责任人", 10),
    Column("整改措施", 40),
    Column("完成时限", 12),
    Column("进展", 40),
    Column("复核人", 10),
    Column("销号时间", 12),
    Column("提出人评价", 12),
)


def plans(problem: Problem) -> str:
    """What is to be done on each leg, in one cell."""
    return "；".join(f"{LegKind(leg.kind).label}：{leg.plan}" for leg in problem.legs.all() if leg.plan)


def standing(problem: Problem) -> str:
    """How each leg stands, in one cell."""
    said = []
    for leg in problem.legs.all():
        word = LegKind(leg.kind).label
        if leg.state == LegState.EXCUSED:
            said.append(f"没有{word}方面的事：{leg.excused_because}")
        else:
            said.append(f"{word}：{leg.conclusion if leg.state == LegState.DONE else '在办'}")
    return f"{problem.get_state_display()}。{'；'.join(said)}"


def cells(problem: Problem) -> list[Any]:
    """One line of the ledger (fetched with organisation, solved_at, owner, checker and legs)."""
    return [
        problem.number,
        problem.title,
        problem.get_source_display(),
        problem.organisation.near_name,
        problem.found_on,
        problem.solved_at.near_name,
        str(problem.owner or ""),
        plans(problem),
        problem.due_on,
        standing(problem),
        str(problem.checker or ""),
        problem.closed_on,
        problem.get_answer_display(),
    ]


class ProblemExport(Table):
    """The problems that the page lists for the reader, under its conditions."""

    name = "问题台账"
    page = "problem-list"
    columns = HEADINGS

    def __init__(self, person: Person, query: QueryDict, today: date) -> None:
        super().__init__(person, query, today)
        if not person.may(Act.HANDLE_PROBLEMS, today=today):
            raise PermissionDenied("问题台账由支部、党小组和机关党委导出。")
        self.list = ProblemList(person, query, today)

    @property
    def organisation(self) -> str:
        """Whose they are."""
        chosen = self.list.filter.organisation
        return chosen.near_name if chosen else self.list.whose

    @property
    def period(self) -> str:
        """The year asked for."""
        year = self.list.filter.year
        return f"{year}年" if year else "各年"

    def count(self) -> int:
        """How many rows."""
        return self._found.count()

    @property
    def _found(self) -> ProblemQuerySet:
        """Without what the reader only raised: of that he does not know who does what."""
        return self.list.filter.rows().known_whole_to(self.person, self.today)

    def problems(self) -> Iterator[Problem]:
        """The rows, in the order of their numbers."""
        rows = self._found.order_by("pk")
        named = rows.select_related("organisation__parent", "solved_at__parent", "owner", "checker").prefetch_related(
            "legs"
        )
        for batch in in_batches(named, lambda last: Q(pk__gt=last.pk)):
            yield from batch

    def rows(self) -> Iterator[Row]:
        """The cells."""
        return (cells(problem) for problem in self.problems())
