"""What the sheet refuses and where it says so; that nothing typed is lost; that no input and no role breaks it."""

from __future__ import annotations

from uuid import uuid4

import pytest

from activities.models import Activity
from organisations.models import Organisation
from tests import make
from tests.activities.sheet import fields, one

pytestmark = pytest.mark.django_db
LOG, REFILL = "/activities/log/", "/activities/log/refill/"


@pytest.fixture
def shuji(city, today, as_person):
    return as_person(city.secretary)


def sheet(client, query="kind=theme-party-day", **changes):
    return fields(client.get(f"{LOG}?{query}")) | {name.replace("__", "-"): value for name, value in changes.items()}


def save(client, data, **changes):
    return client.post(LOG, data | changes)


def refused(response):
    """The fields with their sentences on a refused page."""
    assert response.status_code == 422
    return {name: list(errors) for name, errors in response.context["form"].errors.items()}


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"title": ""}, "title", "请写标题。"),
        ({"title": "长" * 10_000}, "title", "最多 200 个字，现在是 10000 个。"),
        ({"kinds": []}, "kinds", "请先选是什么活动。"),
        ({"kinds": ["999999"]}, "kinds", "有一个类别不存在或已经停用，请重新选。"),
        ({"kinds": ["x"]}, "kinds", "有一个类别不存在或已经停用，请重新选。"),
        ({"starts_at": "15:00", "ends_at": "14:00"}, "ends_at", "应晚于 15:00。"),
        ({"starts_at": "two"}, "starts_at", "请写成 14:00。"),
        ({"held_on": "2027-01-04"}, "held_on", "日期在明年或更晚，请核对年份。"),
        ({"held_on": "1999-01-04"}, "held_on", "这一天举办单位还没有成立，或者已经撤销。"),
        ({"held_on": ""}, "held_on", "请填写日期。"),
        ({"held_on": "2026-13-45"}, "held_on", "请写成 2026-11-20 这样的日期。"),
        ({"place": "地" * 121}, "place", "最多 120 个字，现在是 121 个。"),
        ({"chair": "999999"}, "chair", "主持人不在名单里，请重新选。"),
        ({"recorder": "-1"}, "recorder", "记录人不在名单里，请重新选。"),
        ({"programme": "999999"}, "programme", "这个项目那一天没有在进行，请重新选。"),
        ({"makes_up_for": "999999"}, "makes_up_for", "这一项不能由这次活动补办，请重新选。"),
        ({"partners": ["999999"]}, "partners", "有一个联合单位不在可选的范围内，请重新选。"),
        ({"organisation": "999999"}, "organisation", "这个单位不在你能记录的范围内，请重新选。"),
        ({"organisation": ""}, "organisation", "请选举办单位。"),
        ({"content": "字" * 20_001}, "content", "最多 20000 个字，现在是 20001 个。"),
        ({"agenda-1-title": "议" * 401}, "agenda", "第 2 项的议题最多 400 个字，现在是 401 个。"),
        ({"agenda-1-speaker": "讲" * 61}, "agenda", "第 2 项的主讲最多 60 个字，现在是 61 个。"),
        ({"agenda-9-speaker": "林知远"}, "agenda", "第 4 项只写了主讲，请写议题。"),
        ({"headcount": "on"}, "present", "请填实到人数。"),
        ({"headcount": "on", "present": "99"}, "present", "实到不能多于应到 10 人。"),
        ({"headcount": "on", "present": "9999999999999"}, "present", "最多写到 100000。"),
        ({"headcount": "on", "present": "-1"}, "present", "不能小于 0。"),
        ({"headcount": "on", "present": "许多"}, "present", "请写一个数字。"),
    ],
)
def test_a_refusal_stands_beside_its_field(city, shuji, changes, field, sentence):
    response = save(shuji, sheet(shuji), **changes)
    assert refused(response)[field] == [sentence]
    assert not Activity.objects.exists()


def test_a_refused_page_keeps_every_word(city, shuji):
    pk = city.member.pk
    data = sheet(shuji, title="长" * 201, content="写了很久\n的内容", decisions="决定", guests="来宾甲")
    data |= {"absent": [str(pk)], f"why-{pk}": "other", f"note-{pk}": "陪护", "agenda-1-speaker": "周以宁"}
    response = save(shuji, data)
    assert response.status_code == 422
    again = fields(response)
    for name in ("title", "content", "decisions", "guests", "token", f"why-{pk}", f"note-{pk}", "agenda-1-speaker"):
        assert one(again, name) == (data[name] if isinstance(data[name], str) else data[name][0])
    assert again["absent"] == [str(pk)]
    html = response.content.decode()
    assert '<a href="#id_title">标题：最多 200 个字，现在是 201 个。</a>' in html


def test_people_of_other_organisations_are_no_part_of_the_roll(city, shuji):
    data = sheet(shuji)
    data["roll"] = f"{one(data, 'roll')},{city.stranger.pk},987654321987654321"
    response = save(shuji, data)
    assert refused(response)["roll"] == ["名单里有 2 人那天不属于举办单位，已从名单去掉，请核对后再保存。"]
    assert "白简" not in response.content.decode()
    assert save(shuji, fields(response)).status_code == 302


def test_an_absence_needs_a_known_reason_and_a_short_note(city, shuji):
    pk = city.member.pk
    data = sheet(shuji) | {"absent": [str(pk)], f"why-{pk}": "slept", f"note-{pk}": "长" * 61}
    assert refused(save(shuji, data))["roll"] == [
        "夏安禾的未到原因请在出差、请假、值班、其他里选。",
        "夏安禾的备注最多 60 个字，现在是 61 个。",
    ]


