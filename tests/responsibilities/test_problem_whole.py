"""Who learns how much of a problem: whoever raised it what became of it, whoever keeps it everything but his name."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import docx
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from responsibilities import judging, passing_on, solving
from responsibilities.models import LegKind, LegState, Problem, ProblemState
from responsibilities.reminding_problems import ProblemSource
from tests import make
from tests.conftest import TODAY
from tests.responsibilities import problems_made as made

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
DETAIL, PLAN, DAY = "靠内两张桌子照不到", "当面说明", date(2026, 12, 1)


def text(response) -> str:
    return response.content.decode()


def raised(city, **fields) -> Problem:
    """In work: raised by the plain member, carried out by the recorder, to be checked by the second secretary."""
    return made.in_work(city, raised_by=city.member, checker=city.other_secretary, detail=DETAIL, **fields)


def test_whoever_raised_it_sees_what_becomes_of_it_and_no_names_and_words_of_others(city, as_person):
    problem = raised(city)
    client = as_person(city.member)
    pages = [client.get(reverse("problem", args=[problem.pk])), client.get(reverse("problem-list"))]
    for page in map(text, pages):
        assert problem.title in page
        for hidden in (city.recorder.name, city.other_secretary.name, city.secretary.name, DETAIL, PLAN):
            assert hidden not in page
    assert client.get(reverse("problem-export", args=["csv"])).status_code == 403
    assert client.get(reverse("problem-ledger")).status_code == 403


def test_he_reads_what_was_done_when_he_is_asked(city, as_person):
    problem = raised(city)
    for leg in LegKind.values:
        made.report(city, problem, leg, "换了 12 支灯管")
    address = reverse("problem", args=[problem.pk])
    assert "12 支灯管" not in text(as_person(city.member).get(address))
    problem.refresh_from_db()
    made.verify(problem, city.secretary)
    page = text(as_person(city.member).get(address))
    assert "12 支灯管" in page
    assert "部分解决" in page


@pytest.mark.parametrize(
    ("who", "sees"),
    [("recorder", True), ("other_secretary", True), ("secretary", False), ("office", False), ("gongwei", False)],
)
def test_his_name_is_for_whoever_carries_it_out_and_checks_it_and_for_no_superior(city, as_person, who, sees):
    problem = raised(city)
    client = as_person(getattr(city, who))
    assert (city.member.name in text(client.get(reverse("problem", args=[problem.pk])))) == sees
    assert city.member.name not in text(client.get(reverse("problem-list")))
    found = text(client.get(reverse("problem-list"), {"q": city.member.name}))
    assert problem.title not in found


@pytest.mark.parametrize("who", ["secretary", "office", "gongwei"])
def test_no_file_names_him(city, as_person, who):
    problem = raised(city)
    client = as_person(getattr(city, who))
    table = text(client.get(reverse("problem-export", args=["csv"])))
    word = docx.Document(BytesIO(client.get(reverse("problem-ledger")).content))
    cells = "".join(cell.text for row in word.tables[0].rows for cell in row.cells)
    for ledger in (table, cells):
        assert problem.title in ledger
        assert PLAN in ledger
        assert city.member.name not in ledger


def test_a_ledger_leaves_out_what_its_reader_only_raised(city, as_person):
    """The second branch's secretary raised one in the first, and checks nothing there."""
    made.in_work(city, raised_by=city.other_secretary)
    own = made.found(city, "楼道灯不亮", organisation=city.second, by=city.other_secretary)
    client = as_person(city.other_secretary)
    assert "办公室采光差" in text(client.get(reverse("problem-list")))
    table = text(client.get(reverse("problem-export", args=["csv"])))
    assert own.title in table
    assert "办公室采光差" not in table


def test_who_hands_it_on_moves_neither_its_day_nor_its_checker(city):
    problem = raised(city)
    asked = {"owner": city.leader, "checker": None, "due_on": date(2028, 1, 1)}
    passing_on.assign(problem, by=city.recorder, **asked, **made.at())
    before = problem.due_on
    problem.refresh_from_db()
    assert (problem.owner, problem.due_on, problem.checker) == (city.leader, before, city.other_secretary)


