"""Files that are made in the background: whose they are, how far they have come, how long they stay."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from organisations import tables, tasks
from organisations.models import Export, Person
from organisations.models.export import ExportState, SupersededError
from tests import make
from tests.tables import content, rows, sent_name

pytestmark = pytest.mark.django_db
XLSX = reverse("people-export", args=["xlsx"])
ASK = reverse("export-ask")


@pytest.fixture(autouse=True)
def media(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path / "exports"


@pytest.fixture
def ask(as_person, monkeypatch, django_capture_on_commit_callbacks):
    """``ask(city.office, q="林")``: the roster asked for, long enough for the background, and made there at once."""
    monkeypatch.setattr(tables, "AT_ONCE", 0)

    def send(person: Person, *, run: bool = True, **query: str) -> Export:
        with django_capture_on_commit_callbacks(execute=run):
            response = as_person(person).post(f"{ASK}?{urlencode(query)}", {"source": "people", "extension": "xlsx"})
        assert response.status_code == 302
        return Export.objects.get(pk=response.url.rstrip("/").rpartition("/")[2])

    return send


def page_of(client, export: Export, **headers: str) -> str:
    return client.get(reverse("export", args=[export.pk]), headers=headers).content.decode()


def test_a_long_list_is_offered_from_the_background(city, as_person, today, monkeypatch):
    monkeypatch.setattr(tables, "AT_ONCE", 10)
    assert as_person(city.leader).get(XLSX).status_code == 200
    response = as_person(city.secretary).get(XLSX, {"q": "", "page": "2"})
    page = response.content.decode()
    assert response.status_code == 409
    assert "这张表有 11 行，要在后台生成" in page
    assert f'action="{ASK}?q="' in page
    assert [export.person for export in Export.objects.all()] == [city.leader]


def test_the_file_is_made_and_fetched(city, as_person, today, ask, media):
    export = ask(city.secretary, q="lzy")
    assert (export.state, export.done, export.total) == (ExportState.READY, 1, 1)
    client = as_person(city.secretary)
    assert "写好了，共 1 行" in page_of(client, export)
    response = client.get(reverse("export-file", args=[export.pk]))
    assert (
        int(response["Content-Length"])
        == len(content(response))
        == (media / Path(export.file.name).name).stat().st_size
    )
    response = client.get(reverse("export-file", args=[export.pk]))
    assert sent_name(response) == "花名册_第一党支部_2026年11月20日.xlsx"
    assert [row[0] for row in rows(response)] == ["姓名", "林知远"]


def test_only_its_number_leaves_the_process(city, today, ask, monkeypatch):
    sent = []
    monkeypatch.setattr(tasks.make_export, "delay", lambda *args: sent.append(args))
    export = ask(city.secretary, q="lzy")
    assert sent == [(export.pk,)]


def test_the_file_of_somebody_else_is_not_there(city, as_person, today, ask):
    export = ask(city.secretary)
    for reader in (city.deputy, city.office, city.gongwei, city.admin):
        client = as_person(reader)
        assert client.get(reverse("export", args=[export.pk])).status_code == 404
        assert client.get(reverse("export-file", args=[export.pk])).status_code == 404


def test_whoever_lost_the_right_no_longer_fetches_the_file(city, as_person, today, ask):
    export = ask(city.secretary)
    city.secretary.appointments.update(until=today)
    client = as_person(Person.objects.get(pk=city.secretary.pk))
    assert client.get(reverse("export-file", args=[export.pk])).status_code == 403


def test_whoever_lost_one_of_two_rights_does_not_fetch_what_he_saw_by_it(city, as_person, today, ask):
    make.holds(city.secretary, "branch-secretary", city.second)
    export = ask(Person.objects.get(pk=city.secretary.pk))
    fetch = reverse("export-file", args=[export.pk])
    assert content(as_person(Person.objects.get(pk=city.secretary.pk)).get(fetch)).startswith(b"PK")
    city.secretary.appointments.filter(organisation=city.second).update(until=today)
    response = as_person(Person.objects.get(pk=city.secretary.pk)).get(fetch)
    assert response.status_code == 403
    assert "请重新导出" in response.content.decode()


def test_whoever_lost_the_right_meanwhile_gets_no_file(city, today, ask, media):
    export = ask(city.secretary, run=False)
    city.secretary.appointments.update(until=today)
    tasks.make_export(export.pk)
    export.refresh_from_db()
    assert (export.state, export.file) == (ExportState.FAILED, "")
    assert not media.exists()


def test_the_page_says_how_far_it_is_and_asks_again(city, as_person, today, ask):
    export, client = ask(city.secretary, run=False), as_person(city.secretary)
    waiting = page_of(client, export)
    assert "正在排队，共 11 行" in waiting
    assert 'hx-trigger="every 1s"' in waiting
    assert '<noscript><meta http-equiv="refresh"' in waiting
    export.begin(timezone.now())
    export.advance(8)
    fragment = page_of(client, export, hx_request="true")
    assert "正在写，已写 8 行，共 11 行" in fragment
    assert "<html" not in fragment
    tasks.make_export(export.pk)
    ready = page_of(client, export)
    assert "写好了，共 11 行" in ready
    assert "hx-trigger" not in ready
    assert "http-equiv" not in ready


def test_watching_it_keeps_no_log_in_alive(city, as_person, today, ask, time_machine):
    export, client = ask(city.secretary, run=False), as_person(city.secretary)
    client.get(reverse("export", args=[export.pk]))
    seen = client.session["seen_at"]
    time_machine.shift(timedelta(minutes=5))
    client.get(reverse("export", args=[export.pk]), headers={"hx-request": "true"})
    assert client.session["seen_at"] == seen


def test_progress_is_told_by_the_batch(city, today, ask, monkeypatch):
    monkeypatch.setattr(tables, "BATCH", 4)
    told = []
    monkeypatch.setattr(Export, "advance", lambda self, done: told.append(done))
    ask(city.secretary)
    assert told == [4, 8]


def test_what_is_under_way_is_not_begun_twice(city, today, ask):
    first = ask(city.secretary, run=False)
    assert ask(city.secretary, run=False) == first
    assert ask(city.secretary, run=False, q="lzy") != first
    assert ask(city.other_secretary, run=False) != first
    tasks.make_export(first.pk)
    assert ask(city.secretary, run=False) != first


def test_earlier_ones_are_offered_again(city, as_person, today, ask, time_machine):
    export = ask(city.secretary)
    page = as_person(city.secretary).get(XLSX).content.decode()
    assert reverse("export", args=[export.pk]) in page
    assert reverse("export", args=[export.pk]) not in as_person(city.office).get(XLSX).content.decode()
    time_machine.shift(timedelta(hours=25))
    assert reverse("export", args=[export.pk]) not in as_person(city.secretary).get(XLSX).content.decode()


def test_nonsense_is_refused(city, as_person, today):
    for data in ({}, {"source": "secrets", "extension": "xlsx"}, {"source": "people", "extension": "exe"}):
        response = as_person(city.secretary).post(ASK, data)
        assert response.status_code == 422
        assert "没有这张表" in response.content.decode()
    assert not Export.objects.exists()


# --- killed workers


def test_a_message_that_comes_twice_does_no_harm(city, today, ask):
    export = ask(city.secretary)
    name = export.file.name
    tasks.make_export(export.pk)
    export.refresh_from_db()
    assert (export.state, export.file.name) == (ExportState.READY, name)
    tasks.make_export(export.pk + 1)  # of a line that is gone


def test_a_job_that_was_cut_off_is_done_by_the_next_worker(city, today, ask, media):
    export = ask(city.secretary, run=False)
    export.begin(timezone.now())
    export.advance(5)
    tasks.make_export(export.pk)
    export.refresh_from_db()
    assert (export.state, export.done) == (ExportState.READY, 11)
    assert len([*media.iterdir()]) == 1


def test_an_earlier_run_gives_way_to_a_later_one(city, today, ask, media, monkeypatch):
    monkeypatch.setattr(tables, "BATCH", 4)
    export = ask(city.secretary, run=False)
    earlier = Export.objects.get(pk=export.pk)
    earlier.begin(make.moment(today, 10, 0))
    tasks.make_export(export.pk)
    with pytest.raises(SupersededError):
        earlier.advance(4)
    late = ContentFile(b"too late")
    with pytest.raises(SupersededError):
        earlier.finish(late, name="late.xlsx", rows=11, now=timezone.now())
    earlier.fail(timezone.now())
    export.refresh_from_db()
    assert export.state == ExportState.READY
    assert [file.name for file in media.iterdir()] == [Path(export.file.name).name]


def test_a_failure_is_said_and_can_be_tried_again(city, as_person, today, ask, monkeypatch):
    def break_off(*_: object) -> None:
        raise OSError("no space left")

    export = ask(city.secretary, run=False, q="lzy")
    with monkeypatch.context() as broken:
        broken.setattr(tables, "write", break_off)
        with pytest.raises(OSError, match="no space"):
            tasks.make_export(export.pk)
    page = page_of(as_person(city.secretary), export)
    assert "没有完成" in page
    assert "再试一次" in page
    assert f'action="{ASK}?q=lzy"' in page
    assert ask(city.secretary, q="lzy").state == ExportState.READY


@pytest.mark.parametrize("begun", [False, True])
def test_what_does_not_move_for_a_quarter_of_an_hour_is_given_up(city, as_person, today, ask, time_machine, begun):
    export = ask(city.secretary, run=False)
    if begun:
        export.begin(timezone.now())
    client = as_person(city.secretary)
    time_machine.shift(timedelta(minutes=14))
    assert "再试一次" not in page_of(client, export)
    time_machine.shift(timedelta(minutes=1))
    assert "再试一次" in page_of(client, export)
    assert ask(city.secretary, run=False) != export


# --- afterwards


def test_files_go_after_a_day_and_lines_after_half_a_year(city, as_person, today, ask, media, time_machine):
    export = ask(city.secretary)
    time_machine.shift(timedelta(hours=23, minutes=59))
    tasks.expire_exports()
    assert len([*media.iterdir()]) == 1
    time_machine.shift(timedelta(minutes=1))
    tasks.expire_exports()
    export.refresh_from_db()
    assert ([*media.iterdir()], export.file, export.total, export.person) == ([], "", 11, city.secretary)
    as_person(city.secretary).logout()  # a day was too long for the log-in
    client = as_person(city.secretary)
    assert client.get(reverse("export-file", args=[export.pk])).status_code == 404
    assert "这份文件已经不在了" in page_of(client, export)
    time_machine.shift(timedelta(days=181, hours=23))
    tasks.expire_exports()
    assert Export.objects.count() == 1
    time_machine.shift(timedelta(hours=2))
    tasks.expire_exports()
    assert Export.objects.count() == 0


def test_what_a_killed_worker_left_behind_goes_too(city, today, ask, media):
    ask(city.secretary)
    kept = {file.name for file in media.iterdir()}
    for name, age in (("stray.xlsx", 25), ("fresh.xlsx", 1)):
        (media / name).write_text("x")
        moment = (timezone.now() - timedelta(hours=age)).timestamp()
        os.utime(media / name, (moment, moment))
    tasks.expire_exports()
    assert {file.name for file in media.iterdir()} == kept | {"fresh.xlsx"}
