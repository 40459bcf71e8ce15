"""问题清单."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
