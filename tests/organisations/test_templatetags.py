"""Filters and tags of `{% load sanli %}`."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template

from organisations.templatetags.sanli import cn_numeral, control, error_links, field_errors, look, page_numbers


def render(source: str, **context: Any) -> str:
    return Template("{% load sanli %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("name", "text"),
    [("cn_date", "2026年3月6日"), ("cn_day", "3月6日"), ("cn_weekday", "星期五"), ("compact_day", "3/06")],
)
def test_days_are_written_as_the_branch_writes_them(name: str, text: str) -> None:
    assert render("{{ day|" + name + " }}", day=date(2026, 3, 6)) == text
    assert render("{{ day|" + name + " }}", day=None) == ""


def test_a_moment_is_dated_in_local_time() -> None:
    late_evening_utc = datetime(2026, 3, 5, 17, 0, tzinfo=UTC)
    assert render("{{ moment|cn_day }}", moment=late_evening_utc) == "3月6日"


def test_thousands() -> None:
    assert render("{{ n|thousands }}", n=11428) == "11,428"
    assert render("{{ n|thousands }}", n=0) == "0"
    assert render("{{ n|thousands }}", n=None) == ""


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "零"), (1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (35, "三十五"), (99, "九十九"), (100, "100")],
)
def test_chinese_numerals(number: int, text: str) -> None:
    assert cn_numeral(number) == text


def test_drawing_tags_draw() -> None:
    assert render('{% icon "check" %}').startswith('<svg class="icon"')
    assert "state--late state--fill" in render('{% state "late" word fill=True %}', word="超 20 天")
    assert 'class="m-done"' in render("{% months squares '本年' %}", squares=[(1, 1, "done")])
    assert 'width="50"' in render("{% bar 1 2 %}")
    assert "polyline" in render("{% spark points '' %}", points=[1, 2])


def test_page_numbers_leave_out_the_far_ones() -> None:
    page = Paginator(range(1000), 50).get_page(9)
    assert list(page_numbers(page)) == [1, "…", 8, 9, 10, "…", 20]


class Form(forms.Form):
    """One field of every look."""

    title = forms.CharField(label="标题", widget=forms.TextInput(attrs={"class": "grow"}))
    programme = forms.ChoiceField(label="项目", choices=[("1", "凝心铸魂")])
    scope = forms.ChoiceField(label="多久", choices=[("1", "这一期")], widget=forms.RadioSelect)
    remind = forms.BooleanField(label="提醒", required=False)
    end = forms.TimeField(label="结束", required=False)

    def clean_end(self) -> None:
        raise forms.ValidationError("应晚于 15:30")

    def clean(self) -> None:
        raise forms.ValidationError("同一天已经记过一次")


def test_controls_have_the_classes_of_the_look() -> None:
    form = Form()
    assert 'class="form-control grow"' in control(form["title"])
    assert 'class="form-select"' in control(form["programme"])
    assert 'class="form-check-input"' in control(form["remind"])
    assert [look(form[name]) for name in ("title", "programme", "scope", "remind")] == [
        "plain",
        "plain",
        "choices",
        "check",
    ]


def test_a_refused_control_is_marked_and_described() -> None:
    html = control(Form({})["title"])
    assert 'class="form-control grow is-invalid"' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_title_error"' in html


def test_an_omission_is_asked_for_in_plain_words() -> None:
    form = Form({})
    assert field_errors(form["title"]) == ["请填写"]
    assert field_errors(form["scope"]) == ["请选择"]
    assert field_errors(form["end"]) == ["应晚于 15:30"]


def test_an_omission_with_words_of_its_own_keeps_them() -> None:
    class Own(forms.Form):
        content = forms.CharField(label="内容纪实", error_messages={"required": "写一两句也可以，之后还能补。"})

    form = Own({})
    assert field_errors(form["content"]) == ["写一两句也可以，之后还能补。"]
    assert error_links(form) == [("#id_content", "内容纪实：写一两句也可以，之后还能补。")]


def test_summary_leads_to_each_field() -> None:
    assert error_links(Form({})) == [
        ("", "同一天已经记过一次"),
        ("#id_title", "请填写标题"),
        ("#id_programme", "请选择项目"),
        ("#id_scope_0", "请选择多久"),
        ("#id_end", "结束：应晚于 15:30"),
    ]
