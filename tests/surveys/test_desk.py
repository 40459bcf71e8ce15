"""The desk: one ballot a person, in one answer and nowhere else; what stays is the mark alone."""

from __future__ import annotations

import html
import logging
import re
import threading
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from organisations.appointing import transfer
from organisations.models import Person
from surveys import audience, ballots, desk, keys
from surveys.models import DeskMark, Survey, Who
from tests import make
from tests.conftest import TODAY
from tests.surveys import room_client
from tests.surveys import surveys_made as made

NOW = made.NOW
CODE = re.compile(r'<p class="ballot__code[^>]*>([0-9A-Z ]{19})</p>')


@pytest.fixture
def survey(city, today) -> Survey:
    made.crowd(city)
    return made.launched(city)


def address(survey: Survey) -> str:
    return reverse("survey-desk", args=[survey.pk])


def everything() -> dict[str, Counter[tuple[Any, ...]]]:
    """Every row of every table."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found[table] = Counter(tuple(str(value) for value in row) for row in cursor.fetchall())
    return found


def difference(before: dict[str, Counter], after: dict[str, Counter]) -> dict[str, tuple[int, int]]:
    """Table → rows gone, rows new."""
    return {
        table: ((before[table] - rows).total(), (rows - before[table]).total())
        for table, rows in after.items()
        if before[table] != rows
    }


def code_in(answer: Any) -> str:
    """The ballot of an answer; empty where there is none."""
    found = CODE.search(answer.content.decode())
    return found[1] if found else ""


def test_the_page_before_says_what_stays_and_changes_nothing(city, as_person, survey):
    client = as_person(city.member)
    client.get(address(survey))  # the session takes its stamp
    before = everything()
    for method in (client.get, client.head, client.get):
        assert method(address(survey)).status_code == 200
    assert everything() == before
    page = client.get(address(survey)).content.decode()
    for words in ("会留下", "不会留下", "票没了怎么办", "机关党委 302 室", "不想在这里领", "不填也可以", "第一党支部"):
        assert words in page
    assert page.count('type="submit">领票<') == 1
    assert CODE.search(page) is None


def test_taking_a_ballot_writes_the_mark_and_no_other_row(city, as_person, survey, time_machine):
    client = as_person(city.member)
    client.get(address(survey))
    # Late enough for the session to be stamped anew, were it any other page.
    time_machine.move_to(NOW + timedelta(minutes=3), tick=False)
    before = everything()
    assert client.post(address(survey)).status_code == 200
    after = everything()
    assert difference(before, after) == {DeskMark._meta.db_table: (0, 1)}
    mark = DeskMark.objects.get()
    assert (mark.mark, mark.unit) == (
        ballots.desk_mark(survey, city.member.pk),
        audience.unit_of(city.member, survey).number,
    )


def test_the_ballot_is_genuine_and_its_address_has_it_behind_the_hash_alone(city, as_person, survey):
    answer = as_person(city.member).post(address(survey))
    code, page = code_in(answer), html.unescape(answer.content.decode())
    assert ballots.read(survey, code).unit == made.leaves(survey)["第一党支部"]
    compact = code.replace(" ", "")
    there = f"http://testserver/s/{survey.code}/#{compact}"
    # The line to read, and the one link: the square holds it as dots.
    assert (page.count(code), page.count(compact), page.count(f'href="{there}"')) == (1, 1, 1)
    assert '<svg class="qr"' in page
    unit = survey.units.get(name="第一党支部")
    assert f"第一党支部（{unit.heads} 人）" in page


@pytest.mark.django_db(transaction=True)
def test_the_ballot_opens_the_room_once_a_person_however_it_is_typed(city, as_person, survey):
    code = code_in(as_person(city.member).post(address(survey)))
    for typed in (code, code.replace(" ", ""), code.lower().replace(" ", "-")):
        page = room_client.post(f"/s/{survey.code}/page/0/", [("ballot", typed)])
        assert page.status == 200
        assert "您的年龄段" in page.text
    made.hand_in(survey, ballots.read(survey, code), made.Given(made.sheet(), {}), now=NOW)
    assert "您的年龄段" not in room_client.post(f"/s/{survey.code}/page/0/", [("ballot", code)]).text


def test_the_answer_is_kept_by_no_cache_no_cookie_no_message_and_no_session(city, as_person, survey):
    client = as_person(city.member)
    answer = client.post(address(survey))
    code = code_in(answer)
    assert "no-store" in answer["Cache-Control"]
    for kept in (str(answer.headers), answer.cookies.output(), str(dict(client.session)), answer.wsgi_request.path):
        assert code not in kept
        assert code.replace(" ", "") not in kept
    assert list(get_messages(answer.wsgi_request)) == []
    assert "Location" not in answer


@pytest.fixture
def everything_logged(caplog, monkeypatch):
    """All that any logger would say at DEBUG; Django's own does not hand on what it says."""
    for name in ("", "django", "django.request", "django.db.backends", "django.template", "axes", "auditlog"):
        caplog.set_level(logging.DEBUG, logger=name)
    monkeypatch.setattr(logging.getLogger("django"), "handlers", [caplog.handler])
    return caplog


