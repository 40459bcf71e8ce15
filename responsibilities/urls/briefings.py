"""思想汇报, 工作汇报."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
