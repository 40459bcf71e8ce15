"""Pages, routes, minutes and faults."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from surveys.parsing import parse
from surveys.paths import Page, Problem, check, minutes, pages, routes, visible
from surveys.questionnaire import Choice, Question, Questionnaire, Section, ShowIf, Statement

from .questionnaires_made import questionnaires

pytestmark = pytest.mark.once

MANY = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
YES_NO = (Choice("a", "是"), Choice("b", "否"))


def single(code: str, show_if: ShowIf | None = None, **given) -> Question:
    return Question(**{"code": code, "type": "single", "text": code, "choices": YES_NO, "show_if": show_if} | given)


def whole(*questions: Question) -> Questionnaire:
    return Questionnaire((Section("", "", questions),))


def sentences(*questions: Question) -> list[str]:
    return [problem.sentence for problem in check(whole(*questions))]


# Pages


def test_sections_begin_pages_and_no_page_asks_more_than_five():
    made = Questionnaire((
        Section("第一部分"),
        Section("一、情况", "请选择。", tuple(single(f"a{n}") for n in range(6))),
        Section("二、想法", "", (single("b"),)),
    ))  # fmt: skip
    assert [(page.title, page.text, len(page.questions)) for page in pages(made)] == [
        ("第一部分 · 一、情况", "请选择。", 5),
        ("第一部分 · 一、情况", "", 1),
        ("二、想法", "", 1),
    ]


def test_long_matrices_do_not_crowd_one_page():
    rows = tuple(Statement(f"s{n}", "一条") for n in range(6))
    matrix = [single(f"m{n}", type="matrix", statements=rows) for n in range(3)]
    assert [len(page.questions) for page in pages(whole(*matrix))] == [1, 1, 1]


def test_a_dependent_question_begins_a_page():
    found = pages(whole(single("a"), single("b"), single("c", ShowIf("b", ("a",))), single("d")))
    assert [[one.code for one in page.questions] for page in found] == [["a", "b"], ["c", "d"]]


def test_an_empty_questionnaire_has_no_page():
    assert pages(Questionnaire()) == []


@MANY
@given(questionnaires())
def test_a_dependent_question_always_stands_on_a_later_page(questionnaire):
    found = pages(questionnaire)
    place = {question.code: number for number, page in enumerate(found) for question in page.questions}
    for question in questionnaire.questions:
        if question.show_if:
            assert place[question.code] > place[question.show_if.question]


@MANY
@given(questionnaires())
def test_pages_hold_every_question_once_and_in_order(questionnaire):
    found = pages(questionnaire)
    assert [one for page in found for one in page.questions] == list(questionnaire.questions)
    assert all(1 <= len(page.questions) <= 5 for page in found)


# What is asked


def test_a_question_is_asked_after_one_of_its_choices():
    page = Page("", "", (single("b", ShowIf("a", ("a",))), single("c")))
    assert [one.code for one in visible(page, {"a": "a"})] == ["b", "c"]
    assert [one.code for one in visible(page, {"a": ["b", "a"]})] == ["b", "c"]
    for answers in ({}, {"a": "b"}, {"a": "refused"}, {"a": []}):
        assert [one.code for one in visible(page, answers)] == ["c"]


def test_routes_are_the_ways_that_differ():
    made = whole(single("a"), single("b", ShowIf("a", ("a",))), single("c"))
    assert [(route.choices, route.asked) for route in routes(made)] == [
        ((("a", "a"),), ("a", "b", "c")),
        ((("a", "b"),), ("a", "c")),
    ]


def test_a_question_that_may_be_left_open_has_a_way_without_it():
    made = whole(single("a", required=False), single("b", ShowIf("a", ("a",))), single("c", ShowIf("a", ("b",))))
    assert [route.asked for route in routes(made)] == [("a", "b"), ("a", "c"), ("a",)]


def test_several_choices_open_several_questions():
    choices = tuple(Choice(code, code) for code in "abc")
    first = single("a", type="multiple", choices=choices)
    made = whole(first, single("b", ShowIf("a", ("a",))), single("c", ShowIf("a", ("b",))))
    assert {route.asked for route in routes(made)} == {("a", "b", "c"), ("a", "b"), ("a", "c"), ("a",)}


def test_routes_stop_at_the_limit():
    many = [one for n in range(10) for one in (single(f"a{n}"), single(f"b{n}", ShowIf(f"a{n}", ("a",))))]
    assert len(routes(whole(*many))) == 64
    assert len(routes(whole(*many), limit=7)) == 7


@MANY
@given(questionnaires())
def test_what_a_route_asks_is_what_walking_the_pages_asks(questionnaire):
    found = routes(questionnaire, limit=16)
    assert found
    for route in found:
        answers: dict[str, list[str]] = {}
        for question, choice in route.choices:
            answers.setdefault(question, []).append(choice)
        given_so_far: dict[str, list[str]] = {}
        asked = []
        for page in pages(questionnaire):
            here = visible(page, given_so_far)
            asked += [question.code for question in here]
            given_so_far |= {one.code: answers[one.code] for one in here if one.code in answers}
        assert tuple(asked) == route.asked


@MANY
@given(questionnaires())
def test_no_two_routes_ask_and_choose_the_same(questionnaire):
    found = routes(questionnaire)
    assert len(set(found)) == len(found)


# Time


def test_minutes_count_choices_statements_and_words():
    rows = tuple(Statement(f"s{n}", "一条") for n in range(10))
    assert minutes(Questionnaire()) == 1
    assert minutes(whole(*(single(f"a{n}") for n in range(12)))) == 2
    assert minutes(whole(single("m", type="matrix", statements=rows), single("l", type="long", choices=()))) == 2


# Faults


def test_a_sound_questionnaire_has_no_fault():
    assert check(parse("1. 来过吗（单选）\n是 / 否\n2. 为什么（单选，第1题选“否”时才问）\n忙 / 远").questionnaire) == []


def test_nothing_to_answer_is_a_fault():
    assert check(Questionnaire()) == [Problem("", "问卷里还没有题目。")]
    assert check(whole(single("a", type="statement", choices=()))) == [Problem("", "问卷里还没有题目。")]


FIVE = tuple(Choice(str(n), f"第{n}档") for n in range(1, 6))


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (single("b", choices=YES_NO[:1]), "至少要有两个选项"),
        (single("b", text=" "), "没有题目"),
        (single("b", type="short", choices=(), text="您的姓名"), "填空题会问出姓名"),
        (single("b.c"), "编码里不能有点"),
        (single("b", type="scale"), "量表要正好五档"),
        (single("b", type="matrix", choices=FIVE), "矩阵题要有说法"),
        (single("b", type="matrix", choices=FIVE, statements=(Statement("s", "甲"), Statement("s", "乙"))), "说法的编码重复"),
        (single("b", choices=(Choice("a", "是"), Choice("a", "否"))), "选项的编码重复"),
        (single("b", choices=(Choice("refused", "是"), Choice("a", "否"))), "选项的编码重复"),
        (single("b", choices=(Choice("a", "是"), Choice("b", "是"))), "有两个选项一样"),
        (single("b", type="multiple", minimum=2, maximum=1), "最少和最多"),
        (single("b", type="multiple", maximum=3), "最少和最多"),
        (single("b", ShowIf("c", ("a",))), "那道题在后面"),
        (single("b", ShowIf("b", ("a",))), "那道题在后面"),
        (single("b", ShowIf("z", ("a",))), "没有那道题"),
        (single("b", ShowIf("a", ("z",))), "没有这个选项"),
        (single("b", ShowIf("a", ())), "没有这个选项"),
    ],
)  # fmt: skip
def test_what_stops_a_launch(question, words):
    (sentence,) = sentences(single("a"), question, single("c"))
    assert sentence.startswith("第 2 题：")
    assert words in sentence


def test_two_questions_with_one_code_stop_a_launch():
    assert sentences(single("a"), single("a")) == [
        "第 1 题：编码“a”有两道题在用，请改掉一个。",
        "第 2 题：编码“a”有两道题在用，请改掉一个。",
    ]


def test_a_fault_is_called_by_the_author_s_number():
    assert sentences(single("a"), replace(single("b", choices=()), number="7")) == ["第 7 题：至少要有两个选项。"]
