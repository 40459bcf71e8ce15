"""半年自查: the facts come from the records, the words are one's own, and nobody else ever sees it."""

from __future__ import annotations

import io
from datetime import date

import docx
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from programmes.periods import parse
from responsibilities import self_checking, talking
from responsibilities.models import Measure, Rhythm, SelfCheck
from responsibilities.registering import Found, register
from responsibilities.self_check_facts import Facts
from tests import make
from tests.responsibilities import duties_made, measures_made

TODAY = date(2026, 11, 20)
NOW = make.moment(TODAY)
HALF = parse("2026-H2")
URL = reverse("self-check")
WORDS = {"shortfalls": "谈心谈话做得少。", "plans": "每月谈三人。"}


@pytest.fixture
def duty_list(city, today):
    return duties_made.small_list(city)


def facts(city, half=HALF, today=TODAY) -> Facts:
    return self_checking.current_facts(city.secretary, city.first, half, today)


def keep(city, verb=self_checking.save, by=None, **more):
    words = WORDS | {name: more.pop(name) for name in list(more) if name in WORDS}
    return verb(city.secretary, city.first, HALF, by=by or city.secretary, now=NOW, **words, **more)


def query(**more) -> str:
    return "?" + "&".join(f"{name}={value}" for name, value in more.items())


# --- the facts


def test_what_was_due_in_the_half_year_is_counted_by_duty(city, duty_list):
    make.activity(city.first, "theme-party-day", on=date(2026, 9, 10), by=city.secretary, today=TODAY)
    make.activity(city.first, "theme-party-day", on=date(2026, 5, 10), by=city.secretary, today=TODAY)
    found = facts(city)
    assert [(duty.content, duty.said) for duty in found.duties] == [
        ("每月组织主题党日", "1／5"),  # July to November
        ("年初定好支部学习计划", "0／1"),
    ]
    assert found.overdue == [f"每月组织主题党日（{month}月{day}日到期）" for month, day in ((7, 31), (8, 31), (10, 31))]
    assert found.records == [("主题党日", 1)]
    assert (found.posts, found.said_records) == ("支部书记", "主题党日 1 次")
    assert facts(city, parse("2026-H1")).duties[0].said == "1／6"


def test_it_begins_on_the_day_on_which_the_post_was_taken(city, duty_list):
    measures_made.change_secretary(city, city.deputy, on=date(2026, 10, 8))
    found = self_checking.current_facts(city.deputy, city.first, HALF, TODAY)
    assert found.since == "2026-10-08"
    assert found.duties[0].said == "0／2"


def test_talks_and_problems_are_numbers_without_names(city, duty_list):
    words = talking.Words(occasion="daily", place="", points="要点只有两个人知道", agreed="")
    at = {"by": city.secretary, "now": NOW, "today": TODAY}
    talking.note(partner=city.member, held_on=date(2026, 10, 9), words=words, **at)
    found_by = Found(
        city.first, "走廊的灯坏了", source="visit", found_on=TODAY, owner=city.secretary, checker=city.deputy
    )
    register(found_by, **at)
    found = facts(city)
    assert (found.talks, found.solved, found.working) == (1, 0, 1)
    assert not any(secret in str(found.as_json()) for secret in ("夏安禾", "要点", "走廊的灯"))


def test_a_leader_of_the_organ_writes_one_for_all_his_branches(city, today):
    duty_list = duties_made.draft(city)
    duties_made.line(duty_list, "支部里由分管领导负责的", post="leader", rhythm=Rhythm.MONTH)
    duties_made.issued(duty_list)
    make.holds(city.deputy, "party-group-party-work", city.finance, since=date(2026, 10, 1))
    assert list(self_checking.places_of(city.deputy, TODAY)) == [city.finance]
    (duty,) = self_checking.current_facts(city.deputy, city.finance, HALF, TODAY).duties
    assert duty.said == "0／4"
    assert duty.overdue[0] == "支部里由分管领导负责的（第一党支部，10月31日到期）"


# --- keeping and finishing


def test_saving_twice_is_one_row_and_finishing_keeps_the_facts(city, duty_list):
    keep(city)
    keep(city, shortfalls="改过的")
    row = keep(city, self_checking.finish, today=TODAY)
    assert SelfCheck.objects.count() == 1
    assert Facts.from_json(SelfCheck.objects.get().facts) == facts(city)
    make.activity(city.first, "theme-party-day", on=date(2026, 9, 10), by=city.secretary, today=TODAY)
    row.refresh_from_db()
    assert Facts.from_json(row.facts).done == 0
    assert facts(city).done == 1