def test_who_ever_solved_it_never_checks_it(city):
    problem = made.reported(city, owner=city.recorder, checker=None)
    made.verify(problem, city.secretary, "not", "304 室还没有换")
    on = {"owner": city.leader, "checker": city.recorder, "due_on": DAY}
    passing_on.assign(problem, by=city.secretary, **on, **made.at())
    solving.claim(problem, by=city.leader, **made.at())
    for leg in LegKind.values:
        solving.report(problem, leg=leg, conclusion="换了", done_on=TODAY, by=city.leader, **made.at())
    problem.refresh_from_db()
    with pytest.raises(PermissionDenied):
        made.verify(problem, city.recorder)
    made.verify(problem, city.secretary)


def test_nothing_is_reported_that_nobody_planned(city):
    problem = made.found(city, owner=city.recorder)
    solving.claim(problem, by=city.recorder, **made.at())
    with pytest.raises(ValidationError, match="打算怎么办"):
        made.report(city, problem, LegKind.PRACTICAL)


def test_an_excused_leg_is_taken_up_after_all(city):
    problem = made.in_work(city, no_thought="只是灯管坏了")
    with pytest.raises(PermissionDenied):
        solving.take_up(problem, leg=LegKind.THOUGHT, plan="说清楚", by=city.secretary, **made.at())
    solving.take_up(problem, leg=LegKind.THOUGHT, plan="说清楚为什么晚换", by=city.recorder, **made.at())
    leg = problem.legs.get(kind=LegKind.THOUGHT)
    assert (leg.state, leg.plan, leg.excused_because) == (LegState.OPEN, "说清楚为什么晚换", "")
    made.report(city, problem, LegKind.PRACTICAL)
    problem.refresh_from_db()
    assert problem.state == ProblemState.WORKING


def test_whoever_cannot_sign_in_is_not_waited_for(city):
    problem = made.reported(city, raised_by=city.deputy)
    assert city.deputy.username is None
    made.verify(problem, city.secretary)
    assert problem.state == ProblemState.CLOSED


def test_the_work_committee_gives_to_its_own_people(city):
    assert {person.name for person in passing_on.people_for(city.committee, TODAY)} == {"梁允中"}


# --- the figures


def crowd(city) -> None:
    """One of every state, one overdue, one of last year still open and one of last year closed."""
    made.found(city, "没人管的")
    made.found(city, "派了没认领", owner=city.recorder)
    made.in_work(city, "在办的")
    late = made.in_work(city, "超期的")
    Problem.objects.filter(pk=late.pk).update(due_on=date(2026, 11, 3))
    made.reported(city, "待复核的")
    made.verify(made.reported(city, "等回话的", raised_by=city.member), city.secretary)
    made.closed(city, "了结的")
    told = made.reported(city, "说解决了的", raised_by=city.member)
    made.verify(told, city.secretary)
    judging.answer(told, says="solved", by=city.member, **made.at())
    old = made.in_work(city, "去年没办完的"), made.closed(city, "去年了结的")
    for row in old:
        Problem.objects.filter(pk=row.pk).update(year=2025)


def rows_behind(client, address: str) -> int:
    page = client.get(reverse("problem-list") + address).context["list"].page
    return len(page.object_list)


@pytest.mark.parametrize("query", ["", "?year=all", "?year=2025", "?source=visit", "?q=的"])
def test_every_figure_counts_the_rows_behind_it(city, as_person, query):
    crowd(city)
    client = as_person(city.secretary)
    shown = client.get(reverse("problem-list") + query).context["list"]
    figures = [step.number for step in shown.flow]
    assert figures[0] > 0
    for step in shown.flow:
        assert rows_behind(client, step.url) == step.number, step
        if step.note_url:
            number = int("".join(sign for sign in step.note if sign.isdigit()))
            assert rows_behind(client, step.note_url) == number, step
    assert sum(number for _, number, _ in shown.groups) == shown.open_number == rows_behind(client, query)


