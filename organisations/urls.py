"""Addresses of this floor (a contract: see the URL map of the house). The page of one organisation stands in ``dashboards``."""

from django.urls import path, re_path

from .views import exports, feedback, import_acts, importing, password, people, person, recorder, tree

urlpatterns = [
    path("people/", people.people, name="people"),
    re_path(
        r"^people/export\.(?P<extension>xlsx|csv)$", exports.table_file, {"source": "people"}, name="people-export"
    ),
    path("people/add/", people.person_add, name="person-add"),
    path("people/import/", importing.people_import, name="people-import"),
    path("people/import/template/<slug:subject>.xlsx", importing.people_import_template, name="people-import-template"),
    path("people/import/<int:pk>/", import_acts.people_import_batch, name="people-import-batch"),
    path("people/import/<int:pk>/columns/", importing.people_import_columns, name="people-import-columns"),
    path("people/import/<int:pk>/reread/", importing.people_import_reread, name="people-import-reread"),
    path("people/import/<int:pk>/progress/", import_acts.people_import_progress, name="people-import-progress"),
    path("people/import/<int:pk>/decide/", import_acts.people_import_decide, name="people-import-decide"),
    path("people/import/<int:pk>/confirm/", import_acts.people_import_confirm, name="people-import-confirm"),
    path("people/import/<int:pk>/undo/", import_acts.people_import_undo, name="people-import-undo"),
    path("people/import/<int:pk>/discard/", import_acts.people_import_discard, name="people-import-discard"),
    path("people/import/<int:pk>/refused.xlsx", import_acts.people_import_refused, name="people-import-refused"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/edit/", person.person_edit, name="person-edit"),
    path("people/<int:pk>/transfer/", person.person_transfer, name="person-transfer"),
    path("people/<int:pk>/posts/add/", person.person_post_add, name="person-post-add"),
    path("people/<int:pk>/posts/<int:appointment>/end/", person.person_post_end, name="person-post-end"),
    path("people/<int:pk>/access/", person.person_access, name="person-access"),
    path("people/<int:pk>/access/password/", person.person_password, name="person-password"),
    path("people/<int:pk>/access/withdraw/", person.person_access_withdraw, name="person-access-withdraw"),
    path("organisations/add/", tree.organisation_add, name="organisation-add"),
    path("organisations/<int:pk>/edit/", tree.organisation_edit, name="organisation-edit"),
    path("organisations/<int:pk>/appoint/", tree.organisation_appoint, name="organisation-appoint"),
    path("organisations/<int:pk>/move/", tree.organisation_move, name="organisation-move"),
    path("organisations/<int:pk>/close/", tree.organisation_close, name="organisation-close"),
    path("organisations/<int:pk>/recorder/", recorder.organisation_recorder, name="organisation-recorder"),
    path(
        "organisations/<int:pk>/recorder/<int:appointment>/end/",
        recorder.organisation_recorder_end,
        name="organisation-recorder-end",
    ),
    path("exports/", exports.export_ask, name="export-ask"),
    path("exports/<int:pk>/", exports.export, name="export"),
    path("exports/<int:pk>/file", exports.export_file, name="export-file"),
    path("feedback/", feedback.feedback, name="feedback"),
    path("feedback/<int:pk>/answer/", feedback.feedback_answer, name="feedback-answer"),
    path("password/", password.password, name="password"),
]
