"""The asides: what saving would settle is what saving settles."""

from __future__ import annotations

import random
from datetime import date, time, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from activities.entries import Absence, AgendaLine, Entry
from activities.models import Activity
from activities.recording import correct, decline, record
from dashboards.effects import Forecast, RecordEffect, foresee
from organisations.models import Organisation
from programmes.exempting import ask, decide
from programmes.models import Obligation, Programme
from tests import make
from tests.conftest import City

TODAY = date(2026, 11, 20)
THEME = "theme-party-day-monthly"

Figures = tuple[int, int, date | None]


@pytest.fixture(autouse=True)
def _now(today: date) -> None:
    """The clock stands on the 20th."""


def said(entry: Entry | None, today: date = TODAY, instead_of: int | None = None) -> list[tuple[str, str]]:
    return [(line.title, line.text) for line in Forecast(entry, today, instead_of).lines]


def entry(where: Organisation, *kinds: str, on: date = TODAY, **fields: object) -> Entry:
    return make.entry(where, *kinds, on=on, **{"agenda": (), **fields})


def figures() -> dict[int, Figures]:
    return {row.pk: (row.done, row.late, row.done_on) for row in Obligation.objects.all()}


# --- the sentences


def test_what_it_settles_and_how_early(city: City) -> None:
    assert said(entry(city.first, "theme-party-day")) == [("11月主题党日", "记为已完成，比期限早 10 天")]
    assert said(entry(city.first, "theme-party-day", on=date(2026, 10, 31)))[0] == (
        "10月主题党日",
        "记为已完成，正好在期限当天",
    )
    assert said(entry(city.first, "theme-party-day", on=date(2026, 10, 30)))[0] == (
        "10月主题党日",
        "记为已完成，比期限早 1 天",
    )


def test_one_record_of_several_kinds_settles_several_things(city: City) -> None:
    titles = [title for title, _ in said(entry(city.first, "theme-party-day", "party-lecture", "branch-meeting"))]
    assert titles == ["11月主题党日", "第四季度党课", "第四季度支部党员大会"]


def test_what_is_still_missing_and_what_is_more_than_enough(city: City) -> None:
    Obligation.objects.filter(code=THEME, period="2026-11", organisation=city.first).update(needed=2)
    assert said(entry(city.first, "theme-party-day"))[0] == ("11月主题党日", "第 1 次，还差 1 次")
    for day in (3, 4):
        make.activity(city.first, "theme-party-day", on=date(2026, 11, day), by=city.secretary)
    assert said(entry(city.first, "theme-party-day"))[0] == ("11月主题党日", "已经够了，这是第 3 次")


def test_making_up_for_the_last_period(city: City) -> None:
    row = make.obligation(city.first, THEME, "2026-10")
    assert said(entry(city.first, "theme-party-day", makes_up_for=row)) == [("10月主题党日", "补办，记为补办")]


def test_after_the_due_day_but_within_the_period(city: City) -> None:
    late = date(2026, 12, 10)
    lines = said(entry(city.finance_committee, "thought-analysis-meeting", on=late), today=late)
    assert lines[0] == ("下半年思想状况分析", "记为已完成，比期限晚 10 天")


def test_what_does_not_apply_is_only_recorded(city: City) -> None:
    row = make.obligation(city.first, THEME, "2026-11")
    asked = ask(city.first, row, until=None, cause="away", reason="集中外出", by=city.secretary, now=make.moment(TODAY))
    decide(asked, granted=True, answer="", by=city.office, now=make.moment(TODAY))
    assert said(entry(city.first, "theme-party-day"))[0] == ("11月主题党日", "本期不适用，只留记录")


def test_a_partner_is_named(city: City) -> None:
    lines = said(entry(city.first, "theme-party-day", partners=(city.second,)))
    assert lines == [
        ("11月主题党日", "记为已完成，比期限早 10 天"),
        ("第二党支部：11月主题党日", "记为已完成，比期限早 10 天"),
    ]