def test_a_vote_must_add_up(city, shuji):
    data = sheet(shuji, "kind=branch-meeting", has_votes="on", votes_for="8", votes_against="1", votes_abstained="0")
    assert refused(save(shuji, data))["votes_for"] == ["赞成、反对、弃权合计应等于实到有表决权的 10 人。"]
    assert refused(save(shuji, data | {"votes_for": ""}))["votes_for"] == ["请填人数。"]


def test_a_kind_that_the_host_does_not_hold_leads_to_the_choice_of_the_group(city, shuji):
    data = sheet(shuji) | {"kinds": [str(make.kind("group-meeting").pk)]}
    response = save(shuji, data)
    assert refused(response)["kinds"] == ["党支部不开展党小组会。"]
    assert f'<option value="{city.first_group.pk}">第一党小组' in response.content.decode()


def test_another_branch_cannot_be_recorded_for(city, shuji):
    data = sheet(shuji) | {"organisation": str(city.second.pk)}
    assert refused(save(shuji, data))["organisation"] == ["这个单位不在你能记录的范围内，请重新选。"]


def test_partners_stay_within_the_organ(city, shuji):
    data = sheet(shuji) | {"partners": [str(city.water_branch.pk)]}
    assert refused(save(shuji, data))["partners"] == ["有一个联合单位不在可选的范围内，请重新选。"]


# --- hostile and odd input


@pytest.mark.parametrize(
    "text", ["🎉党日🎉", "<script>alert(1)</script>", "{{ 7*7 }}", "'; drop table x; --", "\u202e反", "　"]
)
def test_odd_text_is_kept_as_text(city, shuji, text):
    data = sheet(shuji, content=text, decisions=text, guests=text, place=text, agenda__1__title=text)
    response = save(shuji, data)
    assert response.status_code == 302
    assert Activity.objects.get().content == text.strip()
    assert "<script>alert(1)" not in shuji.get(response.url).content.decode()


def test_html_in_every_field_of_a_refused_page_is_escaped(city, shuji):
    evil = "<img src=x onerror=y>"
    data = {name: evil for name in sheet(shuji) if not name.startswith("prefilled-")}
    response = save(shuji, data | {"kinds": [evil], f"why-{city.member.pk}": evil, "prefilled-title": evil})
    assert response.status_code == 422
    assert evil not in response.content.decode()


@pytest.mark.parametrize("address", [LOG, REFILL])
def test_null_bytes_and_nonsense_are_answered_in_a_sentence(city, shuji, address):
    data = sheet(shuji)
    assert shuji.post(address, data | {"title": "a\0b"}).status_code == 400
    odd = dict.fromkeys(data, "9" * 5000)
    assert shuji.post(address, odd).status_code in (200, 422)
    assert shuji.post(address, {}).status_code in (200, 422)


def test_a_form_without_a_usable_token_is_saved_all_the_same(city, shuji):
    assert save(shuji, sheet(shuji) | {"token": "not-a-token"}).status_code == 302


def test_a_token_of_somebody_else_is_refused(city, shuji, client):
    token = str(uuid4())
    save(shuji, sheet(shuji) | {"token": token})
    client.force_login(city.recorder)
    data = sheet(client) | {"token": token, "confirm_another": "1"}
    assert refused(save(client, data))["__all__"] == ["这份草稿不是你的。"]


# --- who may


@pytest.mark.parametrize("who", ["member", "staff", "admin"])
def test_whoever_may_log_nowhere_is_told_so(city, today, as_person, who):
    client = as_person(getattr(city, who))
    for response in (client.get(LOG), client.post(LOG, {}), client.post(REFILL, {})):
        assert response.status_code == 403
        assert "活动由支部书记或者她指定的记录员来记" in response.content.decode()


def test_an_organisation_in_the_address_is_seen_or_not(city, shuji, as_person):
    assert shuji.get(f"{LOG}?organisation={city.second.pk}").status_code == 404
    assert shuji.get(f"{LOG}?organisation=nonsense").status_code == 404
    assert shuji.get(f"{LOG}?organisation={'9' * 30}").status_code == 404
    assert shuji.get(f"{LOG}?organisation={city.first_group.pk}").status_code == 200
    assert as_person(city.gongwei).get(f"{LOG}?organisation={city.first.pk}").status_code == 403


def test_a_post_at_a_closed_organisation_leaves_an_empty_page(city, shuji, today):
    Organisation.objects.filter(pk__in=[city.first.pk, city.first_group.pk, city.second_group.pk]).update(
        closed_on=today
    )
    assert "举办单位" not in shuji.get(LOG).content.decode()
    assert refused(save(shuji, sheet(shuji)))["organisation"] == ["请选举办单位。"]


def test_unknown_kinds_and_obligations_in_the_address_are_ignored(city, shuji):
    row = make.obligation(city.second, "theme-party-day-monthly", "2026-11")
    response = shuji.get(f"{LOG}?kind=nonsense&makes_up_for={row.pk}")
    assert response.status_code == 200
    assert "kinds" not in fields(response)


def test_the_group_leader_records_for_the_group_alone(city, today, as_person):
    client = as_person(city.leader)
    data = fields(client.get(f"{LOG}?kind=group-meeting"))
    assert one(data, "organisation") == str(city.first_group.pk)
    assert save(client, data).status_code == 302
    assert refused(save(client, data | {"organisation": str(city.first.pk), "token": ""}))["organisation"]


def test_signed_out_while_typing_keeps_what_was_typed(city, shuji):
    data = sheet(shuji, content="写到一半的内容，很长很长的一段话。")
    shuji.logout()
    response = save(shuji, data)
    assert response.status_code == 401
    assert "carried" in response.content.decode()
