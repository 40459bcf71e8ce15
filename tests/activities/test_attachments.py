"""Files on drafts and records: kept through every refusal, shown to whoever sees the record, taken off and put back."""

from __future__ import annotations

import re
from io import BytesIO
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from PIL import Image

from activities.models import Activity, Attachment, Draft
from activities.recording import withdraw
from activities.withdrawing import credited
from tests import make
from tests.activities import files
from tests.activities.files import hung, opened, send, stored, upload
from tests.activities.sheet import fields, one

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


def hang(client, record, *uploads, headers=None):
    """What the form beside a record sends."""
    return client.post(f"/activities/{record.pk}/attachments/", {"attachments": uploads}, headers=headers or {})


# --- from the form to the record


def test_a_file_makes_the_draft_and_saving_hands_it_to_the_record(
    city, shuji, media, django_capture_on_commit_callbacks
):
    data = fields(shuji.get(f"{LOG}?kind=theme-party-day"))
    token = one(data, "token")
    response = send(shuji, token, upload("合影.jpg", files.photo_with_place((1200, 900))))
    assert response.status_code == 200
    row = Attachment.objects.get()
    assert (str(row.draft.token), row.draft.version, row.uploaded_by) == (token, 0, city.secretary)
    assert (row.name, row.type, row.width, row.height) == ("合影.jpg", "jpg", 900, 1200)
    assert f"/activities/attachments/{row.pk}/thumbnail/" in response.content.decode()
    # What the page keeps by itself afterwards goes on in the same draft.
    kept = shuji.post(f"/activities/drafts/{token}/", data, headers=SCRIPT)
    assert kept.status_code == 200
    assert Draft.objects.get().version == 1
    with django_capture_on_commit_callbacks(execute=True):
        saved = shuji.post(LOG, data | {f"caption-{row.pk}": "在展厅"})
    activity = Activity.objects.get()
    assert saved.url == f"/activities/{activity.pk}/"
    row.refresh_from_db()
    assert (row.draft, row.activity, row.caption) == (None, activity, "在展厅")
    assert not Draft.objects.exists()
    assert len(stored(media)) == 2
    page = shuji.get(saved.url).content.decode()
    assert "<h2>影像</h2>" in page
    assert 'alt="在展厅"' in page


def test_no_stored_byte_says_where_or_with_what_the_photo_was_taken(shuji, media):
    send(shuji, uuid4(), upload("合影.jpg", files.photo_with_place()))
    assert len(stored(media)) == 2
    for path in stored(media):
        assert b"SECRET" not in path.read_bytes()
        with Image.open(path) as image:
            assert not image.getexif()
        assert re.fullmatch(r"attachments/2026/[0-9a-f]{32}\.(jpg|webp)", str(path.relative_to(media)))


def test_without_script_files_go_with_the_form_and_count_for_nothing(city, shuji):
    data = fields(shuji.get(f"{LOG}?kind=theme-party-day"))
    saved = shuji.post(LOG, data | {"attachments": [upload("一.jpg", PHOTO), upload("材料.docx", files.word())]})
    activity = Activity.objects.get()
    assert saved.url == f"/activities/{activity.pk}/"
    assert [row.name for row in activity.attachments.all()] == ["一.jpg", "材料.docx"]
    again = fields(shuji.get(f"{LOG}?kind=theme-party-day"))
    shuji.post(LOG, again | {"confirm_another": "1"})
    bare = Activity.objects.latest("pk")
    assert [row.pk for row in credited(bare)] == [row.pk for row in credited(activity)]
    assert bare.study_hours == activity.study_hours


def test_a_refused_file_takes_nothing_with_it(shuji, media):
    data = fields(shuji.get(f"{LOG}?kind=theme-party-day"))
    sent = [upload("好.jpg", PHOTO), upload("动图.jpg", GIF), upload("也好.pdf", files.pdf())]
    response = shuji.post(LOG, data | {"content": "写好的内容", "attachments": sent})
    html = response.content.decode()
    assert response.status_code == 422
    assert "附件：“动图.jpg”是 GIF 动图，没有收下。请截一张图，存为 JPG 或 PNG 再传。" in html
    assert 'href="#id_attachments"' in html
    assert "写好的内容" in html
    assert not Activity.objects.exists()
    again = fields(response)
    assert {name for name in again if name.startswith("caption-")} == {f"caption-{Attachment.objects.first().pk}"}
    assert shuji.post(LOG, again).status_code == 302
    assert [row.name for row in Activity.objects.get().attachments.all()] == ["好.jpg", "也好.pdf"]


@pytest.mark.parametrize("wrong", [{"title": ""}, {"held_on": "2026-99-99"}])
def test_a_refused_form_keeps_the_files(shuji, wrong):
    data = fields(shuji.get(f"{LOG}?kind=theme-party-day"))
    response = shuji.post(LOG, data | wrong | {"attachments": [upload("合影.jpg", PHOTO)]})
    assert response.status_code == 422
    assert "合影.jpg" in response.content.decode()
    right = {name: data[name] for name in wrong}
    assert shuji.post(LOG, fields(response) | right).status_code == 302
    assert Activity.objects.get().attachments.count() == 1


