"""How a form hands its data to a verb and shows what the verb refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError


def attempt(form: forms.BaseForm, verb: Callable[..., Any], *args: Any, **kwargs: Any) -> bool:
    """Call ``verb``. False, with its sentences among the errors of ``form``, if it refuses."""
    try:
        verb(*args, **kwargs)
    except ValidationError as refusal:
        for name, errors in _by_field(refusal).items():
            form.add_error(name if name in form.fields else None, errors)
        return False
    return True


def _by_field(refusal: ValidationError) -> dict[str, list[ValidationError]]:
    return refusal.error_dict if hasattr(refusal, "error_dict") else {NON_FIELD_ERRORS: refusal.error_list}
