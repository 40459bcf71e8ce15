"""Which board an address asks for: the organisation and the period, for the page and for its file."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db.models.functions import Length
from django.http import Http404, QueryDict

from organisations.models import Organisation, Person
from organisations.permissions import Act
from programmes.periods import Cadence, Period, parse, period_of


def chosen_organisation(reader: Person, query: QueryDict, today: date) -> Organisation:
    """The one asked for, or the highest whose board the reader may see. 403 without any such right, 404 outside it."""
    if not reader.may(Act.VIEW_BOARD, today=today):
        raise PermissionDenied
    offered = Organisation.objects.manageable_by(reader, Act.VIEW_BOARD, today)
    asked = query.get("organisation", "").strip()
    if asked and not (asked.isascii() and asked.isdigit()):
        raise Http404
    found = offered.filter(pk=int(asked)).first() if asked else offered.order_by(Length("path"), "path").first()
    if found is None:
        raise Http404
    return found


def chosen_period(query: QueryDict, today: date) -> tuple[Period, str]:
    """The period asked for, by default the present quarter; and a sentence where what was asked means nothing."""
    present = period_of(today, Cadence.QUARTER)
    asked = query.get("period", "").strip()
    try:
        return (parse(asked) if asked else present), ""
    except ValueError as refusal:
        return present, f"{refusal}现在看的是{present.full_label}。"
