"""/organisations/<pk>/: one organisation as its readers see it."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboards.organisation import BranchPage, Term
from organisations.appointing import end
from organisations.models import Appointment, Category, Level, Organisation
from programmes.exempting import ask, decide
from programmes.models import Obligation
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


def rhythm(page, name: str):
    return next(row for row in page.rhythms if row.requirement.name == name)


# --- who reads


@pytest.mark.parametrize(
    ("reader", "seen"),
    [
        ("member", []),
        ("staff", []),
        ("recorder", []),
        ("leader", ["first_group"]),
        ("secretary", ["first", "first_group"]),
        ("other_secretary", ["second"]),
        ("stranger", ["water_branch"]),
        ("office", ["finance", "finance_committee", "first", "first_group", "second"]),
        (
            "gongwei",
            ["committee", "finance", "finance_committee", "first", "first_group", "second", "water", "water_branch"],
        ),
        (
            "admin",
            ["committee", "finance", "finance_committee", "first", "first_group", "second", "water", "water_branch"],
        ),
    ],
)
def test_a_page_is_read_by_those_who_may_see_its_people(city, as_person, today, reader, seen):
    client = as_person(getattr(city, reader))
    every = ["committee", "finance", "finance_committee", "first", "first_group", "second", "water", "water_branch"]
    found = [name for name in every if client.get(f"/organisations/{getattr(city, name).pk}/").status_code == 200]
    assert found == seen
    assert client.get("/organisations/999999/").status_code == 404
    assert client.post(f"/organisations/{city.first.pk}/").status_code == 405


def test_an_administrator_reads_posts_and_people_and_nothing_of_what_was_held(city, body, read, today):
    make.activity(city.first, "theme-party-day", on=date(2026, 11, 13), by=city.secretary, title="参观展览")
    ask(
        city.first,
        make.obligation(city.first, "party-lecture-quarterly", "2026-Q4"),
        until=None,
        cause="duty",
        reason="值守不便",
        by=city.secretary,
        now=make.moment(today),
    )
    text = body(city.admin, city.first)
    assert "林知远" in text
    for hidden in ("今年的节奏", "参观展览", "值守不便", "不适用与豁免", "待开展"):
        assert hidden not in text
    assert "参观展览" in body(city.secretary, city.first)
    committee = body(city.admin, city.finance_committee)
    assert "第一党支部" in committee
    for hidden in ("本期还差", "主题党日", "可以搭把手", "待批豁免", "值守不便"):
        assert hidden not in committee
    assert "0/1" not in body(city.admin, city.committee)


def test_the_way_up_is_linked_as_far_as_one_may_go(city, read):
    assert [bool(url) for _, url in read(city.gongwei, city.first).crumbs] == [True, True, True, False]
    page = read(city.secretary, city.first)
    assert page.crumbs == [("市直机关工委", ""), ("市财政局党组", ""), ("市财政局机关党委", ""), ("第一党支部", "")]


# --- a branch


def test_the_branch_in_a_sentence(city, read, today):
    assert read(city.secretary, city.first).lede == "2020年1月成立，设支部委员会和 2 个党小组，党员 10 人。"
    make.person("苏明达", city.first_group, category=Category.PROBATIONARY)
    Organisation.objects.filter(pk=city.first.pk).update(remark="预算处、国库处")
    assert (
        read(city.secretary, city.first).lede
        == "预算处、国库处，2020年1月成立，设支部委员会和 2 个党小组，党员 11 人，其中预备党员 1 人。"
    )
    assert read(city.other_secretary, city.second).lede == "2020年1月成立，党员 5 人。"


def test_the_rhythm_has_a_line_a_requirement_with_this_period_and_the_next_day(city, read, today):
    make.activity(city.first, "theme-party-day", on=date(2026, 11, 13), by=city.secretary)
    page = read(city.secretary, city.first)
    assert [row.requirement.name for row in page.rhythms] == [
        "支部党员大会",
        "支委会",
        "党小组会",
        "党课",
        "主题党日",
        "组织生活会",
        "民主评议党员",
    ]
    assert rhythm(page, "支部党员大会").now == ("todo", "待开展")
    assert rhythm(page, "支部党员大会").next_due == date(2026, 12, 31)
    assert rhythm(page, "支委会").now == ("late", "10月逾期")
    assert rhythm(page, "支委会").next_due == date(2026, 11, 30)
    assert rhythm(page, "主题党日").strip.squares[-2:] == ((11, 1, "done"), (12, 1, "future"))
    make.activity(city.first, "theme-party-day", on=date(2026, 10, 23), by=city.secretary, today=today)
    day = rhythm(read(city.secretary, city.first), "主题党日")
    assert (day.now, day.next_due) == (("done", "已完成"), date(2026, 12, 31))


def test_groups_stand_in_one_line_and_the_urgent_one_is_drawn(city, read, today):
    make.activity(city.first_group, "group-meeting", on=date(2026, 10, 20), by=city.leader)
    make.activity(city.first_group, "group-meeting", on=date(2026, 11, 10), by=city.leader)
    line = rhythm(read(city.secretary, city.first), "党小组会")
    assert line.owners == 2
    assert line.strip.squares[:2] == ((10, 1, "late"), (11, 1, "next"))
    make.activity(city.second_group, "group-meeting", on=date(2026, 10, 21), by=city.secretary, today=today)
    line = rhythm(read(city.secretary, city.first), "党小组会")
    assert line.strip.squares[:2] == ((10, 1, "done"), (11, 1, "next"))
    assert line.now == ("soon", "1/2 个已开展")


def test_what_waits_for_an_answer_and_what_does_not_apply(city, read, today):
    row = make.obligation(city.second_group, "group-meeting-monthly", "2026-10")
    make.activity(city.first_group, "group-meeting", on=date(2026, 10, 20), by=city.leader)
    exemption = ask(
        city.second_group,
        row,
        until=date(2026, 11, 1),
        cause="away",
        reason="全组出差",
        by=city.secretary,
        now=make.moment(today),
    )
    page = read(city.secretary, city.first)
    assert rhythm(page, "党小组会").now == ("soon", "10月豁免待定")
    assert rhythm(page, "党小组会").strip.squares[0] == (10, 1, "pending")
    decide(exemption, granted=True, answer="", by=city.office, now=make.moment(today))
    assert rhythm(read(city.secretary, city.first), "党小组会").strip.squares[0] == (10, 1, "done")
    alone = rhythm(read(city.office, city.second_group), "党小组会")
    assert alone.strip.squares[0] == (10, 1, "exempt")


def test_exemptions_of_this_year_stand_in_the_aside(city, body, today):
    row = make.obligation(city.second_group, "group-meeting-monthly", "2026-10")
    exemption = ask(
        city.second_group,
        row,
        until=date(2026, 11, 1),
        cause="away",
        reason="全组出差",
        by=city.secretary,
        now=make.moment(today),
    )
    text = body(city.secretary, city.first)
    assert "党小组会，第二党小组" in text
    assert "2026年10月，全组出差，林知远 11月20日申请" in text
    decide(exemption, granted=True, answer="", by=city.office, now=make.moment(today))
    text = body(city.secretary, city.first)
    assert "已批准" in text
    assert "许文澜 11月20日答复" in text


def test_members_stand_by_group_names_only_and_others_apart(city, read, body, today):
    make.person("苏明达", city.first, category=Category.PROBATIONARY)
    page = read(city.secretary, city.first)
    circles = [
        (circle.group and circle.group.name, circle.leader, [person.name for person in circle.people])
        for circle in page.circles
    ]
    assert circles == [
        (None, "", ["苏明达"]),
        ("第一党小组", "江予安", ["林知远", "周以宁", "沈若川", "江予安", "许清"]),
        ("第二党小组", "", ["夏安禾", "陆景行", "顾清和", "宋怀瑾", "方既白"]),
    ]
    assert [person.name for person in page.others] == ["丁念慈"]
    text = body(city.secretary, city.first)
    assert '苏明达 <span class="badge">预备</span>' in text
    assert "1995" not in text


def test_posts_say_since_when_until_when_and_what_is_vacant(city, body, read, today):
    end(Appointment.objects.get(person=city.secretary), on=date(2026, 11, 1), today=today)
    Appointment.objects.filter(person=city.recorder).update(until=date(2027, 1, 1))
    page = read(city.office, city.first)
    assert [(row.label, row.appointment and row.appointment.person.name) for row in page.holdings] == [
        ("书记", None),
        ("副书记", "周以宁"),
        ("纪检委员", "江予安"),
        ("代记录人", "沈若川"),
    ]
    text = body(city.office, city.first)
    assert "空缺" in text
    assert "至 2026年12月31日" in text
    assert "历任 1 人次" in text
    assert "2020年1月1日至 2026年10月31日" in text


@pytest.mark.parametrize(
    ("today", "near", "css", "left"),
    [
        (date(2026, 11, 16), False, "", 181),
        (date(2026, 11, 17), True, "is-soon", 180),
        (date(2027, 5, 16), True, "is-soon", 0),
        (date(2027, 5, 17), True, "is-late", -1),
    ],
)
def test_a_term_is_near_half_a_year_before_its_end(today, near, css, left):
    term = Term(date(2027, 5, 16), 3, today)
    assert (term.near, term.css, term.days_left, term.length) == (near, css, left, "三年一届")


def test_the_term_is_a_sentence(city, body, today):
    text = body(city.secretary, city.first)
    assert "2027年5月16日</b> 任期届满，三年一届。" in text
    assert "2026年11月17日起提醒，还有 177 天。" in text
    assert "换届" not in body(city.other_secretary, city.second)


def test_history_tells_only_what_is_recorded(city, read, today):
    make.organisation("第三党小组", Level.GROUP, city.first, founded_on=date(2022, 3, 1), today=date(2022, 3, 1))
    Organisation.objects.filter(name="第三党小组").update(closed_on=date(2024, 3, 1))
    assert [(day.year, text) for day, text in read(city.secretary, city.first).history] == [
        (2024, "本届任期开始"),
        (2024, "撤销第三党小组"),
        (2022, "设立第三党小组"),
        (2020, "成立"),
        (2020, "林知远任书记"),
    ]


def test_the_latest_records_are_of_the_branch_and_its_groups(city, read, today):
    make.activity(city.first, "theme-party-day", on=date(2026, 11, 13), by=city.secretary, title="参观")
    make.activity(city.first_group, "group-meeting", on=date(2026, 11, 16), by=city.leader, title="小组会")
    make.activity(city.second, "theme-party-day", on=date(2026, 11, 17), by=city.other_secretary, title="别家的")
    assert [row.title for row in read(city.secretary, city.first).feed] == ["小组会", "参观"]


def test_acts_are_offered_to_those_who_may(city, body):
    def acts(reader) -> list[bool]:
        text = body(reader, city.first)
        return [word in text for word in ("指定记录员", "变更任职", "移到别处", "修改名称")]

    assert acts(city.secretary) == [True, False, False, False]
    assert acts(city.office) == [True, True, True, True]
    assert acts(city.gongwei) == [False, True, True, True]
    assert acts(city.admin) == [False, True, True, True]


def test_an_empty_branch_has_a_page_too(city, body, today):
    empty = make.organisation("第九党支部", Level.BRANCH, city.finance_committee, founded_on=today, today=today)
    text = body(city.office, empty)
    for said in ("今年还没有到期的要求", "还没有编入党员", "还没有记录", "今年没有申请过", "空缺"):
        assert said in text


# --- queries


def queries(client, organisation) -> int:
    client.get(f"/organisations/{organisation.pk}/")
    with CaptureQueriesContext(connection) as asked:
        assert client.get(f"/organisations/{organisation.pk}/").status_code == 200
    return len(asked)


def test_a_branch_costs_the_same_with_one_group_and_with_three(city, as_person, today):
    client = as_person(city.office)
    make.activity(city.first, "theme-party-day", on=date(2026, 11, 13), by=city.secretary)
    counts = []
    for number in (1, 3):
        branch = make.organisation(f"有{number}组的党支部", Level.BRANCH, city.finance_committee)
        for extra in range(number):
            group = make.organisation(f"第{extra}组", Level.GROUP, branch)
            make.person(f"组员{number}{extra}", group)
        open_periods(today)
        make.activity(branch, "theme-party-day", on=date(2026, 11, 13), by=city.office)
        counts.append(queries(client, branch))
    assert counts == [14, 14]


def test_in_january_what_was_missed_last_year_is_still_overdue(city):
    page = BranchPage(city.secretary, city.first, date(2027, 1, 5))
    overdue = Obligation.objects.overdue(page.today).filter(organisation__path__startswith=city.first.path)
    shown = [row.pk for rhythm in page.rhythms for row in rhythm.rows if row.due_on < page.today]
    assert overdue.exists()
    assert sorted(shown) == sorted(overdue.values_list("pk", flat=True))
