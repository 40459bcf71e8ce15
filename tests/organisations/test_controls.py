"""The controls are what Django's own templates give, whatever stands in them."""

from __future__ import annotations

import re
from datetime import date, time

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates, get_default_renderer
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from organisations.controls import DRAWN, ControlRenderer

NASTY = "<b>\"'&amp;😀"
CHOICES = [("", "未定"), (1, "一"), (NASTY, NASTY), ("组", [("2", gettext_lazy("Yes")), ("3", mark_safe("<i>三</i>"))])]
ATTRS = {
    "id": "x",
    "class": "form-control",
    "required": True,
    "disabled": False,
    "data-said": NASTY,
    "rows": 3,
    "list": None,
}
WIDGETS = [
    (forms.TextInput, NASTY),
    (forms.TextInput, None),
    (forms.TextInput, ""),
    (forms.TextInput, 0),
    (forms.NumberInput, 12345),
    (forms.EmailInput, "a@b"),
    (forms.URLInput, "https://a/?b=1&c=2"),
    (forms.PasswordInput, "never shown"),
    (forms.HiddenInput, NASTY),
    (forms.MultipleHiddenInput, ["1", NASTY]),
    (lambda attrs: forms.DateInput(attrs, format="%Y-%m-%d"), date(2026, 11, 20)),
    (lambda attrs: forms.TimeInput(attrs, format="%H:%M"), time(14, 30)),
    (forms.Textarea, NASTY),
    (forms.Textarea, None),
    (forms.Textarea, "\n一行\n又一行\n"),
    (forms.CheckboxInput, True),
    (forms.CheckboxInput, NASTY),
    (forms.CheckboxInput, None),
    (lambda attrs: forms.Select(attrs, CHOICES), "1"),
    (lambda attrs: forms.Select(attrs, CHOICES), NASTY),
    (lambda attrs: forms.SelectMultiple(attrs, CHOICES), ["1", "3"]),
    (lambda attrs: forms.Select(attrs, []), None),
    (lambda attrs: forms.RadioSelect(attrs, CHOICES), "2"),
    (lambda attrs: forms.CheckboxSelectMultiple(attrs, CHOICES), ["1", NASTY]),
    (forms.ClearableFileInput, None),
]


def plain(html: str) -> str:
    """Without the white space between tags, which a browser does not show there. What is in a textarea keeps its own."""
    return re.sub(r">\s+<(?!/textarea)", "><", html)


@pytest.mark.parametrize("attrs", [{}, {"id": "x"}, ATTRS], ids=["bare", "named", "full"])
@pytest.mark.parametrize("number", range(len(WIDGETS)))
def test_a_control_is_what_django_draws(number, attrs):
    make, value = WIDGETS[number]
    drawn, django = (make(attrs).render(NASTY, value, renderer=how()) for how in (ControlRenderer, DjangoTemplates))
    assert plain(drawn) == plain(django)


@pytest.mark.parametrize("widget", [forms.RadioSelect, forms.CheckboxSelectMultiple])
@pytest.mark.parametrize("wrap_label", [True, False])
def test_one_choice_of_a_list_is_what_django_draws(widget, wrap_label):
    class Form(forms.Form):
        answer = forms.ChoiceField(choices=CHOICES[:3], widget=widget)

    drawn, django = (
        [
            " ".join(option.tag(wrap_label).split())
            for option in Form({"answer": "1"}, renderer=how())["answer"].subwidgets
        ]
        for how in (ControlRenderer, DjangoTemplates)
    )
    assert drawn == django


def test_it_is_the_one_that_forms_use_and_no_template_is_named_in_vain():
    renderer = get_default_renderer()
    assert isinstance(renderer, ControlRenderer)
    assert [name for name in DRAWN if not renderer.get_template(name)] == []
