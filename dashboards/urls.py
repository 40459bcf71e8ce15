"""Addresses of this floor (a contract: see the URL map of the house)."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
