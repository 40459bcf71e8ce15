"""The pages of 谈心谈话, as the two people and everybody else meet them."""

from __future__ import annotations

import re

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from responsibilities import talking
from responsibilities.models import Problem, Talk, TalkProposal
from tests import make
from tests.responsibilities.talks_made import MARKER, TODAY, WORDS, proposal, talk, typed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
NOBODY = "9223372036854775807"


def text(response) -> str:
    return response.content.decode()


def said(response) -> str:
    return "".join(str(message) for message in get_messages(response.wsgi_request))


@pytest.fixture
def row(city) -> Talk:
    return talk(city.secretary, city.member)


# --- noting


def test_what_is_saved_is_read_by_both_and_no_message_repeats_it(city, as_person):
    answer = as_person(city.secretary).post(reverse("talk-add"), typed(city.member))
    assert answer.url == reverse("talk", args=[Talk.objects.get().pk])
    assert said(answer) == "记好了，夏安禾看得到全文，可以补充或更正。"
    page = text(as_person(city.member).get(answer.url))
    for words in (WORDS["place"], WORDS["points"], WORDS["agreed"], "遇到困难", "支委和党员"):
        assert words in page


def test_a_plain_member_notes_one_too_and_chooses_among_his_own_organ(city, as_person):
    browser = as_person(city.member)
    page = text(browser.get(reverse("talk-add")))
    assert "林知远</option>" in page
    assert "白简" not in page
    assert "梁允中" not in page
    assert browser.post(reverse("talk-add"), typed(city.secretary)).status_code == 302


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"partner": ""}, "谈话对象"),
        ({"partner": NOBODY}, "请在给出的选项里选一个"),
        ({"partner": "x"}, "请在给出的选项里选一个"),
        ({"held_on": "2026-11-21"}, "日期不能在今天以后"),
        ({"held_on": "2025-11-18"}, "一年以前的不再补记"),
        ({"held_on": "20261120"}, "日期要写成"),
        ({"occasion": ""}, "请选一个"),
        ({"occasion": "gossip"}, "请在给出的选项里选一个"),
        ({"points": "好" * 10_000}, "最多 4000 个字"),
        ({"agreed": "好" * 401}, "最多 400 个字"),
        ({"place": "好" * 61}, "最多 60 个字"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(city, as_person, wrong, words):
    answer = as_person(city.secretary).post(reverse("talk-add"), typed(city.member) | wrong)
    assert answer.status_code == 422
    assert words in text(answer)
    assert WORDS["agreed"] in text(answer) or "agreed" in wrong
    assert not Talk.objects.exists()


def test_somebody_of_another_organ_is_no_choice(city, as_person):
    answer = as_person(city.secretary).post(reverse("talk-add"), typed(city.stranger))
    assert answer.status_code == 422
    assert "白简" not in text(answer)


@pytest.mark.parametrize("given", ["", "x", NOBODY, "9" * 30, "%00", "²"])
def test_nonsense_in_the_address_chooses_nobody(city, as_person, given):
    answer = as_person(city.secretary).get(reverse("talk-add") + "?with=" + given.replace("%00", "%2500"))
    assert answer.status_code == 200
    assert "你和对方" in text(answer)


def test_the_address_may_say_with_whom(city, as_person):
    page = text(as_person(city.secretary).get(reverse("talk-add") + f"?with={city.member.pk}"))
    assert f'<option value="{city.member.pk}" selected>夏安禾</option>' in page
    assert "你和夏安禾" in page
    assert "白简" not in text(as_person(city.secretary).get(reverse("talk-add") + f"?with={city.stranger.pk}"))


def test_who_sees_what_is_said_with_the_figures_that_this_reader_may_see(city, as_person):
    talk(city.secretary, city.member)
    page = text(as_person(city.secretary).get(reverse("talk-add")))
    assert "“林知远本年谈过 1 人”" in page
    assert "“第一党支部 10 人，谈过 1 人”" in page
    for reader in (city.member, city.office, city.gongwei):
        page = text(as_person(reader).get(reverse("talk-add")))
        assert "不知道你谈过" in page
        assert "谈过 1 人" not in page
        assert "还没谈过" not in page


def test_with_a_thing_to_do_one_goes_on_to_write_it_anew(city, as_person):
    answer = as_person(city.secretary).post(reverse("talk-add"), typed(city.member) | {"problem": "on"})
    assert answer.url == reverse("talk-propose", args=[Talk.objects.get().pk])


# --- mending and deleting


def test_the_form_is_filled_and_what_is_saved_is_marked(city, row, as_person):
    browser = as_person(city.member)
    page = text(browser.get(reverse("talk-edit", args=[row.pk])))
    assert WORDS["points"] in page
    assert re.search(r'value="difficulty"[^>]* checked', page)
    browser.post(reverse("talk-edit", args=[row.pk]), typed(city.member, points="补充了一句") | {"revision": "1"})
    page = text(as_person(city.secretary).get(reverse("talk", args=[row.pk])))
    assert "补充了一句" in page
    assert "夏安禾11月20日 10:02 改过" in page


def test_whoever_is_slower_sees_both_texts_and_may_save_his_own_knowing(city, row, as_person):
    address = reverse("talk-edit", args=[row.pk])
    as_person(city.member).post(address, typed(city.member, points="对方先存的") | {"revision": "1"})
    browser = as_person(city.secretary)
    answer = browser.post(address, typed(city.member, points="我后存的") | {"revision": "1"})
    assert answer.status_code == 422
    assert "夏安禾改过这次谈话" in text(answer)
    assert "对方先存的" in text(answer)
    assert "我后存的" in text(answer)
    assert 'name="revision" value="2"' in text(answer)
    assert browser.post(address, typed(city.member, points="我后存的") | {"revision": "2"}).status_code == 302


@pytest.mark.parametrize("revision", ["", "0", "-1", "x", "99999999999999999999"])
def test_a_revision_that_is_none_is_refused(city, row, as_person, revision):
    sent = typed(city.member) | {"revision": revision}
    assert as_person(city.member).post(reverse("talk-edit", args=[row.pk]), sent).status_code == 422


def test_deleting_is_asked_for_says_what_stays_and_takes_it_from_both(city, row, as_person):
    address = reverse("talk-delete", args=[row.pk])
    page = text(as_person(city.member).get(address))
    assert "双方都再也看不到" in page
    assert "备份" in page
    assert Talk.objects.exists()
    assert as_person(city.member).post(address).url == reverse("talk-list")
    assert as_person(city.secretary).get(reverse("talk", args=[row.pk])).status_code == 404


# --- a problem by the word of both


def test_the_way_of_a_problem_out_of_a_talk(city, row, as_person):
    browser = as_person(city.secretary)
    page = text(browser.get(reverse("talk-propose", args=[row.pk])))
    assert 'name="named"' not in page  # who registers it is named anyway
    browser.post(reverse("talk-propose", args=[row.pk]), {"title": "夜班排班", "detail": "考前两周。"})
    asked = reverse("talk-proposal", args=[TalkProposal.objects.get().pk])
    assert "夏安禾" in text(browser.get(asked))
    browser = as_person(city.member)
    assert asked in text(browser.get(reverse("talk-list")))
    page = text(browser.get(asked))
    assert "夜班排班" in page
    assert "登记人写林知远" in page
    assert not Problem.objects.exists()
    assert browser.post(asked, {}).url == reverse("talk", args=[row.pk])
    assert Problem.objects.get().raised_by is None
    assert browser.get(asked).status_code == 404
    assert asked not in text(browser.get(reverse("talk-list")))


def test_a_no_registers_nothing_and_the_words_are_gone(city, row, as_person):
    asked = proposal(row, city.secretary)
    browser = as_person(city.member)
    assert browser.post(reverse("talk-proposal-refuse", args=[asked.pk])).status_code == 302
    page = text(as_person(city.secretary).get(reverse("talk", args=[row.pk])))
    assert "没有同意" in page
    assert "夜班排班" not in page
    assert not Problem.objects.exists()


def test_where_neither_handles_problems_the_name_is_asked_for(city, as_person):
    row = talk(city.member, city.recorder)
    browser, address = as_person(city.member), reverse("talk-propose", args=[row.pk])
    assert "登记要写上一位的名字" in text(browser.get(address))
    answer = browser.post(address, {"title": "路灯"})
    assert answer.status_code == 422
    assert "登记要有一位具名" in text(answer)
    assert browser.post(address, {"title": "路灯", "named": "on"}).status_code == 302


@pytest.mark.parametrize("wrong", [{"title": ""}, {"title": "长" * 81}, {"detail": "长" * 2001}])
def test_a_problem_that_is_none_is_refused(city, row, as_person, wrong):
    sent = {"title": "夜班", "detail": ""} | wrong
    answer = as_person(city.member).post(reverse("talk-propose", args=[row.pk]), sent)
    assert answer.status_code == 422
    assert not TalkProposal.objects.exists()


# --- the list


def test_the_list_holds_both_directions_and_nobody_elses(city, as_person):
    talk(city.secretary, city.member)
    talk(city.recorder, city.secretary, occasion="change")
    talk(city.deputy, city.leader)
    page = text(as_person(city.secretary).get(reverse("talk-list")))
    assert page.count(">打开<") == 2
    assert "遇到困难" in page
    assert "工作变动" in page
    assert "今年你和 2 人谈过" in page
    assert MARKER not in page


def test_an_empty_list_says_what_it_is_for(city, as_person):
    page = text(as_person(city.staff).get(reverse("talk-list")))
    assert "还没有谈话" in page
    assert "还没谈过的" not in page


def count(browser, address: str) -> int:
    browser.get(reverse("password"))  # the stamp of the session is written once a minute
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize(
    ("role", "route", "number"),
    [
        ("secretary", "talk-list", 14),
        ("member", "talk-list", 9),
        ("office", "talk-list", 11),
        ("gongwei", "talk-list", 9),
        ("secretary", "talk-add", 12),
        ("member", "talk-add", 9),
    ],
)
def test_as_many_queries_for_three_as_for_one(city, as_person, role, route, number):
    browser, found = as_person(getattr(city, role)), []
    others = iter([city.member, city.deputy, city.recorder, city.leader])
    for more in (1, 2):
        for _ in range(more):
            row = talk(next(others), city.secretary)
            proposal(row, row.initiator, named=True)
            talk(city.office, city.other_secretary)
        make.person(f"新人{more}", city.first_group)
        found.append(count(browser, reverse(route)))
    assert found == [number, number]


@pytest.mark.parametrize(("route", "number"), [("talk", 6), ("talk-edit", 5), ("talk-delete", 5), ("talk-propose", 6)])
def test_a_talk_costs_the_same_with_one_proposal_and_with_three(city, row, as_person, route, number):
    browser, found = as_person(city.member), []
    for more in (1, 2):
        for _ in range(more):
            asked = proposal(row, city.secretary)
            talking.refuse(asked, by=city.member)
        found.append(count(browser, reverse(route, args=[row.pk])))
    assert found == [number, number]


def test_the_list_is_turned_by_pages(city, as_person):
    for _ in range(51):
        talk(city.secretary, city.member, on=TODAY)
    browser = as_person(city.member)
    assert text(browser.get(reverse("talk-list"))).count(">打开<") == 50
    assert text(browser.get(reverse("talk-list") + "?page=2")).count(">打开<") == 1
    assert browser.get(reverse("talk-list") + "?page=x").status_code == 200
