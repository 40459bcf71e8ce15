"""责任清单: the matrix, and one duty of one organisation."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from organisations.permissions import Act
from organisations.views.scope import PersonRequest

from ..duty_page import duty_page
from ..matrix import Matrix


@require_safe
def responsibility_list(request: PersonRequest) -> HttpResponse:
    """The matrix over what the reader sees; whoever sees no organisation's records goes to what he holds himself."""
    today = timezone.localdate()
    if not request.user.may(Act.SEE, today=today):
        return redirect("responsibility-mine")
    return render(
        request, "responsibilities/responsibility_list.html", {"matrix": Matrix(request.user, request.GET, today)}
    )


@require_safe
def duty(request: PersonRequest, pk: int) -> HttpResponse:
    """One duty at one organisation: who holds it, by which standard, its measures and what proves them."""
    page = duty_page(pk, request.user, timezone.localdate())
    return render(request, "responsibilities/duty.html", {"page": page, "item": page.item})
