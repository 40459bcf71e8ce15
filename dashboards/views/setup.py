"""第一次运行, for the administrator."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from dashboards.setup import Setup, load_rules
from organisations.permissions import Act


@never_cache
@require_safe
def setup(request: HttpRequest) -> HttpResponse:
    """How far the system is on its way to a working city."""
    refuse_others(request)
    now = timezone.now()
    screen = Setup(request.user, timezone.localdate(now), now, secure=request.is_secure())
    return render(request, "dashboards/setup.html", {"setup": screen})


@require_POST
def setup_rules(request: HttpRequest) -> HttpResponse:
    """Load the rules that the product ships; what people have changed stays."""
    refuse_others(request)
    load_rules(timezone.localdate())
    messages.success(request, "规则和种子已装好。")
    return redirect("setup")


def refuse_others(request: HttpRequest) -> None:
    """Setting up is the administrator's."""
    if not request.user.may(Act.ADMINISTER):
        raise PermissionDenied("第一次运行由系统管理员来办。")
