"""我的责任."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from organisations.views.scope import PersonRequest

from ..mine import Mine


@require_safe
def responsibility_mine(request: PersonRequest) -> HttpResponse:
    """What the reader has to do by his posts and by what he was given."""
    mine = Mine(request.user, timezone.localdate(), request.GET.get("page", "1"))
    return render(request, "responsibilities/responsibility_mine.html", {"mine": mine})
