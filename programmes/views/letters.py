"""The request for exemption and the answer to it as Word documents, for whoever reads the request."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from documents.downloads import DOCX, attachment
from documents.letters import letter_document
from organisations.models import Person

from ..exemption_pages import in_tree_order
from ..letters import answer_letter, letter_file_name, request_letter
from ..models import Exemption, ExemptionState


@require_safe
def exemption_letter(request: HttpRequest, pk: int) -> HttpResponse:
    """The request; 409 with a sentence once it was taken back."""
    exemption = _seen(request.user, pk)
    if exemption.state == ExemptionState.WITHDRAWN:
        return _nothing(request, exemption, "申请已经撤回，不再导出请示")
    letter = request_letter(exemption, timezone.now())
    return attachment(letter_document(letter), letter_file_name(exemption, "请示", letter.signed_on), DOCX)


@require_safe
def exemption_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The answer; 409 with a sentence where there is none."""
    exemption = _seen(request.user, pk)
    if not exemption.is_answered:
        return _nothing(request, exemption, "还没有答复，没有批复可导出")
    letter = answer_letter(exemption, timezone.now())
    return attachment(letter_document(letter), letter_file_name(exemption, "批复", letter.signed_on), DOCX)


def _nothing(request: HttpRequest, exemption: Exemption, refusal: str) -> HttpResponse:
    context = {"exemption": exemption, "refusal": refusal}
    return render(request, "programmes/exemption_letter.html", context, status=409)


def _seen(person: Person, pk: int) -> Exemption:
    """The request. Http404 if ``person`` may not see it."""
    return get_object_or_404(in_tree_order(Exemption.objects.visible_to(person)), pk=pk)
