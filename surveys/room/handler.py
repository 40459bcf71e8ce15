"""The room's own WSGI handler: its own addresses, its own literal list of middleware, nothing of the visitor but his form.

A view that is only exempt from the log-in still reads session and user. Here the Cookie header, the browser's name and
the page that led here are gone before Django sees the request, and no middleware could ask for them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.handlers.wsgi import WSGIHandler
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.module_loading import import_string

PREFIX = "/s/"
URLCONF = "surveys.room_urls"
MIDDLEWARE = (
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "surveys.room.middleware.RoomMiddleware",
)
# What a browser tells of itself and of where it came from.
TELLING = (
    "HTTP_COOKIE",
    "HTTP_USER_AGENT",
    "HTTP_REFERER",
    "HTTP_ACCEPT_LANGUAGE",
    "HTTP_AUTHORIZATION",
    "REMOTE_USER",
)

logger = logging.getLogger(__name__)

View = Callable[[HttpRequest], HttpResponse]
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class RoomHandler(WSGIHandler):
    """Django's handler with the room's middleware in place of ``settings.MIDDLEWARE``."""

    def load_middleware(self, is_async: bool = False) -> None:
        """Build the chain from the literal list; views, templates and exceptions have no middleware of their own."""
        self._view_middleware: list[Any] = []
        self._template_response_middleware: list[Any] = []
        self._exception_middleware: list[Any] = []
        handler = _quietly(self._get_response)  # type: ignore[attr-defined]
        for path in reversed(MIDDLEWARE):
            handler = _quietly(import_string(path)(handler))
        self._middleware_chain = handler


def _quietly(get_response: View) -> View:
    """The same, with errors as plain pages. What broke is logged by its kind alone: a database error repeats what was written."""

    def answer(request: HttpRequest) -> HttpResponse:
        # Looked up late: the views need the URLconf, which needs this module.
        from . import views

        try:
            return get_response(request)
        except Http404 as error:
            return views.not_found(request, error)
        except (BadRequest, SuspiciousOperation, PermissionDenied, MultiPartParserError, RequestDataTooBig) as error:
            return views.bad_request(request, error)
        except Exception as error:
            logger.error("The room failed: %s", type(error).__name__)
            return views.went_wrong(request)

    return answer


class Doorkeeper:
    """The WSGI application: what asks for ``/s/`` goes to the room, everything else to the house."""

    def __init__(self, house: Application) -> None:
        self.house = house
        self.room = RoomHandler()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not environ.get("PATH_INFO", "").startswith(PREFIX):
            return self.house(environ, start_response)
        for name in TELLING:
            environ.pop(name, None)
        answer: Iterable[bytes] = self.room(environ, start_response)
        return answer
