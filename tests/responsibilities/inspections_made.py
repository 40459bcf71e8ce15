"""Inspections of the cast, through the verbs: the organ's committee looks at the first branch."""

from __future__ import annotations

from datetime import date
from typing import Any

from organisations.models import Organisation, Person
from responsibilities import drawing_lots, inspecting, notices
from responsibilities.answering import UNKNOWN, answers
from responsibilities.drawing_lots import Lots
from responsibilities.inspecting import Seen, Visit
from responsibilities.models import CheckVerdict, Draw, Inspection, InspectionTemplate
from tests import make
from tests.conftest import TODAY, City

REASON = "年度轮查"
SEED = "0123456789abcdef0123456789abcdef"


def template(code: str = "branch-check") -> InspectionTemplate:
    """A shipped check list."""
    return InspectionTemplate.objects.get(code=code, until=None)


def at(day: date = TODAY) -> dict[str, Any]:
    """When an act is done."""
    return {"now": make.moment(day), "today": day}


def planned(
    city: City, where: Organisation | None = None, *, by: Person | None = None, day: date = TODAY, **fields: Any
) -> Inspection:
    """A visit to the first branch by the 机关党委, arranged by its office for the same day."""
    by = by or city.office
    values: dict[str, Any] = {
        "held_by": city.finance_committee,
        "template": fields.pop("template", None) or template(),
        "reason": REASON,
        "planned_on": day,
        "inspectors": (by,),
    }
    (row,) = inspecting.plan([where or city.first], Visit(**(values | fields)), by=by, **at(day))
    return row


def seen(row: Inspection, day: date = TODAY, **facts: str) -> dict[int, Seen]:
    """All answers: 没做到 with a fact for the questions (by their order, ``q2="…"``), else 做到."""
    wanting = {int(name[1:]): fact for name, fact in facts.items()}
    return {
        item.pk: Seen(CheckVerdict.NO, wanting[item.order]) if item.order in wanting else Seen(CheckVerdict.YES)
        for item in row.template.items.all()
    }


def visited(city: City, *, by: Person | None = None, day: date = TODAY, **fields: Any) -> Inspection:
    """Submitted with two points: one seen on the spot (2), one by the records (9)."""
    by = by or city.office
    row = planned(city, by=by, day=day, **fields)
    found = seen(row, q2="记录只有题目，没有讨论", q9="6月没有记录，也没有不适用")
    inspecting.submit(row, found, visited_on=day, revision=row.revision, by=by, **at(day))
    row.refresh_from_db()
    return row


def wording(row: Inspection, **fields: Any) -> notices.Wording:
    """The notice as it was drafted."""
    points = {finding.pk: notices.Point(finding.text, finding.due_on) for finding in row.findings.all()}
    return notices.Wording(**({"opening": row.opening, "answer_by": row.answer_by, "points": points} | fields))


def issued(city: City, *, by: Person | None = None, **fields: Any) -> Inspection:
    """The notice is out."""
    row = visited(city, by=by, **fields)
    notices.issue(row, wording(row), revision=row.revision, by=by or city.office, **at())
    row.refresh_from_db()
    return row


def drawn(city: City, wanted: int = 1, *, seed: str = SEED, by: Person | None = None, **fields: Any) -> Draw:
    """Lots drawn by the office among the branches of its organ."""
    check_list = fields.pop("template", None) or template()
    values: dict[str, Any] = {"held_by": city.finance_committee, "template": check_list, "reason": "随机督查"}
    return drawing_lots.hold_draw(Lots(wanted=wanted, **(values | fields)), seed=seed, by=by or city.office, **at())


def share_answered(row: InspectionTemplate, where: Organisation, day: date) -> tuple[int, int]:
    """(how many of the questions the records answer, how many there are)."""
    items = list(row.items.all())
    said = answers(items, where, day)
    return sum(bool(said.get(item.pk, UNKNOWN).verdict) for item in items), len(items)


def addresses(city: City) -> dict[str, list[object]]:
    """What the addresses of inspections take: visits of the first branch in each state, and lots drawn from its organ."""
    out, seen_there = issued(city).pk, visited(city).pk
    to_come, lots = planned(city).pk, drawn(city).pk
    of_planned = {f"inspection-{name}": [to_come] for name in ("fill", "submit", "replan", "cancel")}
    of_visited = {name: [seen_there] for name in ("inspection", "inspection-notice", "inspection-issue")}
    of_draw = {name: [lots] for name in ("draw", "draw-again", "draw-plan")}
    return of_planned | of_visited | of_draw | {"inspection-word": [out]}
