"""Addresses of this floor (a contract: see the URL map of the house)."""

from django.urls import path, re_path

from organisations.views.exports import table_file

from .views.board import board, held
from .views.desk import desk, desk_waiting
from .views.effects import activity_effect, log_effect
from .views.organisation import organisation
from .views.programmes import programme, programme_edit, programme_list, programme_switch
from .views.setup import setup, setup_rules

urlpatterns = [
    path("", desk, name="desk"),
    path("desk/waiting/", desk_waiting, name="desk-waiting"),
    path("board/", board, name="board"),
    path("board/held/", held, name="board-held"),
    re_path(r"^board/export\.(?P<extension>xlsx|csv)$", table_file, {"source": "coverage"}, name="board-export"),
    path("activities/log/effect/", log_effect, name="log-effect"),
    path("activities/<int:pk>/effect/", activity_effect, name="activity-effect"),
    path("programmes/", programme_list, name="programme-list"),
    path("programmes/switch/", programme_switch, name="programme-switch"),
    path("programmes/<int:pk>/", programme, name="programme"),
    path("programmes/<int:pk>/edit/", programme_edit, name="programme-edit"),
    path("organisations/<int:pk>/", organisation, name="organisation"),
    path("setup/", setup, name="setup"),
    path("setup/rules/", setup_rules, name="setup-rules"),
]
