"""Letting somebody record until a day, in two clicks, and taking it back."""

from __future__ import annotations

from datetime import date

import pytest

from organisations.appointing import end
from organisations.delegating import usual_last_day
from organisations.models import Appointment, Person
from tests import make

pytestmark = pytest.mark.django_db


def url(city) -> str:
    return f"/organisations/{city.first.pk}/recorder/"


def recorders(city, day: date) -> list[str]:
    rows = Appointment.objects.holding(day).at(city.first).filter(post__code="recorder")
    return [row.person.name for row in rows]


def proposed(response) -> dict[str, str]:
    """What the form would send if it were only confirmed."""
    form = response.context["form"]
    return {name: str(form[name].value() or "") for name in form.fields}


def test_two_clicks_are_enough(city, as_person, today):
    end(Appointment.objects.get(person=city.recorder), on=date(2026, 6, 1), today=today)
    client = as_person(city.secretary)
    page = client.get(f"/organisations/{city.first.pk}/").content.decode()
    assert f'href="{url(city)}"' in page
    opened = client.get(url(city))
    assert proposed(opened) == {"person": str(city.recorder.pk), "last_day": "2026-12-31"}
    assert 'value="2026-12-31"' in opened.content.decode()
    confirmed = client.post(url(city), proposed(opened))
    assert confirmed.headers["Location"] == f"/organisations/{city.first.pk}/"
    assert recorders(city, date(2026, 12, 31)) == ["沈若川"]
    assert recorders(city, date(2027, 1, 1)) == []


def test_without_a_recorder_before_the_deputy_is_proposed(city, as_person, today):
    Appointment.objects.filter(person=city.recorder).delete()
    assert proposed(as_person(city.secretary).get(url(city)))["person"] == str(city.deputy.pk)


def test_who_has_left_is_not_proposed(city, as_person, today):
    end(Appointment.objects.get(person=city.recorder), on=date(2026, 6, 1), today=today)
    city.recorder.memberships.update(until=date(2026, 7, 1))
    assert proposed(as_person(city.secretary).get(url(city)))["person"] == str(city.deputy.pk)


@pytest.mark.parametrize(
    ("day", "last"),
    [
        (date(2026, 1, 1), date(2026, 12, 31)),
        (date(2026, 11, 30), date(2026, 12, 31)),
        (date(2026, 12, 1), date(2027, 6, 30)),
        (date(2026, 12, 31), date(2027, 6, 30)),
    ],
)
def test_the_end_of_the_year_is_proposed_while_it_is_worth_it(day, last):
    assert usual_last_day(day) == last


def test_only_people_of_the_branch_are_offered(city, as_person, today):
    body = as_person(city.secretary).get(url(city)).content.decode()
    assert "夏安禾" in body
    assert "何望舒" not in body
    refused = as_person(city.secretary).post(url(city), {"person": city.other_secretary.pk, "last_day": "2026-12-31"})
    assert refused.status_code == 422
    assert "选一个" in refused.content.decode()


@pytest.mark.parametrize(
    ("last_day", "sentence"),
    [("2026-11-19", "已经过去"), ("2028-01-01", "最长一年"), ("", "请填写"), ("明天", "2026-03-06")],
)
def test_a_day_that_does_not_serve_is_refused_beside_its_field(city, as_person, today, last_day, sentence):
    response = as_person(city.secretary).post(url(city), {"person": city.member.pk, "last_day": last_day})
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Appointment.objects.filter(person=city.member).exists()


def test_what_is_missing_for_recording_is_said(city, as_person, today):
    client = as_person(city.secretary)
    nameless = Person.objects.get(name="许清")
    client.post(url(city), {"person": nameless.pk, "last_day": "2026-12-31"})
    assert (
        "许清可以记录，到 2026年12月31日。他还没有登录名，请机关党委给他开通。"
        in client.get(url(city)).content.decode()
    )


@pytest.mark.parametrize(
    ("reader", "status"),
    [
        ("secretary", 200),
        ("deputy", 200),
        ("office", 200),
        ("gongwei", 403),
        ("admin", 403),
        ("member", 404),
        ("recorder", 404),
        ("leader", 404),
        ("other_secretary", 404),
        ("stranger", 404),
    ],
)
def test_delegating_is_for_the_branch_and_its_organ(city, as_person, today, reader, status):
    client = as_person(getattr(city, reader))
    row = Appointment.objects.get(person=city.recorder)
    assert client.get(url(city)).status_code == status
    assert client.get(f"{url(city)}{row.pk}/end/").status_code == status
    if status != 200:
        assert client.post(url(city), {"person": city.member.pk, "last_day": "2026-12-31"}).status_code == status
        assert client.post(f"{url(city)}{row.pk}/end/").status_code == status
        assert recorders(city, today) == ["沈若川"]


def test_it_is_taken_back_at_once_after_a_question(city, as_person, today):
    client = as_person(city.secretary)
    row = Appointment.objects.get(person=city.recorder)
    assert f"{url(city)}{row.pk}/end/" in client.get(url(city)).content.decode()
    asked = client.get(f"{url(city)}{row.pk}/end/").content.decode()
    assert "沈若川不再记录？" in asked
    assert recorders(city, today) == ["沈若川"]
    assert client.post(f"{url(city)}{row.pk}/end/").status_code == 302
    assert recorders(city, today) == []
    assert client.post(f"{url(city)}{row.pk}/end/").status_code == 404


def test_only_recorders_are_taken_back_here(city, as_person, today):
    row = Appointment.objects.get(person=city.deputy)
    assert as_person(city.secretary).post(f"{url(city)}{row.pk}/end/").status_code == 404
    other = make.holds(Person.objects.get(name="叶知秋"), "recorder", city.second)
    foreign = Appointment.objects.get(person=other)
    assert as_person(city.secretary).post(f"{url(city)}{foreign.pk}/end/").status_code == 404


def test_a_closed_branch_takes_no_more_acts(city, as_person, today):
    city.first.__class__.objects.filter(pk=city.first.pk).update(closed_on=date(2026, 11, 1))
    assert as_person(city.office).get(url(city)).status_code == 403