def test_the_figures_of_the_year(city, as_person):
    crowd(city)
    shown = as_person(city.secretary).get(reverse("problem-list")).context["list"]
    assert [(step.label, step.number, step.note) for step in shown.flow] == [
        ("发现", 9, "其中 1 个是以前没了结的"),
        ("认领", 7, "2 个还没人管"),
        ("在办", 5, "1 个超期"),
        ("待核", 2, "1 个等提出人回话"),
        ("了结", 2, "其中 1 个提出人说解决了"),
    ]
    assert [(title, number) for title, number, _ in shown.groups] == [("在办", 5), ("待核", 2)]
    assert [row.problem.title for row in shown.recent] == ["说解决了的", "了结的"]


def test_a_group_says_its_number_on_every_page(city, as_person, monkeypatch):
    monkeypatch.setattr("responsibilities.problem_list.PAGE", 2)
    crowd(city)
    shown = as_person(city.secretary).get(reverse("problem-list"), {"page": "2"}).context["list"]
    assert [(title, number, len(rows)) for title, number, rows in shown.groups] == [("在办", 5, 2)]
    assert shown.recent == []


def test_late_ones_are_paged_by_their_own_number(city, as_person):
    crowd(city)
    page = as_person(city.secretary).get(reverse("problem-list"), {"late": "1"}).context["list"].page
    assert (page.paginator.count, [problem.title for problem in page]) == (1, ["超期的"])


# --- registering


def test_whoever_registers_for_the_whole_city_is_not_offered_everybody_in_it(city, as_person):
    page = as_person(city.gongwei).get(reverse("problem-add"))
    assert page.status_code == 200
    assert city.member.name not in text(page)
    offered = text(as_person(city.gongwei).get(reverse("problem-add"), {"organisation": city.first.pk}))
    assert city.member.name in offered


def test_who_may_not_check_is_told_no_and_not_shown_an_empty_form(city, as_person):
    problem = made.reported(city, raised_by=city.leader)
    for who in (city.recorder, city.leader):
        assert as_person(who).post(reverse("problem-verify", args=[problem.pk])).status_code == 403
    assert as_person(city.secretary).post(reverse("problem-verify", args=[problem.pk])).status_code == 422
    assert as_person(city.secretary).post(reverse("problem-answer", args=[problem.pk])).status_code == 403


# --- reminders


def said(day: date) -> dict[int, str]:
    return {line.recipient_id: line.title for line in ProblemSource().missing(day)}


def test_what_was_given_and_not_taken_is_said_to_whoever_keeps_it_too(city):
    made.found(city, owner=city.recorder)
    assert set(said(date(2026, 11, 23))) == {city.recorder.pk}
    assert set(said(date(2026, 11, 24))) == {city.recorder.pk, city.secretary.pk}


def test_what_was_sent_up_is_said_to_that_post_and_again_after_five_working_days(city):
    """To the deputy whom it was sent up to, not to the secretary who leads there."""
    head, deputy = (
        make.person(name, city.second, login=login) for name, login in (("甲书记", "jia"), ("乙副书记", "yi"))
    )
    make.holds(head, "organ-committee-secretary", city.finance_committee)
    make.holds(deputy, "organ-committee-deputy", city.finance_committee)
    problem = made.in_work(city)
    to = next(post for post in passing_on.posts_above(problem, TODAY) if post.person_id == deputy.pk)
    passing_on.send_up(problem, to=to, because="要局里安排经费", by=city.secretary, **made.at())
    assert said(TODAY) == {deputy.pk: "第一党支部第 1 号问题报到你这里"}
    assert said(date(2026, 11, 26)) == said(TODAY)
    assert said(date(2026, 11, 27)) == {deputy.pk: "第一党支部第 1 号问题报到你这里，5 个工作日没有动"}


def test_a_checker_who_raised_it_himself_is_not_asked_to_check(city):
    made.reported(city, raised_by=city.leader, checker=city.leader)
    assert set(said(TODAY)) == {city.secretary.pk}


