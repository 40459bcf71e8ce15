"""转为问题 beside a published line: `{% load survey_results %}{% turn_link page row_table line name %}`."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse

from surveys.models import Comment
from surveys.results import Results

register = template.Library()


@register.inclusion_tag("surveys/_turn.html")
def turn_link(page: Results, table: str, line: str = "", name: str = "", part: str = "") -> dict[str, Any]:
    """The link, or that it was done; nothing for whoever may not. ``name`` is read out after it, ``part`` the part it is about."""
    if (part or page.opened) not in page.turnable:
        return {}
    problem = page.problems.get(f"{table}/{line}")
    asked = urlencode({"table": table, "line": line} if line else {"table": table})
    return {"problem": problem, "url": f"{reverse('survey-finding', args=[page.survey.pk])}?{asked}", "name": name}


@register.inclusion_tag("surveys/_turn.html")
def turn_comment(page: Results, comment: Comment) -> dict[str, Any]:
    """The same beside a comment."""
    return turn_link(page, f"comment.{comment.pk}", "", comment.text[:20], comment.part)


@register.simple_tag
def part_query(key: str) -> str:
    """``?part=all%2B``: the open part in an address."""
    return "?" + urlencode({"part": key})