def test_what_counts_for_nothing_is_only_recorded(city: City) -> None:
    assert said(entry(city.first, "volunteer-service")) == [("不计入要求", "只留记录。")]


def test_programme_first_topic_hours_and_those_who_were_absent(city: City) -> None:
    programme = Programme.objects.get(code="soul-forging", year=2026)
    make.activity(city.first, "theme-party-day", on=date(2026, 11, 3), by=city.secretary, programme=programme)
    roll = (city.secretary.pk, city.member.pk, city.deputy.pk)
    lines = said(
        entry(
            city.first,
            "theme-party-day",
            programme=programme,
            agenda=(AgendaLine("学习", "", True),),
            roll=roll,
            absences={city.member.pk: Absence("trip", "")},
        )
    )
    assert lines[1:] == [
        ("“凝心铸魂”工程", "本支部第 2 次活动"),
        ("第一议题", "11月第 2 次"),
        ("学时 1.5", "到会 2 人各记 1.5 学时"),
        ("补学 1 人", "夏安禾"),
    ]


def test_what_is_only_planned_counts_for_nothing_yet(city: City) -> None:
    assert said(entry(city.first, "theme-party-day", on=TODAY + timedelta(days=3))) == [
        ("先存为安排", "不计入要求，开展以后补上到会和内容再计入。")
    ]


def test_without_a_kind_or_a_host_it_asks_for_one(city: City) -> None:
    assert said(Entry(organisation=city.first, kinds=(), title="", held_on=TODAY))[0][0] == "还没有选类别"
    assert said(None)[0][0] == "还没有选类别"


def test_what_could_not_be_recorded_says_why(city: City) -> None:
    assert said(entry(city.first, "study-centre-session")) == [("现在还不能保存", "党支部不开展中心组学习。")]


# --- the truth


def random_entry(city: City, luck: random.Random) -> Entry:
    """Any entry that somebody might type: kinds, days, partners and 补办 at random."""
    host = luck.choice([city.first, city.first_group, city.second, city.finance, city.finance_committee])
    kinds = {
        "branch": ["theme-party-day", "branch-meeting", "party-lecture", "committee-meeting", "volunteer-service"],
        "group": ["group-meeting"],
        "party_group": ["study-centre-session", "party-group-review", "secretary-lecture"],
        "organ_committee": ["organ-committee-meeting", "thought-analysis-meeting"],
    }[host.level]
    chosen = luck.sample(kinds, luck.randint(1, min(3, len(kinds))))
    partners = (city.second,) if host == city.first and luck.random() < 0.5 else ()
    on = TODAY - timedelta(days=luck.randint(-3, 49))
    open_rows = list(Obligation.objects.filter(organisation__in=[host, *partners]).order_by("pk"))
    made_up = luck.choice([None, None, *open_rows])
    return entry(host, *chosen, on=on, partners=partners, makes_up_for=made_up)


@pytest.mark.parametrize("seed", range(8))
def test_the_forecast_is_what_recording_does(city: City, seed: int) -> None:
    luck, recorded = random.Random(seed), 0
    for _ in range(14):
        typed = random_entry(city, luck)
        before = figures()
        foretold = {row.pk: (row.done, row.late, row.done_on) for row in foresee(typed, TODAY)}
        assert figures() == before, "a forecast writes nothing"
        try:
            record(
                typed,
                key=uuid4(),
                by=city.office if typed.organisation != city.first else city.secretary,
                now=make.moment(TODAY),
                today=TODAY,
            )
        except ValidationError:
            assert said(typed)[0][0] == "现在还不能保存"
            continue
        recorded += 1
        after = figures()
        assert foretold == {pk: after[pk] for pk in after if after[pk][0] != before[pk][0]}
    assert recorded


