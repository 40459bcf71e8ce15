"""不适用: asking, answering, taking back; and the list."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from organisations.models import Level
from programmes import exempting
from programmes.models import Exemption, ExemptionState, Obligation
from programmes.opening import open_periods
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
TODAY = date(2026, 11, 20)
NOW = make.moment(TODAY)
PARTY_DAY, GROUP = "theme-party-day-monthly", "group-meeting-monthly"


def text(response) -> str:
    return response.content.decode()


def october(city) -> Obligation:
    return make.obligation(city.second_group, GROUP, "2026-10")


def ask(city, row: Obligation | None = None, *, by=None, at=NOW, until=None) -> Exemption:
    row = row or october(city)
    return exempting.ask(
        row.organisation,
        row,
        until=until or row.ends_on,
        cause="away",
        reason="全组外出检查。",
        by=by or city.secretary,
        now=at,
    )


def request(city, **different: object) -> dict[str, object]:
    """The form as it is sent."""
    typed = {
        "obligation": str(october(city).pk),
        "how_long": "period",
        "last_day": "",
        "cause": "away",
        "reason": "全组外出检查，月底才回。",
    }
    return typed | different


# --- asking


def test_the_page_offers_what_is_unmet_by_organisation_and_says_who_answers(city, as_person):
    page = text(as_person(city.secretary).get(reverse("exemption-ask"), {"obligation": october(city).pk}))
    for words in (
        '<optgroup label="第一党支部第二党小组">',
        "党小组会，10月（每月至少 1 次）",
        "送机关党委",
        "由许文澜答复，一般在11月25日以前",
        "第二党小组，10月党小组会",
        "恢复原来的到期日（10月31日）",
    ):
        assert words in page
    assert "水务" not in page
    assert f'<option value="{october(city).pk}" selected>' in page


def test_who_is_alone_in_the_office_sends_it_to_the_work_committee(city, as_person):
    row = make.obligation(city.finance_committee, "organ-committee-meeting-quarterly", "2026-Q4")
    page = text(as_person(city.office).get(reverse("exemption-ask"), {"obligation": row.pk}))
    assert "送机关工委" in page
    assert "由梁允中答复" in page


def test_sending_pauses_it_and_lists_it(city, as_person):
    response = as_person(city.secretary).post(reverse("exemption-ask"), request(city), follow=True)
    assert "已经送出。答复之前不算逾期，也不再提醒。" in text(response)
    row = Exemption.objects.get()
    assert (row.organisation, row.since, row.until, row.asked_by, row.asked_at) == (
        city.second_group,
        date(2026, 10, 1),
        date(2026, 11, 1),
        city.secretary,
        NOW,
    )
    assert october(city).exemption_state == "asked"
    assert "第一党支部第二党小组" in text(response)


@pytest.mark.parametrize(
    ("different", "until"),
    [
        ({"how_long": "day", "last_day": "2026-12-05"}, date(2026, 12, 6)),
        ({"how_long": "good"}, None),
        ({"last_day": "x"}, date(2026, 11, 1)),
    ],
)
def test_for_how_long(city, as_person, different, until):
    assert as_person(city.secretary).post(reverse("exemption-ask"), request(city, **different)).status_code == 302
    assert Exemption.objects.get().until == until


@pytest.mark.parametrize(
    ("different", "words"),
    [
        ({"obligation": ""}, "请选一项"),
        ({"obligation": "x"}, "已经办完、已经申请过，或者不由你申请"),
        ({"how_long": "day"}, "请填到哪一天为止"),
        ({"how_long": "day", "last_day": "月底"}, "请写成 2026-11-20"),
        ({"how_long": "day", "last_day": "2026-09-30"}, "截止日期应在这一期开始之后"),
        ({"how_long": "ever"}, "选择一个有效的选项"),
        ({"cause": ""}, "请选一个缘由"),
        ({"reason": " "}, "请写一句为什么"),
        ({"reason": "长" * 401}, "最多 400 个字，现在是 401 个"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_sent(city, as_person, different, words):
    response = as_person(city.secretary).post(reverse("exemption-ask"), request(city, **different))
    assert response.status_code == 422
    assert words in text(response)
    assert not Exemption.objects.exists()


def test_another_organs_obligation_cannot_be_slipped_in(city, as_person):
    foreign = make.obligation(city.water_branch, PARTY_DAY, "2026-11")
    response = as_person(city.secretary).post(reverse("exemption-ask"), request(city, obligation=str(foreign.pk)))
    assert response.status_code == 422
    assert not Exemption.objects.exists()


def test_what_is_asked_already_says_so_instead_of_being_chosen(city, as_person):
    ask(city)
    page = text(as_person(city.secretary).get(reverse("exemption-ask"), {"obligation": october(city).pk}))
    assert "党小组会（2026年10月）已经办完，或者已经申请过了。" in page
    assert "送上级党组织" in page


def test_where_nothing_is_left_to_ask_the_page_says_so(city, as_person):
    Obligation.objects.filter(organisation__path__startswith=city.first.path).update(done=9)
    page = text(as_person(city.secretary).get(reverse("exemption-ask")))
    assert "现在没有可以申请的" in page
    assert "<textarea" not in page


def test_who_may_open_which_obligation(city, as_person):
    url = reverse("exemption-ask")
    row = make.obligation(city.first, PARTY_DAY, "2026-11")
    statuses = {
        who: as_person(getattr(city, who)).get(url, {"obligation": row.pk}).status_code
        for who in ("secretary", "office", "gongwei", "recorder", "other_secretary", "stranger", "member", "admin")
    }
    assert statuses == {
        "secretary": 200,
        "office": 200,
        "gongwei": 403,
        "recorder": 403,
        "other_secretary": 404,
        "stranger": 404,
        "member": 403,
        "admin": 403,
    }
    client = as_person(city.secretary)
    assert [client.get(url, {"obligation": raw}).status_code for raw in ("x", "9" * 30, "0", "")] == [
        404,
        404,
        404,
        200,
    ]


# --- answering


def test_granting_and_refusing(city, as_person):
    client = as_person(city.office)
    granted, refused = ask(city), ask(city, make.obligation(city.first, PARTY_DAY, "2026-10"))
    page = text(client.get(reverse("exemption-decide", args=[granted.pk])))
    for words in (
        "第一党支部第二党小组：党小组会不适用？",
        "集中外出",
        "全组外出检查。",
        reverse("exemption-grant", args=[granted.pk]),
        reverse("exemption-refuse", args=[granted.pk]),
    ):
        assert words in page
    assert "第一党支部第二党小组的党小组会，批准了。" in text(
        client.post(reverse("exemption-grant", args=[granted.pk]), {"answer": ""}, follow=True)
    )
    assert client.post(reverse("exemption-refuse", args=[refused.pk]), {"answer": "材料里有记录。"}).status_code == 302
    states = [(row.state, row.answer, row.decided_by) for row in Exemption.objects.order_by("pk")]
    assert states == [
        (ExemptionState.GRANTED, "", city.office),
        (ExemptionState.REFUSED, "材料里有记录。", city.office),
    ]
    page = text(client.get(reverse("exemption-list")))
    assert "材料里有记录。" in page
    assert "许文澜，11月20日" in page


def test_refusing_without_a_word_is_not_accepted_and_keeps_the_page(city, as_person):
    row = ask(city)
    response = as_person(city.office).post(reverse("exemption-refuse", args=[row.pk]), {"answer": ""})
    assert response.status_code == 422
    assert "没有批准的，请写一句为什么。" in text(response)
    row.refresh_from_db()
    assert row.state == ExemptionState.ASKED


def test_what_was_answered_meanwhile_is_shown_as_it_stands(city, as_person):
    row = ask(city)
    exempting.decide(row, granted=True, answer="", by=city.gongwei, now=NOW)
    client = as_person(city.office)
    response = client.post(reverse("exemption-refuse", args=[row.pk]), {"answer": "不行"})
    assert response.status_code == 422
    assert "这份申请已经有答复了。" in text(response)
    page = text(client.get(reverse("exemption-decide", args=[row.pk])))
    assert "已批准" in page
    assert reverse("exemption-grant", args=[row.pk]) not in page


def test_ones_own_request_is_left_to_another(city, as_person):
    row = ask(
        city, make.obligation(city.finance_committee, "organ-committee-meeting-quarterly", "2026-Q4"), by=city.office
    )
    client = as_person(city.office)
    page = text(client.get(reverse("exemption-decide", args=[row.pk])))
    assert "要由别人答复" in page
    assert reverse("exemption-grant", args=[row.pk]) not in page
    assert client.post(reverse("exemption-grant", args=[row.pk])).status_code == 422
    assert reverse("exemption-decide", args=[row.pk]) not in text(client.get(reverse("exemption-list")))
    assert reverse("exemption-decide", args=[row.pk]) in text(as_person(city.gongwei).get(reverse("exemption-list")))


STATUSES = {
    "office": 200,
    "gongwei": 200,
    "secretary": 403,
    "recorder": 403,
    "leader": 404,
    "other_secretary": 404,
    "stranger": 404,
    "member": 404,
    "staff": 404,
    "admin": 404,
}


@pytest.mark.parametrize(("who", "expected"), STATUSES.items())
def test_who_may_answer(city, as_person, who, expected):
    row = ask(city)
    client = as_person(getattr(city, who))
    assert client.get(reverse("exemption-decide", args=[row.pk])).status_code == expected
    for name in ("exemption-grant", "exemption-refuse"):
        assert client.get(reverse(name, args=[row.pk])).status_code == 405
        if expected != 200:
            assert client.post(reverse(name, args=[row.pk]), {"answer": "好"}).status_code == expected
    row.refresh_from_db()
    assert row.state == ExemptionState.ASKED


# --- taking back


def test_taking_back_is_asked_first(city, as_person):
    row, client = ask(city), as_person(city.secretary)
    url = reverse("exemption-take-back", args=[row.pk])
    assert url in text(client.get(reverse("exemption-list")))
    assert "第一党支部第二党小组，2026年10月。撤回后恢复原来的到期日" in text(client.get(url))
    assert "申请撤回了" in text(client.post(url, follow=True))
    assert october(city).exemption_state == ""
    again = client.post(url)
    assert again.status_code == 422
    assert "已经有答复" in text(again)


def test_only_those_who_may_ask_there_take_back(city, as_person):
    url = reverse("exemption-take-back", args=[ask(city).pk])
    statuses = {
        who: as_person(getattr(city, who)).post(url).status_code
        for who in ("gongwei", "recorder", "leader", "other_secretary", "stranger", "admin", "member")
    }
    assert statuses == {
        "gongwei": 403,
        "recorder": 403,
        "leader": 404,
        "other_secretary": 404,
        "stranger": 404,
        "admin": 404,
        "member": 404,
    }
    assert october(city).exemption_state == "asked"


# --- the list


def test_what_waits_comes_first_in_tree_order_with_the_days_waited(city, as_person):
    ask(city, make.obligation(city.second, PARTY_DAY, "2026-10"), by=city.other_secretary)
    ask(city, at=make.moment(date(2026, 11, 16)))
    page = text(as_person(city.office).get(reverse("exemption-list")))
    waiting, listed = page.split('id="h-asked"')
    assert waiting.index("第一党支部第二党小组") < waiting.index("第二党支部，")
    assert "已等 4 个工作日" in waiting
    assert "今天" in waiting
    assert listed.index("第一党支部第二党小组") < listed.index(">第二党支部<")
    assert "市财政局机关党委第一党支部第二党小组" in text(as_person(city.gongwei).get(reverse("exemption-list")))


def test_each_sees_what_concerns_him(city, as_person):
    ask(city)
    exempting.ask(
        city.water_branch,
        make.obligation(city.water_branch, PARTY_DAY, "2026-10"),
        until=None,
        cause="new",
        reason="刚成立。",
        by=city.stranger,
        now=NOW,
    )
    pages = {
        who: text(as_person(getattr(city, who)).get(reverse("exemption-list")))
        for who in ("secretary", "recorder", "stranger", "other_secretary", "leader")
    }
    assert ["全组外出检查。" in page for page in pages.values()] == [True, True, False, False, False]
    assert ["刚成立。" in page for page in pages.values()] == [False, False, True, False, False]
    assert "待答复" not in pages["secretary"]
    assert "今年还没有申请过" in pages["other_secretary"]


def test_an_old_request_is_left_out_unless_it_still_holds(city, as_person):
    old = ask(city)
    Exemption.objects.filter(pk=old.pk).update(
        asked_at=make.moment(date(2025, 3, 1)), since=date(2025, 3, 1), until=date(2025, 4, 1)
    )
    client = as_person(city.secretary)
    assert "今年还没有申请过" in text(client.get(reverse("exemption-list")))
    Exemption.objects.filter(pk=old.pk).update(until=None)
    assert "2025年3月1日起一直" in text(client.get(reverse("exemption-list")))


@pytest.mark.parametrize(
    ("who", "expected"),
    {
        "secretary": 200,
        "recorder": 200,
        "leader": 200,
        "office": 200,
        "gongwei": 200,
        "member": 403,
        "staff": 403,
        "admin": 403,
    }.items(),
)
def test_who_may_read_the_list(city, as_person, who, expected):
    assert as_person(getattr(city, who)).get(reverse("exemption-list")).status_code == expected


def queries_of(client, urls: list[str]) -> list[int]:
    numbers = []
    for url in urls:
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        numbers.append(len(queries))
    return numbers


def test_the_pages_take_the_same_queries_for_one_request_and_for_three(city, as_person):
    urls = [reverse("exemption-list"), reverse("exemption-ask"), reverse("exemption-decide", args=[ask(city).pk])]
    client = as_person(city.office)
    one = queries_of(client, urls)
    make.organisation("第三党支部", Level.BRANCH, city.finance_committee)
    open_periods(TODAY)
    for row in (
        make.obligation(city.first_group, GROUP, "2026-10"),
        make.obligation(city.second_group, GROUP, "2026-11"),
    ):
        ask(city, row)
    assert queries_of(client, urls) == one == [8, 5, 7]


def test_markup_in_a_reason_is_shown_as_text(city, as_person):
    client = as_person(city.secretary)
    client.post(reverse("exemption-ask"), request(city, reason="<script>x</script>🎈"))
    page = text(client.get(reverse("exemption-list")))
    assert "&lt;script&gt;x&lt;/script&gt;🎈" in page
