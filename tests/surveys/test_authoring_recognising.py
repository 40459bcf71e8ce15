"""会不会认出人 on the page: the units of the launch, the ages of the roster, and what the launch fixes."""

from __future__ import annotations

import pytest
from django.urls import reverse

from surveys.audience import planned_units
from surveys.author_page import AuthorPage
from surveys.models import Who
from surveys.questionnaire import Choice, Question
from surveys.recognising import age_spans, attribute_heads, checks_of
from tests import make
from tests.conftest import TODAY
from tests.surveys.authoring_made import NOW, drafted, opened, settled


def asking(*texts: str, text: str = "您的年龄段") -> Question:
    """A question about the person with these choices."""
    choices = tuple(Choice(str(place), words) for place, words in enumerate(texts))
    return Question("years", "single", text, choices=choices, attribute=True)


@pytest.mark.parametrize(
    ("texts", "spans"),
    [
        (("35 岁及以下", "36–50 岁", "51 岁及以上"), [(0, 35), (36, 50), (51, 200)]),
        (("≤29", "30-39", "40 至 49 岁", "≥50"), [(0, 29), (30, 39), (40, 49), (50, 200)]),
        (("35 岁及以下", "中年"), []),
        (("60后", "70后"), []),
    ],
)
def test_a_span_of_years_is_read_from_its_words(texts, spans):
    assert list(age_spans(asking(*texts)).values()) == spans
    assert age_spans(asking(*texts, text="您每周工作几小时")) == {}


def test_the_ages_of_the_roster_stand_behind_the_ages_asked(city, today):
    row = drafted(city)
    # 16 in the organ: born 1978, 1984, 1990, 1986, 1970, 1996, 1980, 1982, five in 1985, three in 1988.
    assert attribute_heads(row, TODAY) == {"age": {"a": 1, "b": 14, "c": 1}}
    row.who = Who.YOUTH
    assert attribute_heads(row, TODAY) == {"age": {"a": 1, "b": 5, "c": 0}}


def test_the_page_says_of_every_table_whether_it_is_published(city, today):
    row = drafted(city)
    checks = checks_of(row, planned_units(row, TODAY), TODAY)
    assert (checks[0].title, checks[0].smallest, checks[0].verdict) == ("总体，每一题", 16, "publish")
    assert {check.title for check in checks if check.verdict == "never"} == {"您的年龄段 × 单位", "您的岗位类别 × 单位"}
    shown = AuthorPage(row, city.office, NOW).checks
    assert (shown[0].smallest, shown[0].look, shown[0].word) == ("16 人", "done", "公布")
    assert shown[-1].look == "late"
    assert AuthorPage(drafted(city, text=""), city.office, NOW).checks == []


def test_a_launched_survey_shows_the_units_that_it_was_launched_with(city, today, as_person):
    draft = drafted(city)
    planned = [(one.title, one.smallest, one.word) for one in AuthorPage(draft, city.office, NOW).checks]
    row = opened(city, title="在填的")
    page = as_person(city.office).get(reverse("survey-author", args=[row.pk])).context["page"]
    assert [(one.title, one.smallest, one.word) for one in page.checks] == planned
    assert page.whole.heads == 16


def test_the_seven_facts_are_those_of_the_draft(city, today):
    row = settled(drafted(city), city.office, k=6, by_slip=True, crosses=[["age", "post"]])
    facts = {fact.name: fact.text for fact in AuthorPage(row, city.office, NOW).facts}
    assert facts == {
        "发放范围": "市财政局党组的全体干部职工，16 人",
        "领票方式": "登录领票、抽取纸票；票丢了到机关党委 302 室换",
        "填写时间": "2026年11月20日 9:02 至 2026年11月30日 10:02，2026年12月5日公布",
        "最小人数": "数字 6 人，留言 10 条，交叉 20 人",
        "公布的表": "总体，每一题；按 2 道身份题分开的，满 100 份才出；交叉表 1 张",
        "谁能看": "请填的人看总体和自己单位的，市财政局党组和上级看各单位的",
        "销毁": "2026年12月30日，逐份答卷和票据全部销毁，只留上面的表",
    }


def test_units_are_counted_where_there_are_some(city, today):
    row = drafted(city, where=city.committee, by=city.gongwei)
    for number in range(6):
        make.person(f"水务{number}", city.water_branch)
    facts = {fact.name: fact.text for fact in AuthorPage(row, city.gongwei, NOW).facts}
    assert facts["发放范围"] == "市直机关工委的全体干部职工，23 人，分 4 个统计单元"
    assert facts["谁能看"] == "请填的人看总体和自己单位的，市直机关工委看各单位的"
    assert facts["领票方式"] == "登录领票"
    assert (facts["填写时间"], facts["销毁"]) == ("还没有定", "截止后 30 天，逐份答卷和票据全部销毁，只留上面的表")
