"""A small list of duties for the cast, issued through the verbs."""

from __future__ import annotations

from datetime import date
from typing import Any

from organisations.models import Person
from responsibilities import editions
from responsibilities.models import Assignment, Duty, DutyList, DutyType, Measure, Proof, Rhythm, Standing
from tests import make
from tests.conftest import TODAY, City

NEW_YEAR = date(2026, 1, 1)
LEVELS = {"group": "党组（党委）", "committee": "机关党委", "branch": "党支部"}
POSTS = {"head": "党组书记", "leader": "分管领导", "deputy": "机关党委专职副书记", "secretary": "支部书记"}


def draft(city: City, title: str = "市直机关党的建设工作责任清单", by: Person | None = None) -> DutyList:
    """A draft of the work committee's with the levels and posts of the default preset, without lines."""
    return editions.begin(city.committee, preset="three-by-four", title=title, by=by, now=make.moment(TODAY))


def line(
    duty_list: DutyList,
    content: str,
    *,
    level: str = "branch",
    post: str = "secretary",
    kinds: tuple[str, ...] = (),
    **fields: Any,
) -> Duty:
    """One more line of a draft: monthly and bound to ``kinds`` unless said otherwise."""
    values: dict[str, Any] = {
        "type": DutyType.POST,
        "rhythm": Rhythm.MONTH,
        "proof": Proof.KINDS if kinds else Proof.TEXT,
    }
    duty = Duty.objects.create(
        duty_list=duty_list,
        number=duty_list.duties.count() + 1,
        level=duty_list.levels.get(name=LEVELS[level]),
        post=duty_list.posts.get(name=POSTS[post]),
        content=content,
        **(values | fields),
    )
    duty.kinds.set([make.kind(code) for code in kinds])
    return duty


def issued(duty_list: DutyList, *, since: date = NEW_YEAR, today: date = TODAY) -> DutyList:
    """The draft, in force from ``since``, with its measures opened."""
    editions.issue(duty_list, since=since, standing=Standing.TRIAL, by=None, today=today)
    return duty_list


def small_list(city: City) -> DutyList:
    """Three lines: party days by records, a study plan by text, half-yearly research of the party group by text."""
    duty_list = draft(city)
    line(duty_list, "每月组织主题党日", kinds=("theme-party-day",))
    line(duty_list, "年初定好支部学习计划", rhythm=Rhythm.YEAR)
    line(duty_list, "每半年专题研究机关党建", level="group", post="head", rhythm=Rhythm.HALF)
    return issued(duty_list)


def assignment(duty_list: DutyList, number: int, organisation: Any) -> Assignment:
    """What ``organisation`` answers for by that line."""
    return Assignment.objects.get(duty__duty_list=duty_list, duty__number=number, organisation=organisation)


def measure(duty_list: DutyList, number: int, organisation: Any, period: str = "2026-11") -> Measure:
    """The measure of that line in that period."""
    return Measure.objects.get(assignment=assignment(duty_list, number, organisation), period=period)
