"""Choice fields over rows that are already in memory: whoever may not see a row cannot pick it, and picking costs no query."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.choices import CallableChoiceIterator

Rows = Callable[[], Iterable[Model]]


class PickField(forms.Field):
    """One of the rows on offer, or None."""

    widget = forms.Select

    def __init__(self, *, refusal: str, empty: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.refusal = refusal
        self.empty = empty
        self.rows: Rows = tuple

    def offer(self, rows: Rows, choices: Callable[[], Sequence[Any]] | None = None) -> None:
        """Take the rows from this function when they are asked for; ``choices`` draws them otherwise than by name."""
        self.rows = rows
        drawn = choices or (lambda: [(row.pk, str(row)) for row in rows()])
        blank = [] if self.empty is None else [("", self.empty)]
        self.widget.choices = CallableChoiceIterator(lambda: [*blank, *drawn()])

    def to_python(self, value: Any) -> Model | None:
        """The row, or None for an empty value. ValidationError if it is not on offer."""
        if value in self.empty_values:
            return None
        found = next((row for row in self.rows() if str(row.pk) == str(value)), None)
        if found is None:
            raise ValidationError(self.refusal, code="not_offered")
        return found


class PickManyField(PickField):
    """Any of the rows on offer, in their order."""

    widget = forms.CheckboxSelectMultiple

    def to_python(self, value: Any) -> tuple[Model, ...]:  # type: ignore[override]
        """The rows. ValidationError if one of the values is not on offer."""
        wanted = {str(item) for item in value or ()}
        if not wanted:
            return ()
        found = tuple(row for row in self.rows() if str(row.pk) in wanted)
        if len(found) < len(wanted):
            raise ValidationError(self.refusal, code="not_offered")
        return found
