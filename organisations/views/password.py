"""Changing one's own password."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from .. import first_password
from ..forms.password import OwnPasswordForm
from ..login import go_on, next_page
from ..typed import Typed
from .acts import act_page, sent
from .scope import PersonRequest


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: PersonRequest) -> HttpResponse:
    """Change it; this session goes on, others of the same person end."""
    typed = Typed.carried_by(request)
    if request.user.password_is_initial:
        return first(request, typed)
    if typed is not None:
        # Another tab has changed it meanwhile.
        return go_on(request, typed)
    form = OwnPasswordForm(request.user, sent(request))
    if changed(request, form):
        return redirect("person", request.user.pk)
    lede = "改了以后，在别的电脑和手机上要用新密码重新登录。"
    return act_page(
        request,
        form,
        title="修改密码",
        lede=lede,
        verb="修改密码",
        cancel_url=reverse("person", args=[request.user.pk]),
    )


def first(request: PersonRequest, typed: Typed | None) -> HttpResponse:
    """Change the one that somebody handed over, then go on to what was wanted or being written."""
    form = OwnPasswordForm(request.user, sent(request))
    if not changed(request, form):
        return first_password.ask(request, typed, form=form, status=422 if form.is_bound else 200)
    return redirect(next_page(request)) if typed is None else go_on(request, typed)


def changed(request: PersonRequest, form: OwnPasswordForm) -> bool:
    """Save the new password if the form is in order, and say so."""
    if not (form.is_bound and form.is_valid()):
        return False
    update_session_auth_hash(request, form.save())
    messages.success(request, "密码已修改。")
    return True
