"""Drafts: kept while somebody types, opened elsewhere, never overwritten unseen, gone after 30 days."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest

from activities import drafting
from activities.models import Activity, Draft
from activities.tasks import expire_drafts
from tests import make
from tests.activities.sheet import fields, one

pytestmark = pytest.mark.django_db
LOG = "/activities/log/"
SCRIPT = {"X-Requested-With": "XMLHttpRequest"}


@pytest.fixture
def shuji(city, today, as_person):
    return as_person(city.secretary)


def keep(client, data, headers=SCRIPT, **changes):
    data = data | {name: str(value) for name, value in changes.items()}
    return client.post(f"/activities/drafts/{one(data, 'token')}/", data, headers=headers)


def one_token(response, name="token"):
    return response.content.decode().split(f'data-{name}="')[1].split('"')[0]


def test_reading_the_page_writes_nothing(city, shuji):
    first, second = fields(shuji.get(LOG)), fields(shuji.get(LOG))
    assert one(first, "token") != one(second, "token")
    assert not Draft.objects.exists()


def test_what_is_typed_is_kept_and_opens_on_another_device_as_it_was(city, shuji, client):
    pk = city.member.pk
    data = fields(shuji.get(f"{LOG}?kind=theme-party-day"))
    data |= {"content": ["写到\n一半"], "absent": [str(pk)], f"why-{pk}": ["trip"], "held_on": ["2026-11-2"]}
    response = keep(shuji, data, content="写到\n一半")
    assert response.status_code == 200
    assert "10:02 已自动存为草稿" in response.content.decode()
    draft = Draft.objects.get()
    assert (draft.person, draft.organisation, draft.version) == (city.secretary, city.first, 1)
    again = fields(shuji.get(f"/activities/drafts/{draft.token}/"))
    assert one(again, "version") == "1"
    assert {name: values for name, values in again.items() if name != "version"} == {
        name: values for name, values in data.items() if name != "version"
    }


def test_each_change_counts_one_version_and_an_unchanged_one_none(city, shuji):
    data = fields(shuji.get(LOG))
    keep(shuji, data, title="一")
    assert one_token(keep(shuji, data, title="二", version=1), "version") == "2"
    assert one_token(keep(shuji, data, title="二", version=1), "version") == "2"
    assert Draft.objects.get().payload["title"] == ["二"]


def test_a_stale_page_is_told_and_both_texts_are_kept(city, shuji):
    data = fields(shuji.get(LOG))
    keep(shuji, data, title="办公室电脑写的")
    keep(shuji, data, title="手机写的", version=1)
    response = keep(shuji, data, title="办公室电脑接着写的", version=1)
    html = response.content.decode()
    assert response.status_code == 409
    assert "另一台设备上有更新的内容" in html
    assert f'href="/activities/drafts/{one(data, "token")}/"' in html
    fork = Draft.objects.get(token=one_token(response))
    assert fork.payload["title"] == ["办公室电脑接着写的"]
    assert Draft.objects.get(token=one(data, "token")).payload["title"] == ["手机写的"]
    follows = data | {"token": [str(fork.token)]}
    assert keep(shuji, follows, title="再往下写", version=1).status_code == 200
    fork.refresh_from_db()
    assert (fork.version, fork.payload["title"]) == (2, ["再往下写"])


def test_a_draft_that_became_a_record_is_not_begun_again(city, shuji):
    data = fields(shuji.get(f"{LOG}?kind=theme-party-day"))
    keep(shuji, data)
    shuji.post(LOG, data)
    response = keep(shuji, data, title="还在另一台设备上写")
    assert response.status_code == 409
    assert f'href="/activities/{Activity.objects.get().pk}/"' in response.content.decode()
    assert not Draft.objects.exists()


def test_signed_out_while_typing_is_a_sentence_and_saving_goes_on_after_the_log_in(city, shuji):
    data = fields(shuji.get(LOG))
    shuji.logout()
    response = keep(shuji, data, title="写着写着")
    assert response.status_code == 401
    assert 'target="_blank"' in response.content.decode()
    shuji.force_login(city.secretary)
    assert keep(shuji, data, title="写着写着").status_code == 200


def test_without_script_a_button_keeps_the_draft_and_opens_it(city, shuji):
    data = fields(shuji.get(LOG))
    response = keep(shuji, data, headers={}, title="没有脚本")
    assert (response.status_code, response.url) == (302, f"/activities/drafts/{one(data, 'token')}/")
    assert "没有脚本" in shuji.get(response.url).content.decode()
    keep(shuji, data, headers={}, title="另一边写的", version=1)
    response = keep(shuji, data, headers={}, title="又一份", version=1)
    assert response.status_code == 409
    assert "两份草稿都在" in response.content.decode()


@pytest.mark.parametrize("who", ["recorder", "office", "other_secretary"])
def test_a_draft_is_ones_own(city, shuji, client, who):
    data = fields(shuji.get(LOG))
    keep(shuji, data, title="我的")
    token = one(data, "token")
    client.force_login(getattr(city, who))
    assert client.get(f"/activities/drafts/{token}/").status_code == 404
    assert keep(client, data, title="别人的").status_code == 404
    assert client.post(f"/activities/drafts/{token}/discard/").status_code == 404
    assert Draft.objects.get().payload["title"] == ["我的"]


def test_no_draft_for_whoever_may_not_log(city, today, as_person):
    client = as_person(city.member)
    assert keep(client, {"token": [str(uuid4())]}).status_code == 403
    assert client.get(f"/activities/drafts/{uuid4()}/").status_code == 403


def test_the_page_offers_the_last_drafts_and_one_can_be_thrown_away(city, shuji):
    for number in range(4):
        keep(shuji, fields(shuji.get(LOG)), title=f"第{number}份")
    html = shuji.get(LOG).content.decode()
    assert html.count("接着写") == drafting.SHOWN
    draft = Draft.objects.order_by("-updated_at", "pk").first()
    page = shuji.get(f"/activities/drafts/{draft.token}/").content.decode()
    assert f'action="/activities/drafts/{draft.token}/discard/"' in page
    assert shuji.post(f"/activities/drafts/{draft.token}/discard/").url == LOG
    assert not Draft.objects.filter(pk=draft.pk).exists()


def test_a_draft_has_a_bound(city, shuji):
    data = fields(shuji.get(LOG))
    response = keep(shuji, data, content="字" * 70_000)
    assert response.status_code == 422
    assert "内容太长，草稿存不下" in response.content.decode()
    assert not Draft.objects.exists()


def test_an_old_draft_opens_though_what_it_names_is_gone(city, shuji):
    payload = {
        "organisation": ["99999"],
        "kinds": ["99999", "x"],
        "roll": ["5,x,99999"],
        "held_on": ["bad"],
        "title": [],
    }
    token = uuid4()
    Draft.objects.create(token=token, person=city.secretary, payload=payload, updated_at=make.moment(date(2026, 11, 1)))
    assert shuji.get(f"/activities/drafts/{token}/").status_code == 200


def test_drafts_expire_after_thirty_days(city, today):
    for days in (29, 31):
        Draft.objects.create(
            token=uuid4(), person=city.secretary, payload={}, updated_at=make.moment(today - timedelta(days=days))
        )
    assert len(drafting.recent(city.secretary, make.moment(today))) == 1
    expire_drafts()
    assert [draft.updated_at for draft in Draft.objects.all()] == [make.moment(today - timedelta(days=29))]


@pytest.mark.parametrize("size", [1, 3])
def test_autosave_asks_the_same_at_any_size(city, shuji, django_assert_num_queries, size):
    for number in range(size):
        make.person(f"组员{number}", city.second_group)
    data = fields(shuji.get(f"{LOG}?kind=theme-party-day"))
    keep(shuji, data)
    with django_assert_num_queries(9):
        assert keep(shuji, data, title="改了", version=1).status_code == 200
