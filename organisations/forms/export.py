"""Asking for a list as a file."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django import forms
from django.conf import settings
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from .. import tables
from ..models import Export, Person
from ..tasks import make_export
from .acts import ActForm


class ExportForm(ActForm):
    """Which list and which format; the conditions stand in the address, as on the list's page."""

    source = forms.ChoiceField(widget=forms.HiddenInput)
    extension = forms.ChoiceField(widget=forms.HiddenInput, choices=[(name, name) for name in tables.CONTENT_TYPES])

    def __init__(self, *args: object, query: QueryDict, now: datetime, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].choices = [(name, name) for name in settings.EXPORTS]  # type: ignore[attr-defined]
        self.query, self.now = query, now

    def save(self, *, by: Person) -> Export:
        """Hand over to the background, by its number alone. Http404, PermissionDenied."""
        source, extension = self.cleaned_data["source"], self.cleaned_data["extension"]
        table = tables.named(source)(by, self.query, timezone.localdate(self.now))
        with transaction.atomic():
            export, new = tables.ask(table, source, extension, self.now)
            if new:
                transaction.on_commit(partial(make_export.delay, export.pk))
        return export