def test_the_question_says_what_was_done(city, as_person):
    problem = made.reported(city, raised_by=city.member)
    question = "11月2日提的“办公室采光差，看屏幕吃力”，换了 12 支灯管；换了 12 支灯管。解决了吗？"
    address = reverse("problem", args=[problem.pk])
    assert question in text(as_person(city.secretary).get(address))
    made.verify(problem, city.secretary)
    assert question in text(as_person(city.member).get(address))


# --- what is typed wrongly, by whoever carries it out and by those who judge

WRONG = ["", " ", "长" * 10_000, "9999-12-31", "0000-00-00", "99999999999999999999", "<script>alert(1)</script>"]


@pytest.mark.parametrize(
    ("route", "leg", "fields"),
    [
        ("problem-plan", "", ["thought", "practical"]),
        ("problem-progress", "", ["text"]),
        ("problem-report", "practical", ["conclusion", "done_on"]),
        ("problem-take-up", "thought", ["plan"]),
        ("problem-assign", "", ["owner"]),
    ],
)
def test_no_field_of_an_owner_makes_a_form_fail(city, as_person, route, leg, fields):
    problem = made.in_work(city, no_thought="" if route == "problem-plan" else "只是灯管坏了")
    client, address = as_person(city.recorder), reverse(route, args=[problem.pk, *[leg] * bool(leg)])
    assert client.get(address).status_code == 200
    for value in WRONG:
        assert client.post(address, dict.fromkeys(fields, value)).status_code in (302, 422), value


@pytest.mark.parametrize(("who", "route"), [("secretary", "problem-verify"), ("member", "problem-answer")])
def test_no_judgement_makes_a_page_fail(city, as_person, who, route):
    problem = made.reported(city, raised_by=city.member)
    if route == "problem-answer":
        made.verify(problem, city.secretary)
    for value in WRONG:
        sent = dict.fromkeys(["outcome", "says", "text", "revision"], value)
        assert as_person(getattr(city, who)).post(reverse(route, args=[problem.pk]), sent).status_code == 422


def test_of_two_judgements_the_second_is_told_and_keeps_what_was_typed(city, as_person):
    problem = made.reported(city)
    sent = {"outcome": "partly", "text": "还差 304 室", "revision": problem.revision}
    made.verify(problem, city.office, "not", "没有换")
    made.report(city, problem, LegKind.THOUGHT)
    made.report(city, problem, LegKind.PRACTICAL)
    response = as_person(city.secretary).post(reverse("problem-verify", args=[problem.pk]), sent)
    assert response.status_code == 422
    assert "这个问题刚刚有人处理过" in text(response)
    assert "还差 304 室" in text(response)


# --- how much is asked of the database


@pytest.mark.parametrize("size", [1, 3])
@pytest.mark.parametrize(
    ("who", "route", "queries"),
    [
        ("secretary", "problem-list", 12),
        ("gongwei", "problem-list", 12),
        ("member", "problem-list", 10),
        ("secretary", "problem-add", 14),
        ("secretary", "problem-export", 11),
        ("secretary", "problem-ledger", 10),
    ],
)
def test_a_page_asks_the_database_the_same_at_any_size(city, as_person, who, route, queries, size):
    for number in range(size):
        made.in_work(city, f"第{number}件事", raised_by=city.member)
        made.closed(city, f"了结的第{number}件事", raised_by=None)
    client = as_person(getattr(city, who))
    with CaptureQueriesContext(connection) as asked:
        assert client.get(reverse(route, args=["csv"] if route == "problem-export" else [])).status_code == 200
    assert len(asked) == queries


@pytest.mark.parametrize("size", [1, 3])
@pytest.mark.parametrize(("who", "queries"), [("secretary", 12), ("recorder", 12), ("member", 11)])
def test_the_page_of_a_problem_asks_the_same_however_long_its_story(city, as_person, who, queries, size):
    problem = made.in_work(city, raised_by=city.member)
    for number in range(size):
        solving.progress(problem, text=f"第{number}步", by=city.recorder, **made.at())
        made.closed(city, f"办公室采光差，第{number}间")
    client = as_person(getattr(city, who))
    with CaptureQueriesContext(connection) as asked:
        assert client.get(reverse("problem", args=[problem.pk])).status_code == 200
    assert len(asked) == queries
