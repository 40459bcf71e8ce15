"""要求: the table, and the pages on which a rule is written."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from organisations.models import Level
from programmes import exempting, ruling
from programmes.models import Requirement
from programmes.opening import open_periods
from programmes.periods import Cadence
from programmes.terms import Terms
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
TODAY = date(2026, 11, 20)
DECEMBER = date(2026, 12, 1)
PARTY_DAY, MEETING = "theme-party-day-monthly", "branch-meeting-quarterly"
HTMX = {"HX-Request": "true"}


def standing(code: str = PARTY_DAY, organisation=None) -> Requirement:
    return Requirement.objects.get(code=code, organisation=organisation, until=None)


def sentence(**different: object) -> dict[str, object]:
    """The form as it is sent for the party day, two a month."""
    typed = {
        "level": Level.BRANCH,
        "min_full_members": "0",
        "cadence": "month",
        "minimum": "2",
        "since": "2026-12-01",
        "due_days_before_end": "0",
        "remind_before": "7、0",
        "basis": "本级惯例",
        "reason": "试行以后商定",
    }
    return typed | different


def text(response) -> str:
    return response.content.decode()


# --- the table


def test_the_table_tells_who_must_do_what_and_how_far_it_is_met(city, as_person):
    make.activity(city.first, "theme-party-day", on=date(2026, 11, 18), by=city.secretary)
    page = text(as_person(city.gongwei).get(reverse("requirement-list")))
    for words in (
        "主题党日",
        "每月至少 1 次",
        "7 天和当天",
        "设委员会、正式党员 7 人以上的党支部",
        "3 个党支部，1 个已开展",
        "共 12 条要求，都是初始写法",
    ):
        assert words in page
    assert "%" not in page
    assert page.index("党课") < page.index("中心组学习") < page.index("思想状况分析") < page.index("民主评议党员")


def test_figures_cover_only_what_the_reader_may_see(city, as_person):
    make.activity(city.first, "theme-party-day", on=date(2026, 11, 18), by=city.secretary)
    assert "1 个党支部，1 个已开展" in text(as_person(city.secretary).get(reverse("requirement-list")))
    assert "1 个党支部，0 个已开展" in text(as_person(city.stranger).get(reverse("requirement-list")))
    assert "已开展" not in text(as_person(city.staff).get(reverse("requirement-list")))


def test_what_is_exempt_is_not_counted_among_those_that_owe(city, as_person):
    row = make.obligation(city.first, PARTY_DAY, "2026-11")
    exempting.ask(city.first, row, until=None, cause="away", reason="外出", by=city.secretary, now=make.moment(TODAY))
    page = text(as_person(city.office).get(reverse("requirement-list")))
    assert page.count("1 个党支部，0 个已开展") == 2  # 主题党日 without the first branch; 支委会


@pytest.mark.parametrize(
    ("who", "edit", "tighten"),
    [
        ("gongwei", True, False),
        ("office", False, True),
        ("secretary", False, False),
        ("admin", False, False),
        ("member", False, False),
    ],
)
def test_links_are_there_for_whoever_may_follow_them(city, as_person, who, edit, tighten):
    page = text(as_person(getattr(city, who)).get(reverse("requirement-list")))
    assert (reverse("requirement-edit", args=[standing().pk]) in page) is edit
    assert (reverse("requirement-add") in page) is edit
    assert (reverse("requirement-tighten", args=[standing().pk]) in page) is tighten


def test_a_change_to_come_stands_beside_the_rule_and_is_what_one_edits(city, as_person):
    client = as_person(city.gongwei)
    client.post(reverse("requirement-edit", args=[standing().pk]), sentence())
    page = text(client.get(reverse("requirement-list")))
    assert "12月1日起：每月至少 2 次，党支部" in page
    assert reverse("requirement-edit", args=[standing().pk]) in page
    assert "最近由梁允中于 2026年11月20日修改" in page


def test_an_organs_own_rule_stands_behind_the_common_one_for_those_who_live_by_it(city, as_person):
    ruling.tighten(
        standing(),
        city.finance,
        Terms(Level.BRANCH, Cadence.MONTH, minimum=2),
        since=DECEMBER,
        reason="要严",
        by=city.office,
        today=TODAY,
    )
    page = text(as_person(city.secretary).get(reverse("requirement-list")))
    assert "市财政局党组的写法" in page
    assert "待执行" in page
    assert "市财政局党组的写法" not in text(as_person(city.stranger).get(reverse("requirement-list")))


def test_the_table_takes_the_same_queries_for_one_branch_and_for_many(city, as_person):
    client = as_person(city.gongwei)
    client.get(reverse("requirement-list"))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("requirement-list"))
    for number in range(3):
        make.organisation(f"新设第{number}党支部", Level.BRANCH, city.water)
    open_periods(TODAY)
    ruling.tighten(
        standing(),
        city.finance,
        Terms(Level.BRANCH, Cadence.MONTH, minimum=2),
        since=DECEMBER,
        reason="要严",
        by=city.office,
        today=TODAY,
    )
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("requirement-list"))
    assert len(one) <= 8
    assert len(many) == len(one) + 1  # who wrote last, and when


# --- writing a rule anew


def test_the_form_shows_the_rule_its_history_and_what_a_change_would_do(city, as_person):
    page = text(as_person(city.gongwei).get(reverse("requirement-edit", args=[standing().pk])))
    for words in (
        "改一条要求：主题党日",
        "2026年12月1日",
        "2019年1月至今",
        "初始规则",
        "个党支部适用",
        "12月31日到期",
        "12月24日（星期四）",
        "从 12月1日起执行",
    ):
        assert words in page


def test_saving_writes_the_row_and_says_from_when(city, as_person):
    response = as_person(city.gongwei).post(reverse("requirement-edit", args=[standing().pk]), sentence(), follow=True)
    assert response.redirect_chain == [(reverse("requirement-list"), 302)]
    assert "主题党日：新的写法从 2026年12月1日起。" in text(response)
    assert (standing().minimum, standing().since, standing().written_by) == (2, DECEMBER, city.gongwei)


@pytest.mark.parametrize(
    ("different", "words"),
    [
        ({"minimum": "0"}, "不能小于 1"),
        ({"minimum": "两"}, "请写一个数字"),
        ({"minimum": ""}, "请写一个数字"),
        ({"cadence": "week"}, "没有这个选项"),
        ({"level": "street"}, "没有这个选项"),
        ({"since": "2026-12-15"}, "最早从 2026年12月1日起"),
        ({"since": "2026-12-01", "cadence": "quarter"}, "最早从 2027年1月1日起"),
        ({"since": ""}, "最早从"),
        ({"remind_before": "七天"}, "请写成 21、7、0"),
        ({"remind_before": "9、8、7、6、5、4"}, "最多提醒 5 次"),
        ({"remind_before": "30"}, "不能早于期初"),
        ({"due_days_before_end": "28"}, "到期日不能早于期初"),
        ({"has_groups": "on", "level": "organ_committee"}, "只设在党支部下面"),
        ({"basis": ""}, "请写依据"),
        ({"reason": ""}, "请写一句为什么"),
        ({"reason": "长" * 201}, "最多 200 个字，现在是 201 个"),
        ({"minimum": "1", "basis": "《中国共产党支部工作条例（试行）》第十六条"}, "没有可改的"),
    ],
)
def test_what_is_wrong_is_said_in_the_page_and_nothing_is_written(city, as_person, different, words):
    response = as_person(city.gongwei).post(reverse("requirement-edit", args=[standing().pk]), sentence(**different))
    assert response.status_code == 422
    assert words in text(response)
    assert standing().origin == "rulebook"


def test_the_days_offered_follow_the_cadence_that_was_typed(city, as_person):
    response = as_person(city.gongwei).post(
        reverse("requirement-edit", args=[standing().pk]), sentence(cadence="quarter")
    )
    assert '<option value="2027-04-01">2027年4月1日</option>' in text(response)


def test_who_comes_second_keeps_his_text_and_is_led_to_the_new_row(city, as_person):
    row, client = standing(), as_person(city.gongwei)
    client.post(reverse("requirement-edit", args=[row.pk]), sentence())
    second = client.post(reverse("requirement-edit", args=[row.pk]), sentence(minimum="5", reason="我也要改"))
    assert second.status_code == 422
    for words in (
        "刚刚由梁允中改过，你写的还没有保存",
        'value="我也要改"',
        "每月至少 2 次",
        reverse("requirement-edit", args=[standing().pk]),
    ):
        assert words in text(second)
    assert client.get(reverse("requirement-edit", args=[row.pk])).url == reverse(
        "requirement-edit", args=[standing().pk]
    )


def test_a_script_gets_what_would_follow_and_the_days_alone_and_nothing_is_saved(city, as_person):
    response = as_person(city.gongwei).post(
        reverse("requirement-preview", args=[standing().pk]),
        sentence(cadence="quarter", since="2027-01-01", reason=""),
        headers=HTMX,
    )
    page = text(response)
    assert response.status_code == 200
    assert page.lstrip().startswith('<div id="trial"')
    for words in (
        "<del>每月至少 1 次</del>",
        "<ins>每季度至少 2 次</ins>",
        "2027年第一季度",
        "3月31日到期",
        "从 1月1日起执行",
        'hx-swap-oob="true"',
    ):
        assert words in page
    assert standing().origin == "rulebook"


def test_without_a_script_the_whole_page_comes_and_does_not_complain_of_what_is_still_to_be_written(city, as_person):
    page = text(
        as_person(city.gongwei).post(
            reverse("requirement-preview", args=[standing().pk]), sentence(reason="", basis="")
        )
    )
    assert "请写一句为什么" not in page
    assert f'action="{reverse("requirement-edit", args=[standing().pk])}"' in page
    assert "<ins>每月至少 2 次</ins>" in page
    assert standing().origin == "rulebook"


def test_a_sentence_that_is_not_in_order_is_not_tried_out(city, as_person):
    page = text(
        as_person(city.gongwei).post(
            reverse("requirement-preview", args=[standing().pk]), sentence(minimum="x"), headers=HTMX
        )
    )
    assert "先把上面的句子写对" in page
    assert "请写一个数字" in page


def test_the_trial_counts_whom_it_would_bind_and_who_is_exempt(city, as_person):
    row = make.obligation(city.first, PARTY_DAY, "2026-11")
    asked = exempting.ask(
        city.first, row, until=None, cause="few", reason="人少", by=city.secretary, now=make.moment(TODAY)
    )
    exempting.decide(asked, granted=True, answer="", by=city.office, now=make.moment(TODAY))
    page = text(
        as_person(city.gongwei).post(
            reverse("requirement-preview", args=[standing().pk]),
            sentence(min_full_members="7", minimum="1"),
            headers=HTMX,
        )
    )
    assert '<span class="num">1</span>个党支部适用' in page
    assert '<span class="num">2</span>个不再要求' in page
    assert '<span class="num">1</span>个已批准不适用，照旧' in page


def test_the_trial_names_the_organs_whose_own_rule_would_end(city, as_person):
    ruling.tighten(
        standing(),
        city.finance,
        Terms(Level.BRANCH, Cadence.MONTH, minimum=2),
        since=DECEMBER,
        reason="要严",
        by=city.office,
        today=TODAY,
    )
    url = reverse("requirement-preview", args=[standing().pk])
    client = as_person(city.gongwei)
    assert "市财政局党组自己的写法没有这样严" in text(client.post(url, sentence(minimum="3"), headers=HTMX))
    milder = text(client.post(url, sentence(minimum="2"), headers=HTMX))
    assert "没有这样严" not in milder
    assert '<span class="num">1</span>个党支部适用' in milder  # the organ's two branches keep to their own


def test_markup_in_a_reason_is_shown_as_text(city, as_person):
    client = as_person(city.gongwei)
    client.post(reverse("requirement-edit", args=[standing().pk]), sentence(reason="<b>为了🎈</b>"))
    page = text(client.get(reverse("requirement-edit", args=[standing().pk])))
    assert "&lt;b&gt;为了🎈&lt;/b&gt;" in page
    assert "<b>为了" not in page


# --- who may


READERS = ["member", "recorder", "leader", "secretary", "stranger", "staff", "admin"]


@pytest.mark.parametrize("who", READERS)
def test_everybody_reads_the_rules_and_few_write_them(city, as_person, who):
    client = as_person(getattr(city, who))
    pk = standing().pk
    assert client.get(reverse("requirement-list")).status_code == 200
    for name in ("requirement-edit", "requirement-retire", "requirement-tighten"):
        assert client.get(reverse(name, args=[pk])).status_code == 403
        assert client.post(reverse(name, args=[pk]), sentence()).status_code == 403
    for name in ("requirement-preview", "requirement-tighten-preview"):
        assert client.post(reverse(name, args=[pk]), sentence()).status_code == 403
        assert client.get(reverse(name, args=[pk])).status_code == 405
    assert client.get(reverse("requirement-add")).status_code == 403
    assert client.post(reverse("requirement-add-preview"), sentence()).status_code == 403


def test_an_organs_own_rule_is_unknown_to_other_organs(city, as_person):
    own = ruling.tighten(
        standing(),
        city.finance,
        Terms(Level.BRANCH, Cadence.MONTH, minimum=2),
        since=DECEMBER,
        reason="要严",
        by=city.office,
        today=TODAY,
    )
    url = reverse("requirement-edit", args=[own.pk])
    statuses = {
        who: as_person(getattr(city, who)).get(url).status_code
        for who in ("stranger", "secretary", "office", "gongwei")
    }
    assert statuses == {"stranger": 404, "secretary": 403, "office": 200, "gongwei": 200}
    assert as_person(city.gongwei).get(reverse("requirement-edit", args=[10**17])).status_code == 404