def test_asked_about_a_second_record_of_the_day_the_files_wait(city, shuji, record):
    data = fields(shuji.get(f"{LOG}?kind=theme-party-day"))
    response = shuji.post(LOG, data | {"attachments": [upload("合影.jpg", PHOTO)]})
    assert response.status_code == 422
    assert "合影.jpg" in response.content.decode()
    assert shuji.post(LOG, fields(response) | {"confirm_another": "1"}).status_code == 302
    assert Activity.objects.latest("pk").attachments.count() == 1


def test_the_same_form_twice_gives_one_record_with_one_file(shuji, media):
    data = fields(shuji.get(f"{LOG}?kind=theme-party-day"))
    for _ in range(2):
        assert shuji.post(LOG, data | {"attachments": [upload("合影.jpg", PHOTO)]}).status_code == 302
    assert Activity.objects.get().attachments.count() == 1
    assert not Draft.objects.exists()
    assert len(stored(media)) == 2


def test_without_script_the_draft_keeps_files_and_gives_one_up(shuji, media, django_capture_on_commit_callbacks):
    data = fields(shuji.get(LOG))
    address = f"/activities/drafts/{one(data, 'token')}/"
    response = shuji.post(address, data | {"attachments": [upload("合影.jpg", PHOTO), upload("动.gif", GIF)]})
    page = shuji.get(response.url).content.decode()
    assert "合影.jpg" in page
    assert "“动.gif”是 GIF 动图" in page
    row = Attachment.objects.get()
    again = fields(shuji.get(address)) | {"title": "接着写", f"caption-{row.pk}": "长" * 70, "drop_attachment": "x"}
    shuji.post(address, again)
    row.refresh_from_db()
    assert row.caption == "长" * 60
    assert not any(name.startswith(("caption", "drop", "attach")) for name in Draft.objects.get().payload)
    with django_capture_on_commit_callbacks(execute=True):
        shuji.post(address, again | {"version": "2", "drop_attachment": str(row.pk)})
    assert not Attachment.objects.exists()
    assert Draft.objects.get().payload["title"] == ["接着写"]
    assert stored(media) == []


def test_a_copy_made_because_two_devices_wrote_has_the_files_too(shuji, media):
    data = fields(shuji.get(LOG))
    address = f"/activities/drafts/{one(data, 'token')}/"
    send(shuji, one(data, "token"), upload("合影.jpg", PHOTO))
    shuji.post(address, data | {"title": "电脑"}, headers=SCRIPT)
    assert shuji.post(address, data | {"title": "手机"}, headers=SCRIPT).status_code == 409
    first, second = Attachment.objects.order_by("pk")
    assert first.draft != second.draft
    assert (first.name, first.sha256) == (second.name, second.sha256)
    assert (
        len({first.file.name, second.file.name, first.thumbnail.name, second.thumbnail.name}) == len(stored(media)) == 4
    )


def test_a_file_for_a_draft_that_became_a_record_meanwhile(shuji, media):
    data = fields(shuji.get(f"{LOG}?kind=theme-party-day"))
    shuji.post(LOG, data)
    before = stored(media)
    response = send(shuji, one(data, "token"), upload("合影.jpg", PHOTO))
    assert response.status_code == 409
    assert f'href="/activities/{Activity.objects.get().pk}/"' in response.content.decode()
    assert not Draft.objects.exists()
    assert stored(media) == before == []


# --- what is refused, and what is only said


def test_the_script_is_told_of_each_file(shuji):
    token = uuid4()
    response = send(shuji, token, upload("好.jpg", PHOTO), upload("动.gif", GIF))
    html = response.content.decode()
    assert response.status_code == 422
    assert "<p data-refused>“动.gif”是 GIF 动图" in html
    assert "好.jpg" in html
    response = send(shuji, token, upload("又一次.jpg", PHOTO))
    assert response.status_code == 200
    assert "<p data-repeated>“好.jpg”已经在附件里，没有再传一份。</p>" in response.content.decode()
    assert Attachment.objects.count() == 1
    assert "没有收到文件" in send(shuji, token).content.decode()


def test_twenty_files_and_no_more(shuji, media):
    token = uuid4()
    send(shuji, token, *(upload(f"{n}.pdf", files.pdf(b"%% %d\n" % n)) for n in range(20)))
    response = send(shuji, token, upload("多.jpg", PHOTO))
    assert response.status_code == 422
    assert "一条记录最多 20 个附件" in response.content.decode()
    assert Attachment.objects.count() == len(stored(media)) == 20


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.jpg", "passwd.jpg"),
        ("C:\\照片\\合影.jpg", "合影.jpg"),
        ("合影\u202egpj.exe.jpg", "合影gpj.exe.jpg"),
        ("没有后缀", "没有后缀.jpg"),
        ("微信.png", "微信.jpg"),
        ("<b>\"'.jpg", "-b--'.jpg"),
        ("长" * 300 + ".jpg", None),
    ],
)
def test_names_are_only_ever_shown(shuji, media, sent, kept):
    send(shuji, uuid4(), upload(sent, PHOTO))
    row = Attachment.objects.get()
    assert row.name == kept or (kept is None and row.name.endswith("长.jpg") and len(row.name.encode()) <= 240)
    assert re.fullmatch(r"attachments/2026/[0-9a-f]{32}\.jpg", row.file.name)


