"""How the views of one record reach it: unseen is 404, seen but not one's own to change is 403."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from organisations.models import Person
from organisations.permissions import Act

from ..models import Activity

NAMED = ("organisation", "chair", "recorder", "programme", "submitted_by", "withdrawn_by", "makes_up_for__requirement")


def seen_activity(person: Person, pk: int) -> Activity:
    """The record, with the people and organisations that it names. Http404 if ``person`` may not see it."""
    return get_object_or_404(Activity.objects.visible_to(person).select_related(*NAMED), pk=pk)


def managed_activity(person: Person, pk: int) -> Activity:
    """The record, for an act on it. Http404 as above; PermissionDenied if he may see it only."""
    activity = seen_activity(person, pk)
    if not person.may(Act.LOG, activity.organisation):
        raise PermissionDenied(f"这条记录由{activity.organisation}修改。")
    return activity
