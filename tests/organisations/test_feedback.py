"""/feedback/: there is always a place to complain about the system itself."""

from __future__ import annotations

import pytest

from organisations.models import Feedback

pytestmark = pytest.mark.django_db
REMARK = {"text": "到会名单多点了一次。", "page": "记一次活动", "signed": "yes"}


def test_a_signed_remark_is_kept_and_read_by_its_writer(city, as_person, today):
    client = as_person(city.member)
    assert client.post("/feedback/", REMARK).headers["Location"] == "/feedback/"
    row = Feedback.objects.get()
    assert (row.person, row.text, row.page) == (city.member, "到会名单多点了一次。", "记一次活动")
    body = client.get("/feedback/").content.decode()
    assert "答复会写在这一页" in body
    assert "到会名单多点了一次。" in body
    assert "等答复" in body


def test_without_a_name_nothing_leads_back(city, as_person, today):
    client = as_person(city.member)
    client.post("/feedback/", REMARK | {"signed": "no"})
    assert Feedback.objects.get().person is None
    body = client.get("/feedback/").content.decode()
    assert "没有留下你的名字" in body
    assert "到会名单多点了一次。" not in body


def test_others_do_not_read_it(city, as_person, today):
    as_person(city.member).post("/feedback/", REMARK)
    for reader in ("secretary", "office", "gongwei", "staff"):
        assert "到会名单" not in as_person(getattr(city, reader)).get("/feedback/").content.decode()


def test_administrators_read_all_and_are_told_no_hour(city, as_person, today):
    as_person(city.member).post("/feedback/", REMARK)
    as_person(city.staff).post("/feedback/", {"text": "字太小。", "signed": "no"})
    body = as_person(city.admin).get("/feedback/").content.decode()
    assert "夏安禾，2026年11月20日，记一次活动" in body
    assert "未署名，2026年11月20日" in body
    assert "丁念慈" not in body
    assert "10:02" not in body
    assert "2 条" in body


def test_the_answer_stands_below_the_remark(city, as_person, today):
    as_person(city.member).post("/feedback/", REMARK)
    row = Feedback.objects.get()
    admin = as_person(city.admin)
    assert "到会名单多点了一次。" in admin.get(f"/feedback/{row.pk}/answer/").content.decode()
    assert admin.post(f"/feedback/{row.pk}/answer/", {"answer": "已改，谢谢。"}).status_code == 302
    body = as_person(city.member).get("/feedback/").content.decode()
    assert "已改，谢谢。" in body
    assert "答复，2026年11月20日" in body
    assert "等答复" not in body


def test_answering_is_for_administrators(city, as_person, today):
    as_person(city.member).post("/feedback/", REMARK)
    row = Feedback.objects.get()
    for reader, status in [("member", 403), ("secretary", 404), ("gongwei", 404)]:
        client = as_person(getattr(city, reader))
        assert client.get(f"/feedback/{row.pk}/answer/").status_code == status
        assert client.post(f"/feedback/{row.pk}/answer/", {"answer": "冒充"}).status_code == status
    row.refresh_from_db()
    assert row.answer == ""


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"text": ""}, "text", "必填"),
        ({"text": "   "}, "text", "必填"),
        ({"text": "长" * 10_000}, "text", "最多 2000 个字"),
        ({"page": "页" * 300}, "page", "最多 200 个字"),
        ({"signed": "maybe"}, "signed", "选一个"),
    ],
)
def test_what_cannot_be_kept_is_said_and_nothing_is_lost(city, as_person, today, fields, field, sentence):
    response = as_person(city.member).post("/feedback/", REMARK | fields)
    assert response.status_code == 422
    assert sentence in "".join(response.context["form"].errors[field])
    assert response.context["form"]["page"].value() == (REMARK | fields)["page"]
    assert not Feedback.objects.exists()


def test_markup_stays_text(city, as_person, today):
    as_person(city.member).post("/feedback/", REMARK | {"text": "<b>粗</b>😀"})
    body = as_person(city.admin).get("/feedback/").content.decode()
    assert "&lt;b&gt;粗&lt;/b&gt;😀" in body
    assert "<b>粗</b>" not in body
