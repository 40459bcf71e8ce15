"""The record page: what it says, to whom, and what it never says."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from django.urls import reverse

from activities.entries import Absence, AgendaLine, Votes
from activities.models import Activity, Partnership
from activities.recording import correct, decline, withdraw
from tests import make
from tests.activities.rolls import party_day, roll_of, somebody

pytestmark = pytest.mark.usefixtures("today")

ON = date(2026, 10, 23)
NOW = make.moment(date(2026, 11, 20), 9, 10)


def page(client, activity: Activity) -> str:
    response = client.get(reverse("activity", args=[activity.pk]))
    assert response.status_code == 200
    return response.content.decode()


def text(html: str) -> str:
    """What a reader sees: no tags, no scripts, single spaces."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", html)))


def corrected(city, activity: Activity, **fields) -> None:
    entry = make.entry(city.first, "theme-party-day", on=activity.held_on, roll=roll_of(city), **fields)
    activity.refresh_from_db()
    today = date(2026, 11, 20)
    correct(activity, entry, revision=activity.revision, reason="补记", by=city.secretary, now=NOW, today=today)


def test_the_record_says_who_where_when_and_who_was_away(city, as_person):
    activity = party_day(city, ON, title="参观专题展", place="市博物馆", guests="赵某，讲解员\n\n钱某")
    seen = text(page(as_person(city.secretary), activity))
    assert "主题党日记录 参观专题展 中共市财政局机关第一支部委员会 〔2026〕第 1 号" in seen
    assert "2026年10月23日 14:00 至 15:30" in seen
    assert "主持人林知远（书记）" in seen
    assert "地点市博物馆" in seen
    assert "应到 10 人，实到 9 人。缺席：顾清和（出差）" in seen
    assert "列席赵某，讲解员；钱某" in seen
    assert "10月23日 10:02 由林知远保存" in seen


def test_the_way_back_names_the_host_and_cuts_an_endless_title(city, as_person):
    html = page(as_person(city.secretary), party_day(city, ON, title="长" * 200))
    crumbs = html.split('class="crumbs"')[1].split("</nav>")[0]
    assert f'href="{reverse("activity-list")}?organisation={city.first.pk}"' in crumbs
    assert text(crumbs).endswith("活动" + "长" * 30 + "…")


def test_a_delegated_recorder_stands_without_a_post(city, as_person):
    seen = text(page(as_person(city.secretary), party_day(city, ON)))
    assert "记录人沈若川 " in seen


def test_an_earlier_year_is_named(city, as_person):
    activity = party_day(city, date(2025, 12, 30))
    assert "2025年12月30日 10:02 由林知远保存" in text(page(as_person(city.secretary), activity))


def test_first_topics_stand_first_with_their_mark(city, as_person):
    agenda = (AgendaLine("交流心得", "全体党员"), AgendaLine("学习讲话", "林知远领学", True))
    html = page(as_person(city.secretary), party_day(city, ON, agenda=agenda))
    assert text(html).index("第一议题 学习讲话") < text(html).index("交流心得全体党员")
    assert html.count("firstmark") == 1


def test_typed_html_and_emoji_are_shown_as_text(city, as_person):
    nasty = "<script>alert(1)</script>😀"
    activity = party_day(
        city,
        ON,
        title=f"标题{nasty}",
        place=nasty,
        content=f"第一段{nasty}\n第二段",
        decisions=f"决定{nasty}",
        guests=nasty,
        agenda=(AgendaLine(nasty, nasty),),
        absences={somebody("顾清和").pk: Absence("other", nasty)},
    )
    corrected(city, activity, title="改过")
    html = page(as_person(city.secretary), activity)
    assert "<script>alert" not in html
    assert "<p>第一段&lt;script&gt;alert(1)&lt;/script&gt;😀</p><p>第二段</p>" in page(
        as_person(city.secretary), party_day(city, ON, content=f"第一段{nasty}\n第二段")
    )
    assert "标题&lt;script&gt;alert(1)&lt;/script&gt;😀" in html


def test_long_texts_keep_every_paragraph(city, as_person):
    lines = [f"第{number}段" + "学习讨论" * 100 for number in range(40)]
    html = page(as_person(city.secretary), party_day(city, ON, content="\n".join(lines)))
    assert all(f"<p>{line}</p>" in html for line in lines)


