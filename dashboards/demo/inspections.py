"""党建督查 of the demo city: one visit of last spring that is settled, one whose points are being put right, lots drawn, one to come."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from organisations.models import Organisation, Person
from organisations.permissions import Act
from reminders import workdays
from responsibilities import drawing_lots, inspecting, judging, notices, solving
from responsibilities.answering import UNKNOWN, answers
from responsibilities.drawing_lots import Lots
from responsibilities.inspecting import Seen, Visit
from responsibilities.models import CheckVerdict, Inspection, InspectionTemplate, Problem

from .city import Branch, City
from .rhythm import moment

# By question, as it begins: what was seen on the spot.
FACTS = {
    "会议记录是当场记的": "有一次记录只有题目，没有讨论的内容",
    "党员知道本季度学什么": "问了 3 名党员，1 名说不上本季度学什么",
}
OLD_DAYS, RECENT_DAYS, AHEAD_DAYS = 120, 12, 5


def inspections(city: City, begins: date) -> None:
    """Four visits at the most: of the organs' first branches, so that every log-in has one to look at."""
    random = city.random("inspections")
    first, others = city.branches[0], city.branches[1:]
    settled = _past(city, city.branches[-1], OLD_DAYS, begins, random, "年度轮查，每个支部三年一次")
    if settled:
        _settle(city, city.branches[-1], settled, random)
    _past(city, first, RECENT_DAYS, begins, random, "年度轮查，每个支部三年一次")
    _draw_and_plan(city, others, random)


def _draw_and_plan(city: City, others: list[Branch], random: Random) -> None:
    """Lots drawn yesterday; the visits they led to are still to come."""
    if not others:
        return
    day = workdays.previous_workday(city.as_of - timedelta(days=1), {})
    template = InspectionTemplate.objects.get(code="branch-check", until=None)
    lots = Lots(city.root, template, min(2, len(others)), f"{day.year}年随机督查", 1)
    seed = f"{random.getrandbits(128):032x}"
    now = moment(day, random, (9, 11))
    draw = drawing_lots.hold_draw(lots, seed=seed, by=city.officer, now=now, today=day)
    chosen = [row.organisation for row in drawing_lots.still_to_plan(draw)]
    going = workdays.add_workdays(city.as_of, AHEAD_DAYS, {})
    visit = Visit(city.root, template, lots.reason, going, (city.officer,))
    inspecting.plan(chosen, visit, by=city.officer, now=now, today=day, draw=draw)


def _past(city: City, branch: Branch, days: int, begins: date, random: Random, reason: str) -> list[Problem]:
    """A visit that many days ago, with its notice. Its problems; none where the story is too short for it."""
    day = workdays.previous_workday(city.as_of - timedelta(days=days), {})
    if day < begins or day < branch.organisation.founded_on:
        return []
    template = InspectionTemplate.objects.get(code="branch-check", until=None)
    visit = Visit(city.root, template, reason, day, (city.officer,))
    by, now = city.officer, moment(day, random, (9, 10))
    (row,) = inspecting.plan([branch.organisation], visit, by=by, now=now, today=day)
    seen = _seen(row.template, branch.organisation, day)
    inspecting.submit(
        row, seen, visited_on=day, revision=row.revision, by=by, now=moment(day, random, (15, 17)), today=day
    )
    row.refresh_from_db()
    if not row.is_visited:
        return []
    _issue(row, by, workdays.add_workdays(day, 1, {}), random)
    return [finding.problem for finding in row.findings.select_related("problem") if finding.problem]


def _seen(template: InspectionTemplate, where: Organisation, day: date) -> dict[int, Seen]:
    """What the records say, and what was seen on the spot; at the most one missing record is held against anybody."""
    items = list(template.items.all())
    said = answers(items, where, day)
    found: dict[int, Seen] = {}
    held_against = 0
    for item in items:
        answer = said.get(item.pk, UNKNOWN)
        fact = next((fact for beginning, fact in FACTS.items() if item.question.startswith(beginning)), "")
        if fact:
            found[item.pk] = Seen(CheckVerdict.NO, fact)
        elif answer.verdict == CheckVerdict.NO and not held_against:
            held_against += 1
            found[item.pk] = Seen(CheckVerdict.NO, answer.fact)
        elif answer.verdict == CheckVerdict.NOT_APPLICABLE:
            found[item.pk] = Seen(CheckVerdict.NOT_APPLICABLE)
        else:
            found[item.pk] = Seen(CheckVerdict.YES)
    return found


def _issue(row: Inspection, by: Person, day: date, random: Random) -> None:
    """The notice as it was drafted, the working day after."""
    points = {finding.pk: notices.Point(finding.text, finding.due_on) for finding in row.findings.all()}
    wording = notices.Wording(row.opening, row.answer_by or day, points)
    notices.issue(row, wording, revision=row.revision, by=by, now=moment(day, random, (9, 11)), today=day)


def _settle(city: City, branch: Branch, problems: list[Problem], random: Random) -> None:
    """The secretary puts it right (while the post is vacant the organ's office), the work committee looks at it."""
    for problem in problems:
        day = workdays.add_workdays(problem.found_on, random.randint(4, 8), {})
        kept = branch.secretary.may(Act.HANDLE_PROBLEMS, branch.organisation, day)
        by = branch.secretary if kept else branch.organ.office
        when = {"by": by, "now": moment(day, random, (14, 16)), "today": day}
        solving.claim(problem, **when)
        solving.plan(problem, thought="会上把道理讲清楚", practical="按整改建议办", **when)
        for leg in problem.legs.filter(state="open"):
            solving.report(problem, leg=leg.kind, conclusion="已经改过来了", done_on=day, **when)
        problem.refresh_from_db()
        looked = workdays.add_workdays(day, 2, {})
        then = {"by": city.officer, "now": moment(looked, random, (9, 11)), "today": looked}
        judging.verify(problem, outcome="done", text="", revision=problem.revision, **then)
