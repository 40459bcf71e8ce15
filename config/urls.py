"""Every address of the program, floor by floor; the names are a contract with templates and tests.

Errors are shown by Django's own handlers from templates 400, 403, 404 and 500.
"""

from django.contrib import admin
from django.urls import include, path

from config.health import healthz
from organisations.login import login, logout

urlpatterns = [
    path("login/", login, name="login"),
    path("logout/", logout, name="logout"),
    path("healthz", healthz, name="healthz"),
    path("admin/", admin.site.urls),
    path("", include("dashboards.urls")),
    path("", include("surveys.urls")),
    path("", include("responsibilities.urls")),
    path("", include("activities.urls")),
    path("", include("programmes.urls")),
    path("", include("reminders.urls")),
    path("", include("organisations.urls")),
]
