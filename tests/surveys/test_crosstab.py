"""Rows and columns of a cross: what is hidden cannot be worked out, by counting through every possible table."""

import itertools
import random

import pytest

from surveys.publishing.crosstab import shown_cells, width

pytestmark = pytest.mark.once


def all_tables(counts, shown):
    """Every way to fill the hidden cells with the sums of rows and columns as they are."""
    hidden = sorted(cell for cell in counts if cell not in shown)
    rows = {row: sum(counts[cell] for cell in hidden if cell[0] == row) for row, _ in hidden}
    columns = {column: sum(counts[cell] for cell in hidden if cell[1] == column) for _, column in hidden}
    for numbers in itertools.product(*(range(min(rows[row], columns[column]) + 1) for row, column in hidden)):
        filled = dict(zip(hidden, numbers, strict=True))
        if all(sum(n for c, n in filled.items() if c[0] == row) == number for row, number in rows.items()) and all(
            sum(n for c, n in filled.items() if c[1] == column) == number for column, number in columns.items()
        ):
            yield filled


def random_table(rng, rows, columns, most):
    return {(row, column): rng.randint(0, most) for row in range(rows) for column in range(columns)}


@pytest.mark.parametrize("seed", range(40))
def test_bounds_are_those_of_all_possible_tables(seed):
    rng = random.Random(seed)
    counts = random_table(rng, rng.randint(2, 3), 3, 6)
    shown = {cell for cell in counts if rng.random() < 0.35}
    tables = list(all_tables(counts, shown))
    for cell in counts:
        if cell not in shown:
            values = [table[cell] for table in tables]
            assert width(counts, shown, cell) == max(values) - min(values)


@pytest.mark.parametrize("seed", range(200))
def test_no_hidden_cell_is_known_closer_than_k(seed):
    rng = random.Random(seed)
    counts = random_table(rng, rng.randint(2, 5), rng.randint(2, 5), 80)
    shown = shown_cells(counts, 20, 5)
    assert all(counts[cell] >= 20 for cell in shown)
    assert len(shown) != 1
    for cell in set(counts) - shown:
        assert not shown or width(counts, shown, cell) >= 5
    for axis in (0, 1):
        for place in {cell[axis] for cell in shown}:
            hidden = [counts[cell] for cell in counts if cell[axis] == place and cell not in shown]
            assert len(hidden) != 1
            assert not hidden or sum(hidden) >= 20


def test_a_table_without_small_cells_is_shown_whole():
    counts = {(row, column): 20 for row in range(2) for column in range(2)}
    assert shown_cells(counts, 20, 5) == set(counts)


def test_a_single_small_cell_hides_three_more():
    counts = {(row, column): 30 + 3 * row + column for row in range(3) for column in range(3)} | {(1, 1): 4}
    shown = shown_cells(counts, 20, 5)
    assert len(shown) == 5
    assert (1, 1) not in shown


def test_where_nothing_can_be_hidden_well_nothing_is_shown():
    assert shown_cells({(0, 0): 3, (0, 1): 30, (1, 0): 30, (1, 1): 30}, 20, 5) == set()
