"""The page of one act: what will happen, what has to be said, the verb."""

from __future__ import annotations

from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render


def sent(request: HttpRequest) -> QueryDict | None:
    """What was sent, even if it is empty; None where the form is only opened."""
    return request.POST if request.method == "POST" else None


def act_page(
    request: HttpRequest,
    form: BaseForm,
    *,
    title: str,
    lede: str,
    verb: str,
    cancel_url: str,
    danger: bool = False,
    **context: Any,
) -> HttpResponse:
    """Show the form of an act; 422 when it was sent and refused. ``danger`` asks in the way of acts that take something away."""
    template = "organisations/act_danger.html" if danger else "organisations/act.html"
    given = {"form": form, "title": title, "lede": lede, "verb": verb, "cancel_url": cancel_url, **context}
    return render(request, template, given, status=422 if form.is_bound else 200)