@pytest.mark.parametrize(
    ("votes", "verdict"),
    [
        (Votes(24, 22, 18, 2, 2), "赞成 18 票，超过应到会有表决权 24 人的半数，通过。"),
        (Votes(24, 22, 12, 8, 2), "赞成 12 票，没有超过应到会有表决权 24 人的半数，没有通过。"),
        (Votes(24, 13, 13, 0, 0), "赞成 13 票，超过应到会有表决权 24 人的半数，通过。"),
        (Votes(24, 11, 11, 0, 0), "实到会有表决权 11 人，不到应到会有表决权 24 人的半数，表决无效。"),
    ],
)
def test_a_vote_is_told_with_both_denominators_and_its_result(city, as_person, votes, verdict):
    seen = text(page(as_person(city.secretary), party_day(city, ON, "branch-meeting", votes=votes)))
    assert f"应到会有表决权 {votes.due} 人，实到会有表决权 {votes.present} 人。" in seen
    assert verdict in seen


def test_a_mass_meeting_is_told_by_heads(city, as_person):
    activity = make.activity(city.finance_committee, "sports-meet", on=ON, by=city.office, headcount=True, present=36)
    assert "到会实到 36 人（按人数统计）" in text(page(as_person(city.office), activity))


def test_nobody_registered_is_said_in_words(city, as_person):
    activity = make.activity(city.first, "culture-sports", on=ON, by=city.secretary)
    assert "没有登记到会人员" in text(page(as_person(city.secretary), activity))


def test_partners_and_who_declined(city, as_person):
    activity = party_day(city, ON, partners=(city.second, city.water_branch))
    partnership = Partnership.objects.get(activity=activity, organisation=city.second)
    decline(partnership, reason="那天在值班", by=city.other_secretary, now=NOW, today=date(2026, 11, 20))
    assert "联合举办水务党支部；第二党支部没有参加（那天在值班）" in text(page(as_person(city.secretary), activity))


def test_what_it_makes_up_for_is_named(city, as_person):
    october = make.obligation(city.first, "theme-party-day-monthly", "2026-10")
    activity = party_day(city, date(2026, 11, 12), makes_up_for=october)
    assert "补办2026年10月的主题党日" in text(page(as_person(city.secretary), activity))


# --- who may do what


def acts(html: str) -> list[str]:
    toolbar = html.split("toolbar--record", 1)[1].split("recordwrap", 1)[0]
    return re.findall(r"</svg>([^<]+)</(?:a|button)>", toolbar)


@pytest.mark.parametrize(
    ("who", "offered"),
    [
        ("secretary", ["修改", "撤回", "导出 Word", "到会名单", "登记为问题", "打印"]),
        ("recorder", ["修改", "撤回", "导出 Word", "到会名单", "打印"]),
        ("office", ["修改", "撤回", "导出 Word", "到会名单", "登记为问题", "打印"]),
        ("gongwei", ["导出 Word", "到会名单", "登记为问题", "打印"]),
        ("member", ["打印"]),
    ],
)
def test_what_each_reader_is_offered(city, as_person, who, offered):
    activity = party_day(city, ON)
    assert acts(page(as_person(getattr(city, who)), activity)) == offered


@pytest.mark.parametrize("who", ["other_secretary", "stranger", "staff", "admin"])
def test_whoever_was_not_there_and_sees_no_such_records_finds_nothing(city, as_person, who):
    activity = party_day(city, ON)
    assert as_person(getattr(city, who)).get(reverse("activity", args=[activity.pk])).status_code == 404


def test_a_member_who_was_not_expected_finds_nothing(city, as_person):
    activity = party_day(city, ON, roll=(city.secretary.pk, city.recorder.pk), absences={})
    assert as_person(city.member).get(reverse("activity", args=[activity.pk])).status_code == 404


def test_a_member_reads_the_minutes_without_the_history_and_of_the_make_up_his_own_line(city, as_person):
    away = {somebody("顾清和").pk: Absence("trip"), city.member.pk: Absence("leave")}
    activity = party_day(city, ON, absences=away)
    corrected(city, activity, absences=away, title="改过的标题")
    html = page(as_person(city.member), activity)
    assert "缺席：夏安禾（请假）、顾清和（出差）" in text(html)
    beside = text(html.split("<aside", 1)[1])
    assert "夏安禾" in beside
    assert "顾清和" not in beside
    assert "更正" not in text(html)
    assert "made_up_on" not in html
    assert reverse("activity-effect", args=[activity.pk]) not in html


