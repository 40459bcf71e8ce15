"""Form controls drawn without templates: what Django's own give, at a tenth of their cost.

Django draws every control with a template, and every option of a list with three more. A sheet of the log form has
hundreds of options, and drawing them so was a third of its page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe

Widget = Mapping[str, Any]

INPUTS = ("input", "text", "number", "email", "url", "tel", "search", "password", "hidden", "date", "datetime", "time")
TICKS = ("checkbox", "radio_option", "checkbox_option")


def _attributes(attributes: Mapping[str, Any]) -> str:
    """As they stand: True is a name alone, False is left out."""
    return "".join(
        f" {name}" if value is True else f' {name}="{conditional_escape(value)}"'
        for name, value in attributes.items()
        if value is not False
    )


def _input(widget: Widget) -> str:
    value = "" if widget["value"] is None else f' value="{conditional_escape(widget["value"])}"'
    drawn = f'<input type="{widget["type"]}" name="{conditional_escape(widget["name"])}"{value}{_attributes(widget["attrs"])}>'
    if not widget.get("wrap_label"):
        return drawn
    labels = f' for="{conditional_escape(widget["attrs"]["id"])}"' if widget["attrs"].get("id") else ""
    return f"<label{labels}>{drawn} {conditional_escape(widget['label'])}</label>"


def _option(widget: Widget) -> str:
    value, label = conditional_escape(widget["value"]), conditional_escape(widget["label"])
    return f'<option value="{value}"{_attributes(widget["attrs"])}>{label}</option>'


def _select(widget: Widget) -> str:
    groups = []
    for heading, options, _ in widget["optgroups"]:
        drawn = "\n".join(map(_option, options))
        groups.append(f'<optgroup label="{conditional_escape(heading)}">\n{drawn}\n</optgroup>' if heading else drawn)
    name = conditional_escape(widget["name"])
    return "\n".join([f'<select name="{name}"{_attributes(widget["attrs"])}>', *groups, "</select>"])


def _textarea(widget: Widget) -> str:
    name, text = conditional_escape(widget["name"]), conditional_escape(widget["value"] or "")
    return f'<textarea name="{name}"{_attributes(widget["attrs"])}>\n{text}</textarea>'


DRAWN: dict[str, Callable[[Widget], str]] = {
    f"django/forms/widgets/{name}.html": draw
    for name, draw in [
        *((name, _input) for name in (*INPUTS, *TICKS)),
        ("select", _select),
        ("textarea", _textarea),
    ]
}


class ControlRenderer(DjangoTemplates):
    """Django's renderer; the plain controls are written out, whatever else there is keeps its template."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        """The HTML of a control."""
        draw = DRAWN.get(template_name)
        if draw is None:
            return super().render(template_name, context, request)
        # Every value that was put in is escaped above.
        return mark_safe(draw(context["widget"]))
