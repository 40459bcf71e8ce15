"""「对我们不适用」 in the story: who asks why, who answers, and what the answer is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from reminders import workdays

from .city import City
from .events import Asked, Decided, Event
from .hosts import Host
from .rhythm import Owed, moment

REASONS = (
    ("away", "本月大部分党员在外参加专项检查，人凑不齐，下月一并补学。"),
    ("away", "集中封闭培训三周，回来后再开。"),
    ("duty", "防汛值守期间全员轮班，凑不齐半数。"),
    ("duty", "窗口搬迁，连续加班到月底。"),
    ("few", "调走两名同志后暂时只有几个人，准备与相邻支部合并开展。"),
    ("merged", "已与机关党委集中活动合并，内容和人员相同。"),
    ("other", "办公楼消防改造，活动室停用一个月。"),
)
GRANTED = ("同意，回来后把学习内容补上。", "同意。", "情况属实，本期不适用。", "同意，下期恢复。")
REFUSED = ("人可以分两批，线上线下结合着开，不必免。", "离月底还有一周，能开就开；有困难告诉我们，一起想办法。")


def request(host: Host, owed: Owed, *, granted: bool, city: City) -> Iterator[Event]:
    """The secretary asks in the middle of the period for this one period; the office of the organ answers within days."""
    if host.branch is None or host.organ is None or host.branch.vacant_since:
        return
    random = city.random("excuse", *owed.key)
    length = (owed.due_on - owed.starts_on).days
    day = workdays.add_workdays(owed.starts_on + timedelta(days=int(length * random.uniform(0.2, 0.7))), 1, {})
    cause, reason = random.choice(REASONS)
    ref = "/".join(owed.key)
    asked_at = moment(day, random, (9, 11))
    yield Asked(
        asked_at,
        host.branch.secretary,
        ref,
        host.organisation,
        owed.code,
        owed.period,
        owed.span.ends_on,
        cause,
        reason,
    )
    answered_at = moment(workdays.add_workdays(day, random.choice((1, 1, 2, 3)), {}), random, (14, 15))
    yield Decided(answered_at, host.organ.office, ref, granted, random.choice(GRANTED if granted else REFUSED))
