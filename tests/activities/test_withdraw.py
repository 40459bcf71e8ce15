"""Withdrawing: what will happen is said first, a reason is asked, and coverage follows at once."""

from __future__ import annotations

from datetime import date
from html import unescape

import pytest
from django.urls import reverse

from activities.models import Activity
from activities.recording import withdraw
from activities.withdrawing import consequences
from programmes.models.obligation import ExemptionMark
from tests import make
from tests.activities.rolls import party_day

pytestmark = pytest.mark.usefixtures("today")

ON = date(2026, 11, 12)
TODAY = date(2026, 11, 20)


def address(activity: Activity) -> str:
    return reverse("activity-withdraw", args=[activity.pk])


def asked(client, activity: Activity) -> str:
    response = client.get(address(activity))
    assert response.status_code == 200
    return unescape(response.content.decode())


def test_the_question_says_what_goes_back_and_who_loses_hours(city, as_person):
    activity = party_day(city, ON)
    html = asked(as_person(city.secretary), activity)
    assert "撤回这条记录？" in html
    assert "11月主题党日" in html
    assert "第一党支部11月的主题党日退回“待开展”，应办 1 次，剩下已办 0 次。" in html
    assert "9 人各少 1.5 学时。" in html


def test_what_is_past_its_day_goes_back_to_overdue(city, as_person):
    activity = party_day(city, date(2026, 10, 23))
    assert "10月的主题党日退回“已逾期”" in asked(as_person(city.secretary), activity)


def test_what_is_held_twice_stays_enough(city, as_person):
    party_day(city, date(2026, 11, 5))
    assert "第一党支部11月的主题党日还有 1 次，仍然够。" in asked(as_person(city.secretary), party_day(city, ON))


def test_each_partner_is_named(city, as_person):
    activity = party_day(city, ON, partners=(city.second,))
    html = asked(as_person(city.secretary), activity)
    assert "第一党支部11月的主题党日退回" in html
    assert "第二党支部11月的主题党日退回" in html


def test_what_was_made_up_for_is_named_and_not_its_own_month(city, as_person):
    october = make.obligation(city.first, "theme-party-day-monthly", "2026-10")
    html = asked(as_person(city.secretary), party_day(city, ON, makes_up_for=october))
    assert "第一党支部10月的主题党日退回“已逾期”" in html
    assert "11月的主题党日" not in html


def test_a_record_that_counts_for_nothing_says_so(city, as_person):
    activity = make.activity(city.first, "culture-sports", on=ON, by=city.secretary)
    assert "它没有计入任何要求，也没有学时。" in asked(as_person(city.secretary), activity)


def test_what_is_only_planned_counts_for_nothing_yet(city, as_person):
    activity = make.activity(city.first, "theme-party-day", on=date(2026, 11, 27), by=city.secretary, today=TODAY)
    assert "它没有计入任何要求，也没有学时。" in asked(as_person(city.secretary), activity)


def test_asking_changes_nothing(city, as_person):
    activity = party_day(city, ON)
    asked(as_person(city.secretary), activity)
    assert make.obligation(city.first, "theme-party-day-monthly", "2026-11").done == 1


def test_withdrawing_with_a_reason_takes_the_credit_back(city, as_person):
    activity = party_day(city, ON)
    response = as_person(city.secretary).post(address(activity), {"reason": "录重了"})
    assert response.status_code == 302
    assert response["Location"] == reverse("activity", args=[activity.pk])
    activity.refresh_from_db()
    assert (activity.state, activity.withdrawn_because, activity.withdrawn_by) == (
        "withdrawn",
        "录重了",
        city.secretary,
    )
    assert make.obligation(city.first, "theme-party-day-monthly", "2026-11").done == 0


@pytest.mark.parametrize("reason", ["", "   ", "长" * 401])
def test_a_missing_or_endless_reason_is_asked_again(city, as_person, reason):
    activity = party_day(city, ON)
    response = as_person(city.secretary).post(address(activity), {"reason": reason})
    assert response.status_code == 422
    assert "第一党支部11月的主题党日退回" in response.content.decode()
    activity.refresh_from_db()
    assert activity.state == "held"


def test_a_post_without_any_field_is_asked_again(city, as_person):
    assert as_person(city.secretary).post(address(party_day(city, ON))).status_code == 422


def test_what_was_withdrawn_already_is_shown_as_it_stands(city, as_person):
    activity = party_day(city, ON)
    withdraw(activity, reason="录重了", by=city.secretary, now=make.moment(TODAY), today=TODAY)
    response = as_person(city.office).post(address(activity), {"reason": "再撤一次"})
    assert response["Location"] == reverse("activity", args=[activity.pk])
    activity.refresh_from_db()
    assert activity.withdrawn_because == "录重了"


def test_a_script_in_the_reason_stays_text(city, as_person):
    activity = party_day(city, ON)
    client = as_person(city.secretary)
    client.post(address(activity), {"reason": "<script>alert(1)</script>"})
    html = client.get(reverse("activity", args=[activity.pk])).content.decode()
    assert "原因：&lt;script&gt;alert(1)&lt;/script&gt;" in html


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("secretary", 200),
        ("recorder", 200),
        ("office", 200),
        ("gongwei", 403),
        ("member", 403),
        ("other_secretary", 404),
        ("stranger", 404),
        ("staff", 404),
        ("admin", 404),
    ],
)
def test_who_may(city, as_person, who, status):
    activity = party_day(city, ON)
    client = as_person(getattr(city, who))
    assert client.get(address(activity)).status_code == status
    assert client.post(address(activity), {"reason": "x"}).status_code == (302 if status == 200 else status)
    activity.refresh_from_db()
    assert activity.state == ("withdrawn" if status == 200 else "held")


def test_a_partners_secretary_may_not_withdraw(city, as_person):
    activity = party_day(city, ON, partners=(city.second,))
    response = as_person(city.other_secretary).post(address(activity), {"reason": "x"})
    assert response.status_code == 403
    assert "这条记录由第一党支部修改。" in response.content.decode()


def test_what_is_not_asked_for_loses_nothing(city):
    activity = make.activity(city.first, "theme-party-day", on=date(2026, 11, 18), by=city.secretary)
    assert len(consequences(activity, TODAY)) == 1
    row = make.obligation(city.first, "theme-party-day-monthly", "2026-11")
    row.exemption_state = ExemptionMark.GRANTED
    row.save(update_fields=["exemption_state"])
    assert consequences(activity, TODAY) == []
