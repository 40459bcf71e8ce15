"""Figures by an attribute, and by two of them: only of the whole and of large units (anonymity.md §4).

Each attribute cuts the answers into blocks, the same everywhere: a choice with fewer than ten answers is pooled with others
like it, and with who gave none. A unit shows them only with at least a hundred answers and ten in every block; what is
left of each block without the units that show it is nobody or ten as well, else the smallest unit steps back.

Ten, and not k: how many people there are of each kind is known outside, so "at least five" could mean all of them.
The figures of a block go through the auditor together with those of the whole and of the units, in a table of two ways,
and what it does not let pass is said less exactly, then not by unit, then not at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from surveys.questionnaire import Answers, Question, QuestionType

from .crosstab import Cell, shown_cells
from .figures import Figure, Precision, figure, precision_of
from .measures import Band, Counts, Measure
from .parts import WHOLE
from .releasing import coded_options
from .worlds import Atom, Group, Worlds

LEAST_UNIT = 100
LEAST_BLOCK = 10
UNSTATED = ""
"""Stands for who gave no answer to the attribute, or would not."""

STAGES = (
    (Precision.LARGE, False),
    (Precision.MIDDLE, False),
    (Precision.MIDDLE, True),
    (Precision.SMALL, True),
)
"""How exactly the figures of blocks are tried, one after the other."""

Placed = Sequence[tuple[int, int, Answers]]
"""Every sheet with its row and column."""
Key = TypeVar("Key")
Finals = Mapping[str, Mapping[str, Figure]]
"""Figures already published: measure key and choice → group → figure."""


@dataclass(frozen=True)
class Block:
    """Choices of an attribute that are published together."""

    label: str
    codes: frozenset[str]


@dataclass
class Breakdown:
    """Blocks of one attribute, the units that show them, and the figures by measure, then by (scope, block)."""

    question: Question
    blocks: list[Block]
    scopes: list[str] = field(default_factory=list)
    figures: dict[str, dict[tuple[str, int], Figure]] = field(default_factory=dict)

    def block_of(self, answers: Answers) -> int:
        """Return the place of the block in which a sheet falls."""
        code = _code(self.question, answers)
        return next(place for place, block in enumerate(self.blocks) if code in block.codes)


@dataclass
class Cross:
    """Two attributes at once: the cells shown, and the figures by measure, then by cell."""

    row: Breakdown
    column: Breakdown
    cells: set[Cell]
    figures: dict[str, dict[Cell, Figure]] = field(default_factory=dict)


def name(measure: Measure) -> str:
    """Return the key of a measure that is unlike that of every other, also among several choices."""
    return f"{measure.key}#{measure.choice}" if measure.choice else measure.key


def breakdown(
    question: Question, sheets: Mapping[str, Sequence[Answers]], measures: Sequence[Measure], finals: Finals
) -> Breakdown | None:
    """Return what may be published by one attribute; None if it cannot be cut into two blocks.

    `sheets` holds the answers of every unit directly below the whole that is published, by key of the part, and all
    the rest under the key of the whole.
    """
    everybody = [answers for some in sheets.values() for answers in some]
    blocks = _blocks(question, everybody) if len(everybody) >= LEAST_UNIT else []
    if len(blocks) < 2:
        return None
    result = Breakdown(question, blocks)
    result.scopes = _scopes(result, sheets)
    rows = [*result.scopes, WHOLE]
    place = {key: number for number, key in enumerate(rows)}
    placed = [
        (place.get(key, len(rows) - 1), result.block_of(answers), answers)
        for key, some in sheets.items()
        for answers in some
    ]
    for measure in measures:
        figures = _by_block(result, rows, measure, placed, finals.get(name(measure), {}))
        if figures:
            result.figures[name(measure)] = figures
    return result


def cross(
    row: Breakdown, column: Breakdown, sheets: Iterable[Answers], measures: Sequence[Measure], least: int, k: int
) -> Cross | None:
    """Return what may be published by two attributes at once; None if fewer than two cells may be shown."""
    placed = [(row.block_of(answers), column.block_of(answers), answers) for answers in sheets]
    numbers = Counter((one, two) for one, two, _ in placed)
    counts = {(one, two): numbers[one, two] for one in range(len(row.blocks)) for two in range(len(column.blocks))}
    cells = shown_cells(counts, least, k)
    if not cells:
        return None
    result = Cross(row, column, cells)
    for measure in measures:
        figures = _by_cell(result, measure, placed, k)
        if figures:
            result.figures[name(measure)] = figures
    return result if result.figures else None


def _code(question: Question, answers: Answers) -> str:
    """The choice that a sheet names; UNSTATED for none."""
    value = answers.get(question.code)
    known = {choice.code for choice in question.choices}
    return value if isinstance(value, str) and value in known else UNSTATED


def _blocks(question: Question, sheets: Sequence[Answers]) -> list[Block]:
    """The choices with enough answers, and the pool of all others at the end."""
    if question.type != QuestionType.SINGLE:
        return []
    numbers = Counter(_code(question, answers) for answers in sheets)
    texts = {choice.code: choice.text for choice in question.choices} | {UNSTATED: "未填或不愿回答"}
    large = [code for code in texts if numbers[code] >= LEAST_BLOCK]
    small = [code for code in texts if code not in large and (numbers[code] or code != UNSTATED)]
    while small and large and sum(numbers[code] for code in small) < LEAST_BLOCK:
        joining = min(large, key=lambda code: numbers[code])
        large.remove(joining)
        small.append(joining)
    blocks = [Block(texts[code], frozenset({code})) for code in large]
    if small:
        small.sort(key=list(texts).index)
        label = "、".join(texts[code] for code in small) if len(small) < 3 else f"其余 {len(small)} 项合并"
        blocks.append(Block(label, frozenset(small)))
    return blocks


def _scopes(result: Breakdown, sheets: Mapping[str, Sequence[Answers]]) -> list[str]:
    """The units that may show the blocks: large ones, as long as the rest of each block is nobody or enough."""
    numbers = {key: Counter(result.block_of(answers) for answers in some) for key, some in sheets.items()}
    everywhere = range(len(result.blocks))
    scopes = [
        key
        for key, some in sheets.items()
        if key != WHOLE and len(some) >= LEAST_UNIT and all(numbers[key][block] >= LEAST_BLOCK for block in everywhere)
    ]
    while scopes:
        rest = [sum(numbers[key][block] for key in numbers if key not in scopes) for block in everywhere]
        if all(number == 0 or number >= LEAST_BLOCK for number in rest):
            break
        scopes.remove(min(scopes, key=lambda key: len(sheets[key])))
    return scopes


def _counted(measure: Measure, placed: Placed, rows: int, columns: int) -> dict[Cell, Counts]:
    """The counts of a measure in every cell."""
    cells: dict[Cell, list[Answers]] = {(row, column): [] for row in range(rows) for column in range(columns)}
    for row, column, answers in placed:
        cells[row, column].append(answers)
    return {cell: measure.count(some) for cell, some in cells.items()}


def _by_block(
    result: Breakdown, rows: list[str], measure: Measure, placed: Placed, final: Mapping[str, Figure]
) -> dict[tuple[str, int], Figure]:
    """The figures of one measure by scope and block, where WHOLE is the scope of everybody."""
    columns = range(len(result.blocks))
    atoms = _atoms(_counted(measure, placed, len(rows), len(columns)))
    if WHOLE not in final:
        return {}
    fixed = [
        _published(final[key], _line(atoms, row=None if key == WHOLE else place))
        for place, key in enumerate(rows)
        if key in final
    ]
    whole = {(WHOLE, block): frozenset(_line(atoms, column=block)) for block in columns}
    inner = {(key, block): frozenset(_line(atoms, rows.index(key), block)) for key in rows[:-1] for block in columns}
    for wanted in (whole | inner, whole) if inner else (whole,):
        figures = _let_pass(measure, atoms, wanted, fixed, LEAST_BLOCK)
        if figures:
            return figures
    return {}


def _by_cell(result: Cross, measure: Measure, placed: Placed, k: int) -> dict[Cell, Figure]:
    """The figures of one measure by cell, audited with those of the rows and columns."""
    rows, columns = len(result.row.blocks), len(result.column.blocks)
    atoms = _atoms(_counted(measure, placed, rows, columns))
    by_row = result.row.figures.get(name(measure), {})
    by_column = result.column.figures.get(name(measure), {})
    fixed = [
        *(_published(one, _line(atoms, row=place)) for (key, place), one in by_row.items() if key == WHOLE),
        *(_published(one, _line(atoms, column=place)) for (key, place), one in by_column.items() if key == WHOLE),
    ]
    if len(fixed) < rows + columns:
        return {}
    wanted = {cell: frozenset(_line(atoms, *cell)) for cell in result.cells}
    return _let_pass(measure, atoms, wanted, fixed, k)


def _atoms(counted: Mapping[Cell, Counts]) -> list[Atom]:
    """Every cell as an atom of the audit."""
    return [Atom(f"{row}×{column}", counts, row, column) for (row, column), counts in counted.items()]


def _line(atoms: Sequence[Atom], row: int | None = None, column: int | None = None) -> list[int]:
    """The places of all atoms in a row, a column, or a cell."""
    return [
        place
        for place, atom in enumerate(atoms)
        if (row is None or atom.row == row) and (column is None or atom.column == column)
    ]


def _published(one: Figure, places: Iterable[int]) -> Group:
    """A group whose figure is published already, as exactly as that figure is."""
    return Group("", frozenset(places), one.precision, not one.shares)


def _let_pass(
    measure: Measure,
    atoms: Sequence[Atom],
    wanted: Mapping[Key, frozenset[int]],
    fixed: Sequence[Group],
    least: int,
) -> dict[Key, Figure]:
    """The figures of the `wanted` groups, as exact as the auditor lets pass; none if he lets none, or a base is too small."""
    bases = {key: sum(sum(atoms[place].counts) for place in inside) for key, inside in wanted.items()}
    if min(bases.values()) < least:
        return {}

    def say(counts: Counts, group: Group) -> Figure | None:
        return figure(measure, counts, group.precision, brief=group.brief)

    watched = [*measure.bands, *([Band("", "", measure.favourable)] if measure.favourable else [])]
    for finest, brief in STAGES:
        groups = [Group(str(key), wanted[key], min(finest, precision_of(base)), brief) for key, base in bases.items()]
        worlds = Worlds(atoms, [*groups, *fixed], say, measure.scores)
        if not worlds.weak(watched, lambda one: coded_options(measure, one)):
            return {key: one for key, one in zip(wanted, worlds.figures, strict=False) if isinstance(one, Figure)}
    return {}
