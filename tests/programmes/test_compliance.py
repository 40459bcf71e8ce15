"""What counts as done, late and overdue: the grid in SQL against a recount by ``Obligation.state`` row by row."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from organisations.models import Level, Organisation
from programmes import compliance
from programmes.compliance import Cell
from programmes.models import Obligation, ObligationState, Requirement
from programmes.models.obligation import ExemptionMark
from programmes.periods import Cadence, Period, parse, period_of
from tests import make

TODAY = date(2026, 11, 20)
CODES = ("theme-party-day-monthly", "branch-meeting-quarterly")


@pytest.fixture
def tree(rules: None) -> list[Organisation]:
    """A root, two organs (the second with a committee between) and two branches, one with a group."""
    root = make.organisation("市直机关工委", Level.WORK_COMMITTEE, None)
    organ = make.organisation("市水务局机关党委", Level.ORGAN_COMMITTEE, root)
    group = make.organisation("市财政局党组", Level.PARTY_GROUP, root)
    committee = make.organisation("市财政局机关党委", Level.ORGAN_COMMITTEE, group)
    branch = make.organisation("第一党支部", Level.BRANCH, committee)
    return [
        root,
        organ,
        group,
        committee,
        branch,
        make.organisation("第一党小组", Level.GROUP, branch),
        make.organisation("水务党支部", Level.BRANCH, organ),
    ]


def owed(organisation: Organisation, code: str, period: str, **fields: object) -> Obligation:
    """An unsaved row, due on the last day of its period."""
    span = parse(period)
    requirement = Requirement.objects.get(code=code)
    values = {
        "needed": 1,
        "done": 0,
        "starts_on": span.starts_on,
        "ends_on": span.ends_on,
        "due_on": span.last_day,
        "provisional": False,
    }
    return Obligation(organisation=organisation, requirement=requirement, code=code, period=period, **(values | fields))


def recount(rows: list[Obligation], period: Period, unit: str) -> dict[str, Cell]:
    """The cells of one unit, from the state of each row."""
    cells: dict[str, Cell] = {}
    for row in rows:
        if period.contains(row.due_on) and row.starts_on <= TODAY and row.organisation.path.startswith(unit):
            cells[row.code] = cells.get(row.code, Cell()) + counted(row)
    return cells


def counted(row: Obligation) -> Cell:
    """One row as figures."""
    state = row.state(TODAY)
    if state == ObligationState.EXEMPT:
        return Cell(exempt=1)
    if state == ObligationState.PENDING:
        return Cell(pending=1)
    done = min(row.done, row.needed)
    in_time = min(row.done - row.late, row.needed)
    overdue = row.needed - done if state == ObligationState.OVERDUE else 0
    return Cell(needed=row.needed, done=done, late=done - in_time, overdue=overdue)


@st.composite
def figures(draw: st.DrawFn) -> dict[str, object]:
    """What may stand in a row: also more than was asked for, and a due day before the period's end."""
    done = draw(st.integers(0, 4))
    return {
        "needed": draw(st.integers(1, 3)),
        "done": done,
        "late": draw(st.integers(0, done)),
        "exemption_state": draw(st.sampled_from([*ExemptionMark.values, "", ""])),
    }


