"""What every view of sealed text goes through: no copy is kept, no error report quotes it, and a broken seal has its page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from ..sealing import SealBrokenError

View = Callable[..., HttpResponse]


def private(view: View) -> View:
    """Wrap a view whose pages hold sealed text. 503 with a sentence where the text does not open."""

    @never_cache
    @sensitive_post_parameters()
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except SealBrokenError:
            return render(request, "responsibilities/talk_sealed.html", status=503)

    return wrapped


def given_to(request: HttpRequest) -> dict[str, Any]:
    """What every form of sealed text is told: who writes, on which day, when."""
    now = timezone.now()
    return {"writer": request.user, "today": timezone.localdate(now), "now": now}
