"""Printed slips: as many as people, in one answer and nowhere else; what stays is how many. The poster holds no ballot."""

from __future__ import annotations

import html
import re
import threading
from collections import Counter
from datetime import timedelta

import pytest
import segno
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from surveys import ballots, keys, qr, slips
from surveys.launching import launch
from surveys.models import ReportingUnit, Survey, SurveyKind
from tests.surveys import surveys_made as made
from tests.surveys.test_desk import difference, everything

NOW = made.NOW
CODE = re.compile(r'<span class="slips__code">([0-9A-Z ]{19})</span>')


@pytest.fixture
def survey(city, today) -> Survey:
    made.crowd(city)
    return made.launched(city)


def url(name: str, survey: Survey) -> str:
    return reverse(f"survey-{name}", args=[survey.pk])


def leaf(survey: Survey, name: str = "第一党支部") -> ReportingUnit:
    return survey.units.get(name=name)


def fields(unit: ReportingUnit, number: object = "") -> dict[str, object]:
    return {"print-unit": unit.number, "print-number": number}


def replacing(unit: ReportingUnit) -> dict[str, object]:
    return {"replace-unit": unit.number, "replace-signed": "on"}


def codes_in(answer) -> list[str]:
    return CODE.findall(answer.content.decode())


def test_a_batch_is_as_many_as_people_and_leaves_their_number_alone(city, as_person, survey):
    client, unit = as_person(city.gongwei), leaf(survey)
    client.get(url("slips", survey))
    before = everything()
    answer = client.post(url("slips-print", survey), fields(unit))
    codes = codes_in(answer)
    assert len(codes) == len(set(codes)) == unit.heads
    assert {ballots.read(survey, code).unit for code in codes} == {unit.number}
    assert difference(before, everything()) == {ReportingUnit._meta.db_table: (1, 1)}
    before_row, unit = vars(unit), leaf(survey)
    changed = {name for name, value in vars(unit).items() if name != "_state" and value != before_row[name]}
    assert (changed, unit.slips_printed) == ({"slips_printed"}, unit.heads)


def test_slips_are_in_one_answer_and_in_no_row_no_query_and_no_header(city, as_person, survey):
    client = as_person(city.gongwei)
    with CaptureQueriesContext(connection) as asked:
        answer = client.post(url("slips-print", survey), fields(leaf(survey), 3))
    assert "no-store" in answer["Cache-Control"]
    page, kept = html.unescape(answer.content.decode()), str(asked.captured_queries) + str(everything())
    kept += str(answer.headers) + answer.cookies.output() + str(dict(client.session))
    for code in codes_in(answer):
        assert page.count(code) == 1
        for secret in (code, code.replace(" ", ""), ballots.read(survey, code).spent_hash):
            assert secret not in kept


def test_a_slip_is_covered_on_the_screen_and_bears_no_number_but_its_own(city, as_person, survey):
    page = as_person(city.gongwei).post(url("slips-print", survey), fields(leaf(survey))).content.decode()
    assert "slips--covered" in page
    printed = [re.sub(r"<svg.*?</svg>", "", item, flags=re.S) for item in re.findall(r"<li>(.*?)</li>", page, re.S)]
    printed = [CODE.sub("", item) for item in printed if "slips__qr" in item]
    assert len(printed) == leaf(survey).heads
    # But for code and square, one slip is like the other.
    assert len(set(printed)) == 1