def test_the_ballot_is_in_no_row_no_query_and_no_log(city, as_person, survey, everything_logged):
    client = as_person(city.member)
    with CaptureQueriesContext(connection) as asked:
        code = code_in(client.post(address(survey)))
    said = everything_logged.text + str(asked.captured_queries) + str(everything())
    # A guard of the guard: the log does hold what was written.
    assert ballots.desk_mark(survey, city.member.pk) in everything_logged.text
    nonce = ballots.read(survey, code).spent_hash
    for secret in (code, code.replace(" ", ""), nonce):
        assert secret
        assert secret not in said


def test_a_second_ballot_is_refused_and_told_where_a_paper_one_is(city, as_person, survey):
    client = as_person(city.member)
    client.post(address(survey))
    before = everything()
    again = client.post(address(survey))
    assert (again.status_code, code_in(again)) == (409, "")
    page = again.content.decode()
    assert "你已经领过一张" in page
    assert "机关党委 302 室" in page
    assert everything() == before


def test_the_page_before_is_the_same_whether_one_was_taken_or_not(city, as_person, survey):
    def page(person: Person) -> str:
        text = as_person(person).get(address(survey)).content.decode()
        return re.sub(r'("X-CSRFToken": "|name="csrfmiddlewaretoken" value=")[^"]*', "", text)

    before = page(city.member)
    as_person(city.member).post(address(survey))
    assert page(city.member) == before


@pytest.mark.parametrize(
    ("moment", "sentence"),
    [(NOW - timedelta(hours=2), "还没有到开始的时间"), (NOW + timedelta(days=7), "填写时间已经过了")],
)
def test_outside_its_hours_it_says_so_and_hands_out_nothing(city, as_person, survey, time_machine, moment, sentence):
    time_machine.move_to(moment, tick=False)
    client = as_person(city.member)
    page = client.get(address(survey))
    assert page.status_code == 200
    assert sentence in page.content.decode()
    assert "btn-lg" not in page.content.decode()
    refused = client.post(address(survey))
    assert (refused.status_code, code_in(refused)) == (409, "")
    assert not DeskMark.objects.exists()


def test_where_slips_alone_are_drawn_the_desk_says_so(city, as_person, today):
    survey = made.launched(city, by_desk=False)
    client = as_person(city.member)
    assert "请到领票点抽一张纸票" in client.get(address(survey)).content.decode()
    assert client.post(address(survey)).status_code == 409
    assert not DeskMark.objects.exists()


def test_without_its_key_nobody_is_marked(city, as_person, survey):
    keys.destroy(survey)
    answer = as_person(city.member).post(address(survey))
    assert answer.status_code == 503
    assert "你没有被记为“领过”" in answer.content.decode()
    assert not DeskMark.objects.exists()


def test_who_is_not_on_the_list_of_the_day_is_told_so(city, as_person, today, time_machine):
    survey = made.launched(city, organisation=city.finance)
    outsider = as_person(city.gongwei).get(address(survey))
    assert outsider.status_code == 403
    assert "名单按启用那天（2026年11月20日）的花名册定" in outsider.content.decode()
    assert as_person(city.gongwei).post(address(survey)).status_code == 403
    # In another organ on that day, and moved in the day after.
    transfer(city.stranger, to=city.second, on=date(2026, 11, 21), today=TODAY, tell=False)
    time_machine.move_to(make.moment(date(2026, 11, 22)), tick=False)
    assert as_person(Person.objects.get(pk=city.stranger.pk)).post(address(survey)).status_code == 404
    assert not DeskMark.objects.exists()


def test_who_moved_away_since_gets_a_ballot_of_where_he_was(city, as_person, survey, time_machine):
    transfer(city.member, to=city.water_branch, on=date(2026, 11, 21), today=TODAY, tell=False)
    time_machine.move_to(make.moment(date(2026, 11, 22)), tick=False)
    code = code_in(as_person(city.member).post(address(survey)))
    assert ballots.read(survey, code).unit == made.leaves(survey)["第一党支部"]


