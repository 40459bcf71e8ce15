"""Addresses of this floor (a contract: see the URL map of the house)."""

from django.urls import path

from .views import exemptions, letters, requirements

urlpatterns = [
    path("requirements/", requirements.requirement_list, name="requirement-list"),
    path("requirements/add/", requirements.requirement_add, name="requirement-add"),
    path("requirements/add/preview/", requirements.requirement_add_preview, name="requirement-add-preview"),
    path("requirements/<int:pk>/edit/", requirements.requirement_edit, name="requirement-edit"),
    path("requirements/<int:pk>/preview/", requirements.requirement_preview, name="requirement-preview"),
    path("requirements/<int:pk>/tighten/", requirements.requirement_tighten, name="requirement-tighten"),
    path(
        "requirements/<int:pk>/tighten/preview/",
        requirements.requirement_tighten_preview,
        name="requirement-tighten-preview",
    ),
    path("requirements/<int:pk>/retire/", requirements.requirement_retire, name="requirement-retire"),
    path("exemptions/", exemptions.exemption_list, name="exemption-list"),
    path("exemptions/ask/", exemptions.exemption_ask, name="exemption-ask"),
    path("exemptions/<int:pk>/decide/", exemptions.exemption_decide, name="exemption-decide"),
    path("exemptions/<int:pk>/grant/", exemptions.exemption_grant, name="exemption-grant"),
    path("exemptions/<int:pk>/refuse/", exemptions.exemption_refuse, name="exemption-refuse"),
    path("exemptions/<int:pk>/letter.docx", letters.exemption_letter, name="exemption-letter"),
    path("exemptions/<int:pk>/answer.docx", letters.exemption_answer, name="exemption-answer"),
    path("exemptions/<int:pk>/take-back/", exemptions.exemption_take_back, name="exemption-take-back"),
    path("exemptions/<int:pk>/end/", exemptions.exemption_end, name="exemption-end"),
]
