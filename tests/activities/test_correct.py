"""Correcting a record through the same form: what it keeps, when it asks why, and what two people see."""

from __future__ import annotations

from datetime import date, time

import pytest
from django.contrib.messages import get_messages

from activities.conflict import as_typed
from activities.entries import Absence, AgendaLine, Votes
from activities.models import Activity, ActivityState, Attendance, Revision
from activities.recording import withdraw
from activities.snapshots import snapshot
from organisations.models import Person
from programmes.models import ObligationState
from tests import make
from tests.activities.sheet import fields, one

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


@pytest.fixture
def roll(city):
    return tuple(Person.objects.under(city.first, TODAY).party_members().order_by("pk").values_list("pk", flat=True))


@pytest.fixture
def record(city, today, roll):
    """A held record with one absent person."""
    absences = {roll[-1]: Absence("trip", "省里开会")}
    return make.activity(city.first, "theme-party-day", on=TODAY, by=city.secretary, roll=roll, absences=absences)


@pytest.fixture
def shuji(city, today, as_person):
    return as_person(city.secretary)


def url(activity):
    return f"/activities/{activity.pk}/correct/"


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_opening_and_saving_changes_nothing(city, shuji, record):
    make.person("新来的", city.first_group, since=date(2026, 11, 1))
    response = shuji.post(url(record), fields(shuji.get(url(record))))
    assert (response.status_code, said(response)) == (302, ["内容没有变化。"])
    assert not Revision.objects.exists()
    assert Attendance.objects.filter(activity=record).count() == 10


def test_a_full_record_goes_through_the_form_unchanged(city, shuji, roll, today):
    row = make.obligation(city.first, "branch-meeting-quarterly", "2026-Q4")
    activity = make.activity(
        city.first,
        "branch-meeting",
        "theme-party-day",
        on=TODAY,
        by=city.secretary,
        partners=(city.second,),
        roll=roll,
        absences={roll[0]: Absence("other", "陪护"), roll[2]: Absence()},
        votes=Votes(due=10, present=8, yes=7, no=1, abstained=0),
        chair=city.deputy,
        recorder=city.recorder,
        guests="张三\n李四",
        decisions="一\n二",
        agenda=(AgendaLine("一项", "林知远"), AgendaLine("学习", "", True)),
        starts_at=None,
        ends_at=time(15, 30),
    )
    row.refresh_from_db()
    assert row.state(today) == ObligationState.DONE
    response = shuji.post(url(activity), fields(shuji.get(url(activity))))
    assert said(response) == ["内容没有变化。"]


def test_a_correction_keeps_before_and_after(city, shuji, record):
    data = fields(shuji.get(url(record))) | {"title": "更正后的标题"}
    response = shuji.post(url(record), data)
    assert (response.url, said(response)) == (f"/activities/{record.pk}/", ["已保存更正，改前改后都留着。"])
    revision = Revision.objects.get()
    assert (revision.before["title"], revision.after["title"]) == ("11月主题党日", "更正后的标题")
    assert Attendance.objects.get(activity=record, present=False).note == "省里开会"


def test_a_corrected_kind_follows_to_what_is_owed(city, shuji, record, today):
    data = fields(shuji.get(url(record))) | {"kinds": [str(make.kind("party-lecture").pk)]}
    shuji.post(url(record), data)
    assert make.obligation(city.first, "theme-party-day-monthly", "2026-11").state(today) == ObligationState.DUE
    assert make.obligation(city.first, "party-lecture-quarterly", "2026-Q4").state(today) == ObligationState.DONE


def test_refilling_a_correction_touches_the_roll_alone(city, shuji, record):
    data = fields(shuji.get(url(record))) | {"kinds": [str(make.kind("committee-meeting").pk)], "place": ""}
    response = shuji.post("/activities/log/refill/", data)
    again = fields(response)
    assert "更正记录" in response.content.decode()
    assert (one(again, "title"), one(again, "place")) == ("11月主题党日", "")
    assert len(one(again, "roll").split(",")) == 3
    assert one(again, "activity") == str(record.pk)


def test_the_reason_is_optional_for_seven_workdays_then_required(city, shuji, record, time_machine):
    html = shuji.get(url(record)).content.decode()
    assert "12月1日以前更正，可以不写原因。" in html
    time_machine.move_to(make.moment(date(2026, 12, 2)), tick=False)
    shuji.force_login(city.secretary)
    data = fields(shuji.get(url(record))) | {"title": "晚了才发现"}
    response = shuji.post(url(record), data)
    assert response.status_code == 422
    assert response.context["form"].errors["reason"] == ["保存超过 7 个工作日了，请写一句为什么改。"]
    assert one(fields(response), "title") == "晚了才发现"
    assert shuji.post(url(record), data | {"reason": "标题写错"}).status_code == 302
    assert Revision.objects.get().reason == "标题写错"