@pytest.mark.parametrize("seed", range(6))
def test_the_forecast_of_a_correction_is_what_correcting_does(city: City, seed: int) -> None:
    luck = random.Random(seed)
    held = make.activity(
        city.first, "theme-party-day", on=date(2026, 11, 3), by=city.secretary, partners=(city.second,)
    )
    decline(held.partnerships.get(), reason="没有参加", by=city.other_secretary, now=make.moment(TODAY), today=TODAY)
    make.activity(city.first, "theme-party-day", on=date(2026, 11, 5), by=city.secretary)
    typed = entry(
        city.first,
        luck.choice(["theme-party-day", "branch-meeting"]),
        on=luck.choice([date(2026, 10, 7), date(2026, 11, 9)]),
        partners=(city.second,),
    )
    foretold = {row.pk: (row.done, row.late, row.done_on) for row in foresee(typed, TODAY, held.pk)}
    correct(held, typed, revision=1, reason="更正日期", by=city.secretary, now=make.moment(TODAY), today=TODAY)
    after = figures()
    assert foretold == {pk: after[pk] for pk in foretold}
    assert {Obligation.objects.get(pk=pk).organisation for pk in foretold} == {city.first}


def test_correcting_a_record_does_not_count_it_twice(city: City) -> None:
    held = make.activity(city.first, "theme-party-day", on=date(2026, 11, 3), by=city.secretary)
    lines = said(entry(city.first, "theme-party-day", on=date(2026, 11, 4)), instead_of=held.pk)
    assert lines == [("11月主题党日", "记为已完成，比期限早 26 天")]


# --- the fragment


def typed(city: City, kind: str = "theme-party-day", **fields: str) -> dict[str, str]:
    return {
        "organisation": str(city.first.pk),
        "kinds": str(make.kind(kind).pk),
        "title": "主题党日",
        "held_on": "2026-11-20",
        **fields,
    }


def effect(client: Client, data: dict[str, object], *, htmx: bool = True):  # type: ignore[no-untyped-def]
    headers = {"HX-Request": "true"} if htmx else {}
    return client.post(reverse("log-effect"), data, headers=headers)


def test_the_fragment_reads_the_form_as_it_stands(city: City, as_person) -> None:  # type: ignore[no-untyped-def]
    response = effect(as_person(city.secretary), typed(city))
    html = response.content.decode()
    assert response.status_code == 200
    assert "<html" not in html
    assert "记为已完成，比期限早 10 天" in html
    assert Activity.objects.count() == 0


def test_without_script_it_is_a_page_that_takes_the_text_back(city: City, as_person) -> None:  # type: ignore[no-untyped-def]
    client = as_person(city.secretary)
    html = effect(client, typed(city, content="第一段<b>\n第二段"), htmx=False).content.decode()
    assert "<h1>现在保存会计入什么</h1>" in html
    assert 'name="content" value="第一段&lt;b&gt;\n第二段"' in html
    assert f'action="{reverse("activity-log-refill")}"' in html


def test_nonsense_is_answered_calmly(city: City, as_person) -> None:  # type: ignore[no-untyped-def]
    client = as_person(city.secretary)
    for data in (
        {},
        typed(city, held_on="昨天"),
        typed(city, kinds="x"),
        typed(city, organisation="999999"),
        typed(city, activity="x", makes_up_for="7e9"),
    ):
        assert effect(client, data).status_code == 200


def test_who_may_not_log_is_refused_and_strangers_records_are_not_corrected(city: City, as_person) -> None:  # type: ignore[no-untyped-def]
    held = make.activity(city.first, "theme-party-day", on=date(2026, 11, 3), by=city.secretary)
    assert effect(as_person(city.member), typed(city)).status_code == 403
    assert effect(as_person(city.stranger), typed(city, activity=str(held.pk))).status_code == 404
    assert as_person(city.secretary).get(reverse("log-effect")).status_code == 405


def test_a_correction_is_foretold_without_the_record_itself(city: City, as_person) -> None:  # type: ignore[no-untyped-def]
    held = make.activity(city.first, "theme-party-day", on=date(2026, 11, 3), by=city.secretary)
    data = typed(city, activity=str(held.pk), revision="1", held_on="2026-11-03")
    html = effect(as_person(city.secretary), data).content.decode()
    assert "记为已完成，比期限早 27 天" in html


# --- beside the record


