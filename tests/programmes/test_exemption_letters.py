"""The request and the answer as Word: what they say, who gets them, and when there are none."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from urllib.parse import unquote

import docx
import pytest
from django.urls import reverse

from programmes import exempting
from programmes.letters import answer_letter, answering_office
from tests import make
from tests.documents.measures import assert_official

pytestmark = pytest.mark.usefixtures("today")

ASKED = make.moment(date(2026, 11, 20))
DECIDED = make.moment(date(2026, 11, 23))


def ask(city, where=None, code="group-meeting-monthly", period="2026-10", by=None, **fields):
    row = make.obligation(where or city.second_group, code, period)
    values = {"until": row.ends_on, "cause": "away", "reason": "全组到外县检查，\n月底才回"} | fields
    return exempting.ask(row.organisation, row, by=by or city.secretary, now=ASKED, **values)


def decided(city, granted=True, answer="", by=None, **fields):
    exemption = ask(city, **fields)
    exempting.decide(exemption, granted=granted, answer=answer, by=by or city.office, now=DECIDED)
    return exemption


def letter(client, exemption, route="exemption-letter"):
    response = client.get(reverse(route, args=[exemption.pk]))
    assert response.status_code == 200
    return response


def lines(response) -> list[str]:
    return [paragraph.text for paragraph in docx.Document(BytesIO(response.content)).paragraphs]


def test_the_request_is_written_as_an_office_writes(city, as_person):
    response = letter(as_person(city.secretary), ask(city))
    assert lines(response) == [
        "〔2026〕　　号",
        "关于“党小组会”要求不适用的请示",
        "市财政局机关党委：",
        "我支部第二党小组申请2026年10月不适用“党小组会”要求。现将有关情况请示如下。",
        "缘由：集中外出。全组到外县检查，",
        "月底才回",
        "上述期间以外，照常落实该项要求。",
        "妥否，请批示。",
        "中共市财政局机关第一支部委员会",
        "2026年11月20日",
    ]
    assert_official(response.content)


def test_the_file_is_named_by_what_who_and_when(city, as_person):
    response = letter(as_person(city.secretary), ask(city))
    assert "党小组会”不适用的请示_第一党支部_2026年11月20日.docx" in unquote(response["Content-Disposition"])
    assert response["Cache-Control"] == "private, no-store"


def test_a_request_for_good_names_its_first_day(city, as_person):
    exemption = ask(city, city.first, "theme-party-day-monthly", until=None, cause="other", reason="<b>并入</b>他项")
    seen = lines(letter(as_person(city.secretary), exemption))
    assert seen[3] == "我支部申请自2026年10月1日起不适用“主题党日”要求。现将有关情况请示如下。"
    assert seen[4:6] == ["缘由：<b>并入</b>他项", "上述情况改变后，及时报告，并恢复该项要求。"]


def test_a_granted_request_is_answered(city, as_person):
    response = letter(as_person(city.secretary), decided(city, answer="回来后补学一次。"), "exemption-answer")
    assert lines(response) == [
        "〔2026〕　　号",
        "关于“党小组会”要求不适用的批复",
        "中共市财政局机关第一支部委员会：",
        "你支部2026年11月20日报来的《关于“党小组会”要求不适用的请示》收悉。经研究，批复如下。",
        "同意你支部第二党小组2026年10月不适用“党小组会”要求。",
        "回来后补学一次。",
        "上述期间以外，照常落实该项要求。",
        "此复。",
        "市财政局机关党委",
        "2026年11月23日",
    ]
    assert_official(response.content)


def test_a_refusal_says_why(city, as_person):
    exemption = decided(city, granted=False, answer="可以分散开。")
    seen = lines(letter(as_person(city.secretary), exemption, "exemption-answer"))
    assert seen[4:7] == [
        "不同意你支部第二党小组2026年10月不适用“党小组会”要求，原到期日不变。",
        "理由：可以分散开。",
        "此复。",
    ]


@pytest.mark.parametrize(("who", "office"), [("gongwei", "committee"), ("office", "finance_committee")])
def test_the_work_committee_signs_what_it_answers_itself(city, who, office):
    assert answering_office(decided(city, by=getattr(city, who))) == getattr(city, office)


def test_a_committee_writes_to_the_party_group_above_it(city):
    row = ask(city, city.finance_committee, "thought-analysis-half", "2026-H2", by=city.office)
    assert answering_office(row) == city.finance


def test_without_an_answer_there_is_no_letter_of_it(city, as_person):
    exemption = ask(city)
    response = as_person(city.secretary).get(reverse("exemption-answer", args=[exemption.pk]))
    assert response.status_code == 409
    assert "还没有答复" in response.content.decode()
    with pytest.raises(ValueError, match="no answer"):
        answer_letter(exemption, ASKED)


def test_what_was_taken_back_has_neither(city, as_person):
    exemption = ask(city)
    exempting.take_back(exemption, by=city.secretary, now=ASKED)
    client = as_person(city.secretary)
    for route in ("exemption-letter", "exemption-answer"):
        assert client.get(reverse(route, args=[exemption.pk])).status_code == 409
    html = client.get(reverse("exemption-list")).content.decode()
    assert "letter.docx" not in html


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("secretary", 200),
        ("recorder", 200),
        ("office", 200),
        ("gongwei", 200),
        ("leader", 404),
        ("member", 404),
        ("other_secretary", 404),
        ("stranger", 404),
        ("staff", 404),
        ("admin", 404),
    ],
)
@pytest.mark.parametrize("route", ["exemption-letter", "exemption-answer"])
def test_whoever_reads_the_request_may_take_it_along(city, as_person, route, who, status):
    exemption = decided(city)
    assert as_person(getattr(city, who)).get(reverse(route, args=[exemption.pk])).status_code == status


def test_the_pages_lead_to_the_letters(city, as_person):
    waiting, answered = ask(city, city.first_group), decided(city)
    listed = as_person(city.secretary).get(reverse("exemption-list")).content.decode()
    for exemption, routes in ((waiting, ["exemption-letter"]), (answered, ["exemption-letter", "exemption-answer"])):
        for route in ("exemption-letter", "exemption-answer"):
            assert (reverse(route, args=[exemption.pk]) in listed) == (route in routes)
    page = as_person(city.office).get(reverse("exemption-decide", args=[answered.pk])).content.decode()
    assert "导出请示" in page
    assert "导出批复" in page
