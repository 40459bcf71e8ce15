"""责任清单, 我的责任, one duty, measures, handing over, self-checks."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
