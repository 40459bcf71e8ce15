"""项目: the tree, one programme over what the reader sees, and editing it."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from organisations.models import Level, Organisation
from programmes.models import Indicator, Line, Programme
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
TODAY = date(2026, 11, 20)


def text(response) -> str:
    return response.content.decode()


def soul() -> Programme:
    return Programme.objects.get(code="soul-forging")


def held(where, by, on=date(2026, 11, 18), kind="theme-party-day", **fields):
    return make.activity(where, kind, on=on, by=by, today=min(on, TODAY), programme=soul(), **fields)


@pytest.fixture
def busy(city):
    """Three held, of them one shared; one planned; one by another organ."""
    held(city.first, city.secretary, title="十一月主题党日", partners=(city.second,), headcount=True, present=9)
    held(city.first_group, city.leader, on=date(2026, 10, 16), kind="group-meeting", title="小组学习")
    held(city.water_branch, city.stranger, on=date(2026, 9, 3), title="水务主题党日")
    held(city.first, city.secretary, on=date(2026, 12, 18), title="成果交流会")
    return city


# --- the tree


def test_the_tree_names_every_line_and_programme_with_an_anchor_a_line(city, as_person):
    page = text(as_person(city.staff).get(reverse("programme-list")))
    for line in Line.objects.all():
        assert f'id="{line.code}"' in page
    for programme in Programme.objects.all():
        assert programme.name in page
        assert reverse("programme", args=[programme.pk]) in page
    assert "按期要求：党课、主题党日、党组（党委）书记讲党课" in page
    assert "没有按期的要求" in page


def test_counts_are_those_of_the_reader(busy, as_person):
    pages = {
        who: text(as_person(getattr(busy, who)).get(reverse("programme-list")))
        for who in ("gongwei", "secretary", "stranger", "other_secretary", "staff")
    }
    assert [
        "3 场" in pages["gongwei"],
        "2 场" in pages["secretary"],
        "1 场" in pages["stranger"],
        "1 场" in pages["other_secretary"],
    ] == [True] * 4
    assert " 场</td>" not in pages["staff"]


def test_another_year_has_its_own_tree(city, as_person):
    client = as_person(city.secretary)
    assert "这一年还没有项目" in text(client.get(reverse("programme-list"), {"year": "2031"}))
    for raw in ("abc", "99999", "-1", "２０２６"):
        assert "“凝心铸魂”工程" in text(client.get(reverse("programme-list"), {"year": raw}))
    row = soul()
    row.pk, row.year, row.starts_on, row.ends_on = None, 2027, date(2027, 1, 1), date(2028, 1, 1)
    row.save()
    page = text(client.get(reverse("programme-list"), {"year": "2027"}))
    assert '<a href="?year=2027" aria-current="page">2027 年</a><a href="?year=2026">' in page


def test_the_drop_down_of_the_phone_leads_on_with_and_without_script(city, as_person):
    client, url = as_person(city.secretary), reverse("programme-switch")
    to = reverse("programme", args=[soul().pk])
    assert client.get(url, {"to": soul().pk}).url == to
    assert client.get(url, {"to": soul().pk}, headers={"HX-Request": "true"}).headers["HX-Redirect"] == to
    assert [client.get(url, {"to": raw}).status_code for raw in ("", "x", "0", "9" * 40)] == [404] * 4


# --- one programme


def test_the_page_tells_goal_indicators_timeline_and_who_takes_part(busy, as_person):
    page = text(as_person(busy.gongwei).get(reverse("programme", args=[soul().pk])))
    for words in (
        soul().goal,
        "牵头：市直机关工委宣传部",
        "2026年1月至12月",
        "每个支部 12 场",
        "36 场",
        "今天，11月20日",
        "全部 3 场",
        "2 个单位，2 个开展过",
    ):
        assert words in page
    timeline = page[page.index('id="h-tl"') :]
    order = [timeline.index(words) for words in ("成果交流会", "今天，", "十一月主题党日", "小组学习", "水务主题党日")]
    assert order == sorted(order)
    assert timeline.count('class="is-plan"') == 1
    assert "第一党支部，9 人" in timeline


def test_a_plan_is_no_duty_and_nobody_is_judged(busy, as_person):
    page = text(as_person(busy.gongwei).get(reverse("programme", args=[soul().pk])))
    main = page[page.index("<main") :]
    for words in ("%", "略慢", "滞后", "超前", "逾期", "未开展", "state--late", "state--soon", "bar__mark"):
        assert words not in main


def test_units_stand_in_tree_order_each_with_what_it_held_or_shared(busy, as_person):
    pages = {
        who: text(as_person(getattr(busy, who)).get(reverse("programme", args=[soul().pk])))
        for who in ("gongwei", "office", "secretary", "other_secretary", "leader")
    }
    assert units(pages["gongwei"]) == [("市财政局党组", "2 场"), ("市水务局机关党委", "1 场")]
    assert units(pages["office"]) == [("第一党支部", "2 场"), ("第二党支部", "1 场")]
    assert units(pages["secretary"]) == [("第一党支部", "2 场")]
    assert units(pages["other_secretary"]) == [("第二党支部", "1 场")]
    assert units(pages["leader"]) == [("第一党小组", "1 场")]


def units(page: str) -> list[tuple[str, str]]:
    """(name, number) as they stand in 参加单位."""
    section = page[page.index('id="h-u"') :]
    return re.findall(
        r'<th scope="row"><a href="/organisations/\d+/">([^<]+)</a></th><td class="r nowrap">(?:<span class="muted">)?([^<]+)<',
        section,
    )


def test_who_has_held_nothing_yet_is_said_neutrally(city, as_person):
    page = text(as_person(city.office).get(reverse("programme", args=[soul().pk])))
    assert units(page) == [("第一党支部", "还没有"), ("第二党支部", "还没有")]
    assert "还没有活动记录" in page


def test_where_some_were_chosen_only_they_take_part(busy, as_person):
    programme = soul()
    programme.participants.set([busy.water])
    page = text(as_person(busy.gongwei).get(reverse("programme", args=[programme.pk])))
    assert units(page) == [("市水务局机关党委", "1 场")]
    assert "12 场" in page[page.index("指标") :]
    assert 'id="h-u"' not in text(as_person(busy.secretary).get(reverse("programme", args=[programme.pk])))


def test_a_closed_organ_no_longer_takes_part(city, as_person):
    city.water_branch.closed_on = city.water.closed_on = date(2026, 11, 1)
    city.water_branch.save()
    city.water.save()
    assert units(text(as_person(city.gongwei).get(reverse("programme", args=[soul().pk])))) == [
        ("市财政局党组", "还没有")
    ]


@pytest.mark.parametrize(
    ("who", "seen"),
    {
        "gongwei": (True, True),
        "secretary": (True, False),
        "stranger": (False, True),
        "staff": (False, False),
        "admin": (False, False),
    }.items(),
)
def test_nothing_of_what_others_hold_shows(busy, as_person, who, seen):
    page = text(as_person(getattr(busy, who)).get(reverse("programme", args=[soul().pk])))
    assert ("十一月主题党日" in page, "水务主题党日" in page) == seen


def test_a_plain_member_reads_his_own_and_sees_no_units(city, as_person):
    held(city.first, city.secretary, title="他去过的", roll=(city.member.pk,))
    held(city.first, city.secretary, title="他没去的", on=date(2026, 11, 17), roll=(city.secretary.pk,))
    page = text(as_person(city.member).get(reverse("programme", args=[soul().pk])))
    assert ("他去过的" in page, "他没去的" in page) == (True, False)
    assert "参加单位" not in page


def test_a_mechanism_without_indicators_and_records_is_shown_plainly(city, as_person):
    programme = Programme.objects.get(code="heart-to-heart")
    page = text(as_person(city.gongwei).get(reverse("programme", args=[programme.pk])))
    assert programme.goal in page
    for words in ("指标</h2>", "关联", "活动时间线", "参加单位"):
        assert words not in page


def test_a_link_to_edit_for_the_work_committee_alone(city, as_person):
    url = reverse("programme", args=[soul().pk])
    shown = {
        who: "编辑项目" in text(as_person(getattr(city, who)).get(url))
        for who in ("gongwei", "office", "secretary", "admin")
    }
    assert shown == {"gongwei": True, "office": False, "secretary": False, "admin": False}


@pytest.mark.parametrize(("who", "expected"), [("gongwei", 15), ("secretary", 15), ("office", 15), ("staff", 14)])
def test_the_page_takes_the_same_queries_at_one_and_three_activities(city, as_person, who, expected):
    client, url = as_person(getattr(city, who)), reverse("programme", args=[soul().pk])
    numbers = []
    held(city.first, city.secretary, partners=(city.second,))
    for on in (date(2026, 11, 17), date(2026, 10, 16)):
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        numbers.append(len(queries))
        held(city.second, city.other_secretary, on=on, kind="case-education")
        held(city.first, city.secretary, on=on, partners=(city.second, city.water_branch))
        make.organisation(f"第{on.day}党支部", Level.BRANCH, city.finance_committee)
        Indicator.objects.create(programme=soul(), name="又一个", measure="hours")
    assert numbers == [expected, expected]


@pytest.mark.parametrize(("who", "expected"), [("gongwei", 8), ("secretary", 8)])
def test_the_tree_takes_the_same_queries_at_any_size(city, as_person, who, expected):
    client, numbers = as_person(getattr(city, who)), []
    for on in (date(2026, 11, 17), date(2026, 10, 16)):
        held(city.first, city.secretary, on=on)
        client.get(reverse("programme-list"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("programme-list"))
        numbers.append(len(queries))
    assert numbers == [expected, expected]


# --- editing


def form(programme: Programme, rows: list[dict[str, object]] | None = None, **different: object) -> dict[str, object]:
    """The form as it is sent, with its indicators as they are."""
    if rows is None:
        rows = [
            {
                "pk": row.pk,
                "name": row.name,
                "measure": row.measure,
                "per": row.per,
                "target": row.target or "",
                "kinds": [kind.pk for kind in row.kinds.all()],
            }
            for row in programme.indicators.all()
        ]
    sent: dict[str, object] = {
        "goal": programme.goal,
        "led_by": programme.led_by,
        "starts_on": "2026-01-01",
        "last_day": "2026-12-31",
    }
    sent |= {"indicators-TOTAL_FORMS": len(rows), "indicators-INITIAL_FORMS": sum("pk" in row for row in rows)}
    for number, row in enumerate(rows):
        sent |= {f"indicators-{number}-{name}": value for name, value in row.items()}
    return sent | different


def edit(programme: Programme) -> str:
    return reverse("programme-edit", args=[programme.pk])


def test_saving_unchanged_changes_nothing(city, as_person):
    programme = soul()
    before = list(programme.indicators.values_list("pk", "name", "measure", "per", "target", "kinds"))
    assert as_person(city.gongwei).post(edit(programme), form(programme)).status_code == 302
    programme.refresh_from_db()
    assert list(programme.indicators.values_list("pk", "name", "measure", "per", "target", "kinds")) == before
    assert (programme.starts_on, programme.ends_on) == (date(2026, 1, 1), date(2027, 1, 1))


def test_goal_dates_and_who_takes_part(city, as_person):
    programme = soul()
    sent = form(
        programme,
        goal="讲清为什么",
        led_by="宣传部",
        starts_on="2026-03-01",
        last_day="2026-06-30",
        participants=[city.water.pk],
    )
    response = as_person(city.gongwei).post(edit(programme), sent, follow=True)
    assert "“凝心铸魂”工程已保存。" in text(response)
    assert "2026年3月至6月" in text(response)
    programme.refresh_from_db()
    assert (programme.goal, programme.led_by, programme.ends_on, list(programme.participants.all())) == (
        "讲清为什么",
        "宣传部",
        date(2026, 7, 1),
        [city.water],
    )


def test_an_organ_that_is_not_offered_any_more_still_takes_part(city, as_person):
    programme = soul()
    programme.participants.set([city.finance, city.water])
    Organisation.objects.filter(pk=city.water.pk).update(closed_on=date(2026, 11, 1))
    sent = form(programme, participants=[city.finance.pk])
    assert as_person(city.gongwei).post(edit(programme), sent).status_code == 302
    assert set(programme.participants.all()) == {city.finance, city.water}


def test_without_a_last_day_it_goes_on(city, as_person):
    programme = soul()
    as_person(city.gongwei).post(edit(programme), form(programme, last_day=""))
    assert "2026年1月起" in text(as_person(city.gongwei).get(reverse("programme", args=[programme.pk])))


def test_indicators_are_changed_added_and_deleted(city, as_person):
    programme = soul()
    first, second, *_ = programme.indicators.all()
    kind = make.kind("case-education")
    rows = [
        {"pk": first.pk, "name": "主题党日", "measure": "hours", "per": "total", "target": "", "kinds": []},
        {
            "pk": second.pk,
            "name": second.name,
            "measure": second.measure,
            "per": second.per,
            "target": 2,
            "kinds": [],
            "DELETE": "on",
        },
        {"name": "案例学习", "measure": "attendances", "per": "total", "target": "300", "kinds": [kind.pk]},
        {"name": "", "measure": "activities", "per": "total", "target": ""},
    ]
    assert as_person(city.gongwei).post(edit(programme), form(programme, rows)).status_code == 302
    left = [
        (row.pk == first.pk, row.name, row.measure, row.target, list(row.kinds.all()))
        for row in programme.indicators.all()
    ]
    assert left == [(True, "主题党日", "hours", None, []), (False, "案例学习", "attendances", 300, [kind])]


ROW = {"name": "指标", "measure": "activities", "per": "total", "target": ""}


@pytest.mark.parametrize(
    ("rows", "different", "words"),
    [
        (None, {"starts_on": ""}, "请填日期"),
        (None, {"starts_on": "明天"}, "请写成 2026-01-01"),
        (None, {"last_day": "2025-12-31"}, "最后一天不能早于开始"),
        (None, {"goal": "长" * 601}, "最多 600 个字，现在是 601 个"),
        (None, {"participants": ["999999"]}, "有一个单位不存在"),
        ([ROW | {"name": "", "target": "3"}], {}, "请写指标名称"),
        ([ROW | {"target": "0"}], {}, "不能小于 1"),
        ([ROW | {"target": "三"}], {}, "请写一个数字，或者空着"),
        ([ROW | {"measure": "likes"}], {}, "选择一个有效的选项"),
        ([ROW | {"kinds": ["999"]}], {}, "不属于这个项目"),
        ([ROW | {"measure": "organisations", "per": "branch"}], {}, "只能按总数或者每个单位来定"),
        ([ROW | {"measure": "organisations", "per": "organ", "target": "3"}], {}, "计划写 1"),
        (None, {"indicators-TOTAL_FORMS": "x"}, "需要改"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_saved(city, as_person, rows, different, words):
    programme = soul()
    count = programme.indicators.count()
    response = as_person(city.gongwei).post(edit(programme), form(programme, rows) | different)
    assert response.status_code == 422
    assert words in text(response)
    programme.refresh_from_db()
    assert (programme.indicators.count(), programme.starts_on) == (count, date(2026, 1, 1))


@pytest.mark.parametrize("who", ["member", "secretary", "office", "admin"])
def test_only_the_work_committee_edits(city, as_person, who):
    client = as_person(getattr(city, who))
    assert client.get(edit(soul())).status_code == 403
    assert client.post(edit(soul()), form(soul(), goal="换掉")).status_code == 403
    assert soul().goal != "换掉"
    assert client.get(reverse("programme-edit", args=[10**9])).status_code == 404
