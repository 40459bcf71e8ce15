"""Surveys for tests, made by the verbs: a draft, a launched one, one with sheets, a closed one."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from surveys import ballots, closing, sealing
from surveys.answering import Given
from surveys.handing_in import hand_in
from surveys.launching import launch
from surveys.models import Survey
from surveys.questionnaire import (
    AGREEMENT,
    Answers,
    Choice,
    Question,
    Questionnaire,
    QuestionType,
    Section,
    ShowIf,
    Statement,
)
from tests import make
from tests.conftest import TODAY, City

NOW = make.moment(TODAY)
SCALE = tuple(Choice(str(place), text) for place, text in enumerate(AGREEMENT, 1))


def choices(*texts: str, **marks: int) -> tuple[Choice, ...]:
    """Choices a, b, c …; ``other=2`` marks the third one."""
    return tuple(
        Choice("abcdefgh"[place], text, marks.get("other") == place, marks.get("exclusive") == place)
        for place, text in enumerate(texts)
    )


ABOUT = (
    Question(
        "age",
        QuestionType.SINGLE,
        "您的年龄段",
        "1",
        choices=choices("35 岁及以下", "36 至 50 岁", "51 岁及以上"),
        attribute=True,
        refusable=True,
    ),
    Question(
        "post",
        QuestionType.SINGLE,
        "您的岗位类别",
        "2",
        choices=choices("领导岗位", "业务岗位", "综合岗位"),
        attribute=True,
        refusable=True,
    ),
)
FEELINGS = (
    Question(
        "feel",
        QuestionType.MATRIX,
        "下面的说法符合您的感受吗？",
        "3",
        choices=SCALE,
        statements=(
            Statement("x", "学习有帮助", "理论学习"),
            Statement("y", "意见受重视", "意见回应"),
            Statement("z", "困难有人管", "组织关怀"),
        ),
    ),
    Question("load", QuestionType.SCALE, "工作负担可以承受", "4", choices=SCALE, dimension="工作负担"),
)
MORE = (
    Question(
        "worry",
        QuestionType.SINGLE,
        "最影响状态的是？",
        "5",
        choices=choices("任务压力", "岗位发展", "其他", other=2),
    ),
    Question(
        "path",
        QuestionType.SINGLE,
        "发展上更看重？",
        "6",
        choices=choices("轮岗", "培训"),
        show_if=ShowIf("worry", ("b",)),
    ),
    Question(
        "gain",
        QuestionType.MULTIPLE,
        "哪些活动有收获？",
        "7",
        choices=choices("党日", "讲堂", "球赛", "都没有", exclusive=3),
        maximum=2,
    ),
    Question("praise", QuestionType.RATING, "愿意推荐本单位吗？", "8", low="不愿意", high="愿意"),
    Question("say", QuestionType.LONG, "还有什么想说的？", "9", required=False),
)


def questionnaire() -> Questionnaire:
    """One question of each kind, a rule, a text, two attributes."""
    return Questionnaire((Section("基本情况", "", ABOUT), Section("感受", "", FEELINGS), Section("更多", "", MORE)))


def crowd(city: City, *, second: int = 8, water: int = 9) -> None:
    """More people, so that every branch has enough to be counted by itself."""
    for place in range(second):
        make.person(f"二支{place}", city.second, birth_year=1980 + place)
    for place in range(water):
        make.person(f"水务{place}", city.water_branch, birth_year=1980 + place)


def draft(city: City, **fields: Any) -> Survey:
    """A draft of the work committee for the whole city, ready to launch; ``fields`` replace what it says."""
    given: dict[str, Any] = {
        "organisation": city.committee,
        "title": "第四季度思想动态调研",
        "questionnaire": questionnaire().to_json(),
        "desk_note": "机关党委 302 室",
        "by_slip": True,
        "opens_at": NOW - timedelta(hours=1),
        "closes_at": NOW + timedelta(days=7),
        "publish_on": TODAY + timedelta(days=10),
    }
    return Survey.objects.create(**given | fields)


def launched(city: City, **fields: Any) -> Survey:
    """The same, launched and open."""
    survey = draft(city, **fields)
    launch(survey, by=city.gongwei, now=NOW)
    return survey


def sheet(number: int = 0, **answers: Any) -> Answers:
    """A whole sheet; ``number`` varies it."""
    varied = random.Random(number)
    given: Answers = {
        "age": varied.choice("abc"),
        "post": varied.choice("abc"),
        "feel.x": varied.choice("12345"),
        "feel.y": varied.choice("12345"),
        "feel.z": varied.choice("12345"),
        "load": varied.choice("12345"),
        "worry": "a",
        "gain": [varied.choice("abc")],
        "praise": str(varied.randint(0, 10)),
    }
    return given | answers


def answer(survey: Survey, unit: int, answers: Answers, now: datetime = NOW, **texts: str) -> str:
    """Draw a ballot of ``unit`` and hand in; return the ballot as typed."""
    typed = ballots.issue(survey, unit)
    hand_in(survey, ballots.read(survey, typed), Given(answers, dict(texts)), now=now)
    return typed


def leaves(survey: Survey) -> dict[str, int]:
    """The numbers of the leaves by name."""
    return dict(survey.units.filter(is_leaf=True).values_list("name", "number"))


def answered(city: City, each: int = 8, **fields: Any) -> Survey:
    """A launched survey with ``each`` sheets of every leaf, some with a text."""
    survey = launched(city, **fields)
    for unit in leaves(survey).values():
        for place in range(each):
            answer(survey, unit, sheet(place), **({"say": f"第 {place} 句话，食堂再晚一点"} if place % 2 else {}))
    return survey


def closed(city: City, each: int = 8, **fields: Any) -> Survey:
    """The same, closed."""
    survey = answered(city, each, **fields)
    sealing.mix(survey, whole=True)
    closing.close(survey, now=survey.closes_at + timedelta(minutes=1))
    return survey
