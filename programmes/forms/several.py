"""Choosing several rows by their numbers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

LONGEST_KEY = 18  # digits; a longer number is beyond the column, and the database would refuse even to look for it


class SeveralField(forms.ModelMultipleChoiceField):
    """Several of the rows offered."""

    def clean(self, value: Any) -> QuerySet[Any]:
        """The rows chosen. ValidationError where one is not offered."""
        if any(len(str(key)) > LONGEST_KEY for key in value or ()):
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().clean(value)
