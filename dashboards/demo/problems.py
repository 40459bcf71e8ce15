"""Problems of the demo city, in every state, so that the list has something to show: about twenty, in the first organs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from organisations.models import Person
from reminders import workdays
from responsibilities import judging, passing_on, solving
from responsibilities.models import Leg, LegKind, LegState, Problem, ProblemSource, ProblemState
from responsibilities.registering import Found, register

from .city import Branch, City

NO_THOUGHT = "只是办事流程上的问题，大家没有别的想法。"


@dataclass(frozen=True)
class Matter:
    """One problem: how long ago it was found (working days), how far it has come, what is said on the way."""

    title: str
    source: str
    days: int
    state: str
    plan: str
    result: str
    thought: str = "当面说明办理的打算和时间，听取意见。"
    is_practical_only: bool = False
    is_named: bool = False  # by somebody who can sign in: others are not asked
    goes_up: bool = False
    log_in: str = ""  # who carries it out in the first branch, if not the deputy


F, C, W = ProblemState.FOUND, ProblemState.CLAIMED, ProblemState.WORKING
R, A, X = ProblemState.REPORTED, ProblemState.ASKED, ProblemState.CLOSED
S = ProblemSource
MATTERS = (
    Matter(
        "报销流程解释不一致，来办事的人跑两趟", S.VISIT, 22, W, "把流程写成一张纸贴在窗口，两个人按一个口径答复。", ""
    ),
    Matter(
        "办公室采光差，看屏幕吃力",
        S.VISIT,
        16,
        R,
        "换灯管，靠里的两张桌子移到窗边。",
        "两间办公室换了 12 支灯管，移了两张桌子。",
        is_named=True,
    ),
    Matter("年轻干部想知道轮岗标准", S.LIFE_MEETING, 9, W, "请人事处到支部讲一次轮岗办法。", "", log_in="shuji"),
    Matter(
        "新来的同志不熟悉公文格式",
        S.ACTIVITY,
        24,
        A,
        "请办公室的同志讲一课，每人改一篇。",
        "讲了一课，改了 6 篇。",
        is_practical_only=True,
        is_named=True,
    ),
    Matter("值班室夜里冷", S.VISIT, 13, F, "", "", is_practical_only=True, goes_up=True),
    Matter("接送孩子和早会冲突", S.APPRAISAL, 60, X, "早会改到九点。", "从下周一起早会改到九点。"),
    Matter("食堂晚餐结束太早", S.SURVEY, 88, X, "和食堂商量延长半小时。", "晚餐延长到七点。", is_practical_only=True),
    Matter("会议室投影不清楚", S.OTHER, 4, F, "", "", is_practical_only=True),
    Matter("下基层的补助发得慢", S.LIFE_MEETING, 7, C, "", "", log_in="jiluyuan"),
    Matter("老同志不会用新系统", S.TALK, 30, X, "结对帮一次，写一张操作单。", "结对帮了 4 位老同志。"),
)


def problems(city: City, begins: date) -> None:
    """Some for each of the first branches; the first one has nearly all of them."""
    branches = [branch for branch in city.branches if len(branch.members) > 5][:3]
    for branch, matters in zip(branches, (MATTERS, MATTERS[5:9], MATTERS[2:6]), strict=False):
        for matter in matters:
            _Told(city, branch, matter).tell()


class _Told:
    """One problem through the verbs, as far as it has come."""

    def __init__(self, city: City, branch: Branch, matter: Matter) -> None:
        self.city, self.branch, self.matter = city, branch, matter
        self.found_on = workdays.add_workdays(city.as_of, -matter.days, {})

    @property
    def _is_first(self) -> bool:
        """Whether its people are those who can sign in."""
        return self.branch is self.city.branches[0]

    def _at(self, later: int) -> dict[str, Any]:
        """So many working days after it was found, and never after the story's end."""
        day = min(workdays.add_workdays(self.found_on, later, {}), self.city.as_of)
        return {"now": timezone.make_aware(datetime.combine(day, time(10, 15))), "today": day}

    @property
    def owner(self) -> Person:
        """Who carries it out: the deputy, else whoever comes next in the committee."""
        if self.matter.log_in and self._is_first:
            return self.city.log_ins[self.matter.log_in]
        officers = [person for code, person in self.branch.officers.items() if code != "branch-secretary"]
        return officers[0] if officers else self.branch.members[-1]

    def tell(self) -> None:
        """Register it and go on as far as ``matter.state`` says."""
        matter, secretary = self.matter, self.branch.secretary
        raised_by = self.city.log_ins["zhigong"] if matter.is_named and self._is_first else None
        owner = None if matter.state == F else self.owner
        found = Found(
            organisation=self.branch.organisation,
            title=matter.title,
            source=matter.source,
            found_on=self.found_on,
            owner=owner,
            raised_by=raised_by,
            no_thought=NO_THOUGHT if matter.is_practical_only else "",
        )
        problem = register(found, by=secretary, **self._at(0))
        if matter.goes_up:
            self._send_up(problem, secretary)
        if owner is not None:
            self._carry_out(problem, owner)

    def _send_up(self, problem: Problem, secretary: Person) -> None:
        above = passing_on.posts_above(problem, self.city.as_of)
        if above:
            because = "要改供暖管线，支部解决不了。"
            passing_on.send_up(problem, to=above[0], because=because, by=secretary, **self._at(3))

    def _carry_out(self, problem: Problem, owner: Person) -> None:
        matter = self.matter
        solving.claim(problem, by=owner, **self._at(1))
        if matter.state == C:
            return
        solving.plan(problem, thought=matter.thought, practical=matter.plan, by=owner, **self._at(2))
        if matter.state == W:
            solving.progress(problem, text="已经和有关处室说好，正在办。", by=owner, **self._at(5))
            return
        self._report(problem, owner)
        if matter.state in (A, X):
            self._judge(problem)

    def _report(self, problem: Problem, owner: Person) -> None:
        results = {LegKind.THOUGHT: "当面说清了办理的打算，本人没有别的意见。", LegKind.PRACTICAL: self.matter.result}
        for place, leg in enumerate(Leg.objects.filter(problem=problem, state=LegState.OPEN)):
            at = self._at(6 + place)
            solving.report(
                problem, leg=leg.kind, conclusion=results[LegKind(leg.kind)], done_on=at["today"], by=owner, **at
            )

    def _judge(self, problem: Problem) -> None:
        problem.refresh_from_db()
        at, by = self._at(10), self.branch.secretary
        judging.verify(problem, outcome="done", text="到场看过。", revision=problem.revision, by=by, **at)
        problem.refresh_from_db()
        if self.matter.state == X and problem.raised_by is not None:
            at = {**at, "today": at["today"] + timedelta(days=1)}
            judging.answer(problem, says="solved", by=problem.raised_by, **at)
