"""A problem from being found to being struck off: both legs, another to check, the raiser's word, the way up and back."""

from __future__ import annotations

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction

from responsibilities import judging, passing_on, solving
from responsibilities.models import LegKind, LegState, Problem, ProblemAct, ProblemState, ProblemStep
from tests.conftest import TODAY
from tests.responsibilities import problems_made as made


def story(problem: Problem) -> list[str]:
    return list(problem.steps.order_by("pk").values_list("act", flat=True))


def test_the_whole_way(city, today):
    problem = made.found(city, owner=city.recorder, checker=city.deputy)
    assert (problem.state, problem.label, problem.due_on) == ("found", "〔2026〕第 1 号", date(2026, 11, 23))
    problem = made.closed(city, "另一件")
    assert (problem.number, problem.state, problem.closed_on) == (2, ProblemState.CLOSED, TODAY)
    acts = [ProblemAct.REGISTERED, ProblemAct.ASSIGNED, ProblemAct.CLAIMED, ProblemAct.PLANNED, ProblemAct.PLANNED]
    assert story(problem) == [*acts, ProblemAct.REPORTED, ProblemAct.REPORTED, ProblemAct.VERIFIED, ProblemAct.CLOSED]
    assert all(step.on == TODAY for step in problem.steps.all())


def test_only_those_who_keep_problems_there_register_one(city, today):
    for person in (city.member, city.recorder, city.other_secretary, city.stranger, city.admin):
        with pytest.raises(PermissionDenied):
            made.found(city, by=person)
    assert made.found(city, by=city.office).registered_by == city.office


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"title": " "}, "title"),
        ({"title": "长" * 81}, "title"),
        ({"detail": "长" * 2001}, "detail"),
        ({"source": "x"}, "source"),
        ({"found_on": TODAY + timedelta(days=1)}, "found_on"),
        ({"found_on": date(2020, 1, 1)}, "found_on"),
        ({"due_on": date(2026, 11, 1)}, "due_on"),
        ({"due_on": date(2999, 1, 1)}, "due_on"),
        ({"no_thought": "没有", "no_practical": "没有"}, "no_practical"),
    ],
)
def test_what_cannot_be_a_problem_is_refused_by_field(city, today, fields, named):
    with pytest.raises(ValidationError) as refusal:
        made.found(city, **({"title": "一件事"} | fields))
    assert list(refusal.value.message_dict) == [named]
    assert not Problem.objects.exists()


def test_a_leg_may_be_excused_with_a_reason_and_the_other_not(city, today):
    problem = made.in_work(city, no_thought="只是灯管坏了")
    assert [leg.state for leg in problem.legs.order_by("kind")] == [LegState.OPEN, LegState.EXCUSED]
    with pytest.raises(ValidationError, match="两头不能都没有"):
        solving.excuse(problem, leg=LegKind.PRACTICAL, because="也没有", by=city.recorder, **made.at())
    with pytest.raises(IntegrityError), transaction.atomic():
        problem.legs.filter(kind=LegKind.PRACTICAL).update(state=LegState.EXCUSED, excused_because="也没有")
    made.report(city, problem, LegKind.PRACTICAL)
    problem.refresh_from_db()
    assert problem.state == ProblemState.REPORTED


def test_with_one_leg_open_it_is_not_closed_and_the_sentence_says_which(city, today):
    problem = made.in_work(city)
    made.report(city, problem, LegKind.PRACTICAL)
    problem.refresh_from_db()
    assert problem.state == ProblemState.WORKING
    with pytest.raises(ValidationError, match="思想这一头还没有办"):
        made.verify(problem, city.secretary)
    problem.refresh_from_db()
    assert problem.state == ProblemState.WORKING


def test_who_solved_it_or_raised_it_never_checks_it(city, today):
    problem = made.reported(city, raised_by=city.leader)
    passing_on_to = {"owner": city.recorder, "checker": city.recorder, "due_on": date(2026, 12, 1)}
    for person in (city.recorder, city.leader, city.member, city.stranger):
        with pytest.raises(PermissionDenied):
            made.verify(problem, person)
    with pytest.raises(ValidationError):
        passing_on.assign(problem, by=city.secretary, **passing_on_to, **made.at())
    with pytest.raises(IntegrityError), transaction.atomic():
        Problem.objects.filter(pk=problem.pk).update(checker=city.recorder)


def test_who_solved_one_leg_does_not_check_after_handing_the_other_on(city, today):
    problem = made.in_work(city)
    made.report(city, problem, LegKind.PRACTICAL)
    on = {"owner": city.deputy, "checker": None, "due_on": date(2026, 12, 1)}
    passing_on.assign(problem, by=city.secretary, **on, **made.at())
    solving.claim(problem, by=city.deputy, **made.at())
    solving.report(problem, leg=LegKind.THOUGHT, conclusion="说清了", done_on=TODAY, by=city.deputy, **made.at())
    problem.refresh_from_db()
    for person in (city.recorder, city.deputy):
        assert not judging.may_check(person, problem, TODAY)
    assert judging.may_check(city.secretary, problem, TODAY)


