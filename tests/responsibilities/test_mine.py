"""我的责任: what is to be done and by when, in words, with the way to it."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from responsibilities import carrying_out
from responsibilities.mine import Mine
from responsibilities.models import Assignment, Measure, Rhythm
from tests import make
from tests.responsibilities import duties_made, measures_made

TODAY = date(2026, 11, 20)  # a Friday
URL = reverse("responsibility-mine")


@pytest.fixture
def duty_list(city, today):
    return duties_made.small_list(city)


def groups(person, today: date = TODAY) -> dict[str, list[date]]:
    return {group.key: [line.measure.due_on for line in group.lines] for group in Mine(person, today).groups}


def test_three_groups_by_day_and_the_done_apart(city, duty_list):
    for month in range(1, 10):
        day = date(2026, month, 12)
        make.activity(city.first, "theme-party-day", on=day, by=city.secretary, today=day)
    make.activity(city.first, "theme-party-day", on=date(2026, 11, 12), by=city.secretary, today=TODAY)
    measures_made.own(city, duty_list, due_on=date(2026, 11, 22), text="星期日到期的")
    measures_made.own(city, duty_list, due_on=date(2026, 11, 23), text="下星期一到期的")
    mine = Mine(city.secretary, TODAY)
    assert groups(city.secretary) == {
        "late": [date(2026, 10, 31)],
        "week": [date(2026, 11, 22)],
        "later": [date(2026, 11, 23), date(2026, 12, 31)],
    }
    assert (mine.overdue, mine.this_week) == (1, 1)
    assert [line.measure.period for line in mine.done] == ["2026-11"]
    assert mine.done[0].left == "完成 11月12日"


def test_the_sentence_comes_first_and_days_are_words(city, duty_list, as_person):
    Measure.objects.filter(assignment__organisation=city.first, due_on__lt=date(2026, 10, 1)).delete()
    measures_made.own(city, duty_list, due_on=date(2026, 11, 20), text="今天到期的")
    text = as_person(city.secretary).get(URL).content.decode()
    assert '本周还有 <span class="num">1</span> 项' in text
    assert '逾期 <span class="num">1</span> 项' in text
    assert all(said in text for said in ("超 20 天", "剩 10 天", "今天到期", "支部书记，第一党支部"))


def test_a_bound_measure_leads_to_the_record_that_ticks_it(city, duty_list):
    lines = [line for group in Mine(city.secretary, TODAY).groups for line in group.lines]
    ways = {line.measure.period: line.ways for line in lines}
    query = {
        period: parse_qs(urlsplit(ways[period][0].url).query) | {"label": ways[period][0].label}
        for period in ("2026-10", "2026-11")
    }
    here = {"kind": ["theme-party-day"], "organisation": [str(city.first.pk)]}
    assert query == {
        "2026-10": {**here, "within": ["2026-10"], "label": "补记"},
        "2026-11": {**here, "label": "记录"},
    }
    proofs = {line.measure.period: line.proof for line in lines}
    assert (proofs["2026-11"], proofs["2026"]) == ("记了主题党日自动打勾", "写一句做了什么，不用附材料")
    assert [way.url for way in ways["2026"]] == [reverse("measure-report", args=[lines[-1].measure.pk])]


def test_what_can_be_made_up_for_says_so(city, today):
    duty_list = duties_made.draft(city)
    duties_made.line(duty_list, "主题党日", kinds=("theme-party-day",), requirement_code="theme-party-day-monthly")
    duties_made.issued(duty_list)
    (late,) = Mine(city.secretary, TODAY).groups[0].lines
    owed = make.obligation(city.first, "theme-party-day-monthly", "2026-10")
    assert [way.label for way in late.ways] == ["补记", "补办"]
    assert parse_qs(urlsplit(late.ways[1].url).query)["makes_up_for"] == [str(owed.pk)]


def test_whoever_may_not_record_there_is_offered_no_record(city, today):
    duty_list = duties_made.draft(city)
    duties_made.line(duty_list, "领导讲党课", level="group", post="head", kinds=("party-lecture",), rhythm=Rhythm.YEAR)
    duties_made.issued(duty_list)
    make.holds(city.deputy, "party-group-secretary", city.finance)
    (line,) = Mine(city.deputy, TODAY).groups[0].lines
    assert line.ways == []
    assert line.proof == "记了党课自动打勾"


def test_what_was_given_to_somebody_is_on_his_page_and_named_on_the_holders(city, duty_list):
    measure = measures_made.own(city, duty_list, owner=city.member)
    assert groups(city.member) == {"later": [measure.due_on]}
    lines = [line for group in Mine(city.secretary, TODAY).groups for line in group.lines]
    assert {line.owner for line in lines if line.measure == measure} == {"夏安禾"}
    (line,) = Mine(city.member, TODAY).groups[0].lines
    assert line.owner == ""
    assert [way.label for way in line.ways] == ["写一句"]


def test_two_posts_are_told_apart_by_their_organisation(city, duty_list):
    assert {line.place for group in Mine(city.secretary, TODAY).groups for line in group.lines} == {""}
    make.holds(city.secretary, "party-group-secretary", city.finance)
    lines = [line for group in Mine(city.secretary, TODAY).groups for line in group.lines]
    assert {line.place for line in lines} == {"第一党支部", "市财政局党组"}


def test_what_has_ended_was_dropped_or_does_not_apply_is_not_there(city, duty_list):
    measure = measures_made.own(city, duty_list)
    carrying_out.drop(measure, reason="不办了", by=city.secretary, today=TODAY)
    Measure.objects.filter(period="2026").update(exempt=True)
    Assignment.objects.filter(duty__number=1).update(ended_on=TODAY)
    assert groups(city.secretary) == {}


def test_a_person_without_duties_is_told_so(city, duty_list, as_person):
    for someone in (city.staff, city.gongwei):
        response = as_person(someone).get(URL)
        assert response.status_code == 200
        assert "你名下没有责任清单上的事" in response.content.decode()


def test_nobody_is_shown_what_another_branch_owes(city, duty_list, as_person):
    measures_made.own(city, duty_list, text="只有第一支部才知道的措施")
    assert "只有第一支部才知道的措施" not in as_person(city.other_secretary).get(URL).content.decode()


@pytest.mark.parametrize(
    ("day", "half"), [(date(2026, 5, 31), None), (date(2026, 6, 1), "2026-H1"), (date(2026, 7, 15), "2026-H1"),
                      (date(2026, 7, 16), None), (date(2026, 11, 30), None), (date(2026, 12, 1), "2026-H2"),
                      (date(2027, 1, 3), "2026-H2")],
)  # fmt: skip
def test_the_self_check_is_offered_when_the_half_year_nears_its_end(city, duty_list, day, half):
    found = Mine(city.secretary, day).half
    assert (found and found.key) == half
    assert Mine(city.staff, day).half is None


def test_a_hand_over_that_waits_stands_on_top(city, duty_list, as_person):
    measures_made.change_secretary(city, city.deputy)
    text = as_person(city.deputy).get(URL).content.decode()
    assert "第一党支部书记从2026年11月10日起换了人" in text
    row = measures_made.handover(city, duty_list, city.secretary, city.deputy)
    for someone in (city.deputy, city.secretary):
        text = as_person(someone).get(URL).content.decode()
        assert f'"{reverse("handover", args=[row.pk])}"' in text
        assert "换了人" not in text


@pytest.mark.parametrize("size", [1, 3])
def test_it_asks_the_same_at_any_size(city, today, as_person, django_assert_num_queries, size):
    duty_list = duties_made.draft(city)
    for number in range(size):
        duties_made.line(duty_list, f"第{number}项", kinds=("theme-party-day", "party-lecture"), rhythm=Rhythm.QUARTER)
        duties_made.line(duty_list, f"党组第{number}项", level="group", post="head", rhythm=Rhythm.YEAR)
    duties_made.issued(duty_list)
    make.holds(city.secretary, "party-group-secretary", city.finance)
    client = as_person(city.secretary)
    client.get(URL)
    with django_assert_num_queries(14):
        client.get(URL)


def test_long_lists_come_page_by_page(city, today, as_person):
    duty_list = duties_made.draft(city)
    for number in range(6):
        duties_made.line(duty_list, f"第{number}项")
    duties_made.issued(duty_list)
    pages = [Mine(city.secretary, TODAY, page) for page in ("1", "2", "x")]
    assert [sum(len(group.lines) for group in page.groups) for page in pages] == [50, 16, 50]
    assert [page.overdue for page in pages] == [60, 60, 60]
    assert as_person(city.secretary).get(URL, {"page": "2"}).status_code == 200
