"""思想汇报、工作汇报: begun from one's own facts, sent, taken back, answered, on paper; for two people alone."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import docx
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from activities.entries import Absence
from organisations.models import Person
from reminders import digesting
from reminders.models import Reminder
from responsibilities import briefing
from responsibilities.briefing_facts import Facts
from responsibilities.models import Briefing
from responsibilities.reminding_talks import BriefingSource, TalkSource
from responsibilities.sealing import unseal
from tests import make
from tests.responsibilities.briefings_made import SINCE, UNTIL, report, typed
from tests.responsibilities.talks_made import MARKER, TODAY, proposal, talk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
NOW = make.moment(TODAY)


def text(response) -> str:
    return response.content.decode()


def to(person: Person):
    return briefing.recipients(person, TODAY)


# --- to whom


def test_one_reports_to_the_heads_of_the_branch_and_the_office_of_the_organ(city):
    titles = {post.person.name for post in to(city.member)}
    assert titles == {"林知远", "周以宁", "许文澜"}
    assert to(city.member)[0].person == city.secretary
    assert {post.person.name for post in to(city.secretary)} == {"周以宁", "许文澜"}


def test_whoever_holds_a_post_of_the_organ_may_report_further_up(city):
    make.holds(city.gongwei, "committee-secretary", city.committee)
    assert city.gongwei in {post.person for post in to(city.office)}
    assert city.gongwei not in {post.person for post in to(city.secretary)}


def test_somebody_elsewhere_is_no_choice(city, as_person):
    (post,) = city.stranger.appointments.all()
    answer = as_person(city.member).post(reverse("briefing-add"), typed(post))
    assert answer.status_code == 422
    assert not Briefing.objects.exists()


# --- with what it begins


def held(city, on: date, title: str, *, absent: bool = False) -> None:
    roll = tuple(Person.objects.under(city.first, on).party_members().order_by("pk").values_list("pk", flat=True))
    absences = {city.member.pk: Absence("leave", "")} if absent else {}
    make.activity(city.first, "theme-party-day", on=on, by=city.secretary, roll=roll, absences=absences, title=title)


def test_it_begins_with_ones_own_activities_and_hours_of_those_days(city, as_person):
    held(city, date(2026, 9, 30), "九月学习")
    held(city, date(2026, 10, 12), "十月学习")
    held(city, date(2026, 11, 9), "十一月学习", absent=True)
    said = Facts(city.member, SINCE, UNTIL, TODAY).text("thought")
    assert "2026年10月1日至2026年11月20日，我参加活动 1 次" in said
    assert "10月12日，十月学习。" in said
    assert "九月学习" not in said
    assert "十一月学习" not in said
    page = text(as_person(city.member).get(reverse("briefing-add")))
    assert "十月学习" in page


def test_without_any_it_says_so_and_a_work_report_speaks_of_measures(city):
    facts = Facts(city.staff, SINCE, UNTIL, TODAY)
    assert "没有我参加活动的记录" in facts.text("thought")
    assert "没有到期的措施由我负责" in facts.text("work")


@pytest.mark.parametrize(
    "query",
    [
        "?kind=x",
        "?since=0001-01-01&last_day=9999-12-31&kind=work",
        "?since=2026-11-20&last_day=2026-11-01&kind=work",
        "?since=x",
    ],
)
def test_nonsense_in_the_address_begins_with_the_quarter_so_far(city, as_person, query):
    answer = as_person(city.member).get(reverse("briefing-add") + query)
    assert answer.status_code == 200
    assert "2026年10月1日至2026年11月20日" in text(answer)


def test_another_kind_alone_keeps_the_quarter(city, as_person):
    page = text(as_person(city.member).get(reverse("briefing-add") + "?kind=work"))
    assert "2026年10月1日至2026年11月20日，责任清单上没有到期的措施由我负责" in page


def test_other_days_and_another_kind_begin_another_text(city, as_person):
    answer = as_person(city.member).get(reverse("briefing-add") + "?kind=work&since=2026-07-01&last_day=2026-09-30")
    assert "2026年7月1日至2026年9月30日，责任清单上没有到期的措施由我负责" in text(answer)


# --- its way


def test_the_way_of_a_report(city, as_person):
    browser = as_person(city.member)
    answer = browser.post(reverse("briefing-add"), typed(to(city.member)[0]))
    row = Briefing.objects.get()
    assert answer.url == reverse("briefing", args=[row.pk])
    assert MARKER not in row.sealed
    assert as_person(city.secretary).get(answer.url).status_code == 404
    assert as_person(city.member).post(reverse("briefing-send", args=[row.pk])).status_code == 302
    browser = as_person(city.secretary)
    assert MARKER in text(browser.get(answer.url))
    assert answer.url in text(browser.get(reverse("briefing-list")))
    browser.post(reverse("briefing-answer", args=[row.pk]), {"text": "写得实在。"})
    assert "写得实在。" in text(as_person(city.member).get(answer.url))
    row.refresh_from_db()
    assert unseal(row.sealed_answer, row.answer_bond) == {"text": "写得实在。"}


def test_taken_back_it_is_closed_to_the_other_and_may_be_written_on(city, as_person):
    row = report(city.member)
    browser = as_person(city.member)
    assert browser.get(reverse("briefing-edit", args=[row.pk])).status_code == 302
    browser.post(reverse("briefing-take-back", args=[row.pk]))
    assert as_person(city.secretary).get(reverse("briefing", args=[row.pk])).status_code == 404
    sent = typed(to(city.member)[1], text="重写") | {"revision": "1"}
    assert as_person(city.member).post(reverse("briefing-edit", args=[row.pk]), sent).status_code == 302
    row.refresh_from_db()
    assert (row.recipient, row.revision) == (city.deputy, 2)
    assert unseal(row.sealed, row.bond) == {"text": "重写"}


def test_answered_it_stands(city, as_person):
    row = report(city.member, answered="好。")
    browser = as_person(city.member)
    for route in ("briefing-take-back", "briefing-send"):
        answer = browser.post(reverse(route, args=[row.pk]))
        assert answer.status_code == 422
    assert browser.post(reverse("briefing-discard", args=[row.pk])).status_code == 422
    sent = typed(to(city.member)[0], text="改") | {"revision": "1"}
    assert browser.post(reverse("briefing-edit", args=[row.pk]), sent).status_code == 422
    with pytest.raises(ValidationError, match="已经回复过了"):
        briefing.answer(row, text="再回", by=city.secretary, now=NOW)
    assert unseal(Briefing.objects.get().sealed, row.bond) == {"text": MARKER}


def test_each_side_has_its_own_acts(city):
    row = report(city.member)
    for act in (
        lambda: briefing.take_back(row, by=city.secretary),
        lambda: briefing.discard(row, by=city.secretary),
        lambda: briefing.answer(row, text="x", by=city.member, now=NOW),
        lambda: briefing.answer(row, text="x", by=city.office, now=NOW),
        lambda: briefing.send(row, by=city.office, now=NOW, today=TODAY),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_nobody_answers_what_was_taken_back_a_moment_ago(city):
    row = report(city.member)
    briefing.take_back(row, by=city.member)
    with pytest.raises(ValidationError, match="收回去了"):
        briefing.answer(row, text="好", by=city.secretary, now=NOW)


def test_it_is_not_sent_to_somebody_who_has_left_the_post(city):
    row = report(city.member, sent=False)
    city.secretary.appointments.update(until=TODAY)
    with pytest.raises(ValidationError, match="已经不在这个岗位"):
        briefing.send(row, by=city.member, now=NOW, today=TODAY)


def test_a_draft_is_thrown_away_for_good(city, as_person):
    row = report(city.member, sent=False)
    assert as_person(city.member).post(reverse("briefing-discard", args=[row.pk])).status_code == 302
    assert not Briefing.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": ""},
        {"text": "长" * 10_001},
        {"kind": "score"},
        {"to": ""},
        {"to": "9" * 19},
        {"since": "2026-11-21"},
        {"last_day": "2026-11-21"},
        {"last_day": "9999-12-31"},
        {"since": "0001-01-01"},
        {"since": "x"},
    ],
)
def test_what_is_wrong_is_refused_and_nothing_typed_is_lost(city, as_person, wrong):
    answer = as_person(city.member).post(reverse("briefing-add"), typed(to(city.member)[0]) | wrong)
    assert answer.status_code == 422
    assert "is-invalid" in text(answer) or "errsum" in text(answer)
    assert MARKER in text(answer) or "text" in wrong
    assert not Briefing.objects.exists()


def test_two_windows_do_not_overwrite_each_other(city, as_person):
    row = report(city.member, sent=False)
    browser, address = as_person(city.member), reverse("briefing-edit", args=[row.pk])
    browser.post(address, typed(to(city.member)[0], text="先") | {"revision": "1"})
    answer = browser.post(address, typed(to(city.member)[0], text="后") | {"revision": "1"})
    assert answer.status_code == 422
    assert "另一个窗口" in text(answer)
    assert 'name="revision" value="2"' in text(answer)


# --- on paper


def test_both_take_it_as_word_with_the_answer(city, as_person):
    row = report(city.member, text="第一段\n第二段", answered="已阅。")
    for reader in (city.member, city.secretary):
        answer = as_person(reader).get(reverse("briefing-word", args=[row.pk]))
        assert answer["Cache-Control"].startswith("private, no-store")
        said = [line.text for line in docx.Document(BytesIO(answer.content)).paragraphs]
        assert said == [
            "思想汇报",
            "中共市财政局机关第一支部委员会：",
            "第一段",
            "第二段",
            "汇报人：夏安禾",
            "2026年11月20日",
            "回复：",
            "已阅。",
            "林知远",
            "2026年11月20日",
        ]
        assert docx.Document(BytesIO(answer.content)).core_properties.author == "中共市财政局机关第一支部委员会"


# --- the list, and what it costs


def test_the_list_is_of_ones_own_and_of_what_was_sent_to_one(city, as_person):
    report(city.member)
    report(city.member, answered="好")
    report(city.recorder, sent=False)
    page = text(as_person(city.secretary).get(reverse("briefing-list")))
    assert "夏安禾的思想汇报" in page
    assert "夏安禾写来" in page
    assert "沈若川" not in page
    page = text(as_person(city.recorder).get(reverse("briefing-list")))
    assert "草稿" in page
    assert "夏安禾" not in page
    for nobody in (city.office, city.gongwei, city.admin, city.deputy):
        assert "还没有汇报" in text(as_person(nobody).get(reverse("briefing-list")))


@pytest.mark.parametrize(
    ("role", "route", "number"),
    [
        ("secretary", "briefing-list", 7),
        ("member", "briefing-list", 7),
        ("member", "briefing-add", 8),
        ("secretary", "briefing", 5),
    ],
)
def test_as_many_queries_for_three_as_for_one(city, as_person, role, route, number):
    browser, found = as_person(getattr(city, role)), []
    for more in (1, 2):
        for _ in range(more):
            row = report(city.member)
            report(city.member, answered="好")
            report(city.secretary, sent=False)
        browser.get(reverse("password"))
        with CaptureQueriesContext(connection) as queries:
            args = [row.pk] if route == "briefing" else []
            assert browser.get(reverse(route, args=args)).status_code == 200
        found.append(len(queries))
    assert found == [number, number]


# --- reminding


def wanted(source, today: date = TODAY) -> list[tuple[str, int]]:
    return [(line.title, line.recipient_id) for line in source.missing(today)]


def test_what_waits_is_said_to_whom_it_waits_for(city):
    report(city.member)
    report(city.member, sent=False)
    report(city.recorder, answered="好")
    asked = proposal(talk(city.secretary, city.member), city.secretary)
    assert wanted(BriefingSource()) == [("有一份汇报等你看", city.secretary.pk), ("你的汇报有了回复", city.recorder.pk)]
    assert wanted(TalkSource()) == [("有一件事等你回话", city.member.pk)]
    asked.delete()
    assert wanted(TalkSource()) == []
    assert [title for title, _ in wanted(BriefingSource(), date(2026, 12, 1))] == ["有一份汇报等你看"]


def test_it_is_open_until_it_is_answered_and_never_for_the_other(city):
    row = report(city.member)
    digesting.reconcile(NOW)
    digesting.deliver(NOW)
    mine = Reminder.objects.filter(source="briefing")
    assert [(line.recipient, line.title) for line in mine] == [(city.secretary, "有一份汇报等你看")]
    opened = mine.filter(BriefingSource().still_open())
    assert opened.count() == 1
    briefing.answer(row, text="好", by=city.secretary, now=NOW)
    assert opened.count() == 0
    digesting.reconcile(NOW)
    assert mine.filter(recipient=city.member, title="你的汇报有了回复").exists()


def test_a_source_asks_the_same_number_of_times_for_three_as_for_one(city):
    found = []
    for more in (1, 2):
        for _ in range(more):
            report(city.member)
        with CaptureQueriesContext(connection) as queries:
            lines = BriefingSource().missing(TODAY)
            BriefingSource().still_wanted([line.key for line in lines], TODAY)
            TalkSource().missing(TODAY)
        found.append(len(queries))
    assert found == [3, 3]