ROWS = st.lists(
    st.tuples(
        st.integers(0, 6),
        st.sampled_from(CODES),
        st.sampled_from(
            ["2025-12", "2026-08", "2026-09", "2026-10", "2026-11", "2026-12", "2026-Q3", "2026-Q4", "2027-Q1"]
        ),
        st.integers(0, 40),
        figures(),
    ),
    max_size=25,
    unique_by=lambda row: row[:3],
)


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=ROWS,
    cadence=st.sampled_from(list(Cadence)),
    month=st.integers(7, 12),
    unit_length=st.sampled_from([4, 8, 12, 16]),
)
def test_the_grid_equals_a_recount_by_state(
    tree: list[Organisation], rows: list[tuple], cadence: Cadence, month: int, unit_length: int
):
    made = []
    for index, code, key, before_end, values in rows:
        due_on = max(parse(key).starts_on, parse(key).last_day - timedelta(days=before_end))
        made.append(owed(tree[index], code, key, due_on=due_on, **values))
    Obligation.objects.all().delete()
    Obligation.objects.bulk_create(made)
    period = period_of(date(2026, month, 1), cadence)
    found = compliance.grid(compliance.owed_by(tree[0]), period, TODAY, unit_length=unit_length)
    paths = {node.path[:unit_length] for node in tree}
    expected = {}
    for path in paths:
        inside = [row for row in made if row.organisation.path[:unit_length] == path]
        expected[path] = recount(inside, period, "")
    assert found == {path: cells for path, cells in expected.items() if cells}
    for organisation in tree[1:]:
        below = compliance.grid(compliance.owed_by(organisation), period, TODAY, unit_length=len(organisation.path))
        assert below.get(organisation.path, {}) == recount(made, period, organisation.path)


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS)
def test_overdue_by_month_equals_the_grids_of_the_months(tree: list[Organisation], rows: list[tuple]):
    Obligation.objects.all().delete()
    Obligation.objects.bulk_create(owed(tree[index], code, key, **values) for index, code, key, _, values in rows)
    obligations = compliance.owed_by(tree[0])
    months = compliance.overdue_by_month(obligations, date(2025, 12, 1), date(2027, 1, 1), TODAY)
    for number in range(1, 13):
        period = Period(Cadence.MONTH, 2026, number)
        cells = compliance.by_code(compliance.grid(obligations, period, TODAY, unit_length=4))
        assert months.get((2026, number), {}) == {code: cell.overdue for code, cell in cells.items() if cell.overdue}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("today", "figures", "expected"),
    [
        (date(2026, 10, 31), {}, Cell(needed=1)),
        (date(2026, 11, 1), {}, Cell(needed=1, overdue=1)),
        (date(2026, 11, 1), {"done": 1}, Cell(needed=1, done=1)),
        (date(2026, 11, 1), {"done": 1, "late": 1}, Cell(needed=1, done=1, late=1)),
        (date(2026, 11, 1), {"needed": 2, "done": 5, "late": 4}, Cell(needed=2, done=2, late=1)),
        (date(2026, 11, 1), {"needed": 3, "done": 1}, Cell(needed=3, done=1, overdue=2)),
        (date(2026, 11, 1), {"exemption_state": "asked"}, Cell(pending=1)),
        (date(2026, 11, 1), {"exemption_state": "granted", "done": 1}, Cell(exempt=1)),
        (date(2026, 11, 1), {"exemption_state": "closed"}, Cell(exempt=1)),
    ],
)
def test_one_row_is_overdue_from_the_day_after_its_due_day(
    tree: list[Organisation], today: date, figures: dict, expected: Cell
):
    owed(tree[4], CODES[0], "2026-10", **figures).save()
    found = compliance.grid(compliance.owed_by(tree[0]), parse("2026-10"), today, unit_length=8)
    assert found == {tree[2].path: {CODES[0]: expected}}


@pytest.mark.django_db
def test_a_period_that_has_not_begun_is_not_counted(tree: list[Organisation]):
    owed(tree[4], CODES[0], "2026-12").save()
    owed(tree[4], CODES[1], "2026-Q4").save()
    found = compliance.grid(compliance.owed_by(tree[0]), parse("2026-Q4"), TODAY, unit_length=8)
    assert found == {tree[2].path: {CODES[1]: Cell(needed=1)}}


@pytest.mark.django_db
def test_what_counts_is_the_due_day_and_not_the_period(tree: list[Organisation]):
    owed(tree[4], CODES[1], "2026-Q3", due_on=date(2026, 8, 30)).save()
    obligations = compliance.owed_by(tree[0])
    assert compliance.grid(obligations, parse("2026-09"), TODAY, unit_length=4) == {}
    assert compliance.grid(obligations, parse("2026-08"), TODAY, unit_length=4) == {
        tree[0].path: {CODES[1]: Cell(1, overdue=1)}
    }


@pytest.mark.django_db
def test_an_organisation_above_the_units_keeps_its_own_path(tree: list[Organisation]):
    owed(tree[2], CODES[0], "2026-10").save()
    owed(tree[5], CODES[0], "2026-10", done=1).save()
    found = compliance.grid(compliance.owed_by(tree[2]), parse("2026-10"), TODAY, unit_length=16)
    assert found == {tree[2].path: {CODES[0]: Cell(1, overdue=1)}, tree[4].path: {CODES[0]: Cell(1, 1)}}


@pytest.mark.django_db
@pytest.mark.parametrize("copies", [1, 3])
def test_grid_and_months_are_one_query_each(tree: list[Organisation], copies: int, django_assert_num_queries):
    for month in range(1, copies + 1):
        owed(tree[4], CODES[0], f"2026-{month:02d}").save()
    obligations = compliance.owed_by(tree[0])
    with django_assert_num_queries(2):
        cells = compliance.grid(obligations, parse("2026"), TODAY, unit_length=8)
        compliance.overdue_by_month(obligations, date(2026, 1, 1), date(2027, 1, 1), TODAY)
    assert compliance.total(cells[tree[2].path].values()) == Cell(copies, overdue=copies)
