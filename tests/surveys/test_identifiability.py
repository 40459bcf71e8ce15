"""会不会认出人: what the author is told before the launch, from head-counts alone."""

import pytest

from surveys.publishing import Check, HeadUnit, Rules, identifiability
from surveys.publishing.identifiability import coarser

from .publishing_made import AGE, CARE, POST, city, questionnaire

pytestmark = pytest.mark.once

ASKED = questionnaire(AGE, POST, CARE)
AGES = {"y": 1906, "m": 5200, "o": 4322}
POSTS = {"b": 6000, "z": 5026, "w": 402}
LARGE = city(*([120, 90] for _ in range(54)), [40, 48])


def checks(units: list[HeadUnit] = LARGE, heads: dict | None = None, asked=ASKED, **rules) -> dict[str, Check]:
    known = {"age": AGES, "post": POSTS} if heads is None else heads
    return {one.title: one for one in identifiability(asked, units, known, Rules(**rules))}


def told(one: Check) -> tuple[int, str, str]:
    return one.smallest, one.verdict, one.sentence


def test_the_whole_and_its_units():
    found = checks()
    assert told(found["总体，每一题"]) == (11428, "publish", "公布")
    assert told(found["各单位，每一题"]) == (88, "publish", "公布 55 个单位")
    assert told(found["各支部，每一题"]) == (40, "publish", "公布 110 个支部")


def test_small_units_are_counted_in_the_sentence():
    units = city([60], [30], [6], [5])
    found = checks(units)
    assert told(found["各支部，每一题"]) == (
        11,
        "publish",
        "公布 2 个支部，2 个小支部并入“其他支部合并”；不足 12 人的只公布均分和认同程度",
    )
    assert "各单位，每一题" not in found


def test_units_that_cannot_be_told_apart():
    assert told(checks(city([6], [5]))["各支部，每一题"]) == (0, "too_small", "分开都不足 7 人，只公布合在一起的结果")


def test_too_few_people_for_anything():
    found = checks([HeadUnit(0, "全体", None, 0, 6)])
    assert told(found["总体，每一题"]) == (6, "too_small", "发放范围不足 7 人，结果一张也不能公布")


def test_attributes_are_for_the_whole_only():
    found = checks()
    assert told(found["年龄段，每一题"]) == (1906, "whole_only", "只公布总体和 100 份以上的单位")
    assert found["岗位类别，每一题"].smallest == 402


def test_attributes_by_unit_are_never_offered():
    assert told(checks()["年龄段 × 单位"]) == (6, "never", "会认出人，系统不提供")


def test_a_small_choice_brings_a_proposal():
    one = checks(heads={"age": {"y": 4, "m": 5200, "o": 6224}, "post": POSTS})["年龄段，每一题"]
    assert told(one) == (
        4,
        "whole_only",
        "“35 岁及以下”不足 10 人，会并入其他选项；把“35 岁及以下”和“36–50 岁”合成一项就可以",
    )


def test_an_attribute_that_the_roster_does_not_know_is_spread_evenly():
    one = checks(heads={"age": AGES})["岗位类别，每一题"]
    assert told(one) == (
        3809,
        "whole_only",
        "只公布总体和 100 份以上的单位（花名册里没有这一项，按各选项人数相同估算）",
    )


def test_a_small_audience_is_not_cut_by_attribute():
    one = checks(city([40], [50]), heads={"age": {"y": 30, "m": 30, "o": 30}})["年龄段，每一题"]
    assert told(one) == (30, "too_small", "发放范围不足 100 人，不按身份属性分开")


def test_a_cross_with_room_is_offered_or_confirmed():
    assert told(checks()["年龄段 × 岗位类别"]) == (67, "whole_only", "够数，要公布请在启用前选上")
    assert checks(crosses=(("post", "age"),))["年龄段 × 岗位类别"].sentence == "启用后公布总体一张"


def test_a_cross_with_a_small_cell_brings_a_proposal():
    one = checks(heads={"age": {"y": 484, "m": 5200, "o": 5744}, "post": POSTS})["年龄段 × 岗位类别"]
    assert told(one) == (
        17,
        "too_small",
        "少于 20 人，不做这张表；把“35 岁及以下”和“36–50 岁”合成一项就可以",
    )
    merged = checks(heads={"age": {"y": 5684, "m": 0, "o": 5744}, "post": POSTS}, asked=ASKED)
    assert 5684 * 402 // 11428 >= 20
    assert merged["年龄段 × 岗位类别"].verdict == "too_small"


def test_a_cross_beyond_help_has_no_proposal():
    one = checks(heads={"age": AGES, "post": {"b": 11426, "z": 1, "w": 1}})["年龄段 × 岗位类别"]
    assert told(one) == (0, "too_small", "少于 20 人，不做这张表")


@pytest.mark.parametrize(
    ("numbers", "groups"),
    [
        ([30, 30, 30], ["a", "b", "c"]),
        ([5, 30, 30], ["ab", "c"]),
        ([30, 30, 5], ["a", "bc"]),
        ([5, 6, 7, 8, 30], ["abc", "de"]),
        ([3, 4, 5], []),
        ([30, 5], []),
    ],
)
def test_neighbours_are_put_together_until_they_are_enough(numbers, groups):
    assert ["".join(group) for group in coarser(list(zip("abcde", numbers, strict=False)), 15)] == groups
