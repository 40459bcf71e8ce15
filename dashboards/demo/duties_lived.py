"""What post-holders of the demo city do about their duties: measures of their own, a line of text, a hand-over, a self-check."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from organisations.appointing import appoint
from organisations.models import Person, Post
from programmes.periods import Cadence, period_of
from responsibilities import carrying_out, handing_over, self_checking
from responsibilities.carrying_out import Plan
from responsibilities.models import Assignment
from responsibilities.models.measure import AssignmentQuerySet

from .city import Branch, City

ORGANS = 3
SECRETARY = "branch-secretary"
# (what, the steps of which so many are done, days from its beginning to its day)
OWN = (
    ("给两名新党员各配一名联系人", ("和本人谈一次", "支委会商量人选", "当面介绍认识"), 2, 45),
    ("把支部学习资料按专题整理成册", ("列目录", "分头整理", "请老党员看一遍"), 1, 60),
    ("走访一次退休老党员", ("定名单", "分组上门"), 2, 30),
    ("到结对社区听一次意见", ("和社区约时间", "把意见分到人"), 0, 40),
)
BEGAN = 25  # days before the city's day
SAID = "到社区坐了半天，记下五条意见，两条当天答复，三条分到了人。"
SHORTFALLS = "谈心谈话多集中在年底，平时主动找人谈得少；青年党员上台讲的机会还不够。"
PLANS = "每月初排出当月要谈的人；下半年安排三名青年党员各讲一次。"
NOTE = "学习资料整理到第三专题，分头整理的几位都说好了时间。"
ACTED = (75, 12)  # somebody stood in for the secretary, so many days ago


def duties_lived(city: City, begins: date) -> None:
    """Through the verbs, for the first organs only: some twenty rows, however big the city is."""
    if city.as_of - timedelta(days=ACTED[0]) < begins:
        return
    for number, branch in enumerate([organ.branches[0] for organ in city.organs[:ORGANS]]):
        _own_measures(city, branch, OWN[number : number + 2])
    first = city.branches[0]
    _hand_over(city, first)
    _check_self(first.secretary, first, city.as_of)


def _own_measures(city: City, branch: Branch, plans: tuple[tuple[str, tuple[str, ...], int, int], ...]) -> None:
    """Two of the secretary's own; the second is given to somebody of the branch. Without a step done, a line says it all."""
    began, by = city.as_of - timedelta(days=BEGAN), branch.secretary
    duties = list(_answered(branch))
    chosen = city.random("own measures", branch.organisation.path).sample(duties, min(len(plans), len(duties)))
    for duty, (text, steps, ticked, days), owner in zip(chosen, plans, (None, branch.members[-1]), strict=False):
        plan = Plan(steps="\n".join(steps), owner=owner, text=text, due_on=began + timedelta(days=days))
        measure = carrying_out.add(duty, plan, by=by, today=began)
        for place, step in enumerate(measure.steps.all()[:ticked], start=1):
            carrying_out.tick(step, by=owner or by, today=began + timedelta(days=6 * place))
        if not ticked:
            day = began + timedelta(days=9)
            carrying_out.report(measure, text=SAID, done_on=day, by=owner or by, now=_at(day, 16, 20), today=day)


def _answered(branch: Branch) -> AssignmentQuerySet:
    """What its secretary answers for, in the order of the list."""
    rows = Assignment.objects.standing().filter(organisation=branch.organisation, duty__post__posts__code=SECRETARY)
    return rows.select_related("duty__post", "organisation").order_by("duty__number", "pk")


def _hand_over(city: City, branch: Branch) -> None:
    """The deputy stood in while the secretary was away for training, and hands back what he had taken on himself."""
    secretary, deputy = branch.secretary, branch.officers.get("branch-deputy")
    duty = _answered(branch).first()
    if deputy is None or duty is None or branch.chair_on(city.as_of) != secretary:
        return
    since, until = (city.as_of - timedelta(days=days) for days in ACTED)
    post = Post.objects.get(code=SECRETARY)
    appoint(deputy, post, branch.organisation, since=since, until=until, today=city.as_of, tell=False)
    text, steps, _, days = OWN[1]
    plan = Plan(
        steps="\n".join(steps), owner=deputy, text=f"{text}（下半年）", due_on=city.as_of + timedelta(days=days)
    )
    carrying_out.add(duty, plan, by=deputy, today=since + timedelta(days=20))
    row = handing_over.open_handover(
        duty.duty.post,
        branch.organisation,
        giver=deputy,
        taker=secretary,
        note=NOTE,
        by=deputy,
        now=_at(until, 17, 5),
        today=until,
    )
    handing_over.give(row, by=deputy, now=_at(until, 17, 6))


def _check_self(person: Person, branch: Branch, as_of: date) -> None:
    """The self-check of the half-year that is over, finished in time."""
    half = period_of(as_of, Cadence.HALF).previous()
    day = half.last_day - timedelta(days=4)
    facts = self_checking.current_facts(person, branch.organisation, half, day)
    if facts.needed and self_checking.may_be_checked(half, as_of):
        words = {"shortfalls": SHORTFALLS, "plans": PLANS}
        at = {"by": person, "now": _at(day, 15, 40), "today": day}
        self_checking.finish(person, branch.organisation, half, **words, **at)


def _at(day: date, hour: int, minute: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))
