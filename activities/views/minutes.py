"""The minutes of a held record as a Word document, for whoever may read the record."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from documents.downloads import DOCX, attachment
from documents.minutes import minutes_document

from ..minutes import minutes_file_name, minutes_of
from ..models import ActivityState
from ..record_page import RecordPage
from .finding import seen_activity


@require_safe
def minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the file; 409 with a sentence for what was not held or was withdrawn."""
    activity = seen_activity(request.user, pk)
    if activity.state != ActivityState.HELD:
        return render(request, "activities/activity_minutes.html", {"activity": activity}, status=409)
    whole = RecordPage(activity, request.user, timezone.localdate()).sees
    document = minutes_document(minutes_of(activity, timezone.now(), whole=whole))
    return attachment(document, minutes_file_name(activity), DOCX)
