"""调研成果, 知识竞答 and 民主评议 of the demo city: a small library, an open quiz, last year's appraisal of the first branch."""

from __future__ import annotations

import secrets
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from organisations.models import Person
from surveys import ballots, closing, deciding
from surveys.answering import Given
from surveys.appraisal_roster import roster
from surveys.handing_in import hand_in
from surveys.models import ReportingUnit, Survey, Tier
from surveys.quizzing import holding
from surveys.quizzing.holding import Planned
from surveys.quizzing.loading import load, shipped_questions
from surveys.research import publishing, reviewing, submitting
from surveys.research.writing import Written, begin

from .city import Branch, City

PIECES = (
    (
        "report",
        "窗口单位青年干部思想状况调查报告",
        "青年干部、窗口服务、谈心谈话",
        "座谈了四十名窗口岗位的青年，普遍关心轮岗和培训。",
    ),
    (
        "case",
        "一次“关键小事”的办理：老旧小区停车",
        "双报到、关键小事、社区",
        "从居民提出到划好车位用了二十六天，关键是一次把三家叫到一起。",
    ),
    (
        "practice",
        "主题党日怎样和业务结合的做法研究",
        "主题党日、业务融合",
        "把当月最难的一件工作放进主题党日，议完当场分工。",
    ),
)
REASONS = ("材料扎实，建议具体。", "有数据，也有办法，可以直接用。")
REVIEWER = "pingshen"
LAST_YEAR = 12  # the month in which the appraisal is held


def keep_a_library(city: City) -> None:
    """Three pieces: two in the library, one under review."""
    if len(city.branches) < 3:
        return
    reviewer = _reviewer(city)
    for number, (kind, title, keywords, text) in enumerate(PIECES):
        branch = city.branches[number % 2]
        day = city.as_of - timedelta(days=60 - 20 * number)
        written = Written(
            organisation=branch.organisation,
            title=title,
            kind=kind,
            year=day.year,
            summary=text,
            keywords=keywords,
            authors=branch.secretary.name,
            text=f"{text}\n\n调研用了三周，走访、座谈和问卷都用了。建议写在最后一节。",
        )
        piece = begin(written, by=branch.secretary, today=day)
        piece = submitting.submit(piece, by=branch.secretary, now=_at(day), knows=True)
        if reviewer is not None:
            review = reviewing.appoint(piece, reviewer, by=city.officer, today=day)
            if number < 2:
                reviewing.give(review, verdict="publish", reasons=REASONS[number], by=reviewer, today=day)
                publishing.publish(piece, by=city.officer, today=day)


def _reviewer(city: City) -> Person | None:
    """A secretary of another organ, with a log-in that nobody was told the password of."""
    others = (branch.secretary for branch in city.branches if branch.organ != city.branches[0].organ)
    reviewer = next((one for one in others if one.username is None), None)
    if reviewer is not None:
        reviewer.grant_access(REVIEWER, secrets.token_urlsafe(16), initial=False)
    return reviewer


def hold_a_quiz(city: City) -> None:
    """One that is open for a fortnight, for the whole city."""
    load(shipped_questions())
    planned = Planned(
        organisation=city.root,
        title="党内组织生活知识竞答",
        opens_at=_at(city.as_of - timedelta(days=2)),
        closes_at=_at(city.as_of + timedelta(days=12)),
        drawn=10,
        minutes=15,
    )
    quiz = holding.begin(planned, by=city.officer)
    holding.release(quiz, by=city.officer, now=_at(city.as_of - timedelta(days=2)))


def appraise(city: City) -> None:
    """The first branch votes last December; its committee decides and tells everybody."""
    branch, day = city.branches[0], date(city.as_of.year - 1, LAST_YEAR, 18)
    members = [member.label for member in roster(branch.organisation, day)]
    if len(members) < 8 or not branch.secretary.is_party_member:
        return
    survey = _voted(branch, members, day, city)
    given = [
        deciding.Decided(
            question.code,
            Tier.EXCELLENT if place < len(members) // 4 else Tier.QUALIFIED,
            "工作认真，遵守纪律，群众反映好。",
        )
        for place, question in enumerate(survey.asked.asking)
    ]
    told = day + timedelta(days=6)
    deciding.decide(survey, given, decided_on=told, by=branch.secretary, now=_at(told))
    for question in survey.asked.asking:
        deciding.tell(survey, question.code, told_on=told, by=branch.secretary, now=_at(told))


def _voted(branch: Branch, members: list[str], day: date, city: City) -> Survey:
    secretary: Person = branch.secretary
    ballot = deciding.Ballot(
        title=f"{day.year}年度民主评议党员",
        names=members,
        opens_at=_at(day),
        closes_at=_at(day + timedelta(days=2)),
        desk_note="党员活动室",
    )
    survey = deciding.set_up(branch.organisation, ballot, by=secretary, now=_at(day, 8))
    deciding.launch(survey, by=secretary, now=_at(day, 8))
    survey.refresh_from_db()
    random = city.random("appraisal")
    unit = ReportingUnit.objects.get(survey=survey, is_leaf=True)
    ReportingUnit.objects.filter(pk=unit.pk).update(slips_printed=unit.heads)
    for _ in range(unit.heads - 1):
        votes = {
            question.code: random.choices((Tier.EXCELLENT.value, Tier.QUALIFIED.value, Tier.BASIC.value), (4, 9, 1))[0]
            for question in survey.asked.asking
        }
        paper = ballots.read(survey, ballots.issue(survey, unit.number))
        hand_in(survey, paper, Given(dict(votes)), now=_at(day, 10))
    closing.close(survey, now=_at(day + timedelta(days=2), 20))
    return survey


def _at(day: date, hour: int = 9) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))
