"""The lists themselves: editions, lines, import."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
