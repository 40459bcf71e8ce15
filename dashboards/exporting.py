"""The board's table as a file: the same units, requirements and figures, one cell a row.

Both figures and no percentage; units in tree order, without totals. A second sheet says what each figure means.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from django.http import QueryDict
from django.utils import timezone

from dashboards.board import CommitteeBoard
from dashboards.choosing import chosen_organisation, chosen_period
from documents.cells import Column, Row
from documents.excel import Sheet
from organisations.models import Person
from organisations.tables import Table
from organisations.templatetags.sanli import cn_date
from programmes.compliance import DEFINITIONS, Cell


class CoverageExport(Table):
    """The board that the query asks for."""

    name = "要求落实"
    page = "board"
    columns = (
        Column("单位", 26),
        Column("要求", 26),
        Column("代码", 30),
        *(Column(DEFINITIONS[figure][0], 10) for figure in Cell._fields),
    )

    def __init__(self, person: Person, query: QueryDict, today: date) -> None:
        super().__init__(person, query, today)
        organisation = chosen_organisation(person, query, today)
        period, _ = chosen_period(query, today)
        self.board = CommitteeBoard(person, organisation, period, today, query.get("system", ""))

    @property
    def organisation(self) -> str:
        """Whose board it is."""
        return self.board.organisation.name

    @property
    def period(self) -> str:
        """The board's period."""
        return self.board.period.full_label

    def count(self) -> int:
        """How many cells say anything."""
        return sum(1 for _ in self.rows())

    def rows(self) -> Iterator[Row]:
        """One unit and requirement a row, as the table stands: units in tree order, requirements in that of the lines."""
        for unit in self.board.listed_units:
            cells = self.board.grid.get(unit.node.path, {})
            for column in self.board.columns:
                if column.code in cells:
                    yield (unit.label, column.name, column.code, *cells[column.code])

    def notes(self, now: datetime) -> list[Sheet]:
        """What is counted, for whom, by whom, when."""
        facts = [
            ("单位", f"{self.organisation}，{self.board.size}，按党组织设置先后排列，不排名"),
            ("期间", self.period),
            ("截至", cn_date(self.today)),
            ("生成", f"{self.person.name}，{timezone.localtime(now):%Y-%m-%d %H:%M}"),
            *DEFINITIONS.values(),
            ("没有列出的", "这个单位在本期没有这项要求到期。"),
        ]
        return [Sheet("说明", (Column("名称", 14), Column("说明", 90)), facts)]
