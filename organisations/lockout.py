"""Locking out who guesses passwords: five failures for one account from one address, fifty for one account from anywhere.

The first stops a person at one desk, the second a network of machines that tries one account from many addresses.
Both are released 15 minutes after the last counted failure; attempts made while locked are not counted.
"""

from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Max, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from .login import LoginForm, form_page
from .typed import Typed


class TwoThresholdHandler(AxesDatabaseHandler):
    """Counts failures by account and address, as set in AXES_LOCKOUT_PARAMETERS, and by account alone."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Return the failures that count against AXES_FAILURE_LIMIT; at the account's own limit that limit is reached."""
        here = int(super().get_failures(request, credentials))
        if _failures(recent_failures(get_client_username(request, credentials))) >= settings.LOCKOUT_ACCOUNT_LIMIT:
            return max(here, settings.AXES_FAILURE_LIMIT)
        return here


def recent_failures(username: str | None) -> QuerySet[AccessAttempt]:
    """Return the failed attempts on an account that still count, one row for each address and browser."""
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    return AccessAttempt.objects.filter(username=username, attempt_time__gte=since)


def locked_out(request: HttpRequest, original: HttpResponse, credentials: dict[str, Any] | None) -> HttpResponse:
    """Return the page that says when to try again; what was being written stays on it, with the form."""
    until = _released_at(get_client_username(request, credentials), request.axes_ip_address)  # type: ignore[attr-defined]
    typed = Typed.unsealed(request.POST.get("carried", ""))
    if typed is None:
        response = render(request, "429.html", {"until": until}, status=429)
    else:
        lead = f"密码连续输错，先停一停。请在 {timezone.localtime(until):%H:%M} 以后在这一页登录。"
        response = form_page(request, LoginForm(request), typed, status=429, lead=lead)
    response["Retry-After"] = str(int((until - timezone.now()).total_seconds()))
    return response


def client_address(request: HttpRequest) -> str | None:
    """Return the address of the browser, None if there is none to be trusted.

    Each of our proxies adds the address it was called from to the end of X-Forwarded-For, so the TRUSTED_PROXIES-th
    from the end was written by our own outermost proxy; whatever stands before it may be made up by the browser.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXIES:
        chain = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if len(chain) >= settings.TRUSTED_PROXIES:
            address = chain[-settings.TRUSTED_PROXIES].strip()
    try:
        return str(ip_address(address))
    except ValueError:
        return None


def _failures(attempts: QuerySet[AccessAttempt]) -> int:
    """Return how many failures the rows stand for."""
    return int(attempts.aggregate(total=Sum("failures_since_start"))["total"] or 0)


def _released_at(username: str | None, address: str | None) -> datetime:
    """Return when the account may be tried again from `address`, rounded up to a full minute."""
    attempts = recent_failures(username)
    here = attempts.filter(ip_address=address)
    counted = here if _failures(here) >= settings.AXES_FAILURE_LIMIT else attempts
    last = counted.aggregate(last=Max("attempt_time"))["last"] or timezone.now()
    until: datetime = last + settings.AXES_COOLOFF_TIME + timedelta(minutes=1)
    return until.replace(second=0, microsecond=0)
