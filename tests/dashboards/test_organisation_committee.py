"""/organisations/<pk>/: an organisation that has units below it."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organisations.appointing import transfer
from organisations.models import Level, Organisation
from programmes.exempting import ask
from programmes.models import Requirement
from programmes.opening import open_periods
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def read(as_person, today):
    """``read(reader, organisation)``: the page's screen object."""

    def page(reader, organisation):
        response = as_person(reader).get(f"/organisations/{organisation.pk}/")
        assert response.status_code == 200
        return response.context["page"]

    return page


@pytest.fixture
def body(as_person, today):
    """``body(reader, organisation)``: the text of the page between the bars."""

    def text(reader, organisation) -> str:
        response = as_person(reader).get(f"/organisations/{organisation.pk}/")
        return response.content.decode().split("<main")[1].split("</main>")[0]

    return text


# --- a committee


def test_a_committee_lists_its_branches_in_tree_order(city, read, today):
    make.activity(city.first, "theme-party-day", on=date(2026, 11, 13), by=city.secretary)
    page = read(city.office, city.finance_committee)
    rows = [(unit.organisation.name, unit.head, unit.members) for unit in page.units]
    assert rows == [("第一党支部", "林知远", 10), ("第二党支部", "何望舒", 5)]
    assert page.strip.name == "主题党日"
    first, second = page.units
    assert first.rhythm.strip.squares[:3] == ((10, 1, "late"), (11, 1, "done"), (12, 1, "future"))
    assert second.rhythm.strip.squares[:2] == ((10, 1, "late"), (11, 1, "next"))
    assert page.lede == "2020年成立，下设 2 个党支部，党员 15 人。"


def test_what_is_missing_is_said_in_words(city, read, today):
    first, second = read(city.office, city.finance_committee).units
    # October: theme party day, committee meeting and two group meetings. Now: seven kinds, one of them in two groups.
    assert first.missing == ("late", "逾期 4 项，还差 8 项")
    assert second.missing == ("late", "逾期 1 项，还差 5 项")
    for month in (10, 11):
        make.activity(city.second, "theme-party-day", on=date(2026, month, 13), by=city.other_secretary)
    second = read(city.office, city.finance_committee).units[1]
    assert second.missing == ("todo", "4 项")
    row = make.obligation(city.second, "party-lecture-quarterly", "2026-Q4")
    ask(city.second, row, until=None, cause="few", reason="人少", by=city.other_secretary, now=make.moment(today))
    assert read(city.office, city.finance_committee).units[1].missing == ("soon", "3 项，豁免待定 1 项")


def test_a_branch_without_anything_missing_is_said_to_be_done(city, read, today):
    kinds = (
        "theme-party-day",
        "branch-meeting",
        "party-lecture",
        "organisational-life-meeting",
        "democratic-appraisal",
    )
    make.activity(city.second, *kinds, on=date(2026, 11, 13), by=city.other_secretary)
    make.activity(city.second, "theme-party-day", on=date(2026, 10, 13), by=city.other_secretary)
    assert read(city.office, city.finance_committee).units[1].missing == ("done", "都已开展")


def test_intermediate_committees_are_headings(city, read, today):
    general = make.organisation("第一党总支", Level.GENERAL_BRANCH, city.finance_committee)
    make.organisation("第五党支部", Level.BRANCH, general)
    make.organisation("第六党支部", Level.BRANCH, city.finance_committee)
    page = read(city.office, city.finance)
    bands = [
        (band.heading and band.heading.name, [unit.organisation.name for unit in band.units]) for band in page.bands
    ]
    assert bands == [
        ("市财政局机关党委", ["第一党支部", "第二党支部"]),
        ("第一党总支", ["第五党支部"]),
        (None, ["第六党支部"]),
    ]


def test_the_committee_shows_its_own_rhythm_with_its_party_groups(city, read, today):
    page = read(city.office, city.finance_committee)
    assert [(row.owner.name, row.requirement.name) for row in page.rhythms] == [
        ("市财政局党组", "中心组学习"),
        ("市财政局党组", "专题研究机关党建"),
        ("市财政局党组", "党组（党委）书记讲党课"),
        ("市财政局机关党委", "机关党委会议"),
        ("市财政局机关党委", "思想状况分析"),
    ]


