"""A whole city of organisations at once: as many statements as for one organ, and the rules that hold for one."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organisations import tree
from organisations.importing.units import Organisations
from organisations.models import Level, Organisation
from tests.organisations.importing import lists
from tests.organisations.test_tree import assert_paths_tell_the_tree

pytestmark = pytest.mark.django_db
SUBJECT = Organisations()


def city_rows(organs: int, branches: int):
    """Organs with their branches and a group in each."""
    for organ in range(organs):
        yield {"name": f"第{organ}局党组", "parent": "市直机关工委"}
        yield {"name": f"第{organ}局机关党委", "parent": f"第{organ}局党组"}
        for branch in range(branches):
            yield {"name": f"{organ}局{branch}党支部", "parent": f"第{organ}局机关党委"}
            yield {"name": "第一党小组", "parent": f"{organ}局{branch}党支部"}


def statements(organs: int, branches: int, about) -> tuple[int, int]:
    rows = list(city_rows(organs, branches))
    with CaptureQueriesContext(connection) as judging:
        SUBJECT.judge(lists.readings(rows), about, lambda done: None)
    lists.judge(SUBJECT, rows, about)
    written = list(about.batch.rows.to_write())
    with CaptureQueriesContext(connection) as writing:
        SUBJECT.write(written, about)
    others = [one for one in writing if not one["sql"].startswith("INSERT")]
    assert {row.outcome for row in written} == {"written"}
    assert len(written) == len(rows)
    return len(judging), len(others)


def test_a_whole_city_costs_as_many_statements_as_one_organ(city, today):
    few = statements(1, 3, lists.context(city.committee, city.gongwei, SUBJECT, today))
    Organisation.objects.filter(level=Level.GROUP, name="第一党小组").exclude(pk=city.first_group.pk).delete()
    for level in (Level.BRANCH, Level.ORGAN_COMMITTEE, Level.PARTY_GROUP):
        Organisation.objects.filter(level=level, founded_on=lists.SINCE).delete()
    many = statements(20, 39, lists.context(city.committee, city.gongwei, SUBJECT, today))
    assert Organisation.objects.filter(founded_on=lists.SINCE).count() == 1600
    assert few[0] == many[0] == 3
    assert few[1] == many[1]  # beside the inserts, of which each takes as many rows as the database allows
    assert_paths_tell_the_tree()


def test_many_are_refused_by_the_rules_for_one(city):
    def node(level, parent, **more):
        return Organisation(
            name="新", level=level, parent=parent, founded_on=more.pop("founded_on", lists.SINCE), **more
        )

    for bad in (
        node(Level.GROUP, city.finance),
        node(Level.BRANCH, None),
        node(Level.BRANCH, city.finance_committee, founded_on=date(2019, 1, 1)),
        node(Level.BRANCH, node(Level.BRANCH, city.finance_committee)),
        node(Level.WORK_COMMITTEE, None),
    ):
        with pytest.raises(ValidationError):
            tree.plant_many([bad])
