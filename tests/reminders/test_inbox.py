"""提醒: what the reader finds in the inbox, and the thread from beat to page."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from activities.recording import withdraw
from reminders import tasks
from reminders.digesting import open_count
from reminders.inbox import Inbox
from reminders.models import Digest, Heartbeat, Reminder
from tests import make
from tests.conftest import City

TODAY = date(2026, 11, 20)


@pytest.fixture
def delivered(city: City, today: date) -> City:
    """The digests of the 20th have been sent, as by the beat."""
    call_command("digest", as_of="2026-11-20T08:30", verbosity=0)
    return city


def page(client: Client) -> str:
    response = client.get(reverse("reminder-inbox"))
    assert response.status_code == 200
    return response.content.decode()


def test_the_secretary_finds_what_is_overdue_and_a_birthday(delivered: City) -> None:
    inbox = Inbox(delivered.secretary, TODAY)
    assert [(line.title, line.state, line.word, line.verb) for line in inbox.lines] == [
        ("10月主题党日还没有记录", "late", "超 20 天", "补记"),
        ("10月支委会还没有记录", "late", "超 20 天", "补记"),
        ("10月党小组会（第二党小组）还没有记录", "late", "超 20 天", "补记"),
        ("夏安禾同志政治生日", "soon", "剩 4 天", "安排"),
        ("第一党支部换届", "todo", "剩 177 天", "查看"),
    ]


def test_the_page_names_each_thing_once_with_its_way_on(delivered: City, as_person) -> None:  # type: ignore[no-untyped-def]
    html = page(as_person(delivered.secretary))
    assert "<h1>今天 5 件事</h1>" in html
    assert html.count('<span class="due__name">10月主题党日还没有记录</span>') == 1
    assert (
        f'href="{reverse("activity-log")}?kind=theme-party-day&amp;organisation={delivered.first.pk}&amp;within=2026-10"'
        in html
    )
    assert "11月20日 08:30 送到站内" in html
    assert 'aria-label="提醒，5 条"' in html


def test_five_lines_and_the_number_of_the_others(delivered: City) -> None:
    call_command("digest", as_of="2026-11-23T08:30", verbosity=0)
    inbox = Inbox(delivered.secretary, date(2026, 11, 23))
    assert len(inbox.first_lines) == 5
    assert [line.title for line in inbox.other_lines] == [
        "11月支委会还没有记录",
        "11月党小组会（第二党小组）还没有记录",
        "第一党支部换届",
    ]


def test_what_was_recorded_a_minute_ago_is_gone_before_the_ledger_knows(delivered: City) -> None:
    make.activity(delivered.first, "theme-party-day", on=date(2026, 10, 20), by=delivered.secretary, today=TODAY)
    assert "10月主题党日还没有记录" not in [line.title for line in Inbox(delivered.secretary, TODAY).lines]


def test_what_is_recorded_goes_away_and_comes_back_when_withdrawn(delivered: City, as_person) -> None:  # type: ignore[no-untyped-def]
    held = make.activity(delivered.first, "theme-party-day", on=date(2026, 10, 20), by=delivered.secretary, today=TODAY)
    tasks.reconcile()
    inbox = Inbox(delivered.secretary, TODAY)
    assert "10月主题党日还没有记录" not in [line.title for line in inbox.lines]
    assert [row.title for row in inbox.resolved] == ["10月主题党日还没有记录"]
    assert "最近自动消失的" in page(as_person(delivered.secretary))
    withdraw(held, reason="记错了", by=delivered.secretary, now=make.moment(TODAY), today=TODAY)
    tasks.reconcile()
    assert "10月主题党日还没有记录" in [line.title for line in Inbox(delivered.secretary, TODAY).lines]
    assert Inbox(delivered.secretary, TODAY).resolved == []


def test_what_went_on_to_its_next_step_did_not_go_away(city: City) -> None:
    call_command("digest", as_of="2026-11-23T08:30", verbosity=0)
    call_command("digest", as_of="2026-11-30T08:30", verbosity=0)
    inbox = Inbox(city.secretary, date(2026, 11, 30))
    assert inbox.resolved == [] or "11月主题党日还没有记录" not in [row.title for row in inbox.resolved]
    assert [line.word for line in inbox.lines if line.title == "11月主题党日还没有记录"] == ["今天到期"]


def test_the_days_say_what_they_brought_and_what_is_left(delivered: City) -> None:
    make.activity(delivered.first, "theme-party-day", on=date(2026, 10, 20), by=delivered.secretary, today=TODAY)
    tasks.reconcile()
    (day,) = Inbox(delivered.secretary, TODAY).days
    assert (day.day, day.brought, day.still_open) == (TODAY, 5, 4)


def test_reading_quiets_the_bell_and_is_ones_own(delivered: City, as_person) -> None:  # type: ignore[no-untyped-def]
    digest = Digest.objects.get(recipient=delivered.secretary)
    url = reverse("reminder-read", args=[digest.pk])
    client = as_person(delivered.other_secretary)
    assert client.post(url).status_code == 404
    client = as_person(delivered.secretary)
    assert client.get(url).status_code == 405
    assert Digest.objects.get(pk=digest.pk).read_at is None
    assert client.post(url, follow=True).redirect_chain == [(reverse("reminder-inbox"), 302)]
    html = page(client)
    assert 'aria-label="提醒"' in html
    assert "已读" in html
    assert "<h1>今天 5 件事</h1>" in html


def test_an_inbox_shows_only_ones_own_lines(delivered: City) -> None:
    assert {line.title for line in Inbox(delivered.leader, TODAY).lines} == {"10月党小组会还没有记录"}
    assert Inbox(delivered.staff, TODAY).lines == []


def test_an_empty_inbox_says_why(delivered: City, as_person) -> None:  # type: ignore[no-untyped-def]
    html = page(as_person(delivered.staff))
    assert "<h1>今天没有要办的事</h1>" in html
    assert "现在没有要提醒的" in html


@pytest.mark.parametrize("lines", [1, 3])
def test_the_page_takes_as_many_queries_for_three_lines_as_for_one(
    delivered: City, as_person, django_assert_num_queries, lines: int
) -> None:  # type: ignore[no-untyped-def]
    pks = list(Reminder.objects.filter(recipient=delivered.secretary).values_list("pk", flat=True)[lines:])
    Reminder.objects.filter(pk__in=pks).delete()
    client = as_person(delivered.secretary)
    page(client)
    with django_assert_num_queries(12):
        page(client)


def test_the_beat_reconciles_delivers_and_ticks(city: City, time_machine) -> None:  # type: ignore[no-untyped-def]
    time_machine.move_to(make.moment(TODAY, 8, 30), tick=False)
    for _ in range(2):
        tasks.reconcile.delay()
        tasks.deliver.delay()
        tasks.tick.delay()
    assert Digest.objects.filter(recipient=city.secretary, day=TODAY).count() == 1
    assert Heartbeat.objects.get().at == make.moment(TODAY, 8, 30)


def test_the_command_says_what_it_did_and_refuses_a_strange_moment(
    city: City, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("digest", as_of="2026-11-20T08:30")
    assert capsys.readouterr().out.startswith("提醒：新增 ")
    with pytest.raises(CommandError, match="看不懂的时间“gestern”"):
        call_command("digest", as_of="gestern")


def test_a_secretary_replaced_at_noon_hands_over_the_open_lines(delivered: City) -> None:
    from organisations.appointing import end

    noon = TODAY + timedelta(days=3)
    end(delivered.secretary.appointments.get(), on=noon, today=noon)
    call_command("digest", as_of=f"{noon:%Y-%m-%d}T12:00", verbosity=0)
    assert Inbox(delivered.secretary, noon).lines == []
    assert "10月主题党日还没有记录" in [line.title for line in Inbox(delivered.deputy, noon).lines]


def test_the_bell_follows_a_save_and_a_withdrawal_before_the_ledger_does(delivered: City) -> None:
    assert open_count(delivered.secretary) == 5
    held = make.activity(delivered.first, "theme-party-day", on=date(2026, 10, 20), by=delivered.secretary, today=TODAY)
    assert open_count(delivered.secretary) == len(Inbox(delivered.secretary, TODAY).lines) == 4
    withdraw(held, reason="记错了", by=delivered.secretary, now=make.moment(TODAY), today=TODAY)
    assert open_count(delivered.secretary) == len(Inbox(delivered.secretary, TODAY).lines) == 5


def test_the_bell_is_one_query(delivered: City, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    with django_assert_num_queries(1):
        open_count(delivered.secretary)
