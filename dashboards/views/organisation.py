"""The page of one organisation."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from organisations.models import Level, Organisation
from organisations.views.scope import PersonRequest

from ..organisation import BranchPage
from ..organisation_committee import CommitteePage

# From a group to the work committee: as far as the tree is deep.
WAY_UP = "__".join(["parent"] * (len(Level) - 1))


@require_safe
def organisation(request: PersonRequest, pk: int) -> HttpResponse:
    """A branch or a group; or an organisation that has units below it."""
    today = timezone.localdate()
    seen = Organisation.objects.visible_to(request.user, today).select_related(WAY_UP)
    node = get_object_or_404(seen, pk=pk)
    if node.level in (Level.BRANCH, Level.GROUP):
        return render(request, "dashboards/organisation.html", {"page": BranchPage(request.user, node, today)})
    return render(request, "dashboards/organisation_committee.html", {"page": CommitteePage(request.user, node, today)})
