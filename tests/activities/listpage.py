"""Reads the page of the list as its reader would."""

from __future__ import annotations

import re
from html import unescape

from django.urls import reverse

LIST = reverse("activity-list")


def page(client, query: str = "") -> str:
    response = client.get(f"{LIST}?{query}" if query else LIST)
    assert response.status_code == 200
    return unescape(response.content.decode())


def text(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))


def titles(html: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="[^"]+"><span class="tick"></span>(.*?)</a>', html)


def rows(html: str) -> list[list[str]]:
    """The cells of each row, in words."""
    lines = re.findall(r"<tr class=\"p?\d?\">(.*?)</tr>", html)
    return [[text(cell).strip() for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", line)] for line in lines]


def options(html: str, name: str) -> list[str]:
    select = html.split(f'name="{name}"', 1)[1].split("</select>", 1)[0]
    return re.findall(r"<option[^>]*>([^<]*)</option>", select)


def chosen(html: str, name: str) -> list[str]:
    select = html.split(f'name="{name}"', 1)[1].split("</select>", 1)[0]
    return re.findall(r'<option value="([^"]*)" selected>', select)


def pills(html: str) -> dict[str, str]:
    found = re.findall(
        r'<a class="filters__pill" href="([^"]*)"><span class="visually-hidden">去掉条件：</span>(.*?) <svg', html
    )
    return {words: address for address, words in found}
