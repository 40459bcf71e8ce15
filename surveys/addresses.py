"""Addresses into the separate room: it has its own URLconf, so the names are looked up there."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from .models import Survey


def room_url(name: str, survey: Survey) -> str:
    """The path of a page of the room: ``room_url("room-intro", survey)`` → ``/s/k3m9pq/``."""
    return reverse(name, urlconf="surveys.room_urls", kwargs={"code": survey.code})


def room_address(survey: Survey, request: HttpRequest, ballot: str = "") -> str:
    """The whole address for a square or a poster; a ballot stands behind ``#``, which no browser sends anywhere."""
    address = request.build_absolute_uri(room_url("room-intro", survey))
    return f"{address}#{ballot.replace(' ', '')}" if ballot else address
