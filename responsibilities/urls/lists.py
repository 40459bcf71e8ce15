"""The lists themselves: editions, lines, import."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from organisations.views.exports import table_file

from ..views import duty_import, list_lines, list_seats, lists

LIST = "responsibilities/lists/<int:pk>/"
IMPORT = "responsibilities/lists/import/"

urlpatterns: list[URLPattern] = [
    path("responsibilities/lists/", lists.duty_lists, name="duty-lists"),
    path("responsibilities/lists/add/", lists.duty_list_add, name="duty-list-add"),
    re_path(
        r"^responsibilities/lists/export\.(?P<extension>xlsx|csv)$",
        table_file,
        {"source": "duties"},
        name="duty-list-export",
    ),
    path(IMPORT, duty_import.duty_import, name="duty-import"),
    path(f"{IMPORT}<int:pk>/", duty_import.duty_import_check, name="duty-import-check"),
    path(f"{IMPORT}<int:pk>/columns/", duty_import.duty_import_columns, name="duty-import-columns"),
    path(f"{IMPORT}<int:pk>/table/", duty_import.duty_import_table, name="duty-import-table"),
    path(f"{IMPORT}<int:pk>/confirm/", duty_import.duty_import_confirm, name="duty-import-confirm"),
    path(f"{IMPORT}<int:pk>/discard/", duty_import.duty_import_discard, name="duty-import-discard"),
    path(LIST, lists.duty_list, name="duty-list"),
    path(f"{LIST}head/", lists.duty_list_head, name="duty-list-head"),
    path(f"{LIST}revise/", lists.duty_list_revise, name="duty-list-revise"),
    path(f"{LIST}discard/", lists.duty_list_discard, name="duty-list-discard"),
    path(f"{LIST}issue/", lists.duty_list_issue, name="duty-list-issue"),
    path(f"{LIST}lines/add/", list_lines.duty_list_line_add, name="duty-list-line-add"),
    path(f"{LIST}lines/<int:line>/", list_lines.duty_list_line, name="duty-list-line"),
    path(f"{LIST}lines/<int:line>/up/", list_lines.duty_list_line_up, name="duty-list-line-up"),
    path(f"{LIST}lines/<int:line>/down/", list_lines.duty_list_line_down, name="duty-list-line-down"),
    path(f"{LIST}lines/<int:line>/remove/", list_lines.duty_list_line_remove, name="duty-list-line-remove"),
    path(f"{LIST}levels/add/", list_seats.duty_list_level_add, name="duty-list-level-add"),
    path(f"{LIST}levels/<int:seat>/", list_seats.duty_list_level, name="duty-list-level"),
    path(f"{LIST}levels/<int:seat>/remove/", list_seats.duty_list_level_remove, name="duty-list-level-remove"),
    path(f"{LIST}posts/add/", list_seats.duty_list_post_add, name="duty-list-post-add"),
    path(f"{LIST}posts/<int:seat>/", list_seats.duty_list_post, name="duty-list-post"),
    path(f"{LIST}posts/<int:seat>/remove/", list_seats.duty_list_post_remove, name="duty-list-post-remove"),
]
