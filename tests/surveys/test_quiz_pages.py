"""The screens of 知识竞答: a walk through an attempt, its time-out, who gets in, what never stands there, what it costs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from surveys.models import Attempt, Quiz
from tests import make
from tests.surveys import quizzes_made as made

pytestmark = pytest.mark.usefixtures("today")


HUGE = 10**24


def url(route: str, *args: object) -> str:
    return reverse(route, args=args)


# --- taking part


def test_a_walk_through_an_attempt_without_script(city, as_person):
    quiz = made.open_quiz(city)
    client = as_person(city.member)
    first = client.post(url("quiz-start", quiz.pk)).url
    attempt = Attempt.objects.get()
    page = client.get(first)
    assert "记名" in page.content.decode()
    assert [one.answer.order for one in page.context["page"].questions] == [1, 2, 3, 4, 5]
    right = {f"q{row.order}": row.question.answer for row in attempt.answers.select_related("question")}
    second = client.post(f"{first}?page=1", right | {"go": "2"})
    assert second.url == f"{first}?page=2"
    assert attempt.answers.filter(is_right=True).count() == 5  # the sixth stood on no sheet that was sent
    review = client.post(second.url, {"q6": "0", "go": "review"}).url
    assert client.get(review).context["page"].left == 0
    result = client.post(url("quiz-finish", quiz.pk, 1)).url
    shown = client.get(result)
    assert "出处" in shown.content.decode()
    assert [one.mark[1] for one in shown.context["questions"]][:5] == ["答对了"] * 5


def test_going_back_shows_what_was_saved(city, as_person):
    attempt = made.begun(city)
    client = as_person(city.member)
    client.post(f"{url('quiz-attempt', attempt.quiz_id, 1)}?page=1", {"q1": "0", "go": "2"})
    page = client.get(url("quiz-attempt", attempt.quiz_id, 1)).context["page"]
    assert [choice.is_chosen for choice in next(page.questions).choices].count(True) == 1


def test_time_runs_out_between_two_pages(city, as_person, time_machine):
    attempt = made.begun(city)
    right = {f"q{row.order}": row.question.answer for row in attempt.answers.select_related("question")}
    client, sheet = as_person(city.member), url("quiz-attempt", attempt.quiz_id, 1)
    client.post(f"{sheet}?page=1", right | {"go": "2"})
    time_machine.move_to(made.NOW + timedelta(minutes=10, seconds=1), tick=False)
    answer = client.post(f"{sheet}?page=2", right | {"go": "review"}, follow=True)
    assert answer.redirect_chain[-1][0] == url("quiz-result", attempt.quiz_id, 1)
    assert "10:12 以前存下的算数" in answer.content.decode()
    attempt.refresh_from_db()
    assert attempt.finished_at == attempt.deadline
    assert attempt.answers.filter(is_right=True).count() == 5
    assert client.get(sheet).url == url("quiz-result", attempt.quiz_id, 1)
    assert client.get(url("quiz-review", attempt.quiz_id, 1)).url == url("quiz-result", attempt.quiz_id, 1)


def test_a_late_hand_in_is_one_at_the_deadline(city, as_person, time_machine):
    attempt = made.begun(city)
    time_machine.move_to(made.NOW + timedelta(minutes=30), tick=False)
    as_person(city.member).post(url("quiz-finish", attempt.quiz_id, 1))
    attempt.refresh_from_db()
    assert attempt.finished_at == attempt.deadline


def test_the_answers_are_not_shown_before_it_is_over(city, as_person):
    attempt = made.begun(city)
    client = as_person(city.member)
    for route in ("quiz-attempt", "quiz-review"):
        assert "出处" not in client.get(url(route, attempt.quiz_id, 1)).content.decode()
    assert client.get(url("quiz-result", attempt.quiz_id, 1)).url == url("quiz-attempt", attempt.quiz_id, 1)


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"go": "99999999"},
        {"go": "x"},
        {"go": "-1"},
        {"go": "٢"},
        {"q1": ["9" * 40, "\x01", "甲"]},
        {"q999": "0", "q-1": "0", "q": "1"},
    ],
)
@pytest.mark.parametrize("page", ["1", "0", "x", "99"])
def test_whatever_is_sent_is_answered(city, as_person, sent, page):
    attempt = made.begun(city)
    answer = as_person(city.member).post(f"{url('quiz-attempt', attempt.quiz_id, 1)}?page={page}", sent)
    assert answer.status_code == 302
    assert attempt.answers.exclude(chosen=[]).count() == 0


@pytest.mark.parametrize("numbers", [(HUGE, 1), (1, HUGE), (1, 0), (0, 1)])
def test_an_attempt_that_does_not_exist_is_not_found(city, as_person, numbers):
    made.begun(city)
    assert as_person(city.member).get(f"/quizzes/{numbers[0]}/attempts/{numbers[1]}/").status_code == 404


def test_opening_pages_writes_nothing(city, as_person):
    attempt = made.begun(city)
    before = (list(Attempt.objects.values()), list(attempt.answers.values()))
    client = as_person(city.member)
    for route, args in (("quiz-list", []), ("quiz", [attempt.quiz_id]), ("quiz-attempt", [attempt.quiz_id, 1])):
        assert client.get(url(route, *args)).status_code == 200
    assert (list(Attempt.objects.values()), list(attempt.answers.values())) == before


def test_a_refusal_to_begin_is_said_on_the_page(city, as_person):
    quiz = made.open_quiz(city)
    made.finished(city, city.member, quiz)
    answer = as_person(city.member).post(url("quiz-start", quiz.pk), follow=True)
    assert "已经答过了" in answer.content.decode()


# --- holding


def typed(city, **different) -> dict:
    fields = {
        "title": "竞答",
        "introduction": "",
        "organisation": city.finance.pk,
        "drawn": 6,
        "minutes": 10,
        "attempts_allowed": 1,
    }
    return fields | {"opens_at": "2026-11-21T09:00", "closes_at": "2026-11-28T17:00"} | different


def test_an_office_plans_changes_releases_and_takes_back_a_quiz(city, as_person):
    made.questions(city)
    client = as_person(city.office)
    page = client.post(url("quiz-new"), typed(city, topics=["三会一课"])).url
    quiz = Quiz.objects.get()
    assert client.get(page).context["page"].pool == 9
    client.post(url("quiz-edit", quiz.pk), typed(city, title="改了"))
    assert client.post(url("quiz-release", quiz.pk)).status_code == 302
    quiz.refresh_from_db()
    assert (quiz.title, quiz.topics, quiz.is_draft) == ("改了", [], False)
    assert client.get(url("quiz-edit", quiz.pk)).status_code == 403
    client.post(url("quiz-take-back", quiz.pk))
    assert client.post(url("quiz-delete", quiz.pk)).url == url("quiz-list")
    assert not Quiz.objects.exists()


@pytest.mark.parametrize(
    "different",
    [
        {"drawn": "x"},
        {"drawn": "0"},
        {"minutes": "9" * 30},
        {"opens_at": "昨天"},
        {"closes_at": "2026-11-20T09:00"},
        {"organisation": "999999"},
        {"topics": ["没有的专题"]},
        {"title": ""},
    ],
)
def test_what_is_wrong_is_refused_as_a_form(city, as_person, different):
    made.questions(city)
    assert as_person(city.office).post(url("quiz-new"), typed(city, **different)).status_code == 422


def test_too_few_questions_are_said_on_the_page_of_releasing(city, as_person):
    quiz = made.draft(city)
    answer = as_person(city.office).post(url("quiz-release", quiz.pk))
    assert answer.status_code == 422
    assert "不够抽 6 题" in answer.content.decode()


# --- nobody reads about anybody


@pytest.fixture
def taken(city, time_machine) -> Quiz:
    """Six took part, one of them wrongly throughout; one did not. It is over."""
    quiz = made.open_quiz(city, 6)
    people = [make.person(f"参加的{number}", city.first, login=f"canjia{number}") for number in range(5)]
    for number, person in enumerate([*people, city.member]):
        made.finished(city, person, quiz, rightly=bool(number))
    make.person("没参加的", city.first, login="meicanjia")
    time_machine.move_to(made.ENDS + timedelta(hours=1), tick=False)
    return quiz


@pytest.mark.parametrize("role", ["office", "committee", "secretary", "member", "administrator"])
def test_no_page_names_who_took_part_and_who_did_not(city, taken, as_person, role):
    client = as_person(city.cast[role])
    for route, args in (("quiz-list", []), ("quiz", [taken.pk]), ("quiz-questions", [])):
        page = client.get(url(route, *args)).content.decode()
        assert [
            name for name in ("参加的", "没参加的") if f"{name}0" in page or (name == "没参加的" and name in page)
        ] == []


def test_whoever_holds_it_reads_counts_without_any_sum_or_order(city, taken, as_person):
    page = as_person(city.office).get(url("quiz", taken.pk))
    figures = page.context["page"].figures
    assert figures.took_part == 6
    assert {(row.asked, row.right) for row in figures.questions} == {(6, 5)}
    assert [row.question.pk for row in figures.questions] == sorted(row.question.pk for row in figures.questions)
    assert as_person(city.secretary).get(url("quiz", taken.pk)).context["page"].figures is None


@pytest.mark.parametrize("role", ["office", "committee", "secretary", "administrator", "stranger"])
def test_nobody_opens_anothers_attempt(city, as_person, role):
    quiz = made.open_quiz(city)
    made.finished(city, city.member, quiz)
    client = as_person(city.cast[role])
    for route in ("quiz-attempt", "quiz-review", "quiz-result"):
        assert client.get(url(route, quiz.pk, 1)).status_code == 404
    assert client.post(url("quiz-finish", quiz.pk, 1)).status_code == 404


def test_no_page_says_points_marks_or_ranks(city, taken, as_person):
    for person in (city.member, city.office):
        client = as_person(person)
        pages = [("quiz-list", []), ("quiz", [taken.pk])] + (
            [("quiz-result", [taken.pk, 1])] if person == city.member else []
        )
        for route, args in pages:
            text = client.get(url(route, *args)).content.decode().replace("不打分", "").replace("不排名", "")
            assert [word for word in ("得分", "总分", "分数", "排名", "名次", "正确率", "%") if word in text] == []


# --- who gets in

HOLDS = {"office": 200, "committee": 200}
ACCESS = {
    "quiz-list": ({}, 200),
    "quiz": ({"stranger": 404, "administrator": 404}, 200),
    "quiz-new": (HOLDS, 403),
    "quiz-edit": (HOLDS, 404),
    "quiz-release": (HOLDS, 404),
    "quiz-delete": (HOLDS, 404),
    "quiz-take-back": (HOLDS | {"stranger": 404, "administrator": 404}, 403),
    "quiz-attempt": ({"member": 200}, 404),
    "quiz-review": ({"member": 200}, 404),
    "quiz-result": ({"member": 200}, 404),
    "quiz-questions": (HOLDS, 403),
    "quiz-question-new": (HOLDS, 403),
    "quiz-question-paste": (HOLDS, 403),
    "quiz-question-edit": (HOLDS, 404),
    "quiz-question-retire": (HOLDS, 404),
}


@pytest.mark.parametrize("route", ACCESS)
def test_who_gets_in(city, route):
    address = url(route, *made.addresses(city).get(route, []))
    special, others = ACCESS[route]
    found = {}
    for name, person in city.cast.items():
        client = Client()
        client.force_login(person)
        found[name] = client.get(address).status_code
    assert found == {name: special.get(name, others) for name in city.cast}
    assert Client().get(address).status_code == 302


def test_who_may_begin(city):
    address = url("quiz-start", *made.addresses(city)["quiz-start"])
    found = {}
    for name, person in city.cast.items():
        client = Client()
        client.force_login(person)
        found[name] = client.post(address).status_code
    assert found == dict.fromkeys(city.cast, 302) | {"stranger": 404, "administrator": 404, "committee": 403}


# --- what it costs


def fill(city, size: int) -> dict[str, list[object]]:
    """``size`` of everything that the pages list; an attempt has as many questions."""
    made.questions(city, 9)
    shown = made.holding.release(made.draft(city, drawn=size, attempts_allowed=9), by=city.office, now=made.NOW)
    for number in range(size):
        made.draft(city, title=f"草稿{number}")
        made.holding.release(made.draft(city, title=f"办的{number}"), by=city.office, now=made.NOW)
        made.finished(city, city.member, shown)
    running = made.begun(city, city.member, shown)
    of_running = [shown.pk, running.number]
    return {"quiz": [shown.pk], "quiz-result": [shown.pk, 1], "quiz-attempt": of_running, "quiz-review": of_running}


COUNTS = {
    ("quiz-list", "member"): 8,
    ("quiz-list", "office"): 9,
    ("quiz", "member"): 7,
    ("quiz", "office"): 13,
    ("quiz-attempt", "member"): 7,
    ("quiz-review", "member"): 6,
    ("quiz-result", "member"): 6,
    ("quiz-questions", "office"): 7,
    ("quiz-edit", "office"): 10,
}


@pytest.mark.parametrize("size", [1, 3])
def test_a_page_asks_the_same_at_any_size(city, size):
    args, found = fill(city, size), {}
    args["quiz-edit"] = [Quiz.objects.filter(released_at=None).earliest("pk").pk]
    for route, role in COUNTS:
        client = Client()
        client.force_login(city.cast[role])
        address = url(route, *args.get(route, []))
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        found[route, role] = len(queries)
    assert found == COUNTS


def test_the_figures_ask_the_same_for_any_number_of_questions(city, time_machine):
    people = [make.person(f"同志{number}", city.first, login=f"tongzhi{number}") for number in range(5)]
    made.questions(city, 9)
    found = []
    quizzes = [made.holding.release(made.draft(city, drawn=drawn), by=city.office, now=made.NOW) for drawn in (1, 9)]
    for quiz in quizzes:
        for person in people:
            made.finished(city, person, quiz)
    time_machine.move_to(made.ENDS, tick=False)
    client = Client()
    client.force_login(city.office)
    for quiz in quizzes:
        client.get(url("quiz", quiz.pk))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url("quiz", quiz.pk)).context["page"].figures.took_part == 5
        found.append(len(queries))
    assert found[0] == found[1] <= 15


def test_whoever_only_holds_it_is_not_told_that_he_takes_part(city, as_person):
    quiz = made.open_quiz(city)
    pages = {
        name: as_person(city.cast[name]).get(url("quiz", quiz.pk)).content.decode() for name in ("committee", "office")
    }
    assert {name: "记名" in page for name, page in pages.items()} == {"committee": False, "office": True}


def test_questions_that_few_drew_are_counted_but_not_listed(city, as_person, time_machine):
    quiz = made.open_quiz(city, 9, drawn=1)
    for number in range(9):
        made.finished(city, make.person(f"同志{number}", city.first, login=f"tongzhi{number}"), quiz)
    time_machine.move_to(made.ENDS, tick=False)
    figures = as_person(city.office).get(url("quiz", quiz.pk)).context["page"].figures
    assert all(row.asked >= 5 for row in figures.shown)
    assert len(figures.shown) + figures.hidden == len(figures.questions)
    assert figures.hidden
