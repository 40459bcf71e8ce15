"""Addresses of this floor (a contract: see the URL map of the house)."""

from django.urls import path, re_path

from organisations.views.exports import table_file

from .views.attachments import (
    attachment,
    caption,
    draft_attachments,
    record_attachments,
    remove,
    restore,
    thumbnail,
)
from .views.attendance import attendance
from .views.correct import correct
from .views.decline import decline
from .views.drafts import discard, draft
from .views.listing import activity_list
from .views.log import log, refill
from .views.make_up import make_up
from .views.minutes import minutes
from .views.record import activity
from .views.withdraw import withdraw

urlpatterns = [
    path("activities/", activity_list, name="activity-list"),
    re_path(
        r"^activities/export\.(?P<extension>xlsx|csv)$", table_file, {"source": "activities"}, name="activity-export"
    ),
    path("activities/log/", log, name="activity-log"),
    path("activities/log/refill/", refill, name="activity-log-refill"),
    path("activities/drafts/<uuid:token>/", draft, name="activity-draft"),
    path("activities/drafts/<uuid:token>/discard/", discard, name="activity-draft-discard"),
    path("activities/drafts/<uuid:token>/attachments/", draft_attachments, name="activity-draft-attachments"),
    path("activities/<int:pk>/", activity, name="activity"),
    path("activities/<int:pk>/attachments/", record_attachments, name="activity-attachments"),
    path("activities/attachments/<int:pk>/", attachment, name="attachment"),
    path("activities/attachments/<int:pk>/thumbnail/", thumbnail, name="attachment-thumbnail"),
    path("activities/attachments/<int:pk>/caption/", caption, name="attachment-caption"),
    path("activities/attachments/<int:pk>/remove/", remove, name="attachment-remove"),
    path("activities/attachments/<int:pk>/restore/", restore, name="attachment-restore"),
    path("activities/<int:pk>/correct/", correct, name="activity-correct"),
    path("activities/<int:pk>/withdraw/", withdraw, name="activity-withdraw"),
    path("activities/<int:pk>/decline/", decline, name="activity-decline"),
    path("activities/<int:pk>/make-up/", make_up, name="activity-make-up"),
    path("activities/<int:pk>/attendance.docx", attendance, name="activity-attendance"),
    path("activities/<int:pk>/minutes.docx", minutes, name="activity-minutes"),
]
