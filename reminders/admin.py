"""/admin/: the city's own exceptions of the working calendar are plain data; the heartbeat is only shown."""

from django.contrib import admin

from organisations.admin import ReadOnlyAdmin

from .models import Heartbeat, Holiday


@admin.register(Holiday)
class HolidayAdmin(admin.ModelAdmin):
    """Days on which this city works or rests otherwise than the country."""

    list_display = ["date", "is_workday", "name"]
    list_filter = ["is_workday"]


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    """When each task of the background work last ran."""