def test_fifteen_stand_on_a_sheet(city, as_person, survey):
    unit = leaf(survey, "第二党支部")
    page = as_person(city.gongwei).post(url("slips-print", survey), fields(unit)).content.decode()
    assert page.count('<div class="a4">') == -(-unit.heads // slips.ON_A_SHEET)
    made_of = slips.sheets(survey, ["A B C D"] * 31, request_of(as_person(city.gongwei), survey))
    assert [len(sheet) for sheet in made_of] == [15, 15, 1]


def request_of(client, survey: Survey):
    return client.get(url("slips", survey)).wsgi_request


def test_the_order_of_a_batch_is_not_that_of_its_making(city, survey, monkeypatch):
    numbers = iter(range(1000))
    monkeypatch.setattr(ballots, "issue", lambda *args: f"{next(numbers):04}")
    batch = slips.print_batch(survey, leaf(survey), 10, by=city.gongwei, now=NOW)
    assert sorted(batch) == [f"{number:04}" for number in range(10)]
    orders = {tuple(slips._fresh(survey, leaf(survey), 5)) for _ in range(20)}
    ranks = {tuple(sorted(order).index(code) for code in order) for order in orders}
    assert len(ranks) > 5


def test_no_more_slips_than_people_whatever_was_printed_before(city, as_person, survey):
    client, unit = as_person(city.gongwei), leaf(survey)
    assert len(codes_in(client.post(url("slips-print", survey), fields(unit, unit.heads - 2)))) == unit.heads - 2
    refused = client.post(url("slips-print", survey), fields(unit, 3))
    assert (refused.status_code, codes_in(refused)) == (422, [])
    said = f"市财政局党组，第一党支部一共 {unit.heads} 人，已经印了 {unit.heads - 2} 张，最多还能印 2 张。"
    assert said in refused.content.decode()
    # Without a number: what is left.
    assert len(codes_in(client.post(url("slips-print", survey), fields(unit)))) == 2
    assert client.post(url("slips-print", survey), fields(unit)).status_code == 422
    assert leaf(survey).slips_printed == unit.heads


@pytest.mark.parametrize("number", ["0", "-1", "301", "很多"])
def test_a_number_that_makes_no_sense_is_said_so(city, as_person, survey, number):
    answer = as_person(city.gongwei).post(url("slips-print", survey), fields(leaf(survey), number))
    assert (answer.status_code, codes_in(answer)) == (422, [])
    assert leaf(survey).slips_printed == 0


def test_a_slip_is_replaced_one_at_a_time_against_a_signature_and_counted_for_all_to_see(city, as_person, survey):
    client, unit = as_person(city.gongwei), leaf(survey)
    unsigned = client.post(url("slips-replace", survey), replacing(unit) | {"replace-signed": ""})
    assert (unsigned.status_code, codes_in(unsigned)) == (422, [])
    assert "请本人先在纸质的换票登记上签字" in unsigned.content.decode()
    answer = client.post(url("slips-replace", survey), replacing(unit))
    assert len(codes_in(answer)) == 1
    unit = leaf(survey)
    assert (unit.slips_printed, unit.slips_replaced) == (0, 1)
    assert "换出 1 张" in client.get(url("slips", survey)).content.decode()
    assert "印出纸票 0 张，换出 1 张" in as_person(city.member).get(url("desk", survey)).content.decode()


def test_no_unit_gets_more_replaced_than_it_has_people(city, survey):
    unit = leaf(survey)
    ReportingUnit.objects.filter(pk=unit.pk).update(slips_replaced=unit.heads)
    with pytest.raises(ValidationError):
        slips.replace(survey, unit, by=city.gongwei, now=NOW)
    assert leaf(survey).slips_replaced == unit.heads


def test_where_no_slips_are_drawn_a_lost_ballot_is_still_replaced(city, as_person, today):
    survey = made.launched(city, by_slip=False)
    client, unit = as_person(city.gongwei), survey.units.filter(is_leaf=True).first()
    page = client.get(url("slips", survey)).content.decode()
    assert ("生成纸票" in page, "换一张" in page) == (False, True)
    assert client.post(url("slips-print", survey), fields(unit)).status_code == 422
    assert len(codes_in(client.post(url("slips-replace", survey), replacing(unit)))) == 1


def test_after_its_end_and_without_its_key_nothing_is_printed_or_counted(city, as_person, survey, time_machine):
    unit = leaf(survey)
    time_machine.move_to(survey.closes_at, tick=False)
    client = as_person(city.gongwei)
    assert client.post(url("slips-print", survey), fields(unit)).status_code == 422
    assert client.post(url("slips-replace", survey), replacing(unit)).status_code == 422
    time_machine.move_to(NOW - timedelta(hours=2), tick=False)
    keys.destroy(survey)
    assert client.post(url("slips-print", survey), fields(unit)).status_code == 503
    assert client.post(url("slips-replace", survey), replacing(unit)).status_code == 503
    assert (leaf(survey).slips_printed, leaf(survey).slips_replaced) == (0, 0)


def test_a_unit_of_another_survey_or_above_the_leaves_gets_none(city, as_person, survey):
    other = made.launched(city, title="另一份")
    root = survey.units.get(parent=None)
    for unit in (leaf(other), root):
        with pytest.raises(ValidationError):
            slips.print_batch(survey, unit, 1, by=city.gongwei, now=NOW)
        with pytest.raises(ValidationError):
            slips.replace(survey, unit, by=city.gongwei, now=NOW)
    assert as_person(city.gongwei).post(url("slips-print", survey), fields(root)).status_code == 422


CRAWL = dict.fromkeys(
    ("member", "recorder", "group_leader", "secretary", "other_secretary", "stranger", "office", "staff"), 403
) | {"committee": 200, "administrator": 404}


@pytest.mark.parametrize("name", ["slips", "poster", "meter", "slips-print", "slips-replace"])
def test_who_gets_in(city, as_person, survey, client, name):
    posting = name in ("slips-print", "slips-replace")
    data = fields(leaf(survey), 1) | replacing(leaf(survey))

    def status(browser) -> int:
        asked = browser.post(url(name, survey), data) if posting else browser.get(url(name, survey))
        return asked.status_code

    assert status(client) == (401 if posting else 302)
    assert {role: status(as_person(person)) for role, person in city.cast.items()} == CRAWL
    if posting:
        assert as_person(city.gongwei).get(url(name, survey)).status_code == 405


@pytest.mark.parametrize("name", ["slips", "poster", "meter"])
def test_a_draft_has_none_of_it(city, as_person, today, name):
    survey = made.draft(city)
    assert as_person(city.gongwei).get(url(name, survey)).status_code == 403
    assert as_person(city.member).get(url(name, survey)).status_code == 404


def test_the_verbs_look_at_who_acts(city, survey):
    for person in (city.member, city.office, city.admin):
        with pytest.raises(PermissionDenied):
            slips.print_batch(survey, leaf(survey), 1, by=person, now=NOW)
        with pytest.raises(PermissionDenied):
            slips.replace(survey, leaf(survey), by=person, now=NOW)
    assert leaf(survey).slips_printed == leaf(survey).slips_replaced == 0


def test_the_poster_leads_into_the_room_without_a_ballot_and_changes_nothing(city, as_person, survey):
    client = as_person(city.gongwei)
    client.get(url("poster", survey))
    before = everything()
    page = html.unescape(client.get(url("poster", survey)).content.decode())
    there = f"http://testserver/s/{survey.code}/"
    assert str(qr.svg(there)) in page
    assert f">testserver/s/{survey.code}/</p>" in page
    assert f"{there}#" not in page
    assert page.count("<li>") >= 3
    promise = re.search(r'<ol class="poster__promise">(.*?)</ol>', page, re.S)[1]
    assert promise.count("<li>") == 3
    assert "少于 5 人的数字不出，留言满 10 条才出" in promise
    assert everything() == before


def test_an_appraisal_is_its_branchs_own_and_promises_what_an_appraisal_keeps(city, as_person, today):
    survey = made.draft(city, organisation=city.first, kind=SurveyKind.APPRAISAL, title="2026 年民主评议党员")
    launch(survey, by=city.secretary, now=NOW)
    for person in (city.office, city.gongwei, city.admin, city.other_secretary):
        assert as_person(person).get(url("slips", survey)).status_code == 404
    assert as_person(city.member).get(url("slips", survey)).status_code == 403
    client = as_person(city.secretary)
    unit = survey.units.get()
    assert len(codes_in(client.post(url("slips-print", survey), fields(unit)))) == unit.heads
    poster = client.get(url("poster", survey)).content.decode()
    assert "截止后只有各档的票数" in poster
    assert "留言满" not in poster
    assert "票数按支部计" in client.get(url("desk", survey)).content.decode()


def counted(answer) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert answer().status_code == 200
    return len(asked)


@pytest.mark.parametrize("name", ["slips", "poster", "meter"])
def test_queries_are_as_many_with_one_unit_as_with_many(city, as_person, today, name):
    client = as_person(city.gongwei)
    made.crowd(city)
    one = made.launched(city, organisation=city.second, title="一个单元")
    many = made.launched(city, title="许多单元")
    assert (one.units.count(), many.units.count() > 3) == (1, True)
    client.get(url(name, one))
    assert counted(lambda: client.get(url(name, one))) == counted(lambda: client.get(url(name, many))) <= 15


@pytest.mark.parametrize(
    "text", ["http://testserver/s/abcdef/#K7QM3F2X9TADWXYZ", "https://sanli.example.gov.cn/s/k3m9pq/"]
)
def test_the_square_is_drawn_module_by_module(text):
    drawn = str(qr.svg(text))
    size = int(re.search(r'viewBox="0 0 (\d+) ', drawn)[1])
    cells = Counter(
        (int(x) + step, int(y))
        for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", drawn)
        for step in range(int(length))
    )
    rows = list(segno.make(text, error="m", micro=False).matrix_iter(border=qr.QUIET))
    assert size == len(rows)
    assert cells == Counter((x, y) for y, row in enumerate(rows) for x, module in enumerate(row) if module)
    assert text not in drawn


def test_the_label_of_a_square_is_escaped():
    assert '"><script' not in qr.svg("x", '"><script>')


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_print_at_one_moment_print_no_more_than_there_are_people(city, survey):
    unit = leaf(survey)
    printed: list[int] = []
    barrier = threading.Barrier(4)

    def act() -> None:
        try:
            barrier.wait(timeout=10)
            batch = slips.print_batch(survey, leaf(survey), unit.heads - 1, by=city.gongwei, now=NOW)
            printed.append(len(batch))
        except ValidationError:
            printed.append(0)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=act) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(printed) == [0, 0, 0, unit.heads - 1]
    assert leaf(survey).slips_printed == unit.heads - 1
