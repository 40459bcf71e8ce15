"""Surveys of the demo city: two waves with results, one that is being answered, a draft. The people in it are invented, and so are their answers."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random

from django.utils import timezone

from programmes.models import Programme
from surveys import ballots, closing, destroying, meter
from surveys.answering import Given
from surveys.bank import load_bank, shipped
from surveys.handing_in import hand_in
from surveys.launching import launch
from surveys.models import ReportingUnit, Survey
from surveys.parsing import parse
from surveys.questionnaire import RATINGS, Answers, Question, QuestionType

from .city import City

# What people think on the average of 1 to 5, by dimension, and how it moved from wave to wave.
MEANS = {
    "政治认同": (4.5, 0.03),
    "理论学习": (4.0, 0.15),
    "意见回应": (3.7, 0.1),
    "组织关怀": (3.9, 0.08),
    "岗位发展": (3.4, -0.04),
    "工作负担": (3.2, -0.1),
    "文体生活": (3.8, -0.05),
    "机关氛围": (4.0, 0.06),
}
COMMENTS = (
    "食堂晚餐时间能不能延长到七点，加班的同志常常赶不上。",
    "空缺岗位和选拔标准希望早点公布。",
    "同一张表不要报两个科室，一次填完大家共用。",
    "学习能不能少念稿子，多讲几个身边的案例。",
    "值班后的调休很难兑现，排班时请考虑一下。",
    "下午接孩子的同志错一错班，大家都能理解。",
    "报销流程不同窗口说法不一，希望有一页纸的统一说明。",
    "青年大讲堂很受欢迎，可以再办两期。",
    "会前材料早一天发，会上就能短一半。",
    "谈心谈话以后有回音，这一点要肯定。",
)
WAVES = 2
RATE = 0.78


def ask_the_city(city: City) -> None:
    """Two published waves and an open one of 思想动态, and the draft of a questionnaire for the young."""
    load_bank()
    previous: Survey | None = None
    for back in range(WAVES, 0, -1):
        begins = city.as_of - timedelta(days=91 * back)
        previous = _wave(city, begins, back, previous)
    _open_wave(city, previous)
    Survey.objects.create(
        organisation=city.root,
        title="青年理论学习调研",
        who="youth",
        source=shipped()["青年理论学习"],
        questionnaire=parse(shipped()["青年理论学习"]).questionnaire.to_json(),
    )


def _draft(city: City, begins: date, previous: Survey | None) -> Survey:
    text = shipped()["思想动态"]
    quarter = (begins.month - 1) // 3
    return Survey.objects.create(
        organisation=city.root,
        title=f"{begins.year} 年第{'一二三四'[quarter]}季度干部职工思想动态调研",
        source=text,
        questionnaire=parse(text).questionnaire.to_json(),
        programme=Programme.objects.filter(line__name="开展调查研究", year=begins.year).first(),
        by_slip=True,
        desk_note="本单位机关党委办公室",
        opens_at=_at(begins, 9),
        closes_at=_at(begins + timedelta(days=10), 18),
        publish_on=begins + timedelta(days=17),
        previous=previous,
    )


def _wave(city: City, begins: date, back: int, previous: Survey | None) -> Survey:
    """A wave from launch to destruction, in its time."""
    survey = _draft(city, begins, previous)
    launch(survey, by=city.officer, now=_at(begins, 8))
    _answer(city, survey, RATE, WAVES - back)
    if survey.closes_at is not None:
        closing.close(survey, now=survey.closes_at + timedelta(minutes=5))
    if survey.destroys_on is not None and survey.destroys_on < city.as_of:
        destroying.destroy(survey, now=_at(survey.destroys_on, 4))
    return survey


def _open_wave(city: City, previous: Survey | None) -> None:
    """The one that is being answered now: it began three days ago, and a good third is in."""
    survey = _draft(city, city.as_of - timedelta(days=3), previous)
    launch(survey, by=city.officer, now=_at(city.as_of - timedelta(days=3), 8))
    _answer(city, survey, RATE / 2, WAVES)
    meter.update_open(_at(city.as_of, 8))


def _answer(city: City, survey: Survey, rate: float, wave: int) -> None:
    """Sheets of about so many of each leaf. Printed slips stand for the ballots: nobody is marked."""
    for unit in survey.units.filter(is_leaf=True).select_related("parent"):
        random = city.random("survey", wave, unit.number)
        tilt = city.random("tilt", unit.parent.name if unit.parent else unit.name).gauss(0, 0.3)
        taking = [number for number in range(unit.heads) if random.random() < rate]
        ReportingUnit.objects.filter(pk=unit.pk).update(slips_printed=unit.heads)
        for _ in taking:
            ballot = ballots.read(survey, ballots.issue(survey, unit.number))
            now = survey.opens_at + timedelta(hours=1) if survey.opens_at else timezone.now()
            hand_in(survey, ballot, _sheet(survey, random, tilt, wave), now=now)


def _sheet(survey: Survey, random: Random, tilt: float, wave: int) -> Given:
    """What one invented person answers."""
    given = Given()
    for question in survey.asked.asking:
        if question.show_if and given.answers.get(question.show_if.question) not in question.show_if.choices:
            continue
        given.answers |= _answers(question, random, tilt, wave)
        if question.type == QuestionType.LONG and random.random() < 0.25:
            given.texts[question.code] = random.choice(COMMENTS)
    return given


def _answers(question: Question, random: Random, tilt: float, wave: int) -> Answers:
    codes = [choice.code for choice in question.choices if not choice.other]
    match question.type:
        case QuestionType.MATRIX:
            return {
                f"{question.code}.{row.code}": _felt(row.dimension, random, tilt, wave) for row in question.statements
            }
        case QuestionType.SCALE:
            return {question.code: _felt(question.dimension, random, tilt, wave)}
        case QuestionType.SINGLE:
            return {question.code: random.choices(codes, range(len(codes) + 1, 1, -1))[0]}
        case QuestionType.MULTIPLE:
            most = question.maximum or 3
            chosen = random.sample(codes[:-1] or codes, min(random.randint(1, most), len(codes) - 1 or 1))
            return {question.code: sorted(chosen, key=codes.index)}
        case QuestionType.RATING:
            return {question.code: RATINGS[max(0, min(10, round(random.gauss(7.5 + tilt * 2, 1.8))))]}
    return {}


def _felt(dimension: str, random: Random, tilt: float, wave: int) -> str:
    mean, trend = MEANS.get(dimension, (3.8, 0.0))
    return str(max(1, min(5, round(random.gauss(mean + trend * wave + tilt, 0.9)))))


def _at(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))
