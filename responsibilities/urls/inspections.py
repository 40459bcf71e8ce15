"""党建督查."""

from __future__ import annotations

from django.urls import path

from ..views import inspection_plans as plans
from ..views import inspections as views

urlpatterns = [
    path("inspections/", views.inspection_list, name="inspection-list"),
    path("inspections/plan/", plans.inspection_plan, name="inspection-plan"),
    path("inspections/draw/", plans.draw_add, name="draw-add"),
    path("inspections/draws/<int:pk>/", plans.draw, name="draw"),
    path("inspections/draws/<int:pk>/again/", plans.draw_again, name="draw-again"),
    path("inspections/draws/<int:pk>/plan/", plans.draw_plan, name="draw-plan"),
    path("inspections/<int:pk>/", views.inspection, name="inspection"),
    path("inspections/<int:pk>/fill/", views.inspection_fill, name="inspection-fill"),
    path("inspections/<int:pk>/submit/", views.inspection_submit, name="inspection-submit"),
    path("inspections/<int:pk>/replan/", plans.inspection_replan, name="inspection-replan"),
    path("inspections/<int:pk>/cancel/", plans.inspection_cancel, name="inspection-cancel"),
    path("inspections/<int:pk>/notice/", views.inspection_notice, name="inspection-notice"),
    path("inspections/<int:pk>/issue/", views.inspection_issue, name="inspection-issue"),
    path("inspections/<int:pk>/notice.docx", views.inspection_word, name="inspection-word"),
]