def test_the_second_of_two_sees_both_texts_and_may_save_on_top(city, shuji, record):
    mine = fields(shuji.get(url(record))) | {"title": "我写的标题", "content": "我写的内容"}
    shuji.force_login(city.recorder)
    theirs = fields(shuji.get(url(record))) | {"title": "沈若川写的标题", "place": "五楼"}
    assert shuji.post(url(record), theirs).status_code == 302
    shuji.force_login(city.secretary)
    response = shuji.post(url(record), mine)
    html = response.content.decode()
    assert response.status_code == 422
    assert "你打开以后，沈若川改过这条记录" in html
    for text in ("沈若川写的标题", "我写的标题", "我写的内容", "五楼", "党员活动室"):
        assert text in html
    again = fields(response)
    assert (one(again, "title"), one(again, "revision")) == ("我写的标题", "2")
    assert shuji.post(url(record), again).status_code == 302
    record.refresh_from_db()
    assert (record.title, record.place) == ("我写的标题", "党员活动室")
    assert [revision.by for revision in Revision.objects.order_by("number")] == [city.recorder, city.secretary]


def test_what_was_typed_has_the_shape_of_a_snapshot(city, record, roll, today):
    entry = make.entry(
        city.first,
        "branch-meeting",
        on=TODAY,
        partners=(city.water_branch, city.second),
        roll=roll,
        absences={roll[1]: Absence("leave", "病假"), roll[3]: Absence()},
        votes=Votes(due=10, present=8, yes=7, no=1, abstained=0),
        chair=city.secretary,
        agenda=(AgendaLine("一项", "林知远"), AgendaLine("学习", "", True)),
    )
    names = dict(Person.objects.values_list("pk", "name"))
    saved = make.record(entry, key="1" * 32, by=city.secretary, now=make.moment(TODAY), today=TODAY)
    expected = snapshot(Activity.objects.get(pk=saved.pk))
    expected.pop("attendance")
    assert as_typed(entry, TODAY, names=names) == expected


def test_a_plan_is_filled_in_on_its_day(city, shuji, today, time_machine):
    make.activity(city.first, "theme-party-day", on=date(2026, 11, 27), by=city.secretary, today=today)
    plan = Activity.objects.get()
    assert plan.state == ActivityState.PLANNED
    assert "修改安排" in shuji.get(url(plan)).content.decode()
    time_machine.move_to(make.moment(date(2026, 11, 27), 17), tick=False)
    shuji.force_login(city.secretary)
    page = shuji.get(url(plan))
    assert "补充记录" in page.content.decode()
    data = fields(page) | {"absent": [str(city.member.pk)], f"why-{city.member.pk}": "duty"}
    assert shuji.post(url(plan), data).status_code == 302
    plan.refresh_from_db()
    assert (plan.state, plan.expected, plan.present, plan.number) == (ActivityState.HELD, 10, 9, 1)
    row = make.obligation(city.first, "theme-party-day-monthly", "2026-11")
    assert row.state(date(2026, 11, 27)) == ObligationState.DONE


def test_who_may_correct(city, today, record, as_person):
    expected = {
        "secretary": 200,
        "recorder": 200,
        "office": 200,
        "committee": 403,
        "member": 403,
        "group_leader": 403,
        "other_secretary": 404,
        "stranger": 404,
        "staff": 404,
        "administrator": 404,
    }
    assert {who: as_person(city.cast[who]).get(url(record)).status_code for who in expected} == expected


def test_a_withdrawn_record_stays_as_it_is(city, shuji, record, today):
    withdraw(record, reason="记错了", by=city.secretary, now=make.moment(today), today=today)
    response = shuji.get(url(record))
    assert response.status_code == 403
    assert "这条记录已经撤回，不能再改。" in response.content.decode()


def test_the_record_of_somebody_else_cannot_be_refilled(city, record, as_person):
    client = as_person(city.stranger)
    assert client.post("/activities/log/refill/", {"activity": record.pk}).status_code == 404


@pytest.mark.parametrize("revision", ["", "x", "999", "-1", "9" * 40])
def test_a_nonsensical_revision_is_stale_or_refused_never_a_fault(city, shuji, record, revision):
    data = fields(shuji.get(url(record))) | {"revision": revision, "title": "改"}
    assert shuji.post(url(record), data).status_code == 422
    assert not Revision.objects.exists()


@pytest.mark.parametrize("size", [1, 3])
def test_a_correction_asks_the_same_at_any_size(city, shuji, today, django_assert_num_queries, size):
    partners = [make.organisation(f"第{n}支部", "branch", city.finance_committee) for n in range(size)]
    people = [make.person(f"组员{n}", city.second_group).pk for n in range(size)]
    activity = make.activity(
        city.first, "theme-party-day", on=TODAY, by=city.secretary, partners=tuple(partners), roll=tuple(people)
    )
    shuji.get(url(activity))
    with django_assert_num_queries(15):
        data = fields(shuji.get(url(activity)))
    with django_assert_num_queries(31):
        assert shuji.post(url(activity), data | {"title": "改了"}).status_code == 302