def test_a_partners_secretary_reads_it_and_may_say_that_they_were_not_there(city, as_person):
    activity = party_day(city, ON, partners=(city.second,))
    html = page(as_person(city.other_secretary), activity)
    assert acts(html) == ["导出 Word", "到会名单", "打印"]
    assert f"{reverse('activity-decline', args=[activity.pk])}?organisation={city.second.pk}" in html
    assert reverse("activity-decline", args=[activity.pk]) not in page(as_person(city.gongwei), activity)


def test_corrections_are_told_old_to_new_and_long_texts_fold(city, as_person):
    activity = party_day(city, ON, content="原来的纪实。" * 20)
    corrected(city, activity, title="改过的标题", content="新的纪实。" * 20)
    html = page(as_person(city.secretary), activity)
    assert "<del>10月主题党日</del>" in html
    assert "<ins>改过的标题</ins>" in html
    assert "<summary>内容纪实有改动</summary>" in html
    seen = text(html)
    assert "2026年11月20日 09:10，林知远" in seen
    assert "原因：补记" in seen
    assert "由林知远保存，更正 1 次" in seen


def test_what_it_counts_for_is_loaded_beside_it_and_linked_without_script(city, as_person):
    activity = party_day(city, ON)
    effect = reverse("activity-effect", args=[activity.pk])
    html = page(as_person(city.secretary), activity)
    assert f'hx-get="{effect}"' in html
    assert f'href="{effect}"' in html


# --- planned and withdrawn


def test_a_planned_activity_is_no_record_yet(city, as_person):
    activity = make.activity(
        city.first, "party-lecture", on=date(2026, 11, 27), by=city.secretary, today=date(2026, 11, 20)
    )
    html = page(as_person(city.secretary), activity)
    assert "安排在11月27日（星期五）" in text(html)
    assert acts(html) == ["撤回", "签到表", "打印"]
    assert reverse("activity-correct", args=[activity.pk]) in html
    assert "修改安排" in html
    assert re.findall("到会|签字|第 0 号", text(html.split("<article")[1].split("</article>")[0])) == []


def test_a_planned_day_that_has_come_asks_for_its_record(city, as_person):
    activity = make.activity(
        city.first, "party-lecture", on=date(2026, 11, 18), by=city.secretary, today=date(2026, 11, 10)
    )
    assert "补充记录" in page(as_person(city.secretary), activity)
    assert "补充记录" not in page(as_person(city.gongwei), activity)


def test_a_withdrawn_record_says_so_and_offers_no_change(city, as_person):
    activity = party_day(city, ON)
    withdraw(activity, reason="录重了", by=city.secretary, now=NOW, today=date(2026, 11, 20))
    html = page(as_person(city.secretary), activity)
    assert acts(html) == ["打印"]
    assert "11月20日 09:10 由林知远撤回，不再计入要求和学时。 原因：录重了" in text(html)
    assert "已撤回" in text(html.split("<article")[1])
    assert "补学" not in html
    assert as_person(city.member).get(reverse("activity", args=[activity.pk])).status_code == 404


def test_only_reading_is_answered(city, as_person):
    activity = party_day(city, ON)
    assert as_person(city.secretary).post(reverse("activity", args=[activity.pk])).status_code == 405


def test_a_number_that_no_record_has_is_no_page(city, as_person):
    assert as_person(city.secretary).get(f"/activities/{10**30}/").status_code == 404


@pytest.mark.parametrize("size", [1, 3])
def test_queries_do_not_grow(city, as_person, django_assert_num_queries, size):
    away = {pk: Absence("leave", "家中有事") for pk in roll_of(city)[:size]}
    agenda = tuple(AgendaLine(f"第{number}项", "林知远") for number in range(size))
    partners = (city.second, city.water_branch, city.first_group)[:size]
    activity = party_day(city, ON, absences=away, agenda=agenda, partners=partners)
    for number in range(size):
        corrected(city, activity, absences=away, agenda=agenda, partners=partners, title=f"第{number}次改")
    client = as_person(city.secretary)
    page(client, activity)
    with django_assert_num_queries(11):
        page(client, activity)


def test_a_record_that_is_read_is_not_written(city, as_person):
    activity = party_day(city, ON)
    before = Activity.objects.values().get(pk=activity.pk)
    page(as_person(city.secretary), activity)
    assert Activity.objects.values().get(pk=activity.pk) == before
