"""Problems of the cast, through the verbs."""

from __future__ import annotations

from datetime import date
from typing import Any

from organisations.models import Person
from responsibilities import judging, passing_on, solving
from responsibilities.models import LegKind, LegState, Problem, ProblemSource
from responsibilities.registering import Found, register
from tests import make
from tests.conftest import TODAY, City

FOUND_ON = date(2026, 11, 2)


def at(day: date = TODAY) -> dict[str, Any]:
    """When an act is done."""
    return {"now": make.moment(day), "today": day}


def found(city: City, title: str = "办公室采光差，看屏幕吃力", *, by: Person | None = None, **fields: Any) -> Problem:
    """A problem of the first branch, put down by its secretary."""
    values: dict[str, Any] = {"organisation": city.first, "source": ProblemSource.VISIT, "found_on": FOUND_ON}
    return register(Found(title=title, **(values | fields)), by=by or city.secretary, **at())


def in_work(city: City, title: str = "办公室采光差，看屏幕吃力", **fields: Any) -> Problem:
    """Claimed and planned by the recorder; the deputy may check."""
    problem = found(city, title, **({"owner": city.recorder} | fields))
    solving.claim(problem, by=city.recorder, **at())
    open_legs = {leg.kind for leg in problem.legs.all() if leg.state == LegState.OPEN}
    plans = {kind: "当面说明" if kind in open_legs else "" for kind in LegKind.values}
    solving.plan(problem, by=city.recorder, **plans, **at())
    problem.refresh_from_db()
    return problem


def report(city: City, problem: Problem, leg: str, conclusion: str = "换了 12 支灯管") -> None:
    """One leg is done."""
    solving.report(problem, leg=leg, conclusion=conclusion, done_on=TODAY, by=city.recorder, **at())


def reported(city: City, title: str = "办公室采光差，看屏幕吃力", **fields: Any) -> Problem:
    """Both legs done; it waits to be checked."""
    problem = in_work(city, title, **fields)
    for leg in problem.legs.all():
        if leg.state == LegState.OPEN:
            report(city, problem, leg.kind)
    problem.refresh_from_db()
    return problem


def verify(problem: Problem, by: Person, outcome: str = "done", text: str = "") -> None:
    """As the page does it: at the revision that was looked at."""
    judging.verify(problem, outcome=outcome, text=text, revision=problem.revision, by=by, **at())
    problem.refresh_from_db()


def closed(city: City, title: str = "办公室采光差，看屏幕吃力", **fields: Any) -> Problem:
    """Checked by the secretary and struck off (without a raiser)."""
    problem = reported(city, title, **fields)
    verify(problem, city.secretary)
    return problem


def sent_up(city: City, problem: Problem) -> None:
    """To the office of the organ."""
    to = next(post for post in passing_on.posts_above(problem, TODAY) if post.person_id == city.office.pk)
    passing_on.send_up(problem, to=to, because="要局里安排经费", by=city.secretary, **at())
    problem.refresh_from_db()


def addresses(city: City) -> dict[str, list[object]]:
    """What the addresses of problems take: one that nobody has taken yet, and for an owner's acts one of the recorder's.

    The other branch's secretary keeps no problem here; the raiser is the plain member.
    """
    taken = in_work(city, "食堂晚餐结束太早", raised_by=city.member, checker=city.deputy)
    asked = reported(city, "会议室投影不清楚", raised_by=city.member)
    verify(asked, city.secretary)
    waits = reported(city, "值班室夜里冷", raised_by=city.member)
    up = found(city, "报销要跑两趟")
    sent_up(city, up)
    loose, done = found(city, "新来的同志没有工位").pk, closed(city, "走廊夜间没有灯").pk
    of_owner = {f"problem-{name}": [taken.pk] for name in ("plan", "progress")}
    of_leg = {f"problem-{name}": [taken.pk, "practical"] for name in ("report", "excuse", "take-up")}
    others = {"claim": loose, "assign": loose, "send-up": loose, "reopen": done, "send-back": up.pk}
    named = {"verify": waits.pk, "answer": asked.pk}
    here = {"problem": [taken.pk], "problem-export": ["csv"]}
    return here | of_owner | of_leg | {f"problem-{name}": [pk] for name, pk in (others | named).items()}
