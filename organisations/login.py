"""Logging in and out."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login as start_session
from django.contrib.auth import logout as end_session
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from . import first_password
from .idle import begin
from .typed import Typed, resume


class LoginForm(AuthenticationForm):
    """Name, password and whether this computer is one's own."""

    remember = forms.BooleanField(required=False)
    next = forms.CharField(required=False, widget=forms.HiddenInput)

    error_messages = {
        "invalid_login": "登录名或密码不对，请再试一次。",
        "inactive": "这个登录名已经停用，请联系本单位机关党委管理员。",
    }

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.label_suffix = ""
        self.fields["username"].label = "手机号或工号"
        self.fields["password"].label = "密码"
        if settings.REMEMBER_DAYS:
            self.fields["remember"].label = f"在这台电脑上保持登录 {settings.REMEMBER_DAYS} 天"
        else:
            del self.fields["remember"]

    def clean(self) -> dict[str, Any]:
        """Refuse a name longer than any is, before the count of failures has to keep it."""
        longest = self.username_field.max_length
        if longest and len(self.cleaned_data.get("username") or "") > longest:
            raise self.get_invalid_login_error()
        return super().clean()


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Show the form; on success go on to the page that was asked for, or offer again what was being written."""
    if request.method != "POST":
        if request.user.is_authenticated:
            return redirect(next_page(request))
        return render(
            request, "login.html", {"form": LoginForm(request, initial={"next": request.GET.get("next", "")})}
        )
    typed = Typed.carried_by(request)
    form = LoginForm(request, request.POST)
    if not form.is_valid():
        return form_page(request, form, typed, status=422)
    start_session(request, form.get_user())
    begin(request, remembered=form.cleaned_data.get("remember", False))
    if typed is not None:
        return go_on(request, typed)
    return redirect(next_page(request))


def go_on(request: HttpRequest, typed: Typed) -> HttpResponse:
    """Offer whoever is logged in now what was being written; only say so where somebody else wrote it."""
    if not typed.may_be_sent_by(request.user.pk):
        messages.info(request, "登录前那一页是另一个人写的，没有带到你这里。")
        return redirect("desk")
    if typed.path.partition("?")[0] == reverse("password"):
        # Passwords are not carried, so there is nothing to send again: the page asks for them anew.
        return redirect(typed.path)
    if first_password.is_due(request):
        return first_password.ask(request, typed)
    return resume(request, typed, title="你刚才写的还在", lead="按“继续保存”，就接着刚才那一步办。")


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End the session, whoever's it is, and show the log-in page."""
    end_session(request)
    return redirect("login")


def ask_again(request: HttpRequest, typed: Typed, *, status: int = 401) -> HttpResponse:
    """Return the page that asks for a log-in and carries `typed` through it."""
    return form_page(request, LoginForm(request), typed, status=status)


def form_page(
    request: HttpRequest, form: LoginForm, typed: Typed | None, *, status: int, lead: str = ""
) -> HttpResponse:
    """Return the log-in form; with `typed` or a `lead` sentence on the page that has room for them."""
    if typed is None and not lead:
        return render(request, "login.html", {"form": form}, status=status)
    if not lead:
        lead = "请再登录一次，登录后接着保存。"
        if getattr(request, "timed_out_person", None):
            lead = f"已有 {settings.IDLE_MINUTES} 分钟没有动作。为保护名册，请再登录一次，登录后接着保存。"
    return render(request, "login_again.html", {"form": form, "typed": typed, "lead": lead}, status=status)


def next_page(request: HttpRequest) -> str:
    """Return the page to go on to: the one asked for when it is ours, else the desk."""
    wanted = request.POST.get("next", "") or request.GET.get("next", "")
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()):
        return wanted
    return resolve_url(settings.LOGIN_REDIRECT_URL)
