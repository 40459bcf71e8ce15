"""The site under /admin/: administrators only, through the one log-in page."""

from typing import Any

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from .login import logout


class AdministrationSite(AdminSite):
    """Django's admin site without its own log-in form."""

    site_header = "三力 系统管理"
    site_title = "三力"
    index_title = "基础数据"

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Let administrators in; whoever else comes here is logged in already and refused."""
        if self.has_permission(request):
            return redirect("admin:index")
        raise PermissionDenied("系统管理只对管理员开放。")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # type: ignore[override]
        """Log out as everywhere else."""
        return logout(request)
