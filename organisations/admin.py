"""/admin/ for administrators: plain data is edited here; rows that have verbs are only shown, and changed on their own pages."""

from __future__ import annotations

from typing import Any

from auditlog import admin as audit_admin  # noqa: F401  # registers its own view, which is replaced below
from auditlog.models import LogEntry
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.utils import label_for_field
from django.contrib.auth import admin as auth_admin  # noqa: F401  # registers Group, which nothing here uses
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from .models import Appointment, Export, Membership, Organisation, Person, Post

# Whether somebody has made his password his own says whether he ever came: written down, shown to nobody.
UNSHOWN = "password_is_initial"
ACTIONS = {LogEntry.Action.CREATE: "新增", LogEntry.Action.UPDATE: "更改", LogEntry.Action.DELETE: "删除"}

apps.get_app_config("auditlog").verbose_name = "变更记录"
admin.site.unregister(Group)
admin.site.unregister(LogEntry)


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows to look at: nothing is added, changed or deleted past the verbs."""

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        """Nobody adds."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes."""
        return False


class CodedAdmin(admin.ModelAdmin):
    """Plain data that addresses, files and records name by its code: the code stays, and so does the row."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """The code of a row that exists."""
        return ["code"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes: records of years past point here."""
        return False


@admin.register(Post)
class PostAdmin(CodedAdmin):
    """Posts and the role that each grants."""

    list_display = ["name", "level", "role", "is_head", "is_deputy", "is_committee", "is_study_centre", "order"]
    list_filter = ["level", "role"]
    search_fields = ["name", "code"]


@admin.register(Organisation)
class OrganisationAdmin(ReadOnlyAdmin):
    """The tree."""

    list_display = ["name", "level", "parent", "founded_on", "closed_on", "term_began_on"]
    list_filter = ["level", "system"]
    list_select_related = ["parent"]
    search_fields = ["name", "full_name", "code"]
    show_full_result_count = False


@admin.register(Person)
class PersonAdmin(ReadOnlyAdmin):
    """The roster, without a word about passwords."""

    list_display = ["name", "category", "joined_on", "staff_no", "username", "is_active"]
    list_filter = ["category"]
    search_fields = ["name", "initials", "staff_no", "username"]
    fields = ["name", "initials", "staff_no", "category", "joined_on", "birth_year", "username", "is_active"]
    show_full_result_count = False


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    """Who belongs where."""

    list_display = ["person", "organisation", "since", "until"]
    list_select_related = ["person", "organisation"]
    search_fields = ["person__name", "organisation__name"]
    show_full_result_count = False


@admin.register(Appointment)
class AppointmentAdmin(ReadOnlyAdmin):
    """Who holds which post."""

    list_display = ["person", "post", "organisation", "since", "until"]
    list_filter = ["post"]
    list_select_related = ["person", "post", "organisation"]
    search_fields = ["person__name", "organisation__name"]


@admin.register(Export)
class ExportAdmin(ReadOnlyAdmin):
    """Who took which list away, and when; what he looked for in it is his own."""

    list_display = ["asked_at", "person", "file_name", "total", "state"]
    list_filter = ["source"]
    list_select_related = ["person"]
    search_fields = ["person__name", "file_name"]
    fields = ["asked_at", "person", "source", "file_name", "total", "state", "finished_at"]
    show_full_result_count = False


@admin.register(LogEntry)
class AuditAdmin(ReadOnlyAdmin):
    """Who changed what when, of the rows that may be looked at here: what a record says is no business of an administrator."""

    list_display = ["when", "about", "row", "act", "who"]
    list_select_related = ["content_type", "actor"]
    search_fields = ["object_repr", "actor__name"]
    fields = ["when", "who", "about", "row", "act", "what"]
    readonly_fields = ["when", "who", "about", "row", "act", "what"]
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[LogEntry]:
        """Only entries about models of this site, and none that tells nothing but what is not shown."""
        shown = ContentType.objects.get_for_models(*self.admin_site._registry)
        untold = Q(changes={UNSHOWN: ["True", "False"]}) | Q(changes={UNSHOWN: ["False", "True"]})
        return super().get_queryset(request).filter(content_type__in=shown.values()).exclude(untold)

    @admin.display(description="时间", ordering="timestamp")
    def when(self, entry: LogEntry) -> str:
        """The moment, in local time."""
        return f"{timezone.localtime(entry.timestamp):%Y-%m-%d %H:%M}"

    @admin.display(description="类别")
    def about(self, entry: LogEntry) -> str:
        """What kind of row."""
        return entry.content_type.name

    @admin.display(description="哪一条")
    def row(self, entry: LogEntry) -> str:
        """The row as it was called then."""
        return entry.object_repr

    @admin.display(description="动作")
    def act(self, entry: LogEntry) -> str:
        """Added, changed or deleted."""
        return ACTIONS.get(entry.action, "查看")

    @admin.display(description="谁")
    def who(self, entry: LogEntry) -> str:
        """The person; the system itself where nobody was signed in."""
        return str(entry.actor or "系统")

    @admin.display(description="改了什么")
    def what(self, entry: LogEntry) -> str:
        """Each field with its value before and after."""
        unshown = label_for_field(UNSHOWN, Person)
        told = {name: values for name, values in entry.changes_display_dict.items() if name != unshown}
        return "；".join(f"{name}：{before} → {after}" for name, (before, after) in told.items())
