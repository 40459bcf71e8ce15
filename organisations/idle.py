"""How long a log-in lasts: until nobody has done anything for a while, or for days where the person asked for it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

SEEN = "seen_at"
REMEMBERED = "remembered"
# At most one write a minute for reading pages.
STAMP_EVERY = 60
# What a page sends by itself does not show that anybody sits before it.
BACKGROUND_URL_NAMES = ("activity-draft", "reminders-bell", "export", "people-import-progress", "survey-desk")


def begin(request: HttpRequest, *, remembered: bool) -> None:
    """Set how long the session just opened may last."""
    request.session[SEEN] = _now()
    if remembered and settings.REMEMBER_DAYS:
        request.session[REMEMBERED] = True
        # A fixed day, not renewed by use: the checkbox promises so many days.
        request.session.set_expiry(timezone.now() + timedelta(days=settings.REMEMBER_DAYS))
    else:
        # Ends with the browser, and before that by idleness.
        request.session.set_expiry(0)


class IdleMiddleware:
    """Ends a session after IDLE_MINUTES without a request that a person made."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """End or stamp the session; needs the URL's name, so it runs once the view is known."""
        if not request.user.is_authenticated or request.session.get(REMEMBERED):
            return
        now = _now()
        seen = request.session.get(SEEN)
        if seen is not None and now - seen > settings.IDLE_MINUTES * 60:
            # What this request carries belongs to the person whose time ran out (see organisations.typed).
            request.timed_out_person = request.user.pk  # type: ignore[attr-defined]
            logout(request)
            return
        match = request.resolver_match
        in_background = match is not None and match.url_name in BACKGROUND_URL_NAMES
        if seen is None or (now - seen >= STAMP_EVERY and not in_background):
            request.session[SEEN] = now


def _now() -> int:
    """Return the time in whole seconds."""
    return int(timezone.now().timestamp())
