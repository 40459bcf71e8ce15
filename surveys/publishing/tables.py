"""The published tables of a survey: all that screen, Word and Excel will ever have.

`Table.key` is unique in a survey and begins with the key of the part; `Table.part` is that key ("all", "u12", "u12+").
Nobody needs more than the payloads, which are plain JSON. Counts of answers are nowhere in them: a share or a mean says
as much as may be said (figures.py), and where nothing may be said the row or the table is not there.

Common pieces
    share       {"percent": 42 or null, "low": 41.5, "high": 42.5, "label": "42%"}; percent null: print the label only
                ("90% 以上", "10% 以下", "四分之三以上"); low and high bound the truth, for drawing.
    mean        {"value": 3.52, "step": 0.01, "end": "" | "high" | "low", "label": "3.52"}; with an end the label says
                "4.8 以上" and value is that bound.
    row         {"code": key of the answers, "text": statement or "", "dimension": "…", "mean": mean or null,
                "favourable": share or null, "favourable_label": "比较符合、非常符合" or "9–10",
                "choices": [{"code", "text", "share": share}, …]}; no choices where fewer than ten answered.
    dimension   {"dimension": "组织关怀", "mean": mean, "questions": 3, "whole": mean of the whole or null,
                "difference": -0.3 or null} (difference in the coarser step of both; null at an end).

Kinds
    response    one a part: {"name", "parent", "pooled", "heads", "n": number or null, "rate": share or null, "label"};
                n only of the whole; rate null: print the label (已达到发布条件). Without any published part one table for
                "all" says 未达到发布条件.
    question    one a part and question that shows something: {"code", "number", "text", "type", "name": of the part,
                "conditional": only asked after a certain answer, "multiple", "rows": [row, …]}; a matrix has a row a
                statement, every other question one row. Shares of a multiple choice do not add up to 100.
    dimensions  one a part: {"name", "parent", "rows": [dimension, …], "hidden": dimensions of the whole not shown here}.
    attribute   one a scope and attribute: {"code", "text", "name", "blocks": [{"label", "rows": [row + "question"],
                "dimensions": [dimension, …]}, …]}; rows carry the text of their question.
    cross       {"rows": [labels], "columns": [labels], "row_text", "column_text", "cells": [[cell or null, …], …]} with
                cell as a block without label; null: fewer answers than fixed at launch, or hidden with one that has.
    suppressed  one: {"merged": [{"part", "name", "units": [{"number", "name", "reason": "heads" | "answers"}],
                "sentence"}], "refused": [{"text", "sentence"}]}. "answers" is said of a unit with too few answers and of
                the sibling merged with it alike: which is which would tell.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from surveys.questionnaire import Answers, Questionnaire

from . import breakdowns, payloads
from .figures import Figure, Precision, precision_of
from .measures import Counts, Measure, measures, total
from .participation import NOT_REACHED, rates
from .parts import WHOLE, HeadUnit, heads_of, own_heads, partition
from .releasing import released
from .rules import Rules
from .withheld import merged, refused


@dataclass(frozen=True)
class Table:
    """One published table; its payload is described above by kind."""

    key: str
    part: str
    title: str
    kind: str
    payload: dict[str, Any]


def tables(
    questionnaire: Questionnaire, sheets: Iterable[tuple[int, Answers]], units: Sequence[HeadUnit], rules: Rules
) -> list[Table]:
    """Return everything that is published of `sheets` (unit number, answers), audited, in the order of the page.

    The `n` of `units` is not read: it is counted from the sheets. Sheets of unknown units count nowhere.
    """
    return Publication(questionnaire, sheets, units, rules).tables()


class Publication:
    """One survey on its way from sheets to tables."""

    def __init__(
        self,
        questionnaire: Questionnaire,
        sheets: Iterable[tuple[int, Answers]],
        units: Sequence[HeadUnit],
        rules: Rules,
    ) -> None:
        """Sort the sheets into their units."""
        self.questionnaire, self.rules = questionnaire, rules
        self.by_unit: dict[int, list[Answers]] = defaultdict(list)
        known = {unit.number for unit in units}
        for number, answers in sheets:
            if number in known:
                self.by_unit[number].append(answers)
        self.units = [
            HeadUnit(unit.number, unit.name, unit.parent, len(self.by_unit[unit.number]), unit.heads) for unit in units
        ]
        self.parts = partition(self.units, rules.k)
        self.measures = measures(questionnaire)

    def tables(self) -> list[Table]:
        """Return all tables."""
        if not self.parts:
            nothing = {"name": "", "parent": "", "pooled": 0, "heads": self._all_heads, "n": None, "rate": None}
            return [Table("all.response", WHOLE, "应答情况", "response", nothing | {"label": NOT_REACHED})]
        found = [
            *self._responses(),
            *self._dimensions(),
            *self._questions(),
            *self._attributes(),
            *map(self._cross, self._crossed),
        ]
        about = {
            "merged": merged(self.parts, self.units, self.rules.k),
            "refused": refused(self.questionnaire, self._breakdowns, self._crossed, self.rules),
        }
        return [*found, Table("all.suppressed", WHOLE, "不单独公布的", "suppressed", about)]

    @cached_property
    def heads(self) -> dict[str, int]:
        """The people asked in each part."""
        return heads_of(self.parts, self.units)

    @cached_property
    def figures(self) -> dict[str, dict[str, Figure]]:
        """Everything shown: name of the measure → part → figure."""
        precisions = {part.key: precision_of(part.n, self.heads[part.key]) for part in self.parts}
        return {breakdowns.name(measure): self._released(measure, precisions) for measure in self.measures}

    @property
    def _all_heads(self) -> int:
        return sum(own_heads(self.units).values())

    def _released(self, measure: Measure, precisions: Mapping[str, Precision]) -> dict[str, Figure]:
        """The figures of one measure; of an attribute in fives at most, since its heads are known."""
        own = {unit.number: measure.count(self.by_unit[unit.number]) for unit in self.units}
        width = len(measure.options)
        counts: dict[str, Counts] = {
            part.key: total((own[number] for number in part.leaves), width) for part in self.parts
        }
        finest = Precision.MIDDLE if measure.question.attribute else Precision.LARGE
        exact = {key: min(finest, precisions[key], precision_of(sum(one))) for key, one in counts.items()}
        return released(measure, self.parts, counts, exact, self.rules.k)

    def _responses(self) -> Iterable[Table]:
        found = rates(self.parts, self.heads, self.rules.k)
        for part in self.parts:
            about = {"name": part.name, "parent": part.parent, "pooled": part.pooled}
            yield Table(f"{part.key}.response", part.key, "应答情况", "response", about | found[part.key].payload())

    def _questions(self) -> Iterable[Table]:
        for part in self.parts:
            for question in self.questionnaire.asking:
                mine = [measure for measure in self.measures if measure.question is question]
                rows = payloads.rows(mine, self._at(part.key))
                if rows:
                    about = payloads.about(question) | {"name": part.name, "rows": rows}
                    yield Table(
                        f"{part.key}.question.{question.code}", part.key, question.text[:200], "question", about
                    )

    def _dimensions(self) -> Iterable[Table]:
        whole = payloads.dimensions(self.measures, self._at(WHOLE))
        names = [row["dimension"] for row in whole]
        for part in self.parts if whole else []:
            rows = payloads.compared(payloads.dimensions(self.measures, self._at(part.key)), whole)
            hidden = [one for one in names if one not in {row["dimension"] for row in rows}]
            about = {"name": part.name, "parent": part.parent, "rows": rows, "hidden": hidden}
            yield Table(f"{part.key}.dimensions", part.key, "各维度均分", "dimensions", about)

    def _at(self, part: str) -> dict[str, Figure]:
        """The figures of one part by name of the measure."""
        return {key: by_part[part] for key, by_part in self.figures.items() if part in by_part}

    @cached_property
    def _breakdowns(self) -> dict[str, breakdowns.Breakdown]:
        """The attributes that may be broken down, by code."""
        direct = {part.key: part.leaves for part in self.parts if part.parent == WHOLE and not part.pooled}
        inside = frozenset().union(*direct.values()) if direct else frozenset[int]()
        direct[WHOLE] = self.parts[0].leaves - inside
        sheets = {
            key: [answers for number in sorted(leaves) for answers in self.by_unit[number]]
            for key, leaves in direct.items()
        }
        found = {
            question.code: breakdowns.breakdown(question, sheets, self._broken_down, self.figures)
            for question in self.questionnaire.asking
            if question.attribute
        }
        return {code: one for code, one in found.items() if one}

    @property
    def _broken_down(self) -> list[Measure]:
        """What is shown by attribute: what everybody was asked, attributes aside."""
        return [one for one in self.measures if not one.question.attribute and one.question.show_if is None]

    def _attributes(self) -> Iterable[Table]:
        names = {part.key: part.name for part in self.parts}
        for code, one in self._breakdowns.items():
            for scope in [WHOLE, *one.scopes]:
                blocks = [self._block(one, scope, place) for place in range(len(one.blocks))]
                if any(block["rows"] for block in blocks):
                    about = {"code": code, "text": one.question.text, "name": names[scope], "blocks": blocks}
                    title = f"按{one.question.text}"[:200]
                    yield Table(f"{scope}.attribute.{code}", scope, title, "attribute", about)

    def _block(self, one: breakdowns.Breakdown, scope: str, place: int) -> dict[str, Any]:
        """One block of an attribute table."""
        shown = {key: found[scope, place] for key, found in one.figures.items() if (scope, place) in found}
        return {"label": one.blocks[place].label} | payloads.cell(self._broken_down, shown, self._at(WHOLE))

    @cached_property
    def _crossed(self) -> list[breakdowns.Cross]:
        """The crosses fixed at the launch that may be shown."""
        everybody = [answers for number in sorted(self.parts[0].leaves) for answers in self.by_unit[number]]
        found = []
        for pair in self.rules.crosses:
            row, column = (self._breakdowns.get(code) for code in pair)
            if row and column:
                least, k = self.rules.k_crosses, self.rules.k
                found.append(breakdowns.cross(row, column, everybody, self._broken_down, least, k))
        return [one for one in found if one]

    def _cross(self, one: breakdowns.Cross) -> Table:
        """The table of two attributes."""
        cells = [
            [self._cross_cell(one, (row, column)) for column in range(len(one.column.blocks))]
            for row in range(len(one.row.blocks))
        ]
        row, column = one.row.question, one.column.question
        about = {
            "rows": [block.label for block in one.row.blocks],
            "columns": [block.label for block in one.column.blocks],
            "row_text": row.text,
            "column_text": column.text,
            "cells": cells,
        }
        title = f"{row.text} × {column.text}"[:200]
        return Table(f"all.cross.{row.code}.{column.code}", WHOLE, title, "cross", about)

    def _cross_cell(self, one: breakdowns.Cross, cell: tuple[int, int]) -> dict[str, Any] | None:
        shown = {key: found[cell] for key, found in one.figures.items() if cell in found}
        return payloads.cell(self._broken_down, shown, self._at(WHOLE)) if shown else None
