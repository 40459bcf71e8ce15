"""Finding what an address names: unseen is 404, seen but not allowed is 403."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django_htmx.middleware import HtmxDetails

from ..directory import organisation_asked
from ..models import Organisation, Person
from ..permissions import Act


class PersonRequest(HttpRequest):
    """A request that has passed the log-in: its user is somebody on the roster."""

    user: Person
    htmx: HtmxDetails


def organisation_for(request: PersonRequest, pk: int, act: str, today: date) -> Organisation:
    """The organisation, if the reader may do ``act`` there. Http404, PermissionDenied."""
    seen = Organisation.objects.visible_to(request.user, today).select_related("parent")
    organisation: Organisation = get_object_or_404(seen, pk=pk)
    if not request.user.may(act, organisation, today):
        raise PermissionDenied
    return organisation


def standing_for(request: PersonRequest, pk: int, act: str, today: date) -> Organisation:
    """As ``organisation_for``; one that was closed takes no more acts."""
    organisation = organisation_for(request, pk, act, today)
    if not organisation.exists_on(today):
        raise PermissionDenied(f"{organisation}已经撤销，不再变动。")
    return organisation


def child_for(request: PersonRequest, pk: int, today: date) -> Organisation:
    """An organisation that the reader may move or close: he keeps the one above it too."""
    organisation = standing_for(request, pk, Act.MANAGE_PEOPLE, today)
    if organisation.parent is None or not request.user.may(Act.MANAGE_PEOPLE, organisation.parent, today):
        raise PermissionDenied("移动和撤销要由上级来办。")
    return organisation


def person_for(request: PersonRequest, pk: int, today: date) -> Person:
    """Somebody whose roster line the reader keeps. Http404, PermissionDenied."""
    person: Person = get_object_or_404(Person.objects.visible_to(request.user, today), pk=pk)
    if not Person.objects.manageable_by(request.user, today).filter(pk=pk).exists():
        raise PermissionDenied
    return person


def organisation_named(
    request: PersonRequest, act: str, today: date, name: str = "organisation"
) -> Organisation | None:
    """The organisation that the query names, if the reader may do ``act`` there; None otherwise."""
    return organisation_asked(request.GET, request.user, act, today, name)
