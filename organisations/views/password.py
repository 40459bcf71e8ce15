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

from ..forms.password import OwnPasswordForm
from .acts import act_page, sent
from .scope import PersonRequest


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: PersonRequest) -> HttpResponse:
    """Change it; this session goes on, others of the same person end."""
    form = OwnPasswordForm(request.user, sent(request))
    if form.is_bound and form.is_valid():
        update_session_auth_hash(request, form.save())
        messages.success(request, "密码已修改。")
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
