"""Declining a joint activity: the partner's credit goes, the record stays, and the reason stands in it."""

from __future__ import annotations

from datetime import date
from html import unescape

import pytest
from django.urls import reverse

from activities.models import Activity, Partnership
from activities.recording import withdraw
from tests import make
from tests.activities.rolls import party_day

pytestmark = pytest.mark.usefixtures("today")

ON = date(2026, 11, 12)
TODAY = date(2026, 11, 20)


@pytest.fixture
def joint(city) -> Activity:
    return party_day(city, ON, partners=(city.second, city.water_branch))


def address(activity: Activity, organisation=None) -> str:
    query = f"?organisation={organisation.pk}" if organisation else ""
    return reverse("activity-decline", args=[activity.pk]) + query


def declined(activity: Activity) -> dict[str, str]:
    rows = Partnership.objects.filter(activity=activity).exclude(declined_at=None)
    return dict(rows.values_list("organisation__name", "declined_because"))


def test_the_question_names_the_partner(city, joint, as_person):
    html = unescape(as_person(city.other_secretary).get(address(joint)).content.decode())
    assert "第二党支部没有参加“11月主题党日”？" in html
    assert "2026年11月12日，由第一党支部记录为与第二党支部联合举办。" in html


def test_declining_takes_the_partners_credit_and_no_other(city, joint, as_person):
    response = as_person(city.other_secretary).post(address(joint), {"reason": "那天在值班"})
    assert response["Location"] == reverse("activity", args=[joint.pk])
    assert declined(joint) == {"第二党支部": "那天在值班"}
    done = {
        name: make.obligation(where, "theme-party-day-monthly", "2026-11").done
        for name, where in (("first", city.first), ("second", city.second), ("water", city.water_branch))
    }
    assert done == {"first": 1, "second": 0, "water": 1}


def test_a_reason_is_asked(city, joint, as_person):
    response = as_person(city.other_secretary).post(address(joint), {"reason": " "})
    assert response.status_code == 422
    assert "请写一句原因。" in response.content.decode()
    assert declined(joint) == {}


def test_another_partner_is_not_hers_to_decline(city, joint, as_person):
    client = as_person(city.other_secretary)
    assert client.get(address(joint, city.water_branch)).status_code == 404
    assert client.post(address(joint, city.water_branch), {"reason": "x"}).status_code == 404
    assert client.get(address(joint) + "?organisation=abc").status_code == 404
    assert declined(joint) == {}


def test_it_is_declined_once(city, joint, as_person):
    client = as_person(city.other_secretary)
    client.post(address(joint), {"reason": "那天在值班"})
    assert client.post(address(joint), {"reason": "再说一次"}).status_code == 403
    assert declined(joint) == {"第二党支部": "那天在值班"}


def test_a_withdrawn_record_needs_no_answer(city, joint, as_person):
    withdraw(joint, reason="录重了", by=city.secretary, now=make.moment(TODAY), today=TODAY)
    assert as_person(city.other_secretary).get(address(joint)).status_code == 403


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("other_secretary", 200),
        ("stranger", 200),
        ("office", 200),
        ("secretary", 403),
        ("recorder", 403),
        ("member", 403),
        ("gongwei", 403),
        ("staff", 404),
        ("admin", 404),
    ],
)
def test_who_may(city, joint, as_person, who, status):
    client = as_person(getattr(city, who))
    assert client.get(address(joint)).status_code == status
    assert client.post(address(joint), {"reason": "x"}).status_code == (302 if status == 200 else status)
    assert len(declined(joint)) == (1 if status == 200 else 0)
