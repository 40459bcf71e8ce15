"""Saving the sheet: what becomes of it, what is refused and where, and that no input breaks it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.messages import get_messages
from django.http import QueryDict

from activities.forms.log import LogForm
from activities.models import Activity, ActivityState, AgendaItem, Attendance, Draft, Partnership
from organisations.models import Organisation, Person
from programmes.models import ObligationState
from tests import make
from tests.activities.sheet import fields, one

pytestmark = pytest.mark.django_db
LOG, REFILL = "/activities/log/", "/activities/log/refill/"


@pytest.fixture
def shuji(city, today, as_person):
    return as_person(city.secretary)


def sheet(client, query="kind=theme-party-day", **changes):
    return fields(client.get(f"{LOG}?{query}")) | {name.replace("__", "-"): value for name, value in changes.items()}


def save(client, data, **changes):
    return client.post(LOG, data | changes)


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


# --- a routine record


def test_a_routine_record_with_two_absent(city, shuji, today):
    a, b = city.member.pk, Person.objects.get(name="顾清和").pk
    data = sheet(shuji, content="学习交流。", place="党员活动室")
    marks = {"absent": [a, b], f"why-{a}": "trip", f"why-{b}": "leave", f"note-{b}": "会后补学"}
    response = save(shuji, data | marks)
    activity = Activity.objects.get()
    assert (response.status_code, response.url) == (302, f"/activities/{activity.pk}/")
    assert (activity.title, activity.held_on, activity.state) == ("11月主题党日", today, ActivityState.HELD)
    assert (activity.expected, activity.present) == (10, 8)
    assert set(Attendance.objects.filter(present=False).values_list("person", "reason", "note")) == {
        (a, "trip", ""),
        (b, "leave", "会后补学"),
    }
    first = AgendaItem.objects.get(order=1)
    assert (first.title, first.first_topic) == ("传达学习重要讲话和文件精神", True)
    assert make.obligation(city.first, "theme-party-day-monthly", "2026-11").state(today) == ObligationState.DONE
    assert said(response) == ["已保存。11月主题党日已完成，比期限早 10 天。"]


def test_the_same_post_five_times_makes_one_record(city, shuji):
    data = sheet(shuji)
    answers = [save(shuji, data) for _ in range(5)]
    activity = Activity.objects.get()
    assert [answer.url for answer in answers] == [f"/activities/{activity.pk}/"] * 5


def test_a_changed_repetition_says_that_it_was_saved_before(city, shuji, today, time_machine):
    data = sheet(shuji)
    save(shuji, data)
    time_machine.move_to(make.moment(today, 10, 20), tick=False)
    response = save(shuji, data | {"title": "改过的标题"})
    assert Activity.objects.get().title == "11月主题党日"
    assert said(response)[-1].startswith("这份内容 10:02 已经保存过，没有再记一次。")


def test_a_second_one_on_the_same_day_is_asked_about(city, shuji):
    first = make.activity(city.first, "theme-party-day", on=date(2026, 11, 20), by=city.secretary)
    data = sheet(shuji, content="另一次")
    response = save(shuji, data)
    html = response.content.decode()
    assert response.status_code == 422
    assert "你在 10:02记的" in html
    assert f'href="/activities/{first.pk}/"' in html
    assert Activity.objects.count() == 1
    again = fields(response)
    assert one(again, "content") == "另一次"
    assert one(again, "token") == one(data, "token")
    assert save(shuji, again | {"confirm_another": "1"}).status_code == 302
    assert Activity.objects.count() == 2


def test_a_planned_one_on_the_same_day_is_to_be_filled_in(city, shuji, today, time_machine):
    data = sheet(shuji, held_on="2026-11-27")
    response = save(shuji, data)
    plan = Activity.objects.get()
    assert plan.state == ActivityState.PLANNED
    assert said(response) == ["已存为安排。开展以后再来补记到会和内容，才计入要求。"]
    assert not Attendance.objects.exists()
    time_machine.move_to(make.moment(date(2026, 11, 27)), tick=False)
    shuji.force_login(city.secretary)
    response = save(shuji, sheet(shuji))
    assert response.status_code == 422
    assert f'href="/activities/{plan.pk}/correct/"' in response.content.decode()


def test_a_joint_record_credits_the_partner(city, shuji, today):
    data = fields(shuji.post(REFILL, sheet(shuji) | {"partners": city.second.pk}))
    response = save(shuji, data)
    assert Partnership.objects.get().organisation == city.second
    assert Activity.objects.get().expected == 15
    assert make.obligation(city.second, "theme-party-day-monthly", "2026-11").state(today) == ObligationState.DONE
    assert said(response) == ["已保存。11月主题党日已完成，比期限早 10 天。"]


def test_making_up_counts_for_the_month_before(city, shuji, today):
    row = make.obligation(city.first, "theme-party-day-monthly", "2026-10")
    response = save(shuji, sheet(shuji, f"kind=theme-party-day&makes_up_for={row.pk}"))
    assert make.obligation(city.first, "theme-party-day-monthly", "2026-10").state(today) == ObligationState.LATE
    assert make.obligation(city.first, "theme-party-day-monthly", "2026-11").state(today) == ObligationState.DUE
    assert said(response) == ["已保存。10月主题党日已补办。"]


def test_a_mass_meeting_in_numbers(city, shuji):
    data = sheet(shuji, "kind=culture-sports", expected="120", present="97")
    assert save(shuji, data).status_code == 302
    activity = Activity.objects.get()
    assert (activity.headcount, activity.expected, activity.present) == (True, 120, 97)
    assert not Attendance.objects.exists()


def test_a_vote_follows_the_roll_until_somebody_types_the_figure(city, shuji):
    data = sheet(shuji, "kind=branch-meeting", has_votes="on", votes_for="8", votes_against="1", votes_abstained="0")
    assert save(shuji, data | {"absent": [city.member.pk]}).status_code == 302
    activity = Activity.objects.get()
    assert (activity.voters_due, activity.voters_present, activity.votes_for) == (10, 9, 8)
    assert activity.vote_passed


def test_guests_decisions_and_line_ends_are_kept(city, shuji):
    save(shuji, sheet(shuji, guests="张三 某处处长\r\n李四", decisions="一\r\n\r\n二"))
    activity = Activity.objects.get()
    assert (activity.guests, activity.decisions) == ("张三 某处处长\n李四", "一\n\n二")


def test_whoever_is_chosen_in_the_list_of_names_counts_without_pressing_the_button(city, shuji):
    save(shuji, sheet(shuji, add_person=str(city.staff.pk)))
    assert Attendance.objects.filter(person=city.staff, present=True).exists()


def test_saving_takes_the_draft_away(city, shuji):
    data = sheet(shuji)
    shuji.post(f"/activities/drafts/{one(data, 'token')}/", data, headers={"X-Requested-With": "XMLHttpRequest"})
    assert Draft.objects.count() == 1
    save(shuji, data)
    assert not Draft.objects.exists()


# --- the form as others use it


def form_of(city, **changes):
    data = QueryDict(mutable=True)
    data["organisation"] = str(city.first.pk)
    for name, value in changes.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return LogForm(data, by=city.secretary, today=date(2026, 11, 20))


def test_a_draft_entry_is_whatever_is_in_order(city):
    kind = make.kind("theme-party-day")
    entry = form_of(city, kinds=[str(kind.pk)], held_on="nonsense", title="长" * 300, starts_at="x").draft_entry()
    assert (entry.organisation, entry.kinds) == (city.first, (kind,))
    assert (entry.held_on, entry.title, entry.starts_at) == (date(2026, 11, 20), "", None)


def test_a_draft_entry_needs_somewhere_to_log(city):
    assert LogForm(QueryDict(), by=city.member, today=date(2026, 11, 20)).draft_entry() is None
    assert LogForm(by=city.secretary, today=date(2026, 11, 20)).draft_entry() is None


def test_a_draft_entry_keeps_what_a_rule_would_refuse(city):
    kind = make.kind("group-meeting")
    assert form_of(city, kinds=[str(kind.pk)], title="会").draft_entry().kinds == (kind,)


# --- how much it asks the database


def people(city, count):
    for number in range(count):
        make.person(f"组员{number}", city.second_group)


def partners(city, count):
    parent = city.finance_committee
    return [make.organisation(f"第{n}支部", "branch", parent).pk for n in range(count)]


@pytest.mark.parametrize("size", [1, 3])
def test_the_page_asks_the_same_at_any_size(city, shuji, django_assert_num_queries, size):
    people(city, size)
    partners(city, size)
    for number in range(size):
        make.activity(city.first, "theme-party-day", on=date(2026, 10, 1 + number), by=city.secretary)
    shuji.get(LOG)  # the idle stamp is written at most once a minute
    with django_assert_num_queries(13):
        shuji.get(f"{LOG}?kind=theme-party-day")


@pytest.mark.parametrize("size", [1, 3])
def test_a_submit_asks_the_same_at_any_size(city, shuji, django_assert_num_queries, size):
    people(city, size)
    data = sheet(shuji) | {"partners": partners(city, size)}
    data = fields(shuji.post(REFILL, data))
    with django_assert_num_queries(33):
        assert save(shuji, data).status_code == 302
    assert Partnership.objects.count() == size
    assert Organisation.objects.count() == 9 + size


def test_a_date_to_come_in_the_same_year_is_a_plan_without_attendance_rules(city, shuji, today):
    later = (today + timedelta(days=20)).isoformat()
    data = sheet(shuji, "kind=culture-sports", held_on=later)
    assert save(shuji, data).status_code == 302
    assert Activity.objects.get().expected is None