def test_not_done_goes_back_with_a_sentence(city, today):
    problem = made.reported(city, checker=city.deputy)
    with pytest.raises(ValidationError):
        made.verify(problem, city.deputy, "not")
    made.verify(problem, city.deputy, "partly", "304 室还没有换")
    assert problem.state == ProblemState.WORKING
    assert set(problem.legs.values_list("state", flat=True)) == {LegState.OPEN}
    assert problem.steps.last().text == "304 室还没有换"


def test_the_raiser_is_asked_and_his_no_opens_it_again(city, today):
    problem = made.reported(city, raised_by=city.member, due_on=date(2026, 11, 25))
    made.verify(problem, city.secretary)
    assert problem.state == ProblemState.ASKED
    with pytest.raises(PermissionDenied):
        judging.answer(problem, says="solved", by=city.secretary, **made.at())
    judging.answer(problem, says="partly", by=city.member, **made.at())
    problem.refresh_from_db()
    assert (problem.state, problem.answer, problem.due_on) == (ProblemState.WORKING, "partly", date(2026, 12, 10))
    assert problem.steps.last().by is None


def test_his_yes_strikes_it_off(city, today):
    problem = made.reported(city, raised_by=city.member)
    made.verify(problem, city.secretary)
    judging.answer(problem, says="solved", by=city.member, **made.at())
    problem.refresh_from_db()
    assert (problem.state, problem.closed_on) == (ProblemState.CLOSED, TODAY)


def test_silence_strikes_it_off_after_fifteen_days_and_not_before(city, today):
    problem = made.reported(city, raised_by=city.member)
    made.verify(problem, city.secretary)
    days = [TODAY + timedelta(days=number) for number in (14, 15, 16)]
    assert [judging.close_unanswered(made.make.moment(day), day) for day in days] == [0, 1, 0]
    problem.refresh_from_db()
    assert (problem.state, problem.answer) == (ProblemState.CLOSED, "")


def test_up_to_a_named_post_and_back(city, today):
    problem = made.in_work(city)
    assert [post.person for post in passing_on.posts_above(problem, TODAY)] == [city.office, city.gongwei]
    made.sent_up(city, problem)
    assert (problem.solved_at, problem.sent_up_on, problem.owner) == (city.finance, TODAY, None)
    with pytest.raises(PermissionDenied):
        solving.claim(problem, by=city.secretary, **made.at())
    assert problem in Problem.objects.visible_to(city.secretary, TODAY)
    passing_on.send_back(problem, because="经费批了，请自己买", by=city.office, **made.at())
    problem.refresh_from_db()
    assert (problem.solved_at, problem.sent_up_on) == (city.first, None)


def test_it_does_not_go_up_to_somebody_elsewhere(city, today):
    problem = made.in_work(city)
    elsewhere = city.stranger.appointments.get()
    with pytest.raises(ValidationError, match="请从上级的职务里选"):
        passing_on.send_up(problem, to=elsewhere, because="解决不了", by=city.secretary, **made.at())


def test_opened_again_within_a_year_and_not_after(city, today):
    problem = made.closed(city)
    later = TODAY + timedelta(days=367)
    with pytest.raises(ValidationError, match="超过一年"):
        judging.reopen(problem, because="又暗了", due_on=later, by=city.secretary, **made.at(later))
    judging.reopen(problem, because="又暗了", due_on=date(2026, 12, 1), by=city.secretary, **made.at())
    problem.refresh_from_db()
    assert (problem.state, problem.reopened, problem.closed_on) == (ProblemState.FOUND, 1, None)
    assert set(problem.legs.values_list("state", flat=True)) == {LegState.OPEN}
    assert story(problem)[-1] == ProblemAct.REOPENED


def test_a_look_that_is_stale_is_refused(city, today):
    problem = made.reported(city)
    seen = problem.revision
    made.verify(problem, city.secretary, "partly", "还差一间")
    with pytest.raises(ValidationError, match="刚刚有人处理过"):
        judging.verify(problem, outcome="done", text="", revision=seen, by=city.office, **made.at())


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_who_verify_at_once_one_wins(city):
    problem = made.reported(city)
    start, refused = Barrier(2), []

    def judge(person) -> None:
        try:
            start.wait()
            judging.verify(problem, outcome="done", text="", revision=problem.revision, by=person, **made.at())
        except ValidationError as refusal:
            refused.append(refusal.messages)
        finally:
            connection.close()

    threads = [Thread(target=judge, args=[person]) for person in (city.secretary, city.office)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == [[solving.STALE]]
    assert ProblemStep.objects.filter(problem=problem, act=ProblemAct.CLOSED).count() == 1
