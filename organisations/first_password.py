"""The page on which an initial password is changed: whoever handed it over knows it, so it opens nothing else.

What somebody was about to save travels through this page as it does through the log-in (see organisations.typed).
"""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from .forms.password import OwnPasswordForm
from .models import Person
from .typed import Typed


def is_due(request: HttpRequest) -> bool:
    """Whether somebody is logged in with a password that another person handed to him."""
    return request.user.is_authenticated and request.user.password_is_initial


def ask(
    request: HttpRequest, typed: Typed | None = None, *, form: OwnPasswordForm | None = None, status: int = 200
) -> HttpResponse:
    """Return the page, carrying `typed` if anything was written; `form` is the one that was refused."""
    page = reverse("password")
    given = {
        "form": form or OwnPasswordForm(cast(Person, request.user)),
        "typed": typed,
        # Opened by its own address it keeps its question: that says where to go on to.
        "action": request.get_full_path() if request.path == page else page,
    }
    return render(request, "organisations/first_password.html", given, status=status)
