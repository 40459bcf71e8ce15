"""问题台账 as a Word document, under the conditions of the list."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from documents.downloads import DOCX, attachment
from organisations.views.scope import PersonRequest

from ..problem_export import ProblemExport
from ..problem_word import ledger


@require_safe
def problem_ledger(request: PersonRequest) -> HttpResponse:
    """The file."""
    now, today = timezone.now(), timezone.localdate()
    export = ProblemExport(request.user, request.GET, today)
    return attachment(ledger(export, now, today), export.file_name("docx"), DOCX)
