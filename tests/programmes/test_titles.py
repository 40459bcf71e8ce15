"""Titles with a date in them."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from programmes.models import ActivityKind
from programmes.titles import fill_title, unknown_placeholders


@pytest.mark.parametrize(
    ("template", "title"),
    [
        ("{month}月主题党日", "11月主题党日"),
        ("理论学习中心组{quarter}集体学习", "理论学习中心组第四季度集体学习"),
        ("{half}思想状况分析会", "下半年思想状况分析会"),
        ("{year}年度组织生活会", "2026年度组织生活会"),
        ("重温入党誓词", "重温入党誓词"),
        ("", ""),
    ],
)
def test_the_date_is_filled_in(template, title):
    assert fill_title(template, date(2026, 11, 20)) == title


@pytest.mark.parametrize(
    "template", ["{week}周例会", "{", "{}", "{month!r}", "{month:03}", "{month.real}", "{year[0]}"]
)
def test_anything_else_in_braces_is_refused(template):
    assert unknown_placeholders(template)
    with pytest.raises(ValueError, match="不认识的占位"):
        fill_title(template, date(2026, 11, 20))


def test_a_kind_whose_title_cannot_be_filled_in_is_refused():
    with pytest.raises(ValidationError, match="不认识的占位：week"):
        ActivityKind(name="周例会", title="第{week}周例会").clean()