def test_nothing_stays_behind_when_the_row_cannot_be_written(city, record, media, monkeypatch):
    def fail(self, *args, **kwargs):
        raise IntegrityError("the database is gone")

    monkeypatch.setattr(Attachment, "save", fail)
    with pytest.raises(IntegrityError), transaction.atomic():
        hung(record, city.secretary)
    assert stored(media) == []


# --- on a record


def test_added_removed_and_put_back_beside_the_record(city, shuji, record, media):
    response = hang(shuji, record, upload("合影.jpg", PHOTO), upload("名单.xlsx", files.workbook()))
    assert response.url == f"/activities/{record.pk}/#attachments"
    page = shuji.get(f"/activities/{record.pk}/").content.decode()
    assert "已添加 2 个附件。" in page
    photo, book = Attachment.objects.all()
    assert f'href="/activities/attachments/{book.pk}/" download>名单.xlsx</a>' in page
    shuji.post(f"/activities/attachments/{photo.pk}/remove/")
    assert opened(shuji, photo) == 404
    page = shuji.get(f"/activities/{record.pk}/").content.decode()
    assert "影像" not in page
    assert "11月20日由林知远移除" in page
    shuji.post(f"/activities/attachments/{photo.pk}/restore/")
    page = shuji.get(f"/activities/{record.pk}/").content.decode()
    assert "影像" in page
    assert "已放回“合影.jpg”。" in page
    record.refresh_from_db()
    assert (record.revision, record.revisions.count()) == (1, 0)


def test_a_removed_file_may_be_uploaded_again_and_then_not_be_put_back(city, shuji, record):
    first = hung(record, city.secretary)
    shuji.post(f"/activities/attachments/{first.pk}/remove/")
    hang(shuji, record, upload("合影.jpg", PHOTO))
    shuji.post(f"/activities/attachments/{first.pk}/restore/")
    assert "已经在附件里" in shuji.get(f"/activities/{record.pk}/").content.decode()
    assert Attachment.objects.standing().count() == 1


def test_a_caption_is_said_and_too_long_a_one_is_not(city, shuji, record):
    row = hung(record, city.secretary)
    shuji.post(f"/activities/attachments/{row.pk}/caption/", {"caption": " 重温入党誓词 "})
    assert "<figcaption>重温入党誓词</figcaption>" in shuji.get(f"/activities/{record.pk}/").content.decode()
    shuji.post(f"/activities/attachments/{row.pk}/caption/", {"caption": "长" * 61})
    assert "说明最多 60 个字，现在是 61 个。" in shuji.get(f"/activities/{record.pk}/").content.decode()
    row.refresh_from_db()
    assert row.caption == "重温入党誓词"


def test_without_script_a_refusal_beside_the_record_keeps_the_others(shuji, record):
    response = hang(shuji, record, upload("好.jpg", PHOTO), upload("动.gif", GIF))
    assert response.status_code == 422
    assert "“动.gif”是 GIF 动图" in response.content.decode()
    assert record.attachments.get().name == "好.jpg"
    assert hang(shuji, record).status_code == 422


def test_with_script_the_answer_redraws_record_and_tools(shuji, record):
    html = hang(shuji, record, upload("好.jpg", PHOTO), headers=SCRIPT).content.decode()
    for part in ('id="attached"', 'id="attachment-tools"', "影像", "确定移除"):
        assert part in html


def test_a_withdrawn_record_keeps_its_files_and_takes_no_more(city, shuji, record, today):
    row = hung(record, city.secretary)
    withdraw(record, reason="记重了", by=city.secretary, now=make.moment(today), today=today)
    assert hang(shuji, record, upload("多.pdf", files.pdf())).status_code == 403
    for act in ("remove", "restore", "caption"):
        assert shuji.post(f"/activities/attachments/{row.pk}/{act}/").status_code == 403
    assert opened(shuji, row) == 200


def test_the_correction_asks_for_no_files(shuji, record):
    assert "id_attachments" not in shuji.get(f"/activities/{record.pk}/correct/").content.decode()


def test_the_minutes_name_them(city, shuji, record):
    import docx

    hung(record, city.secretary)
    hung(record, city.secretary, "讲稿.pdf", files.pdf())
    document = docx.Document(BytesIO(shuji.get(f"/activities/{record.pk}/minutes.docx").content))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "合影.jpg" in text
    assert "讲稿.pdf" in text
