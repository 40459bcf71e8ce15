"""What every request to the room passes: the room's addresses, a limit of size, clean text, and headers that keep nothing."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.urls import set_urlconf

from .handler import URLCONF

LARGEST = 256 * 1024  # bytes: the longest sheet in Chinese is about a tenth of it
UNREADABLE = "提交的内容里有系统不能识别的东西。请刷新这一页再交一次；不行就重新扫码，选“接着填”。"
MOST_THROWN_AWAY = 64 * 1024 * 1024


class RoomMiddleware:
    """Sets the URLconf before anything is resolved, refuses what is too large or no text, and marks every answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.urlconf = URLCONF
        set_urlconf(URLCONF)
        try:
            response = self._refused(request) or self.get_response(request)
        except (SuspiciousOperation, MultiPartParserError):
            response = _said(request, "没有收下", UNREADABLE, 400)
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "no-referrer"
        response["X-Frame-Options"] = "DENY"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    def _refused(self, request: HttpRequest) -> HttpResponse | None:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > LARGEST:
            # A browser shows no answer before it has sent everything.
            left = MOST_THROWN_AWAY
            while left > 0 and (chunk := request.read(64 * 1024)):
                left -= len(chunk)
            return _said(request, "写得太长了", "一份答卷最多八万多个字，请重新扫码，选“接着填”，删短一些。", 413)
        if request.method not in ("GET", "HEAD", "POST"):
            return _said(request, "不支持这样打开", "请从二维码或短地址重新进来。", 405)
        unclean = any("\0" in text for _, texts in request.POST.lists() for text in map(str, texts))
        if unclean or "\0" in request.path_info or request.FILES:
            return _said(request, "没有收下", UNREADABLE, 400)
        return None


def _said(request: HttpRequest, what: str, why: str, status: int) -> HttpResponse:
    return render(request, "surveys/room/said.html", {"what": what, "why": why}, status=status)
