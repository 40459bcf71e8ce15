"""The page on which a survey is written: its text line by line, its questions, who could be recognised, what the launch fixes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.http import QueryDict
from django.utils import timezone

from organisations.models import Person

from . import authoring
from .answering import limit_of
from .audience import PlannedUnit, planned_units
from .models import Survey, SurveyKind
from .parsing import Line, Parsed, parse
from .paths import check, minutes
from .publishing.breakdowns import LEAST_UNIT
from .questionnaire import TEXT_TYPES, Question, Questionnaire, QuestionType
from .recognising import checks_of
from .rewriting import alike
from .room.pages import Asked, Sheet

# The role of a line → how the source draws it.
LOOKS = {"question": "is-q", "section": "is-rule", "title": "is-rule", "introduction": "is-rule", "note": "is-rule"}
# Verdict of identifiability.py → the state of the design that draws it.
VERDICTS = {"publish": "done", "whole_only": "done", "too_small": "soon", "never": "late"}


@dataclass(frozen=True)
class ShownLine:
    """One line of the source."""

    text: str
    look: str
    problem: str


@dataclass(frozen=True)
class ShownQuestion:
    """One question as it was understood."""

    question: Question
    number: str
    about: str
    condition: str
    types: list[tuple[str, str]]
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class ShownCheck:
    """One line of 会不会认出人."""

    title: str
    smallest: str
    look: str
    word: str
    more: str


@dataclass(frozen=True)
class Fact:
    """One of the seven things that the launch fixes."""

    name: str
    text: str


def moment_text(moment: datetime) -> str:
    """2026年11月23日 9:00, in the house's own time."""
    here = timezone.localtime(moment)
    return f"{here.year}年{here.month}月{here.day}日 {here.hour}:{here.minute:02d}"


def numbers_of(asked: Questionnaire) -> dict[str, str]:
    """Code → the number by which a question is called: the author's own, else its place. Statements have none."""
    numbers = dict.fromkeys((question.code for question in asked.questions), "")
    return numbers | {one.code: one.number or str(place) for place, one in enumerate(asked.asking, start=1)}


class AuthorPage:
    """One survey for whoever writes it."""

    def __init__(self, survey: Survey, reader: Person, now: datetime) -> None:
        self.survey, self.reader, self.now = survey, reader, now
        self.today = timezone.localdate(now)

    # The source

    @cached_property
    def parsed(self) -> Parsed:
        """The text as it is understood."""
        return parse(authoring.shown_text(self.survey))

    @cached_property
    def lines(self) -> list[ShownLine]:
        """Each line with how it was taken."""
        return [ShownLine(line.text, _look(line), line.problem) for line in self.parsed.lines]

    @cached_property
    def unrecognised(self) -> int:
        """How many lines were not understood."""
        return len(self.parsed.unrecognised)

    @property
    def opened(self) -> str:
        """What whoever saves had opened."""
        return authoring.digest(self.survey.source)

    # The questions

    @property
    def asked(self) -> Questionnaire:
        """What is asked."""
        return self.survey.asked

    @cached_property
    def questions(self) -> list[ShownQuestion]:
        """Every question in order, with what is wrong about it."""
        numbers = numbers_of(self.asked)
        found = check(self.asked)
        return [
            ShownQuestion(
                one,
                numbers[one.code],
                _about(one),
                condition_text(one, self.asked, numbers),
                _types(one),
                [problem.sentence for problem in found if problem.question == one.code],
            )
            for one in self.asked.questions
        ]

    @property
    def least_unit(self) -> int:
        """How many sheets there must be before figures are split by a question about the person."""
        return LEAST_UNIT

    @property
    def sizes(self) -> str:
        """7 题 9 问，约 2 分钟."""
        asking = self.asked.asking
        keys = sum(len(question.keys) for question in asking)
        both = f"{len(asking)} 题" if keys == len(asking) else f"{len(asking)} 题 {keys} 问"
        return f"{both}，约 {minutes(self.asked)} 分钟" if asking else "还没有题目"

    @cached_property
    def sheet(self) -> Sheet:
        """The questionnaire as the room shows it to somebody who has chosen nothing yet."""
        return Sheet(self.survey, QueryDict())

    @property
    def first_title(self) -> str:
        """What stands above the first questions on the phone."""
        place = self.sheet.forward(0)
        return "" if place is None else self.sheet.pages[place].title

    @property
    def first_asked(self) -> list[Asked]:
        """The questions that the phone shows first."""
        place = self.sheet.forward(0)
        return [] if place is None else self.sheet.asked(place)

    # The waves

    @property
    def state_name(self) -> str:
        """Where it stands."""
        return self.survey.state_name(self.now)

    @cached_property
    def latest_wave(self) -> int | None:
        """The newest launched one that the reader may follow, for 用上一期."""
        rows = Survey.objects.manageable_by(self.reader, self.today)
        waves = rows.filter(kind=SurveyKind.SENTIMENT, launched_at__isnull=False)
        return waves.order_by("-launched_at").values_list("pk", flat=True).first()

    # The audience

    @cached_property
    def whole(self) -> PlannedUnit:
        """The units that a launch would make, or that it made."""
        return planned_units(self.survey, self.today) if self.survey.is_draft else launched_units(self.survey)

    @cached_property
    def checks(self) -> list[ShownCheck]:
        """Every table that could be made, its smallest cell, and whether it is published."""
        day = self.survey.frozen_on or self.today
        return [
            ShownCheck(one.title, f"{one.smallest:,} 人", VERDICTS[one.verdict], *_verdict_text(one.sentence))
            for one in checks_of(self.survey, self.whole, day)
        ]

    # The launch

    @cached_property
    def blocked(self) -> str:
        """What has to be changed in the text before a launch; the times and ways are asked by the launch itself."""
        if self.unrecognised:
            return f"先改好 {self.unrecognised} 行没认出的才能启用"
        problems = len(check(self.asked))
        if not self.asked.asking:
            return "写好题目才能启用"
        return f"先改好题目里标出的 {problems} 处才能启用" if problems else ""

    @cached_property
    def facts(self) -> list[Fact]:
        """The seven facts, as the house says them."""
        return list(_facts(self.survey, self.whole))


