"""A survey with released tables, made from sheets that never lie in the store, so that the tests of results stand alone."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from organisations.models import Level
from surveys import publishing
from surveys.closing import rules_of
from surveys.models import Comment, Part, ReleasedTable, Survey
from surveys.questionnaire import Answers
from tests import make
from tests.conftest import City
from tests.surveys import surveys_made as made

NOW = made.NOW
CLOSED = NOW + timedelta(days=8)
LATER = NOW + timedelta(days=11)
DESTROYED = NOW + timedelta(days=40)
Filled = Callable[[str, int], Answers]


def organs(city: City, number: int, each: int = 12) -> None:
    """More organs under the work committee, each with one branch of ``each`` people."""
    for place in range(number):
        organ = make.organisation(
            f"市第{place + 1}局机关党委", Level.ORGAN_COMMITTEE, city.committee, system="government"
        )
        branch = make.organisation(f"第{place + 1}局党支部", Level.BRANCH, organ)
        for one in range(each):
            make.person(f"甲{place}之{one}", branch, birth_year=1980 + one % 15)


def filled(name: str, place: int) -> Answers:
    """A sheet that varies with its place, a little lower in 水务."""
    varied = random.Random(f"{name}{place}")
    low = "水务" in name
    scores = "112" if low else "3445"
    return {
        "age": "abc"[place % 3],
        "post": "abc"[place // 3 % 3],
        "feel.x": varied.choice(scores),
        "feel.y": varied.choice("2345"),
        "feel.z": varied.choice("345"),
        "load": varied.choice("1234"),
        "worry": varied.choice("aab"),
        "gain": [varied.choice("abc")],
        "praise": str(varied.randint(3, 10)),
    }


def release(survey: Survey, fill: Filled = filled, short: Mapping[str, int] | None = None) -> Survey:
    """Close ``survey`` with a sheet of everybody but two of each leaf; ``short``: leaf → how many answered there."""
    leaves = list(survey.units.filter(is_leaf=True))
    number = {leaf.name: leaf.heads - 2 for leaf in leaves} | dict(short or {})
    sheets = [(leaf.number, fill(leaf.name, place)) for leaf in leaves for place in range(number[leaf.name])]
    units = [
        publishing.HeadUnit(one.number, one.name, one.parent.number if one.parent else None, 0, one.heads)
        for one in survey.units.select_related("parent")
    ]
    for order, table in enumerate(publishing.tables(survey.asked, sheets, units, rules_of(survey))):
        ReleasedTable.objects.create(survey=survey, order=order, **_columns(table))
    counted = [
        publishing.HeadUnit(
            unit.number, unit.name, unit.parent, sum(1 for leaf, _ in sheets if leaf == unit.number), unit.heads
        )
        for unit in units
    ]
    _keep_parts(survey, publishing.partition(counted, survey.k))
    Survey.objects.filter(pk=survey.pk).update(closed_at=CLOSED)
    survey.refresh_from_db()
    return survey


def _columns(table: publishing.Table) -> dict[str, Any]:
    return {"key": table.key, "part": table.part, "kind": table.kind, "title": table.title, "payload": table.payload}


def _keep_parts(survey: Survey, parts: list[publishing.Part]) -> None:
    by_key = {"all" if unit.number == 0 else f"u{unit.number}": unit for unit in survey.units.all()}
    for order, part in enumerate(parts):
        Part.objects.create(
            survey=survey,
            key=part.key,
            name=part.name,
            parent=part.parent,
            order=order,
            leaves=sorted(part.leaves),
            unit=by_key.get(part.key),
        )


def released(
    city: City, *, fill: Filled = filled, short: Mapping[str, int] | None = None, comments: int = 0, **fields: Any
) -> Survey:
    """A survey of the whole city, closed, with ``comments`` on its last question at the whole."""
    if not city.second.memberships.filter(person__name="二支0").exists():
        made.crowd(city)
    survey = release(made.launched(city, **fields), fill, short)
    for place in range(comments):
        say(survey, f"第 {place} 句话，食堂再晚一点")
    return survey


def say(survey: Survey, text: str, part: str = "all") -> Comment:
    """A released comment."""
    return Comment.objects.create(survey=survey, part=part, question="say", text=text)


def part_named(survey: Survey, name: str) -> Part:
    """A published part by its name."""
    return survey.parts.get(name=name)
