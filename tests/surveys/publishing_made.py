"""Questionnaires, trees and answers for the tests of what is published."""

from __future__ import annotations

import random
from collections.abc import Sequence

from surveys.publishing import HeadUnit, Rules, Table, tables
from surveys.questionnaire import Answers, Choice, Question, Questionnaire, Section, ShowIf, Statement

AGES = tuple(Choice(code, text) for code, text in (("y", "35 岁及以下"), ("m", "36–50 岁"), ("o", "51 岁及以上")))
POSTS = tuple(Choice(code, text) for code, text in (("b", "业务"), ("z", "综合"), ("w", "窗口")))
AGE = Question("age", "single", "年龄段", choices=AGES, attribute=True, refusable=True)
POST = Question("post", "single", "岗位类别", choices=POSTS, attribute=True, refusable=True)
CARE = Question(
    "care",
    "matrix",
    "下面的说法在多大程度上符合您的感受？",
    statements=(Statement("1", "我的意见会被认真对待", "意见回应"), Statement("2", "组织会主动关心", "组织关怀")),
)
STATE = Question(
    "state",
    "single",
    "目前最影响您工作状态的是？",
    choices=(Choice("load", "工作负担"), Choice("post", "岗位发展"), Choice("no", "没有")),
)
POST_WISH = Question(
    "wish",
    "single",
    "发展上您更看重？",
    choices=(Choice("turn", "轮岗"), Choice("rank", "职级")),
    show_if=ShowIf("state", ("post",)),
)
TOOK = Question("took", "multiple", "参加过哪些活动？", choices=(Choice("day", "主题党日"), Choice("help", "志愿服务")))
RATING = Question("rating", "rating", "愿意推荐本单位吗？", low="不愿意", high="愿意")
WORDS = Question("words", "long", "还有什么想说的？")


def questionnaire(*questions: Question) -> Questionnaire:
    """One section with these questions."""
    return Questionnaire((Section("", "", questions),))


def city(*sizes: Sequence[int]) -> list[HeadUnit]:
    """A whole (0), units (1, 2, …) and their branches (101, 102, …, 201, …) with so many people each."""
    units = [HeadUnit(0, "市直机关", None, 0, sum(map(sum, sizes)))]
    for number, branches in enumerate(sizes, start=1):
        units.append(HeadUnit(number, f"单位{number}", 0, 0, sum(branches)))
        if len(branches) > 1:
            units += [
                HeadUnit(100 * number + at, f"支部{number}.{at}", number, 0, heads)
                for at, heads in enumerate(branches, start=1)
            ]
    return units


def answers(unit: int, count: int, **same: str | list[str]) -> list[tuple[int, Answers]]:
    """So many equal sheets of a unit; `care1` stands for the key `care.1`."""
    keys = {"care1": "care.1", "care2": "care.2"}
    return [(unit, {keys.get(key, key): value for key, value in same.items()}) for _ in range(count)]


def mixed(
    units: Sequence[HeadUnit], asked: Questionnaire, rng: random.Random, rate: float = 0.8
) -> list[tuple[int, Answers]]:
    """Random answers of every leaf, `rate` of its people taking part."""
    inner = {unit.parent for unit in units}
    return [
        (unit.number, _sheet(asked, rng))
        for unit in units
        if unit.number not in inner
        for _ in range(round(unit.heads * rate))
    ]


def _sheet(asked: Questionnaire, rng: random.Random) -> Answers:
    sheet: Answers = {}
    for question in asked.asking:
        for key in question.keys:
            if question.type == "multiple":
                sheet[key] = [choice.code for choice in question.choices if rng.random() < 0.5] or ["day"]
            elif question.type in ("matrix", "scale"):
                sheet[key] = rng.choices("12345", [2, 3, 4, 6, 5])[0]
            elif question.type == "rating":
                sheet[key] = str(rng.randint(3, 10))
            elif question.type == "single":
                sheet[key] = rng.choice(question.choices).code
    return sheet


def published(asked: Questionnaire, sheets, units: Sequence[HeadUnit], **rules) -> dict[str, Table]:
    """The tables by key."""
    return {table.key: table for table in tables(asked, sheets, units, Rules(**rules))}


def row(table: Table, code: str = "") -> dict:
    """One row of a question table; the only one, or that with the code."""
    rows = [one for one in table.payload["rows"] if code in ("", one["code"])]
    assert len(rows) == 1
    return rows[0]


def labels(one: dict) -> list[str]:
    """What is printed of the choices of a row."""
    return [choice["share"]["label"] for choice in one["choices"]]
