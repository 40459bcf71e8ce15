"""Changing one's own password."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.forms import PasswordChangeForm
from django.core.exceptions import ValidationError

from ..models import Person


class OwnPasswordForm(PasswordChangeForm):
    """The old password once, the new one twice; the rules are those of the settings."""

    error_messages = {
        "password_incorrect": "现在的密码不对，请再试一次。",
        "password_mismatch": "两次写的新密码不一样。",
    }

    def __init__(self, user: Person, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, label_suffix="", **kwargs)
        labels = {"old_password": "现在的密码", "new_password1": "新密码", "new_password2": "再写一遍新密码"}
        for name, label in labels.items():
            self.fields[name].label = label
        self.fields[
            "new_password1"
        ].help_text = "至少 8 位，大写字母、小写字母、数字、符号四样里占三样，不要用姓名、工号。"
        self.fields["new_password2"].help_text = ""
        if user.password_is_initial:
            self.fields["old_password"].help_text = "就是别人交给你的那一个。"

    def clean_new_password1(self) -> str:
        """Refuse the password that he has: an initial one would stay known to whoever handed it over."""
        password: str = self.cleaned_data["new_password1"]
        if password == self.cleaned_data.get("old_password"):
            raise ValidationError("新密码要和现在的不一样。")
        return password

    def save(self, commit: bool = True) -> Person:
        """Return the person with the password of his own."""
        person: Person = self.user
        person.choose_password(self.cleaned_data["new_password1"])
        return person
