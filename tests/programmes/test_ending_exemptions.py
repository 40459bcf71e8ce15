"""What was granted for good can be ended: later periods are owed again, those that have begun stay spared."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from programmes import exempting
from programmes.models import Exemption, ExemptionState
from programmes.models.obligation import ExemptionMark
from programmes.opening import open_periods
from tests import make

pytestmark = pytest.mark.django_db
TODAY, TOMORROW = date(2026, 11, 20), date(2026, 11, 21)
NOW = make.moment(TODAY)
PARTY_DAY = "theme-party-day-monthly"


def ask(city, period: str, until: date | None = None) -> Exemption:
    row = make.obligation(city.first, PARTY_DAY, period)
    return exempting.ask(city.first, row, until=until, cause="few", reason="人少。", by=city.secretary, now=NOW)


@pytest.fixture
def granted(city) -> Exemption:
    exemption = ask(city, "2026-10")
    exempting.decide(exemption, granted=True, answer="", by=city.office, now=NOW)
    return exemption


def marks(city) -> list[str]:
    return [
        make.obligation(city.first, PARTY_DAY, period).exemption_state for period in ("2026-10", "2026-11", "2026-12")
    ]


@pytest.mark.parametrize("who", ["secretary", "office", "gongwei"])
def test_both_sides_may_end_it_from_the_next_period_on(city, granted, who):
    assert marks(city) == ["granted", "granted", "granted"]
    assert exempting.end(granted, on=TOMORROW, by=getattr(city, who)) == date(2026, 12, 1)
    assert marks(city) == ["granted", "granted", ""]
    assert (granted.state, granted.until, granted.span_label) == (
        ExemptionState.GRANTED,
        TOMORROW,
        "2026年10月1日至11月20日",
    )
    open_periods(date(2026, 12, 1))
    assert make.obligation(city.first, PARTY_DAY, "2027-01").exemption_state == ExemptionMark.NONE


@pytest.mark.parametrize("who", ["member", "recorder", "other_secretary", "stranger", "admin"])
def test_nobody_else_may(city, granted, who):
    with pytest.raises(PermissionDenied):
        exempting.end(granted, on=TOMORROW, by=getattr(city, who))
    assert granted.until is None


def test_what_is_not_granted_or_over_cannot_be_ended(city, granted):
    exempting.end(granted, on=TOMORROW, by=city.secretary)
    waiting = ask(city, "2026-12")
    for exemption in (granted, waiting):
        with pytest.raises(ValidationError, match="不用再结束"):
            exempting.end(exemption, on=date(2026, 12, 20), by=city.secretary)


def test_one_that_has_not_begun_spares_the_period_it_was_granted_from(city):
    exemption = ask(city, "2026-12")
    exempting.decide(exemption, granted=True, answer="", by=city.office, now=NOW)
    assert exempting.end(exemption, on=TOMORROW, by=city.secretary) is None
    assert exemption.until == date(2026, 12, 2)
    assert marks(city) == ["", "", "granted"]


def test_what_another_request_asks_stays_pending(city, granted):
    exempting.end(granted, on=TOMORROW, by=city.secretary)
    ask(city, "2026-12")
    assert marks(city) == ["granted", "granted", "asked"]


def test_a_grant_has_the_last_word_over_an_older_request_when_rows_are_born(city):
    ask(city, "2026-12")
    later = ask(city, "2026-11")
    exempting.decide(later, granted=True, answer="", by=city.office, now=NOW)
    open_periods(date(2026, 12, 1))
    assert make.obligation(city.first, PARTY_DAY, "2027-01").exemption_state == ExemptionMark.GRANTED


def test_the_page_says_what_it_does_and_the_list_leads_there(city, granted, as_person, today):
    client, url = as_person(city.secretary), reverse("exemption-end", args=[granted.pk])
    assert url in client.get(reverse("exemption-list")).content.decode()
    page = client.get(url).content.decode()
    assert "从下一期起照常要求和提醒" in page
    assert marks(city)[2] == "granted"
    assert client.post(url).status_code == 302
    assert marks(city)[2] == ""
    assert url not in client.get(reverse("exemption-list")).content.decode()
    assert "不用再结束" in client.post(url).content.decode()