def launched_units(survey: Survey) -> PlannedUnit:
    """The tree of units as the launch made it. One query."""
    rows = list(survey.units.all())
    made = {row.pk: PlannedUnit(row.name, row.heads, organisation=row.organisation_id) for row in rows}
    root = PlannedUnit(survey.organisation.name, 0)
    for row in rows:
        if row.parent_id is None:
            root = made[row.pk]
        else:
            made[row.parent_id].children.append(made[row.pk])
    return root


def condition_text(question: Question, asked: Questionnaire, numbers: dict[str, str]) -> str:
    """第 4 题选“岗位发展”时才问; empty for what is asked of everybody."""
    if question.show_if is None:
        return ""
    before = asked.question(question.show_if.question)
    texts = {choice.code: choice.text for choice in before.choices} if before else {}
    chosen = "或".join(f"“{texts.get(code, code)}”" for code in question.show_if.choices)
    return f"第 {numbers.get(question.show_if.question, '？')} 题选{chosen}时才问"


def _verdict_text(sentence: str) -> tuple[str, str]:
    """The verdict itself, and what is to be known besides."""
    verdict, mark, more = sentence.partition("；")
    word, bracket, rest = verdict.partition("（")
    return word, f"{rest.removesuffix('）')}{mark}{more}" if bracket else more


def _look(line: Line) -> str:
    return "is-bad" if line.problem else LOOKS.get(line.role, "")


def _about(question: Question) -> str:
    """What stands below the text of a question: how many choices, whether it may be left open."""
    parts = [_answers_text(question)]
    if question.minimum or question.maximum:
        parts.append(_limits_text(question))
    if not question.required and question.type != QuestionType.STATEMENT:
        parts.append("选填")
    if question.refusable:
        parts.append("可以不愿回答")
    return "，".join(parts)


def _answers_text(question: Question) -> str:
    if question.type == QuestionType.STATEMENT:
        return "只看不答"
    if question.type == QuestionType.MATRIX:
        return f"{len(question.statements)} 条说法"
    if question.type == QuestionType.RATING:
        ends = f"{question.low}—{question.high}" if question.low or question.high else "两端说明缺"
        return f"0 至 10，{ends}"
    if question.type in TEXT_TYPES:
        return f"{limit_of(question)} 字以内"
    return f"{len(question.choices)} 个选项"


def _limits_text(question: Question) -> str:
    if question.minimum and question.maximum:
        return f"选 {question.minimum} 到 {question.maximum} 项"
    return f"至少选 {question.minimum} 项" if question.minimum else f"最多选 {question.maximum} 项"


def _types(question: Question) -> list[tuple[str, str]]:
    """What its type may be changed to: itself first."""
    others = [kind for kind in alike(question.type) if kind != question.type]
    return [(kind, str(QuestionType(kind).label)) for kind in (question.type, *others)]


def _facts(survey: Survey, whole: PlannedUnit) -> Iterator[Fact]:
    units = len(list(whole.walk())) - 1
    split = f"，分 {units} 个统计单元" if units else ""
    yield Fact("发放范围", f"{survey.organisation.name}的{survey.get_who_display()}，{whole.heads:,} 人{split}")
    yield Fact("领票方式", _ways_text(survey))
    yield Fact("填写时间", _times_text(survey))
    yield Fact("最小人数", f"数字 {survey.k} 人，留言 {survey.k_comments} 条，交叉 {survey.k_crosses} 人")
    yield Fact("公布的表", _tables_text(survey, units))
    yield Fact("谁能看", f"请填的人看总体和自己单位的，{_readers(survey)}看各单位的")
    yield Fact("销毁", _destroys_text(survey))


def _readers(survey: Survey) -> str:
    """Who reads everything: whoever sets it up, and the organs above."""
    above = "" if survey.organisation.parent_id is None else "和上级"
    return f"{survey.organisation.name}{above}"


def _ways_text(survey: Survey) -> str:
    ways = [word for word, chosen in (("登录领票", survey.by_desk), ("抽取纸票", survey.by_slip)) if chosen]
    note = f"；票丢了到{survey.desk_note}换" if survey.desk_note else ""
    return "、".join(ways) + note if ways else "还没有选"


def _times_text(survey: Survey) -> str:
    if survey.opens_at is None or survey.closes_at is None:
        return "还没有定"
    published = (
        f"，{survey.publish_on.year}年{survey.publish_on.month}月{survey.publish_on.day}日公布"
        if survey.publish_on
        else ""
    )
    return f"{moment_text(survey.opens_at)} 至 {moment_text(survey.closes_at)}{published}"


def _tables_text(survey: Survey, units: int) -> str:
    parts = [f"总体和 {units} 个统计单元，每一题" if units else "总体，每一题"]
    attributes = sum(question.attribute for question in survey.asked.questions)
    if attributes:
        parts.append(f"按 {attributes} 道身份题分开的，满 {LEAST_UNIT} 份才出")
    parts.append(f"交叉表 {len(survey.crosses)} 张" if survey.crosses else "不做交叉表")
    return "；".join(parts)


def _destroys_text(survey: Survey) -> str:
    day = survey.destroys_on
    when = f"{day.year}年{day.month}月{day.day}日" if day else f"截止后 {survey.retention_days} 天"
    return f"{when}，逐份答卷和票据全部销毁，只留上面的表"
