"""What happens when a form's token is no longer valid, most often because of a log-in in another tab."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.defaults import permission_denied

from .login import LoginForm, ask_again, form_page, go_on
from .middleware import is_fragment
from .typed import Typed, resume

STALE_TITLE = "这一页打开得太久了，还没有保存"
STALE_LEAD = "你刚才写的还在。按“继续保存”，就接着刚才那一步办。"


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that failed the check, without losing its text when it came from one of our own pages.

    Django looks at the origin first: a reason that speaks of the token or its cookie (“CSRF …”) means that the origin
    was ours or that none was sent; anything else came from another site and is not offered again.
    """
    if not reason.startswith("CSRF"):
        return permission_denied(request, PermissionDenied("这个请求不是从本系统的页面发出的，没有执行。"))
    if is_fragment(request):
        return render(request, "_signed_out.html", {"stale": True}, status=401)
    if request.path == reverse("login"):
        return _stale_login(request)
    typed = Typed.of(request)
    if request.user.is_authenticated and not typed.may_be_sent_by(request.user.pk):
        return go_on(request, typed)
    if request.user.is_authenticated:
        return resume(request, typed, title=STALE_TITLE, lead=STALE_LEAD, status=403)
    return ask_again(request, typed)


def _stale_login(request: HttpRequest) -> HttpResponse:
    """Answer a log-in page that was left open: go on if another tab has logged in meanwhile, else ask again."""
    typed = Typed.carried_by(request)
    if not request.user.is_authenticated:
        form = LoginForm(request, initial={name: request.POST.get(name, "") for name in ("username", "next")})
        return form_page(request, form, typed, status=403, lead="这一页打开得太久了，请再登录一次。")
    if typed is not None:
        return go_on(request, typed)
    return redirect("desk")
