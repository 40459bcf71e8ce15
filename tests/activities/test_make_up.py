"""Noting the day on which an absent person made the study up, and taking the note back."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from activities.models import Activity, Attendance
from activities.recording import withdraw
from tests import make
from tests.activities.rolls import party_day, somebody

pytestmark = pytest.mark.usefixtures("today")

ON = date(2026, 11, 12)
TODAY = date(2026, 11, 20)


@pytest.fixture
def activity(city) -> Activity:
    return party_day(city, ON)


def address(activity: Activity) -> str:
    return reverse("activity-make-up", args=[activity.pk])


def line(activity: Activity, name: str) -> Attendance:
    return Attendance.objects.get(activity=activity, person=somebody(name))


def noted(activity: Activity) -> dict[str, str]:
    rows = Attendance.objects.filter(activity=activity).exclude(made_up_on=None)
    return {row.person.name: row.made_up_on.isoformat() for row in rows.select_related("person")}


def post(client, activity: Activity, day: str, name: str = "顾清和", **headers):
    return client.post(address(activity), {"attendance": line(activity, name).pk, "made_up_on": day}, **headers)


def test_the_day_is_noted_and_shown(city, activity, as_person):
    client = as_person(city.recorder)
    response = post(client, activity, "2026-11-18")
    assert response["Location"] == reverse("activity", args=[activity.pk])
    assert noted(activity) == {"顾清和": "2026-11-18"}
    assert "11月18日" in client.get(response["Location"]).content.decode().split('id="make-up"')[1]


def test_without_a_day_the_note_is_taken_back(city, activity, as_person):
    client = as_person(city.secretary)
    post(client, activity, "2026-11-18")
    assert post(client, activity, "").status_code == 302
    assert noted(activity) == {}


def test_a_script_gets_the_section_alone(city, activity, as_person):
    response = post(as_person(city.secretary), activity, "2026-11-18", headers={"HX-Request": "true"})
    html = response.content.decode()
    assert response.status_code == 200
    assert html.lstrip().startswith('<section class="sec" id="make-up">')
    assert "11月18日" in html
    assert "<html" not in html


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("2026-11-11", "顾清和：补学日期应在活动之后、今天之前。"),
        ("2026-11-21", "顾清和：补学日期应在活动之后、今天之前。"),
        ("昨天", "顾清和：日期请写成 2026-11-20 这样。"),
        ("20261118", "顾清和：日期请写成 2026-11-20 这样。"),
    ],
)
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_an_impossible_day_is_refused_in_words(city, activity, as_person, day, sentence, headers):
    response = post(as_person(city.secretary), activity, day, headers=headers)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert noted(activity) == {}


@pytest.mark.parametrize("who", ["", "abc", "99999999999999999999"])
def test_nobody_in_particular_is_refused(city, activity, as_person, who):
    response = as_person(city.secretary).post(address(activity), {"attendance": who, "made_up_on": "2026-11-18"})
    assert response.status_code == 422
    assert noted(activity) == {}


def test_whoever_was_there_and_whoever_belongs_to_another_record_is_refused(city, activity, as_person):
    client = as_person(city.secretary)
    assert post(client, activity, "2026-11-18", "江予安").status_code == 422
    other = party_day(city, date(2026, 11, 5))
    data = {"attendance": line(other, "顾清和").pk, "made_up_on": "2026-11-18"}
    assert client.post(address(activity), data).status_code == 422
    assert noted(activity) == noted(other) == {}


def test_a_withdrawn_record_is_left_alone(city, activity, as_person):
    withdraw(activity, reason="录重了", by=city.secretary, now=make.moment(TODAY), today=TODAY)
    assert post(as_person(city.secretary), activity, "2026-11-18").status_code == 422
    assert noted(activity) == {}


def test_reading_is_no_way_to_note(city, activity, as_person):
    assert as_person(city.secretary).get(address(activity)).status_code == 405


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("secretary", 302),
        ("recorder", 302),
        ("office", 302),
        ("gongwei", 403),
        ("member", 403),
        ("other_secretary", 404),
        ("stranger", 404),
        ("staff", 404),
        ("admin", 404),
    ],
)
def test_who_may(city, activity, as_person, who, status):
    assert post(as_person(getattr(city, who)), activity, "2026-11-18").status_code == status
    assert noted(activity) == ({"顾清和": "2026-11-18"} if status == 302 else {})
