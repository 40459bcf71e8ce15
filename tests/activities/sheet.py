"""Reads a page of the log form as a browser would: the fields that its form would send."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse


class _Reader(HTMLParser):
    """Collects the successful controls of the form with one id. What stands in <template> and <noscript> is left out."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self.form, self.fields, self.open = form, {}, False
        self.hidden = 0
        self.select: str | None = None
        self.options: list[tuple[str, bool]] = []
        self.area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name")
        if tag in ("template", "noscript"):
            self.hidden += 1
        if tag == "form":
            self.open = given.get("id") == self.form
        if not self.open or self.hidden:
            return
        if tag == "input" and name and (given.get("type") not in ("checkbox", "radio") or "checked" in given):
            self.add(name, given.get("value") if "value" in given else "on" if "checked" in given else "")
        elif tag == "select":
            self.select, self.options = name, []
        elif tag == "option" and self.select:
            self.options.append((given.get("value") or "", "selected" in given))
        elif tag == "textarea" and name:
            self.area = name
            self.add(name, "")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("template", "noscript"):
            self.hidden -= 1
        elif tag == "form":
            self.open = False
        elif tag == "select" and self.select:
            chosen = [value for value, selected in self.options if selected] or [self.options[0][0]]
            self.add(self.select, chosen[0])
            self.select = None
        elif tag == "textarea":
            self.area = None

    def handle_data(self, data: str) -> None:
        if self.area and not self.hidden:
            self.fields[self.area][-1] += data.removeprefix("\n")

    def add(self, name: str, value: str | None) -> None:
        self.fields.setdefault(name, []).append(value or "")


def fields(response: HttpResponse, form: str = "log") -> dict[str, Any]:
    """Name → values of what the page would send; without the token against forgery, which the test client does not check."""
    reader = _Reader(form)
    reader.feed(response.content.decode())
    reader.fields.pop("csrfmiddlewaretoken", None)
    return reader.fields


def one(data: dict[str, Any], name: str) -> str:
    """The single value of a field."""
    assert len(data[name]) == 1, (name, data[name])
    return data[name][0]
