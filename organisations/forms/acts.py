"""What the forms of acts share: plain words, dates, and a verb's refusal shown beside its field."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, MaxValueValidator

from ..models import Person


class ActForm(forms.Form):
    """A form whose ``save`` calls one verb. ``result`` is what the verb returned."""

    result: Any = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        for field in self.fields.values():
            speak_plainly(field)

    def add(self, name: str, field: forms.Field) -> None:
        """Put another field at the end."""
        speak_plainly(field)
        self.fields[name] = field

    def save(self, *, by: Person) -> Any:
        """Hand the cleaned data to the verb."""
        raise NotImplementedError

    def carry_out(self, by: Person) -> bool:
        """Validate and save. False when something has to be changed; what, stands beside the field."""
        if not self.is_valid():
            return False
        try:
            self.result = self.save(by=by)
        except ValidationError as refusal:
            self.take(refusal)
            return False
        return True

    def take(self, refusal: ValidationError) -> None:
        """Show what the verb said: beside the field where it named one that is here, else above the form."""
        if not hasattr(refusal, "error_dict"):
            self.add_error(None, refusal)
            return
        for name, errors in refusal.error_dict.items():
            self.add_error(name if name in self.fields else None, errors)


def speak_plainly(field: forms.Field) -> None:
    """Replace the framework's messages by sentences that say what to do."""
    if isinstance(field, forms.CharField) and field.max_length:
        for validator in field.validators:
            if isinstance(validator, MaxLengthValidator):
                validator.message = f"太长了，最多 {field.max_length} 个字。"
    if isinstance(field, forms.DateField):
        field.error_messages["invalid"] = "日期要写成 2026-03-06 这样。"
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        field.error_messages["invalid_choice"] = "请在给出的选项里选一个。"
    if isinstance(field, forms.IntegerField):
        field.error_messages["invalid"] = "请写一个整数。"


# Behind the last day there must be a next one, which is what is kept.
not_too_far = MaxValueValidator(date(2999, 12, 31), "年份太远，请核对。")


def day_field(label: str, **kwargs: Any) -> forms.DateField:
    """A date with the browser's own picker."""
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, widget=widget, validators=[not_too_far], **kwargs)
