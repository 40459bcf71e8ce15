"""Handing files out, and deleting them: who sees them, with which headers, and what is left on the disk."""

from __future__ import annotations

import os
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings as configured
from PIL import Image

from activities.models import Activity, Attachment, Draft
from activities.recording import withdraw
from activities.tasks import expire_drafts, sweep_attachments
from tests import make
from tests.activities import files
from tests.activities.files import hung, opened, send, stored, upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
LOG = "/activities/log/"
SCRIPT = {"X-Requested-With": "XMLHttpRequest"}
PHOTO, GIF = files.picture(), files.picture(form="GIF")


@pytest.fixture
def shuji(city, today, as_person):
    return as_person(city.secretary)


@pytest.fixture
def record(city, today) -> Activity:
    return make.activity(city.first, "theme-party-day", on=today, by=city.secretary)


# --- handing out


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def test_a_picture_is_shown_and_a_paper_saved_and_neither_does_anything(city, shuji, record):
    photo = hung(record, city.secretary)
    paper = hung(record, city.secretary, '讲"稿".pdf', files.pdf())
    response = shuji.get(f"/activities/attachments/{photo.pk}/")
    assert Image.open(BytesIO(body(response))).size == (64, 48)
    assert response["Content-Type"] == "image/jpeg"
    assert response["Content-Disposition"].startswith('inline; filename="download.jpg"; filename*=UTF-8')
    paper_response = shuji.get(f"/activities/attachments/{paper.pk}/")
    assert body(paper_response) == files.pdf()
    assert paper_response["Content-Type"] == "application/pdf"
    assert paper_response["Content-Disposition"] == (
        "attachment; filename=\"download.pdf\"; filename*=UTF-8''%E8%AE%B2-%E7%A8%BF-.pdf"
    )
    small = shuji.get(f"/activities/attachments/{photo.pk}/thumbnail/")
    assert Image.open(BytesIO(body(small))).format == "WEBP"
    for served in (response, paper_response, small):
        assert served["X-Content-Type-Options"] == "nosniff"
        assert served["Content-Security-Policy"] == "sandbox; default-src 'none'; style-src 'unsafe-inline'"
        assert served["X-Frame-Options"] == "DENY"
    assert response["Cache-Control"] == paper_response["Cache-Control"] == "private, no-store"
    assert small["Cache-Control"] == "private, max-age=86400"
    assert opened(shuji, paper, "thumbnail/") == 404


def test_a_file_that_is_gone_from_the_disk_is_not_found(city, shuji, record):
    row = hung(record, city.secretary)
    row.file.storage.delete(row.file.name)
    assert opened(shuji, row) == 404


def test_one_who_was_expected_sees_the_pictures_and_a_stranger_does_not(city, today, as_person):
    activity = make.activity(city.first, "theme-party-day", on=today, by=city.secretary, roll=(city.member.pk,))
    row = hung(activity, city.secretary)
    for who, status in ((city.member, 200), (city.staff, 404), (city.stranger, 404), (city.other_secretary, 404)):
        assert opened(as_person(who), row) == opened(as_person(who), row, "thumbnail/") == status
    withdraw(activity, reason="记错", by=city.secretary, now=make.moment(today), today=today)
    assert opened(as_person(city.member), row) == 404


def test_what_hangs_on_a_draft_is_seen_by_nobody_else(city, shuji, as_person):
    token = uuid4()
    send(shuji, token, upload("合影.jpg", PHOTO))
    row = Attachment.objects.get()
    assert opened(shuji, row) == 200
    for who in (city.recorder, city.office, city.gongwei, city.admin):
        client = as_person(who)
        assert opened(client, row) == 404
        assert client.post(f"/activities/attachments/{row.pk}/remove/").status_code == 404
        assert send(client, token, upload("我的.pdf", files.pdf())).status_code in (403, 404)
    assert Attachment.objects.count() == 1


# --- what goes


def test_discarding_and_expiring_a_draft_delete_its_files(
    city, shuji, media, today, django_capture_on_commit_callbacks
):
    thrown, old, fresh = uuid4(), uuid4(), uuid4()
    for token in (thrown, old, fresh):
        send(shuji, token, upload("合影.jpg", PHOTO))
    Draft.objects.filter(token=old).update(updated_at=make.moment(today - timedelta(days=31)))
    with django_capture_on_commit_callbacks(execute=True):
        shuji.post(f"/activities/drafts/{thrown}/discard/")
        expire_drafts()
    row = Attachment.objects.get()
    assert row.draft.token == fresh
    assert [str(path.relative_to(media)) for path in stored(media)] == sorted([row.file.name, row.thumbnail.name])


def test_a_file_keeps_its_draft_from_expiring(city, shuji, today):
    token = uuid4()
    send(shuji, token, upload("一.jpg", PHOTO))
    Draft.objects.update(updated_at=make.moment(today - timedelta(days=29)))
    send(shuji, token, upload("二.pdf", files.pdf()))
    assert Draft.objects.get().updated_at == make.moment(today)


def test_at_night_what_was_removed_long_ago_and_what_nothing_names_goes(
    city, record, media, today, django_capture_on_commit_callbacks
):
    rows = [hung(record, city.secretary, f"{n}.pdf", files.pdf(b"%% %d\n" % n)) for n in range(3)]
    rows[0].remove(by=city.secretary, now=make.moment(today - timedelta(days=31)))
    rows[1].remove(by=city.secretary, now=make.moment(today - timedelta(days=29)))
    folder = media / "attachments" / "2026"
    for name, days in (("left-behind.jpg", 2), ("just-written.jpg", 0)):
        (folder / name).write_bytes(b"x")
        moment = make.moment(today - timedelta(days=days)).timestamp()
        os.utime(folder / name, (moment, moment))
    with django_capture_on_commit_callbacks(execute=True):
        sweep_attachments()
    assert {row.name for row in Attachment.objects.all()} == {"1.pdf", "2.pdf"}
    names = {path.name for path in stored(media)}
    assert names == {Path(row.file.name).name for row in rows[1:]} | {"just-written.jpg"}


def test_the_night_finds_nothing_before_anything_was_attached(db):
    sweep_attachments()


# --- the bounds of a request


def test_a_request_that_is_too_large_gets_a_page_that_says_so(shuji, settings):
    settings.LARGEST_REQUEST = 1000
    response = shuji.post(LOG, {"attachments": upload("大.jpg", b"x" * 2000)})
    assert response.status_code == 413
    assert "文件太大，没有收下" in response.content.decode()
    assert shuji.get(LOG).status_code == 200


def test_the_audit_tells_who_attached_what_and_nothing_of_the_file(city, shuji, record):
    from auditlog.models import LogEntry

    shuji.post(f"/activities/{record.pk}/attachments/", {"attachments": upload("合影.jpg", files.photo_with_place())})
    (entry,) = LogEntry.objects.get_for_model(Attachment)
    assert entry.actor == city.secretary
    assert "合影.jpg" in str(entry.changes)
    assert not {"file", "thumbnail", "sha256"} & set(entry.changes)


def test_a_whole_request_holds_a_few_of_the_largest_files():
    from activities.proving import LARGEST

    assert configured.LARGEST_REQUEST > 3 * LARGEST
