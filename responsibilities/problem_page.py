"""The page of one problem for one reader: what he may see of it, and what he may do now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.urls import reverse

from organisations import scoping
from organisations.models import Person
from organisations.permissions import Act

from .blocks import days_left
from .judging import ANSWER_DAYS, SAME_AGAIN, may_check
from .models import Leg, LegState, Problem, ProblemAct, ProblemState, ProblemStep
from .models.problem import AT_WORK, ProblemQuerySet
from .problem_list import is_reduced, leg_shown
from .similar import LOOKED_AT, alike

NAMED = (
    "organisation__parent",
    "solved_at",
    "owner",
    "checker",
    "raised_by",
    "registered_by",
    "activity",
    "sent_up_to",
)


def with_all_it_names(problems: ProblemQuerySet) -> ProblemQuerySet:
    """Fetched with everything that the page shows."""
    return problems.select_related(*NAMED).prefetch_related("legs__done_by", "steps__by")


@dataclass(frozen=True)
class ActLink:
    """Something that the reader may do now."""

    label: str
    url: str
    icon: str = ""
    post: bool = False


class ProblemPage:
    """One problem, fetched by ``with_all_it_names``."""

    def __init__(self, problem: Problem, reader: Person, today: date) -> None:
        self.problem, self.reader, self.today = problem, reader, today

    # --- who reads

    @cached_property
    def keeps(self) -> bool:
        """Whether the reader keeps the problems of who has to solve it."""
        return self.reader.may(Act.HANDLE_PROBLEMS, self.problem.solved_at, self.today)

    @property
    def is_owner(self) -> bool:
        """Whether the reader carries it out."""
        return self.problem.owner_id == self.reader.pk

    @property
    def is_raiser(self) -> bool:
        """Whether the reader raised it."""
        return self.problem.raised_by_id == self.reader.pk

    @cached_property
    def is_reduced(self) -> bool:
        """Whoever only raised it sees what became of it, and no more."""
        return is_reduced(self.problem, self.reader, self.today)

    @property
    def is_told(self) -> bool:
        """Whether whoever only raised it reads what was done: from the moment when he is asked."""
        return self.problem.state in (ProblemState.ASKED, ProblemState.CLOSED)

    @property
    def question(self) -> str:
        """What whoever raised it is asked: what was done about what he said."""
        done = "；".join(leg.conclusion.rstrip("。；") for leg, _, _ in self.legs if leg.conclusion)
        day = self.problem.found_on
        return f"{day.month}月{day.day}日提的“{self.problem.title}”，{done}。解决了吗？"

    @property
    def raiser(self) -> str:
        """Who raised it, for whoever carries it out, checks it or raised it himself; for nobody else a word that says nothing."""
        problem = self.problem
        if problem.raised_by is None:
            return "没有留名"
        named = self.reader.pk in (problem.owner_id, problem.checker_id, problem.raised_by_id)
        return str(problem.raised_by) if named else "已留名，只有经办和复核的人看得到"

    # --- what is shown

    @cached_property
    def legs(self) -> list[tuple[Leg, str, str]]:
        """(leg, state, word) of 思想 and 实际."""
        rows = []
        for leg in sorted(self.problem.legs.all(), key=lambda leg: leg.kind, reverse=True):
            shown = leg_shown(leg, self.problem, self.today)
            word = (
                f"办了，{leg.done_on.month}月{leg.done_on.day}日"
                if leg.done_on and leg.state == LegState.DONE
                else shown.word
            )
            rows.append((leg, shown.state, word))
        return rows

    @property
    def state(self) -> tuple[str, str]:
        """(state as it is drawn, word) of the whole."""
        problem = self.problem
        if problem.state == ProblemState.CLOSED:
            return "done", "已销号"
        if problem.state in AT_WORK and problem.due_on < self.today:
            return "late", f"{problem.get_state_display()}，{days_left(problem.due_on, self.today)}"
        return "soon", problem.get_state_display() + (
            "，等你看" if self.may_verify else "，等你回话" if self.may_answer else ""
        )

    @property
    def steps(self) -> list[ProblemStep]:
        """What happened, latest first; a reduced reader sees no names and no words of others."""
        return sorted(self.problem.steps.all(), key=lambda step: (step.at, step.pk), reverse=True)

    @property
    def coming(self) -> list[tuple[str, str]]:
        """What is still to come, the last first: (what, who)."""
        problem = self.problem
        order = [
            ProblemState.FOUND,
            ProblemState.CLAIMED,
            ProblemState.WORKING,
            ProblemState.REPORTED,
            ProblemState.ASKED,
        ]
        if problem.state == ProblemState.CLOSED:
            return []
        checker = f"{problem.checker}，与经办人不同" if problem.checker else "经办人以外的人"
        names = {
            ProblemState.FOUND: ("认领", str(problem.owner or "还没有派给谁")),
            ProblemState.CLAIMED: ("定措施", str(problem.owner or "")),
            ProblemState.WORKING: ("落实，两头都报办结", str(problem.owner or "")),
            ProblemState.REPORTED: ("复核", checker),
            ProblemState.ASKED: ("问提出人：解决了没有", "复核通过后自动送到，只有三个选项"),
        }
        left = [
            state
            for state in order[order.index(problem.state) :]
            if state != ProblemState.ASKED or problem.raised_by_id
        ]
        return [("销号", ""), *(names[state] for state in reversed(left))]

    @property
    def waited(self) -> int | None:
        """How many days since it was sent up; None where it was not, or is solved."""
        problem = self.problem
        if problem.sent_up_on is None or problem.state == ProblemState.CLOSED:
            return None
        return (self.today - problem.sent_up_on).days

    @property
    def answer_until(self) -> date | None:
        """Until when the raiser may answer."""
        verified = self.problem.verified_on
        return verified + timedelta(days=ANSWER_DAYS) if verified else None

    @cached_property
    def same(self) -> list[Problem]:
        """Problems of the organ with a similar title that were struck off within a year, as far as the reader sees them."""
        if self.is_reduced:
            return []
        organ = self.problem.organisation.root_path_of_organ
        seen = Problem.objects.visible_to(self.reader, self.today).filter(scoping.under(organ, "organisation__path"))
        closed = seen.filter(state=ProblemState.CLOSED, closed_on__gte=self.today - SAME_AGAIN).exclude(
            pk=self.problem.pk
        )
        return alike(self.problem.title, closed.select_related("organisation").order_by("-closed_on")[:LOOKED_AT])

    # --- what the reader may do now

    @cached_property
    def is_another(self) -> bool:
        """Whether the reader is one who may check it: neither who solved it nor who raised it."""
        return may_check(self.reader, self.problem, self.today)

    @cached_property
    def may_verify(self) -> bool:
        """Whether it waits for the reader's eye."""
        return self.problem.state == ProblemState.REPORTED and self.is_another

    @property
    def may_answer(self) -> bool:
        """Whether the reader is asked if it is solved."""
        return self.problem.state == ProblemState.ASKED and self.is_raiser

    @property
    def may_claim(self) -> bool:
        """Whether the reader may take it."""
        problem = self.problem
        mine = self.is_owner if problem.owner_id else self.keeps
        return problem.state == ProblemState.FOUND and mine and problem.checker_id != self.reader.pk

    def _to(self, name: str, *args: str) -> str:
        return reverse(name, args=[self.problem.pk, *args])

    @property
    def main_acts(self) -> list[ActLink]:
        """What moves it on: the first one is the button of the page."""
        problem, acts = self.problem, []
        if self.may_claim:
            acts.append(ActLink("认领", self._to("problem-claim"), "hand", post=True))
        if self.keeps and problem.state == ProblemState.FOUND and not problem.owner_id:
            acts.append(ActLink("派给", self._to("problem-assign"), "user-check"))
        if self.is_owner and problem.state == ProblemState.CLAIMED:
            acts.append(ActLink("定措施", self._to("problem-plan"), "list-checks"))
        if self.is_owner and problem.state == ProblemState.WORKING:
            acts += [
                ActLink(f"{leg.get_kind_display()}办结", self._to("problem-report", leg.kind), "check")
                for leg, _, _ in self.legs
                if leg.state == LegState.OPEN
            ]
        return acts

    @property
    def other_acts(self) -> list[ActLink]:
        """What else may be done."""
        problem, acts = self.problem, []
        if problem.state in AT_WORK:
            acts += self._acts_at_work()
        closed = (
            problem.state == ProblemState.CLOSED and problem.closed_on and self.today - problem.closed_on <= SAME_AGAIN
        )
        if closed and self.reader.may(Act.HANDLE_PROBLEMS, problem.organisation, self.today):
            acts.append(ActLink("又出现了，重新打开", self._to("problem-reopen"), "rotate-ccw"))
        return acts

    def _acts_at_work(self) -> list[ActLink]:
        problem, acts = self.problem, []
        started = problem.state in (ProblemState.CLAIMED, ProblemState.WORKING)
        if self.is_owner and started:
            acts.append(ActLink("写一句进展", self._to("problem-progress"), "pencil"))
            acts += [
                ActLink(f"{leg.get_kind_display()}这一头也要办", self._to("problem-take-up", leg.kind), "plus")
                for leg, _, _ in self.legs
                if leg.state == LegState.EXCUSED
            ]
        if self.is_owner and problem.state == ProblemState.WORKING:
            acts.append(ActLink("改措施", self._to("problem-plan"), "list-checks"))
        if self.keeps or self.is_owner:
            if problem.owner_id:
                acts.append(ActLink("转交", self._to("problem-assign"), "corner-up-right"))
            excused = any(leg.state == LegState.EXCUSED for leg, _, _ in self.legs)
            acts += [
                ActLink(f"没有{leg.get_kind_display()}事", self._to("problem-excuse", leg.kind), "minus")
                for leg, _, _ in self.legs
                if leg.state == LegState.OPEN and not excused
            ]
        if self.keeps:
            acts.append(ActLink("这里解决不了，上报", self._to("problem-send-up"), "arrow-up"))
            if problem.solved_at_id != problem.organisation_id:
                acts.append(ActLink("退回发现单位", self._to("problem-send-back"), "arrow-down"))
        return acts


def story_line(step: ProblemStep, *, is_reduced: bool) -> tuple[str, str]:
    """(what, the line below it): for a reduced reader neither names nor words."""
    what = step.get_act_display()
    if step.leg:
        what = (
            f"{step.get_leg_display()}这一头{what}"
            if step.act != ProblemAct.PLANNED
            else f"{step.get_leg_display()}：{what}"
        )
    if is_reduced:
        return what, ""
    return what, "：".join(part for part in (str(step.by or ""), step.text) if part)