def test_of_a_draft_its_writer_is_told_that_nobody_is_asked_yet(city, as_person, today):
    survey = made.draft(city)
    answer = as_person(city.gongwei).get(address(survey))
    assert answer.status_code == 403
    assert "还没有启用" in answer.content.decode()
    assert as_person(city.member).get(address(survey)).status_code == 404


ALL = dict.fromkeys(
    ("member", "recorder", "group_leader", "secretary", "other_secretary", "stranger", "office", "staff"), 200
)
CRAWL = {
    Who.EVERYONE: ALL | {"committee": 403, "administrator": 404},
    Who.MEMBERS: ALL | {"staff": 404, "committee": 403, "administrator": 404},
}


@pytest.mark.parametrize("who", CRAWL)
def test_who_gets_in(city, as_person, today, client, who):
    made.crowd(city)
    survey = made.launched(city, who=who)
    assert client.get(address(survey)).status_code == 302
    assert client.post(address(survey)).status_code == 401
    got = {role: as_person(person).get(address(survey)).status_code for role, person in city.cast.items()}
    taken = {role: as_person(person).post(address(survey)).status_code for role, person in city.cast.items()}
    assert got == taken == CRAWL[who]
    assert DeskMark.objects.count() == list(got.values()).count(200)


def counted(answer) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert answer().status_code == 200
    return len(asked)


def test_queries_are_as_many_with_one_survey_as_with_three(city, as_person, survey):
    client = as_person(city.member)
    client.get(address(survey))
    one = counted(lambda: client.get(address(survey)))
    others = [made.launched(city, title=f"另一份{place}") for place in range(2)]
    assert counted(lambda: client.get(address(survey))) == one <= 15
    assert counted(lambda: client.post(address(survey))) == counted(lambda: client.post(address(others[0]))) <= 15


def test_nothing_that_was_open_before_shares_a_transaction_with_the_mark(city, survey):
    with pytest.raises(RuntimeError), transaction.atomic():
        desk.hand_out(survey, by=city.member, now=NOW)
    assert not DeskMark.objects.exists()


def test_the_verb_refuses_what_the_page_does_not_offer(city, survey):
    with pytest.raises(ValidationError):
        desk.hand_out(survey, by=city.member, now=NOW + timedelta(days=8))
    with pytest.raises(desk.PermissionDenied):
        desk.hand_out(survey, by=city.admin, now=NOW)
    assert not DeskMark.objects.exists()


def test_the_workbench_names_what_is_open_in_one_query_and_never_who_answered(city, survey, django_assert_num_queries):
    later = made.launched(city, title="后截止的", closes_at=NOW + timedelta(days=9))
    made.launched(city, title="还没开始的", opens_at=NOW + timedelta(days=1))
    made.draft(city, title="在编的")
    person = Person.objects.get(pk=city.member.pk)
    with django_assert_num_queries(1):
        lines = desk.open_for(person, NOW)
    assert [(line.pk, line.title, line.closes_at) for line in lines] == [
        (survey.pk, survey.title, survey.closes_at),
        (later.pk, "后截止的", later.closes_at),
    ]
    assert all(line.minutes >= 1 for line in lines)
    desk.hand_out(survey, by=person, now=NOW)
    assert desk.open_for(person, NOW) == lines
    assert desk.open_for(city.admin, NOW) == []
    assert desk.open_for(person, survey.closes_at) == lines[1:]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_no_other_row_of_the_database_has_the_transaction_of_the_mark(city, as_person, survey, time_machine):
    client = as_person(city.member)
    client.get(address(survey))
    time_machine.move_to(NOW + timedelta(minutes=3), tick=False)
    client.post(address(survey))
    shared, (mark,) = Counter(), transactions(DeskMark._meta.db_table)
    for table in connection.introspection.table_names():
        shared[table] = transactions(table).count(mark)
    # Nor the next one: whose session was written right after would be known to have taken it.
    last = max(int(number) for number in transactions("django_session"))
    assert +shared == {DeskMark._meta.db_table: 1}
    assert last < int(mark)


def transactions(table: str) -> list[str]:
    """The transactions that wrote the rows of a table (PostgreSQL's xmin)."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT xmin::text FROM "{table}"')
        return [row[0] for row in cursor.fetchall()]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("run", range(3))
def test_two_requests_of_one_person_at_one_moment_get_one_ballot(city, survey, run):
    got: list[str] = []
    barrier = threading.Barrier(4)

    def take() -> None:
        try:
            barrier.wait(timeout=10)
            got.append(desk.hand_out(survey, by=city.member, now=NOW))
        except desk.AlreadyTakenError:
            got.append("")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(map(bool, got)) == [False, False, False, True]
    assert DeskMark.objects.count() == 1
