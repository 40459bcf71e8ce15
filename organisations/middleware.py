"""What every request passes: clean input, a log-in, and the name that the audit writes down."""

from collections.abc import Callable, Iterator
from typing import Any

from auditlog.middleware import AuditlogMiddleware
from django.conf import settings
from django.contrib.auth import middleware as auth
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import render
from django.template.loader import render_to_string

from . import first_password
from .login import ask_again
from .typed import Typed

# The only pages without a log-in, by URL name. `logout` ends a session, whether one is left or not.
OPEN_URL_NAMES = ("login", "logout", "healthz")
# With an initial password only these: it is changed, or left for another day.
FIRST_URL_NAMES = ("password", *OPEN_URL_NAMES)
# Of what is too large: enough that a slip of the hand gets its page, not enough to keep a worker busy for good.
MOST_THROWN_AWAY = 1024 * 1024 * 1024


class LargestRequestMiddleware:
    """Answers a request larger than LARGEST_REQUEST with a page that says so, before any of it is parsed or stored."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _announced(request) <= settings.LARGEST_REQUEST:
            return self.get_response(request)
        # A browser shows no answer before it has sent everything.
        left = MOST_THROWN_AWAY
        while left > 0 and (chunk := request.read(64 * 1024)):
            left -= len(chunk)
        return HttpResponse(render_to_string("413.html"), status=413)


def _announced(request: HttpRequest) -> int:
    """Return how many bytes the request says that it brings; what says nothing is read as empty by the server."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isdecimal() else 0


class CleanInputMiddleware:
    """Refuses null characters before anything reaches the database: PostgreSQL cannot store them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            unclean = any("\0" in text for text in _everything_sent(request))
        except UnreadablePostError as error:
            raise BadRequest("表单没有传完，请再提交一次。") from error
        if unclean:
            raise BadRequest("提交的内容里有系统不能识别的字符，请去掉后再试。")
        return self.get_response(request)


def _everything_sent(request: HttpRequest) -> Iterator[str]:
    """Yield the path and every name and value of the query, the cookies and the form."""
    yield request.path_info
    for name, value in request.COOKIES.items():
        yield name
        yield value
    for data in (request.GET, request.POST):
        for name, values in data.lists():
            yield name
            yield from (str(value) for value in values)
    for name, files in request.FILES.lists():
        yield name
        yield from (str(getattr(file, "name", "")) for file in files)


class LoginRequiredMiddleware(auth.LoginRequiredMiddleware):
    """Sends whoever is not logged in to the log-in page, without losing what he had written."""

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any
    ) -> HttpResponse | None:
        """Let through the open pages and whoever is logged in; an app cannot open a page by a decorator."""
        match = request.resolver_match
        if match is not None and match.view_name in OPEN_URL_NAMES:
            return None
        if request.user.is_authenticated:
            return None
        return turn_away(request)


def turn_away(request: HttpRequest) -> HttpResponse:
    """Answer a fragment with a sentence, a form with the log-in that carries it, a page with a redirect."""
    if is_fragment(request):
        return render(request, "_signed_out.html", status=401)
    if request.method == "POST":
        return ask_again(request, Typed.of(request))
    return redirect_to_login(request.get_full_path())


def is_fragment(request: HttpRequest) -> bool:
    """Say whether a script asked, and will put the answer into the page that is open."""
    return bool(request.headers.get("HX-Request")) or request.headers.get("X-Requested-With") == "XMLHttpRequest"


class InitialPasswordMiddleware:
    """Leads whoever still has the password that somebody handed to him to the page where he makes it his own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any
    ) -> HttpResponse | None:
        """Let through the doors and whoever has a password of his own; the administration is no exception."""
        match = request.resolver_match
        if match is not None and match.view_name in FIRST_URL_NAMES:
            return None
        return ask_for_own_password(request) if first_password.is_due(request) else None


def ask_for_own_password(request: HttpRequest) -> HttpResponse:
    """Answer as `turn_away` does: a sentence for a fragment, a page that carries what was sent, a redirect that comes back."""
    if is_fragment(request):
        return render(request, "_signed_out.html", {"initial": True}, status=401)
    if request.method == "POST":
        return first_password.ask(request, Typed.of(request), status=401)
    return redirect_to_login(request.get_full_path(), "password")


class AuditActorMiddleware(AuditlogMiddleware):
    """Gives the audit the person who acts, and nothing else of the request.

    The library's own version also stores addresses, ports and a header that anybody may send, too long for its
    column; and it loads the user on every request, this one only when something is written.
    """

    def get_extra_data(self, request: HttpRequest) -> dict[str, Any]:
        """Return the actor, still unread."""
        return {"actor": request.user}
