"""提醒: the inbox, and marking a digest as read."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from organisations.models import Person
from reminders.inbox import Inbox
from reminders.models import Digest


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """What is open, what is done, and the digests of the last days."""
    return render(
        request, "reminders/reminder_inbox.html", {"inbox": Inbox(cast(Person, request.user), timezone.localdate())}
    )


@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one's own digest as read: the bell is quiet until the next one."""
    digest = get_object_or_404(Digest.objects.visible_to(cast(Person, request.user)), pk=pk)
    digest.mark_read(timezone.now())
    return redirect("reminder-inbox")
