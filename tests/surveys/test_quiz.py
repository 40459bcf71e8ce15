"""知识竞答: who takes part and when, the clock of the server, and that nobody learns about anybody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from surveys.models import Attempt, AttemptAnswer, Quiz, QuizQuestion
from surveys.quizzing import answering, bank, holding
from surveys.quizzing.figures import figures_of
from tests import make
from tests.conftest import TODAY
from tests.surveys import quizzes_made as made

pytestmark = pytest.mark.usefixtures("today")

LATER = timedelta(minutes=10)


def refused(call, *args, **kwargs) -> dict | list:
    with pytest.raises(ValidationError) as refusal:
        call(*args, **kwargs)
    return refusal.value.message_dict if hasattr(refusal.value, "error_dict") else refusal.value.messages


# --- holding


@pytest.mark.parametrize(
    ("different", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "长" * 61}, "title"),
        ({"introduction": "长" * 301}, "introduction"),
        ({"drawn": 0}, "drawn"),
        ({"drawn": 51}, "drawn"),
        ({"minutes": 121}, "minutes"),
        ({"attempts_allowed": 11}, "attempts_allowed"),
        ({"closes_at": made.NOW}, "closes_at"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused_beside_its_field(city, different, field):
    assert list(refused(made.draft, city, **different)) == [field]


def test_only_who_has_the_right_there_holds_a_quiz(city):
    for person in (city.secretary, city.member, city.admin, city.stranger):
        with pytest.raises(PermissionDenied):
            made.draft(city, by=person)
    with pytest.raises(PermissionDenied):
        made.draft(city, by=city.office, organisation=city.water)
    quiz = made.draft(city)
    for act in (holding.delete, holding.take_back):
        with pytest.raises(PermissionDenied):
            act(quiz, by=city.secretary)
    with pytest.raises(PermissionDenied):
        holding.release(quiz, by=city.secretary, now=made.NOW)


def test_too_few_questions_or_a_time_gone_by_are_not_released(city):
    quiz = made.draft(city)
    assert "不够抽 6 题" in refused(holding.release, quiz, by=city.office, now=made.NOW)[0]
    made.questions(city)
    assert "已经过了" in refused(holding.release, quiz, by=city.office, now=made.ENDS)[0]


def test_what_is_released_is_frozen_and_taken_back_only_while_nobody_has_begun(city):
    quiz = made.open_quiz(city)
    planned = holding.Planned(city.finance, "改名", made.NOW, made.ENDS)
    assert "已经发布" in refused(holding.rewrite, quiz, planned, by=city.office)[0]
    assert "已经发布" in refused(holding.delete, quiz, by=city.office)[0]
    assert holding.take_back(quiz, by=city.office).is_draft
    holding.release(quiz, by=city.office, now=made.NOW)
    made.begun(city, quiz=quiz)
    assert "已经有人" in refused(holding.take_back, quiz, by=city.office)[0]


def test_a_quiz_draws_from_its_topics_and_its_line_of_organisations(city):
    made.questions(city, 3)
    bank.add(made.asked(0, topic="别的"), organisation=city.finance, by=city.office)
    bank.add(made.asked(0, text="水务的"), organisation=city.water, by=city.gongwei)
    above = bank.add(made.asked(0, text="工委的"), organisation=city.committee, by=city.gongwei)
    quiz = made.draft(city, topics=("三会一课",))
    assert above in holding.pool_of(quiz)
    assert sorted(holding.pool_of(quiz).values_list("text", flat=True)) == [
        "工委的",
        "第0个问题",
        "第1个问题",
        "第2个问题",
    ]


# --- who takes part


def test_a_quiz_is_seen_by_those_under_its_organisation_and_those_who_hold_it(city):
    quiz = made.open_quiz(city)
    seen = {name for name, person in city.cast.items() if Quiz.objects.visible_to(person, TODAY).exists()}
    assert seen == set(city.cast) - {"stranger", "administrator"}
    holding.take_back(quiz, by=city.office)
    drafts = {name for name, person in city.cast.items() if Quiz.objects.visible_to(person, TODAY).exists()}
    assert drafts == {"office", "committee"}


def test_nobody_of_another_organ_takes_part_and_neither_does_who_only_holds_it(city):
    quiz = made.open_quiz(city)
    for person in (city.stranger, city.gongwei, city.admin):
        with pytest.raises(PermissionDenied):
            answering.begin(quiz, by=person, now=made.NOW)


def test_a_quiz_is_taken_within_its_time_only(city):
    made.questions(city)
    quiz = made.draft(city, opens_at=made.NOW + LATER)
    assert "还没有开始" in refused(answering.begin, quiz, by=city.member, now=made.NOW + LATER)[0]
    holding.release(quiz, by=city.office, now=made.NOW)
    quiz.refresh_from_db()
    assert "还没有开始" in refused(answering.begin, quiz, by=city.member, now=made.NOW)[0]
    assert "已经结束" in refused(answering.begin, quiz, by=city.member, now=made.ENDS)[0]
    assert answering.begin(quiz, by=city.member, now=made.NOW + LATER).number == 1


def test_beginning_twice_is_beginning_once_and_nobody_takes_part_more_often_than_allowed(city):
    quiz = made.open_quiz(city, attempts_allowed=2)
    first = made.begun(city, quiz=quiz)
    assert made.begun(city, quiz=quiz) == first
    answering.finish(first, by=city.member, now=made.NOW)
    second = made.begun(city, quiz=quiz)
    assert second.number == 2
    answering.finish(second, by=city.member, now=made.NOW)
    assert "已经答过了" in refused(answering.begin, quiz, by=city.member, now=made.NOW)[0]


# --- what is drawn


def test_every_attempt_draws_its_own_and_remembers_it(city):
    quiz = made.open_quiz(city, attempts_allowed=10)
    drawn, orders = set(), set()
    for _ in range(6):
        attempt = made.begun(city, quiz=quiz)
        rows = list(attempt.answers.select_related("question"))
        assert len({row.question_id for row in rows}) == 6
        assert [row.question for row in rows] == answering.draw(quiz, attempt.seed)
        drawn.add(tuple(row.question_id for row in rows))
        single = QuizQuestion.objects.filter(type="single").earliest("pk")
        orders.add(tuple(answering.shown_order(attempt, single)))
        assert answering.shown_order(attempt, single) == answering.shown_order(
            Attempt.objects.get(pk=attempt.pk), single
        )
        answering.finish(attempt, by=city.member, now=made.NOW)
    assert len(drawn) > 1
    assert len(orders) > 1
    assert {tuple(sorted(order)) for order in orders} == {(0, 1, 2, 3)}


def test_true_and_false_stay_in_their_places(city):
    attempt = made.begun(city)
    judged = QuizQuestion.objects.filter(type="judge").earliest("pk")
    for seed in range(20):
        attempt.seed = seed
        assert answering.shown_order(attempt, judged) == [0, 1]


# --- the clock of the server


def test_saved_before_the_deadline_counts_and_after_it_nothing_does(city):
    attempt = made.begun(city)
    rows = {row.order: row.question for row in attempt.answers.select_related("question")}
    right = {order: [str(place) for place in one.answer] for order, one in rows.items()}
    just = made.NOW + LATER - timedelta(seconds=1)
    answering.save(attempt, {1: right[1]}, by=city.member, now=just)
    with pytest.raises(answering.TimeIsUp, match="10:12 以前存下的算数"):
        answering.save(attempt, {2: right[2]}, by=city.member, now=made.NOW + LATER)
    answering.finish(attempt, by=city.member, now=made.NOW + LATER * 3)
    attempt.refresh_from_db()
    assert attempt.finished_at == attempt.deadline == made.NOW + LATER
    assert list(attempt.answers.filter(is_right=True).values_list("order", flat=True)) == [1]


def test_an_attempt_ends_with_the_quiz_at_the_latest(city):
    quiz = made.open_quiz(city)
    attempt = made.begun(city, quiz=quiz, now=made.ENDS - timedelta(minutes=3))
    assert attempt.deadline == made.ENDS


def test_one_that_ran_out_without_being_handed_in_counts_as_one(city):
    quiz = made.open_quiz(city)
    made.begun(city, quiz=quiz)
    assert "已经答过了" in refused(answering.begin, quiz, by=city.member, now=made.NOW + LATER)[0]


def test_what_is_handed_in_is_not_changed(city):
    quiz = made.open_quiz(city)
    attempt = made.finished(city, city.member, quiz)
    assert "已经交卷" in refused(answering.save, attempt, {1: []}, by=city.member, now=made.NOW)[0]
    before = Attempt.objects.values().get()
    answering.finish(attempt, by=city.member, now=made.NOW + timedelta(minutes=1))
    assert Attempt.objects.values().get() == before


def test_nobody_answers_or_hands_in_for_another(city):
    attempt = made.begun(city)
    for person in (city.office, city.secretary, city.gongwei):
        with pytest.raises(PermissionDenied):
            answering.save(attempt, {1: ["0"]}, by=person, now=made.NOW)
        with pytest.raises(PermissionDenied):
            answering.finish(attempt, by=person, now=made.NOW)


def test_what_is_no_choice_is_left_out_and_one_is_one(city):
    attempt = made.begun(city)
    single = attempt.answers.select_related("question").filter(question__type="single").first()
    many = attempt.answers.select_related("question").filter(question__type="multiple").first()
    sent = {single.order: ["9", "x", "", "2", "1"], many.order: ["2", "0", "0", "-1", "٣"], 99: ["0"]}
    answering.save(attempt, sent, by=city.member, now=made.NOW)
    single.refresh_from_db()
    many.refresh_from_db()
    assert (single.chosen, many.chosen, many.is_right) == ([1], [0, 2], True)


def test_part_of_a_multiple_choice_is_not_right(city):
    question = QuizQuestion(answer=[0, 2])
    assert [question.is_right(chosen) for chosen in ([0, 2], [2, 0], [0], [0, 1, 2], [])] == [
        True,
        True,
        False,
        False,
        False,
    ]


# --- what is counted


@pytest.fixture
def colleagues(city):
    return [make.person(f"同志{number}", city.first, login=f"tongzhi{number}") for number in range(5)]


def test_nothing_is_counted_before_the_end(city, colleagues):
    quiz = made.open_quiz(city, 6)
    for person in colleagues:
        made.finished(city, person, quiz)
    assert figures_of(quiz, now=made.ENDS - timedelta(seconds=1)) is None
    assert figures_of(quiz, now=made.ENDS).took_part == 5


def test_fewer_than_five_are_not_counted_at_all(city, colleagues):
    quiz = made.open_quiz(city, 6)
    for person in colleagues[:4]:
        made.finished(city, person, quiz)
    figures = figures_of(quiz, now=made.ENDS)
    assert (figures.took_part, figures.questions) == (None, ())


def test_of_each_question_only_how_many_were_right_of_at_least_five_first_attempts(city, colleagues):
    quiz = made.open_quiz(city, 6, attempts_allowed=2)
    for number, person in enumerate(colleagues):
        made.finished(city, person, quiz, rightly=number < 2)
    made.finished(city, colleagues[4], quiz, rightly=True)  # the answers are known by then
    figures = figures_of(quiz, now=made.ENDS)
    assert figures.took_part == 5  # people, not attempts
    assert {(row.asked, row.right) for row in figures.questions} == {(5, 2)}
    rare = AttemptAnswer.objects.filter(attempt__number=1).latest("pk")
    rare.delete()
    counts = {row.question.pk: (row.asked, row.right) for row in figures_of(quiz, now=made.ENDS).questions}
    assert counts.pop(rare.question_id) == (None, None)
    assert set(counts.values()) == {(5, 2)}


# --- the bank


@pytest.mark.parametrize(
    ("different", "field"),
    [
        ({"topic": " "}, "topic"),
        ({"text": ""}, "text"),
        ({"text": "长" * 301}, "text"),
        ({"explanation": "长" * 401}, "explanation"),
        ({"type": "essay"}, "type"),
        ({"choices": ("甲",)}, "choices"),
        ({"choices": tuple("甲乙丙丁戊己庚")}, "choices"),
        ({"choices": ("甲", "甲", "乙")}, "choices"),
        ({"choices": ("甲", " ")}, "choices"),
        ({"choices": ("甲", "长" * 121)}, "choices"),
        ({"answer": ()}, "answer"),
        ({"answer": (4,)}, "answer"),
        ({"answer": (0, 1)}, "answer"),
        ({"type": "multiple", "answer": (0,)}, "answer"),
    ],
)
def test_a_question_without_one_truth_is_refused(city, different, field):
    assert list(refused(bank.add, made.asked(0, **different), organisation=city.finance, by=city.office)) == [field]


def test_what_was_drawn_is_replaced_and_what_was_not_is_changed(city):
    attempt = made.begun(city)
    used = attempt.answers.first().question
    unused = QuizQuestion.objects.exclude(pk__in=attempt.answers.values("question")).first()
    new = bank.rewrite(used, made.asked(0, text="改过"), by=city.office)
    assert new.pk != used.pk
    used.refresh_from_db()
    assert (used.is_retired, used.text.startswith("第")) == (True, True)
    assert bank.rewrite(unused, made.asked(0, text="也改过"), by=city.office).pk == unused.pk


def test_questions_are_their_organisations_and_answers_are_for_those_who_hold_quizzes(city):
    mine = made.questions(city, 1)[0]
    shipped = QuizQuestion.objects.create(code="x", **bank.checked(made.asked(1)))
    for person in (city.secretary, city.stranger, city.member, city.admin):
        assert not QuizQuestion.objects.visible_to(person).exists()
        with pytest.raises(PermissionDenied):
            bank.retire(mine, by=person)
    with pytest.raises(PermissionDenied):
        bank.rewrite(shipped, made.asked(0), by=city.gongwei)
    assert set(QuizQuestion.objects.visible_to(city.office)) == {mine, shipped}
    water = make.holds(make.person("水办", city.water_branch, login="shuiban"), "organ-office", city.water)
    assert set(QuizQuestion.objects.visible_to(water)) == {shipped}
