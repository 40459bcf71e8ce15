"""工作台: what is due by rule and by when, and whose desk shows what."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from dashboards.desk import AdminDesk, Desk, OwnDesk, desk_for
from dashboards.dues import DueRow
from organisations.models import Level, Person
from programmes.exempting import ask, decide
from programmes.models import Obligation
from tests import make
from tests.conftest import City

TODAY = date(2026, 11, 20)


@pytest.fixture
def desk(city: City, today: date) -> Desk:
    return Desk(city.secretary, city.first, TODAY)


def told(rows: list[DueRow]) -> list[tuple[str, str, str, list[str]]]:
    return [(row.name, row.rule, row.word, [link.label for link in row.links]) for row in rows]


def page(client: Client, query: str = "") -> str:
    response = client.get(reverse("desk") + query)
    assert response.status_code == 200
    return response.content.decode()


def test_the_secretary_reads_what_is_due_by_rule_and_by_when(desk: Desk) -> None:
    record, late = ["记录", "不适用"], ["补记", "补办", "不适用"]
    assert told(desk.dues.open_rows) == [
        ("主题党日", "10月，每月 1 次", "已逾期", late),
        ("支委会", "10月，每月 1 次", "已逾期", late),
        ("党小组会", "10月，第一党小组", "已逾期", late),
        ("党小组会", "10月，第二党小组", "已逾期", late),
        ("主题党日", "11月，每月 1 次", "待开展", record),
        ("支委会", "11月，每月 1 次", "待开展", record),
        ("党小组会", "11月，第一党小组", "待开展", record),
        ("党小组会", "11月，第二党小组", "待开展", record),
        ("党课", "第四季度，每季度 1 次", "待开展", record),
        ("支部党员大会", "第四季度，每季度 1 次", "待开展", record),
        ("组织生活会", "全年，每年 1 次", "待开展", record),
        ("民主评议党员", "全年，每年 1 次", "待开展", record),
    ]
    assert (desk.dues.lacking, desk.dues.overdue) == (4, 4)


def test_the_headline_says_it_in_one_sentence(city: City, today: date, as_person) -> None:  # type: ignore[no-untyped-def]
    html = page(as_person(city.secretary))
    assert (
        '本月还差 <span class="num">4</span> 项，<span class="is-late">逾期 <span class="num">4</span> 项</span>'
        in html
    )
    assert "11月20日 星期五</time>，第四季度还有 41 天。" in html
    assert "党员 10 人，党小组 2 个。" in html
    assert '剩 <span class="num">10</span> 天' in html
    assert '超 <span class="num">20</span> 天' in html


@pytest.mark.parametrize(
    ("due", "overdue", "sentence"),
    [
        (True, False, '本月还差 <span class="num">4</span> 项'),
        (False, True, '本月的都办好了，<span class="is-late">逾期 <span class="num">4</span> 项</span>'),
        (False, False, "本月的都办好了"),
    ],
)
def test_the_headline_when_things_are_done(
    city: City, today: date, as_person, due: bool, overdue: bool, sentence: str
) -> None:  # type: ignore[no-untyped-def]
    rows = Obligation.objects.all()
    for period, still_open in (("2026-11", due), ("2026-10", overdue)):
        if not still_open:
            rows.filter(period=period).update(done=1, done_on=date(2026, 11, 6))
    html = page(as_person(city.secretary))
    assert sentence in html.split("<h1", 1)[1].split("</h1>", 1)[0]


def test_where_nothing_is_asked_the_desk_says_so(city: City, today: date, as_person) -> None:  # type: ignore[no-untyped-def]
    Obligation.objects.all().delete()
    html = page(as_person(city.secretary))
    assert "没有等着你办的事" in html
    assert "目前没有要办的事" in html


def test_what_is_done_is_folded_at_the_end_and_leads_to_its_records(city: City, today: date) -> None:
    make.activity(city.first, "theme-party-day", on=date(2026, 11, 6), by=city.secretary)
    desk = Desk(city.secretary, city.first, TODAY)
    (row,) = desk.dues.quiet_rows
    assert (row.name, row.word, row.left) == ("主题党日", "已完成", '<span class="muted">11月6日</span>')
    assert (
        row.links[0].url
        == f"{reverse('activity-list')}?organisation={city.first.pk}&period=2026-11&kind=theme-party-day"
    )
    assert "主题党日" not in [row.name for row in desk.dues.open_rows if row.rule.startswith("11月")]


def test_the_due_item_is_done_once_it_is_recorded(city: City, today: date, as_person) -> None:  # type: ignore[no-untyped-def]
    make.activity(city.first, "theme-party-day", on=TODAY, by=city.secretary)
    html = page(as_person(city.secretary))
    assert '本月还差 <span class="num">3</span> 项' in html
    assert "本期已经办好的 1 项" in html


def test_the_ways_to_record_preselect_kind_and_host(desk: Desk, city: City) -> None:
    log = reverse("activity-log")
    late = make.obligation(city.second_group, "group-meeting-monthly", "2026-10")
    row = next(row for row in desk.dues.open_rows if row.rule == "10月，第二党小组")
    assert [link.url for link in row.links] == [
        f"{log}?kind=group-meeting&organisation={city.second_group.pk}&within=2026-10",
        f"{log}?kind=group-meeting&organisation={city.second_group.pk}&makes_up_for={late.pk}",
        f"{reverse('exemption-ask')}?obligation={late.pk}",
    ]


def test_what_is_overdue_for_longer_than_the_next_period_is_kept_apart(city: City) -> None:
    desk = Desk(city.secretary, city.first, date(2026, 12, 3))
    assert {row.rule.split("，")[0] for row in desk.dues.old_rows} == {"10月"}
    assert {label for row in desk.dues.old_rows for label in [link.label for link in row.links]} == {"补记", "不适用"}
    assert desk.dues.overdue == 8


def test_what_is_overdue_from_last_year_names_its_year(city: City) -> None:
    desk = Desk(city.secretary, city.first, date(2027, 1, 5))
    assert {row.rule for row in desk.dues.open_rows if row.name == "党课"} == {
        "2026年第四季度，每季度 1 次",
        "第一季度，每季度 1 次",
    }


def test_an_exemption_asked_for_waits_without_being_overdue_and_a_granted_one_is_quiet(city: City, today: date) -> None:
    row = make.obligation(city.first, "theme-party-day-monthly", "2026-10")
    asked = ask(
        city.first,
        row,
        until=date(2026, 11, 1),
        cause="away",
        reason="集中外出",
        by=city.secretary,
        now=make.moment(TODAY),
    )
    desk = Desk(city.secretary, city.first, TODAY)
    assert desk.dues.overdue == 3
    assert ("主题党日", "10月，每月 1 次", "申请待答复", ["查看"]) in told(desk.dues.open_rows)
    assert [exemption.pk for exemption in Desk(city.office, city.finance, TODAY).undecided] == [asked.pk]
    decide(asked, granted=True, answer="", by=city.office, now=make.moment(TODAY))
    assert "10月，每月 1 次" not in [
        row.rule for row in Desk(city.secretary, city.first, TODAY).dues.open_rows if row.name == "主题党日"
    ]


def test_several_times_a_month_say_how_many_are_left(city: City, today: date) -> None:
    Obligation.objects.filter(organisation=city.first, code="theme-party-day-monthly", period="2026-11").update(
        needed=3
    )
    make.activity(city.first, "theme-party-day", on=date(2026, 11, 6), by=city.secretary)
    rows = told(Desk(city.secretary, city.first, TODAY).dues.open_rows)
    assert ("主题党日", "11月，每月 3 次，已办 1 次", "还差 2 次", ["记录", "不适用"]) in rows


def test_the_strip_shows_the_year_from_rows_and_calendar(desk: Desk) -> None:
    row = next(row for row in desk.dues.open_rows if row.rule == "11月，每月 1 次" and row.name == "主题党日")
    assert row.strip.squares == ((10, 1, "late"), (11, 1, "next"), (12, 1, "future"))
    assert row.strip.label == "本年已办 0 期，逾期：10月"
    quarter = next(row for row in desk.dues.open_rows if row.name == "党课")
    assert quarter.strip.squares == ((10, 3, "todo"),)


def test_a_recorder_records_but_does_not_ask_for_exemptions(city: City, today: date) -> None:
    desk = desk_for(city.recorder, "", TODAY)
    assert isinstance(desk, Desk)
    assert {link.label for row in desk.dues.open_rows for link in row.links} == {"记录", "补记", "补办"}
    assert not desk.knows_people, "the roster is not open to him"


def test_a_group_leaders_desk_is_his_group(city: City, today: date) -> None:
    desk = desk_for(city.leader, "", TODAY)
    assert isinstance(desk, Desk)
    assert (desk.organisation, desk.feed_title) == (city.first_group, "小组动态")
    assert [row.rule for row in desk.dues.open_rows] == ["10月，每月 1 次", "11月，每月 1 次"]


def test_the_organs_desk_shows_its_own_dues_and_the_branches_behind_in_tree_order(city: City, today: date) -> None:
    desk = desk_for(city.office, "", TODAY)
    assert isinstance(desk, Desk)
    assert [(row.name, row.rule) for row in desk.dues.open_rows] == [
        ("思想状况分析", "下半年，市财政局机关党委"),
        ("中心组学习", "第四季度，每季度 1 次"),
        ("机关党委会议", "第四季度，市财政局机关党委"),
        ("专题研究机关党建", "下半年，每半年 1 次"),
        ("党组（党委）书记讲党课", "全年，每年 1 次"),
    ]
    assert [(branch.name, branch.said) for branch in desk.behind] == [
        ("第一党支部", "逾期 4 项"),
        ("第二党支部", "逾期 1 项"),
    ]
    assert desk.people == "党员 15 人，党支部 2 个"


def test_the_committee_is_led_to_the_board_and_left_alone(city: City, today: date, as_person) -> None:  # type: ignore[no-untyped-def]
    html = page(as_person(city.gongwei))
    assert "没有等着你办的事" in html
    assert f'class="btn btn-primary btn-lg" href="{reverse("board")}"' in html
    assert "该办的事" not in html
    row = make.obligation(city.first, "theme-party-day-monthly", "2026-10")
    ask(
        city.first,
        row,
        until=date(2026, 11, 1),
        cause="away",
        reason="集中外出",
        by=city.secretary,
        now=make.moment(TODAY),
    )
    html = page(as_person(city.gongwei))
    assert '<span class="num">1</span> 件不适用等你答复' in html
    assert "11月20日申请" in html


def test_nobody_answers_his_own_request(city: City, today: date) -> None:
    row = make.obligation(city.first, "theme-party-day-monthly", "2026-10")
    ask(
        city.first,
        row,
        until=date(2026, 11, 1),
        cause="away",
        reason="集中外出",
        by=city.office,
        now=make.moment(TODAY),
    )
    assert Desk(city.office, city.finance, TODAY).undecided == []


def test_the_feed_shows_the_latest_of_branch_and_groups_planned_and_shared_ones_too(city: City, today: date) -> None:
    make.activity(
        city.first,
        "theme-party-day",
        on=date(2026, 11, 3),
        by=city.secretary,
        roll=(city.member.pk, city.deputy.pk),
        recorder=city.recorder,
        title="参观",
    )
    make.activity(
        city.second_group,
        "group-meeting",
        on=date(2026, 11, 5),
        by=city.secretary,
        roll=(city.member.pk,),
        title="小组学习",
    )
    make.activity(
        city.second,
        "volunteer-service",
        on=date(2026, 11, 6),
        by=city.other_secretary,
        partners=(city.first,),
        headcount=True,
        present=9,
        title="走访",
    )
    make.activity(city.first, "branch-meeting", on=date(2026, 11, 27), by=city.secretary, today=TODAY, title="大会")
    make.activity(city.water_branch, "theme-party-day", on=date(2026, 11, 7), by=city.stranger)
    feed = Desk(city.secretary, city.first, TODAY).feed
    assert [(row.title, row.meta) for row in feed] == [
        ("大会", "支部党员大会，已安排，还没有开展"),
        ("走访", "志愿服务，第二党支部，9 人参加"),
        ("小组学习", "党小组会，第二党小组，应到 1 人，实到 1 人"),
        ("参观", "主题党日，应到 2 人，实到 2 人，沈若川记录"),
    ]
    assert feed[1].css == "p3"


def test_the_birthdays_of_thirty_days(desk: Desk, city: City) -> None:
    make.person("丁一", city.first, joined_on=date(2016, 12, 20))
    make.person("丁二", city.first, joined_on=date(2016, 12, 21))
    assert [(birthday.name, birthday.years) for birthday in desk.birthdays] == [("夏安禾", 31), ("丁一", 10)]


def test_a_plain_member_finds_his_own_activities_and_hours(city: City, today: date, as_person) -> None:  # type: ignore[no-untyped-def]
    from activities.entries import Absence

    roll = (city.member.pk, city.deputy.pk)
    make.activity(city.first, "theme-party-day", on=date(2026, 11, 3), by=city.secretary, roll=roll)
    make.activity(
        city.first,
        "theme-party-day",
        on=date(2026, 10, 3),
        by=city.secretary,
        roll=roll,
        absences={city.member.pk: Absence("trip", "")},
        today=date(2026, 10, 3),
    )
    make.activity(
        city.first,
        "theme-party-day",
        on=date(2026, 9, 3),
        by=city.secretary,
        roll=(city.deputy.pk,),
        today=date(2026, 9, 3),
    )
    desk = desk_for(city.member, "", TODAY)
    assert isinstance(desk, OwnDesk)
    assert (desk.attended, desk.hours) == (1, "1.5")
    assert [(row.title, row.word) for row in desk.rows] == [
        ("11月主题党日", "到会"),
        ("10月主题党日", "未到，出差"),
    ]
    html = page(as_person(city.member))
    assert "第一党支部第二党小组" in html
    assert "该办的事" not in html
    assert "记一次活动" not in html


def test_staff_without_any_activity_read_why(city: City, today: date, as_person) -> None:  # type: ignore[no-untyped-def]
    html = page(as_person(city.staff))
    assert "今年还没有你参加的活动" in html
    assert "还没有你的活动" in html


def test_the_administrator_finds_what_he_keeps_and_no_record(city: City, today: date, as_person) -> None:  # type: ignore[no-untyped-def]
    make.activity(city.first, "theme-party-day", on=date(2026, 11, 3), by=city.secretary, title="参观")
    assert isinstance(desk_for(city.admin, "", TODAY), AdminDesk)
    html = page(as_person(city.admin))
    assert "没有等着你办的事" in html
    assert "参观" not in html


def test_a_person_with_several_posts_chooses_and_nobody_chooses_what_is_not_his(
    city: City, today: date, as_person
) -> None:  # type: ignore[no-untyped-def]
    make.holds(city.secretary, "branch-secretary", city.second, since=date(2026, 6, 1))
    client = as_person(city.secretary)
    html = page(client)
    assert html.count(f'href="?organisation={city.second.pk}"') == 1
    assert "<title>工作台 - 三力</title>" in html
    assert '<li aria-current="page">第二党支部</li>' in page(client, f"?organisation={city.second.pk}")
    assert client.get(reverse("desk"), {"organisation": city.water_branch.pk}).status_code == 404
    assert client.get(reverse("desk"), {"organisation": "nonsense"}).status_code == 404
    assert as_person(city.other_secretary).get(reverse("desk"), {"organisation": city.first.pk}).status_code == 404


def test_a_secretary_who_leads_a_group_too_has_one_desk(city: City, today: date) -> None:
    make.holds(city.secretary, "group-leader", city.second_group)
    desk = desk_for(Person.objects.get(pk=city.secretary.pk), "", TODAY)
    assert isinstance(desk, Desk)
    assert desk.posts.organisations == [city.first]


def test_a_closed_group_is_not_counted(city: City, today: date) -> None:
    make.organisation("旧小组", Level.GROUP, city.first, closed_on=date(2026, 5, 1))
    assert Desk(city.secretary, city.first, TODAY).people == "党员 10 人，党小组 2 个"


@pytest.mark.parametrize(("role", "queries"), [("secretary", 12), ("office", 14), ("gongwei", 10), ("member", 11)])
@pytest.mark.parametrize("size", [1, 3])
def test_the_desk_takes_the_same_queries_at_any_size(
    city: City, today: date, as_person, django_assert_num_queries, role: str, queries: int, size: int
) -> None:  # type: ignore[no-untyped-def]
    for number in range(size):
        on = date(2026, 11, 3 + number)
        roll = (city.member.pk, city.secretary.pk)
        make.activity(city.first, "theme-party-day", on=on, by=city.secretary, roll=roll, partners=(city.second,))
        make.activity(city.second_group, "group-meeting", on=on, by=city.secretary, roll=roll)
        make.activity(city.finance, "study-centre-session", on=on, by=city.office, roll=roll)
        make.activity(city.committee, "theory-study", on=on, by=city.gongwei, roll=roll)
        branch = make.organisation(f"第{number}支部", Level.BRANCH, city.finance_committee, today=TODAY, tell=True)
        make.person(f"人{number}", branch, joined_on=date(2010, 11, 22))
        row = make.obligation(branch, "theme-party-day-monthly", "2026-11")
        secretary = make.holds(make.person(f"书记{number}", branch), "branch-secretary", branch)
        ask(branch, row, until=None, cause="new", reason="刚成立", by=secretary, now=make.moment(TODAY))
    client = as_person(getattr(city, role))
    page(client)
    with django_assert_num_queries(queries):
        page(client)
