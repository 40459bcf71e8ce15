"""The bank of 知识竞答: pasted, written, loaded; and that what was answered stays as it was."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.urls import reverse

from surveys.models import QuizQuestion
from surveys.quizzing import pasting
from surveys.quizzing.loading import load, shipped_questions
from tests.surveys import quizzes_made as made

pytestmark = pytest.mark.usefixtures("today")


def url(route: str, *args: object) -> str:
    return reverse(route, args=args)


PASTED = """专题：组织生活
1. 支部党员大会一般多久召开一次？
A. 每月
B、每季度
答案：B
解析：支部工作条例
2、“三会”是（  ）
Ａ．支部党员大会
B．支委会
C．民主生活会
正确答案：A、B
（3）预备党员有表决权。
答案：×
"""


def test_pasted_questions_are_read_as_people_write_them():
    pasted = pasting.read(PASTED, "别的")
    assert pasted.faults == ()
    found = [(one.topic, one.type, one.text, one.answer, one.explanation) for one in pasted.questions]
    assert found == [
        ("组织生活", "single", "支部党员大会一般多久召开一次？", (1,), "支部工作条例"),
        ("组织生活", "multiple", "“三会”是（  ）", (0, 1), ""),
        ("组织生活", "judge", "预备党员有表决权。", (1,), ""),
    ]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("没有题号", 1, "不知道是什么"),
        ("1. 题目\nA. 一\nB. 二", 1, "没有答案"),
        ("1. 题目\nA. 一\nB. 二\n答案：G", 1, "没有答案"),
        ("1. 题目\nA. 一\nB. 二\n答案：D", 1, "答案要是给出的选项"),
        ("1. 题目\nA. 一\n答案：A", 1, "选项要有"),
        ("1. 题目\n答案：也许", 1, "判断题"),
        ("1. 题目\n答案：对\n多出来的一行", 3, "多出来的一行"),
        ("".join(f"{n}. 题\n答案：对\n" for n in range(1, 202)), 401, "最多 200 题"),
    ],
)
def test_a_line_that_is_not_understood_is_named(text, line, words):
    faults = pasting.read(text, "专题").faults
    assert faults[0][0] == line
    assert words in faults[0][1]


def test_a_paste_goes_in_whole_or_not_at_all(city, as_person):
    client, address = as_person(city.office), url("quiz-question-paste")
    about = {"topic": "条例", "organisation": city.finance.pk}
    assert client.post(address, about | {"text": PASTED + "4. 坏的\n答案：也许"}).status_code == 422
    assert not QuizQuestion.objects.exists()
    assert client.post(address, about | {"text": PASTED}).status_code == 302
    assert QuizQuestion.objects.count() == 3


@pytest.mark.parametrize(
    "different", [{"answer": "Z"}, {"answer": "AB"}, {"type": "judge"}, {"choices": "一"}, {"topic": ""}]
)
def test_a_question_form_that_is_wrong_is_refused(city, as_person, different):
    fields = {"topic": "条例", "type": "single", "text": "题", "choices": "一\n二", "answer": "a", "explanation": ""}
    client, about = as_person(city.office), {"organisation": city.finance.pk}
    assert client.post(url("quiz-question-new"), fields | about | different).status_code == 422
    assert client.post(url("quiz-question-new"), fields | about).status_code == 302
    assert QuizQuestion.objects.get().answer == [0]


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_question_opened_and_sent_back_is_the_same(city, as_person, number):
    question = made.questions(city)[number]
    before = QuizQuestion.objects.filter(pk=question.pk).values().get()
    client, address = as_person(city.office), url("quiz-question-edit", question.pk)
    form = client.get(address).context["form"]
    assert client.post(address, {name: form[name].value() for name in form.fields}).status_code == 302
    assert QuizQuestion.objects.filter(pk=question.pk).values().get() == before


def test_thirty_questions_are_shipped_and_loading_again_changes_nothing(db):
    questions = shipped_questions()
    assert len(questions) == 30
    assert all(asked.explanation for asked in questions.values())
    assert load(questions) == (30, 0, 0)
    before = list(QuizQuestion.objects.values())
    call_command("load_quiz_bank", verbosity=0)
    assert list(QuizQuestion.objects.values()) == before


def test_a_shipped_question_that_was_answered_stays_as_it_was(city):
    load(shipped_questions())
    quiz = made.holding.release(made.draft(city, drawn=30), by=city.office, now=made.NOW)
    attempt = made.begun(city, quiz=quiz)
    code, asked = next(iter(shipped_questions().items()))
    changed = {code: made.Asked(asked.topic, asked.type, "改过的题目", asked.choices, asked.answer, "")}
    assert load(changed) == (0, 1, 29)
    assert QuizQuestion.objects.get(code=code).text == "改过的题目"
    assert attempt.answers.filter(question__text=asked.text, question__is_retired=True).count() == 1
