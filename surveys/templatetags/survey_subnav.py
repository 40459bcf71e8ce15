"""The pages of one survey that the reader may open: `{% load survey_subnav %}`, used by templates/surveys/_subnav.html."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from surveys.addresses import room_url
from surveys.models import State, Survey, SurveyKind

register = template.Library()

# The pages that stand under an entry, by the beginning of their URL name.
UNDER = {
    "结果": ("survey-results", "survey-finding", "survey-summary", "survey-comment"),
    "领票": ("survey-desk", "survey-ballot"),
    "编制": ("survey-",),
    "评议": ("appraisal",),
}


@register.simple_tag(takes_context=True)
def survey_links(context: dict[str, Any], survey: Survey) -> list[tuple[str, str, bool]]:
    """Label, address and whether it is this page: 结果 once published, 编制 for who may edit, 领票 while open for whom it asks, 承诺."""
    request, now = context["request"], timezone.now()
    here = _entry_of(request.resolver_match.url_name or "" if request.resolver_match else "")
    found = [
        (label, address, label == here)
        for label, route in _pages(survey, request.user, now)
        if (address := _address(route, survey))
    ]
    if not survey.is_draft:
        found.append(("承诺", room_url("room-promise", survey), False))
    return found


def _pages(survey: Survey, reader: Any, now: Any) -> list[tuple[str, str]]:
    is_appraisal = survey.kind == SurveyKind.APPRAISAL
    pages = [("结果", "survey-results")] if survey.has_results(now) and not is_appraisal else []
    if Survey.objects.manageable_by(reader, timezone.localdate(now)).filter(pk=survey.pk).exists():
        pages.append(("评议", "appraisal") if is_appraisal else ("编制", "survey-author"))
    if (
        survey.state(now) == State.OPEN
        and survey.by_desk
        and Survey.objects.asking(reader).filter(pk=survey.pk).exists()
    ):
        pages.append(("领票", "survey-desk"))
    return pages


def _entry_of(url_name: str) -> str:
    """The entry under which a page stands."""
    return next((label for label, begins in UNDER.items() if url_name.startswith(begins)), "")


def _address(route: str, survey: Survey) -> str:
    """The address; empty where the page does not exist."""
    try:
        return reverse(route, args=[survey.pk])
    except NoReverseMatch:
        return ""