def test_the_city_lists_organs_with_the_figures_of_this_month(city, read, body, today):
    make.activity(city.first, "theme-party-day", on=date(2026, 11, 13), by=city.secretary)
    page = read(city.gongwei, city.committee)
    rows = [(unit.organisation.name, unit.cell.done, unit.cell.needed, unit.members) for unit in page.units]
    assert rows == [("市财政局党组", 1, 2, 15), ("市水务局机关党委", 0, 1, 1)]
    assert page.lede == "2020年成立，下设 2 个单位，党员 16 人。"
    assert "1/2" in body(city.gongwei, city.committee)


def test_the_strip_follows_the_rules_and_not_a_name(city, read, today):
    Requirement.objects.filter(code="theme-party-day-monthly").update(name="固定党日")
    assert read(city.office, city.finance_committee).strip.name == "固定党日"
    Requirement.objects.filter(code="theme-party-day-monthly").update(until=date(2026, 1, 1))
    assert read(city.gongwei, city.committee).strip is None


def test_requests_wait_beside_the_way_to_answer_them(city, body, today):
    row = make.obligation(city.second_group, "group-meeting-monthly", "2026-10")
    exemption = ask(
        city.second_group,
        row,
        until=date(2026, 11, 1),
        cause="away",
        reason="出差",
        by=city.secretary,
        now=make.moment(today),
    )
    text = body(city.office, city.finance_committee)
    assert "党小组会，第一党支部第二党小组" in text
    assert f"/exemptions/{exemption.pk}/decide/" in text


def test_terms_that_end_soon_are_listed_in_tree_order(city, read, today):
    Organisation.objects.filter(pk=city.second.pk).update(term_years=3, term_began_on=date(2023, 6, 1))
    page = read(city.office, city.finance_committee)
    assert [(node.name, term.css) for node, term in page.terms] == [
        ("第一党支部", "is-soon"),
        ("第二党支部", "is-late"),
    ]


def test_who_could_do_with_a_hand_is_listed_in_tree_order(city, read, body, today):
    open_periods(date(2026, 9, 1))
    page = read(city.office, city.finance_committee)
    assert [node.near_name for node, _ in page.needs] == [
        "第一党支部",
        "第一党支部第一党小组",
        "第一党支部第二党小组",
        "第二党支部",
    ]
    assert "连续 2 期没有开展" in body(city.office, city.finance_committee)
    assert read(city.admin, city.finance_committee).needs == []


# --- queries


def queries(client, organisation) -> int:
    client.get(f"/organisations/{organisation.pk}/")
    with CaptureQueriesContext(connection) as asked:
        assert client.get(f"/organisations/{organisation.pk}/").status_code == 200
    return len(asked)


def test_a_committee_costs_the_same_with_one_branch_and_with_three(city, as_person, today):
    client = as_person(city.gongwei)
    counts = []
    for number in (1, 2):
        for extra in range(number):
            branch = make.organisation(f"水务第{number}{extra}党支部", Level.BRANCH, city.water)
            make.holds(make.person(f"书记{number}{extra}", branch), "branch-secretary", branch)
        open_periods(today)
        counts.append(queries(client, city.water))
    assert counts == [15, 15]


def test_the_city_costs_the_same_with_two_organs_and_with_five(city, as_person, today):
    client = as_person(city.gongwei)
    first = queries(client, city.committee)
    for number in range(3):
        organ = make.organisation(f"市第{number}局机关党委", Level.ORGAN_COMMITTEE, city.committee)
        transfer(
            make.person(f"党员{number}"),
            to=make.organisation(f"{number}支部", Level.BRANCH, organ),
            on=today,
            today=today,
            tell=False,
        )
    open_periods(today)
    assert (first, queries(client, city.committee)) == (13, 13)
