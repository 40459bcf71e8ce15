"""The shared parts of templates, drawn alone."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
from crispy_forms.utils import render_crispy_form
from django import forms
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.html import format_html

from organisations.navigation import Entry


def draw(name: str, address: str = "/", **context: Any) -> str:
    return render_to_string(f"components/{name}.html", context, RequestFactory().get(address))


class ExemptionForm(forms.Form):
    """Fields of every look."""

    requirement = forms.CharField(label="要求", help_text="写全称")
    note = forms.CharField(label="一句话", required=False)
    scope = forms.ChoiceField(label="多久", choices=[("1", "这一期"), ("2", "一直")], widget=forms.RadioSelect)
    why = forms.MultipleChoiceField(label="为什么", choices=[("a", "外出")], widget=forms.CheckboxSelectMultiple)
    remind = forms.BooleanField(label="提醒我", required=False)
    token = forms.CharField(widget=forms.HiddenInput, required=False)


def test_an_optional_field_says_so_and_a_needed_one_says_nothing() -> None:
    form = ExemptionForm()
    assert '<label class="form-label" for="id_note">一句话<span class="req">选填</span></label>' in draw(
        "_field", field=form["note"]
    )
    needed = draw("_field", field=form["requirement"], wrapper_class="w6 m12")
    assert "选填" not in needed
    assert "*" not in needed
    assert 'id="div_id_requirement" class="field w6 m12"' in needed
    assert 'id="id_requirement_helptext">写全称' in needed
    assert 'aria-describedby="id_requirement_helptext"' in needed


def test_a_check_box_stands_before_its_label_and_is_never_called_optional() -> None:
    html = draw("_field", field=ExemptionForm()["remind"])
    assert html.index("<input") < html.index("<label")
    assert "选填" not in html


def test_a_list_of_choices_is_a_fieldset_with_a_legend() -> None:
    html = draw("_field", field=ExemptionForm()["scope"])
    assert '<legend class="form-label">多久</legend>' in html
    assert html.count('class="form-check-input"') == 2
    assert '<label class="form-check-label" for="id_scope_1">一直</label>' in html


def test_a_hidden_field_is_only_its_input() -> None:
    assert draw("_field", field=ExemptionForm()["token"]).strip() == '<input type="hidden" name="token" id="id_token">'


def test_an_error_stands_under_its_field_and_describes_it() -> None:
    html = draw("_field", field=ExemptionForm({})["requirement"])
    assert '<div class="invalid-feedback d-block" id="id_requirement_error"><p>请填写</p></div>' in html
    assert 'aria-describedby="id_requirement_helptext id_requirement_error"' in html


def test_segments_and_chips_mark_what_was_chosen() -> None:
    form = ExemptionForm({"scope": "2", "why": ["a"]})
    segments = draw("_seg", field=form["scope"])
    assert segments.count("<label>") == 2
    assert segments.count("checked") == 1
    chips = draw("_chips", field=form["why"])
    assert 'type="checkbox"' in chips
    assert "checked" in chips


def test_crispy_draws_the_same_fields_in_columns() -> None:
    form = ExemptionForm({})
    form.helper = FormHelper()
    form.helper.form_tag = False
    form.helper.layout = Layout(
        Div(
            Field("requirement", wrapper_class="w6 m12"),
            Field("scope", template="components/_seg.html"),
            Field("note", css_class="grow"),
            css_class="fgrid",
        )
    )
    html = render_crispy_form(form)
    assert "fgrid" in html
    assert 'class="field w6 m12"' in html
    assert 'class="seg seg--full"' in html
    assert "form-control grow" in html
    assert "asteriskField" not in html
    assert '<div class="errsum" role="alert" tabindex="-1">' in html


def test_summary_counts_and_links() -> None:
    html = draw("_errsum", form=ExemptionForm({}))
    assert "还有 3 处需要改" in html
    assert '<a href="#id_scope_0">请选择多久</a>' in html
    assert draw("_errsum", form=ExemptionForm()).strip() == ""


def test_pagination_keeps_the_other_conditions() -> None:
    page = Paginator(range(200), 50).get_page(2)
    html = draw("_pagination", "/activities/?kind=a&page=2", page=page)
    assert 'href="?kind=a&amp;page=1">上一页' in html
    assert 'href="?kind=a&amp;page=3">下一页' in html
    assert '<li class="page-item active" aria-current="page"><span class="page-link">2</span></li>' in html


def test_one_page_needs_no_pagination() -> None:
    assert draw("_pagination", page=Paginator(range(3), 50).get_page(1)).strip() == ""


def test_crumbs_end_with_this_page() -> None:
    html = draw("_crumbs", crumbs=[("第一党支部", "/organisations/1/"), ("<b>", "")])
    assert '<li><a href="/organisations/1/">第一党支部</a></li>' in html
    assert '<li aria-current="page">&lt;b&gt;</li>' in html


def test_subnav_marks_the_current_page_and_one_link_is_none() -> None:
    links = [Entry("people", "单位与人员", "users", "/people/"), Entry("reminders", "提醒", "bell", "/reminders/")]
    nav = {"section": "reminders", "group": []}
    html = draw("_subnav", nav=nav, links=links)
    assert '<a href="/reminders/" aria-current="page">提醒</a>' in html
    assert '<a href="/people/">单位与人员</a>' in html
    assert "<nav" not in draw("_subnav", nav=nav, links=links[:1])


def test_a_toast_leaves_by_itself_but_an_error_stays_until_closed() -> None:
    saved = Message(25, format_html('已记下。<a href="{}">撤回</a>', "/activities/1/withdraw/"))
    html = draw("_toasts", messages=[saved, Message(40, "没有存下")])
    assert 'class="toast toast--brief show" role="status"' in html
    assert '<a href="/activities/1/withdraw/">撤回</a>' in html
    assert '<div class="toast show" role="alert">' in html
    assert html.count('data-bs-dismiss="toast"') == 1


def test_pills_take_one_condition_away_each() -> None:
    html = draw("_pills", pills=[("第四季度", "?q=x")], clear_url="?", note="47 次")
    assert 'href="?q=x"' in html
    assert "清空" not in html
    assert "47 次" in html


def test_an_empty_list_says_why_and_leads_on() -> None:
    html = draw(
        "_empty", title="本季度还没有党课记录", sentence="期限 12月31日。", url="/activities/log/", label="记一次党课"
    )
    assert "<h3>本季度还没有党课记录</h3><p>期限 12月31日。</p>" in html
    assert '<a class="btn btn-outline-secondary" href="/activities/log/">记一次党课</a>' in html
