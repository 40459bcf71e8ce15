"""Appointments from a file: who is meant, which post, who gives way, who may give it, and the way back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organisations import appointing
from organisations.importing.posts import Appointments
from organisations.models import Appointment, Level, Post
from organisations.models.importing import Decision, ImportRow, Verdict
from programmes.models import Obligation
from tests import make
from tests.organisations.importing import lists

pytestmark = pytest.mark.django_db
SUBJECT = Appointments()
NEW, CHANGED, SAME, REFUSED, SUSPICIOUS = "new", "changed", "same", "refused", "suspicious"
WRITTEN, STALE, UNDONE, KEPT = "written", "stale", ("undone", ""), "kept"


@pytest.fixture
def into_finance(city, today):
    places = {str(unit): unit.pk for unit in (city.finance, city.finance_committee, city.first, city.second)}
    places["一组"] = city.first_group.pk
    return lists.context(city.finance, city.office, SUBJECT, today, places)


@pytest.fixture
def into_city(city, today):
    places = {str(unit): unit.pk for unit in (city.committee, city.first, city.water, city.water_branch)}
    return lists.context(city.committee, city.gongwei, SUBJECT, today, places)


def held():
    return list(Appointment.objects.order_by("pk").values())


def at(unit, code):
    """Who holds a post, with from and until."""
    rows = Appointment.objects.filter(organisation=unit, post__code=code).order_by("since", "pk")
    return [(row.person.name, row.since, row.until) for row in rows.select_related("person")]


def row(name, place, post, **more):
    return {"name": name, "place": place, "post": post, **more}


def test_a_new_post_and_the_way_back(into_finance, city):
    before = held()
    rows = [row("许清", "第一党支部", "组织委员", since="2026-09-01", last_day="2027-08-31")]
    assert lists.verdicts(lists.judge(SUBJECT, rows, into_finance)) == [(NEW, "")]
    assert held() == before
    assert lists.write(SUBJECT, into_finance) == {2: (WRITTEN, "")}
    assert at(city.first, "branch-organiser") == [("许清", date(2026, 9, 1), date(2027, 9, 1))]
    assert lists.take_back(SUBJECT, into_finance) == {2: UNDONE}
    assert held() == before


def test_a_new_head_shows_who_gives_way_and_the_undo_brings_him_back(into_finance, city):
    before = held()
    why = "林知远从 2026年11月1日起不再任书记。"
    assert lists.verdicts(lists.judge(SUBJECT, [row("周以宁", "第一党支部", "党支部书记")], into_finance)) == [
        (NEW, why)
    ]
    assert lists.write(SUBJECT, into_finance) == {2: (WRITTEN, why)}
    assert at(city.first, "branch-secretary") == [
        ("林知远", make.LONG_AGO, lists.SINCE),
        ("周以宁", lists.SINCE, None),
    ]
    assert lists.take_back(SUBJECT, into_finance) == {2: (UNDONE[0], why)}
    assert held() == before


def test_what_is_held_already(into_finance, city):
    rows = [
        row("林知远", "第一党支部", "书记", staff_no="1001", since="2021-05-01"),
        row("江予安", "一组", "小组长"),
        row("许文澜", "市财政局党组", "机关党委办公室"),
        row("周以宁", "第一党支部", "支部副书记", last_day="2026-12-31"),
    ]
    found = lists.judge(SUBJECT, rows, into_finance)
    assert lists.verdicts(found) == [(SAME, ""), (SAME, ""), (SAME, ""), (CHANGED, "")]
    assert found[3].changes == [{"field": "last_day", "label": "最后一天", "old": "", "new": "2026年12月31日"}]
    before = held()
    assert lists.write(SUBJECT, into_finance) == {5: (WRITTEN, "")}
    assert at(city.first, "branch-deputy") == [("周以宁", make.LONG_AGO, date(2027, 1, 1))]
    assert lists.take_back(SUBJECT, into_finance) == {5: UNDONE}
    assert held() == before


def test_who_holds_a_post_there_and_is_not_in_the_file(into_finance, city):
    rows = [row("林知远", "第一党支部", "书记"), row("周以宁", "第一党支部", "大副")]
    found = lists.judge(SUBJECT, rows, into_finance)
    missing = [one for one in found if one.verdict == Verdict.MISSING]
    # 周以宁 is in the file, if with a post that nobody knows; a delegated recorder is nobody's to confirm.
    assert [(one.cells["name"], one.why) for one in missing] == [("江予安", "第一党支部，纪检委员")]
    assert lists.write(SUBJECT, into_finance) == {}
    assert not Appointment.objects.exclude(until=None).exists()


def test_namesakes_are_asked_about(into_finance, city):
    other = make.person("许清", city.first, birth_year=1991)
    (found, *_) = lists.judge(SUBJECT, [row("许清", "第一党支部", "书记")], into_finance)
    first = found.candidates[0]
    assert (found.verdict, found.decision, set(found.candidates) - {first}) == (Verdict.SUSPICIOUS, "", {other.pk})
    assert found.why == "同名 2 人。林知远从 2026年11月1日起不再任书记。"
    assert lists.write(SUBJECT, into_finance) == {}
    into_finance.batch.rows.filter(number=2).update(decision=Decision.THIS, target=other.pk)
    assert lists.write(SUBJECT, into_finance)[2][0] == WRITTEN
    assert Appointment.objects.get(organisation=city.first, post__code="branch-secretary", until=None).person == other


def test_somebody_of_another_branch_is_asked_about(into_finance, city):
    (found, *_) = lists.judge(SUBJECT, [row("叶知秋", "第一党支部", "组织委员")], into_finance)
    assert (found.verdict, found.why, len(found.candidates)) == (Verdict.SUSPICIOUS, "不在第一党支部的名册上。", 1)
    into_finance.batch.rows.filter(number=2).update(decision=Decision.NEW)
    assert lists.write(SUBJECT, into_finance) == {2: (STALE, "任职只能给名册上的人。请先把人导入花名册。")}
    # Who belongs below the place belongs to it.
    assert lists.verdicts(lists.judge(SUBJECT, [row("叶知秋", "市财政局机关党委", "机关党委委员")], into_finance)) == [
        (NEW, "")
    ]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (row("秦牧之", "第一党支部", "书记"), "名册上没有“秦牧之”，请先把人导入花名册。"),
        (row("白简", "第一党支部", "书记"), "名册上没有“白简”，请先把人导入花名册。"),
        (row("周以宁", "第一党支部", "书记", staff_no="1001"), "工号“1001”在名册上是林知远。"),
        (row("周以宁", "第一党支部", "书记", staff_no="9001"), "工号“9001”不在你管的范围。"),
        (row("周以宁", "第九党支部", "书记"), "没有“第九党支部”这个党组织。"),
        (
            row("周以宁", "第一党支部", "机关党委书记"),
            "党支部没有“机关党委书记”这个职务，有：书记、副书记、组织委员、宣传委员、纪检委员、代记录人。",
        ),
        (row("周以宁", "第一党支部", "书记、组织委员"), "“书记、组织委员”像是几个职务写在一格里，请一职一行。"),
        (row("周以宁", "第一党支部", "组织委员", since="2028-01-01"), "日期太远了，最多写到一年以后。"),
        (
            row("周以宁", "第一党支部", "组织委员", since="2026-01-01", last_day="2025-12-31"),
            "最后一天不能早于起任日期。",
        ),
        (
            row("周以宁", "第一党支部", "组织委员", since="2024-01-01", last_day="2025-12-31"),
            "最后一天已经过去了，历任的不导入。",
        ),
        (row("周以宁", "第一党支部", "组织委员", since="2019-12-31"), "第一党支部在2019年12月31日不存在。"),
        (row("周以宁", "第一党支部", "副书记", last_day="2026-11-02"), None),
        (row("许文澜", "第二党支部", "书记"), "自己的任职，要由别人来办。"),
        (row("许文澜", "市财政局党组", "机关党委办公室", last_day="2027-01-01"), "自己的任职，要由别人来办。"),
        (row("周以宁", "第一党支部", "系统管理员"), "系统管理员只能由系统管理员来指定。"),
    ],
)
def test_refusals(into_finance, city, line, why):
    city.stranger.staff_no = "9001"
    city.stranger.save(update_fields=["staff_no"])
    (verdict,) = lists.verdicts(lists.judge(SUBJECT, [line], into_finance))
    assert verdict == ((REFUSED, why) if why else (CHANGED, ""))


def test_a_head_who_began_later_is_not_sent_away(into_finance, city):
    Appointment.objects.filter(person=city.secretary).update(since=date(2025, 1, 1))
    line = row("周以宁", "第一党支部", "书记", since="2024-06-01")
    assert lists.verdicts(lists.judge(SUBJECT, [line], into_finance)) == [
        (REFUSED, "林知远从 2025年1月1日起任这个职务，比表里的晚。")
    ]


def test_a_likely_place_is_named(city, today):
    about = lists.context(city.finance, city.office, SUBJECT, today)
    about.batch.places = [{"text": "一支部", "rows": 1, "organisation": city.first.pk, "sure": False}]
    assert lists.verdicts(lists.judge(SUBJECT, [row("周以宁", "一支部", "书记")], about)) == [
        (REFUSED, "党组织“一支部”对不上，是不是“第一党支部”？")
    ]


def test_a_file_for_one_branch_need_not_name_it(city, today):
    about = lists.context(city.first, city.office, SUBJECT, today)
    rows = [{"name": "许清", "post": "组织委员"}]
    assert lists.verdicts(lists.judge(SUBJECT, rows, about)) == [(NEW, "")]
    about = lists.context(city.finance, city.office, SUBJECT, today)
    assert lists.verdicts(lists.judge(SUBJECT, rows, about)) == [(REFUSED, "没有填党组织。")]


def test_one_head_and_one_row_for_each(into_finance, city):
    rows = [
        row("周以宁", "第一党支部", "书记"),
        row("沈若川", "第一党支部", "书记"),
        row("许清", "第一党支部", "组织委员"),
        row("许清", "第一党支部", "组织委员"),
        row("许清", "第一党支部", "宣传委员"),
    ]
    assert [why for _, why in lists.verdicts(lists.judge(SUBJECT, rows, into_finance))] == [
        "林知远从 2026年11月1日起不再任书记。",
        "第 2 行已经写了第一党支部的书记。",
        "",
        "第 4 行已经写了第一党支部的组织委员。",
        "",
    ]


def test_administrators_are_made_by_administrators(into_city, city, today):
    line = row("白简", "市直机关工委", "系统管理员")
    assert lists.verdicts(lists.judge(SUBJECT, [line], into_city))[0][0] == REFUSED
    by_admin = lists.context(city.committee, city.admin, SUBJECT, today, into_city.places)
    assert lists.verdicts(lists.judge(SUBJECT, [line], by_admin)) == [(NEW, "")]
    # Whoever confirms in the end counts: the preview of an administrator does not make one.
    into_city.batch.rows.all().delete()
    ImportRow.objects.filter(batch=by_admin.batch).update(batch=into_city.batch)
    assert lists.write(SUBJECT, into_city) == {2: (STALE, "系统管理员只能由系统管理员来指定。")}
    assert city.stranger.may("administer") is False


def test_what_changed_after_the_check_is_left_out(into_finance, city, today):
    rows = [
        row("周以宁", "第一党支部", "书记"),
        row("许清", "第一党支部", "组织委员"),
        row("叶知秋", "第二党支部", "组织委员"),
    ]
    assert [verdict for verdict, _ in lists.verdicts(lists.judge(SUBJECT, rows, into_finance))] == [NEW] * 3
    secretary = Appointment.objects.get(organisation=city.first, post__code="branch-secretary")
    appointing.end(secretary, on=today - timedelta(days=30), today=today)
    make.holds(city.recorder, "branch-secretary", city.first, since=today - timedelta(days=30))
    make.holds(city.member.__class__.objects.get(name="许清"), "branch-organiser", city.first)
    assert lists.write(SUBJECT, into_finance) == {
        2: (STALE, "核对后任职又有变动。"),
        3: (STALE, "核对后任职又有变动。"),
        4: (WRITTEN, ""),
    }
    assert at(city.first, "branch-secretary")[-1] == ("沈若川", today - timedelta(days=30), None)


def test_what_was_touched_since_the_import_is_kept(into_finance, city, today):
    rows = [row("周以宁", "第一党支部", "书记"), row("许清", "第一党支部", "组织委员")]
    lists.judge(SUBJECT, rows, into_finance)
    lists.write(SUBJECT, into_finance)
    mine = Appointment.objects.get(organisation=city.first, post__code="branch-secretary", until=None)
    appointing.end(mine, on=today, today=today)
    make.holds(city.leader, "branch-secretary", city.first, since=today)
    back = lists.take_back(SUBJECT, into_finance)
    assert back == {2: (KEPT, "导入后任职又有变动。"), 3: UNDONE}
    assert [name for name, *_ in at(city.first, "branch-secretary")] == ["林知远", "周以宁", "江予安"]
    assert at(city.first, "branch-organiser") == []


def test_who_gave_way_and_was_touched_since_is_not_brought_back(into_finance, city, today):
    lists.judge(SUBJECT, [row("周以宁", "第一党支部", "书记")], into_finance)
    lists.write(SUBJECT, into_finance)
    former = Appointment.objects.get(organisation=city.first, post__code="branch-secretary", person=city.secretary)
    appointing.end(former, on=date(2026, 10, 15), today=today)
    assert lists.take_back(SUBJECT, into_finance) == {2: (KEPT, "导入后任职又有变动。")}
    assert at(city.first, "branch-secretary") == [
        ("林知远", make.LONG_AGO, date(2026, 10, 15)),
        ("周以宁", lists.SINCE, None),
    ]


def test_the_upper_floors_hear_of_a_new_committee(into_finance, city, today):
    meetings = Obligation.objects.filter(organisation=city.second, code__contains="committee")
    assert not meetings.exists()
    Post.objects.filter(code="branch-secretary").update(is_committee=False)
    Appointment.objects.filter(organisation=city.second).delete()
    for number in range(6):
        make.person(f"党员{'甲乙丙丁戊己'[number]}", city.second)
    lists.judge(SUBJECT, [row("叶知秋", "第二党支部", "组织委员")], into_finance)
    rows = list(into_finance.batch.rows.to_write())
    assert SUBJECT.write(rows, into_finance) == {city.second.pk}


def test_a_whole_city_costs_as_many_statements_as_one_branch(city, today):
    def statements(branches):
        places, lines = {}, []
        for number in branches:
            branch = make.organisation(f"{number}号党支部", Level.BRANCH, city.finance_committee)
            places[branch.name] = branch.pk
            old, new = (f"{mark}{'甲乙丙丁戊己庚辛壬癸'[number % 10]}{'子丑寅卯辰巳'[number // 10]}" for mark in "旧新")
            make.holds(make.person(old, branch), "branch-secretary", branch)
            make.person(new, branch)
            lines.append(row(new, branch.name, "书记"))
        about = lists.context(city.finance, city.gongwei, SUBJECT, today, places)
        with CaptureQueriesContext(connection) as judging:
            SUBJECT.judge(lists.readings(lines), about, lambda done: None)
        lists.judge(SUBJECT, lines, about)
        written = list(about.batch.rows.to_write())
        with CaptureQueriesContext(connection) as writing:
            SUBJECT.write(written, about)
        assert {one.outcome for one in written} == {"written"}
        with CaptureQueriesContext(connection) as undoing:
            SUBJECT.take_back(written, about)
        assert {one.outcome for one in written} == {"undone"}
        return len(judging), len(writing), len(undoing)

    assert statements(range(2)) == statements(range(2, 60)) == (6, 9, 3)
