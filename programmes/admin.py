"""/admin/: lines and kinds are plain data; what is owed and by which rule is only shown."""

from django.contrib import admin

from organisations.admin import CodedAdmin, ReadOnlyAdmin

from .models import ActivityKind, Line, Obligation, Programme, Requirement


@admin.register(Line)
class LineAdmin(CodedAdmin):
    """The nine lines."""

    list_display = ["name", "pillar", "order"]


@admin.register(ActivityKind)
class ActivityKindAdmin(CodedAdmin):
    """The kinds of activity."""

    list_display = ["name", "line", "expected", "has_vote", "common", "active", "order"]
    list_filter = ["line", "expected", "active"]
    list_select_related = ["line"]
    search_fields = ["name", "code"]


@admin.register(Programme)
class ProgrammeAdmin(ReadOnlyAdmin):
    """Programmes; the work committee edits them on their pages."""

    list_display = ["name", "year", "line", "starts_on", "ends_on"]
    list_filter = ["year", "line"]
    list_select_related = ["line"]
    search_fields = ["name", "code"]


@admin.register(Requirement)
class RequirementAdmin(ReadOnlyAdmin):
    """The rules, closed rows too."""

    list_display = ["name", "level", "cadence", "minimum", "organisation", "since", "until", "is_active"]
    list_filter = ["level", "cadence"]
    list_select_related = ["organisation"]
    search_fields = ["name", "code"]


@admin.register(Obligation)
class ObligationAdmin(ReadOnlyAdmin):
    """What is owed."""

    list_display = ["organisation", "requirement", "period", "due_on", "needed", "done", "exemption_state"]
    list_filter = ["requirement__level", "exemption_state"]
    list_select_related = ["organisation", "requirement"]
    search_fields = ["organisation__name", "code", "period"]
    show_full_result_count = False