def test_what_a_record_counts_for(city: City) -> None:
    programme = Programme.objects.get(code="soul-forging", year=2026)
    held = make.activity(
        city.first, "theme-party-day", "party-lecture", on=date(2026, 11, 3), by=city.secretary, programme=programme
    )
    told = RecordEffect(held, city.secretary, TODAY)
    assert [(line.title, line.state, line.word) for line in told.credits] == [
        ("主题党日，11月", "done", "已完成"),
        ("党课，第四季度", "done", "已完成"),
    ]
    assert told.first_topic == "第一议题，11月第 1 次"
    assert told.programme_text == "坚定理想信念，本支部第 1 次"
    again = make.activity(
        city.first, "theme-party-day", on=date(2026, 11, 3), by=city.secretary, starts_at=time(8), programme=programme
    )
    told = RecordEffect(again, city.secretary, TODAY)
    assert [(line.title, line.word) for line in told.credits] == [("主题党日，11月", "已完成，共 2 次")]
    assert told.first_topic == "第一议题，11月第 2 次"
    assert told.programme_text == "坚定理想信念，本支部第 2 次"


def test_a_record_that_made_up_for_something_says_so(city: City) -> None:
    row = make.obligation(city.first, THEME, "2026-10")
    held = make.activity(city.first, "theme-party-day", on=date(2026, 11, 3), by=city.secretary, makes_up_for=row)
    assert [(line.title, line.word) for line in RecordEffect(held, city.secretary, TODAY).credits] == [
        ("主题党日，10月", "补办")
    ]


def test_each_reader_sees_the_credits_of_his_own_organisations(city: City) -> None:
    held = make.activity(
        city.first, "theme-party-day", on=date(2026, 11, 3), by=city.secretary, partners=(city.second,)
    )
    assert [line.title for line in RecordEffect(held, city.secretary, TODAY).credits] == ["主题党日，11月"]
    assert [line.title for line in RecordEffect(held, city.other_secretary, TODAY).credits] == [
        "第二党支部：主题党日，11月"
    ]
    assert len(RecordEffect(held, city.office, TODAY).credits) == 2
    assert RecordEffect(held, city.member, TODAY).credits == []


def test_the_aside_for_those_who_see_the_record_and_404_for_others(city: City, as_person) -> None:  # type: ignore[no-untyped-def]
    held = make.activity(city.first, "theme-party-day", on=date(2026, 11, 3), by=city.secretary, roll=(city.member.pk,))
    url = reverse("activity-effect", args=[held.pk])
    fragment = as_person(city.secretary).get(url, headers={"HX-Request": "true"}).content.decode()
    assert "计入要求" in fragment
    assert "<html" not in fragment
    whole = as_person(city.secretary).get(url).content.decode()
    assert "<h1>这次活动计入什么</h1>" in whole
    assert "计入要求" not in as_person(city.member).get(url).content.decode()
    assert as_person(city.stranger).get(url).status_code == 404
    assert as_person(city.staff).get(url).status_code == 404


def test_a_planned_record_counts_for_nothing_yet(city: City, as_person) -> None:  # type: ignore[no-untyped-def]
    planned = make.activity(city.first, "theme-party-day", on=TODAY + timedelta(days=5), by=city.secretary, today=TODAY)
    html = as_person(city.secretary).get(reverse("activity-effect", args=[planned.pk])).content.decode()
    assert "没有开展的不计入要求。" in html


@pytest.mark.parametrize("kinds", [("theme-party-day",), ("theme-party-day", "branch-meeting", "party-lecture")])
def test_the_rail_takes_the_same_queries_for_one_line_and_for_three(
    city: City, as_person, django_assert_num_queries, kinds: tuple[str, ...]
) -> None:  # type: ignore[no-untyped-def]
    client = as_person(city.secretary)
    data = {**typed(city), "kinds": [str(make.kind(kind).pk) for kind in kinds]}
    effect(client, data)
    with django_assert_num_queries(11):
        html = effect(client, data).content.decode()
    assert html.count("记为已完成") == len(kinds)
