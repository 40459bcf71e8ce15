"""谈心谈话 and 汇报 of the first branch: a secretary who talks with his people, and two reports."""

from __future__ import annotations

from datetime import date, timedelta

from organisations.models import Person
from reminders import workdays
from responsibilities import briefing, talking
from responsibilities.briefing_facts import Facts
from responsibilities.models import BriefingKind
from responsibilities.talking import Words

from .city import Branch, City
from .rhythm import moment

TALKS = (
    ("daily", "302 办公室", "问了近来的工作和家里情况，都好。提到午休时间食堂排队久。", ""),
    ("change", "党员活动室", "下月轮到业务二组，担心带新人和自己的考试冲突。", "考前两周不排夜班"),
    ("difficulty", "", "孩子刚上小学，下午接送赶不上，近来常请假，心里过意不去。", "先调到下午不开窗口的岗位"),
    ("commended", "302 办公室", "祝贺评上先进，也谈了怎样带动组里的年轻同志。", "下季度讲一次业务课"),
    ("cautioned", "302 办公室", "两次材料报晚了，谈了原因，没有别的困难。", "以后提前一天先发电子稿"),
    ("anniversary", "党员活动室", "入党周年，回忆了入党时的想法。", ""),
    ("appraisal", "党员活动室", "反馈上年民主评议时大家提的两条意见。", "年底再谈一次"),
    ("asked_for", "单位院内", "想到基层锻炼一段时间，说了自己的打算。", "向机关党委反映"),
)
MONTHS_BACK = 9
MOST = 12


def hold_talks(city: City, begins: date) -> None:
    """About a dozen talks of the first branch, one problem that waits for a word, and two reports."""
    branch = city.branches[0]
    if len(branch.members) < 4 or not branch.secretary.is_party_member:
        return
    _talks(city, branch, begins)
    _reports(city, branch)


def _talks(city: City, branch: Branch, begins: date) -> None:
    random = city.random("talks")
    colleagues = [city.log_ins.get("zhigong"), *branch.committee[1:4], *branch.members[4:]]
    partners = list(dict.fromkeys(one for one in colleagues if one is not None and one in branch.members))
    days = _days(city, begins, min(MOST, len(partners)))
    for number, (partner, day) in enumerate(zip(partners, days, strict=False)):
        words = Words(*TALKS[(number + 2) % len(TALKS)])
        one, other = (partner, branch.secretary) if number % 5 == 4 else (branch.secretary, partner)
        now = moment(day, random, (9, 17))
        talk = talking.note(other, held_on=day, words=words, by=one, now=now, today=day)
        if number == 0:
            asked = {
                "title": "窗口岗位下午接送孩子的同志怎样排班",
                "detail": "有两位同志下午要接孩子，希望排班时错开。",
            }
            talking.propose(talk, **asked, named=False, by=branch.secretary, today=day)


def _days(city: City, begins: date, number: int) -> list[date]:
    """Working days before the story's end, the latest first, some three weeks apart, within this year where it is long enough."""
    found = []
    for place in range(number):
        day = workdays.add_workdays(city.as_of, -(3 + 13 * place), {})
        if day >= begins:
            found.append(day)
    return found


def _reports(city: City, branch: Branch) -> None:
    """One that was answered, one that waits."""
    member, secretary = city.log_ins.get("zhigong"), branch.secretary
    if member is None or member not in branch.members:
        return
    _report(
        city,
        member,
        BriefingKind.THOUGHT,
        days_ago=40,
        answered="谢谢，写得实在。学习上的打算，支部明年排计划时会考虑。",
    )
    _report(city, secretary, BriefingKind.WORK, days_ago=9)
    _report(city, member, BriefingKind.THOUGHT, days_ago=2)


def _report(city: City, author: Person, kind: str, *, days_ago: int, answered: str = "") -> None:
    day = workdays.add_workdays(city.as_of, -days_ago, {})
    to = briefing.recipients(author, day).first()
    if to is None:
        return
    since, until = day - timedelta(days=90), day + timedelta(days=1)
    facts = Facts(author, since, until, day)
    text = facts.text(kind) + "\n希望今后多到基层走一走，把学到的用在手头的工作上。"
    now = moment(day, city.random("report", author.name, days_ago), (14, 17))
    row = briefing.write(kind=kind, to=to, since=since, until=until, text=text, by=author, now=now, today=day)
    briefing.send(row, by=author, now=now, today=day)
    if answered:
        briefing.answer(row, text=answered, by=to.person, now=now + timedelta(days=1))
