"""责任清单, 我的责任, one duty, measures, handing over, self-checks."""

from __future__ import annotations

from django.urls import path

from ..views import handover, measures, self_check
from ..views.matrix import duty, responsibility_list
from ..views.mine import responsibility_mine

MEASURE = "measures/<int:pk>/"
HANDOVER = "responsibilities/handovers/<int:pk>/"
CHECK = "responsibilities/self-check"

urlpatterns = [
    path("responsibilities/", responsibility_list, name="responsibility-list"),
    path("responsibilities/mine/", responsibility_mine, name="responsibility-mine"),
    path("duties/<int:pk>/", duty, name="duty"),
    path("duties/<int:pk>/measures/add/", measures.measure_add, name="measure-add"),
    path(MEASURE, measures.measure, name="measure"),
    path(f"{MEASURE}edit/", measures.measure_edit, name="measure-edit"),
    path(f"{MEASURE}report/", measures.measure_report, name="measure-report"),
    path(f"{MEASURE}drop/", measures.measure_drop, name="measure-drop"),
    path(f"{MEASURE}steps/<int:step>/tick/", measures.measure_step_tick, name="measure-step-tick"),
    path(f"{MEASURE}steps/<int:step>/untick/", measures.measure_step_untick, name="measure-step-untick"),
    path(f"{MEASURE}lines/<int:line>/withdraw/", measures.measure_line_withdraw, name="measure-line-withdraw"),
    path("responsibilities/handovers/", handover.handover_list, name="handover-list"),
    path("responsibilities/handovers/open/<int:place>/<int:post>/", handover.handover_open, name="handover-open"),
    path(HANDOVER, handover.handover, name="handover"),
    path(f"{HANDOVER}give/", handover.handover_give, name="handover-give"),
    path(f"{HANDOVER}take/", handover.handover_take, name="handover-take"),
    path(f"{HANDOVER}cancel/", handover.handover_cancel, name="handover-cancel"),
    path(f"{CHECK}/", self_check.self_check, name="self-check"),
    path(f"{CHECK}/save/", self_check.self_check_save, name="self-check-save"),
    path(f"{CHECK}/finish/", self_check.self_check_finish, name="self-check-finish"),
    path(f"{CHECK}/reopen/", self_check.self_check_reopen, name="self-check-reopen"),
    path(f"{CHECK}.docx", self_check.self_check_docx, name="self-check-docx"),
]
