"""What a password must be made of, besides its length."""

from typing import Any

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError

LEAST_CLASSES = 3
RULE = "密码要包含大写字母、小写字母、数字、符号中的至少三种。"


class LengthValidator(MinimumLengthValidator):
    """The framework's rule in our words: its own sentence has no Chinese translation."""

    def get_error_message(self) -> str:
        """Return the sentence for a password that is too short."""
        return f"密码至少要 {self.min_length} 位。"

    def get_help_text(self) -> str:
        """Return the rule in a sentence, for the form."""
        return self.get_error_message()


class CharacterClassesValidator:
    """Asks for three of four kinds of characters, as the classified-protection baseline for government systems does."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError when fewer than three kinds occur; anything that is no letter or digit is a symbol."""
        kinds = {
            "upper" if char.isupper() else "lower" if char.islower() else "digit" if char.isdigit() else "other"
            for char in password
        }
        if len(kinds) < LEAST_CLASSES:
            raise ValidationError(RULE, code="password_too_plain")

    def get_help_text(self) -> str:
        """Return the rule in a sentence, for the form."""
        return RULE