def test_what_is_finished_is_opened_again_before_it_is_changed(city, duty_list, as_person):
    keep(city, self_checking.finish, today=TODAY)
    with pytest.raises(ValidationError, match="已经完成了"):
        keep(city)
    client = as_person(city.secretary)
    assert client.post(URL + "save/" + query(half="2026-H2"), WORDS).status_code == 422
    client.post(URL + "reopen/" + query(half="2026-H2"))
    row = SelfCheck.objects.get()
    assert (row.finished_at, row.facts, row.shortfalls) == (None, {}, WORDS["shortfalls"])


def test_finishing_wants_a_word(city, duty_list):
    with pytest.raises(ValidationError):
        keep(city, self_checking.finish, today=TODAY, shortfalls=" ", plans="")
    assert not SelfCheck.objects.exists()


def test_nobody_writes_for_another(city, duty_list):
    for someone in (city.deputy, city.office, city.admin):
        with pytest.raises(PermissionDenied):
            keep(city, by=someone)


def test_what_is_too_long_stays_in_the_form(city, duty_list, as_person):
    client = as_person(city.secretary)
    response = client.post(f"{URL}save/", {"shortfalls": "长" * 10_000, "plans": "每月谈三人。"})
    text = response.content.decode()
    assert response.status_code == 422
    assert "太长了，最多 3000 个字。" in text
    assert "长" * 10_000 in text
    assert not SelfCheck.objects.exists()


# --- who sees it


def test_nobody_above_finds_a_word_of_it(city, duty_list, as_person):
    keep(city, self_checking.finish, today=TODAY)
    here = query(half="2026-H2", organisation=city.first.pk)
    for role in ("deputy", "recorder", "member", "office", "gongwei", "admin", "other_secretary"):
        client = as_person(getattr(city, role))
        for url in (URL, f"{URL[:-1]}.docx"):
            assert client.get(url + here).status_code == 404, role
        assert client.post(f"{URL}reopen/{here}").status_code == 404
        text = client.get(URL).content.decode()
        assert WORDS["shortfalls"] not in text
    assert SelfCheck.objects.get().is_finished


def test_who_holds_no_post_is_told_so(city, duty_list, as_person):
    assert "你没有担任责任清单上的岗位" in as_person(city.gongwei).get(URL).content.decode()


@pytest.mark.parametrize("half", ["2027-H1", "2024-H2", "2026-Q4", "2026", "x", "2026-H3"])
def test_a_half_year_to_come_or_none_at_all_is_not_there(city, duty_list, as_person, half):
    client = as_person(city.secretary)
    for url in (URL, f"{URL[:-1]}.docx"):
        assert client.get(url + query(half=half)).status_code == 404
    assert client.post(f"{URL}save/{query(half=half)}", WORDS).status_code == 404


def test_reading_it_writes_nothing(city, duty_list, as_person):
    as_person(city.secretary).get(URL)
    as_person(city.secretary).get(f"{URL[:-1]}.docx")
    assert not SelfCheck.objects.exists()


def test_no_copy_is_kept_on_the_way(city, duty_list, as_person):
    response = as_person(city.secretary).get(URL)
    assert "no-store" in response["Cache-Control"]


# --- as a Word file


def test_the_file_says_what_the_page_says(city, duty_list, as_person):
    keep(city, self_checking.finish, today=TODAY)
    Measure.objects.all().update(done=1)  # what comes later changes nothing
    response = as_person(city.secretary).get(f"{URL[:-1]}.docx")
    document = docx.Document(io.BytesIO(response.content))
    lines = [paragraph.text for paragraph in document.paragraphs]
    assert lines[:2] == ["2026年下半年履行责任情况自查", "中共市财政局机关第一支部委员会　林知远（支部书记）"]
    assert "2026年7月1日至12月31日到期的措施 6 条，截至11月20日已办 0 条。" in lines
    assert [cell.text for cell in document.tables[0].rows[1].cells] == ["1", "每月组织主题党日", "0／5"]
    assert all(words in lines for words in WORDS.values())
    assert lines[-2:] == ["林知远", "2026年11月20日"]
    assert "%E5%8D%8A%E5%B9%B4%E8%87%AA%E6%9F%A5" in response["Content-Disposition"]  # 半年自查


@pytest.mark.parametrize("size", [1, 3])
def test_it_asks_the_same_at_any_size(city, today, as_person, django_assert_num_queries, size):
    duty_list = duties_made.draft(city)
    for number in range(size):
        duties_made.line(duty_list, f"第{number}项", kinds=("theme-party-day", "party-lecture"))
    duties_made.issued(duty_list)
    keep(city)
    client = as_person(city.secretary)
    client.get(URL)
    with django_assert_num_queries(13):
        client.get(URL)
